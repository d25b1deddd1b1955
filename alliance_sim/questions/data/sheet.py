"""A CSV file as cells of text that know their line; what separates them is stated or found, and reported."""

import codecs
import csv
import io
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from alliance_sim.questions.data import messages
from alliance_sim.questions.data.characters import clean
from alliance_sim.questions.data.mapping import Plan
from alliance_sim.questions.data.patterns import form_of
from alliance_sim.scenario.paths import MOST_CSV, content, neighbour
from alliance_sim.scenario.problem import ConfigError, Place, Problem

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of spreadsheets begin: .xlsx and .ods, .xls."""

AS_CSV = "save it as CSV in UTF-8"

TITLES = 10
"""So many lines may stand above the names of the columns to be recognised as such."""

LOOKED_AT = 50
"""So many rows decide which separator fits."""

_END = "\x03"
"""Stands alone in a line after the last one, where no quotation mark is left open."""

_LINES = re.compile(r"\r\n|\n|\r")
_WITH_COMMA, _WITH_POINT = re.compile(r"[+-]?\d+,\d+"), re.compile(r"[+-]?\d+\.\d+")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+")

_KINDS = (
    (stat.S_ISDIR, "it is a folder"),
    (stat.S_ISFIFO, "it is a pipe, no file"),
    (stat.S_ISSOCK, "it is a socket, no file"),
    (stat.S_ISCHR, "it is a device, no file"),
    (stat.S_ISBLK, "it is a device, no file"),
)


class Sheet(NamedTuple):
    """The cells of a table, row by row, in composed characters and without blanks around them."""

    file: str  # as shown to people
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]  # of each row in the file, from 1
    header: int  # line of the names
    separator: str
    how: str  # how the separator was found, in words
    decimal: str
    encoding: str

    def cells(self, name: str) -> list[str]:
        """The cells of a column."""
        place = self.names.index(name)
        return [row[place] for row in self.rows]


def read_sheet(path: Path, shown: str, plan: Plan, asked: Place) -> Sheet:
    """The table of a plan. Raises ConfigError: no such file, no text, no rows, wrong numbers of cells."""
    text, encoding = _text(path, shown, asked)
    marked = re.match(r"sep=(.)(\r\n|\n|\r)", text)  # a line that some spreadsheets write first
    skipped = 1 if marked else 0
    text = text[marked.end() :] if marked else text
    if plan.separator != "auto":
        separator, how = plan.separator, "as data.separator states"
    elif marked:
        separator, how = marked[1], "as its first line states"
    else:
        separator, how = separator_of(text), "as found"
    _no_titles(text, skipped, separator, shown, plan)
    lines = _lines(text, separator, skipped, shown)
    if not lines:
        raise ConfigError([messages.no_rows(shown)])
    (first, names), *rest = lines
    named = SEPARATORS.get(separator, f'"{separator}"')
    if len(names) < 2:
        header = next(line for line in _LINES.split(text) if line.strip())
        raise ConfigError([messages.one_column(shown, first, header.strip(), named if how != "as found" else "")])
    problems = [messages.column_twice(shown, first, name) for name, n in Counter(names).items() if n > 1 and name]
    rest = [(line, _without_tail(row, len(names))) for line, row in rest]
    problems += _widths(shown, len(names), rest, f"{named}, {how}")
    if not rest and not problems:
        problems = [messages.no_rows(shown)]
    if problems:
        raise ConfigError(problems)
    rows = tuple(tuple(row) for _, row in rest)
    found = tuple(line for line, _ in rest)
    return Sheet(shown, tuple(names), rows, found, first, separator, how, plan.decimal, encoding)


def _without_tail(row: list[str], width: int) -> list[str]:
    """A row without empty cells behind the last column."""
    return row[:width] if len(row) > width and not any(row[width:]) else row


def _bytes(path: Path, shown: str, asked: Place) -> bytes:
    """The content of a file. Raises ConfigError where there is none, or where it is something else."""
    try:
        mode = path.stat().st_mode
        for is_one, words in _KINDS:
            if is_one(mode):
                raise ConfigError([messages.no_table(asked, shown, words)])
        return content(path, MOST_CSV)
    except FileNotFoundError:
        near = neighbour(path, ".csv")
        raise ConfigError([messages.no_such_table(asked, shown, Path(near).name if near else None)]) from None
    except OSError as error:
        raise ConfigError([messages.no_table(asked, shown, error.strerror or str(error))]) from None
    except ValueError:  # the byte 0 in a name
        raise ConfigError([messages.no_such_table(asked, shown.replace("\x00", ""), None)]) from None


def _text(path: Path, shown: str, asked: Place) -> tuple[str, str]:
    """The text of a file in composed characters: Unicode, or where it is none, what Windows writes in the West."""
    held = _bytes(path, shown, asked)
    if held.startswith(SPREADSHEETS):
        raise ConfigError([messages.no_table(asked, shown, f"it is a spreadsheet, no text; {AS_CSV}")])
    encoding, words = _encoding(held)
    try:
        text = held.decode(encoding)
    except UnicodeDecodeError as error:
        at = held.count(b"\n", 0, error.start) + 1
        reason = f"its text in {words} is broken in line {at}" if encoding != "cp1252" else "it holds no text"
        raise ConfigError([messages.no_table(asked, shown, f"{reason}; {AS_CSV}")]) from None
    if "\x00" in text:
        raise ConfigError([messages.no_table(asked, shown, f"{_why_zeros(held, text)}; {AS_CSV}")])
    return unicodedata.normalize("NFC", text), words


def _encoding(content: bytes) -> tuple[str, str]:
    """The encoding of a text, and what it is called."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32", "UTF-32"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "UTF-16"
    replaced = content.decode("utf-8-sig", errors="replace")
    broken = replaced.count("\ufffd")
    whole = sum(1 for character in replaced if character > "\x7f") - broken
    return ("utf-8-sig", "UTF-8") if not broken or whole > broken else ("cp1252", "Windows-1252")


