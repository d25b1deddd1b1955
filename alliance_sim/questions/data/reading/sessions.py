"""What the rows of a table say of sessions: whose, which one, whether it was held, ratings, scores and reports."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Flags, Floats
from alliance_sim.questions.data.characters import quoted
from alliance_sim.questions.data.reading.complaints import DELETE_ONE, Complaints, taken_away
from alliance_sim.questions.data.reading.items import Scores, answers_of, rated, scored
from alliance_sim.questions.data.reading.questionnaires import Plan
from alliance_sim.questions.data.reading.table import Cell, Table
from alliance_sim.questions.data.reading.timing import sessions_of
from alliance_sim.questions.data.reading.values import coded, numbers
from alliance_sim.questions.data.settings import PARTS, Attended


class Sessions(NamedTuple):
    """The rows of a table.

    `rows` has a row for each of the table: `client` (its label), `session` (0 where there was none; below 0: an
    occasion that is no session), `attended` (1, 0, or nan where nothing is known), ratings and scores, and the texts of
    reports.
    """

    rows: pd.DataFrame
    measures: tuple[str, ...]
    reports: tuple[str, ...]
    items: dict[str, Scores]  # by key of the section symptoms: what became of items
    against: dict[str, tuple[int, ...]]  # by setting: items of ratings that run against the others
    unknown: int  # sessions of a long table, which does not say who came, in which nothing is known


def read_sessions(plan: Plan, table: Table, told: Complaints) -> Sessions:
    """Read every row."""
    section = plan.section
    who = _clients_of(table, told)
    measures, items, against = _measures(plan, table, told)
    reports = {
        f"rupture_{rater}": coded(table.of_sessions(codes.column, codes=codes), codes, table.decimal, told)
        for rater, codes in section.reported.items()
    }
    something = table.anything()
    for texts in reports.values():  # an empty cell may have a meaning
        something |= np.array([bool(text) for text in texts])
    unknown = 0
    if section.attended is not None:
        attended = _stated(table, section.attended, told)
        session = sessions_of(table, who, something | np.isfinite(attended), told)
        _refuse_gaps(
            table, section.attended, (session > 0) & ~np.isfinite(attended) & (something | (not section.wide)), told
        )
    else:
        session = sessions_of(table, who, something, told)
        attended = np.full(len(who), np.nan if section.wide else 1.0)
        if section.of_sessions:
            attended = np.where(something, 1.0, np.nan)
            unknown = 0 if section.wide else int(((session > 0) & ~something).sum())
    rows = pd.DataFrame({"client": who, "session": session, "attended": attended, **measures, **reports})
    return Sessions(rows, tuple(measures), tuple(reports), items, against, unknown)


def _clients_of(table: Table, told: Complaints) -> list[str]:
    """The client of every row; no client has two rows where every row is one."""
    cells, wide = table.clients(), table.section.wide
    first: dict[tuple[str, int], Cell | None] = {}
    for k, (text, row) in enumerate(zip(cells.texts, table.rows, strict=True)):
        place, own = cells.places[k], cells.written[k]
        if not text:
            noun = "the client whose row it is"
            told.say(cells, k, *(taken_away(own, noun) if own else ("nothing", noun)))
        elif (wide or row.sheet) and (earlier := first.setdefault((text, row.sheet), place)) != place:
            assert earlier is not None
            line = table.sheets[row.sheet].lines[earlier.row]
            found = f"client {quoted(text)} a second time (first in line {line})"
            told.say(cells, k, found, f"one row a client: {DELETE_ONE}")
    return [str(text) for text in cells.texts]


def _measures(
    plan: Plan, table: Table, told: Complaints
) -> tuple[dict[str, Floats], dict[str, Scores], dict[str, tuple[int, ...]]]:
    """Ratings and symptom scores by their name in a run, what became of items, and items against the others."""
    measures: dict[str, Floats] = {}
    items: dict[str, Scores] = {}
    against: dict[str, tuple[int, ...]] = {}
    for key, given in plan.section.ratings.items():
        found = rated(table, given, plan.questionnaires[key], told)
        against[key] = found.against
        if key == "alliance":
            measures |= {f"wai_{part}": found.parts[part] for part in PARTS if part in found.parts}
        measures["wai_client" if key == "alliance" else "wai_therapist"] = found.total
    scores, key_ = plan.section.symptoms, plan.key
    if scores is not None and scores.items is not None and key_ is not None:
        pattern = scores.items
        answers = answers_of(
            lambda item: table.of_sessions(pattern, item), key_.size, key_.answers, key_.reversed, table.decimal, told
        )
        items["items"] = scored(answers, key_)
        measures["symptoms"] = items["items"].scores
    if scores is not None and scores.score is not None and plan.scale is not None:
        cells = table.of_sessions(scores.score)
        measures["symptoms"] = numbers(cells, plan.scale.low, plan.scale.high, table.decimal, told)
    return measures, items, against


def _stated(table: Table, codes: Attended, told: Complaints) -> Floats:
    """Whether the client came, as the table says it: 1, 0, or nan where it does not."""
    cells = table.of_sessions(codes.column, codes=codes, measured=False)
    meanings = coded(cells, codes, table.decimal, told)
    return np.array([{"yes": 1.0, "no": 0.0}.get(meaning, np.nan) for meaning in meanings])


def _refuse_gaps(table: Table, codes: Attended, unstated: Flags, told: Complaints) -> None:
    """Sessions of which the column that says who came is empty."""
    cells = table.of_sessions(codes.column, codes=codes, measured=False)
    for k in np.flatnonzero(unstated & (cells.texts == "")).tolist():
        told.say(cells, k, "nothing", "whether the client came, in every session")
