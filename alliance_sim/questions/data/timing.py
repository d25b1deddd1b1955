"""Which session of a client a row is: by its number or name, by its date or day, or by its column in a wide table."""

import datetime as dt
import re
from collections.abc import Sequence

import numpy as np

from alliance_sim.estimands.clinics import Floats, Rows
from alliance_sim.questions.data import messages
from alliance_sim.questions.data.characters import quoted
from alliance_sim.questions.data.codes import MISSING
from alliance_sim.questions.data.columns import Complaints, Table, dates, number_in, numbers, shown
from alliance_sim.questions.data.occasions import NO_SESSION, plain_code
from alliance_sim.questions.data.table import Cells, Line
from alliance_sim.scenario.problem import show

DAYS = 7
MOST_DAYS = 36_525
"""A hundred years: more is no number of days."""


def occasions(table: Table, who: Sequence[str], something: Floats, told: Complaints) -> Rows:
    """What each row is: a session by its number from 1, an occasion that is none (below 0), or neither (0).

    `something` has 1 where a row says anything about a session. What is there twice is an error.
    """
    plan = table.plan
    if plan.wide:
        return np.array([row.occasion for row in table.rows], np.int64)
    assert plan.when is not None  # the mapping was checked
    name = str(plan.when.number or plan.when.date or plan.when.days)
    cells = table.once(name)
    needed = [not row.client and bool(something[k]) for k, row in enumerate(table.rows)]
    if plan.when.number is not None:
        number = _from_numbers(table, cells, name, needed, told)
    else:
        number = _from_times(table, cells, name, who, needed, told)
    _once(table, name, who, number, told)
    return number


def _from_numbers(table: Table, cells: Cells, name: str, needed: Sequence[bool], told: Complaints) -> Rows:
    """The number that each row states, or what its code means."""
    plan = table.plan
    stated = {code: occasion for _, code, occasion in plan.occasions.stated()}
    number = np.zeros(len(table.rows), np.int64)
    for k, (text, line) in enumerate(zip(cells.texts, cells.lines, strict=True)):
        if table.rows[k].client:
            continue
        if not text:
            if "" in stated:
                number[k] = stated[""]
            elif cells.written[k] and plan.occasions.of(cells.written[k]) is not None:
                _taken_away(name, cells.written[k], line, "the number of a session", told)
            elif needed[k]:
                told.say(name, name, line, "nothing", "the number of every session")
            continue
        at = plan.occasions.of(text)
        if at is not None and plan.has_occasion(at):
            number[k] = at
            continue
        value = number_in(text, table.sheet.decimal)
        if value is not None and value != int(min(max(value, -1e9), 1e9)) and abs(value) < 1e9:
            told.say(name, name, line, f"the number {value:g}", "a whole number")
        else:
            found = shown(text) if value is None or abs(value) >= 1e9 else show(value)
            told.say(name, name, line, found, messages.sessions_of(plan) + messages.or_missing(text))
    return number


def _taken_away(name: str, text: str, line: Line, noun: str, told: Complaints) -> None:
    told.say(name, name, line, f"{shown(text)}, which data.missing takes for nothing", f"{noun}; {messages.OWN_CODES}")


def _from_times(
    table: Table, cells: Cells, name: str, who: Sequence[str], needed: Sequence[bool], told: Complaints
) -> Rows:
    """Weeks since the client's first date or since day 0 (the first is 1), or the order of the client's times.

    Among days, a code of an occasion that is no session means this occasion.
    """
    plan = table.plan
    assert plan.when is not None
    dated = plan.when.date is not None
    stated = {code: at for _, code, at in plan.occasions.stated()}
    number = np.array(
        [
            0 if row.client else stated.get(plain_code(text), 0)
            for row, text in zip(table.rows, cells.texts, strict=True)
        ],
        np.int64,
    )
    cells = cells._replace(texts=["" if at else text for at, text in zip(number, cells.texts, strict=True)])
    time = (
        _days_of_dates(table, cells, name, who, told)
        if dated
        else numbers(cells, name, 0, MOST_DAYS, table.sheet.decimal, told, "days since intake, from 0")
    )
    for k, (text, line) in enumerate(zip(cells.texts, cells.lines, strict=True)):
        if text or number[k] or table.rows[k].client:
            continue
        if cells.written[k] not in MISSING:
            _taken_away(name, cells.written[k], line, f"the {'date' if dated else 'day'} of a session", told)
        elif needed[k]:
            told.say(
                name,
                name,
                line,
                "nothing",
                "the date of every session" if dated else "the day of every session, counted from intake",
            )
    there = np.flatnonzero(np.isfinite(time) & [not row.client for row in table.rows])
    weekly = plan.when.counted == "weeks"
    if weekly:
        number[there] = time[there].astype(np.int64) // DAYS + 1
    else:
        if not dated:
            _no_day_twice(table, name, who, time, told)
        seen: dict[str, int] = {}
        for k in there[np.argsort(time[there], kind="stable")].tolist():
            number[k] = seen[who[k]] = seen.get(who[k], 0) + 1
    noun = "week" if weekly else "session"
    for k in np.flatnonzero(number > plan.planned).tolist():
        found = f"{noun} {number[k]} of the client ({'' if dated else 'day '}{cells.texts[k]})"
        told.say(name, name, cells.lines[k], found, f"{noun}s 1 to {plan.planned} (data.planned)")
    return number