def _why_zeros(content: bytes, text: str) -> str:
    """What a file is that holds the byte 0."""
    zeros = [content[start::2].count(0) for start in (0, 1)]
    if max(zeros) > 0.3 * (len(content) / 2):
        return "it seems to be Unicode text (UTF-16 or UTF-32) without the mark that says so"
    line = text.count("\n", 0, text.index("\x00")) + 1
    return f"the byte 0 stands in line {line}, as in files that are no text"


def separator_of(text: str) -> str:
    r"""The separator with which most rows have as many cells as there are names; of several, the one with most cells.

    >>> separator_of('a;"b, c, d";e\n1;2,5;3\n'), separator_of("a|b\n1|2\n")
    (';', '|')
    """
    return max(SEPARATORS, key=lambda separator: _fit(text, separator))


def _fit(text: str, separator: str) -> tuple[float, int]:
    """The share of rows that have as many cells as the line of names, and how many those are."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    widths: list[int] = []
    try:
        for row in reader:
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


def _no_titles(text: str, skipped: int, separator: str, shown: str, plan: Plan) -> None:
    """Raises ConfigError where lines stand above the names of the columns."""
    lines = [(k, line) for k, line in enumerate(_LINES.split(text), skipped + 1) if line.strip()]
    named = re.compile("|".join(form_of(name) for name in plan.columns))

    def names_in(line: str) -> int:
        likely = {separator, separator_of(f"{line}\n")}
        return max(
            sum(1 for cell in line.split(sign) if named.fullmatch(clean(clean(cell).strip('"')))) for sign in likely
        )

    for line, words in lines[1 : TITLES + 1]:
        if names_in(words) > 1 and names_in(lines[0][1]) == 0:
            raise ConfigError([messages.title_above(shown, lines[0][0], lines[0][1].strip(), line)])


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
            if any(map(clean, row)) or row == [_END]:
                rows.append((line, row))
            line = reader.line_num + 1 + skipped
    except csv.Error:  # a cell of more than 131,072 characters
        quoted = any('"' in further for further in _LINES.split(text)[line - 1 - skipped :])
        said = messages.open_quotation if quoted else messages.long_cell
        raise ConfigError([said(shown, line)]) from None
    last, end = rows.pop()
    if end != [_END]:
        raise ConfigError([messages.open_quotation(shown, _opened(last, end))])
    return [(line, [clean(cell) for cell in row]) for line, row in rows]


def _opened(line: int, row: list[str]) -> int:
    """The line in which the last cell begins, of those of a row that go over several lines."""
    last = max((k for k, cell in enumerate(row) if "\n" in cell), default=0)
    return line + sum(cell.count("\n") for cell in row[:last])


def _widths(shown: str, wanted: int, rows: list[tuple[int, list[str]]], separated: str) -> list[Problem]:
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
    told = [messages.wrong_widths(shown, lines, width, wanted, separated) for width, lines in found.items()]
    return [*problems, *told]


def with_decimal(sheets: Sequence[Sheet], plan: Plan) -> list[Sheet]:
    """Sheets with their decimal sign: as stated, or the one that more numbers have in the columns of numbers that the
    mapping names; a point where as many do.
    """
    if plan.decimal != "auto":
        return list(sheets)
    cells = list(_numbers(sheets, plan))
    comma, point = (sum(1 for cell in cells if form.fullmatch(cell)) for form in (_WITH_COMMA, _WITH_POINT))
    if any(sheet.separator == "," for sheet in sheets):  # where commas separate, 1,234 is rather a thousand
        comma -= sum(1 for cell in cells if _THOUSANDS.fullmatch(cell))
    return [sheet._replace(decimal="," if comma > point else ".") for sheet in sheets]


def _numbers(sheets: Sequence[Sheet], plan: Plan) -> Iterable[str]:
    """The cells of columns of numbers."""
    named = re.compile("|".join(form_of(name) for name in plan.numbers) or "(?!)")
    for sheet in sheets:
        places = [k for k, name in enumerate(sheet.names) if named.fullmatch(name)]
        yield from (row[k] for row in sheet.rows for k in places)
