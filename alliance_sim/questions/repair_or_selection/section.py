"""What a config states: the arms to compare, when studies look, which sessions are set aside, what is drawn."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from alliance_sim.law.about import About
from alliance_sim.questions.frame.config import section_model, wrong_names, wrong_value
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.repair_or_selection.causal import STEPS
from alliance_sim.questions.repair_or_selection.worlds import FACTOR
from alliance_sim.scenario.models import TEXT, Form
from alliance_sim.scenario.problem import Place, Problem, nearest

KEY = "repair_or_selection"


class Numbers(NamedTuple):
    """The numbers of the section."""

    later: Annotated[int, About("sessions after a rupture at which analyses look", "sessions", 1, 5, "design")] = 3
    first: Annotated[
        int, About("first of the weeks of which each client has one that is set aside", "weeks", 2, 100, "design")
    ] = 4
    last: Annotated[int, About("last of these weeks", "weeks", 2, 100, "design")] = 10


_WORLDS = Annotated[list[Annotated[str, TEXT]], Form("a list of worlds")]

MODEL = section_model(
    "RepairOrSelection",
    Numbers,
    repairing=(Annotated[str, TEXT], Field(default="repair", description="the arm in which ruptures are repaired")),
    leaving=(Annotated[str, TEXT], Field(default="ignore", description="the arm in which they are left")),
    panels=(_WORLDS, Field(default_factory=list, description="the worlds in the pictures; none: the first six")),
    curves=(
        _WORLDS,
        Field(default_factory=list, description="the worlds with curves of their own; none: the first four"),
    ),
)
"""`panels` and `curves` name the worlds that are shown on the page; none: the first six, the first four."""

MOST_PANELS, MOST_CURVES = 6, 4


def wrong(asked: Question) -> list[Problem]:
    """What the model of the section cannot see."""
    return [*_arms(asked), *_factor(asked), *_weeks(asked), *_shown(asked)]


def _at(asked: Question, key: str) -> Place:
    """The place of a key of the config beside the section, or of the file where it is not written."""
    node = asked.tree.fields.get(key, asked.tree)
    return Place(node.file or str(asked.path), node.line, key)


def _arms(asked: Question) -> Iterator[Problem]:
    """Both arms must be there and differ, and others would be played for nothing."""
    arms, section = asked.experiment.arms, asked.section
    for key in ("repairing", "leaving"):
        name = getattr(section, key)
        if name not in arms:
            yield wrong_value(asked, key, name, f"an arm: {', '.join(arms)}", nearest(name, arms))
    if section.repairing == section.leaving:
        yield wrong_value(asked, "leaving", section.leaving, "another arm than repairing")
    for arm in arms:
        if arm not in (section.repairing, section.leaving):
            allowed = f"the two arms that are compared: {section.repairing}, {section.leaving}"
            yield Problem(_at(asked, "arms"), f'the arm "{arm}"', allowed)
    for point in asked.experiment.points:
        if point.scenario.policy_function is not None:
            found = f'a policy function of your own in the arm "{point.arm}"'
            yield Problem(_at(asked, "arms"), found, "a policy of the catalogue, or one given by numbers")
            break


def _factor(asked: Question) -> Iterator[Problem]:
    """Worlds are the levels of one factor of that name."""
    if asked.experiment.varied != (FACTOR,):
        found = f"the factors {', '.join(asked.experiment.varied)}" if asked.experiment.varied else "no factor"
        yield Problem(_at(asked, "factors"), found, f"one factor called {FACTOR}, whose levels are the worlds")


def _weeks(asked: Question) -> Iterator[Problem]:
    """The weeks that are set aside must leave room for what is looked at afterwards."""
    section = asked.section
    if section.last < section.first:
        yield wrong_value(asked, "last", section.last, f"{section.first} (first) or later")
    for point in asked.experiment.points:
        most = point.scenario.clinic.weeks - STEPS[-1]
        if section.last > most:
            yield wrong_value(asked, "last", section.last, f"{most} or earlier, {STEPS[-1]} weeks before the end")
            break


def _shown(asked: Question) -> Iterator[Problem]:
    """Worlds that are shown must be there, and not too many for a page."""
    worlds = names(asked)
    for key, most in (("panels", MOST_PANELS), ("curves", MOST_CURVES)):
        given = getattr(asked.section, key)
        yield from wrong_names(asked, key, given, worlds, "world")
        if len(given) > most:
            yield wrong_value(asked, key, f"{len(given)} worlds", f"{most} worlds at most")


def names(asked: Question) -> list[str]:
    """The names of all worlds, in order."""
    return list(dict.fromkeys(str(point.factors.get(FACTOR, "")) for point in asked.experiment.points))


def shown(asked: Question) -> tuple[list[str], list[str]]:
    """The worlds of the panels and of the curves."""
    section, worlds = asked.section, names(asked)
    return list(section.panels) or worlds[:MOST_PANELS], list(section.curves) or worlds[:MOST_CURVES]


def size(asked: Question) -> Sequence[str]:
    """How much is played."""
    experiment: Any = asked.experiment
    clinic = experiment.points[0].scenario.clinic
    people = clinic.therapists * clinic.caseload
    worlds = len(names(asked))
    studies = f"{experiment.replicates} studies of {clinic.therapists} therapists with {clinic.caseload} clients"
    return [
        f"{worlds} worlds; in each {studies} each, {clinic.weeks} weeks, every study under its own draw of parameters.",
        f"Every client lives four times: {worlds * experiment.replicates * people * 4:,} treatments.",
    ]
