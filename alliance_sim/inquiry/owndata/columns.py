"""Columns of cells as numbers, codes, dates and labels; what is wrong in the same way is told once, with its lines."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.inquiry.owndata import messages
from alliance_sim.inquiry.owndata.mapping import Codes, Plan, written
from alliance_sim.inquiry.owndata.sheet import Sheet
from alliance_sim.scenario.problem import ConfigError, Problem, nearest, number, show

Floats = NDArray[np.float64]

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


class Cells(NamedTuple):
    """The cells of one thing in every row: their texts ("" where nothing is said), lines and names of their columns."""

    texts: list[str]
    lines: list[int]
    names: list[str]


class Complaints:
    """What is wrong in a table: cells of one column that are wrong in the same way become one message."""

    def __init__(self, file: str) -> None:
        """Remember the file as it is shown to people."""
        self._file = file
        self._found: dict[tuple[str, str], tuple[str, str, str | None, dict[int, None]]] = {}
        self.problems: list[Problem] = []

    def say(self, key: str, name: str, line: int, found: str, allowed: str, near: str | None = None) -> None:
        """Something is wrong in a line; `key` is the column or pattern, `name` the column that is shown."""
        self._found.setdefault((key, allowed), (name, found, near, {}))[3][line] = None

    def all(self) -> list[Problem]:
        """Every message."""
        cells = [
            messages.cell(self._file, list(lines), name, found, allowed, near)
            for (_, allowed), (name, found, near, lines) in self._found.items()
        ]
        return [*self.problems, *cells]

    def check(self) -> None:
        """Raise ConfigError when there is anything wrong."""
        if found := self.all():
            raise ConfigError(found)


class Table(NamedTuple):
    """A sheet with the rows that its layout makes of it: a row a session; in wide tables, a row a planned session."""

    sheet: Sheet
    plan: Plan

    @property
    def row_of(self) -> list[int]:
        """Which row of the sheet each row comes from."""
        times = self.plan.planned if self.plan.wide else 1
        return [row for row in range(len(self.sheet.rows)) for _ in range(times)]

    def cells(self, pattern: str, item: int | None = None) -> Cells:
        """The cells of a column of sessions (or of one item of it), in every row."""
        pattern = pattern if item is None else pattern.replace("{item}", str(item))
        if not self.plan.wide:
            return Cells(self.sheet.cells(pattern), list(self.sheet.lines), [pattern] * len(self.sheet.rows))
        names = [pattern.replace("{session}", str(k)) for k in range(1, self.plan.planned + 1)]
        there = set(self.sheet.names)
        columns = [self.sheet.cells(name) if name in there else [""] * len(self.sheet.rows) for name in names]
        return Cells(
            [column[row] for row in range(len(self.sheet.rows)) for column in columns],
            [line for line in self.sheet.lines for _ in names],
            names * len(self.sheet.rows),
        )

    def once(self, name: str) -> Cells:
        """The cells of a column of clients, in every row."""
        texts = self.sheet.cells(name)
        rows = self.row_of
        return Cells([texts[row] for row in rows], [self.sheet.lines[row] for row in rows], [name] * len(rows))


def numbers(cells: Cells, key: str, low: float, high: float, decimal: str, told: Complaints, span: str = "") -> Floats:
    """Cells as numbers from low to high, nan where nothing is said; `span` says what is allowed in other words."""
    made = np.full(len(cells.texts), np.nan)
    span = span or f"a number from {number(low)} to {number(high)}"
    plain = f'a number written with "{decimal}" before its decimals'
    for k, text in enumerate(cells.texts):
        if not text:
            continue
        value = number_in(text, decimal)
        if value is None:
            told.say(key, cells.names[k], cells.lines[k], show(text), plain + messages.or_missing(text))
        elif not low <= value <= high:
            told.say(key, cells.names[k], cells.lines[k], show(value), span + messages.or_missing(text))
        else:
            made[k] = value
    return made


def number_in(text: str, decimal: str) -> float | None:
    """The number that a text stands for; None when it stands for none.

    >>> number_in("3,5", ","), number_in("3,5", "."), number_in("1e1", ".")
    (3.5, None, 10.0)
    """
    if decimal == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
    return float(text) if _NUMBER.fullmatch(text) else None


def coded(cells: Cells, codes: Codes, decimal: str, told: Complaints) -> list[str]:
    """What each cell means; "" where it says nothing and no code is empty."""
    meaning_of = {code: meaning for meaning, own in codes.meanings.items() for code in own}
    allowed = "one of the codes " + ", ".join(f'"{code}"' for code in meaning_of)
    found = []
    for k, text in enumerate(cells.texts):
        meaning = meaning_of.get(text, meaning_of.get(_plain_code(text, decimal), ""))
        found.append(meaning)
        if not meaning and text:
            told.say(
                codes.column,
                cells.names[k],
                cells.lines[k],
                show(text),
                allowed + messages.or_missing(text),
                nearest(text, meaning_of, likeness=0.8),
            )
    return found


def _plain_code(text: str, decimal: str) -> str:
    """A number as codes are written: 1.0 is 1."""
    value = number_in(text, decimal)
    return text if value is None else written(value)


def dates(cells: Cells, key: str, form: str, told: Complaints) -> list[dt.date | None]:
    """Cells as dates of one form; None where nothing is said or it is no date."""
    example = dt.date(2024, 1, 31).strftime(form)
    allowed = f"a date such as {example}; another form is stated as data.session.form, such as %d.%m.%Y"
    made: list[dt.date | None] = []
    for k, text in enumerate(cells.texts):
        try:
            made.append(dt.datetime.strptime(text, form).date() if text else None)
        except ValueError:
            made.append(None)
            told.say(key, cells.names[k], cells.lines[k], show(text), allowed)
    return made


def one_each(cells: Cells, who: Sequence[str], noun: str, told: Complaints) -> dict[str, str]:
    """The one text of every client in a column that is about clients; empty cells say nothing."""
    held: dict[str, str] = {}
    for name, client, text, line in zip(cells.names, who, cells.texts, cells.lines, strict=True):
        first = held.setdefault(client, text) or text
        held[client] = first
        if text and text != first:
            told.say(
                name, name, line, f'{show(text)} for client "{client}", who had {show(first)}', f"one {noun} a client"
            )
    return held


def labels(texts: Mapping[str, str], cells: Cells, who: Sequence[str], noun: str, told: Complaints) -> dict[str, str]:
    """The same, where every client must have one."""
    for name, client, line in zip(cells.names, who, cells.lines, strict=True):
        if not texts[client]:
            told.say(name, name, line, f'nothing for client "{client}"', f"the {noun} of every client")
    return dict(texts)
