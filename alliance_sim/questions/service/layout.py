"""The config of a service: its section, what may be wrong with it, and how its design is laid out."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field

from alliance_sim.law.service import MOST_REFERRALS, Service, length_of, rate_of
from alliance_sim.questions.frame.config import section_model, wrong_value
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario.models import MAPPING, Form, group_model
from alliance_sim.scenario.problem import Place, Problem, number
from alliance_sim.scenario.scenario import DesignPoint
from alliance_sim.stats.numbers import setting

_REFERENCE = Form("a whole number: one of the caseloads that are studied")
_SCENARIOS = Form("a mapping: the name of each scenario, and below it the settings of the service that it changes")
_Scenario: Any = Annotated[group_model(Service), BeforeValidator(lambda value: value or {}), MAPPING]

MODEL = section_model(
    "Service",
    Service,
    reference=(
        Annotated[int, Field(ge=1), _REFERENCE],
        Field(default=None, description="the caseload that others are compared with; none: the first"),
    ),
    scenarios=(
        Annotated[dict[str, _Scenario], _SCENARIOS],
        Field(default_factory=dict, description="ways to run the service, side by side; none: as set"),
    ),
)

AS_SET = "as set"
CASELOAD = "clinic.caseload"


class Layout(NamedTuple):
    """How the design is laid out: scenarios (ways to run the service), worlds, caseloads, arms."""

    scenarios: dict[str, Service]
    worlds: tuple[str, ...]  # levels of the factor beside the caseload, in words; AS_SET without one
    off: str | None  # the first world in which no arm has spill-over
    caseloads: tuple[int, ...]  # ascending
    reference: int
    arms: tuple[str, ...]
    baseline: str
    meanings: dict[str, str]  # what each world sets, in words; nothing where its name says it

    @property
    def scenario(self) -> str:
        """The scenario that the short answer is about: the first."""
        return next(iter(self.scenarios))

    @property
    def on(self) -> tuple[str, ...]:
        """The worlds beside the one without spill-over."""
        return tuple(world for world in self.worlds if world != self.off)

    @property
    def world(self) -> str:
        """The world that the short answer is about: the first with spill-over, if there is one."""
        return (self.on or self.worlds)[0]

    @property
    def changed(self) -> tuple[str, ...]:
        """The arms beside the baseline."""
        return tuple(arm for arm in self.arms if arm != self.baseline)


def scenarios_of(asked: Question) -> dict[str, Service]:
    """The ways to run the service that the section asks for, in order; one of them, "as set", when it names none."""
    base = Service(**{name: getattr(asked.section, name) for name in Service._fields})
    stated = asked.section.scenarios
    node = asked.tree.fields[asked.kind.key].fields.get("scenarios")
    names = list(node.fields) if node is not None else []
    changes = {
        name: {key: getattr(stated[name], key) for key in stated[name].model_fields_set} if name in stated else {}
        for name in names
    }
    return {name: base._replace(**own) for name, own in changes.items()} or {AS_SET: base}


def world_of(point: DesignPoint, columns: Sequence[str]) -> str:
    """The world of a design point in words: its level of the factor beside the caseload."""
    return ", ".join(setting(point.factors[column]) for column in columns) or AS_SET


def world_columns(asked: Question) -> list[str]:
    """The columns of factors that set no caseload."""
    columns = []
    for key, levels in asked.experiment.resolved["factors"].items():
        linked = {path for own in levels.values() for path in own} if isinstance(levels, dict) else {key}
        if CASELOAD not in linked:
            columns += [name for name in asked.experiment.factors if name in (key, key.rpartition(".")[2])]
    return columns


def layout_of(asked: Question) -> Layout:
    """The layout of a checked config."""
    experiment = asked.experiment
    columns = world_columns(asked)
    spills: dict[str, bool] = {}
    for point in experiment.points:
        world = world_of(point, columns)
        spills[world] = spills.get(world, False) or point.scenario.world.mechanisms.spillover == 1
    caseloads = tuple(sorted({point.scenario.clinic.caseload for point in experiment.points}))
    return Layout(
        scenarios_of(asked),
        tuple(spills),
        next((world for world, spill in spills.items() if not spill), None),
        caseloads,
        asked.section.reference or caseloads[0],
        experiment.arms,
        experiment.baseline,
        _meanings(asked, columns),
    )


def _meanings(asked: Question, columns: Sequence[str]) -> dict[str, str]:
    """What the levels of a linked factor of worlds set, in words."""
    factors = asked.experiment.resolved["factors"]
    linked = [factors[column] for column in columns if isinstance(factors.get(column), dict)]
    return {
        str(world): ", ".join(f"{path.removeprefix('parameters.')} {setting(value)}" for path, value in own.items())
        for levels in linked
        for world, own in levels.items()
    }


def wrong(asked: Question) -> list[Problem]:
    """Mistakes that the model of the section cannot see."""
    return [*_wrong_design(asked), *_wrong_reference(asked), *_wrong_referrals(asked)]


def _wrong_design(asked: Question) -> Iterator[Problem]:
    """Only a caseload and one factor of worlds can be laid out."""
    node = asked.tree.fields.get("design")
    if asked.experiment.sampled and node is not None:
        yield Problem(Place(node.file, node.line, "design"), "a sampled or listed design", "factors")
    columns = world_columns(asked)
    if len(columns) > 1:
        node = asked.tree.fields["factors"]
        found = f"{len(columns)} factors beside the caseload: {', '.join(columns)}"
        yield Problem(Place(node.file, node.line, "factors"), found, "one at most (link settings under one name)")


def _wrong_reference(asked: Question) -> Iterator[Problem]:
    """The caseload of reference is studied."""
    caseloads = sorted({point.scenario.clinic.caseload for point in asked.experiment.points})
    reference = asked.section.reference
    if reference is not None and reference not in caseloads:
        near = min(caseloads, key=lambda caseload: abs(caseload - reference))
        allowed = f"one of the caseloads that are studied: {', '.join(map(str, caseloads))}"
        yield wrong_value(asked, "reference", reference, allowed, str(near))


def _wrong_referrals(asked: Question) -> Iterator[Problem]:
    """Somebody is referred, and not more than can be counted."""
    for name, service in scenarios_of(asked).items():
        clinics = {point.scenario.clinic for point in asked.experiment.points}
        rates = [float(rate_of(service, c.therapists * c.caseload, c.weeks)) for c in clinics]
        path = f"scenarios.{name}" if name != AS_SET else "load"
        if min(rates) <= 0.0:
            yield wrong_value(asked, path, 0, "load or referrals above 0: somebody must be referred")
        elif max(rates) > MOST_REFERRALS:
            allowed = f"at most {number(MOST_REFERRALS)} referrals a week (load · places / planned weeks + referrals)"
            yield wrong_value(asked, path, round(max(rates), 1), allowed)


def size(asked: Question) -> list[str]:
    """How much is played, in words."""
    layout = layout_of(asked)
    weeks = {length_of(service) for service in layout.scenarios.values()}
    parts = [
        (len(layout.scenarios), "scenario"),
        (len(layout.worlds), "world"),
        (len(layout.caseloads), "caseload"),
        (len(layout.arms), "arm"),
        (asked.experiment.replicates, "replicate"),
    ]
    words = " × ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in parts)
    services = len(layout.scenarios) * len(asked.experiment.points) * asked.experiment.replicates
    therapists = {point.scenario.clinic.therapists for point in asked.experiment.points}
    staff, length = (" or ".join(map(str, sorted(numbers))) for numbers in (therapists, weeks))
    return [f"{words}: {services:,} services of {staff} therapists, {length} weeks each"]
