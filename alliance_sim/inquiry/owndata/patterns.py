"""Names and patterns of a mapping: which columns they mean, and which only look like them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from alliance_sim.inquiry.owndata.characters import squashed

_BRACES = re.compile(r"\{[^{}]*\}")

PLACEHOLDERS = ("{session}", "{item}")


class Match(NamedTuple):
    """A column of a pattern: its name, and what stands in the place of {session} and of {item}."""

    name: str
    session: str
    item: int


def form_of(name: str) -> str:
    """The form of columns that a name or pattern means.

    >>> bool(re.fullmatch(form_of("bdi.{session}m"), "bdi.12m"))
    True
    """
    return re.escape(name).replace(r"\{item\}", "[0-9]+").replace(r"\{session\}", ".+?")


def matches(pattern: str, names: Iterable[str]) -> list[Match]:
    """The columns that have the form of a pattern, whatever stands in the place of {session}; without a placeholder,
    the one column of the name.
    """
    form = re.escape(pattern).replace(r"\{item\}", r"(?P<item>[0-9]{1,9})", 1)
    compiled = re.compile(form.replace(r"\{session\}", r"(?P<session>.+?)", 1), re.S)
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


def alike(patterns: Sequence[str], names: Iterable[str]) -> Iterator[str]:
    """Columns that have the form of a pattern, or begin with its letters and hold a number."""
    formed = [pattern for pattern in patterns if _BRACES.search(pattern)]
    stems = {stem for pattern in formed if (stem := squashed(_BRACES.split(pattern)[0]))}
    for name in names:
        plain = squashed(name)
        numbered = any(plain.startswith(stem) and re.search(r"\d", plain[len(stem) :]) for stem in stems)
        if numbered or any(matches(pattern, [name]) for pattern in formed):
            yield name
