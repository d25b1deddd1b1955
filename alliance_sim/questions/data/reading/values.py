"""Cells as numbers, codes, dates and labels; what is wrong becomes a complaint."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

import numpy as np

from alliance_sim.estimands.clinics import Floats
from alliance_sim.questions.data.characters import look, quoted
from alliance_sim.questions.data.codes import MISSING, written
from alliance_sim.questions.data.reading.complaints import Complaints, or_missing, shown
from alliance_sim.questions.data.reading.table import Cells
from alliance_sim.questions.data.settings import Coded
from alliance_sim.scenario.problem import nearest, number, show

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_TRUTH = ("true", "false")


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


def numbers(cells: Cells, low: float, high: float, decimal: str, told: Complaints, span: str = "") -> Floats:
    """Cells as numbers from low to high, nan where nothing is said; `span` says what is allowed in other words."""
    made = np.full(len(cells.texts), np.nan)
    span = span or f"a number from {number(low)} to {number(high)}"
    plain = f'a number written with "{decimal}" before its decimals'
    for k, (text, own) in enumerate(zip(cells.texts, cells.written, strict=True)):
        value = number_in(own, decimal)
        inside = value is not None and low <= value <= high
        if not text:
            if inside:
                told.take(cells, k)
        elif value is None:
            told.say(cells, k, shown(text), plain + or_missing(text))
        elif not inside:
            found = show(value) if np.isfinite(value) else shown(text)
            told.say(cells, k, found, span + or_missing(text))
        else:
            made[k] = value
    return made


def coded(cells: Cells, codes: Coded, decimal: str, told: Complaints) -> list[str]:
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
            near = nearest(text, meaning_of, likeness=0.8)
            told.say(cells, k, shown(text), allowed + or_missing(text), near)
    return found


def _plain_code(text: str, decimal: str) -> str:
    """A number as codes are written: 1.0 is 1."""
    value = number_in(text, decimal)
    return text if value is None else written(value)


def dates(cells: Cells, form: str, told: Complaints) -> list[dt.date | None]:
    """Cells as dates of one form; None where nothing is said or it is no date."""
    example = dt.date(2024, 1, 31).strftime(form)
    allowed = f"a date such as {example}; another form is stated as data.session.form, such as %d.%m.%Y"
    made: list[dt.date | None] = []
    for k, text in enumerate(cells.texts):
        try:
            made.append(dt.datetime.strptime(text, form).date() if text else None)
        except ValueError:
            made.append(None)
            told.say(cells, k, shown(text), allowed)
    return made


def one_each(cells: Cells, who: Sequence[str], noun: str, told: Complaints, decimal: str = "") -> dict[str, str]:
    """The one text of every client in a column that is about clients; empty cells say nothing.

    Where it holds numbers, `decimal` is their decimal sign, and 14.0 is 14.
    """
    held: dict[str, str] = {}
    for k, (client, text) in enumerate(zip(who, cells.texts, strict=True)):
        first = held[client] = held.get(client) or text
        if text and text != first and (not decimal or _plain_code(text, decimal) != _plain_code(first, decimal)):
            found = f"{shown(text)} for client {quoted(client)}, who had {shown(first)}"
            told.say(cells, k, found, f"one {noun} a client", key=cells.column(k))
    return held


def labels(cells: Cells, who: Sequence[str], noun: str, told: Complaints) -> Mapping[str, str]:
    """The same, where every client must have one."""
    texts = one_each(cells, who, noun, told)
    there = {client: None for client, place in zip(who, cells.places, strict=True) if place is not None}
    for k, client in enumerate(who):
        own = cells.written[k]
        if own and not cells.texts[k] and own not in MISSING:
            told.take(cells, k, cells.column(k))
        if texts[client]:
            continue
        if client in there:
            allowed = f"the {noun} of every client; where it is not known, leave data.{noun} out"
            told.say(cells, k, f"nothing for client {quoted(client)}", allowed)
        else:  # one of two tables has this column, and lacks the client
            near = next((other for other in there if look(other) == look(client)), None)
            found = f"client {quoted(client)}, who has no row in the table with this column"
            told.say(cells, k, found, f"a row there for every client, with the {noun}", near)
    return texts
