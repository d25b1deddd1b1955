"""How we say that a table of a clinic, or the mapping of its columns, is wrong: every message is written here, once."""

import re
from collections.abc import Sequence
from typing import Any

from alliance_sim.questions.data.characters import named, quoted
from alliance_sim.questions.data.codes import MISSING
from alliance_sim.questions.data.mapping import Plan
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


def long_cell(file: str, line: int) -> Problem:
    """A cell that is longer than any that is read."""
    return Problem(Place(file, line), "a cell of more than 131,072 characters", "shorter cells; is the file a table?")


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
    example = pattern.replace("{session}", "1").replace("{item}", "1")
    near = nearest(example, names)
    return Problem(place, found, listing([named(name) for name in names if name]), near and named(near))


def beyond_the_plan(place: Place, columns: Sequence[str], allowed: str) -> Problem:
    """Columns of sessions that are not planned."""
    shown = listing([quoted(name) for name in columns])
    if len(columns) == 1:
        return Problem(place, f"the column {shown}, which is none of the planned sessions", allowed)
    return Problem(place, f"the columns {shown}, which are none of the planned sessions", allowed)


def two_of_one(place: Place, pattern: str, first: str, second: str, item: int | None = None) -> Problem:
    """Two columns of the same session, or of one item of it."""
    what = "the same session" if item is None else f"item {item}"
    if item is not None and "{session}" in pattern:
        what += " of the same session"
    found = f"the columns {quoted(first)} and {quoted(second)}, both of {what}"
    each = "session" if item is None else "item"
    return Problem(place, found, f"one column of {quoted(pattern)} for each {each}")


def placeholders_touch(place: Place, pattern: str) -> Problem:
    """Two numbers of which nobody could tell where the first one ends."""
    return Problem(
        place, f"the pattern {quoted(pattern)}", "something between {session} and {item}, such as phq_{session}_{item}"
    )


def numbered(items: Sequence[int], noun: str = "item") -> str:
    """Items by their numbers, neighbours drawn together.

    >>> numbered([13]), numbered([2, 13, 14, 15])
    ('item 13', 'items 2 and 13 to 15')
    """
    words = runs(items)
    listed = " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    return f"{noun}{'' if len(items) == 1 else 's'} {listed}"


def runs(numbers: Sequence[int]) -> list[str]:
    """Numbers in order, three or more that follow each other as one.

    >>> runs([1, 2, 3, 5, 8, 9])
    ['1 to 3', '5', '8', '9']
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    words: list[str] = []
    for run in found:
        words += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run)
    return words


def items_lacking(
    place: Place, pattern: str, lacking: Sequence[int], count: int, owner: str, table: str, near: str | None
) -> Problem:
    """Items of a questionnaire that a table does not have."""
    found = f"the pattern {quoted(pattern)}, for which {table} has no column of {numbered(lacking)}"
    return Problem(place, found, f"a column for each of the {count} items of {owner}", near)


def other_form(place: Place, form: str, count: int, beyond: Sequence[int], fitting: Sequence[str]) -> Problem:
    """Items that the questionnaire which is taken where none is named does not have."""
    found = f"{numbered(beyond)}, which {form} does not have ({count} items)"
    wanted = f"form: {' or '.join(fitting)}, or another questionnaire" if fitting else "form: and the questionnaire"
    return Problem(place, found, f"{wanted} that was used; form: {form} reads items 1 to {count} alone")


def unknown_form(place: Place, name: str, options: Sequence[str]) -> Problem:
    """A name of no questionnaire of the alliance."""
    allowed = f"{', '.join(options)}, or the path of a YAML file"
    return Problem(place, f"the unknown questionnaire {quoted(name)}", allowed, nearest(name, options))


def no_alliance_form(place: Place, name: str, options: Sequence[str]) -> Problem:
    """An instrument that does not measure the alliance."""
    return Problem(place, f"{quoted(name)}, which does not measure the alliance", ", ".join(options))


def other_parts(place: Place, name: str, parts: Sequence[str]) -> Problem:
    """A questionnaire whose parts are not those of the model."""
    return Problem(place, f"{quoted(name)} with the subscales {', '.join(parts)}", "the subscales goal, task and bond")


def key_needed(place: Place, instrument: str, lacking: Sequence[str]) -> Problem:
    """Items of an instrument of which nobody says how they become a score."""
    found = f"items of {instrument}, whose file states no scoring key ({', '.join(lacking)})"
    return Problem(place, found, "key: {count: 21, answers: [0, 3], score: sum}, here or in the file of the instrument")


def key_without_items(place: Place) -> Problem:
    """A scoring key where no items are given."""
    return Problem(place, "a key without items", "key only together with items, intake_items or end_items")


def key_beside_the_scale(
    place: Place, span: tuple[float, float], instrument: str, scale: tuple[float, float]
) -> Problem:
    """A key whose scores do not fill the scale of the instrument."""
    found = f"a key that gives scores from {span[0]:g} to {span[1]:g}"
    allowed = f"{scale[0]:g} to {scale[1]:g}, the scale of {instrument}; see count, answers, score and times"
    return Problem(place, found, allowed)


def score_and_items(place: Place, score: str, items: str) -> Problem:
    """A score and the items that make it."""
    return Problem(place, f"{score} and {items}", f"one of the two: {score} is a column of scores, {items} makes them")


def no_such_reference(place: Place, name: str, column: str, table: str, groups: Sequence[str]) -> Problem:
    """A group that the table does not have."""
    found = f"the group {quoted(name)}, which column {column} of {table} does not have"
    return Problem(place, found, listing(groups), nearest(name, groups))


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
    return Problem(place, found, words, near)


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


def no_pattern(place: Place, name: str, items: bool = False) -> Problem:
    """One column, or one for each item, where every session has its own."""
    example = "phq_{session}_{item}" if items else "wai_{session}"
    return Problem(
        place, f"the name {quoted(name)}", f"a pattern such as {example}, since every row is a client (layout: wide)"
    )


def no_item_pattern(place: Place, name: str) -> Problem:
    """One column where every item has its own."""
    return Problem(place, f"the name {quoted(name)}", "a pattern such as wai_{item}, one column for each item")


def only_in(place: Place, key: str, layout: str) -> Problem:
    """A setting that the other layout has."""
    return Problem(place, f"{key} in this layout", f"{key} only with layout: {layout}")


def session_needed(place: Place) -> Problem:
    """A long table without what tells its sessions apart."""
    allowed = "a mapping with number: COLUMN, date: COLUMN or days: COLUMN, which tells sessions apart"
    return Problem(place, "nothing", allowed)


def one_way_of_time(place: Place, given: Sequence[str]) -> Problem:
    """Several columns that tell sessions apart."""
    return Problem(place, " and ".join(given), "one of number, date, days")


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


def wrong_item(place: Place, value: Any, count: int, form: str) -> Problem:
    """An item that there is not."""
    allowed = f"items 1 to {count} of {form}, each once: those that are turned round"
    return Problem(place, show(value), allowed)


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
