"""A CSV file as cells of text that know their line; what separates them is stated or found, and told."""

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from alliance_sim.inquiry.owndata import messages
from alliance_sim.inquiry.owndata.mapping import Plan
from alliance_sim.scenario import opening
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest_file

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of spreadsheets begin: .xlsx and .ods, .xls."""

AS_CSV = "save it as CSV in UTF-8"

TITLES = 10
"""So many lines may stand above the names of the columns to be told as such."""

_END = "\x03"
"""Stands alone in a line after the last one, where no quotation mark is left open."""

_WITH_COMMA, _WITH_POINT = re.compile(r"[+-]?\d+,\d+"), re.compile(r"[+-]?\d+\.\d+")


class Sheet(NamedTuple):
    """The cells of a table, row by row, with blanks around them and cells that say nothing taken away."""

    file: str  # as shown to people
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]  # of each row in the file, from 1
    separator: str
    decimal: str
    encoding: str

    def cells(self, name: str) -> list[str]:
        """The cells of a column."""
        place = self.names.index(name)
        return [row[place] for row in self.rows]


def read_sheet(path: Path, shown: str, plan: Plan, asked: Place) -> Sheet:
    """The table of a plan. Raises ConfigError: no such file, no text, no rows, wrong numbers of cells."""
    text, encoding = _text(path, shown, asked)
    marked = re.match(r"sep=(.)\r?\n", text)  # a line that some spreadsheets write first
    skipped = 1 if marked else 0
    text = text[marked.end() :] if marked else text
    _no_titles(text, skipped, shown, plan)
    header = next((line for line in text.splitlines() if line.strip()), "")
    separator = {"auto": marked[1] if marked else _separator(header), "tab": "\t"}.get(plan.separator, plan.separator)
    lines = _lines(text, separator, skipped, shown)
    if not lines:
        raise ConfigError([messages.no_rows(shown)])
    (first, names), *rest = lines
    if len(names) < 2:
        raise ConfigError([messages.one_column(shown, first, header.strip())])
    problems = [messages.column_twice(shown, first, name) for name, n in Counter(names).items() if n > 1 and name]
    problems += _widths(shown, len(names), rest)
    if not rest and not problems:
        problems = [messages.no_rows(shown)]
    if problems:
        raise ConfigError(problems)
    decimal = _decimal(names, rest, plan) if plan.decimal == "auto" else plan.decimal
    rows = tuple(tuple("" if cell in plan.missing else cell for cell in row) for _, row in rest)
    return Sheet(shown, tuple(names), rows, tuple(line for line, _ in rest), separator, decimal, encoding)


def _text(path: Path, shown: str, asked: Place) -> tuple[str, str]:
    """The text of a file: UTF-8, or where it is none, what Windows writes in western Europe."""
    try:
        held = opening.content(path, opening.MOST_CSV)
    except FileNotFoundError:
        near = nearest_file(path.name, [file.name for file in path.parent.glob("*.csv")])
        raise ConfigError([messages.no_such_table(asked, shown, near)]) from None
    except OSError as error:
        raise ConfigError([messages.no_table(asked, shown, error.strerror or str(error))]) from None
    if held.startswith(SPREADSHEETS):
        raise ConfigError([messages.no_table(asked, shown, f"it is a spreadsheet, no text; {AS_CSV}")])
    if held.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return held.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            raise ConfigError([messages.no_table(asked, shown, f"its text is broken; {AS_CSV}")]) from None
    for encoding, words in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            text = held.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, words
    raise ConfigError([messages.no_table(asked, shown, f"it holds no text; {AS_CSV}")])


def _separator(header: str) -> str:
    """The separator that stands most often in the line of names."""
    return max(SEPARATORS, key=header.count)


def _no_titles(text: str, skipped: int, shown: str, plan: Plan) -> None:
    """Raises ConfigError where lines stand above the names of the columns."""
    lines = [(k, line) for k, line in enumerate(text.splitlines(), skipped + 1) if line.strip()]
    named = re.compile("|".join(pattern_of(name) for name in plan.columns))

    def names_in(line: str) -> int:
        separator = _separator(line) if plan.separator in ("auto", "tab") else plan.separator
        return sum(1 for cell in line.split(separator) if named.fullmatch(cell.strip().strip('"').strip()))

    for line, content in lines[1 : TITLES + 1]:
        if names_in(content) > 1 and names_in(lines[0][1]) == 0:
            raise ConfigError([messages.title_above(shown, lines[0][0], lines[0][1].strip(), line)])


def pattern_of(name: str) -> str:
    """The form of columns that a name or pattern of the mapping means.

    >>> bool(re.fullmatch(pattern_of("wai_{session}"), "wai_12"))
    True
    """
    return re.sub(r"\\\{(?:session|item)\\\}", r"\\d+", re.escape(name))


def _lines(text: str, separator: str, skipped: int, shown: str) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, with the line in which each begins.

    Raises ConfigError where a quotation mark is not closed: what follows would be taken for one cell.
    """
    whole = text if text.endswith(("\n", "\r")) else f"{text}\n"
    reader = csv.reader(io.StringIO(f"{whole}{_END}", newline=""), delimiter=separator)
    rows: list[tuple[int, list[str]]] = []
    line = 1 + skipped
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows.append((line, row))
            line = reader.line_num + 1 + skipped
    except csv.Error:  # a cell of more than 131,072 characters
        raise ConfigError([messages.open_quotation(shown, line)]) from None
    last, end = rows.pop()
    if end != [_END]:
        raise ConfigError([messages.open_quotation(shown, _opened(last, end))])
    return [(line, [cell.strip() for cell in row]) for line, row in rows]


def _opened(line: int, row: list[str]) -> int:
    """The line in which the last cell begins, of those of a row that go over several lines."""
    last = max((k for k, cell in enumerate(row) if "\n" in cell), default=0)
    return line + sum(cell.count("\n") for cell in row[:last])


def _widths(shown: str, wanted: int, rows: list[tuple[int, list[str]]]) -> list[Problem]:
    """Rows with another number of cells than there are names, a message for each number.

    A cell that goes over several lines in such a row begins with a quotation mark that is closed too late.
    """
    found: dict[int, list[int]] = {}
    problems = []
    for line, row in rows:
        if len(row) != wanted and any("\n" in cell for cell in row):
            problems.append(messages.open_quotation(shown, _opened(line, row)))
        elif len(row) != wanted:
            found.setdefault(len(row), []).append(line)
    return [*problems, *(messages.wrong_widths(shown, lines, width, wanted) for width, lines in found.items())]


def _decimal(names: list[str], rows: list[tuple[int, list[str]]], plan: Plan) -> str:
    """The sign that more numbers have, in the columns of numbers that the mapping names; a point where as many do."""
    named = re.compile("|".join(pattern_of(name) for name in plan.numbers) or "(?!)")
    places = [k for k, name in enumerate(names) if named.fullmatch(name)]
    cells = [row[k] for _, row in rows for k in places]
    comma, point = (sum(1 for cell in cells if form.fullmatch(cell)) for form in (_WITH_COMMA, _WITH_POINT))
    return "," if comma > point else "."
