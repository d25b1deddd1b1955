"""The space of a search: settings and their ranges, as a config declares them, and the world at a point of it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from alliance_sim.law.about import About, Declared
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import errors
from alliance_sim.scenario.models import Form
from alliance_sim.scenario.problem import Place, Problem, likely, listing, span
from alliance_sim.scenario.registry import by_path, paths_ending_in
from alliance_sim.scenario.scenario import Scenario, with_values
from alliance_sim.scenario.tree import Node

DEFAULT: Mapping[str, tuple[float, float]] = {
    "policy.vigilance": (0.0, 2.0),
    "policy.checkin": (0.05, 0.3),
    "policy.followup": (0.0, 0.4),
    "policy.threshold": (0.0, 1.0),
}
"""What is searched where a config does not say: attention, time for asking, time for repair, threshold of the flag."""

SPACE: Any = (
    Annotated[dict[str, Any], Form("a mapping: paths of settings, and below each its range, such as [0, 0.3]")],
    Field(
        default_factory=dict,
        description="the settings that are searched, each between two numbers; none: "
        + ", ".join(f"{path} [{low:g}, {high:g}]" for path, (low, high) in DEFAULT.items()),
    ),
)
GROUPS = ("policy", "treatment", "parameters")
THERAPISTS = ("attunement", "repair", "competence", "defensiveness", "skill")
"""Beginnings of the names of those settings of intake that are about therapists."""


_SPELT = {"checkin": "check-in", "followup": "follow-up"}
BORDER = 0.05
"""A value within that share of the range from an end lies at it."""


def spoken(path: str) -> str:
    """The last part of a path, as a reader would say it."""
    last = path.rpartition(".")[2]
    return _SPELT.get(last, last.replace("_", " "))


class Dimension(NamedTuple):
    """A setting that is searched between two values, both included."""

    path: str
    low: float
    high: float
    whole: bool  # whole numbers only

    @property
    def name(self) -> str:
        """The last part of its path, as a reader would say it."""
        return spoken(self.path)

    def at_border(self, value: float, share: float = BORDER) -> str:
        """Which end (lower or upper) a value lies at, within that share of the range; nothing when at none."""
        reach = share * (self.high - self.low)
        return "lower" if value <= self.low + reach else "upper" if value >= self.high - reach else ""


class Space(NamedTuple):
    """The dimensions of a section, and what is wrong with the others."""

    dimensions: tuple[Dimension, ...]
    problems: tuple[Problem, ...]


def read_space(asked: Question) -> Space:
    """The space of a section, with every mistake in it at its own place; the default one where none is stated.

    A path without a range is left out, so that a config may take a setting out of the space of the one it extends.
    """
    given = asked.tree.fields[asked.kind.key].fields.get("space")
    if given is None or not given.fields:
        return Space(tuple(Dimension(path, *ends, whole=False) for path, ends in DEFAULT.items()), ())
    stated = {path: node for path, node in given.fields.items() if node.value is not None}
    read = [_dimension(path, node, asked.kind.key) for path, node in stated.items()]
    return Space(
        tuple(each for each in read if isinstance(each, Dimension)),
        tuple(each for each in read if isinstance(each, Problem)),
    )


def searchable() -> dict[str, Declared]:
    """Every setting that can be searched: numbers of GROUPS that leave clients who they are."""
    found = {}
    for path, setting in by_path().items():
        group, _, rest = path.partition(".")
        people = rest.startswith("intake.") and not rest.removeprefix("intake.").startswith(THERAPISTS)
        if isinstance(setting.about, About) and group in GROUPS and not people:
            found[path] = setting
    return found


def _dimension(path: str, node: Node, key: str) -> Dimension | Problem:
    """One dimension, or what is wrong with it."""
    place = Place(node.file, node.line, f"{key}.space.{path}")
    options = searchable()
    if path not in options:
        return _unknown(path, place, options)
    setting = options[path]
    about = setting.about
    assert isinstance(about, About)  # all that can be searched are numbers
    whole = isinstance(setting.default, int) or path == "policy.monitor"
    ends = [item.value for item in node.items]
    right = [isinstance(end, int if whole else int | float) and not isinstance(end, bool) for end in ends]
    if len(ends) != 2 or not all(right) or not all(about.low <= end <= about.high for end in ends):
        shown = f"[{', '.join(str(end) for end in ends)}]" if ends else node.value
        return errors.wrong_value(place, shown, f"two numbers, the lower first, each {span(about, whole)}")
    if ends[0] >= ends[1]:
        return Problem(place, f"{ends[0]:g} before {ends[1]:g}", "the lower end first, and below the higher")
    return Dimension(path, float(ends[0]), float(ends[1]), whole)


def _unknown(path: str, place: Place, options: Mapping[str, Declared]) -> Problem:
    """The message for a path that cannot be searched."""
    if path in by_path():
        allowed = "a number of policy, treatment or parameters that leaves clients who they are (no switch, no intake)"
        return Problem(place, f'the setting "{path}", which cannot be searched', allowed)
    same = [found for found in paths_ending_in(path.rpartition(".")[2]) if found in options]
    near = likely(path, options, same[0] if len(same) == 1 else None)
    return Problem(place, f'the unknown setting "{path}"', listing(list(options), " (alliance-sim parameters)"), near)


def at(start: Scenario, values: Mapping[str, float]) -> Scenario:
    """A scenario with some settings replaced; they go before any draw of the parameters."""
    world, population = start.world, start.population
    for path, value in values.items():
        group, _, name = path.partition(".")
        if group == "parameters":
            world = world._replace(parameters=with_values(world.parameters, [name], [value]))
            population = population.without([name]) if population is not None else None
        else:
            own = getattr(world, group)
            kind = type(getattr(own, name))
            world = world._replace(**{group: own._replace(**{name: kind(value)})})
    return start._replace(world=world, population=population)


def values_of(scenario: Scenario, dimensions: Sequence[Dimension]) -> dict[str, float]:
    """The values that a scenario has along the dimensions."""
    found = {}
    for each in dimensions:
        value: Any = scenario.world
        for name in each.path.split("."):
            value = getattr(value, name)
        found[each.path] = float(value)
    return found


def inside(values: Mapping[str, float], dimensions: Sequence[Dimension]) -> bool:
    """Whether values lie in the space."""
    return all(each.low <= values[each.path] <= each.high for each in dimensions)
