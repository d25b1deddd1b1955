"""What may be asked: arms to compare, when studies look, which sessions are set aside; and what scenarios assume."""

from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

from pydantic import Field

from alliance_sim.law.about import About
from alliance_sim.law.intake import Skills
from alliance_sim.law.repair import RepairEffect
from alliance_sim.law.switch import Switch
from alliance_sim.questions.frame.config import section_model, wrong_names, wrong_value
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario.models import TEXT, Form
from alliance_sim.scenario.problem import Problem, nearest
from alliance_sim.scenario.scenario import DesignPoint, Scenario

STEPS = range(-1, 6)
"""Sessions from the rupture on at which twins are compared; at -1 nothing can differ but by spill-over."""

FACTOR = "world"
"""The factor of the config whose levels are the scenarios."""

TEACHES, RESTORES, NOTHING, SELECTED = (
    "repair teaches",
    "it only restores",
    "it does nothing",
    "only selection is at work",
)
ROLES: dict[tuple[int, int], str] = {
    (RepairEffect.CORRECTIVE, Skills.INDEPENDENT): TEACHES,
    (RepairEffect.RESTORATION_ONLY, Skills.INDEPENDENT): RESTORES,
    (RepairEffect.NONE, Skills.INDEPENDENT): NOTHING,
    (RepairEffect.NONE, Skills.CORRELATED): SELECTED,
}
"""What repair does in a scenario, in words, by what it assumes of repair and of therapists' skills."""


class SelectionNumbers(NamedTuple):
    """The numbers of the section."""

    later: Annotated[int, About("sessions after a rupture at which analyses look", "sessions", 1, 5, "design")] = 3
    first: Annotated[
        int, About("first of the weeks of which each client has one that is set aside", "weeks", 2, 100, "design")
    ] = 4
    last: Annotated[int, About("last of these weeks", "weeks", 2, 100, "design")] = 10


_SCENARIOS = Annotated[list[Annotated[str, TEXT]], Form("a list of worlds")]

SECTION = section_model(
    "RepairOrSelection",
    SelectionNumbers,
    repairing=(Annotated[str, TEXT], Field(default="repair", description="the arm in which ruptures are repaired")),
    leaving=(Annotated[str, TEXT], Field(default="ignore", description="the arm in which they are left alone")),
    panels=(_SCENARIOS, Field(default_factory=list, description="scenarios in the figures; none: the first six")),
    curves=(_SCENARIOS, Field(default_factory=list, description="scenarios with curves; none: the first four")),
)

MOST = {"panels": 6, "curves": 4}
"""Scenarios that a page has room for."""


def wrong(question: Question) -> Iterator[Problem]:
    """What the model of the section cannot see."""
    yield from _arms(question)
    varied = question.experiment.varied
    if varied != (FACTOR,):
        found = f"the factors {', '.join(varied)}" if varied else "no factor"
        yield Problem(question.at("factors"), found, f"one factor called {FACTOR}, whose levels are the worlds")
    section = question.section
    if section.last < section.first:
        yield wrong_value(question, "last", section.last, f"{section.first} (first) or later")
    most = min(point.scenario.clinic.weeks for point in question.experiment.points) - STEPS[-1]
    if section.last > most:  # the weeks that are set aside leave room for what is looked at afterwards
        yield wrong_value(question, "last", section.last, f"{most} or earlier, {STEPS[-1]} weeks before the end")
    for key, allowed in MOST.items():
        given = getattr(section, key)
        yield from wrong_names(question, key, given, names(question), "world")
        if len(given) > allowed:
            yield wrong_value(question, key, f"{len(given)} worlds", f"{allowed} worlds at most")


def _arms(question: Question) -> Iterator[Problem]:
    """Both arms must be there and differ, and others would be run for nothing."""
    arms, section = question.experiment.arms, question.section
    for key in ("repairing", "leaving"):
        name = getattr(section, key)
        if name not in arms:
            yield wrong_value(question, key, name, f"an arm: {', '.join(arms)}", nearest(name, arms))
    if section.repairing == section.leaving:
        yield wrong_value(question, "leaving", section.leaving, "another arm than repairing")
    for arm in arms:
        if arm not in (section.repairing, section.leaving):
            allowed = f"the two arms that are compared: {section.repairing}, {section.leaving}"
            yield Problem(question.at("arms"), f'the arm "{arm}"', allowed)
    own = [point.arm for point in question.experiment.points if point.scenario.policy_function is not None]
    if own:
        found = f'a policy function of your own in the arm "{own[0]}"'
        yield Problem(question.at("arms"), found, "a policy of the catalogue, or one given by numbers")


def names(question: Question) -> list[str]:
    """The names of all scenarios, in order."""
    return list(dict.fromkeys(str(point.factors.get(FACTOR, "")) for point in question.experiment.points))


def shown(question: Question) -> tuple[list[str], list[str]]:
    """The scenarios of the panels and of the curves."""
    section, there = question.section, names(question)
    return list(section.panels) or there[: MOST["panels"]], list(section.curves) or there[: MOST["curves"]]


def size(question: Question) -> Sequence[str]:
    """How much is simulated."""
    experiment, count = question.experiment, len(names(question))
    clinic = experiment.points[0].scenario.clinic
    courses = count * experiment.replicates * clinic.therapists * clinic.caseload * 4
    each = f"{experiment.replicates} studies of {clinic.therapists} therapists with {clinic.caseload} clients each"
    return [
        f"{count} scenarios; in each {each}, {clinic.weeks} weeks, every study under its own draw of parameters.",
        f"Every client is simulated four times: {courses:,} treatments.",
    ]


class Scenarios(NamedTuple):
    """The scenarios of a config, in its order."""

    every: list[str]
    idle: list[str]  # in which repair changes nothing, controls without harm or without ruptures among them
    harmless: list[str]  # without ruptures that can do harm
    named: dict[str, str]  # what repair does, in words -> the first such scenario with ruptures that harm


def scenarios_of(points: Sequence[DesignPoint]) -> Scenarios:
    """The scenarios of design points, by what they assume."""
    there: dict[str, Scenario] = {}
    for point in points:
        there.setdefault(str(point.factors[FACTOR]), point.scenario)
    idle = [name for name, each in there.items() if each.world.mechanisms.repair_effect == RepairEffect.NONE]
    harmless = [name for name, each in there.items() if not _harmful(each)]
    first: dict[str, str] = {}
    for name, each in there.items():
        role = ROLES.get((each.world.mechanisms.repair_effect, each.world.mechanisms.skills))
        if role and name not in harmless:
            first.setdefault(role, name)
    return Scenarios(list(there), idle, harmless, {role: first[role] for role in ROLES.values() if role in first})


def _harmful(scenario: Scenario) -> bool:
    world = scenario.world
    return world.mechanisms.ruptures == Switch.ON and world.parameters.rupture.severity > 0.0
