"""A CSV file as cells of text that know their line; encoding, separator and decimal sign are stated or found."""

import codecs
import csv
import io
import re
import stat
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.questions.data.names import form_of
from alliance_sim.questions.data.section import DataMapping
from alliance_sim.questions.data.text import also_in, clean, quoted
from alliance_sim.scenario.paths import MOST_CSV, content, neighbour
from alliance_sim.scenario.problem import ConfigError, Place, Problem, refuse, show

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}

TITLES = 10  # so many lines may stand above the names of the columns to be recognised as such

LOOKED_AT = 50  # so many rows decide which separator fits

_END = "\x03"  # stands alone in a line after the last one, where no quotation mark is left open

_LINES = re.compile(r"\r\n|\n|\r")
AS_FOUND = "as found"

Line = tuple[int, list[str]]
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
    """The table of a mapping; `asked` is the place that names the file, `shown` how it is named to people.

    Raises ConfigError: no such file, no text, no rows, wrong numbers of cells.
    """
    text, encoding = text_of(path, shown, asked)
    marked = re.match(r"sep=(.)(\r\n|\n|\r)", text)  # a line that some spreadsheets write first
    skipped = 1 if marked else 0
    text = text[marked.end() :] if marked else text
    if section.separator != "auto":
        separator, how = section.separator.replace("tab", "\t"), "as data.separator states"
    elif marked:
        separator, how = marked[1], "as its first line states"
    else:
        separator, how = separator_of(text), AS_FOUND
    _refuse_titles(text, skipped, separator, shown, section)
    lines = _rows_of(text, separator, skipped, shown)
    no_rows = Problem(Place(shown), "no rows", "a line of column names, and below it a row a line")
    if not lines:
        raise ConfigError([no_rows])
    (first, names), *rest = lines
    called = SEPARATORS.get(separator, f'"{separator}"')
    if len(names) < 2:
        header = next(line for line in _LINES.split(text) if line.strip())
        found = f"one column only (the text {quoted(header.strip())})"
        allowed = "columns separated by a comma, a semicolon, a tab or a vertical bar"
        if how != AS_FOUND:
            found += f", separated by a {called}, as was stated"
            allowed += "; data.separator states which"
        raise ConfigError([Problem(Place(shown, first), found, allowed)])
    problems = [
        Problem(Place(shown, first), f"the column {quoted(name)} a second time", "each name once")
        for name, count in Counter(names).items()
        if count > 1 and name
    ]
    width = len(names)
    rest = [
        (line, row if any(row[width:]) else row[:width]) for line, row in rest
    ]  # empty cells behind the last column
    problems += _widths(shown, width, rest, f"{called}, {how}")
    refuse(problems if rest or problems else [no_rows])
    cells = np.array([row for _, row in rest], object)
    return Sheet(shown, tuple(names), cells, tuple(line for line, _ in rest), separator, how, section.decimal, encoding)


# ---- text ----------------------------------------------------------------------------------------------------------

_KINDS = {
    stat.S_IFDIR: "it is a folder", stat.S_IFIFO: "it is a pipe, no file", stat.S_IFSOCK: "it is a socket, no file",
    stat.S_IFCHR: "it is a device, no file", stat.S_IFBLK: "it is a device, no file",
}  # fmt: skip


def text_of(path: Path, shown: str, asked: Place) -> tuple[str, str]:
    """The text of a file in composed characters, and its encoding: Unicode, or else what Windows writes in the West.

    Raises ConfigError for what is no text, or no file.
    """
    allowed = "the path of a CSV file: a line of column names, and below it a row a line"

    def unreadable(reason: str) -> ConfigError:
        found = f"{quoted(shown, 200)}, which cannot be read ({reason})"
        return ConfigError([Problem(asked, found, allowed)])

    try:
        kind = stat.S_IFMT(path.stat().st_mode)
        if kind in _KINDS:
            raise unreadable(_KINDS[kind])
        held = content(path, MOST_CSV)
    except (FileNotFoundError, ValueError) as error:  # the byte 0 in a name is a ValueError
        near = neighbour(path, ".csv") if isinstance(error, FileNotFoundError) else None
        found = f"no file {quoted(shown.replace(chr(0), ''), 200)}"
        raise ConfigError([Problem(asked, found, allowed, Path(near).name if near else None)]) from None
    except OSError as error:
        raise unreadable(error.strerror or str(error)) from None
    as_csv = "save it as CSV in UTF-8"
    if held.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):  # .xlsx and .ods; .xls
        raise unreadable(f"it is a spreadsheet, no text; {as_csv}")
    encoding, words = _encoding(held)
    try:
        text = held.decode(encoding)
    except UnicodeDecodeError as error:
        at = held.count(b"\n", 0, error.start) + 1
        reason = f"its text in {words} is broken in line {at}" if encoding != "cp1252" else "it holds no text"
        raise unreadable(f"{reason}; {as_csv}") from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        reason = f"the byte 0 stands in line {line}, as in files that are no text"
        if max(held[start::2].count(0) for start in (0, 1)) > 0.3 * (len(held) / 2):
            reason = "it seems to be Unicode text (UTF-16 or UTF-32) without the mark that says so"
        raise unreadable(f"{reason}; {as_csv}")
    return unicodedata.normalize("NFC", text), words


