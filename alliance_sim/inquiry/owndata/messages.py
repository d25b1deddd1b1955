"""How we say that a table of a clinic, or the mapping of its columns, is wrong: every message is written here, once."""

import re
from collections.abc import Sequence
from typing import Any

from alliance_sim.inquiry.owndata.characters import named, quoted
from alliance_sim.inquiry.owndata.codes import MISSING
from alliance_sim.inquiry.owndata.mapping import Plan
from alliance_sim.scenario.problem import Place, Problem, listing, nearest, show

SHOWN_LINES = 5
"""So many lines of a table a message names."""

_TABLE = "the path of a CSV file: a line of column names, and below it a row a line"


def no_such_table(place: Place, name: str, near: str | None) -> Problem:
    """A path of a CSV file that leads nowhere."""
    return Problem(place, f"no file {quoted(name, 200)}", _TABLE, near)


def no_table(place: Place, name: str, reason: str) -> Problem:
    """Something that cannot be read as a table."""
    return Problem(place, f"{quoted(name, 200)}, which cannot be read ({reason})", _TABLE)


def no_rows(file: str) -> Problem:
    """A table without rows."""
    return Problem(Place(file), "no rows", "a line of column names, and below it a row a line")


def one_column(file: str, line: int, header: str, stated: str) -> Problem:
    """A header in which no separator stands; `stated` is the one that was asked for, empty where it was looked for."""
    allowed = "columns separated by a comma, a semicolon, a tab or a vertical bar"
    allowed += "; data.separator states which" if stated else ""
    found = f"one column only (the text {quoted(header)})" + (
        f", separated by a {stated}, as was stated" if stated else ""
    )
    return Problem(Place(file, line), found, allowed)


def column_twice(file: str, line: int, name: str) -> Problem:
    """Two columns of one name."""
    return Problem(Place(file, line), f"the column {quoted(name)} a second time", "each name once")


def title_above(file: str, line: int, title: str, header: int) -> Problem:
    """A line above the names of the columns."""
    allowed = f"the names of the columns first; they seem to stand in line {header}: delete what is above it"
    return Problem(Place(file, line), f"{show(title)} above the names of the columns", allowed)


def open_quotation(file: str, line: int) -> Problem:
    """A quotation mark without its partner."""
    found = "a quotation mark that begins a cell here and is not closed in this line"
    return Problem(
        Place(file, line), found, "quotation marks in pairs; delete this one, or close it where the cell ends"
    )


def wrong_widths(file: str, lines: Sequence[int], found: int, wanted: int, separated: str) -> Problem:
    """Lines with too few or too many cells; `separated` is what separates them, and how that was found."""
    cells = "1 cell" if found == 1 else f"{found} cells"
    return Problem(
        Place(file, lines[0]), cells + others(lines), f"{wanted}, one for each column (separator: {separated})"
    )


def others(lines: Sequence[int], noun: str = "line") -> str:
    """Further lines in which the same was found.

    >>> others([3]), others([3, 4]), others(range(3, 20))
    ('', ' (also in line 4)', ' (also in lines 4, 5, 6, 7, 8 and 11 more)')
    """
    rest = list(lines[1:])
    if not rest:
        return ""
    named = ", ".join(map(str, rest[:SHOWN_LINES]))
    more = f" and {len(rest) - SHOWN_LINES} more" if len(rest) > SHOWN_LINES else ""
    return f" (also in {noun}{'s' if len(rest) > 1 else ''} {named}{more})"


def no_such_column(place: Place, name: str, names: Sequence[str], table: str) -> Problem:
    """A column that the table does not have."""
    near = nearest(name, names) or _beginning(name, names)
    shown = [named(own) for own in names if own]
    return Problem(
        place, f"the column {quoted(name)}, which {table} does not have", listing(shown), near and named(near)
    )


def _beginning(name: str, names: Sequence[str]) -> str | None:
    """The first column that begins with a name and goes on otherwise, as where two names were not separated."""
    return next((own for own in names if own.lower().startswith(name.lower())), None)


def no_matching_column(
    place: Place, pattern: str, names: Sequence[str], table: str, unnumbered: Sequence[str] = ()
) -> Problem:
    """A pattern that no column of the table is like; `unnumbered` are like it but for their number."""
    if unnumbered:
        found = f"the pattern {quoted(pattern)}, of whose columns none has the number of a session"
        allowed = "numbers in the place of {session}, or names that data.session lists (intake, end, follow_up, named)"
        return Problem(place, f"{found} ({listing(list(unnumbered))})", allowed)
    found = f"the pattern {quoted(pattern)}, which no column of {table} is like"
    return Problem(place, found, listing(list(names)), nearest(pattern, names))


