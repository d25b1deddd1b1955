"""The space of a search: settings and their ranges, as a config declares them."""

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from alliance_sim.law.about import About, Declared
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import errors
from alliance_sim.scenario.models import Form
from alliance_sim.scenario.problem import Place, Problem, likely, listing, span
from alliance_sim.scenario.registry import by_path, paths_ending_in
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

SPELT = {"checkin": "check-in", "followup": "follow-up"}
BORDER = 0.05
"""A value within that share of the range from an end is near it."""

DIGITS = 4
"""Decimals of values that are tried: enough for any setting, and short enough to be written into a config."""


class Axis(NamedTuple):
    """A setting that is searched between two values, both included."""

    path: str
    low: float
    high: float
    whole: bool  # whole numbers only

    @property
    def name(self) -> str:
        """The last part of its path, as a reader would say it."""
        last = self.path.rpartition(".")[2]
        return SPELT.get(last, last.replace("_", " "))

    @property
    def label(self) -> str:
        """Its name with its unit."""
        return f"{self.name.capitalize()} ({self.about.unit})"

    @property
    def about(self) -> About:
        """What it means, its unit, and how far it can go."""
        about = by_path()[self.path].about
        assert isinstance(about, About)  # all that can be searched are numbers
        return about

    def rounded(self, value: float) -> float:
        """The nearest value that can be tried."""
        return float(round(value)) if self.whole else round(float(value), DIGITS)

    def near_end(self, value: float) -> str:
        """Which end of the range (lower or upper) a value is near; empty when neither."""
        reach = BORDER * (self.high - self.low)
        return "lower" if value <= self.low + reach else "upper" if value >= self.high - reach else ""

    def at_limit(self, end: str) -> bool:
        """Whether that end of the range is as far as the setting can go at all."""
        return self.low <= self.about.low if end == "lower" else self.high >= self.about.high


def axes_of(question: Question) -> tuple[Axis, ...]:
    """The settings that a checked section searches."""
    return read_space(question)[0]


def read_space(question: Question) -> tuple[tuple[Axis, ...], tuple[Problem, ...]]:
    """The settings that a section searches, and every mistake among them at its own place.

    The default space where none is stated. A path without a range is left out, so that a config may take a setting out
    of the space of the one it extends.
    """
    key = question.kind.key
    given = question.tree.fields[key].fields.get("space")
    if given is None or not given.fields:
        return tuple(Axis(path, *ends, whole=False) for path, ends in DEFAULT.items()), ()
    read = [_axis(path, node, key) for path, node in given.fields.items() if node.value is not None]
    axes = tuple(each for each in read if isinstance(each, Axis))
    return axes, tuple(each for each in read if isinstance(each, Problem))


def searchable() -> dict[str, Declared]:
    """Every setting that can be searched: numbers of GROUPS that leave clients who they are."""
    found = {}
    for path, setting in by_path().items():
        group, _, rest = path.partition(".")
        people = rest.startswith("intake.") and not rest.removeprefix("intake.").startswith(THERAPISTS)
        if isinstance(setting.about, About) and group in GROUPS and not people:
            found[path] = setting
    return found


def _axis(path: str, node: Node, key: str) -> Axis | Problem:
    """One setting with its range, or what is wrong with it."""
    place = Place(node.file, node.line, f"{key}.space.{path}")
    options = searchable()
    if path not in options:
        return _unknown(path, place, options)
    about = options[path].about
    assert isinstance(about, About)  # all that can be searched are numbers
    whole = isinstance(options[path].default, int) or path == "policy.monitor"
    ends = [item.value for item in node.items]
    if len(ends) != 2 or not all(_is_number(end, whole) and about.low <= end <= about.high for end in ends):
        shown = f"[{', '.join(str(end) for end in ends)}]" if ends else node.value
        return errors.wrong_value(place, shown, f"two numbers, the lower first, each {span(about, whole)}")
    if ends[0] >= ends[1]:
        return Problem(place, f"{ends[0]:g} before {ends[1]:g}", "the lower end first, and below the higher")
    return Axis(path, float(ends[0]), float(ends[1]), whole)


def _is_number(value: Any, whole: bool) -> bool:
    return isinstance(value, int if whole else int | float) and not isinstance(value, bool)


def _unknown(path: str, place: Place, options: Mapping[str, Declared]) -> Problem:
    """The message for a path that cannot be searched."""
    if path in by_path():
        allowed = "a number of policy, treatment or parameters that leaves clients who they are (no switch, no intake)"
        return Problem(place, f'the setting "{path}", which cannot be searched', allowed)
    same = [found for found in paths_ending_in(path.rpartition(".")[2]) if found in options]
    near = likely(path, options, same[0] if len(same) == 1 else None)
    return Problem(place, f'the unknown setting "{path}"', listing(list(options), " (alliance-sim parameters)"), near)
