"""What settings are called on pages: a few words of the field, and the path that a config uses."""

import csv
from functools import cache
from importlib.resources import files

from alliance_sim.figures.style import shortened
from alliance_sim.scenario.registry import by_path

LONGEST = 45
"""Letters of a name: what fits beside a figure."""


@cache
def names() -> dict[str, str]:
    """The name of every setting that has one, by its path (`short_names.csv`)."""
    text = files("alliance_sim.questions.sensitivity").joinpath("short_names.csv").read_text(encoding="utf-8")
    return {row["path"]: row["name"] for row in csv.DictReader(text.splitlines())}


def name_of(path: str, meaning: str) -> str:
    """A setting's name in a few words; its declared meaning, cut between words, where it has none.

    >>> name_of("parameters.repair.step", ""), name_of("skill", "what is varied here")
    ('how often a repair step succeeds', 'what is varied here')
    """
    return names().get(path) or shortened(meaning, LONGEST)


def meaning_of(path: str) -> str:
    """What a setting of the registry means."""
    return by_path()[path].about.meaning


def path_of(key: str) -> str:
    """The path as it is shown.

    >>> path_of("parameters.repair.step"), path_of("mechanisms.change")
    ('repair.step', 'mechanisms.change')
    """
    return key.removeprefix("parameters.")