def beyond_the_plan(place: Place, name: str, allowed: str) -> Problem:
    """A column of a session that is not planned."""
    return Problem(place, f"the column {quoted(name)}, which is none of the planned sessions", allowed)


def items_lacking(place: Place, pattern: str, items: Sequence[str]) -> Problem:
    """Items without a column."""
    found = f"no column of {quoted(pattern)} for item{'s' if len(items) > 1 else ''} {listing(items)}"
    return Problem(place, found, "a column for each of the twelve items")


def two_of_one(place: Place, pattern: str, first: str, second: str) -> Problem:
    """Two columns of the same session."""
    found = f"the columns {quoted(first)} and {quoted(second)}, both of the same session"
    return Problem(place, found, f"one column of {quoted(pattern)} for each session")


def sessions_of(plan: Plan) -> str:
    """Which sessions there may be, and how others are stated."""
    return (
        f"{plan.occasions.numbers(plan.planned)}; more are stated as data.planned, another first number as "
        "data.session.first (0 or 1), what is no session of the treatment as data.session.intake, end or follow_up"
    )


def placeholder(place: Place, name: str, sign: str, allowed: Sequence[str], near: str | None) -> Problem:
    """A placeholder that a setting does not know."""
    found = f"the placeholder {sign} in {quoted(name)}"
    if sign in ("{", "}"):
        found = f"a brace without its partner in {quoted(name)}"
    if sign in allowed:
        found, near = f"{found}, a second time", None
    words = f"{' and '.join(allowed)} here" if allowed else "the name of one column, without placeholders"
    return Problem(place, found, words, near if allowed else None)


def no_effect(place: Place, found: str, needed: str) -> Problem:
    """A setting that changes nothing without another one."""
    return Problem(
        place, f"{found}, which has no effect", f"this setting only together with {needed}; else leave it out"
    )


def form_of_dates(place: Place, form: str, near: str | None) -> Problem:
    """A form of dates that says no day."""
    allowed = "a form with %d for the day, %m for the month and %Y for the year, such as %Y-%m-%d or %d.%m.%Y"
    return Problem(place, f"the form {quoted(form)}", allowed, near)


def client_needed(place: Place) -> Problem:
    """A long table, or one of two tables, without a column of clients."""
    return Problem(place, "nothing", "the name of a column; only a wide table may lack it, where every row is a client")


def named_beyond(place: Place, number: int, planned: int) -> Problem:
    """A name for a session that is not planned."""
    return Problem(place, f"session {number}", f"sessions 1 to {planned} (data.planned)")


def one_code(place: Place, count: int) -> Problem:
    """Several occasions where there can be one."""
    return Problem(place, f"{count} codes", "one code: there is one occasion of this kind")


def two_ways(place: Place, other: str) -> Problem:
    """A score that is stated in two ways."""
    return Problem(place, f"a column, beside data.{other}", "one of the two, which both say where this score stands")


def no_such_occasion(file: str, key: str, code: str, wide: bool) -> Problem:
    """An occasion that nothing in the table is of."""
    what = "a name or number that a column of a pattern has" if wide else "what stands in the column of sessions"
    return Problem(Place(file), f"no {'column' if wide else 'row'} of {quoted(code)} (data.session.{key})", what)


def no_such_rows(file: str, column: str) -> Problem:
    """A table in which no row has a code of data.rows."""
    found = f"no row with a code of data.rows in the column {quoted(column)}"
    return Problem(Place(file), found, "codes that stand in this column")


def missing_unused(place: Place, name: str) -> Problem:
    """Codes for nothing of a column that is not read."""
    return Problem(
        place, f"codes of the column {quoted(name)}, which the mapping does not read", "a column that it reads"
    )


def pattern_in_long(place: Place, name: str) -> Problem:
    """A pattern of sessions where every row is a session."""
    return Problem(
        place, f"the pattern {quoted(name)}", "the name of one column, since every row is a session (layout: long)"
    )


def no_pattern(place: Place, name: str) -> Problem:
    """One column where every session has its own."""
    allowed = "a pattern such as wai_{session}, since every row is a client (layout: wide)"
    return Problem(place, f"the name {quoted(name)}", allowed)


