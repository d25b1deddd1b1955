"""The section `sensitivity` of a config: what is estimated, over what, by how many settings; and its mistakes."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import Field, create_model

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimands.estimand import TwinEstimand
from alliance_sim.law.about import About, Choice
from alliance_sim.law.switch import Switch
from alliance_sim.questions.frame.config import names_of, section_model, wrong_design, wrong_names, wrong_value
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.sensitivity.ranges import ALL, read_varied, varied
from alliance_sim.scenario import errors
from alliance_sim.scenario.library import population_of
from alliance_sim.scenario.models import STRICT, Form
from alliance_sim.scenario.names import POSTERIOR
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest
from alliance_sim.scenario.scenario import Population
from alliance_sim.stats.numbers import of_difference

RANGES = "ranges"
OVER = (RANGES, POSTERIOR)
"""What settings may be varied over."""

YOURS = "design: your choice"
CAMPOLONGO = "(Campolongo et al., 2007)"


class SensitivityNumbers(NamedTuple):
    """How much is run, and what counts as important."""

    trajectories: Annotated[
        int, About("Morris trajectories", "trajectories", 2, 10_000, f"{YOURS}; 20 to 50 {CAMPOLONGO}")
    ] = 30
    levels: Annotated[
        int, About("levels of each range in the screening, even", "levels", 2, 100, f"{YOURS}; 4 to 8 {CAMPOLONGO}")
    ] = 6
    threshold: Annotated[
        float, About("share of the largest effect from which on a setting has Sobol indices", "share", 0, 1, YOURS)
    ] = 0.1
    most: Annotated[
        int, About("settings with Sobol indices for each estimate, at most; 0 for none", "settings", 0, 200, YOURS)
    ] = 8
    base: Annotated[int, About("base points of the Sobol indices, a power of two", "points", 16, 65_536, YOURS)] = 256
    second_order: Annotated[
        bool, Choice("Sobol indices of pairs, at nearly twice the cost", Switch, YOURS, ("left out", "computed"))
    ] = False
    checks: Annotated[
        int, About("points of the check of what fixing costs, a power of two", "points", 16, 65_536, YOURS)
    ] = 128
    places: Annotated[
        int, About("parameter sets spread evenly over all ranges, a power of two", "places", 16, 65_536, YOURS)
    ] = 512
    blocks: Annotated[int, About("blocks of replicates, each with other people and draws", "blocks", 1, 20, YOURS)] = 2
    most_draws: Annotated[int, About("draws of the posterior, at most", "draws", 30, 100_000, YOURS)] = 400
    design_seed: Annotated[
        int, About("seed of the designs; that of simulated clinics is apart", "whole number", 0, 2**31 - 1, YOURS)
    ] = 1


class WantedEstimate(NamedTuple):
    """An estimate that is asked about: of one arm, or of one arm minus another."""

    label: str
    estimate: str  # name in the catalogue
    of: str
    minus: str  # empty for the level of an arm

    @property
    def unit(self) -> str:
        """The unit of the estimate: that of a difference where it is one."""
        unit = BY_NAME[self.estimate].unit
        return of_difference(unit) if self.minus else unit

    @property
    def signed(self) -> bool:
        """Whether zero means something: for differences and correlations."""
        return bool(self.minus) or self.unit == "r"


LIKENESS = ("dropout_pct", "ruptures_pct", "alliance_end", "pre_post_d")
"""Estimates by which a reader can judge whether a parameter set resembles a psychotherapy."""

DESCRIBED = (*LIKENESS, "repaired_pct")
"""What describes the treatments at a parameter set."""


def described(asked: Sequence[WantedEstimate]) -> tuple[WantedEstimate, ...]:
    """What describes the treatments, in every arm that an estimate is of."""
    arms = dict.fromkeys(each.of for each in asked)
    return tuple(WantedEstimate(name, name, arm, "") for arm in arms for name in DESCRIBED)


_FIELDS: dict[str, Any] = {
    "estimate": (Annotated[str, Form("the name of an estimate, such as pre_post_d")], Field()),
    "of": (Annotated[str, Form("the name of an arm")], Field(default="")),
    "minus": (Annotated[str, Form("the name of an arm, for a difference")], Field(default="")),
}
_ESTIMATE: Any = create_model("Estimate", __config__=STRICT, **_FIELDS)
_ESTIMATES: Any = Annotated[
    dict[str, Annotated[_ESTIMATE, Form("a mapping such as {estimate: pre_post_d, of: repair, minus: ignore}")]],
    Form("a mapping: a name for each estimate, and below it estimate, of and minus"),
]
_SPAN = Form(f"{ALL}, or a mapping: paths or groups of paths, and below each its range")
_DRAWS = Form("posterior, or the path of a CSV file with draws of parameters")

SECTION = section_model(
    "Sensitivity",
    SensitivityNumbers,
    estimates=(_ESTIMATES, Field(description="what is asked about: estimates of an arm, or of an arm minus another")),
    over=(names_of(OVER, "what is varied over"), Field(default=[RANGES], description="what settings are varied over")),
    ranges=(
        Annotated[str | dict[str, Any], _SPAN],
        Field(default=ALL, description="the settings that vary, and their ranges"),
    ),
    leave_out=(
        Annotated[list[str], Form("a list of paths or groups of paths")],
        Field(default_factory=list, description="settings that are not varied after all"),
    ),
    draws=(
        Annotated[str, _DRAWS],
        Field(default=POSTERIOR, description="the draws, where settings are varied over the posterior"),
    ),
)


def numbers_of(question: Question) -> SensitivityNumbers:
    """The numbers of a section."""
    return SensitivityNumbers(**{name: getattr(question.section, name) for name in SensitivityNumbers._fields})


def wanted(question: Question) -> tuple[WantedEstimate, ...]:
    """The estimates that are asked about, in their order."""
    experiment = question.experiment
    return tuple(
        WantedEstimate(label, each.estimate, each.of or experiment.baseline, each.minus)
        for label, each in question.section.estimates.items()
    )


def population(question: Question) -> Population:
    """The draws that a posterior is made of. Raises ConfigError when they cannot be read."""
    node = question.place("draws")
    name = str(question.section.draws)
    place = Place(node.file, node.line, "sensitivity.draws")
    found = population_of(name, question.path.resolve().parent, question.path.parent, place)
    if found is None:
        raise ConfigError([wrong_value(question, "draws", name, _DRAWS.words, POSTERIOR)])
    return found.first(question.section.most_draws)


def wrong(question: Question) -> Iterator[Problem]:
    """Mistakes that the model of the section cannot see."""
    section = question.section
    yield from wrong_design(question, "arms alone: what varies is in ranges")
    if section.levels % 2:
        yield wrong_value(question, "levels", section.levels, "an even number of levels")
    for name in ("base", "checks", "places"):
        count = getattr(section, name)
        if count & (count - 1):
            yield wrong_value(question, name, count, "a power of two", str(2 ** (count.bit_length() - 1)))
    if not section.estimates:
        yield wrong_value(question, "estimates", None, "at least one estimate")
    for label in section.estimates:
        yield from _wrong_estimate(question, label)
    yield from wrong_names(question, "over", section.over, OVER, "thing to vary over")
    if not section.over:
        yield wrong_value(question, "over", section.over, f"{RANGES}, {POSTERIOR}, or both")
    if RANGES in section.over:
        yield from read_varied(question)[1]
    try:
        population(question)
    except ConfigError as error:
        yield from error.problems


def _wrong_estimate(question: Question, label: str) -> Iterator[Problem]:
    """An estimate or arm that there is not, and what cannot be compared."""
    each, arms = question.section.estimates[label], list(question.experiment.arms)
    node, known = question.place("estimates").fields[label], BY_NAME.get(each.estimate)

    def place(name: str) -> Place:
        found = node.fields.get(name, node)
        return Place(found.file, found.line, f"sensitivity.estimates.{label}.{name}")

    if known is None:
        yield errors.unknown_estimate(place("estimate"), each.estimate, list(BY_NAME))
    for name in ("of", "minus"):
        arm = getattr(each, name)
        if arm and arm not in arms:
            yield Problem(place(name), f'the unknown arm "{arm}"', ", ".join(arms), nearest(arm, arms))
    if known is not None and known.table == "null":
        words = f"{each.estimate}, which compares with runs without consequences of ruptures"
        yield Problem(place("estimate"), words, "an estimate of one run, or of two arms")
    if isinstance(known, TwinEstimand) and not each.minus:
        yield errors.missing(place("minus"), f"an arm, since {each.estimate} compares clients with their twins")
    if each.minus and each.minus == (each.of or question.experiment.baseline):
        yield Problem(place("minus"), f'the arm "{each.minus}" minus itself', "another arm")


def size(question: Question) -> Sequence[str]:
    """How much is simulated."""
    section, experiment = question.section, question.experiment
    clinic, clinics = experiment.points[0].scenario.clinic, section.blocks * experiment.replicates
    arms = len({name for each in wanted(question) for name in (each.of, each.minus) if name})
    lines = [
        f"At every setting {clinics} simulated clinics ({section.blocks} blocks of {experiment.replicates}).",
        f"Clinics: {clinic.therapists} therapists with {clinic.caseload} clients each, {clinic.weeks} weeks.",
        f"{arms} {'arms' if arms > 1 else 'arm'}, with common random numbers (seed {experiment.seed}).",
    ]
    if RANGES in section.over:
        count = len(varied(question))
        lines += [
            f"Ranges: {section.places} parameter sets spread evenly over the ranges of {count} settings.",
            f"Screening: {section.trajectories} Morris trajectories, {section.trajectories * (count + 1):,} sets.",
        ]
    if RANGES in section.over and section.most:
        step = "2 D + 2" if section.second_order else "D + 2"
        lines.append(
            f"Sobol indices of the D settings that matter most (at most {section.most} for each estimate): "
            f"{section.base} × ({step}) parameter sets; what fixing the others costs: {3 * section.checks}."
        )
    if POSTERIOR in section.over:
        draws = population(question)
        lines.append(f"Posterior: {len(draws.draws)} draws of {len(draws.paths)} parameters.")
    return lines
