"""What a mistake in a config is: where, what was found, what is allowed; and how values are named in messages."""

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from alliance_sim.law.about import About
from alliance_sim.scenario.letters import visible

Thing = TypeVar("Thing")

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
        return visible(f"{self.place.file}{line}: {path}found {self.found}; allowed: {self.allowed}{near}", kept="")


class ConfigError(Exception):
    """Bad input: `problems` are all mistakes that were found; the text is one message a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep each mistake once, in the order of files and lines."""
        self.problems = sorted(dict.fromkeys(problems), key=lambda p: (p.place.file, p.place.line or 0))
        super().__init__("\n".join(map(str, self.problems)))


@contextmanager
def collected(problems: list[Problem]) -> Iterator[None]:
    """Add the mistakes of a ConfigError that is raised meanwhile to others, and go on, so that all are reported."""
    try:
        yield
    except ConfigError as error:
        problems += error.problems


def refuse(problems: Sequence[Problem]) -> None:
    """Raise ConfigError where there are mistakes."""
    if problems:
        raise ConfigError(problems)


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
    if isinstance(value, list | tuple):
        return "a list"
    return "a mapping" if isinstance(value, Mapping) else f"a value of type {type(value).__name__}"


def in_config(value: Any) -> str:
    """A text, number or truth value as it would be written in a config.

    >>> in_config(True), in_config(0.50), in_config("repair")
    ('true', '0.5', 'repair')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return number(value) if isinstance(value, int | float) else str(value)


def number(value: float) -> str:
    """A number without decimals that say nothing; very large whole numbers are shortened."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else f"about 10^{digits(value)}"
    if math.isnan(value) or math.isinf(value):
        return str(value)
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def digits(value: int) -> int:
    """About how many digits a large whole number has."""
    return round(value.bit_length() * 0.30103)


LIKE = 0.6
"""Likeness of two spellings from which on one is taken for the other, where nothing else is said."""


def nearest(name: str, options: Iterable[str], likeness: float = LIKE) -> str | None:
    """The option that is spelt most like the name (case apart), if any is near; 1 is the same spelling.

    Where none is near, and no other `likeness` is asked for: the only option that has the name among its words.

    >>> nearest("Repare", ["repair", "ignore"]), nearest("monitor", ["repair", "monitor and repair"])
    ('repair', 'monitor and repair')
    """
    by_lower = {_lower(option): option for option in options}
    close = difflib.get_close_matches(_lower(name), by_lower, n=1, cutoff=likeness)
    if close:
        return by_lower[close[0]]
    having = [option for lower, option in by_lower.items() if f"_{_lower(name)}_" in f"_{lower}_"]
    return having[0] if len(having) == 1 and likeness <= LIKE and name else None


def _lower(name: str) -> str:
    """A name without case, and with one sign between its words."""
    return name.lower().replace("-", "_").replace(" ", "_")


class Named(dict[str, Thing]):
    """Things by name; a missing name raises ConfigError, which lists the valid ones."""

    def __init__(self, noun: str, things: Mapping[str, Thing]) -> None:
        """`noun` is what one of the things is called."""
        super().__init__(things)
        self._noun = noun

    def __missing__(self, name: str) -> Thing:
        """Raise ConfigError for a name that there is not."""
        known = list(self)
        found = f'the unknown name "{name}"'
        raise ConfigError(
            [Problem(Place(self._noun), found, listing(known) or "none, for there are none", nearest(str(name), known))]
        )


def likely(name: str, options: Iterable[str], elsewhere: str | None) -> str | None:
    """What a name probably means: an option spelt almost the same, a path where it is right, or what is nearest."""
    options = list(options)
    return nearest(name, options, likeness=0.85) or elsewhere or nearest(name, options)


def listing(options: Sequence[str], more: str = "") -> str:
    """Names in a row; a long row is cut short, and `more` says how to see the rest."""
    if len(options) <= SHOWN:
        return ", ".join(options)
    return f"{', '.join(options[:SHOWN])} and {len(options) - SHOWN} more{more}"


def counted(count: int, noun: str) -> str:
    """So many of something.

    >>> counted(1, "client"), counted(1200, "client")
    ('1 client', '1,200 clients')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def span(about: About, whole: bool) -> str:
    """What a declared number may be, with its unit."""
    kind = "a whole number" if whole else "a number"
    return f"{kind} from {number(about.low)} to {number(about.high)} ({about.unit})"
