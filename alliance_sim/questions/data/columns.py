"""Columns of cells as numbers, codes, dates and labels; what is wrong in the same way is told once, with its lines."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from alliance_sim.questions.data import messages
from alliance_sim.questions.data.characters import look, quoted
from alliance_sim.questions.data.codes import MISSING, written
from alliance_sim.questions.data.mapping import Codes
from alliance_sim.questions.data.table import Cell, Cells, Line, Table
from alliance_sim.scenario.problem import ConfigError, Problem, nearest, number, show

__all__ = ["Cells", "Complaints", "Floats", "Table", "coded", "dates", "labels", "number_in", "numbers", "one_each"]

Floats = NDArray[np.float64]

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


_TRUTH = ("true", "false")


class Complaints:
    """What is wrong in a table: cells of one column that are wrong in the same way become one message.

    `taken` has, by column or pattern and code, the cells whose value a code for nothing took away although it would
    have been right there.
    """

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        self._found: dict[tuple[str, str, str], tuple[str, str, str | None, dict[int, None]]] = {}
        self.problems: list[Problem] = []
        self.taken: dict[tuple[str, str], set[Cell | None]] = {}

    def say(self, key: str, name: str, line: Line, found: str, allowed: str, near: str | None = None) -> None:
        """Something is wrong in a line; `key` is the column or pattern, `name` the column that is shown."""
        self._found.setdefault((line.file, key, allowed), (name, found, near, {}))[3][line.number] = None

    def all(self) -> list[Problem]:
        """Every message."""
        cells = [
            messages.cell(file, list(lines), name, found, allowed, near)
            for (file, _, allowed), (name, found, near, lines) in self._found.items()
        ]
        return [*self.problems, *cells]

    def check(self) -> None:
        """Raise ConfigError when there is anything wrong."""
        if found := self.all():
            raise ConfigError(found)


def numbers(cells: Cells, key: str, low: float, high: float, decimal: str, told: Complaints, span: str = "") -> Floats:
    """Cells as numbers from low to high, nan where nothing is said; `span` says what is allowed in other words."""
    made = np.full(len(cells.texts), np.nan)
    span = span or f"a number from {number(low)} to {number(high)}"
    plain = f'a number written with "{decimal}" before its decimals'
    for k, text in enumerate(cells.texts):
        if not text:
            if cells.written[k]:
                value = number_in(cells.written[k], decimal)
                if value is not None and low <= value <= high:
                    told.taken.setdefault((key, cells.written[k]), set()).add(cells.places[k])
            continue
        value = number_in(text, decimal)
        if value is None:
            told.say(key, cells.names[k], cells.lines[k], shown(text), plain + messages.or_missing(text))
        elif not low <= value <= high:
            found = show(value) if np.isfinite(value) else shown(text)
            told.say(key, cells.names[k], cells.lines[k], found, span + messages.or_missing(text))
        else:
            made[k] = value
    return made


def shown(text: str) -> str:
    """A text as it is named in a message."""
    return f"the text {quoted(text)}"


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
        if not meaning and text.lower() in _TRUTH:  # as R, Excel and Python write what YAML reads as true and false
            meaning = meaning_of.get(text.lower(), "")
        found.append(meaning)
        if not meaning and text:
            told.say(
                codes.column,
                cells.names[k],
                cells.lines[k],
                shown(text),
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
            told.say(key, cells.names[k], cells.lines[k], shown(text), allowed)
    return made


def one_each(cells: Cells, who: Sequence[str], noun: str, told: Complaints, decimal: str = "") -> dict[str, str]:
    """The one text of every client in a column that is about clients; empty cells say nothing.

    Where it holds numbers, `decimal` is their decimal sign, and 14.0 is 14.
    """
    held: dict[str, str] = {}
    for name, client, text, line in zip(cells.names, who, cells.texts, cells.lines, strict=True):
        first = held.setdefault(client, text) or text
        held[client] = first
        if text and text != first and (not decimal or _plain_code(text, decimal) != _plain_code(first, decimal)):
            found = f"{shown(text)} for client {quoted(client)}, who had {shown(first)}"
            told.say(name, name, line, found, f"one {noun} a client")
    return held


def labels(texts: Mapping[str, str], cells: Cells, who: Sequence[str], noun: str, told: Complaints) -> dict[str, str]:
    """The same, where every client must have one."""
    there = {client: None for client, place in zip(who, cells.places, strict=True) if place is not None}
    for k, client in enumerate(who):
        own, name = cells.written[k], cells.names[k]
        if own and not cells.texts[k] and own not in MISSING:
            told.taken.setdefault((name, own), set()).add(cells.places[k])
        if not texts[client] and client in there:
            allowed = f"the {noun} of every client; where it is not known, leave data.{noun} out"
            told.say(name, name, cells.lines[k], f"nothing for client {quoted(client)}", allowed)
        elif not texts[client]:  # one of two tables has this column, and lacks the client
            near = next((other for other in there if look(other) == look(client)), None)
            found = f"client {quoted(client)}, who has no row in the table with this column"
            told.say(name, name, cells.lines[k], found, f"a row there for every client, with the {noun}", near)
    return dict(texts)
