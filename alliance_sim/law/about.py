"""How a parameter is declared: once, beside the rule that uses it, with its meaning and its source."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple, get_args, get_type_hints


@dataclass(frozen=True)
class About:
    """What a number means: in words, its unit or scale, its plausible range and where it comes from.

    `source` is a finding's id (such as F07), an author and year, or the word "assumption" with its reason.
    """

    meaning: str
    unit: str
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Choice:
    """What a switch means: its options (an IntEnum whose members have a docstring-like meaning)."""

    meaning: str
    options: type[IntEnum]
    source: str
    words: tuple[str, ...]


class Declared(NamedTuple):
    """A declared parameter: its path (such as "rupture.base"), what it is about, and its default."""

    path: str
    about: About | Choice
    default: float | int


def declared(group: type[Any], prefix: str = "") -> Iterator[Declared]:
    """Every parameter of a NamedTuple class, nested groups included, in order of declaration."""
    hints = get_type_hints(group, include_extras=True)
    for name in group._fields:
        path = f"{prefix}{name}"
        if hasattr(hints[name], "_fields"):
            yield from declared(hints[name], f"{path}.")
            continue
        notes = [note for note in get_args(hints[name]) if isinstance(note, About | Choice)]
        if notes:
            yield Declared(path, notes[0], group._field_defaults.get(name))
