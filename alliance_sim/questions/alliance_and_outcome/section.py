"""What a config may ask about alliance and outcome, and the mistakes that only the whole config shows."""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import Field

from alliance_sim.law.about import About
from alliance_sim.questions.alliance_and_outcome.worlds import levels_of
from alliance_sim.questions.frame.config import section_model, wrong_value
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import errors
from alliance_sim.scenario.models import TEXT, Form
from alliance_sim.scenario.problem import Place, Problem, nearest


class Numbers(NamedTuple):
    """The numbers of an inquiry into alliance and outcome."""

    raised: Annotated[
        float,
        About(
            "how far twins' sustainable alliance is raised, and lowered, for the whole treatment",
            "log-odds",
            0.01,
            1,
            "design",
        ),
    ] = 0.2
    raised_more: Annotated[
        float,
        About("the same a second time, to see whether twice as much does twice as much", "log-odds", 0.01, 2, "design"),
    ] = 0.4
    jolt: Annotated[
        float,
        About("how far one session raises, and lowers, what twins feel of the alliance", "log-odds", 0.01, 1, "design"),
    ] = 0.2
    relief: Annotated[
        float, About("how far one week lowers twins' distress", "SD above the community mean", 0.01, 1, "design")
    ] = 0.2
    jolted_clinics: Annotated[
        int, About("clinics in which single sessions are jolted", "clinics", 1, 1000, "design")
    ] = 40
    jolted_draws: Annotated[
        int, About("clinics, each with a draw of its own, in which they are jolted", "clinics", 0, 100_000, "design")
    ] = 100
    follow: Annotated[int, About("weeks for which a jolt is followed", "weeks", 1, 100, "design")] = 8
    waves: Annotated[
        int, About("first sessions that the cross-lagged model uses", "sessions", 3, 12, "design: few, as in the field")
    ] = 6
    cross_lagged: Annotated[
        int, About("studies of each world to which the cross-lagged model is fitted", "studies", 0, 100_000, "design")
    ] = 40
    small_therapists: Annotated[
        int, About("therapists of the smaller study, the first of each study", "therapists", 4, 10_000, "design")
    ] = 10
    small_caseload: Annotated[int, About("clients of each of them", "clients", 2, 10_000, "design")] = 8
    halo: Annotated[
        float,
        About(
            "what clients add to their ratings for every SD that they have improved (twice as much in the second size)",
            "points of 1-5 / SD",
            0,
            2,
            "assumption: the law knows no halo",
        ),
    ] = 0.1
    near: Annotated[
        float,
        About(
            "share of an effect by which an estimator may miss it and still count as recovering it",
            "share",
            0,
            1,
            "design",
        ),
    ] = 0.15
    larger: Annotated[
        int, About("times as many therapists where every replicate has a draw of its own", "times", 1, 100, "design")
    ] = 4


JOLTED = [2, 5, 8, 11, 14]
"""Weeks of a treatment of sixteen in which a session is jolted, unless the config says otherwise."""

MODEL = section_model(
    "AllianceAndOutcome",
    Numbers,
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


def wrong(asked: Question) -> list[Problem]:
    """Arms, strengths, weeks and sizes that do not fit the rest of the config."""
    return [*_names(asked), *_strengths(asked), *_sizes(asked), *_policies(asked)]


def _names(asked: Question) -> Iterator[Problem]:
    """Arms that there are not, and a strength that no factor has."""
    arms = list(asked.experiment.arms)
    for key in ("effect", "null"):
        name = getattr(asked.section, key)
        if name not in arms:
            yield wrong_value(asked, key, name, f"an arm of the config: {', '.join(arms)}", nearest(name, arms))
    if asked.section.effect == asked.section.null and asked.section.effect in arms:
        yield wrong_value(asked, "null", asked.section.null, "another arm than that of the effect")
    found = levels_of(asked.experiment)
    names = [str(level) for level in next(iter(found.values()), [])[1:]]
    if names and asked.section.strength not in names:
        near = nearest(asked.section.strength, names)
        yield wrong_value(
            asked,
            "strength",
            asked.section.strength,
            f"a level of every factor but the first: {', '.join(names)}",
            near,
        )


def _strengths(asked: Question) -> Iterator[Problem]:
    """Factors that are not switches of the same strengths."""
    node = asked.tree.fields.get("factors")
    place = Place(str(asked.path), node.line if node is not None else None, "factors")
    found = levels_of(asked.experiment)
    if not found:
        yield errors.missing(place, "at least one factor: what distorts the correlation, its first level off")
        return
    first, names = next(iter(found.items()))
    for factor, levels in found.items():
        if len(levels) < 2 or levels[1:] != names[1:]:
            words = ", ".join(map(str, levels))
            allowed = f"off, and then the strengths of {first}: {', '.join(map(str, names[1:])) or 'at least one'}"
            line = node.fields[factor].line if node is not None and factor in node.fields else place.line
            yield errors.wrong_value(place._replace(line=line, path=f"factors.{factor}"), words, allowed)


def _policies(asked: Question) -> Iterator[Problem]:
    """Policies that are functions: single sessions are jolted inside compiled code, which knows policies as data."""
    named = dict.fromkeys(point.scenario.policy_function for point in asked.experiment.points)
    for name in named:
        if name is not None:
            yield errors.wrong_value(Place(str(asked.path), None, "policy.custom"), name, "a policy as data")


def _sizes(asked: Question) -> Iterator[Problem]:
    """Weeks past the end, and studies smaller than a part of them."""
    clinic = asked.experiment.points[0].scenario.clinic
    for k, week in enumerate(asked.section.jolted):
        if not 1 <= week < clinic.weeks:
            items = asked.place("jolted").items
            node = items[k] if k < len(items) else asked.place("jolted")
            place = Place(node.file, node.line, f"{asked.kind.key}.jolted[{k + 1}]")
            yield errors.wrong_value(place, week, f"a week from 1 to {clinic.weeks - 1}")
    for key, most, what in (
        ("waves", clinic.weeks, "the weeks of treatment"),
        ("small_therapists", clinic.therapists, "the therapists of a clinic"),
        ("small_caseload", clinic.caseload, "the clients of a therapist"),
    ):
        if getattr(asked.section, key) > most:
            yield wrong_value(asked, key, getattr(asked.section, key), f"at most {most}, {what}")
