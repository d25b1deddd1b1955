"""Every setting that is a number or a choice, in one row: path in a config, what it is about, its default."""

import re
from functools import cache

from alliance_sim.law.about import Declared, declared
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.scenario.scenario import Clinic, Outputs, Size
from alliance_sim.scenario.sections import SECTIONS

TEXTS = {
    "title": "a short name of the experiment",
    "question": "what is asked, in words",
    "hypothesis": "what is expected, and why",
    "rivals": "a list of other explanations of the same result",
    "extends": "a config that this one starts from, as a path seen from this file",
    "treatment": "a treatment of the catalogue, or a file of your own",
    "policy": "a repair policy of the catalogue, or a file of your own",
    "policy.custom": "a policy of your own in Python, as module:function",
    "symptoms": "a symptom scale of the catalogue, or a file of your own",
    "parameters": (
        "calibrated (the defaults, which are the centre of the posterior), posterior (every replicate is played with "
        "its own draw of the parameters, so that the spread among replicates holds what is not known about them), or "
        "settings one by one, which go before any draw"
    ),
    "parameters.base": "calibrated, posterior, or the path of a CSV file of draws that a calibration has written",
    "arms": "the settings that are compared: a name for each arm, and what it changes",
    "baseline": "the arm that the others are compared with; the first, if none is named",
    "factors": "settings that are varied: a path and its values, crossed with each other and with the arms",
}
"""Settings that are words, with their meaning."""


@cache
def settings() -> tuple[Declared, ...]:
    """Every number and choice that a config may set, with its path, in the order of a config."""
    groups = {"": Size, "clinic.": Clinic, "outputs.": Outputs}
    groups |= {f"{key}.": section.group for key, section in SECTIONS.items()}
    groups |= {"mechanisms.": Mechanisms, "parameters.": Parameters}
    return tuple(setting for prefix, group in groups.items() for setting in declared(group, prefix))


@cache
def by_path() -> dict[str, Declared]:
    """The same, found by path."""
    return {setting.path: setting for setting in settings()}


def paths_ending_in(name: str) -> list[str]:
    """Paths of settings whose last part is this name."""
    return [setting.path for setting in settings() if setting.path.rpartition(".")[2] == name]


def matching(name: str) -> list[Declared]:
    """Settings that a name means: those at or below a path (`parameters.` may be left out), else those with the word.

    A word matches a whole word of the path or any part of the meaning, upper and lower case alike.
    """
    wanted = name.lower().strip(".")
    paths = [
        setting
        for setting in settings()
        if any(f"{setting.path}.".startswith(f"{start}{wanted}.") for start in ("", "parameters.", "mechanisms."))
    ]
    if paths:
        return paths
    return [
        setting
        for setting in settings()
        if wanted in re.split(r"[._]", setting.path)
        or wanted == setting.path.rpartition(".")[2]
        or wanted in setting.about.meaning.lower()
    ]
