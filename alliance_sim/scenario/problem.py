"""What a mistake in a config is: where, what was found, what is allowed; and how values are named in messages."""

import difflib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from alliance_sim.law.about import About

SHOWN = 12
"""How many allowed names a message lists before it refers to `alliance-sim parameters`."""


class Place(NamedTuple):
    """Where something is written: file as shown to people, line from 1 if it has one, path inside the file."""

    file: str
    line: int | None = None
    path: str = ""


@dataclass(frozen=True)
class Problem:
    """One mistake: its place, what was found there, what is allowed, and the nearest valid name if there is one."""

    place: Place
    found: str
    allowed: str
    nearest: str | None = None

    def __str__(self) -> str:
        """The message, on one line."""
        line = f", line {self.place.line}" if self.place.line is not None else ""
        path = f"{self.place.path}: " if self.place.path else ""
        near = f"; did you mean {self.nearest}?" if self.nearest else ""
        return f"{self.place.file}{line}: {path}found {self.found}; allowed: {self.allowed}{near}"


class ConfigError(Exception):
    """Bad input: `problems` are all mistakes that were found; the text is one message a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep each mistake once, in the order of files and lines."""
        self.problems = sorted(dict.fromkeys(problems), key=lambda p: (p.place.file, p.place.line or 0))
        super().__init__("\n".join(map(str, self.problems)))


def show(value: Any) -> str:
    """A value as it is named in a message.

    >>> show("no"), show(3), show(True), show([1])
    ('the text "no"', 'the number 3', 'true', 'a list')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {number(value)}"
    if isinstance(value, str):
        text = value if len(value) <= 60 else f"{value[:57]}..."
        return f'the text "{" ".join(text.split())}"'
    return "a list" if isinstance(value, list) else "a mapping"


def number(value: float) -> str:
    """A number without decimals that say nothing; very large whole numbers are shortened."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else f"about 10^{value.bit_length() * 0.30103:.0f}"
    if math.isnan(value) or math.isinf(value):
        return str(value)
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def nearest(name: str, options: Iterable[str], likeness: float = 0.6) -> str | None:
    """The option that is spelt most like the name (case apart), if any is near; 1 is the same spelling."""
    by_lower = {option.lower().replace("-", "_").replace(" ", "_"): option for option in options}
    close = difflib.get_close_matches(name.lower().replace("-", "_").replace(" ", "_"), by_lower, n=1, cutoff=likeness)
    return by_lower[close[0]] if close else None


def likely(name: str, options: Iterable[str], elsewhere: str | None) -> str | None:
    """What a name probably means: an option spelt almost alike, a place where the name is right, or what is nearest."""
    options = list(options)
    return nearest(name, options, likeness=0.85) or elsewhere or nearest(name, options)


def listing(options: Sequence[str], more: str = "") -> str:
    """Names in a row; a long row is cut short, and `more` says how to see the rest."""
    if len(options) <= SHOWN:
        return ", ".join(options)
    return f"{', '.join(options[:SHOWN])} and {len(options) - SHOWN} more{more}"


def span(about: About, whole: bool) -> str:
    """What a declared number may be, with its unit."""
    kind = "a whole number" if whole else "a number"
    return f"{kind} from {number(about.low)} to {number(about.high)} ({about.unit})"
