"""When something was measured: in a session, at intake, at the end, or at a follow-up after it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from alliance_sim.questions.data.characters import without_zeros

INTAKE, END, FOLLOW_UP = -1, -2, -3
"""Occasions that are no session: numbers below zero; further follow-ups count downwards."""

NO_SESSION = 0
DIGITS = 9
"""Numbers of more digits are no numbers of sessions."""


class Occasions(NamedTuple):
    """What a mapping states of the numbers and names of sessions; codes are in their plain form."""

    planned: int
    first: int = 1
    intake: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    follow_up: tuple[str, ...] = ()
    named: Mapping[str, int] = {}  # name -> number of a session

    def stated(self) -> Iterator[tuple[str, str, int]]:
        """Setting, code and occasion of everything that has a name."""
        yield from (("intake", code, INTAKE) for code in self.intake)
        yield from (("end", code, END) for code in self.end)
        yield from (("follow_up", code, FOLLOW_UP - k) for k, code in enumerate(self.follow_up))
        yield from (("named", code, number) for code, number in self.named.items())

    @property
    def by_code(self) -> dict[str, int]:
        """The occasion of every name; of a name that stands twice, the first."""
        return {code: occasion for _, code, occasion in reversed(list(self.stated()))}

    def of(self, text: str) -> int | None:
        """The occasion that a text stands for; a number of a session may lie outside the plan. None: no occasion."""
        plain = plain_code(text)
        if plain in self.by_code:
            return self.by_code[plain]
        if not plain.isdecimal() or not plain.isascii() or len(plain) > DIGITS:
            return None
        return int(plain) - self.first + 1 if int(plain) >= self.first else NO_SESSION

    def has(self, at: int) -> bool:
        """Whether something is a planned session, or an occasion that is none."""
        return at < 0 or 1 <= at <= self.planned

    @property
    def allowed(self) -> str:
        """Which sessions there may be and how others are stated, for messages."""
        return (
            f"sessions {self.first} to {self.first + self.planned - 1}; more are stated as data.planned, another first "
            "number as data.session.first (0 or 1), what is no session of the treatment as data.session.intake, end or "
            "follow_up"
        )


def plain_code(text: str) -> str:
    """A whole number without zeros that say nothing; any other text as it is.

    >>> plain_code("08"), plain_code("8.0"), plain_code("pre"), plain_code("000")
    ('8', '8', 'pre', '0')
    """
    plain = without_zeros(text)
    return (plain.lstrip("0") or "0") if plain.isascii() and plain.isdecimal() else plain
