"""Which session of a client a row is: by its number, by its date, or by its column in a wide table."""

from collections.abc import Sequence

import numpy as np

from alliance_sim.analysis.clinics import Floats, Rows
from alliance_sim.inquiry.owndata import messages
from alliance_sim.inquiry.owndata.columns import Complaints, Table, dates, numbers

DAYS = 7
MOST_DAYS = 36_525
"""A hundred years: more is no number of days."""


def session_numbers(table: Table, who: Sequence[str], attended: Floats, told: Complaints) -> Rows:
    """Number of each row's session, from 1; 0 where there was none. Sessions that are there twice are told."""
    plan = table.plan
    if plan.wide:
        there = np.isfinite(attended)
        return np.where(there, np.tile(np.arange(1, plan.planned + 1), len(table.sheet.rows)), 0)
    assert plan.when is not None  # the mapping was checked
    if plan.when.number is not None:
        name = plan.when.number
        span = f"sessions 1 to {plan.planned}; more are stated as data.planned"
        found = numbers(table.cells(name), name, 1, plan.planned, table.sheet.decimal, told, span)
        _whole(table, name, found, told)
        number = np.nan_to_num(found).astype(np.int64)
    elif plan.when.days is not None:
        name = plan.when.days
        number = _from_days(table, name, who, told)
    else:
        name = str(plan.when.date)
        number = _from_dates(table, name, who, told)
    _once(table, name, who, number, told)
    return number


def _whole(table: Table, name: str, found: Floats, told: Complaints) -> None:
    """Every row has a number, and it is a whole one."""
    cells = table.cells(name)
    for k, line in enumerate(cells.lines):
        if not cells.texts[k]:
            told.say(name, name, line, "nothing", "the number of every session")
        elif np.isfinite(found[k]) and found[k] != int(found[k]):
            told.say(name, name, line, f"the number {found[k]:g}", "a whole number")


def _from_dates(table: Table, name: str, who: Sequence[str], told: Complaints) -> Rows:
    """Weeks since the client's first session (the first is 1), or the order of the client's dates."""
    plan = table.plan
    assert plan.when is not None
    cells = table.cells(name)
    days = dates(cells, name, plan.when.form, told)
    for text, line in zip(cells.texts, cells.lines, strict=True):
        if not text:
            told.say(name, name, line, "nothing", "the date of every session")
    own: dict[str, list[int]] = {}
    for k, client in enumerate(who):
        if days[k] is not None:
            own.setdefault(client, []).append(k)
    number = np.zeros(len(who), np.int64)
    for rows in own.values():
        first = min(day for k in rows if (day := days[k]) is not None)
        for order, k in enumerate(sorted(rows, key=lambda k: str(days[k]))):
            day = days[k]
            assert day is not None
            number[k] = (day - first).days // DAYS + 1 if plan.when.counted == "weeks" else order + 1
    noun = "week" if plan.when.counted == "weeks" else "session"
    for k in np.flatnonzero(number > plan.planned).tolist():
        found = f"{noun} {number[k]} of the client ({cells.texts[k]})"
        told.say(name, name, cells.lines[k], found, f"{noun}s 1 to {plan.planned} (data.planned)")
    return number


def _from_days(table: Table, name: str, who: Sequence[str], told: Complaints) -> Rows:
    """Weeks since intake (days 0 to 6 are week 1), or the order of the client's days."""
    plan = table.plan
    assert plan.when is not None
    cells = table.cells(name)
    days = numbers(cells, name, 0, MOST_DAYS, table.sheet.decimal, told, "days since intake, from 0")
    for text, line in zip(cells.texts, cells.lines, strict=True):
        if not text:
            told.say(name, name, line, "nothing", "the day of every session, counted from intake")
    known = np.isfinite(days)
    number = np.zeros(len(who), np.int64)
    if plan.when.counted == "weeks":
        number[known] = days[known].astype(np.int64) // DAYS + 1
    else:
        _no_day_twice(table, name, who, days, told)
        seen: dict[str, int] = {}
        for k in np.argsort(days, kind="stable")[: int(known.sum())].tolist():
            number[k] = seen[who[k]] = seen.get(who[k], 0) + 1
    noun = "week" if plan.when.counted == "weeks" else "session"
    for k in np.flatnonzero(number > plan.planned).tolist():
        found = f"{noun} {number[k]} of the client (day {cells.texts[k]})"
        told.say(name, name, cells.lines[k], found, f"{noun}s 1 to {plan.planned} (data.planned)")
    return number


def _no_day_twice(table: Table, name: str, who: Sequence[str], days: Floats, told: Complaints) -> None:
    """No client has the same day twice: their order would be that of the rows."""
    first: dict[tuple[str, float], int] = {}
    for k, client in enumerate(who):
        line = table.sheet.lines[k]
        if np.isfinite(days[k]) and first.setdefault((client, days[k]), line) != line:
            found = f'day {days[k]:g} of client "{client}" a second time (first in line {first[client, days[k]]})'
            told.say(name, name, line, found, f"one row a client and day: {messages.DELETE_ONE}")


def _once(table: Table, name: str, who: Sequence[str], number: Rows, told: Complaints) -> None:
    """No client has the same session twice."""
    first: dict[tuple[str, int], int] = {}
    when = table.plan.when
    weekly = when is not None and when.number is None and when.counted == "weeks"
    hint = "one row a client and week; for several sessions a week: counted: order"
    hint = hint if weekly else f"one row a session: {messages.DELETE_ONE}"
    for k, client in enumerate(who):
        key = (client, int(number[k]))
        line = table.sheet.lines[k]
        if number[k] and key in first:
            noun = "week" if weekly else "session"
            told.say(
                name,
                name,
                line,
                f'{noun} {number[k]} of client "{client}" a second time (first in line {first[key]})',
                hint,
            )
        first.setdefault(key, line)
