"""A CSV file as cells of text that know their line; what separates them is stated or found."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.questions.data.characters import clean, quoted
from alliance_sim.questions.data.patterns import form_of
from alliance_sim.questions.data.ranges import also_in
from alliance_sim.questions.data.reading.columns import named_columns
from alliance_sim.questions.data.reading.text_file import text_of
from alliance_sim.questions.data.section import DataMapping
from alliance_sim.scenario.problem import ConfigError, Place, Problem, refuse, show

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}

TITLES = 10
"""So many lines may stand above the names of the columns to be recognised as such."""

LOOKED_AT = 50
"""So many rows decide which separator fits."""

_END = "\x03"
"""Stands alone in a line after the last one, where no quotation mark is left open."""

_LINES = re.compile(r"\r\n|\n|\r")
_WITH_COMMA, _WITH_POINT = re.compile(r"[+-]?\d+,\d+"), re.compile(r"[+-]?\d+\.\d+")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+")

AS_FOUND = "as found"
NO_ROWS = ("no rows", "a line of column names, and below it a row a line")

Row = tuple[int, list[str]]
"""A line of the file, and its cells."""


class Sheet(NamedTuple):
    """The cells of a table (rows, columns), in composed characters and without blanks around them."""

    file: str  # as shown to people
    names: tuple[str, ...]
    cells: NDArray[np.object_]
    lines: tuple[int, ...]  # of each row in the file, from 1
    separator: str
    how: str  # how the separator was found, in words
    decimal: str
    encoding: str

    def column(self, name: str) -> NDArray[np.object_]:
        """The cells of a column."""
        return self.cells[:, self.names.index(name)]


def read_sheet(path: Path, shown: str, section: DataMapping, asked: Place) -> Sheet:
    """The table of a mapping. Raises ConfigError: no such file, no text, no rows, wrong numbers of cells."""
    text, encoding = text_of(path, shown, asked)
    marked = re.match(r"sep=(.)(\r\n|\n|\r)", text)  # a line that some spreadsheets write first
    skipped = 1 if marked else 0
    text = text[marked.end() :] if marked else text
    if section.sign != "auto":
        separator, how = section.sign, "as data.separator states"
    elif marked:
        separator, how = marked[1], "as its first line states"
    else:
        separator, how = separator_of(text), AS_FOUND
    _refuse_titles(text, skipped, separator, shown, section)
    lines = _rows_of(text, separator, skipped, shown)
    if not lines:
        raise ConfigError([Problem(Place(shown), *NO_ROWS)])
    (first, names), *rest = lines
    named = SEPARATORS.get(separator, f'"{separator}"')
    if len(names) < 2:
        header = next(line for line in _LINES.split(text) if line.strip())
        raise ConfigError([_one_column(Place(shown, first), header.strip(), named if how != AS_FOUND else "")])
    problems = [
        Problem(Place(shown, first), f"the column {quoted(name)} a second time", "each name once")
        for name, count in Counter(names).items()
        if count > 1 and name
    ]
    rest = [(line, _without_tail(row, len(names))) for line, row in rest]
    problems += _widths(shown, len(names), rest, f"{named}, {how}")
    refuse(problems if rest or problems else [Problem(Place(shown), *NO_ROWS)])
    cells = np.array([row for _, row in rest], object)
    return Sheet(shown, tuple(names), cells, tuple(line for line, _ in rest), separator, how, section.decimal, encoding)


def _without_tail(row: list[str], width: int) -> list[str]:
    """A row without empty cells behind the last column."""
    return row[:width] if not any(row[width:]) else row


def _one_column(place: Place, header: str, stated: str) -> Problem:
    """A header in which no separator stands; `stated` is the one that was asked for, empty where it was looked for."""
    found, allowed = f"one column only (the text {quoted(header)})", "columns separated by a comma, a semicolon, a tab"
    if stated:
        found += f", separated by a {stated}, as was stated"
    return Problem(place, found, f"{allowed} or a vertical bar" + ("; data.separator states which" if stated else ""))


# ---- what separates cells ------------------------------------------------------------------------------------------


def separator_of(text: str) -> str:
    r"""The separator with which most rows have as many cells as there are names; of several, the one with most cells.

    >>> separator_of('a;"b, c, d";e\n1;2,5;3\n'), separator_of("a|b\n1|2\n")
    (';', '|')
    """
    return max(SEPARATORS, key=lambda separator: _fit(text, separator))


def _fit(text: str, separator: str) -> tuple[float, int]:
    """The share of rows that have as many cells as the line of names, and how many those are."""
    widths: list[int] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(map(str.strip, row)):
                widths.append(len(row))
            if len(widths) > LOOKED_AT:
                break
    except csv.Error:
        pass
    if not widths or widths[0] < 2:
        return 0.0, 0
    rows = widths[1:] or [widths[0]]
    return sum(1 for width in rows if width == widths[0]) / len(rows), widths[0]


def with_decimal(sheets: Sequence[Sheet], section: DataMapping) -> list[Sheet]:
    """Sheets with their decimal sign: as stated, or the one that more numbers have in the columns of numbers that the
    mapping names; a point where as many do.
    """
    if section.decimal != "auto":
        return list(sheets)
    named = re.compile("|".join(form_of(own.name) for own in named_columns(section) if own.of_numbers) or "(?!)")
    cells = [
        cell
        for sheet in sheets
        for name in sheet.names
        if named.fullmatch(name)
        for cell in sheet.column(name).tolist()
    ]
    comma, point = (sum(1 for cell in cells if form.fullmatch(cell)) for form in (_WITH_COMMA, _WITH_POINT))
    if any(sheet.separator == "," for sheet in sheets):  # where commas separate, 1,234 is rather a thousand
        comma -= sum(1 for cell in cells if _THOUSANDS.fullmatch(cell))
    return [sheet._replace(decimal="," if comma > point else ".") for sheet in sheets]


# ---- rows ----------------------------------------------------------------------------------------------------------


def _refuse_titles(text: str, skipped: int, separator: str, shown: str, section: DataMapping) -> None:
    """Raise ConfigError where lines stand above the names of the columns."""
    lines = [(k, line) for k, line in enumerate(_LINES.split(text), skipped + 1) if line.strip()]
    named = re.compile("|".join(form_of(own.name) for own in named_columns(section)))

    def names_in(line: str) -> int:
        signs = {separator, separator_of(f"{line}\n")}
        return max(sum(1 for cell in line.split(s) if named.fullmatch(clean(clean(cell).strip('"')))) for s in signs)

    for line, words in lines[1 : TITLES + 1]:
        if names_in(words) > 1 and names_in(lines[0][1]) == 0:
            first, title = lines[0]
            allowed = f"the names of the columns first; they seem to stand in line {line}: delete what is above it"
            found = f"{show(title.strip())} above the names of the columns"
            raise ConfigError([Problem(Place(shown, first), found, allowed)])


def _rows_of(text: str, separator: str, skipped: int, shown: str) -> list[Row]:
    """The rows that are not empty, with the line in which each begins.

    Raises ConfigError where a quotation mark is not closed: what follows would be taken for one cell.
    """
    whole = text if text.endswith(("\n", "\r")) else f"{text}\n"
    reader = csv.reader(io.StringIO(f"{whole}{_END}", newline=""), delimiter=separator)
    rows: list[Row] = []
    line = 1 + skipped
    try:
        for row in reader:
            if any(map(clean, row)) or row == [_END]:
                rows.append((line, row))
            line = reader.line_num + 1 + skipped
    except csv.Error:  # a cell of more than 131,072 characters
        if any('"' in further for further in _LINES.split(text)[line - 1 - skipped :]):
            raise ConfigError([_open_quotation(shown, line)]) from None
        words = "a cell of more than 131,072 characters", "shorter cells; is the file a table?"
        raise ConfigError([Problem(Place(shown, line), *words)]) from None
    last, end = rows.pop()
    if end != [_END]:
        raise ConfigError([_open_quotation(shown, _opened(last, end))])
    return [(line, [clean(cell) for cell in row]) for line, row in rows]


def _open_quotation(shown: str, line: int) -> Problem:
    """A quotation mark without its partner."""
    found = "a quotation mark that begins a cell here and is not closed in this line"
    allowed = "quotation marks in pairs; delete this one, or close it where the cell ends"
    return Problem(Place(shown, line), found, allowed)


def _opened(line: int, row: list[str]) -> int:
    """The line in which the last cell begins, of those of a row that go over several lines."""
    last = max((k for k, cell in enumerate(row) if "\n" in cell), default=0)
    return line + sum(cell.count("\n") for cell in row[:last])


def _widths(shown: str, wanted: int, rows: list[Row], separated: str) -> list[Problem]:
    """Rows with another number of cells than there are names, a message for each number.

    A cell that goes over several lines in such a row begins with a quotation mark that is closed too late.
    """
    found: dict[int, list[int]] = {}
    problems = []
    for line, row in rows:
        if len(row) != wanted and any("\n" in cell for cell in row):
            problems.append(_open_quotation(shown, _opened(line, row)))
        elif len(row) != wanted:
            found.setdefault(len(row), []).append(line)
    for width, lines in found.items():
        cells = f"{width} cell{'' if width == 1 else 's'}{also_in(lines)}"
        allowed = f"{wanted}, one for each column (separator: {separated})"
        problems.append(Problem(Place(shown, lines[0]), cells, allowed))
    return problems
