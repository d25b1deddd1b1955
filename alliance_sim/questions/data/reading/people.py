"""Clients and their sessions with the columns that a run writes: therapist, group, how treatment ended, scores."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Floats, Words
from alliance_sim.estimands.seen import UNKNOWN, Column, Columns
from alliance_sim.questions.data.names import FOLLOW_UP, NO_SESSION, SESSION
from alliance_sim.questions.data.reading.cells import Cells
from alliance_sim.questions.data.reading.items import Fate, answers_of, scored
from alliance_sim.questions.data.reading.questionnaires import ReadingPlan
from alliance_sim.questions.data.reading.sessions import SessionRows
from alliance_sim.questions.data.reading.table import MISSED, OF_CLIENTS, OUTSIDE, DataTable
from alliance_sim.questions.data.section import DataMapping
from alliance_sim.questions.data.settings import LeftMapping
from alliance_sim.questions.data.tallies import IN_POINTS, LEFT
from alliance_sim.questions.data.text import quoted
from alliance_sim.scenario.catalog import ScoringKey

REPORTED = ["none", "withdrawal", "confrontation", "rupture"]
"""What a rater may report of a session; "rupture" where the type is not stated."""


def read_people(plan: ReadingPlan, table: DataTable, sessions: SessionRows) -> pd.DataFrame:
    """What is known of every client, in the order in which they appear; the index holds their labels.

    Columns are therapist, group, left, symptoms_intake and symptoms_end; and scores at follow-ups, by ("follow-up",
    code). What became of items is added to those of the sessions.
    """
    section, who = plan.section, sessions.rows["client"].tolist()
    clients = pd.DataFrame(index=pd.Index(dict.fromkeys(who), dtype=object))
    for noun, column in section.labels.items():
        if noun != "client":
            clients[noun] = clients.index.map(table.labels(column).labels(who, noun))
    if section.left is not None:
        clients["left"] = clients.index.map(_left(table, section.left, who))
    for when in ("intake", "end"):
        own = section.symptoms.at(when) if section.symptoms is not None else None
        if own == when and plan.scale is not None:
            cells = table.of_clients(getattr(section.symptoms, own))
            cells.one_each(who, "score", of_numbers=True)
            found = cells.numbers(plan.scale.low, plan.scale.high)
            clients[f"symptoms_{when}"] = pd.Series(found).groupby(who, sort=False).last()
        elif own is not None and own != when and plan.key is not None:
            pattern = getattr(section.symptoms, own)
            clients[f"symptoms_{when}"], sessions.items[f"symptoms.{own}"] = _items(table, who, pattern, plan.key)
    if "symptoms" in sessions.measures:
        rows = sessions.rows.set_index("client")
        for key, code, at in section.occasions.stated():
            name = ("follow-up", code) if at <= FOLLOW_UP else f"symptoms_{key}"
            held = rows["symptoms"][rows["session"] == at]
            held = held[~held.index.duplicated(keep="last")].reindex(clients.index)
            if at < NO_SESSION:
                clients[name] = clients[name].fillna(held) if name in clients else held
    return clients


def _items(table: DataTable, who: Sequence[str], pattern: str, key: ScoringKey) -> tuple[Floats, Fate]:
    """Scores of clients, in their order, from items that stand in one row of a client or in several."""

    def cells_of(item: int) -> Cells:
        cells = table.of_clients(pattern, item)
        cells.one_each(who, "answer", of_numbers=True)
        return cells

    answers = answers_of(cells_of, key.size, key.answers, key.reversed)
    return scored(pd.DataFrame(answers.T).groupby(list(who), sort=False).last().to_numpy().T, key)


def _left(table: DataTable, codes: LeftMapping, who: Sequence[str]) -> dict[str, str]:
    """Whether each client left early; a client whose cells are all empty stayed, if an empty code says so."""
    cells = table.of_clients(codes.column, codes=codes)
    texts = cells.one_each(who, "way of leaving")
    first = {client: k for k, client in reversed(list(enumerate(who)))}
    alone = np.full(len(who), "", object)
    for client, text in texts.items():
        alone[first[client]] = text
    meanings = replace(cells, texts=alone).coded(codes)
    for client, text in texts.items():
        if not text and not meanings[first[client]]:
            allowed = 'a code of data.left; add "" to one of its lists if an empty cell has a meaning'
            cells.say(first[client], f"nothing for client {quoted(client)}", allowed)
    return {client: meanings[k] for client, k in first.items()}


def client_columns(clients: pd.DataFrame) -> dict[str, Column]:
    """Client rows, numbered from 1."""
    made: dict[str, Column] = {"replicate": np.ones(len(clients), np.int64)}
    if "number" in clients:
        made["therapist"] = clients["number"].to_numpy(np.int64)
    made["client"] = np.arange(1, len(clients) + 1)
    made |= {name: clients[name].to_numpy(float) for name in IN_POINTS if name in clients}
    if "left" in clients:
        made["left"] = Words(np.array([LEFT.index(left) for left in clients["left"]]), LEFT)
    return made


def session_rows(
    plan: ReadingPlan, table: DataTable, sessions: SessionRows, clients: pd.DataFrame
) -> tuple[dict[str, Column], int]:
    """Session rows by client and session; numbers that stand in missed sessions are left out and counted."""
    session = sessions.rows["session"]
    rows = sessions.rows.assign(client=sessions.rows["client"].map({c: k + 1 for k, c in enumerate(clients.index)}))
    rows = rows[(session > 0) & rows["attended"].notna()].sort_values(["client", "session"], kind="stable")
    came = rows["attended"].to_numpy() == 1.0
    made: dict[str, Column] = {"replicate": np.ones(len(rows), np.int64)}
    client = rows["client"].to_numpy(np.int64)
    if "number" in clients:
        made["therapist"] = clients["number"].to_numpy(np.int64)[client - 1]
    made |= {"client": client, "session": rows["session"].to_numpy(np.int64), "attended": came}
    scores = plan.section.symptoms
    table.set_aside(np.flatnonzero(session == NO_SESSION), OF_CLIENTS)
    table.set_aside(rows.index[~came], MISSED)
    table.set_aside(np.flatnonzero(session < NO_SESSION), OUTSIDE, scores.in_sessions if scores else None)
    left_out = 0
    for name in sessions.measures:
        values = rows[name].to_numpy(float)
        left_out += int(np.isfinite(values[~came]).sum())
        made[name] = np.where(came, values, np.nan)
    for name in sessions.reports:
        left_out += int((~rows[name][~came].isin(["", "none"])).sum())
        codes = np.array([REPORTED.index(text) if text else UNKNOWN for text in rows[name]], np.int64)
        made[name] = Words(np.where(came, codes, 0), REPORTED)  # nobody reports of a missed session
    return made, left_out


def says_sessions(table: DataTable, sessions: SessionRows) -> bool:
    """Whether the table says anything about sessions: in wide tables by its columns, in long ones by its rows."""
    if not table.section.wide:
        session = sessions.rows["session"]
        return bool((session > 0).any() or not (session < 0).any())
    patterns = [own.name for own in table.section.columns if own.of_sessions and SESSION in own.name]
    return any(at > 0 for pattern in patterns for at in table.occasions_of(pattern))


def without_gaps(sessions: Columns, people: int) -> bool:
    """Whether every client's sessions are numbered 1, 2, 3 ... without a gap."""
    client, session = (np.asarray(sessions[name], np.int64) for name in ("client", "session"))
    last = np.zeros(people + 1, np.int64)
    np.maximum.at(last, client, session)
    return bool((last == np.bincount(client, minlength=people + 1)).all())


def not_estimated(section: DataMapping, sessions: SessionRows) -> frozenset[str]:
    """Estimates whose columns are there, but which this table says nothing about."""
    without = set()
    if section.attended is None:
        without.add("attendance_pct")
        rows = sessions.rows
        unsure = section.of_sessions and rows["attended"][rows["session"] > 0].isna().any()
        if unsure or section.wide:  # a session without any number may have been held
            without.add("sessions_attended")
    if section.left is not None and not section.left.completed:
        without.add("early_completion_pct")
    return frozenset(without)