def _days_of_dates(table: Table, cells: Cells, name: str, who: Sequence[str], told: Complaints) -> Floats:
    """Days since the client's first date, nan where there is none."""
    assert table.plan.when is not None
    days = dates(cells, name, table.plan.when.form, told)
    first: dict[str, dt.date] = {}
    for client, day, row in zip(who, days, table.rows, strict=True):
        if day is not None and not row.client:
            first[client] = min(day, first.get(client, day))
    return np.array(
        [np.nan if day is None else (day - first.get(client, day)).days for client, day in zip(who, days, strict=True)]
    )


def _no_day_twice(table: Table, name: str, who: Sequence[str], days: Floats, told: Complaints) -> None:
    """No client has the same day twice: their order would be that of the rows."""
    first: dict[tuple[str, float], Line] = {}
    for k, client in enumerate(who):
        line = table.lines[k]
        if np.isfinite(days[k]) and first.setdefault((client, days[k]), line) != line:
            found = f"day {days[k]:g} of client {quoted(client)} a second time (first in line {first[client, days[k]]})"
            told.say(name, name, line, found, f"one row a client and day: {messages.DELETE_ONE}")


def _once(table: Table, name: str, who: Sequence[str], number: Rows, told: Complaints) -> None:
    """No client has the same session twice."""
    first: dict[tuple[str, int], Line] = {}
    when, stated = table.plan.when, {at: code for _, code, at in table.plan.occasions.stated() if at < NO_SESSION}
    by_week = when is not None and when.number is None and when.counted == "weeks"
    for k, client in enumerate(who):
        at = int(number[k])
        key, line = (client, at), table.lines[k]
        if at and key in first:
            weekly = by_week and at not in stated
            shown_as = quoted(stated[at]) if at in stated else str(at + table.plan.occasions.first - 1)
            found = f"{'week' if weekly else 'session'} {shown_as} of client {quoted(client)} a second time"
            hint = "one row a client and week; for several sessions a week: counted: order"
            hint = hint if weekly else f"one row a session: {messages.DELETE_ONE}"
            told.say(name, name, line, f"{found} (first in line {first[key]})", hint)
        first.setdefault(key, line)


DATE_PARTS = {
    r"[yYjJaA]{4}": "%Y", r"[yYjJaA]{2}": "%y", r"[mM]{3}": "%b", r"[mM]{1,2}": "%m", r"[dDtT]{1,2}": "%d",
}  # fmt: skip
"""How spreadsheets write the parts of a date, in English, German and French; and how a mapping does."""


def form_of_a_spreadsheet(form: str) -> str | None:
    """The form of dates that a spreadsheet writes otherwise; None where it is none.

    >>> form_of_a_spreadsheet("dd.mm.yyyy"), form_of_a_spreadsheet("%d.%m.%Y")
    ('%d.%m.%Y', None)
    """
    made, rest = "", form
    while rest:
        for part, sign in DATE_PARTS.items():
            found = re.match(part, rest)
            if found and sign not in made:
                made, rest = made + sign, rest[found.end() :]
                break
        else:
            if rest[0].isalpha() or rest[0] == "%":
                return None
            made, rest = made + rest[0], rest[1:]
    return made if is_form(made) else None


def is_form(form: str) -> bool:
    """Whether a form says which day it is.

    >>> is_form("%d.%m.%Y"), is_form("%m.%Y"), is_form("dd.mm.yyyy")
    (True, False, False)
    """
    for day in (dt.date(2024, 1, 31), dt.date(2023, 12, 5)):
        try:
            if dt.datetime.strptime(day.strftime(form), form).date() != day:
                return False
        except ValueError:
            return False
    return True
