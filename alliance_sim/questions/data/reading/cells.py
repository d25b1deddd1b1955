"""The cells of one thing in every row of a table, as numbers, codes, dates or labels; what is wrong becomes a message.

Cells of one column that are wrong in the same way become one message.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.clinics import Floats
from alliance_sim.questions.data.names import MISSING, NO_SESSION, code_text
from alliance_sim.questions.data.settings import Coded
from alliance_sim.questions.data.text import also_in, look, quoted
from alliance_sim.scenario.problem import Place, Problem, nearest, number, refuse, show

Texts = NDArray[np.object_]

DELETE_ONE = "delete one of the two, or correct its number"

LONGEST_CODE = 20  # longer texts are no codes for an empty cell

_NOTHING = re.compile(
    r"[^\w\s]+|#?n\.?[ /]?a\.?|#null!|k\.? ?a\.?|none|null|missing|-\d+([.,]0+)?|(9{2,}|8{2,}|7{2,})([.,]0+)?", re.I
)
"""Cells that in many tables stand for nothing: signs alone, words for it, negative numbers, 99 and the like."""

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


class TableRow(NamedTuple):
    """A row of a file as one session of a client; in a wide table every row of the file is several of them."""

    sheet: int  # 0: the table; 1: that of clients
    row: int
    file: str
    line: int
    occasion: int = NO_SESSION  # of a wide table
    of_client: bool = False  # no session


class Complaints:
    """What is wrong in a table; and values that a code for an empty cell took away although they were right there.

    `taken` has them by column or pattern and code, each as sheet, row and column.
    """

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        self.said: dict[tuple[str, str, str], tuple[str, str, str | None, dict[int, None]]] = {}
        self.problems: list[Problem] = []
        self.taken: dict[tuple[str, str], set[tuple[int, int, str | None]]] = {}

    def check(self) -> None:
        """Raise ConfigError when there is anything wrong."""
        for (file, _, allowed), (column, found, near, said) in self.said.items():
            lines = list(said)
            self.problems.append(Problem(Place(file, lines[0], column), found + also_in(lines), allowed, near))
        refuse(self.problems)


@dataclass(frozen=True)
class Cells:
    """The cells of one thing, one for each row of a table.

    `texts` are "" where nothing is said; `written` are the texts as they stand, with codes for an empty cell.
    """

    key: str  # the column or pattern of the mapping
    texts: Texts
    written: Texts
    columns: Sequence[str | None]  # None: there is no column in this row
    rows: Sequence[TableRow]
    complaints: Complaints
    decimal: str

    def column(self, k: int) -> str:
        """The name of the column in a row."""
        return self.columns[k] or self.key

    def say(self, k: int, found: str, allowed: str, near: str | None = None, key: str = "") -> None:
        """Something is wrong in a row; others with the same `key` (else that of the cells) are the same message."""
        row = self.rows[k]
        said = self.complaints.said.setdefault((row.file, key or self.key, allowed), (self.column(k), found, near, {}))
        said[3][row.line] = None

    def say_repeated(self, k: int, earlier: int, what: str, allowed: str) -> None:
        """Something stands in a row that stood in an earlier one."""
        self.say(k, f"{what} a second time (first in line {self.rows[earlier].line})", allowed)

    def take(self, k: int, key: str = "") -> None:
        """A code for an empty cell took a value away; `key` stands for that of the cells."""
        place = (self.rows[k].sheet, self.rows[k].row, self.columns[k])
        self.complaints.taken.setdefault((key or self.key, self.written[k]), set()).add(place)

    def say_taken(self, k: int, noun: str) -> None:
        """data.missing lists a value that stands where there must be one."""
        found = f"{shown(self.written[k])}, which data.missing takes for nothing"
        self.say(k, found, f"{noun}; where a code holds for one column alone: missing: {{COLUMN: [CODE]}}")

    def numbers(self, low: float, high: float, span: str = "") -> Floats:
        """Numbers from low to high, nan where nothing is said; `span` says what is allowed in other words."""
        made = np.full(len(self.texts), np.nan)
        span = span or f"a number from {number(low)} to {number(high)}"
        plain = f'a number written with "{self.decimal}" before its decimals'
        for k, (text, own) in enumerate(zip(self.texts, self.written, strict=True)):
            value = number_in(own, self.decimal)
            if value is not None and low <= value <= high:
                if text:
                    made[k] = value
                else:
                    self.take(k)
            elif text and value is None:
                self.say(k, shown(text), plain + or_missing(text))
            elif text:
                found = show(value) if value is not None and np.isfinite(value) else shown(text)
                self.say(k, found, span + or_missing(text))
        return made

    def coded(self, codes: Coded) -> list[str]:
        """What each cell means; "" where it says nothing and no code is empty."""
        meaning_of = {code: meaning for meaning, own in codes.meanings.items() for code in own}
        allowed = "one of the codes " + ", ".join(f'"{code}"' for code in meaning_of)
        made = []
        for k, text in enumerate(self.texts):
            meaning = meaning_of.get(text, meaning_of.get(_plain_number(text, self.decimal), ""))
            if not meaning and text.lower() in ("true", "false"):  # R, Excel and Python write it in capitals
                meaning = meaning_of.get(text.lower(), "")
            if not meaning and text:
                self.say(k, shown(text), allowed + or_missing(text), nearest(text, meaning_of, likeness=0.8))
            made.append(meaning)
        return made

    def dates(self, form: str) -> list[dt.date | None]:
        """Dates of one form; None where nothing is said or it is no date."""
        example = dt.date(2024, 1, 31).strftime(form)
        made: list[dt.date | None] = []
        for k, text in enumerate(self.texts):
            try:
                made.append(dt.datetime.strptime(text, form).date() if text else None)
            except ValueError:
                made.append(None)
                allowed = f"a date such as {example}; another form is stated as data.session.form, such as %d.%m.%Y"
                self.say(k, shown(text), allowed)
        return made

    def one_each(self, who: Sequence[str], noun: str, of_numbers: bool = False) -> dict[str, str]:
        """The one text of every client in a column that is about clients; empty cells say nothing.

        Where it holds numbers, 14.0 is 14.
        """
        held: dict[str, str] = {}
        for k, (client, text) in enumerate(zip(who, self.texts, strict=True)):
            first = held[client] = held.get(client) or text
            same = of_numbers and _plain_number(text, self.decimal) == _plain_number(first, self.decimal)
            if text and text != first and not same:
                found = f"{shown(text)} for client {quoted(client)}, who had {shown(first)}"
                self.say(k, found, f"one {noun} a client", key=self.column(k))
        return held

    def labels(self, who: Sequence[str], noun: str) -> Mapping[str, str]:
        """The same, where every client must have one."""
        texts = self.one_each(who, noun)
        there = {client: None for client, column in zip(who, self.columns, strict=True) if column is not None}
        for k, client in enumerate(who):
            if self.written[k] and not self.texts[k] and self.written[k] not in MISSING:
                self.take(k, self.column(k))
            if texts[client]:
                continue
            if client in there:
                allowed = f"the {noun} of every client; where it is not known, leave data.{noun} out"
                self.say(k, f"nothing for client {quoted(client)}", allowed)
            else:  # one of two tables has this column, and lacks the client
                near = next((other for other in there if look(other) == look(client)), None)
                found = f"client {quoted(client)}, who has no row in the table with this column"
                self.say(k, found, f"a row there for every client, with the {noun}", near)
        return texts


def number_in(text: str, decimal: str) -> float | None:
    """The number that a text stands for; None when it stands for none.

    >>> number_in("3,5", ","), number_in("3,5", "."), number_in("1e1", ".")
    (3.5, None, 10.0)
    """
    if decimal == ",":
        text = "" if "." in text else text.replace(",", ".")
    return float(text) if _NUMBER.fullmatch(text) else None


def _plain_number(text: str, decimal: str) -> str:
    """A number as codes are written: 1.0 is 1."""
    value = number_in(text, decimal)
    return text if value is None else code_text(value)


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
