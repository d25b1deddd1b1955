"""The section `sensitivity` of a config: what is estimated, over what, by how many settings; and its mistakes."""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import Field, create_model

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimands.estimand import TwinEstimand
from alliance_sim.law.about import About, Choice
from alliance_sim.law.switch import Switch
from alliance_sim.questions.frame.config import names_of, section_model, wrong_design, wrong_names, wrong_value
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.sensitivity.varying import ALL, Varied, read_varied
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


class Numbers(NamedTuple):
    """How much is played, and what counts as important."""

    trajectories: Annotated[
        int, About("Morris trajectories; each plays one setting more than there are to vary", "trajectories", 2, 10_000,
                   "design: your choice; 20 to 50 (Campolongo et al., 2007)"),
    ] = 30  # fmt: skip
    levels: Annotated[
        int, About("levels of each range that trajectories step on, an even number", "levels", 2, 100,
                   "design: your choice; 4 to 8 (Campolongo et al., 2007)"),
    ] = 6  # fmt: skip
    threshold: Annotated[
        float, About("settings whose effect could be at least this share of the largest one are kept for Sobol indices",
                     "share", 0, 1, "design: your choice"),
    ] = 0.1  # fmt: skip
    most: Annotated[
        int, About("of these, at most so many for each estimate; 0 for no Sobol indices", "settings", 0, 200,
                   "design: your choice"),
    ] = 8  # fmt: skip
    base: Annotated[
        int, About("base points of the Sobol indices, a power of two", "points", 16, 65_536, "design: your choice"),
    ] = 256  # fmt: skip
    second_order: Annotated[
        bool, Choice("whether indices of pairs are computed too, at nearly twice the cost", Switch,
                     "design: your choice", ("left out", "computed")),
    ] = False  # fmt: skip
    checks: Annotated[
        int, About("points at which is checked what fixing the other settings costs, a power of two", "points", 16,
                   65_536, "design: your choice"),
    ] = 128  # fmt: skip
    places: Annotated[
        int, About("places spread evenly over all ranges, at which is told how the estimates are spread and what "
                   "treatments are like, a power of two", "places", 16, 65_536, "design: your choice"),
    ] = 512  # fmt: skip
    blocks: Annotated[
        int, About("how often everything is played with other people and other luck, to see whether the results agree",
                   "blocks", 1, 20, "design: your choice"),
    ] = 2  # fmt: skip
    most_draws: Annotated[
        int, About("at most so many draws of the posterior", "draws", 30, 100_000, "design: your choice"),
    ] = 400  # fmt: skip
    design_seed: Annotated[
        int, About("where the choice of settings starts from; luck has a seed of its own", "whole number", 0,
                   2**31 - 1, "design: your choice"),
    ] = 1  # fmt: skip


class Wanted(NamedTuple):
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
    def words(self) -> str:
        """The estimate in words: what it is, and of which arms."""
        known = BY_NAME[self.estimate]
        whose = f"“{self.of}” minus “{self.minus}”" if self.minus else f"“{self.of}”"
        return f"{known.label}, {whose} ({self.unit})"


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
    Numbers,
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


def wanted(asked: Question) -> tuple[Wanted, ...]:
    """The estimates that are asked about, in their order."""
    experiment = asked.experiment
    return tuple(
        Wanted(label, each.estimate, each.of or experiment.baseline, each.minus)
        for label, each in asked.section.estimates.items()
    )


def varied(asked: Question) -> tuple[Varied, ...]:
    """The settings that are varied over their ranges."""
    found, _ = read_varied(asked)
    return tuple(found)


def population(asked: Question) -> Population:
    """The draws that a posterior is made of. Raises ConfigError when they cannot be read."""
    node = asked.place("draws")
    name = str(asked.section.draws)
    place = Place(node.file, node.line, "sensitivity.draws")
    found = population_of(name, asked.path.resolve().parent, asked.path.parent, place)
    if found is None:
        raise ConfigError([wrong_value(asked, "draws", name, _DRAWS.words, POSTERIOR)])
    return found.first(asked.section.most_draws)


# ---- mistakes ------------------------------------------------------------------------------------------------------


