"""Every setting by its path: the sections of a config, what is declared of each setting, and its value in a scenario.

A setting that is replaced here takes microseconds, and milliseconds through a config (read, merge, check, build): a
design of thousands of settings is checked once, on its ranges.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from alliance_sim.law.about import About, Choice, Declared, declared
from alliance_sim.law.attention import Treatment
from alliance_sim.law.policy import Policy
from alliance_sim.law.rating import SymptomScale
from alliance_sim.law.switch import Switch
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.scenario.names import WORLD_KEYS
from alliance_sim.scenario.scenario import Clinic, Outputs, Scenario, Size, filled

Label = float | str | bool
"""A value as a config and the tables have it: a number, the name of an option or of an entry, a truth value."""


class Section(NamedTuple):
    """A section of a config: its key, where its entries are, and what it fills in a world."""

    key: str  # in a config
    kind: str  # folder of the catalogue
    name_key: str  # inside the section, names the entry that it starts from
    group: type[Any]  # NamedTuple of the law
    default: str  # entry that is used when a config names none
    noun: str


SECTIONS = {
    section.key: section
    for section in (
        Section("treatment", "treatments", "profile", Treatment, "integrative", "treatment"),
        Section("policy", "policies", "base", Policy, "repair", "repair policy"),
        Section("symptoms", "instruments", "instrument", SymptomScale, "phq9", "symptom scale"),
    )
}


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


def number_at(path: str) -> About | None:
    """What is declared of the number at a path; None for anything else."""
    setting = by_path().get(path)
    return setting.about if setting is not None and isinstance(setting.about, About) else None


def paths_ending_in(name: str) -> list[str]:
    """Paths of settings whose last part is this name."""
    return [path for path in by_path() if path.rpartition(".")[2] == name]


def path_ending_in(name: str) -> str | None:
    """The path of the setting whose last part is this name, where there is exactly one."""
    found = paths_ending_in(name)
    return found[0] if len(found) == 1 else None


def matching(name: str) -> list[Declared]:
    """Settings that a name means: those at or below a path (`parameters.` may be left out), else those with the word.

    A word matches a whole word of the path or any part of the meaning, upper or lower case.
    """
    wanted = name.lower().strip(".")
    starts = tuple(f"{start}{wanted}." for start in ("", "parameters.", "mechanisms."))
    return [setting for setting in settings() if f"{setting.path}.".startswith(starts)] or [
        setting
        for setting in settings()
        if wanted in (*re.split(r"[._]", setting.path), setting.path.rpartition(".")[2])
        or wanted in setting.about.meaning.lower()
    ]


# ---- values ---------------------------------------------------------------------------------------------------------


def option_names(choice: Choice) -> tuple[str | bool, ...]:
    """The options of a choice as they are written in a config: false and true for a switch, else names."""
    if choice.options is Switch:
        return (False, True)
    return tuple(option.name.lower() for option in choice.options)


def option_name(choice: Choice, value: int) -> str | bool:
    """The option that a number of the law stands for, as it is written in a config."""
    return option_names(choice)[[int(option) for option in choice.options].index(int(value))]


def default_of(setting: Declared) -> Any:
    """The default of a setting, as it is written in a config."""
    return option_name(setting.about, int(setting.default)) if isinstance(setting.about, Choice) else setting.default


_IN_WORLD = {key: "scale" if key == "symptoms" else key for key in WORLD_KEYS}
"""Sections of a config, and the groups of `World` that they fill."""


@cache
def _place(path: str) -> tuple[tuple[str, ...], str, dict[Label, int], type[Any]]:
    """Where a path leads in a world (or below "clinic"): groups, the name, numbers of options, the type of a number."""
    section, _, inside = path.partition(".")
    *groups, last = inside.split(".")
    about, kind = by_path()[path].about, type(by_path()[path].default)
    options: dict[Label, int] = {}
    if isinstance(about, Choice):
        options.update(zip(option_names(about), map(int, about.options), strict=True))
    return ("clinic" if section == "clinic" else _IN_WORLD[section], *groups), last, options, kind


def with_settings(scenario: Scenario, settings: Mapping[str, Label]) -> Scenario:
    """A scenario with the values at some paths (such as parameters.rupture.base) replaced, options by their names.

    Draws of a population no longer count for parameters that are replaced. Values are taken as they are: whoever asks
    has checked them. Raises KeyError for a path that is neither a number nor a choice of the law or of the clinic.
    """
    nested: dict[str, Any] = {}
    for path, value in settings.items():
        groups, last, options, number = _place(path)
        around = nested
        for name in groups:
            around = around.setdefault(name, {})
        around[last] = options[value] if options else number(value)
    clinic = filled(scenario.clinic, nested.pop("clinic", {}))
    population = scenario.population
    if population is not None:
        population = population.without(path.removeprefix("parameters.") for path in settings)
    return scenario._replace(world=filled(scenario.world, nested), clinic=clinic, population=population)


def value_at(scenario: Scenario, path: str) -> float | int:
    """The number that a scenario has at a path."""
    section, *names = path.split(".")
    found: Any = scenario.clinic if section == "clinic" else getattr(scenario.world, _IN_WORLD[section])
    for name in names:
        found = getattr(found, name)
    return found  # type: ignore[no-any-return]


def with_shift(scenario: Scenario, paths: Sequence[str], by: float) -> Scenario:
    """A scenario with the same amount added to some parameters (such as sustain.goal_level), in every draw too.

    Sums may go past plausible ranges; the law takes any number there.
    """
    population = scenario.population
    drawn = [path for path in paths if population is not None and path in population.paths]
    fixed = {f"parameters.{p}": float(value_at(scenario, f"parameters.{p}")) + by for p in paths if p not in drawn}
    moved = with_settings(scenario, fixed)
    if population is None or not drawn:
        return moved
    added = [by if path in drawn else None for path in population.paths]
    draws = tuple(
        tuple(value if each is None else value + each for value, each in zip(draw, added, strict=True))
        for draw in population.draws
    )
    return moved._replace(population=population._replace(draws=draws))
