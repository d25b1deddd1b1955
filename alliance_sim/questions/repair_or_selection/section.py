"""What may be asked: the arms to compare, when studies look, which sessions are set aside, what is drawn."""

from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

from pydantic import Field

from alliance_sim.law.about import About
from alliance_sim.questions.frame.config import section_model, wrong_names, wrong_value
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.repair_or_selection.scenarios import FACTOR
from alliance_sim.questions.repair_or_selection.twins import STEPS
from alliance_sim.scenario.models import TEXT, Form
from alliance_sim.scenario.problem import Place, Problem, nearest


class Numbers(NamedTuple):
    """The numbers of the section."""

    later: Annotated[int, About("sessions after a rupture at which analyses look", "sessions", 1, 5, "design")] = 3
    first: Annotated[
        int, About("first of the weeks of which each client has one that is set aside", "weeks", 2, 100, "design")
    ] = 4
    last: Annotated[int, About("last of these weeks", "weeks", 2, 100, "design")] = 10


_SCENARIOS = Annotated[list[Annotated[str, TEXT]], Form("a list of worlds")]

SECTION = section_model(
    "RepairOrSelection",
    Numbers,
    repairing=(Annotated[str, TEXT], Field(default="repair", description="the arm in which ruptures are repaired")),
    leaving=(Annotated[str, TEXT], Field(default="ignore", description="the arm in which they are left alone")),
    panels=(_SCENARIOS, Field(default_factory=list, description="scenarios in the figures; none: the first six")),
    curves=(_SCENARIOS, Field(default_factory=list, description="scenarios with curves; none: the first four")),
)

MOST_PANELS, MOST_CURVES = 6, 4


def wrong(question: Question) -> list[Problem]:
    """What the model of the section cannot see."""
    return [*_arms(question), *_factor(question), *_weeks(question), *_shown(question)]


def _at(question: Question, key: str) -> Place:
    """The line of a key of the config, or the file where it is not written."""
    node = question.tree.fields.get(key, question.tree)
    return Place(node.file or str(question.path), node.line, key)


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
            yield Problem(_at(question, "arms"), f'the arm "{arm}"', allowed)
    for point in question.experiment.points:
        if point.scenario.policy_function is not None:
            found = f'a policy function of your own in the arm "{point.arm}"'
            yield Problem(_at(question, "arms"), found, "a policy of the catalogue, or one given by numbers")
            break


def _factor(question: Question) -> Iterator[Problem]:
    """Scenarios are the levels of one factor of that name."""
    varied = question.experiment.varied
    if varied != (FACTOR,):
        found = f"the factors {', '.join(varied)}" if varied else "no factor"
        yield Problem(_at(question, "factors"), found, f"one factor called {FACTOR}, whose levels are the worlds")


def _weeks(question: Question) -> Iterator[Problem]:
    """The weeks that are set aside must leave room for what is looked at afterwards."""
    section = question.section
    if section.last < section.first:
        yield wrong_value(question, "last", section.last, f"{section.first} (first) or later")
    most = min(point.scenario.clinic.weeks for point in question.experiment.points) - STEPS[-1]
    if section.last > most:
        yield wrong_value(question, "last", section.last, f"{most} or earlier, {STEPS[-1]} weeks before the end")


def _shown(question: Question) -> Iterator[Problem]:
    """Scenarios that are shown must be there, and not too many for a page."""
    for key, most in (("panels", MOST_PANELS), ("curves", MOST_CURVES)):
        given = getattr(question.section, key)
        yield from wrong_names(question, key, given, names(question), "world")
        if len(given) > most:
            yield wrong_value(question, key, f"{len(given)} worlds", f"{most} worlds at most")


def names(question: Question) -> list[str]:
    """The names of all scenarios, in order."""
    return list(dict.fromkeys(str(point.factors.get(FACTOR, "")) for point in question.experiment.points))


def shown(question: Question) -> tuple[list[str], list[str]]:
    """The scenarios of the panels and of the curves."""
    section, there = question.section, names(question)
    return list(section.panels) or there[:MOST_PANELS], list(section.curves) or there[:MOST_CURVES]


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
