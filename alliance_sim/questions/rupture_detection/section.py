"""What may be asked: criteria, nulls, thresholds, and what counts as found; and which scenarios are compared."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from alliance_sim.estimands.criteria import NAMES
from alliance_sim.estimands.null_ratings import KINDS, Kind
from alliance_sim.law.about import About
from alliance_sim.questions.frame.config import names_of, section_model, wrong_names, wrong_value
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario.models import Form
from alliance_sim.scenario.problem import Place, Problem

THRESHOLDS = [0.1, *(0.2 * k for k in range(1, 21))]

_WINDOW = "rated sessions after a rupture in which a fall still counts as having found it"
_SEVERE = "severity from which a rupture counts as severe"
_RELIABILITY = "reliability of one rating for reliable change; 0 takes the sample's own dependability"
_SAMPLES = "null samples of every clinic; 39, 79, 119 give bands of 95 %"


class DetectionNumbers(NamedTuple):
    """The numbers of rupture detection."""

    window: Annotated[int, About(_WINDOW, "sessions", 0, 5, "design")] = 1
    severe: Annotated[float, About(_SEVERE, "load", 0, 6, "design: about a quarter of all")] = 1.0
    reliability: Annotated[float, About(_RELIABILITY, "0-1", 0, 1, "design")] = 0.0
    samples: Annotated[int, About(_SAMPLES, "samples", 39, 9_999, "design")] = 79


_FIELDS: dict[str, Any] = {
    "criteria": (
        names_of(NAMES, "criteria"),
        Field(default_factory=lambda: list(NAMES), description="the criteria that look for ruptures"),
    ),
    "nulls": (
        names_of(KINDS, "nulls"),
        Field(default_factory=lambda: ["drift", "stable"], description="what ratings without ruptures are like"),
    ),
    "thresholds": (
        Annotated[list[float], Form("a list of numbers above 0, in units of the criterion")],
        Field(default_factory=lambda: list(THRESHOLDS), description="the thresholds of the curves"),
    ),
}

SECTION = section_model("RuptureDetection", DetectionNumbers, **_FIELDS)


class DetectionPlan(NamedTuple):
    """What is looked for in ratings, and how."""

    criteria: tuple[str, ...]
    nulls: tuple[Kind, ...]
    thresholds: tuple[float, ...]
    window: int
    severe: float
    reliability: float  # 0: the sample's own
    samples: int


def plan_of(question: Question) -> DetectionPlan:
    """What a config asks for."""
    s = question.section
    lists = tuple(s.criteria), tuple(s.nulls), tuple(s.thresholds)
    return DetectionPlan(*lists, s.window, s.severe, s.reliability, s.samples)


def arms_of(question: Question, ruptures: bool) -> list[str]:
    """Arms with ruptures, or those without any."""
    found = {p.arm: p.scenario.world.mechanisms.ruptures == 1 for p in question.experiment.points}
    return [arm for arm in question.experiment.arms if found[arm] == ruptures]


FACTORS = {"weeks": "planned sessions", "rating": "rating error"}


class FactorLevels(NamedTuple):
    """The levels of the factors in the order of the config; the page is about the middle one of each."""

    of: Mapping[str, Sequence[Any]]

    @property
    def middle(self) -> dict[str, Any]:
        """The middle level of each factor; of an even number the later one."""
        return {name: values[len(values) // 2] for name, values in self.of.items()}

    @property
    def words(self) -> dict[str, str]:
        """What the factors are called."""
        return {name: FACTORS.get(name, name.replace("_", " ")) for name in self.of}

    def setting(self, **levels: Any) -> str:
        """A setting in words, such as `planned sessions: 16`; factors that are not named are at their middle."""
        return ", ".join(f"{self.words[name]}: {value}" for name, value in (self.middle | levels).items())


def levels_of(question: Question) -> FactorLevels:
    """The levels of a question's factors."""
    points = question.experiment.points
    return FactorLevels(
        {name: list(dict.fromkeys(p.factors[name] for p in points)) for name in question.experiment.factors}
    )


def size(question: Question) -> list[str]:
    """How much is simulated."""
    experiment, plan = question.experiment, plan_of(question)
    clinic = experiment.points[0].scenario.clinic
    arms, clients = len(experiment.arms), clinic.therapists * clinic.caseload
    settings = len(experiment.points) // arms
    return [
        f"{arms} scenarios at {settings} settings, {experiment.replicates} clinics of {clients} clients",
        f"{len(plan.criteria)} criteria, {plan.samples} null samples a clinic and null ({', '.join(plan.nulls)})",
    ]


def wrong(question: Question) -> Sequence[Problem]:
    """What the model of the section cannot see."""
    s = question.section
    problems = wrong_names(question, "criteria", s.criteria, NAMES, "criterion")
    problems += wrong_names(question, "nulls", s.nulls, KINDS, "null")
    for path in ("criteria", "nulls", "thresholds"):
        if not getattr(s, path):
            problems.append(wrong_value(question, path, "an empty list", "one or more"))
    problems += [
        wrong_value(question, "thresholds", value, "numbers above 0") for value in s.thresholds if not 0 < value < 1e6
    ]
    return [*problems, *_wrong_scenarios(question)]


def _wrong_scenarios(question: Question) -> list[Problem]:
    """Scenarios that leave nothing to measure."""
    points, allowed = question.experiment.points, "an arm with mechanisms.ruptures: true"
    base = [p for p in points if p.arm == question.experiment.baseline]
    if not arms_of(question, ruptures=True):
        return [_problem(question, "arms", "no world with ruptures", allowed)]
    if any(p.scenario.world.mechanisms.ruptures == 0 for p in base):
        return [_problem(question, "baseline", "a world without ruptures", allowed)]
    if any(p.scenario.world.treatment.every == 0 for p in points):
        return [
            _problem(question, "treatment", "a treatment without sessions", "treatments in which clients are rated")
        ]
    return []


def _problem(question: Question, name: str, found: str, allowed: str) -> Problem:
    node = question.tree.fields.get(name, question.tree)
    return Problem(Place(node.file, node.line, name), found, allowed)
