"""Which session of a client a row is: by its number or name, by its date or day, or by its column in a wide table."""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from alliance_sim.estimands.clinics import Flags, Floats, Rows
from alliance_sim.questions.data.characters import quoted
from alliance_sim.questions.data.codes import MISSING
from alliance_sim.questions.data.occasions import NO_SESSION, plain_code
from alliance_sim.questions.data.reading.complaints import DELETE_ONE, Complaints, or_missing, shown, taken_away
from alliance_sim.questions.data.reading.table import Cells, Table
from alliance_sim.questions.data.reading.values import dates, number_in, numbers
from alliance_sim.scenario.problem import show

DAYS = 7
MOST_DAYS = 36_525
"""A hundred years: more is no number of days."""


def sessions_of(table: Table, who: Sequence[str], something: Flags, told: Complaints) -> Rows:
    """What each row is: a session by its number from 1, an occasion that is none (below 0), or neither (0).

    `something` says whether a row holds anything about a session. What is there twice is an error.
    """
    section = table.section
    if section.wide:
        return np.array([row.occasion for row in table.rows], np.int64)
    cells = table.of_clients(section.times.column)
    needed = something & np.array([not row.of_client for row in table.rows])
    if section.times.number is not None:
        number = _from_numbers(table, cells, needed, told)
    else:
        number = _from_times(table, cells, who, needed, told)
    _refuse_repeats(table, cells, who, number, told)
    return number


def _from_numbers(table: Table, cells: Cells, needed: Flags, told: Complaints) -> Rows:
    """The number that each row states, or what its code means."""
    occasions = table.section.occasions
    number = np.zeros(len(table.rows), np.int64)
    for k, text in enumerate(cells.texts):
        if table.rows[k].of_client:
            continue
        at = occasions.of(text)
        if at is not None and occasions.has(at):
            number[k] = at
        elif not text:
            if cells.written[k] and occasions.of(cells.written[k]) is not None:
                told.say(cells, k, *taken_away(cells.written[k], "the number of a session"))
            elif needed[k]:
                told.say(cells, k, "nothing", "the number of every session")
        else:
            told.say(cells, k, *_no_number(table, text))
    return number


def _no_number(table: Table, text: str) -> tuple[str, str]:
    """A text that is the number of no session: what was found, and what is allowed."""
    value = number_in(text, table.decimal)
    if value is None or abs(value) >= 1e9:
        return shown(text), table.section.occasions.allowed + or_missing(text)
    if value != int(value):
        return f"the number {value:g}", "a whole number"
    return show(value), table.section.occasions.allowed + or_missing(text)


def _from_times(table: Table, cells: Cells, who: Sequence[str], needed: Flags, told: Complaints) -> Rows:
    """Weeks since the client's first date or since day 0 (the first is 1), or the order of the client's times.

    Among days, a code of an occasion that is no session means this occasion.
    """
    times, dated = table.section.times, table.section.times.date is not None
    own = np.array([not row.of_client for row in table.rows])
    stated = table.section.occasions.by_code
    number: Rows = np.array([stated.get(plain_code(text), 0) for text in cells.texts], np.int64) * own
    cells = cells._replace(texts=np.where(number != 0, "", cells.texts))
    if dated:
        time = _days_of_dates(table, cells, who, told)
    else:
        left = cells._replace(written=np.where(number != 0, "", cells.written))
        time = numbers(left, 0, MOST_DAYS, table.decimal, told, "days since intake, from 0")
    for k in np.flatnonzero((cells.texts == "") & (number == 0) & own).tolist():
        if cells.written[k] not in MISSING:
            told.say(cells, k, *taken_away(cells.written[k], f"the {'date' if dated else 'day'} of a session"))
        elif needed[k]:
            allowed = "the date of every session" if dated else "the day of every session, counted from intake"
            told.say(cells, k, "nothing", allowed)
    there = np.flatnonzero(np.isfinite(time) & own)
    if times.counted == "weeks":
        number[there] = time[there].astype(np.int64) // DAYS + 1
    else:
        if not dated:
            _refuse_repeated_days(cells, who, time, table, told)
        count: dict[str, int] = {}
        for k in there[np.argsort(time[there], kind="stable")].tolist():
            number[k] = count[who[k]] = count.get(who[k], 0) + 1
    noun, planned = "week" if times.counted == "weeks" else "session", table.section.planned
    for k in np.flatnonzero(number > planned).tolist():
        found = f"{noun} {number[k]} of the client ({'' if dated else 'day '}{cells.texts[k]})"
        told.say(cells, k, found, f"{noun}s 1 to {planned} (data.planned)")
    return number


def _days_of_dates(table: Table, cells: Cells, who: Sequence[str], told: Complaints) -> Floats:
    """Days since the client's first date, nan where there is none."""
    days = dates(cells, table.section.times.form, told)
    first: dict[str, dt.date] = {}
    for client, day, row in zip(who, days, table.rows, strict=True):
        if day is not None and not row.of_client:
            first[client] = min(day, first.get(client, day))
    return np.array(
        [np.nan if day is None else (day - first.get(client, day)).days for client, day in zip(who, days, strict=True)]
    )


def _refuse_repeated_days(cells: Cells, who: Sequence[str], days: Floats, table: Table, told: Complaints) -> None:
    """No client has the same day twice: their order would be that of the rows."""
    first: dict[tuple[str, float], int] = {}
    for k in np.flatnonzero(np.isfinite(days)).tolist():
        earlier = first.setdefault((who[k], days[k]), k)
        if table.line(earlier) != table.line(k) or table.file(earlier) != table.file(k):
            found = f"day {days[k]:g} of client {quoted(who[k])} a second time (first in line {table.line(earlier)})"
            told.say(cells, k, found, f"one row a client and day: {DELETE_ONE}")


def _refuse_repeats(table: Table, cells: Cells, who: Sequence[str], number: Rows, told: Complaints) -> None:
    """No client has the same session twice."""
    times, occasions = table.section.times, table.section.occasions
    codes = {at: code for _, code, at in occasions.stated() if at < NO_SESSION}
    first: dict[tuple[str, int], int] = {}
    for k in np.flatnonzero(number).tolist():
        at = int(number[k])
        earlier = first.setdefault((who[k], at), k)
        if earlier == k:
            continue
        weekly = times.number is None and times.counted == "weeks" and at not in codes
        label = quoted(codes[at]) if at in codes else str(at + occasions.first - 1)
        found = f"{'week' if weekly else 'session'} {label} of client {quoted(who[k])} a second time"
        allowed = "one row a client and week; for several sessions a week: counted: order"
        allowed = allowed if weekly else f"one row a session: {DELETE_ONE}"
        told.say(cells, k, f"{found} (first in line {table.line(earlier)})", allowed)
