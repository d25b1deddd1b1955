"""Names and patterns of a mapping: which columns they mean, and which only look like them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from alliance_sim.questions.data.characters import squashed

_BRACES = re.compile(r"\{[^{}]*\}")

SESSION, ITEM = "{session}", "{item}"


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
    made = []
    for name in names:
        found = compiled.fullmatch(name)
        if found:
            held = found.groupdict()
            made.append(Match(name, held.get("session", ""), int(held.get("item", "0"))))
    return made


def placeholders(name: str) -> list[str]:
    """Everything in braces, and braces that stand alone.

    >>> placeholders("wai_{item}_{x}"), placeholders("wai_{item")
    (['{item}', '{x}'], ['{'])
    """
    return [*_BRACES.findall(name), *re.findall(r"[{}]", _BRACES.sub("", name))]


def similar(patterns: Sequence[str], names: Iterable[str]) -> Iterator[str]:
    """Columns that have the form of a pattern, or begin with its letters and hold a number."""
    formed = [pattern for pattern in patterns if _BRACES.search(pattern)]
    stems = {stem for pattern in formed if (stem := squashed(_BRACES.split(pattern)[0]))}
    for name in names:
        plain = squashed(name)
        numbered = any(plain.startswith(stem) and re.search(r"\d", plain[len(stem) :]) for stem in stems)
        if numbered or any(matches(pattern, [name]) for pattern in formed):
            yield name
