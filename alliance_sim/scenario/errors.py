"""Messages about what is wrong with a config: where (file, line, path inside it), found, allowed, and the nearest name.

Their words are in messages.toml. `errors.NAME(place, *values)` is the message of that name with the values in it, and
with `near=...` the valid name that was probably meant. Those about result folders are in `files.errors`.
"""

import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib import resources
from string import Formatter
from typing import Any, NamedTuple

from alliance_sim.scenario.names import QUESTIONS
from alliance_sim.scenario.problem import Place, Problem, in_config, listing, nearest, number, show


class _Words(Formatter):
    """Texts with braces, with conversions of their own."""

    own: Mapping[str, Callable[[Any], str]] = {"n": number, "v": show, "c": in_config, "j": ", ".join, "l": listing}

    def convert_field(self, value: Any, conversion: Any) -> Any:
        """A value as text, by the letter after the exclamation mark."""
        return self.own[conversion](value) if conversion in self.own else super().convert_field(value, conversion)


@cache
def words_of(package: str) -> Mapping[str, Sequence[str]]:
    """What the messages.toml of a package holds: by name, what was found, what is allowed, and perhaps a word more."""
    return tomllib.loads((resources.files(package) / "messages.toml").read_text(encoding="utf-8"))


def made_of(words: Sequence[str], place: Place, *given: Any, near: str | None = None) -> Problem:
    """A message of its words: what was found, what is allowed, and perhaps that the nearest name is added."""
    found, allowed = (_Words().format(text, *given) for text in words[:2])
    return Problem(place, found, allowed, nearest(given[0], given[1]) if "nearest" in words[2:] else near)


def __getattr__(name: str) -> Callable[..., Problem]:
    """The message of a name, as a function of the place and the values in it."""
    if name.startswith("_") or name not in words_of(__package__):
        raise AttributeError(name)
    return partial(made_of, words_of(__package__)[name])


# ---- names and values ----------------------------------------------------------------------------------------------


class Gone(NamedTuple):
    """What became of a parameter of the first edition of the law: its successor's path, if any, and why it went."""

    successor: str | None
    reason: str


_TOGETHER = Gone("alliance.healing", "hurt, unresolved load and mask now pass together")

GONE: dict[str, Gone] = {
    "alliance.coupling": Gone("alliance.negotiation", "now only goals and tasks pull together"),
    "alliance.drag": Gone(
        None, "a rupture's hurt is now felt as long as it lasts; alliance.healing says how fast it passes"
    ),
    "alliance.fading": _TOGETHER,
    "alliance.mask_decay": _TOGETHER,
    "alliance.reciprocity": Gone(
        "sustain.improvement", "another unit: log-odds per SD of improvement since intake, not in the last week"
    ),
    "repair.restoration": Gone(None, "a repair now takes off as much of the damage as it resolves"),
}
"""Removed parameters by their paths, such as alliance.drag."""


def removed_parameter(place: Place, path: str) -> Problem | None:
    """A parameter that the first edition of the law had; None for any other path. `parameters.` may be left out."""
    old = path.removeprefix("parameters.")
    if old not in GONE:
        return None
    successor, reason = GONE[old]
    instead, has = (successor, "the old one") if successor else ("nothing in its place", "it")
    return made_of(words_of(__package__)["removed"], place, old, f"{instead} ({reason})", has)


def unknown_name(place: Place, name: str, options: Sequence[str], group: str, near: str | None) -> Problem:
    """A name that does not exist among the `options` of a group of settings, whose path is `group`."""
    own = group.partition(".")[0] in QUESTIONS  # which the command `parameters` does not list
    more = f" (alliance-sim parameters {group}".rstrip() + " lists them)"
    unknown = Problem(place, f'the unknown name "{name}"', ", ".join(options) if own else listing(options, more), near)
    return removed_parameter(place, f"{group}.{name}") or unknown


def wrong_value(place: Place, value: Any, allowed: str, near: str | None = None) -> Problem:
    """A value of the wrong type, out of range, or not among the options."""
    return Problem(place, show(value), allowed, near)


def no_such_file(place: Place, name: str, near: str | None, allowed: str = "the path of a YAML file") -> Problem:
    """A path that leads nowhere."""
    return Problem(place, "no such file" if place.file == name else f'no file "{name}"', allowed, near)


_CONTROLS = ("NUL", "BEL", "backspace", "tab", "line end", "carriage return", "ESC", "DEL")


def hidden_character(place: Place, character: str, where: str) -> Problem:
    """A control character; `where` is "a name" or "a text"."""
    known = dict(zip("\0\a\b\t\n\r\x1b\x7f", _CONTROLS, strict=True))
    called = known.get(character) or unicodedata.name(character, "").lower()
    point = f"U+{ord(character):04X}"
    return made_of(words_of(__package__)["hidden_character"], place, where, f"{called}, {point}" if called else point)
