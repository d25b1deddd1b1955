"""What may be asked about alliance and outcome, and the mistakes that only the whole config shows."""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import Field

from alliance_sim.law.about import About
from alliance_sim.questions.alliance_and_outcome.scenarios import levels_of, scenarios
from alliance_sim.questions.frame.config import section_model, wrong_value
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import errors
from alliance_sim.scenario.models import TEXT, Form
from alliance_sim.scenario.problem import Place, Problem, nearest

DESIGN = "design"


class AssociationNumbers(NamedTuple):
    """The numbers of the section."""

    raised: Annotated[float, About("raise of twins' alliance for a treatment", "log-odds", 0.01, 1, DESIGN)] = 0.2
    raised_more: Annotated[float, About("a second, larger raise, as a check", "log-odds", 0.01, 2, DESIGN)] = 0.4
    jolt: Annotated[float, About("raise of twins' felt alliance in one session", "log-odds", 0.01, 1, DESIGN)] = 0.2
    relief: Annotated[float, About("fall of twins' distress in one week", "SD of the community", 0.01, 1, DESIGN)] = 0.2
    jolted_clinics: Annotated[int, About("clinics with jolted sessions", "clinics", 1, 1000, DESIGN)] = 40
    jolted_draws: Annotated[int, About("the same where each has its own draw", "clinics", 0, 100_000, DESIGN)] = 100
    follow: Annotated[int, About("weeks for which a jolt is followed", "weeks", 1, 100, DESIGN)] = 8
    waves: Annotated[int, About("sessions in the cross-lagged model", "sessions", 3, 12, "few, as in the field")] = 6
    cross_lagged: Annotated[int, About("studies of a scenario with that model", "studies", 0, 100_000, DESIGN)] = 40
    small_therapists: Annotated[int, About("therapists of the smaller study", "therapists", 4, 10_000, DESIGN)] = 10
    small_caseload: Annotated[int, About("clients of each of them", "clients", 2, 10_000, DESIGN)] = 8
    halo: Annotated[float, About("added to ratings per SD improved", "points of 1-5 / SD", 0, 2, "assumption")] = 0.1
    near: Annotated[float, About("share of an effect by which to miss it and recover it", "share", 0, 1, DESIGN)] = 0.15
    larger: Annotated[int, About("times as many therapists where parameters are drawn", "times", 1, 100, DESIGN)] = 4


JOLTED = [2, 5, 8, 11, 14]
"""Weeks of a treatment of sixteen in which a session is jolted, unless the config says otherwise."""

SECTION = section_model(
    "AllianceAndOutcome",
    AssociationNumbers,
    effect=(Annotated[str, TEXT], Field(default="effect", description="the arm in which the alliance has its effect")),
    null=(Annotated[str, TEXT], Field(default="no effect", description="the arm in which it has none")),
    strength=(
        Annotated[str, TEXT],
        Field(default="as calibrated", description="the level of the factors that is calibrated"),
    ),
    jolted=(
        Annotated[list[Annotated[int, Form("a whole number")]], Form("a list of weeks")],
        Field(default=JOLTED, description="the weeks whose session is jolted"),
    ),
)


def wrong(question: Question) -> Iterator[Problem]:
    """Arms, strengths, weeks and sizes that do not fit the rest of the config."""
    yield from _names(question)
    yield from _strengths(question)
    section, clinic = question.section, question.experiment.points[0].scenario.clinic
    for k, week in enumerate(section.jolted):
        if not 1 <= week < clinic.weeks:
            node = question.place("jolted")
            node = node.items[k] if k < len(node.items) else node
            place = Place(node.file, node.line, f"{question.kind.key}.jolted[{k + 1}]")
            yield errors.wrong_value(place, week, f"a week from 1 to {clinic.weeks - 1}")
    for key, most, what in (
        ("waves", clinic.weeks, "the weeks of treatment"),
        ("small_therapists", clinic.therapists, "the therapists of a clinic"),
        ("small_caseload", clinic.caseload, "the clients of a therapist"),
    ):
        if getattr(section, key) > most:
            yield wrong_value(question, key, getattr(section, key), f"at most {most}, {what}")
    # single sessions are jolted inside compiled code, which knows policies as data
    for name in dict.fromkeys(point.scenario.policy_function for point in question.experiment.points):
        if name is not None:
            yield errors.wrong_value(Place(str(question.path), None, "policy.custom"), name, "a policy as data")


def _names(question: Question) -> Iterator[Problem]:
    """Arms that there are not, and a strength that no factor has."""
    section, arms = question.section, list(question.experiment.arms)
    for key in ("effect", "null"):
        name = getattr(section, key)
        if name not in arms:
            yield wrong_value(question, key, name, f"an arm of the config: {', '.join(arms)}", nearest(name, arms))
    if section.effect == section.null and section.effect in arms:
        yield wrong_value(question, "null", section.null, "another arm than that of the effect")
    levels = next(iter(levels_of(question.experiment).values()), [])
    names = [str(level) for level in levels[1:]]
    if names and section.strength not in names:
        allowed = f"a level of every factor but the first: {', '.join(names)}"
        yield wrong_value(question, "strength", section.strength, allowed, nearest(section.strength, names))


def _strengths(question: Question) -> Iterator[Problem]:
    """Factors that are not switches of the same strengths."""
    factors = question.tree.fields.get("factors")
    place = Place(str(question.path), factors.line if factors is not None else None, "factors")
    found = levels_of(question.experiment)
    if not found:
        yield errors.missing(place, "at least one factor: what distorts the correlation, its first level off")
        return
    first, names = next(iter(found.items()))
    for factor, levels in found.items():
        if len(levels) < 2 or levels[1:] != names[1:]:
            allowed = f"off, and then the strengths of {first}: {', '.join(map(str, names[1:])) or 'at least one'}"
            line = factors.fields[factor].line if factors is not None and factor in factors.fields else place.line
            here = place._replace(line=line, path=f"factors.{factor}")
            yield errors.wrong_value(here, ", ".join(map(str, levels)), allowed)


def size(question: Question) -> list[str]:
    """How much is simulated."""
    section, clinic = question.section, question.experiment.points[0].scenario.clinic
    weeks = ", ".join(map(str, section.jolted))
    return [
        (
            f"{len(scenarios(question))} scenarios of {question.experiment.replicates} studies each: "
            f"{clinic.therapists} therapists with {clinic.caseload} clients for {clinic.weeks} weeks, and within them "
            f"smaller studies of {section.small_therapists} with {section.small_caseload}; the cross-lagged model in "
            f"the first {section.cross_lagged} studies of scenarios with none, one or all of the distortions."
        ),
        (
            f"Effects from the same clients with the alliance raised and lowered by {section.raised} and "
            f"{section.raised_more} log-odds, and with single sessions changed in weeks {weeks} "
            f"(clinics in a scenario: {section.jolted_clinics})."
        ),
    ]
