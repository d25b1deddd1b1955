"""Profiles of clients as a config states them, checked; shared by the questions that ask "for whom?"."""

import math
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from alliance_sim.estimands.profiles import BY_NAME, EVERYONE, REST, TRAITS, Condition, Profile
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import errors
from alliance_sim.scenario.models import Form
from alliance_sim.scenario.problem import Place, Problem, nearest
from alliance_sim.scenario.tree import Node

WORDS = "a mapping: the name of each profile, and below it traits with their range, such as {avoidance: [1, inf]}"
RANGE = "two numbers, the lowest and the highest that belong to the profile; -inf or inf for an open end"
PROFILES: Any = (
    Annotated[dict[str, Any], Form(WORDS)],
    Field(
        default_factory=dict, description=f"kinds of clients, by {', '.join(TRAITS)} at intake; none: everyone together"
    ),
)
"""The field of a section that holds profiles; `read_profiles` reads what is in it."""

JUDGING = tuple(name for name, each in BY_NAME.items() if each.better != 0)
"""Estimates of which more, or less, is better for the client."""


def judging() -> Any:
    """The field of a section that names the estimate by which policies are judged."""
    words = Form(f"the name of an estimate: {', '.join(JUDGING)}")
    return Annotated[str, words], Field(default="symptoms_end", description="the estimate by which policies are judged")


_OPEN = {"inf": math.inf, "-inf": -math.inf, "Infinity": math.inf, "-Infinity": -math.inf}  # the latter from manifests


class Stated(NamedTuple):
    """The profiles of a section, and what is wrong with the others."""

    profiles: tuple[Profile, ...]
    problems: tuple[Problem, ...]


def profiles_of(asked: Question) -> tuple[Profile, ...]:
    """The profiles that a checked section states, in their order."""
    return read_profiles(asked).profiles


def read_profiles(asked: Question) -> Stated:
    """The profiles of a section, with every mistake in them at its own place."""
    given = asked.tree.fields[asked.kind.key].fields.get("profiles")
    found: list[Profile] = []
    problems: list[Problem] = []
    for name, node in (given.fields if given is not None else {}).items():
        place = Place(node.file, node.line, f"{asked.kind.key}.profiles.{name}")
        wrong = _wrong_name(name, place)
        if not isinstance(node.value, dict) or not node.fields:
            wrong.append(errors.wrong_value(place, node.value or None, "one trait or more, each with its range"))
        conditions = [_condition(trait, child, place) for trait, child in node.fields.items()]
        wrong += [each for each in conditions if isinstance(each, Problem)]
        problems += wrong
        if not wrong:
            found.append(Profile(name, tuple(each for each in conditions if isinstance(each, Condition))))
    return Stated(tuple(found), tuple(problems))


def _wrong_name(name: str, place: Place) -> list[Problem]:
    """A name that means something else in tables."""
    if name != EVERYONE and not name.startswith(REST):
        return []
    return [Problem(place, f'the name "{name}", which has a meaning of its own', "another name")]


def _condition(trait: str, node: Node, around: Place) -> Condition | Problem:
    """One condition, or what is wrong with it."""
    place = Place(node.file, node.line, f"{around.path}.{trait}")
    if trait not in TRAITS:
        return Problem(place, f'the unknown trait "{trait}"', ", ".join(TRAITS), nearest(trait, TRAITS))
    ends = [_end(item) for item in node.items]
    if len(ends) != 2 or any(end is None or math.isnan(end) for end in ends):
        return errors.wrong_value(place, _shown(node), RANGE)
    low, high = (end for end in ends if end is not None)
    if low > high:
        return Problem(place, f"{low:g} before {high:g}", "the lower end first")
    if math.isinf(low) and math.isinf(high):
        return Problem(place, "a range that leaves nobody out", "at least one end that is a number")
    return Condition(trait, low, high)


def _end(node: Node) -> float | None:
    """A number or an open end; None for anything else."""
    value = node.value
    if isinstance(value, str):
        return _OPEN.get(value)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _shown(node: Node) -> Any:
    """What was found: the list as it was written, or the value."""
    if not isinstance(node.value, list):
        return node.value
    return f"[{', '.join(str(item.value) for item in node.items)}]"
