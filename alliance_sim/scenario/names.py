"""Names and texts at the door: what no eye can tell apart, or no eye can see, is refused before anything is run."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from alliance_sim.scenario import errors
from alliance_sim.scenario.letters import steers
from alliance_sim.scenario.paths import STDIN
from alliance_sim.scenario.problem import Place, Problem

LONGEST_FOLDER = 80
"""Letters of the name of a result folder at most; file systems take 255 bytes."""

_OWN_NAMES = {"arms", "factors", "profiles"}
"""Sections whose names are the user's own, and become labels and columns: case does not tell them apart."""

_DEVICES = {"con", "prn", "aux", "nul", *(f"{device}{k}" for device in ("com", "lpt") for k in range(10))}
"""Names that Windows keeps for itself."""


def same(name: str) -> str:
    """What a name looks like: letters composed, without blanks around it, and without case.

    >>> same("Cafe\u0301 ") == same("café")
    True
    """
    return unicodedata.normalize("NFC", name).strip().casefold()


def wrong_names(names: Iterable[tuple[str, Place]], path: str) -> list[Problem]:
    """What is wrong with the names of one mapping at a path: blank, characters nobody sees, or two that look alike."""
    inside = path.split(".")
    own = inside[-1] in _OWN_NAMES or inside[-2:-1] == ["factors"]
    seen: dict[str, str] = {}
    problems = []
    for name, place in names:
        if not name.strip():
            problems.append(errors.blank_name(place, name))
            continue
        strange = hidden(name, "")
        if strange:
            problems.append(errors.hidden_character(place, strange, "a name"))
            continue
        first = seen.setdefault(same(name) if own else unicodedata.normalize("NFC", name).strip(), name)
        if first != name:
            problems.append(errors.looks_the_same(place, name, first))
    return problems


def wrong_text(text: str, place: Place) -> list[Problem]:
    """What is wrong with a text: characters that nobody sees; it may have several lines, and tabs."""
    strange = hidden(text, "\n\t\r")
    return [errors.hidden_character(place, strange, "a text")] if strange else []


def hidden(text: str, allowed: str) -> str:
    """The first character of a text that steers a terminal, but for those that are allowed; empty without one."""
    if text.isprintable():
        return ""
    return next((character for character in text if steers(character) and character not in allowed), "")


def config_name(path: Path) -> str:
    """The name of what a config asks: that of its file, or of the folder of a manifest; as the name of a folder."""
    if path == STDIN:
        return "stdin"
    return folder_name(path.resolve().parent.name if path.name == "manifest.json" else path.stem)


def folder_name(name: str) -> str:
    r"""A name that every file system takes: no signs of paths, no reserved word, not too long.

    >>> folder_name("rupture_repair"), folder_name("CON"), folder_name(".."), folder_name("a:b. "), folder_name("修复")
    ('rupture_repair', 'CON_', '_', 'a_b', '修复')
    """
    cleaned = "".join("_" if steers(c) or c in '<>:"/\\|?*' else c for c in name).strip().rstrip(". ")
    cleaned = cleaned.encode()[:LONGEST_FOLDER].decode(errors="ignore").rstrip(". ")
    if not cleaned.strip("."):
        return "_"
    return f"{cleaned}_" if re.split(r"\.", cleaned)[0].lower() in _DEVICES else cleaned
