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
    "design": "settings that are sampled, listed or varied one at a time, crossed with factors and arms",
    "design.method": "latin_hypercube, sobol, saltelli, morris (these four need points and ranges), one_at_a_time or "
    "list",
    "design.points": "how many settings (saltelli: the base number, which is multiplied; morris: how many "
    "trajectories); a power of two for sobol and saltelli",
    "design.ranges": "paths and their ranges: two numbers, plausible (the declared range), a list of options, or a "
    "name with several paths that move together",
    "design.factors": "for one_at_a_time: paths and their values, as in factors",
    "design.file": "for list: a CSV file with a line of paths, and below it a setting a line",
    "design.settings": "for list, in place of a file: the settings one by one, each with its paths and values",
    "design.seed": "where the sampling starts from (luck has a seed of its own); 1, if none is stated",
    "design.levels": "for morris: levels of the grid that trajectories step on, an even number; 4, if none is stated",
    "design.second_order": "for saltelli: also the settings that second-order indices need",
    "precision": "play until an estimate is as precise as wanted at every setting, at most `replicates` times",
    "precision.estimate": "the name of the estimate, as in estimates.csv",
    "precision.mcse": "the Monte-Carlo standard error that is wanted, in the unit of the estimate",
    "precision.of": "level (of each arm, the default) or contrast (of each arm minus the baseline)",
    "precision.first": "replicates before the first look, and between looks; 20, if none is stated",
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


@cache
def groups() -> tuple[str, ...]:
    """Every path below which there are settings, such as parameters.rupture."""
    heads = [path.split(".")[:n] for path in by_path() for n in range(1, path.count(".") + 1)]
    return tuple(dict.fromkeys(".".join(head) for head in heads))


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
