"""What settings are called in words: factors, arms, options, catalogue entries."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

import pandas as pd

from alliance_sim.law.about import About, Declared
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.catalog import Entry, entry, names
from alliance_sim.scenario.problem import in_config
from alliance_sim.scenario.registry import by_path, option_name
from alliance_sim.scenario.scenario import Scenario
from alliance_sim.stats.numbers import setting

KIND = {"treatment": "treatments", "policy": "policies", "symptoms": "instruments"}


def factor_path(experiment: Experiment, column: str) -> str | None:
    """The path of the setting in a factor's or sampled column; None for linked settings, which have only a name."""
    design = experiment.resolved.get("design", {})
    first = (design.get("settings") or [{}])[0]
    for group in (experiment.resolved.get("factors", {}), design.get("ranges", {}), design.get("factors", {}), first):
        for path, levels in group.items():
            short = path.rpartition(".")[2]
            if not isinstance(levels, dict) and column in (path, short) and path in by_path():
                return str(path)
    return None


def varied_in(row: Mapping[str, Any], experiment: Experiment) -> str:
    """The column that a row of estimates is about: a factor, or what a sample varied alone."""
    if experiment.sampled and str(row.get("varied", "")) in experiment.sampled:
        return str(row["varied"])
    return next(name for name in experiment.factors if not pd.isna(row[name]))


def factor_label(experiment: Experiment, column: str) -> str:
    """A factor in words: the declared meaning of its setting, or its own name."""
    path = factor_path(experiment, column)
    return by_path()[path].about.meaning if path else column.replace("_", " ")


def catalogued(kind: str, name: str) -> Entry | None:
    """A catalogue entry, or None when the name is a user's own file."""
    folder = KIND[kind]
    return entry(folder, name) if name in names(folder) else None


def entry_title(kind: str, name: str) -> str:
    """The title of a catalogue entry, or the name itself."""
    known = catalogued(kind, name)
    return known.title if known else name


def short_title(kind: str, name: str) -> str:
    """What stands in brackets at the end of a title (PHQ-9), or the whole title."""
    title = entry_title(kind, name)
    return title.rpartition("(")[2].rstrip(")") if title.endswith(")") else title


def value_words(declared: Declared, value: Any) -> str:
    """The value of a setting as it is written in a config."""
    if isinstance(declared.about, About):
        return setting(value)
    return in_config(value if isinstance(value, str | bool) else option_name(declared.about, int(value)))


def scenarios(experiment: Experiment) -> dict[str, Scenario]:
    """The scenario of every arm, at its first setting of the factors."""
    found: dict[str, Scenario] = {}
    for point in experiment.points:
        found.setdefault(point.arm, point.scenario)
    return found


def meets_otherwise(experiment: Experiment, arm: str) -> bool:
    """Whether an arm differs from the baseline in how ruptures are met: policy, repair effect or its parameters."""
    parts = ("world.policy", "world.mechanisms.repair_effect", "world.parameters.repair", "policy_function")
    found = scenarios(experiment)
    return any(attrgetter(part)(found[arm]) != attrgetter(part)(found[experiment.baseline]) for part in parts)
