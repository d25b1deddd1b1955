"""A CSV file as cells of text that know their line; what separates them is stated or found, and told."""

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from alliance_sim.inquiry.owndata import messages
from alliance_sim.inquiry.owndata.mapping import Plan
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest_file

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
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
    header = next((line for line in text.splitlines() if line.strip()), "")
    separator = {"auto": marked[1] if marked else _separator(header), "tab": "\t"}.get(plan.separator, plan.separator)
    lines = _lines(text, separator, skipped)
    if not lines:
        raise ConfigError([messages.no_rows(shown)])
    (first, names), *rest = lines
    if len(names) < 2:
        raise ConfigError([messages.one_column(shown, first, header.strip())])
    problems = [messages.column_twice(shown, first, name) for name, n in Counter(names).items() if n > 1]
    problems += _widths(shown, len(names), rest)
    if not rest and not problems:
        problems = [messages.no_rows(shown)]
    if problems:
        raise ConfigError(problems)
    decimal = _decimal(rest) if plan.decimal == "auto" else plan.decimal
    rows = tuple(tuple("" if cell in plan.missing else cell for cell in row) for _, row in rest)
    return Sheet(shown, tuple(names), rows, tuple(line for line, _ in rest), separator, decimal, encoding)


def _text(path: Path, shown: str, asked: Place) -> tuple[str, str]:
    """The text of a file: UTF-8, or where it is none, what Windows writes in western Europe."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        near = nearest_file(path.name, [file.name for file in path.parent.glob("*.csv")])
        raise ConfigError([messages.no_such_table(asked, shown, near)]) from None
    except OSError as error:
        raise ConfigError([messages.no_table(asked, shown, error.strerror or str(error))]) from None
    for encoding, words in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, words
    raise ConfigError([messages.no_table(asked, shown, "it holds no text")])


def _separator(header: str) -> str:
    """The separator that stands most often in the line of names."""
    return max(SEPARATORS, key=header.count)


def _lines(text: str, separator: str, skipped: int) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, with the line in which each ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return [(reader.line_num + skipped, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))]


def _widths(shown: str, wanted: int, rows: list[tuple[int, list[str]]]) -> list[Problem]:
    """Rows with another number of cells than there are names, a message for each number."""
    found: dict[int, list[int]] = {}
    for line, row in rows:
        if len(row) != wanted:
            found.setdefault(len(row), []).append(line)
    return [messages.wrong_widths(shown, lines, width, wanted) for width, lines in found.items()]


def _decimal(rows: list[tuple[int, list[str]]]) -> str:
    """A comma where some cells are numbers with a comma and none has a point, else a point."""
    cells = [cell for _, row in rows for cell in row if "," in cell or "." in cell]
    comma, point = (any(form.fullmatch(cell) for cell in cells) for form in (_WITH_COMMA, _WITH_POINT))
    return "," if comma and not point else "."
