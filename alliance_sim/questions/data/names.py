"""Names in a mapping: patterns of columns, occasions of measurement, and codes, those for an empty cell included."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic_core import PydanticCustomError

from alliance_sim.questions.data.text import clean, plain_code

BRACES = re.compile(r"\{[^{}]*\}")

SESSION, ITEM = "{session}", "{item}"

# ---- patterns of columns -------------------------------------------------------------------------------------------


class Match(NamedTuple):
    """A column of a pattern: its name, and what stands in the place of {session} and of {item}."""

    name: str
    session: str
    item: int


def form_of(name: str, item: str = "[0-9]{1,9}", session: str = ".+?") -> str:
    """The form of columns that a name or pattern means.

    >>> bool(re.fullmatch(form_of("bdi.{session}m"), "bdi.12m"))
    True
    """
    return re.escape(name).replace(r"\{item\}", item, 1).replace(r"\{session\}", session, 1)


def matches(pattern: str, names: Iterable[str]) -> list[Match]:
    """The columns that have the form of a pattern, whatever stands in the place of {session}; without a placeholder,
    the one column of the name.
    """
    compiled = re.compile(form_of(pattern, "(?P<item>[0-9]{1,9})", "(?P<session>.+?)"), re.S)
    held = [(name, found.groupdict()) for name in names if (found := compiled.fullmatch(name))]
    return [Match(name, own.get("session", ""), int(own.get("item", "0"))) for name, own in held]


def placeholders(name: str) -> list[str]:
    """Everything in braces, and braces that stand alone.

    >>> placeholders("wai_{item}_{x}"), placeholders("wai_{item")
    (['{item}', '{x}'], ['{'])
    """
    return [*BRACES.findall(name), *re.findall(r"[{}]", BRACES.sub("", name))]


# ---- occasions -----------------------------------------------------------------------------------------------------

INTAKE, END, FOLLOW_UP = -1, -2, -3
"""Occasions that are no session: numbers below zero; further follow-ups count downwards."""

NO_SESSION = 0
DIGITS = 9
"""Numbers of more digits are no numbers of sessions."""


class Occasions(NamedTuple):
    """When something was measured, as a mapping states it: numbers and names of sessions, and occasions that are none.

    Codes are in their plain form.
    """

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


# ---- codes ---------------------------------------------------------------------------------------------------------

MISSING = ("", "NA", "NaN", "nan", ".")  # cells that say nothing, where none are stated

EVERYWHERE = "*"


def code_list(value: Any, empty: bool = False) -> list[str]:
    """One code, or a list of them, as texts; no code at all only where the list may be `empty`."""
    given = value if isinstance(value, list) else [value]
    if (not given and not empty) or any(isinstance(code, list | dict) for code in given):
        raise PydanticCustomError("codes", "no codes")
    return [code_text(code) for code in given]


def one_code(value: Any) -> str:
    """One code as text."""
    if value is None or isinstance(value, list | dict):
        raise PydanticCustomError("code", "no code")
    return code_text(value)


def missing_codes(value: Any) -> Any:
    """A list of codes, or a mapping of columns to theirs."""
    if isinstance(value, dict):
        return {clean(str(name)): code_list(codes, empty=True) for name, codes in value.items()}
    return code_list(value, empty=True)


def code_text(code: object) -> str:
    """A code as text: numbers without decimals that say nothing, and nothing at all as an empty cell.

    >>> code_text(1.0), code_text(True), code_text(None), code_text("D")
    ('1', 'true', '', 'D')
    """
    if code is None or isinstance(code, bool):
        return "" if code is None else str(code).lower()
    return f"{code:.0f}" if isinstance(code, float) and code.is_integer() else clean(str(code))
