"""Which session of a client a row is: by its number or name, by its date or day, or by its column in a wide table."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from alliance_sim.estimands.clinics import Flags, Floats, Rows
from alliance_sim.questions.data.names import MISSING, NO_SESSION
from alliance_sim.questions.data.reading.cells import DELETE_ONE, Cells, number_in, or_missing, shown
from alliance_sim.questions.data.reading.table import Table
from alliance_sim.questions.data.text import plain_code, quoted
from alliance_sim.scenario.problem import show

DAYS = 7
MOST_DAYS = 36_525
"""A hundred years: more is no number of days."""

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


def sessions_of(table: Table, who: Sequence[str], something: Flags) -> Rows:
    """What each row is: a session by its number from 1, an occasion that is none (below 0), or neither (0).

    `something` says whether a row holds anything about a session. What is there twice is an error.
    """
    section = table.section
    if section.wide:
        return np.array([row.occasion for row in table.rows], np.int64)
    cells = table.of_clients(section.times.column)
    needed = something & ~table.of_client
    number = (_from_times if section.times.number is None else _from_numbers)(table, cells, who, needed)
    _refuse_repeats(table, cells, who, number)
    return number


def _from_numbers(table: Table, cells: Cells, _: Sequence[str], needed: Flags) -> Rows:
    """The number that each row states, or what its code means."""
    occasions = table.section.occasions
    number = np.zeros(len(table.rows), np.int64)
    for k in np.flatnonzero(~table.of_client).tolist():
        text = cells.texts[k]
        at = occasions.of(text)
        if at is not None and occasions.has(at):
            number[k] = at
        elif text:
            value = number_in(text, cells.decimal)
            if value is not None and abs(value) < 1e9 and value != int(value):
                cells.say(k, f"the number {value:g}", "a whole number")
            else:
                found = shown(text) if value is None or abs(value) >= 1e9 else show(value)
                cells.say(k, found, occasions.allowed + or_missing(text))
        elif cells.written[k] and occasions.of(cells.written[k]) is not None:
            cells.say_taken(k, "the number of a session")
        elif needed[k]:
            cells.say(k, "nothing", "the number of every session")
    return number


def _from_times(table: Table, cells: Cells, who: Sequence[str], needed: Flags) -> Rows:
    """Weeks since the client's first date or since day 0 (the first is 1), or the order of the client's times.

    Among days, a code of an occasion that is no session means this occasion.
    """
    times, dated, own = table.section.times, table.section.times.date is not None, ~table.of_client
    stated = table.section.occasions.by_code
    number: Rows = np.array([stated.get(plain_code(text), 0) for text in cells.texts], np.int64) * own
    cells = replace(cells, texts=np.where(number != 0, "", cells.texts))
    if dated:
        time = _days_of_dates(table, cells, who)
    else:
        left = replace(cells, written=np.where(number != 0, "", cells.written))
        time = left.numbers(0, MOST_DAYS, "days since intake, from 0")
    for k in np.flatnonzero((cells.texts == "") & (number == 0) & own).tolist():
        if cells.written[k] not in MISSING:
            cells.say_taken(k, f"the {'date' if dated else 'day'} of a session")
        elif needed[k]:
            allowed = "the date of every session" if dated else "the day of every session, counted from intake"
            cells.say(k, "nothing", allowed)
    there = np.flatnonzero(np.isfinite(time) & own)
    noun = "week" if times.counted == "weeks" else "session"
    if times.counted == "weeks":
        number[there] = time[there].astype(np.int64) // DAYS + 1
    else:
        if not dated:
            _refuse_repeated_days(cells, who, time)
        count: dict[str, int] = {}
        for k in there[np.argsort(time[there], kind="stable")].tolist():
            number[k] = count[who[k]] = count.get(who[k], 0) + 1
    planned = table.section.planned
    for k in np.flatnonzero(number > planned).tolist():
        found = f"{noun} {number[k]} of the client ({'' if dated else 'day '}{cells.texts[k]})"
        cells.say(k, found, f"{noun}s 1 to {planned} (data.planned)")
    return number


def _days_of_dates(table: Table, cells: Cells, who: Sequence[str]) -> Floats:
    """Days since the client's first date, nan where there is none."""
    days = cells.dates(table.section.times.form)
    first: dict[str, dt.date] = {}
    for client, day, row in zip(who, days, table.rows, strict=True):
        if day is not None and not row.of_client:
            first[client] = min(day, first.get(client, day))
    pairs = zip(who, days, strict=True)
    return np.array([np.nan if day is None else (day - first.get(client, day)).days for client, day in pairs])


def _refuse_repeated_days(cells: Cells, who: Sequence[str], days: Floats) -> None:
    """No client has the same day twice: their order would be that of the rows."""
    first: dict[tuple[str, float], int] = {}
    for k in np.flatnonzero(np.isfinite(days)).tolist():
        earlier = first.setdefault((who[k], days[k]), k)
        if earlier != k:
            what = f"day {days[k]:g} of client {quoted(who[k])}"
            cells.say_repeated(k, earlier, what, f"one row a client and day: {DELETE_ONE}")


def _refuse_repeats(table: Table, cells: Cells, who: Sequence[str], number: Rows) -> None:
    """No client has the same session twice."""
    times, occasions = table.section.times, table.section.occasions
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
