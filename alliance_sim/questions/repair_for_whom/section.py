"""What may be asked: outcomes, profiles, and the difference that does not matter."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from alliance_sim.estimands.profiles import BY_NAME
from alliance_sim.experiment.parts import settings
from alliance_sim.law.about import About
from alliance_sim.questions.frame.config import names_of, section_model, wrong_names, wrong_value
from alliance_sim.questions.frame.profiles import JUDGING, PROFILES, judging, profiles_of, read_profiles
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario.problem import Place, Problem, nearest


class ForWhomNumbers(NamedTuple):
    """The number of the section."""

    indifference: Annotated[
        float,
        About("difference of what decides that does not matter", "unit of decide_by", 0.0, 1e6, "your judgement"),
    ] = 0.05


_OUTCOMES: Any = (
    names_of(list(BY_NAME), "estimates"),
    Field(default=["symptoms_end", "alliance_end", "dropout_pct"], description="the estimates that are compared"),
)

SECTION = section_model("RepairForWhom", ForWhomNumbers, outcomes=_OUTCOMES, decide_by=judging(), profiles=PROFILES)


def outcomes(question: Question) -> tuple[str, ...]:
    """The estimates that are compared, the one that decides among them."""
    return tuple(dict.fromkeys([*question.section.outcomes, question.section.decide_by]))


def wrong(question: Question) -> Iterator[Problem]:
    """Outcomes, profiles and designs that cannot be asked about."""
    section, experiment = question.section, question.experiment
    yield from wrong_names(question, "outcomes", section.outcomes, list(BY_NAME), "estimate")
    if section.decide_by not in JUDGING:
        near = nearest(section.decide_by, JUDGING)
        yield wrong_value(question, "decide_by", section.decide_by, ", ".join(JUDGING), near)
    stated = read_profiles(question)
    yield from stated.problems
    if not stated.profiles and not stated.problems:
        here = Place(str(question.path), None, f"{question.kind.key}.profiles")
        yield Problem(here, "no profile", "one or more, such as anxious: {anxiety: [1, inf]}")
    place = Place(str(question.path), None, question.kind.key)
    if len(experiment.arms) < 2:
        yield Problem(place, "one arm", "two arms or more, one of them the baseline")
    if experiment.replicates < 8:
        allowed = "8 or more: half of them choose, half of them judge"
        yield Problem(place, f"{experiment.replicates} replicates", allowed)
    if experiment.sampled:
        yield Problem(place, "a sampled design", "factors, whose settings are the worlds that are compared")


def size(question: Question) -> Sequence[str]:
    """How much is simulated, and who is asked about."""
    experiment = question.experiment
    clinic = experiment.points[0].scenario.clinic
    count = sum(1 for _ in settings(experiment))
    runs = (
        f"{len(experiment.arms)} policies in {count} scenario{'s' if count > 1 else ''}, the same "
        f"{experiment.replicates:,} simulated clinics of {clinic.therapists * clinic.caseload:,} clients in each, "
        f"{clinic.weeks} weeks."
    )
    return [runs, *(f"Profile {profile.name}: {profile.words()}." for profile in profiles_of(question))]
