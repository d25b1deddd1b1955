"""What the rows of a table say of sessions: whose, which one, whether it was held, ratings, scores and reports."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Floats
from alliance_sim.questions.data.reading.cells import DELETE_ONE
from alliance_sim.questions.data.reading.items import Fate, answers_of, rated, scored
from alliance_sim.questions.data.reading.questionnaires import Plan
from alliance_sim.questions.data.reading.table import Table
from alliance_sim.questions.data.reading.timing import sessions_of
from alliance_sim.questions.data.settings import PARTS
from alliance_sim.questions.data.text import quoted


class Sessions(NamedTuple):
    """The rows of a table.

    `rows` has a row for each of the table: `client` (its label), `session` (0 where there was none; below 0: an
    occasion that is no session), `attended` (1, 0, or nan where nothing is known), ratings and scores, and the texts of
    reports.
    """

    rows: pd.DataFrame
    measures: tuple[str, ...]
    reports: tuple[str, ...]
    items: dict[str, Fate]  # by setting
    unknown: int  # sessions of a long table, which does not say who came, in which nothing is known


def read_sessions(plan: Plan, table: Table) -> Sessions:
    """Read every row."""
    section = plan.section
    who = _clients_of(table)
    measures, items = _measures(plan, table)
    reports = {
        f"rupture_{rater}": table.of_sessions(codes.column, codes=codes).coded(codes)
        for rater, codes in section.reported.items()
    }
    something = table.anything()
    for texts in reports.values():  # an empty cell may have a meaning
        something |= np.array([bool(text) for text in texts])
    unknown = 0
    if section.attended is not None:
        cells = table.of_sessions(section.attended.column, codes=section.attended, measured=False)
        meanings = cells.coded(section.attended)
        attended = np.array([{"yes": 1.0, "no": 0.0}.get(meaning, np.nan) for meaning in meanings])
        session = sessions_of(table, who, something | np.isfinite(attended))
        unstated = (session > 0) & ~np.isfinite(attended) & (something | (not section.wide)) & (cells.texts == "")
        for k in np.flatnonzero(unstated).tolist():
            cells.say(k, "nothing", "whether the client came, in every session")
    else:
        session = sessions_of(table, who, something)
        attended = np.full(len(who), np.nan if section.wide else 1.0)
        if section.of_sessions:
            attended = np.where(something, 1.0, np.nan)
            unknown = 0 if section.wide else int(((session > 0) & ~something).sum())
    rows = pd.DataFrame({"client": who, "session": session, "attended": attended, **measures, **reports})
    return Sessions(rows, tuple(measures), tuple(reports), items, unknown)


def _clients_of(table: Table) -> list[str]:
    """The client of every row; no client has two rows where every row is one."""
    cells = table.clients()
    first: dict[tuple[str, int], int] = {}
    for k, (text, row) in enumerate(zip(cells.texts, table.rows, strict=True)):
        noun = "the client whose row it is"
        if not text and cells.written[k]:
            cells.say_taken(k, noun)
        elif not text:
            cells.say(k, "nothing", noun)
        elif table.section.wide or row.sheet:
            earlier = first.setdefault((text, row.sheet), k)
            if table.rows[earlier].row != row.row:
                cells.say_repeated(k, earlier, f"client {quoted(text)}", f"one row a client: {DELETE_ONE}")
    return [str(text) for text in cells.texts]


def _measures(plan: Plan, table: Table) -> tuple[dict[str, Floats], dict[str, Fate]]:
    """Ratings and symptom scores by their name in a run, and what became of items."""
    measures: dict[str, Floats] = {}
    items: dict[str, Fate] = {}
    for setting, given in plan.section.ratings.items():
        found, items[f"{setting}.items"] = rated(table, given, plan.questionnaires[setting])
        if setting == "alliance":
            measures |= {f"wai_{part}": found[part] for part in PARTS if part in found}
        measures["wai_client" if setting == "alliance" else "wai_therapist"] = found["total"]
    scores, key = plan.section.symptoms, plan.key
    if scores is not None and scores.items is not None and key is not None:
        pattern = scores.items
        answers = answers_of(lambda item: table.of_sessions(pattern, item), key.size, key.answers, key.reversed)
        measures["symptoms"], items["symptoms.items"] = scored(answers, key)
    if scores is not None and scores.score is not None and plan.scale is not None:
        measures["symptoms"] = table.of_sessions(scores.score).numbers(plan.scale.low, plan.scale.high)
    return measures, items
