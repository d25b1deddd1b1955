"""What may be asked: how the service is run, and how the design is laid out."""

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

SECTION = section_model(
    "Service",
    Service,
    reference=(
        Annotated[int, Field(ge=1), _REFERENCE],
        Field(default=None, description="the caseload that others are compared with; none: the first"),
    ),
    scenarios=(
        Annotated[dict[str, _Scenario], _SCENARIOS],
        Field(default_factory=dict, description="ways to run the service, compared; none: as set"),
    ),
)

AS_SET = "as set"
CASELOAD = "clinic.caseload"


class Layout(NamedTuple):
    """How the design is laid out: scenarios (ways to run the service), forms of strain, caseloads, arms."""

    scenarios: dict[str, Service]
    forms: tuple[str, ...]  # levels of the factor other than the caseload; AS_SET without one
    off: str | None  # the first form in which no arm has spill-over
    caseloads: tuple[int, ...]  # ascending
    reference: int
    arms: tuple[str, ...]
    baseline: str
    meanings: dict[str, str]  # what each form sets; nothing where its name says it

    @property
    def scenario(self) -> str:
        """The scenario that the short answer is about: the first."""
        return next(iter(self.scenarios))

    @property
    def on(self) -> tuple[str, ...]:
        """The forms of strain with spill-over."""
        return tuple(form for form in self.forms if form != self.off)

    @property
    def form(self) -> str:
        """The form that the short answer is about: the first with spill-over, if there is one."""
        return (self.on or self.forms)[0]

    @property
    def changed(self) -> tuple[str, ...]:
        """The arms other than the baseline."""
        return tuple(arm for arm in self.arms if arm != self.baseline)


def scenarios_of(question: Question) -> dict[str, Service]:
    """The ways to run the service that the section asks for, in order; one of them, "as set", when it names none."""
    base = Service(**{name: getattr(question.section, name) for name in Service._fields})
    stated = question.section.scenarios
    node = question.tree.fields[question.kind.key].fields.get("scenarios")
    names = list(node.fields) if node is not None else []
    changes = {
        name: {key: getattr(stated[name], key) for key in stated[name].model_fields_set} if name in stated else {}
        for name in names
    }
    return {name: base._replace(**own) for name, own in changes.items()} or {AS_SET: base}


def form_of(point: DesignPoint, columns: Sequence[str]) -> str:
    """The form of strain of a design point: its level of the factor other than the caseload."""
    return ", ".join(setting(point.factors[column]) for column in columns) or AS_SET


def form_columns(question: Question) -> list[str]:
    """The columns of factors that set no caseload."""
    columns = []
    for key, levels in question.experiment.resolved["factors"].items():
        linked = {path for own in levels.values() for path in own} if isinstance(levels, dict) else {key}
        if CASELOAD not in linked:
            columns += [name for name in question.experiment.factors if name in (key, key.rpartition(".")[2])]
    return columns


def layout_of(question: Question) -> Layout:
    """The layout of a checked config."""
    experiment = question.experiment
    columns = form_columns(question)
    spills: dict[str, bool] = {}
    for point in experiment.points:
        form = form_of(point, columns)
        spills[form] = spills.get(form, False) or point.scenario.world.mechanisms.spillover == 1
    caseloads = tuple(sorted({point.scenario.clinic.caseload for point in experiment.points}))
    return Layout(
        scenarios_of(question),
        tuple(spills),
        next((form for form, spill in spills.items() if not spill), None),
        caseloads,
        question.section.reference or caseloads[0],
        experiment.arms,
        experiment.baseline,
        _meanings(question, columns),
    )


def _meanings(question: Question, columns: Sequence[str]) -> dict[str, str]:
    """What the levels of a linked factor set."""
    factors = question.experiment.resolved["factors"]
    linked = [factors[column] for column in columns if isinstance(factors.get(column), dict)]
    return {
        str(form): ", ".join(f"{path.removeprefix('parameters.')} {setting(value)}" for path, value in own.items())
        for levels in linked
        for form, own in levels.items()
    }


def wrong(question: Question) -> list[Problem]:
    """Mistakes that the model of the section cannot see."""
    return [*_wrong_design(question), *_wrong_reference(question), *_wrong_referrals(question)]


def _wrong_design(question: Question) -> Iterator[Problem]:
    """Only a caseload and one other factor can be laid out."""
    node = question.tree.fields.get("design")
    if question.experiment.sampled and node is not None:
        yield Problem(Place(node.file, node.line, "design"), "a sampled or listed design", "factors")
    columns = form_columns(question)
    if len(columns) > 1:
        node = question.tree.fields["factors"]
        found = f"{len(columns)} factors beside the caseload: {', '.join(columns)}"
        yield Problem(Place(node.file, node.line, "factors"), found, "one at most (link settings under one name)")


def _wrong_reference(question: Question) -> Iterator[Problem]:
    """The caseload of reference is studied."""
    caseloads = sorted({point.scenario.clinic.caseload for point in question.experiment.points})
    reference = question.section.reference
    if reference is not None and reference not in caseloads:
        near = min(caseloads, key=lambda caseload: abs(caseload - reference))
        allowed = f"one of the caseloads that are studied: {', '.join(map(str, caseloads))}"
        yield wrong_value(question, "reference", reference, allowed, str(near))


def _wrong_referrals(question: Question) -> Iterator[Problem]:
    """Somebody is referred, and not more than can be counted."""
    for name, service in scenarios_of(question).items():
        clinics = {point.scenario.clinic for point in question.experiment.points}
        rates = [float(rate_of(service, c.therapists * c.caseload, c.weeks)) for c in clinics]
        path = f"scenarios.{name}" if name != AS_SET else "load"
        if min(rates) <= 0.0:
            yield wrong_value(question, path, 0, "load or referrals above 0: somebody must be referred")
        elif max(rates) > MOST_REFERRALS:
            allowed = f"at most {number(MOST_REFERRALS)} referrals a week (load · places / planned weeks + referrals)"
            yield wrong_value(question, path, round(max(rates), 1), allowed)


def size(question: Question) -> list[str]:
    """How much is simulated."""
    layout = layout_of(question)
    weeks = {length_of(service) for service in layout.scenarios.values()}
    parts = [
        (len(layout.scenarios), "scenario", "scenarios"),
        (len(layout.forms), "form of strain", "forms of strain"),
        (len(layout.caseloads), "caseload", "caseloads"),
        (len(layout.arms), "arm", "arms"),
        (question.experiment.replicates, "replicate", "replicates"),
    ]
    factors = " × ".join(f"{count} {one if count == 1 else several}" for count, one, several in parts)
    services = len(layout.scenarios) * len(question.experiment.points) * question.experiment.replicates
    therapists = {point.scenario.clinic.therapists for point in question.experiment.points}
    staff, length = (" or ".join(map(str, sorted(numbers))) for numbers in (therapists, weeks))
    return [f"{factors}: {services:,} services of {staff} therapists, {length} weeks each"]