def wrong(asked: Question) -> list[Problem]:
    """Mistakes that the model of the section cannot see."""
    section = asked.section
    problems = [
        *wrong_design(asked, "arms alone: what varies is in ranges"),
        *_wrong_numbers(asked),
        *_wrong_estimates(asked),
    ]
    problems += wrong_names(asked, "over", section.over, OVER, "thing to vary over")
    if not section.over:
        problems.append(wrong_value(asked, "over", section.over, f"{RANGES}, {POSTERIOR}, or both"))
    if RANGES in section.over:
        problems += read_varied(asked)[1]
    try:
        population(asked)
    except ConfigError as error:
        problems += error.problems
    return problems


def _wrong_numbers(asked: Question) -> list[Problem]:
    section = asked.section
    problems = []
    if section.levels % 2:
        problems.append(wrong_value(asked, "levels", section.levels, "an even number of levels"))
    for name in ("base", "checks", "places"):
        count = getattr(section, name)
        if count & (count - 1):
            near = str(2 ** (count.bit_length() - 1))
            problems.append(wrong_value(asked, name, count, "a power of two", near))
    return problems


def _wrong_estimates(asked: Question) -> list[Problem]:
    arms = list(asked.experiment.arms)
    problems = []
    if not asked.section.estimates:
        problems.append(wrong_value(asked, "estimates", None, "at least one estimate"))
    for label, each in asked.section.estimates.items():
        node = asked.place("estimates").fields[label]

        def place(name: str, node: Any = node, label: str = label) -> Place:
            found = node.fields.get(name, node)
            return Place(found.file, found.line, f"sensitivity.estimates.{label}.{name}")

        known = BY_NAME.get(each.estimate)
        if known is None:
            near = nearest(each.estimate, BY_NAME)
            problems.append(errors.unknown_estimate(place("estimate"), each.estimate, list(BY_NAME), near))
        problems += [
            Problem(place(name), f'the unknown arm "{arm}"', ", ".join(arms), nearest(arm, arms))
            for name, arm in (("of", each.of), ("minus", each.minus))
            if arm and arm not in arms
        ]
        if isinstance(known, TwinEstimand) and not each.minus:
            words = f"an arm, since {each.estimate} compares clients with their twins"
            problems.append(errors.missing(place("minus"), words))
        if each.minus and each.minus == (each.of or asked.experiment.baseline):
            problems.append(Problem(place("minus"), f'the arm "{each.minus}" minus itself', "another arm"))
    return problems


# ---- size ----------------------------------------------------------------------------------------------------------


def size(asked: Question) -> Sequence[str]:
    """How much will be played, in words."""
    section, experiment = asked.section, asked.experiment
    clinic = experiment.points[0].scenario.clinic
    clinics = section.blocks * experiment.replicates
    arms = len({name for each in wanted(asked) for name in (each.of, each.minus) if name})
    people = (
        f"at every setting {clinics} simulated clinics ({section.blocks} blocks of {experiment.replicates}, the same "
        f"people and luck at all settings; seed {experiment.seed}) of {clinic.therapists} therapists with "
        f"{clinic.caseload} clients each, {clinic.weeks} weeks, in {arms} {'arms' if arms > 1 else 'arm'}"
    )
    lines = [people]
    if RANGES in section.over:
        count = len(varied(asked))
        lines.append(f"a look around: {section.places} places spread evenly over the ranges of {count} settings")
        lines.append(
            f"screening: {count} settings varied, {section.trajectories} Morris trajectories on {section.levels} "
            f"levels: {section.trajectories * (count + 1):,} settings of the model"
        )
    if RANGES in section.over and section.most:
        step = "2 D + 2" if section.second_order else "D + 2"
        lines.append(
            f"Sobol indices of the D settings that matter most (at most {section.most} an estimate): {section.base} "
            f"times ({step}) settings of the model; and {3 * section.checks} to see what fixing the others costs"
        )
    if POSTERIOR in section.over:
        lines.append(f"posterior: {len(population(asked).draws)} draws of {len(population(asked).paths)} parameters")
    return lines
