"""Rows of clients and sessions with the columns that a run writes, from what a table says."""

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Words
from alliance_sim.estimands.seen import UNKNOWN, Column, Columns
from alliance_sim.questions.data.names import NO_SESSION, SESSION
from alliance_sim.questions.data.reading.questionnaires import Plan
from alliance_sim.questions.data.reading.sessions import Sessions
from alliance_sim.questions.data.reading.table import MISSED, OF_CLIENTS, OUTSIDE, Table
from alliance_sim.questions.data.section import DataMapping
from alliance_sim.questions.data.tallies import LEFT

REPORTED = ["none", "withdrawal", "confrontation", "rupture"]
"""What a rater may report of a session; "rupture" where the type is not stated."""


def client_columns(clients: pd.DataFrame) -> dict[str, Column]:
    """Client rows, numbered from 1."""
    made: dict[str, Column] = {"replicate": np.ones(len(clients), np.int64)}
    if "number" in clients:
        made["therapist"] = clients["number"].to_numpy(np.int64)
    made["client"] = np.arange(1, len(clients) + 1)
    scores = [name for name in ("symptoms_intake", "symptoms_end") if name in clients]
    made |= {name: clients[name].to_numpy(float) for name in scores}
    if "left" in clients:
        made["left"] = Words(np.array([LEFT.index(left) for left in clients["left"]]), LEFT)
    return made


def session_rows(plan: Plan, table: Table, sessions: Sessions, clients: pd.DataFrame) -> tuple[dict[str, Column], int]:
    """Session rows by client and session; numbers that stand in missed sessions are left out and counted."""
    numbered = sessions.rows.assign(client=sessions.rows["client"].map({c: k + 1 for k, c in enumerate(clients.index)}))
    there = numbered[(numbered["session"] > 0) & numbered["attended"].notna()]
    rows = there.sort_values(["client", "session"], kind="stable")
    came = rows["attended"].to_numpy() == 1.0
    made: dict[str, Column] = {"replicate": np.ones(len(rows), np.int64)}
    client = rows["client"].to_numpy(np.int64)
    if "number" in clients:
        made["therapist"] = clients["number"].to_numpy(np.int64)[client - 1]
    made |= {"client": client, "session": rows["session"].to_numpy(np.int64), "attended": came}
    scores, session = plan.section.symptoms, sessions.rows["session"]
    table.set_aside(np.flatnonzero(session == NO_SESSION), OF_CLIENTS)
    table.set_aside(rows.index[~came], MISSED)
    table.set_aside(np.flatnonzero(session < NO_SESSION), OUTSIDE, scores.in_sessions if scores else None)
    left_out = 0
    for name in sessions.measures:
        values = rows[name].to_numpy(float)
        left_out += int(np.isfinite(values[~came]).sum())
        made[name] = np.where(came, values, np.nan)
    for name in sessions.reports:
        texts = rows[name]
        left_out += int((~texts[~came].isin(["", "none"])).sum())
        codes = np.array([REPORTED.index(text) if text else UNKNOWN for text in texts], np.int64)
        made[name] = Words(np.where(came, codes, 0), REPORTED)  # nobody reports of a missed session
    return made, left_out


def says_sessions(table: Table, sessions: Sessions) -> bool:
    """Whether the table says anything about sessions: in wide tables by its columns, in long ones by its rows."""
    if not table.section.wide:
        session = sessions.rows["session"]
        return bool((session > 0).any() or not (session < 0).any())
    patterns = [own.name for own in table.section.columns if own.of_sessions and SESSION in own.name]
    return any(at > 0 for pattern in patterns for at in table.occasions_of(pattern))


def clients_alone(table: Table, sessions: Sessions) -> dict[str, int]:
    """Clients that only one of two tables has, and the number of the sheet that has them."""
    where: dict[str, set[int]] = {}
    for client, row in zip(sessions.rows["client"], table.rows, strict=True):
        where.setdefault(client, set()).add(row.sheet)
    return {client: min(sheets) for client, sheets in where.items() if len(sheets) < len(table.sheets)}


def without_gaps(sessions: Columns, people: int) -> bool:
    """Whether every client's sessions are numbered 1, 2, 3 ... without a gap."""
    client, session = (np.asarray(sessions[name], np.int64) for name in ("client", "session"))
    last = np.zeros(people + 1, np.int64)
    np.maximum.at(last, client, session)
    return bool((last == np.bincount(client, minlength=people + 1)).all())


def not_estimated(section: DataMapping, sessions: Sessions) -> frozenset[str]:
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