def _encoding(held: bytes) -> tuple[str, str]:
    """The encoding of a text, and what it is called."""
    if held.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32", "UTF-32"
    if held.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "UTF-16"
    replaced = held.decode("utf-8-sig", errors="replace")
    broken = replaced.count("\ufffd")
    whole = sum(1 for character in replaced if character > "\x7f") - broken
    return ("utf-8-sig", "UTF-8") if not broken or whole > broken else ("cp1252", "Windows-1252")


# ---- what separates cells ------------------------------------------------------------------------------------------


def separator_of(text: str) -> str:
    r"""The separator with which most rows have as many cells as there are names; of several, the one with most cells.

    >>> separator_of('a;"b, c, d";e\n1;2,5;3\n'), separator_of("a|b\n1|2\n")
    (';', '|')
    """

    def fit(separator: str) -> tuple[float, int]:
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
        rows = widths[1:] or widths
        return rows.count(widths[0]) / len(rows), widths[0]

    return max(SEPARATORS, key=fit)


def with_decimal(sheets: Sequence[Sheet], section: DataMapping) -> list[Sheet]:
    """Sheets with their decimal sign: as stated, or the one that more numbers have in the columns of numbers that the
    mapping names; a point where as many do.
    """
    if section.decimal != "auto":
        return list(sheets)
    forms = re.compile("|".join(form_of(own.name) for own in section.columns if own.of_numbers) or "(?!)")
    columns = [(sheet, name) for sheet in sheets for name in sheet.names if forms.fullmatch(name)]
    cells = [cell for sheet, name in columns for cell in sheet.column(name)]

    def count(form: str) -> int:
        return sum(1 for cell in cells if re.fullmatch(form, cell))

    commas = count(r"[+-]?\d+,\d+")
    if any(sheet.separator == "," for sheet in sheets):  # where commas separate, 1,234 is rather a thousand
        commas -= count(r"[+-]?[0-9]{1,3}(,[0-9]{3})+")
    return [sheet._replace(decimal="," if commas > count(r"[+-]?\d+\.\d+") else ".") for sheet in sheets]


# ---- rows ----------------------------------------------------------------------------------------------------------


def _refuse_titles(text: str, skipped: int, separator: str, shown: str, section: DataMapping) -> None:
    """Raise ConfigError where lines stand above the names of the columns."""
    lines = [(k, line) for k, line in enumerate(_LINES.split(text), skipped + 1) if line.strip()]
    known = re.compile("|".join(form_of(own.name) for own in section.columns))

    def names_in(line: str) -> int:
        signs = {separator, separator_of(f"{line}\n")}
        return max(sum(1 for cell in line.split(s) if known.fullmatch(clean(clean(cell).strip('"')))) for s in signs)

    for line, words in lines[1 : TITLES + 1]:
        if names_in(words) > 1 and names_in(lines[0][1]) == 0:
            first, title = lines[0]
            allowed = f"the names of the columns first; they seem to stand in line {line}: delete what is above it"
            found = f"{show(title.strip())} above the names of the columns"
            raise ConfigError([Problem(Place(shown, first), found, allowed)])


def _rows_of(text: str, separator: str, skipped: int, shown: str) -> list[Line]:
    """The rows that are not empty, with the line in which each begins.

    Raises ConfigError where a quotation mark is not closed: what follows would be taken for one cell.
    """
    whole = text if text.endswith(("\n", "\r")) else f"{text}\n"
    reader = csv.reader(io.StringIO(f"{whole}{_END}", newline=""), delimiter=separator)
    rows: list[Line] = []
    line = 1 + skipped
    try:
        for row in reader:
            if any(map(clean, row)) or row == [_END]:
                rows.append((line, row))
            line = reader.line_num + 1 + skipped
    except csv.Error:  # a cell of more than 131,072 characters
        if any('"' in further for further in _LINES.split(text)[line - 1 - skipped :]):
            raise ConfigError([_open_quotation(shown, line, [])]) from None
        words = "a cell of more than 131,072 characters", "shorter cells; is the file a table?"
        raise ConfigError([Problem(Place(shown, line), *words)]) from None
    last, end = rows.pop()
    if end != [_END]:
        raise ConfigError([_open_quotation(shown, last, end)])
    return [(line, [clean(cell) for cell in row]) for line, row in rows]


def _open_quotation(shown: str, line: int, row: list[str]) -> Problem:
    """A quotation mark without its partner, in the last cell of a row that goes over several lines."""
    last = max((k for k, cell in enumerate(row) if "\n" in cell), default=0)
    found = "a quotation mark that begins a cell here and is not closed in this line"
    allowed = "quotation marks in pairs; delete this one, or close it where the cell ends"
    return Problem(Place(shown, line + sum(cell.count("\n") for cell in row[:last])), found, allowed)


def _widths(shown: str, wanted: int, rows: list[Line], separated: str) -> list[Problem]:
    """Rows with another number of cells than there are names, a message for each number.

    A cell that goes over several lines in such a row begins with a quotation mark that is closed too late.
    """
    found: dict[int, list[int]] = defaultdict(list)
    problems = []
    for line, row in rows:
        if len(row) != wanted and any("\n" in cell for cell in row):
            problems.append(_open_quotation(shown, line, row))
        elif len(row) != wanted:
            found[len(row)].append(line)
    for width, lines in found.items():
        cells = f"{width} cell{'' if width == 1 else 's'}{also_in(lines)}"
        allowed = f"{wanted}, one for each column (separator: {separated})"
        problems.append(Problem(Place(shown, lines[0]), cells, allowed))
    return problems