def no_item_pattern(place: Place, name: str) -> Problem:
    """One column where every item has its own."""
    return Problem(
        place, f"the name {quoted(name)}", "a pattern such as wai_{item}, one column for each of the twelve items"
    )


def only_in(place: Place, key: str, layout: str) -> Problem:
    """A setting that the other layout has."""
    return Problem(place, f"{key} in this layout", f"{key} only with layout: {layout}")


def session_needed(place: Place) -> Problem:
    """A long table without what tells its sessions apart."""
    return Problem(place, "nothing", "a mapping with number: COLUMN or date: COLUMN, which tells sessions apart")


def one_of(place: Place, found: str, options: Sequence[str]) -> Problem:
    """Several settings of which only one may be stated, or none of them."""
    return Problem(place, found, f"one of {', '.join(options)}")


def rescale_needed(place: Place, low: float, high: float) -> Problem:
    """A scale of ratings that is not that of the model."""
    found = f"a scale from {low:g} to {high:g}"
    return Problem(place, found, "1 to 5; or rescale: true, which puts it on 1 to 5 (linearly)")


def wrong_scale(place: Place, value: Any) -> Problem:
    """A scale that is no two numbers in order."""
    return Problem(place, show(value), "the lowest and the highest answer, such as [1, 5]")


def wrong_item(place: Place, value: Any) -> Problem:
    """An item that there is not."""
    return Problem(place, show(value), "whole numbers from 1 to 12, each once: the items that are turned round")


def reversed_without_items(place: Place) -> Problem:
    """Reversed items where no items are given."""
    return Problem(place, "reversed items without items", "reversed only together with items")


def code_twice(place: Place, code: object, first: str) -> Problem:
    """The same code for two things."""
    return Problem(place, f"the code {show(code)}, which also stands under {first}", "each code once")


def nothing_to_measure(place: Place) -> Problem:
    """A mapping without anything that could be estimated."""
    return Problem(place, "no column to measure", "at least one of alliance, symptoms, left, reports")


def size_of_the_data(place: Place, key: str, value: Any, decided: int) -> Problem:
    """A size of the simulated clinics that the data decide otherwise."""
    by = "data.planned" if key == "weeks" else "the table"
    return Problem(place, show(value), f"{decided}, which {by} decides; leave it out")


def symptoms_of_the_data(place: Place, instrument: str) -> Problem:
    """A symptom scale of the model that is not that of the data."""
    return Problem(
        place, "another symptom scale", f"{instrument}, which data.symptoms.instrument decides; leave it out"
    )


def many_worlds(place: Place, count: int, most: int) -> Problem:
    """More worlds than one can look at beside a clinic."""
    return Problem(place, f"{count} worlds (arms at settings of factors)", f"at most {most}")


# ---- cells -------------------------------------------------------------------------------------------------------


OWN_CODES = "where a code holds for one column alone: missing: {COLUMN: [CODE]}"

DELETE_ONE = "delete one of the two, or correct its number"

LONGEST_CODE = 20
"""Longer texts are no codes for nothing."""

_NOTHING = re.compile(
    r"[^\w\s]+|#?n\.?[ /]?a\.?|#null!|k\.? ?a\.?|none|null|missing|-\d+([.,]0+)?|(9{2,}|8{2,}|7{2,})([.,]0+)?", re.I
)
"""Cells that in many tables stand for nothing: signs alone, words for it, negative numbers, 99 and the like."""


def or_missing(text: str) -> str:
    """How to say that a cell says nothing, where it looks like that; else nothing.

    >>> or_missing("-"), or_missing("4,5")
    ('; if such a cell is empty, the mapping says so, beside what it lists: missing: ["", NA, NaN, nan, ".", "-"]', '')
    """
    if not _NOTHING.fullmatch(text) or len(text) > LONGEST_CODE:
        return ""
    codes = ", ".join(code if re.fullmatch(r"\w+", code) else f'"{code}"' for code in dict.fromkeys((*MISSING, text)))
    return f"; if such a cell is empty, the mapping says so, beside what it lists: missing: [{codes}]"


def cell(file: str, lines: Sequence[int], name: str, found: str, allowed: str, near: str | None = None) -> Problem:
    """Cells of one column that are wrong in the same way; `found` is the first of them."""
    return Problem(Place(file, lines[0], name), found + others(lines), allowed, near)
