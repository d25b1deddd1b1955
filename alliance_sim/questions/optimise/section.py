"""The section `optimise` of a config: what is searched, for whom, by which measure, and how hard."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from alliance_sim.estimands.profiles import BY_NAME, EVERYONE
from alliance_sim.law.about import About
from alliance_sim.questions.frame.config import section_model, wrong_value
from alliance_sim.questions.frame.profiles import JUDGING, PROFILES, judging, profiles_of, read_profiles
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.optimise.space import SPACE, axes_of, read_space
from alliance_sim.scenario import errors
from alliance_sim.scenario.models import TEXT, Form
from alliance_sim.scenario.problem import Place, Problem, nearest
from alliance_sim.stats.numbers import listed


class SearchNumbers(NamedTuple):
    """How hard is searched, and which difference does not matter."""

    trials: Annotated[int, About("points that are tried for each profile", "points", 4, 10_000, "design")] = 80
    startup: Annotated[int, About("of these, how many at random first", "points", 1, 10_000, "design")] = 20
    finalists: Annotated[int, About("best points that are simulated on new clinics", "points", 1, 50, "design")] = 5
    indifference: Annotated[
        float,
        About("difference of the objective that does not matter", "unit of the objective", 1e-6, 1e6, "your judgement"),
    ] = 0.05
    error: Annotated[
        float, About("accepted probability of choosing a finalist that is worse", "0-1", 0.001, 0.5, "design")
    ] = 0.05
    first: Annotated[int, About("new clinics before the first finalist is dropped", "clinics", 5, 10_000, "design")] = (
        40
    )
    fresh: Annotated[int, About("most new clinics on which finalists compete", "clinics", 5, 100_000, "design")] = 400
    confirm: Annotated[
        int, About("again new clinics, on which the chosen policy is judged", "clinics", 4, 100_000, "design")
    ] = 400
    map: Annotated[
        int,
        About(
            "points spread evenly over the space, to see how flat it is (a power of two)", "points", 2, 4096, "design"
        ),
    ] = 64
    slice: Annotated[
        int, About("values of each setting between its ends, the others as chosen", "values", 2, 101, "design")
    ] = 7
    around: Annotated[int, About("clinics for the map and the slices", "clinics", 4, 100_000, "design")] = 100


_MARGINS: Any = (
    Annotated[
        dict[str, Any], Form("a mapping: estimates, and by how much each may get worse, such as {dropout_pct: 1}")
    ],
    Field(default_factory=dict, description="constraints: a policy that makes any of these worse does not count"),
)
_START: Any = (
    Annotated[str, TEXT],
    Field(default="", description="the arm on which points of the space are laid; none: the baseline"),
)

SECTION = section_model(
    "Optimise", SearchNumbers, objective=judging(), no_worse=_MARGINS, start=_START, space=SPACE, profiles=PROFILES
)


def start_arm(question: Question) -> str:
    """The arm on which points of the space are laid: the one that is named, or the baseline."""
    return question.section.start or question.experiment.baseline


def margins_of(question: Question) -> dict[str, float]:
    """The checked constraints: estimate -> by how much it may get worse."""
    return {name: float(value) for name, value in question.section.no_worse.items()}


def wrong(question: Question) -> Iterator[Problem]:
    """Mistakes that the model of the section cannot see."""
    section, experiment = question.section, question.experiment
    if section.objective not in JUDGING:
        near = nearest(section.objective, JUDGING)
        yield wrong_value(question, "objective", section.objective, ", ".join(JUDGING), near)
    yield from _wrong_margins(question)
    if start_arm(question) not in experiment.arms:
        near = nearest(section.start, experiment.arms)
        yield wrong_value(question, "start", section.start, f"an arm: {', '.join(experiment.arms)}", near)
    yield from read_space(question)[1]
    yield from read_profiles(question).problems
    for name, most in (("startup", "trials"), ("first", "fresh"), ("around", "confirm")):
        value, limit = getattr(section, name), getattr(section, most)
        if value > limit:
            yield wrong_value(question, name, value, f"at most as many as {most}, {limit}")
    if section.map & (section.map - 1):
        yield wrong_value(question, "map", section.map, "a power of two, such as 64")
    place = Place(str(question.path), None, question.kind.key)
    if experiment.varied:
        yield Problem(place, "factors or a design", "one world; search each world with a config of its own")
    if experiment.replicates < 4:
        yield Problem(place, f"{experiment.replicates} replicates", "4 or more, the clinics of the search")


def _wrong_margins(question: Question) -> Iterator[Problem]:
    """Constraints on what is no estimate, or without a number."""
    given = question.tree.fields[question.kind.key].fields.get("no_worse")
    for name, node in (given.fields if given is not None else {}).items():
        place = Place(node.file, node.line, f"{question.kind.key}.no_worse.{name}")
        value = node.value
        if name not in JUDGING:
            yield errors.unknown_estimate(place, name, JUDGING)
        elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            yield errors.wrong_value(place, value, f"a number from 0 ({BY_NAME[name].unit})")


def size(question: Question) -> Sequence[str]:
    """How much is searched and simulated."""
    section, experiment = question.section, question.experiment
    clinic = experiment.points[0].scenario.clinic
    profiles = profiles_of(question)
    whom = f"each of {listed([EVERYONE, *(profile.name for profile in profiles)])}" if profiles else EVERYONE
    points = f"{section.trials} points of {', '.join(each.path for each in axes_of(question))}"
    clinics = f"{experiment.replicates} clinics of {clinic.therapists * clinic.caseload} clients"
    judged = f"up to {section.fresh} new clinics; the chosen one is judged on {section.confirm} others"
    return [
        f"For {whom}: {points}, each simulated in the same {clinics}.",
        f"The {section.finalists} best compete on {judged}; {section.map} points for a map of the space.",
        *(f"Profile {profile.name}: {profile.words()}." for profile in profiles),
    ]
