"""What is wrong in the cells of a table; cells of one column that are wrong in the same way become one message."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from alliance_sim.questions.data.characters import quoted
from alliance_sim.questions.data.codes import MISSING
from alliance_sim.questions.data.ranges import also_in
from alliance_sim.questions.data.reading.table import Cell, Cells, Table
from alliance_sim.scenario.problem import Place, Problem, refuse

OWN_CODES = "where a code holds for one column alone: missing: {COLUMN: [CODE]}"

DELETE_ONE = "delete one of the two, or correct its number"

LONGEST_CODE = 20
"""Longer texts are no codes for an empty cell."""

_NOTHING = re.compile(
    r"[^\w\s]+|#?n\.?[ /]?a\.?|#null!|k\.? ?a\.?|none|null|missing|-\d+([.,]0+)?|(9{2,}|8{2,}|7{2,})([.,]0+)?", re.I
)
"""Cells that in many tables stand for nothing: signs alone, words for it, negative numbers, 99 and the like."""


class _Said(NamedTuple):
    column: str
    found: str
    near: str | None
    lines: dict[int, None]


class Complaints:
    """What is wrong in a table.

    `taken` has, by column or pattern and code, the cells whose value a code for an empty cell took away although it
    would have been right there.
    """

    def __init__(self, table: Table) -> None:
        """Nothing is wrong yet."""
        self._table = table
        self._said: dict[tuple[str, str, str], _Said] = {}
        self.problems: list[Problem] = []
        self.taken: dict[tuple[str, str], set[Cell | None]] = {}

    def say(self, cells: Cells, k: int, found: str, allowed: str, near: str | None = None, key: str = "") -> None:
        """Something is wrong in a row of some cells; `key` stands for that of the cells."""
        said = _Said(cells.column(k), found, near, {})
        self._said.setdefault((self._table.file(k), key or cells.key, allowed), said).lines[self._table.line(k)] = None

    def take(self, cells: Cells, k: int, key: str = "") -> None:
        """A code for an empty cell took a value away; `key` stands for that of the cells."""
        self.taken.setdefault((key or cells.key, cells.written[k]), set()).add(cells.places[k])

    def check(self) -> None:
        """Raise ConfigError when there is anything wrong."""
        cells = [_cell(file, said, allowed) for (file, _, allowed), said in self._said.items()]
        refuse([*self.problems, *cells])


def _cell(file: str, said: _Said, allowed: str) -> Problem:
    lines: Sequence[int] = list(said.lines)
    return Problem(Place(file, lines[0], said.column), said.found + also_in(lines), allowed, said.near)


def shown(text: str) -> str:
    """A text as it is named in a message."""
    return f"the text {quoted(text)}"


def or_missing(text: str) -> str:
    """How to say that a cell says nothing, where it looks like that; else nothing.

    >>> or_missing("-"), or_missing("4,5")
    ('; if such a cell is empty, the mapping says so, beside what it lists: missing: ["", NA, NaN, nan, ".", "-"]', '')
    """
    if not _NOTHING.fullmatch(text) or len(text) > LONGEST_CODE:
        return ""
    codes = ", ".join(code if re.fullmatch(r"\w+", code) else f'"{code}"' for code in dict.fromkeys((*MISSING, text)))
    return f"; if such a cell is empty, the mapping says so, beside what it lists: missing: [{codes}]"


def taken_away(text: str, noun: str) -> tuple[str, str]:
    """A value that data.missing lists where there must be one: what was found, and what is allowed."""
    return f"{shown(text)}, which data.missing takes for nothing", f"{noun}; {OWN_CODES}"
