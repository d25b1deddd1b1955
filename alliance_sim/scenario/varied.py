"""A scenario with some of its settings replaced: what a design of thousands of settings is made of.

The road of a config (read, merge, check, build) takes milliseconds a setting; here the checks are done once, on the
ranges, and a setting takes microseconds.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from alliance_sim.law.about import Choice
from alliance_sim.scenario.design import Label
from alliance_sim.scenario.models import option_names
from alliance_sim.scenario.registry import by_path
from alliance_sim.scenario.scenario import Scenario

_IN_WORLD = {
    "parameters": "parameters",
    "mechanisms": "mechanisms",
    "treatment": "treatment",
    "policy": "policy",
    "symptoms": "scale",
}
"""Sections of a config, and the groups of a world that they fill."""


def with_settings(scenario: Scenario, settings: Mapping[str, Label]) -> Scenario:
    """A scenario with the values at some paths (such as parameters.rupture.base) replaced, options by their names.

    Draws of a population no longer count for parameters that are replaced. Values are taken as they are: whoever asks
    has checked them. Raises KeyError for a path that is neither a number nor a choice of a world or of its clinic.
    """
    world, clinic = scenario.world, scenario.clinic
    for path, value in settings.items():
        section, *names = path.split(".")
        found = law_value(path, value)
        if section == "clinic":
            clinic = _replaced(clinic, names, found)
        else:
            group = _IN_WORLD[section]
            world = world._replace(**{group: _replaced(getattr(world, group), names, found)})
    population = scenario.population
    if population is not None:
        population = population.without(path.removeprefix("parameters.") for path in settings)
    return scenario._replace(world=world, clinic=clinic, population=population)


def law_value(path: str, value: Label) -> float | int:
    """What the law holds for a value that a config states at a path: the number of an option, else the number."""
    setting = by_path()[path]
    if isinstance(setting.about, Choice):
        return int(list(setting.about.options)[option_names(setting.about).index(value)])
    whole = isinstance(setting.default, int)
    return int(value) if whole else float(value)


def value_at(scenario: Scenario, path: str) -> float | int:
    """The number that a scenario has at a path."""
    section, *names = path.split(".")
    found: Any = scenario.clinic if section == "clinic" else getattr(scenario.world, _IN_WORLD[section])
    for name in names:
        found = getattr(found, name)
    return found  # type: ignore[no-any-return]


def _replaced(group: Any, names: list[str], value: float | int) -> Any:
    """A NamedTuple, nested ones included, with one value replaced."""
    first, *rest = names
    return group._replace(**{first: _replaced(getattr(group, first), rest, value) if rest else value})


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
    draws = tuple(
        tuple(value + by if path in drawn else value for path, value in zip(population.paths, draw, strict=True))
        for draw in population.draws
    )
    return moved._replace(population=population._replace(draws=draws))
