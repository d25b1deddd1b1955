"""What the rows of a table say of sessions: whose, which one, whether it was held, ratings, scores and reports.

A session is that of a number or name, a date or day, or of a column in a wide table.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Flags, Floats, Rows
from alliance_sim.questions.data.names import MISSING, NO_SESSION
from alliance_sim.questions.data.reading.cells import DELETE_ONE, Cells, number_in, or_missing, shown
from alliance_sim.questions.data.reading.items import Fate, answers_of, rated, scored
from alliance_sim.questions.data.reading.questionnaires import ReadingPlan
from alliance_sim.questions.data.reading.table import DataTable
from alliance_sim.questions.data.settings import PARTS
from alliance_sim.questions.data.text import plain_code, quoted
from alliance_sim.scenario.problem import show


class SessionRows(NamedTuple):
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


def read_sessions(plan: ReadingPlan, table: DataTable) -> SessionRows:
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
        came = {"yes": 1.0, "no": 0.0, "": np.nan}
        attended = np.array([came[meaning] for meaning in cells.coded(section.attended)])
        session = _sessions_of(table, who, something | np.isfinite(attended))
        unstated = (session > 0) & ~np.isfinite(attended) & (something | (not section.wide)) & (cells.texts == "")
        for k in np.flatnonzero(unstated).tolist():
            cells.say(k, "nothing", "whether the client came, in every session")
    else:
        session = _sessions_of(table, who, something)
        attended = np.where(something, 1.0, np.nan)
        if not section.of_sessions:
            attended[:] = np.nan if section.wide else 1.0
        elif not section.wide:
            unknown = int(((session > 0) & ~something).sum())
    rows = pd.DataFrame({"client": who, "session": session, "attended": attended, **measures, **reports})
    return SessionRows(rows, tuple(measures), tuple(reports), items, unknown)


def _clients_of(table: DataTable) -> list[str]:
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


def _measures(plan: ReadingPlan, table: DataTable) -> tuple[dict[str, Floats], dict[str, Fate]]:
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
        cells_of = partial(table.of_sessions, scores.items)
        answers = answers_of(cells_of, key.size, key.answers, key.reversed)
        measures["symptoms"], items["symptoms.items"] = scored(answers, key)
    if scores is not None and scores.score is not None and plan.scale is not None:
        measures["symptoms"] = table.of_sessions(scores.score).numbers(plan.scale.low, plan.scale.high)
    return measures, items


# ---- which session -------------------------------------------------------------------------------------------------

DAYS = 7
MOST_DAYS = 36_525  # a hundred years: more is no number of days

_PARTS = {r"[yYjJaA]{4}": "%Y", r"[yYjJaA]{2}": "%y", r"[mM]{3}": "%b", r"[mM]{1,2}": "%m", r"[dDtT]{1,2}": "%d"}
"""How spreadsheets write the parts of a date, in English, German and French; and how a mapping does."""


def form_of_a_spreadsheet(form: str) -> str | None:
    """The form of dates that a spreadsheet writes otherwise; None where it is none.

    >>> form_of_a_spreadsheet("dd.mm.yyyy"), form_of_a_spreadsheet("%d.%m.%Y")
    ('%d.%m.%Y', None)
    """
    made, rest = "", form
    while rest:
        found = next(
            ((m, sign) for part, sign in _PARTS.items() if sign not in made and (m := re.match(part, rest))), None
        )
        if found is None and (rest[0].isalpha() or rest[0] == "%"):
            return None
        made += found[1] if found else rest[0]
        rest = rest[found[0].end() if found else 1 :]
    return made if is_form(made) else None


def is_form(form: str) -> bool:
    """Whether a form says which day it is.

    >>> is_form("%d.%m.%Y"), is_form("%m.%Y"), is_form("dd.mm.yyyy")
    (True, False, False)
    """
    try:
        days = (dt.date(2024, 1, 31), dt.date(2023, 12, 5))
        return all(dt.datetime.strptime(day.strftime(form), form).date() == day for day in days)
    except ValueError:
        return False


def _sessions_of(table: DataTable, who: Sequence[str], something: Flags) -> Rows:
    """What each row is: a session by its number from 1, an occasion that is none (below 0), or neither (0).

    `something` says whether a row holds anything about a session. What is there twice is an error.
    """
    section, occasions = table.section, table.section.occasions
    if section.wide:
        return np.array([row.occasion for row in table.rows], np.int64)
    times, cells = section.times, table.of_clients(section.times.column)
    needed = something & ~table.of_client
    number = (_from_times if times.number is None else _from_numbers)(table, cells, who, needed)
    codes = {at: code for _, code, at in occasions.stated() if at < NO_SESSION}
    first: dict[tuple[str, int], int] = {}
    for k in np.flatnonzero(number).tolist():
        at = int(number[k])
        earlier = first.setdefault((who[k], at), k)
        if earlier != k:
            weekly = times.number is None and times.counted == "weeks" and at not in codes
            label = quoted(codes[at]) if at in codes else str(at + occasions.first - 1)
            what = f"{'week' if weekly else 'session'} {label} of client {quoted(who[k])}"
            allowed = "one row a client and week; for several sessions a week: counted: order"
            cells.say_repeated(k, earlier, what, allowed if weekly else f"one row a session: {DELETE_ONE}")
    return number


def _from_numbers(table: DataTable, cells: Cells, _: Sequence[str], needed: Flags) -> Rows:
    """The number that each row states, or what its code means."""
    occasions = table.section.occasions
    number = np.zeros(len(table.rows), np.int64)
    for k in np.flatnonzero(~table.of_client).tolist():
        text = cells.texts[k]
        at = occasions.of(text)
        value = number_in(text, cells.decimal)
        if at is not None and occasions.has(at):
            number[k] = at
        elif value is not None and abs(value) < 1e9 and value != int(value):
            cells.say(k, f"the number {value:g}", "a whole number")
        elif text:
            found = shown(text) if value is None or abs(value) >= 1e9 else show(value)
            cells.say(k, found, occasions.allowed + or_missing(text))
        elif cells.written[k] and occasions.of(cells.written[k]) is not None:
            cells.say_taken(k, "the number of a session")
        elif needed[k]:
            cells.say(k, "nothing", "the number of every session")
    return number


def _from_times(table: DataTable, cells: Cells, who: Sequence[str], needed: Flags) -> Rows:
    """Weeks since the client's first date or since day 0 (the first is 1), or the order of the client's times.

    Among days, a code of an occasion that is no session means this occasion.
    """
    times, dated, own = table.section.times, table.section.times.date is not None, ~table.of_client
    stated = table.section.occasions.by_code
    number: Rows = np.array([stated.get(plain_code(text), 0) for text in cells.texts], np.int64) * own
    texts, written = (np.where(number != 0, "", each) for each in (cells.texts, cells.written))
    cells = replace(cells, texts=texts)
    if dated:
        time = _days_of_dates(table, cells, who)
    else:
        time = replace(cells, written=written).numbers(0, MOST_DAYS, "days since intake, from 0")
    for k in np.flatnonzero((texts == "") & (number == 0) & own).tolist():
        if cells.written[k] not in MISSING:
            cells.say_taken(k, f"the {'date' if dated else 'day'} of a session")
        elif needed[k]:
            allowed = "the date of every session" if dated else "the day of every session, counted from intake"
            cells.say(k, "nothing", allowed)
    there = np.flatnonzero(np.isfinite(time) & own)
    if times.counted == "weeks":
        noun = "week"
        number[there] = time[there].astype(np.int64) // DAYS + 1
    else:
        noun = "session"
        count: dict[str, int] = {}
        first: dict[tuple[str, float], int] = {}
        for k in np.flatnonzero(np.isfinite(time)).tolist() if not dated else ():  # else their order is that of rows
            earlier = first.setdefault((who[k], time[k]), k)
            if earlier != k:
                what = f"day {time[k]:g} of client {quoted(who[k])}"
                cells.say_repeated(k, earlier, what, f"one row a client and day: {DELETE_ONE}")
        for k in there[np.argsort(time[there], kind="stable")].tolist():
            number[k] = count[who[k]] = count.get(who[k], 0) + 1
    planned = table.section.planned
    for k in np.flatnonzero(number > planned).tolist():
        found = f"{noun} {number[k]} of the client ({'' if dated else 'day '}{texts[k]})"
        cells.say(k, found, f"{noun}s 1 to {planned} (data.planned)")
    return number


def _days_of_dates(table: DataTable, cells: Cells, who: Sequence[str]) -> Floats:
    """Days since the client's first date, nan where there is none."""
    days = cells.dates(table.section.times.form)
    first: dict[str, dt.date] = {}
    for client, day, row in zip(who, days, table.rows, strict=True):
        if day is not None and not row.of_client:
            first[client] = min(day, first.get(client, day))
    pairs = zip(who, days, strict=True)
    return np.array([np.nan if day is None else (day - first.get(client, day)).days for client, day in pairs])
