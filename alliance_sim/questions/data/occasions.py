"""When something was measured: in a session, at intake, at the end, or at a follow-up after it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from alliance_sim.questions.data.characters import without_zeros

INTAKE, END, FOLLOW_UP = -1, -2, -3
"""Occasions that are no session: numbers below zero; further follow-ups count downwards."""

NO_SESSION = 0
DIGITS = 9
"""Numbers of more digits are no numbers of sessions."""


class Occasions(NamedTuple):
    """What a mapping states of the numbers and names of sessions; codes are in their plain form."""

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

    def of(self, text: str) -> int | None:
        """The occasion that a text stands for; a number of a session may lie outside the plan. None: no occasion."""
        plain = plain_code(text)
        for _, code, occasion in self.stated():
            if code == plain:
                return occasion
        if not plain.isdecimal() or not plain.isascii() or len(plain) > DIGITS:
            return None
        return int(plain) - self.first + 1 if int(plain) >= self.first else NO_SESSION

    def numbers(self, planned: int) -> str:
        """The numbers of sessions of a plan, in words."""
        return f"sessions {self.first} to {self.first + planned - 1}"


def plain_code(text: str) -> str:
    """A whole number without zeros that say nothing; any other text as it is.

    >>> plain_code("08"), plain_code("8.0"), plain_code("pre"), plain_code("000")
    ('8', '8', 'pre', '0')
    """
    plain = without_zeros(text)
    return (plain.lstrip("0") or "0") if plain.isascii() and plain.isdecimal() else plain


def occasions_of(given: Any) -> Occasions:
    """The occasions of the checked section `session`; None where nothing is stated."""
    if given is None:
        return Occasions()
    codes = {name: tuple(map(plain_code, getattr(given, name))) for name in ("intake", "end", "follow_up")}
    named = {plain_code(name): number for name, number in given.named.items()}
    return Occasions(given.first, **codes, named=named)
