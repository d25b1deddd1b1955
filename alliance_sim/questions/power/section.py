"""What may be asked: the trial, how it is analysed, the sizes that are simulated, and how far the search goes."""

from collections.abc import Iterator
from enum import IntEnum
from itertools import pairwise
from typing import Annotated, NamedTuple

from pydantic import Field

from alliance_sim.law.about import About, Choice
from alliance_sim.law.switch import Switch
from alliance_sim.questions.frame.config import names_of, section_model, wrong_names, wrong_value
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario.models import TEXT, Form
from alliance_sim.scenario.problem import Place, Problem, nearest
from alliance_sim.stats.arm_effect import ANALYSES

OWN = "design: your choice"


class Nesting(IntEnum):
    """Where therapists work."""

    NESTED = 0
    CROSSED = 1


class Outcome(IntEnum):
    """What is compared between arms."""

    SYMPTOMS = 0
    ALLIANCE_MEAN = 1
    ALLIANCE_LAST = 2
    DROPOUT = 3


class Dropouts(IntEnum):
    """What is known of the symptoms of those who dropped out of treatment."""

    ASSESSED = 0
    LEFT_OUT = 1
    CARRIED_FORWARD = 2


class Settings(NamedTuple):
    """The trial, apart from what the experiment states of it, and how its power is found."""

    nesting: Annotated[
        int,
        Choice(
            "where therapists work",
            Nesting,
            OWN,
            ("each therapist in one arm (therapists are randomised)", "each in every arm (clients are randomised)"),
        ),
    ] = 0
    outcome: Annotated[
        int,
        Choice(
            "what is compared between arms",
            Outcome,
            OWN,
            (
                "the symptom score at the planned end",
                "the mean of the client's alliance ratings",
                "the client's last alliance rating",
                "whether the client dropped out of treatment",
            ),
        ),
    ] = 0
    adjusted: Annotated[
        bool, Choice("whether symptoms at intake are a covariate", Switch, OWN, ("no covariate", "symptoms at intake"))
    ] = True
    dropouts: Annotated[
        int,
        Choice(
            "what is known of the symptoms of those who dropped out of treatment",
            Dropouts,
            OWN,
            (
                "they are assessed at the planned end like everybody (intention to treat)",
                "nothing; they are left out (completers; by a mixed model: missing at random given intake)",
                "the last score seen in a session is carried forward",
            ),
        ),
    ] = 0
    lost: Annotated[
        float, About("clients whose outcome is lost to follow-up, whoever they are", "share", 0.0, 0.9, OWN)
    ] = 0.0
    alpha: Annotated[float, About("level of significance", "probability", 0.0001, 0.5, OWN)] = 0.05
    sided: Annotated[int, About("sides of the test; 1 looks for a better arm only", "sides", 1, 2, OWN)] = 2
    wanted: Annotated[float, About("wanted power", "probability", 0.05, 0.999, OWN)] = 0.8
    most_therapists: Annotated[
        int, About("most therapists of an arm that a trial could have", "therapists", 4, 5_000, OWN)
    ] = 400
    close: Annotated[
        float,
        About("width of the 95 % interval of the smallest number of therapists that ends the search", "share of it",
              0.01, 1.0, OWN),
    ] = 0.1  # fmt: skip
    refine: Annotated[
        int, About("most trials that the search may spend on each caseload", "trials", 0, 1_000_000, OWN)
    ] = 8_000
    confirm: Annotated[int, About("fresh trials of the design that was found", "trials", 100, 1_000_000, OWN)] = 2_000
    true_clients: Annotated[
        int,
        About("clients of each arm from whom the true effect and variances are measured", "clients", 2_000, 10**8, OWN),
    ] = 200_000
    cost_therapist: Annotated[
        float, About("cost of a therapist in the trial (recruiting, training)", "any currency", 0.0, 1e9, OWN)
    ] = 0.0
    cost_client: Annotated[
        float, About("cost of a client in the trial (treatment, assessment)", "any currency", 1e-9, 1e9, OWN)
    ] = 1.0


_SIZES = Annotated[int, Field(ge=2, le=5_000), Form("a whole number from 2 to 5000")]
_SIZE_LIST = Form("a list of whole numbers from 2 to 5000, each larger than the one before")

SECTION = section_model(
    "Power",
    Settings,
    arm=(
        Annotated[str, Form("the name of an arm")],
        Field(default="", description="the arm whose smallest trial is searched; none: the first after the control"),
    ),
    controls=(
        Annotated[list[Annotated[str, TEXT]], Form("a list of arms")],
        Field(default_factory=list, description="arms that might have been the control; not in the trial"),
    ),
    analyses=(
        names_of(tuple(ANALYSES), "analyses"),
        Field(default=list(ANALYSES), description="how every trial is analysed; the first is the planned analysis"),
    ),
    therapists=(
        Annotated[list[_SIZES], _SIZE_LIST],
        Field(
            default=[6, 12, 24, 48, 96],
            description="therapists of an arm, in the designs of the curve; those of the clinic are added",
        ),
    ),
    clients=(
        Annotated[list[_SIZES], _SIZE_LIST],
        Field(
            default=[5, 10, 20],
            description="clients of each therapist in an arm, in these designs; the clinic's own caseload is added",
        ),
    ),
)


def compared(question: Question) -> tuple[str, ...]:
    """The arms that are compared with the control: all but the control and those that might have been it."""
    experiment = question.experiment
    return tuple(arm for arm in experiment.arms if arm != experiment.baseline and arm not in question.section.controls)


def wrong(question: Question) -> Iterator[Problem]:
    """Arms, sizes and settings that cannot be asked about."""
    yield from _wrong_experiment(question)
    yield from _wrong_arms(question)
    yield from _wrong_sizes(question)
    section = question.section
    if section.dropouts != Dropouts.ASSESSED and section.outcome != Outcome.SYMPTOMS:
        name = Dropouts(section.dropouts).name.lower()
        yield wrong_value(question, "dropouts", name, "assessed, since only the outcome symptoms can miss for dropouts")


def _wrong_experiment(question: Question) -> Iterator[Problem]:
    experiment = question.experiment
    for key in ("factors", "design", "precision"):
        if key in question.tree.fields and (experiment.factors or experiment.sampled or key == "precision"):
            allowed = "one setting: a power curve varies the size of the trial"
            yield Problem(question.at(key), "settings beside the arms", allowed)
    clinic = experiment.points[0].scenario.clinic
    for name, size, noun in (
        ("therapists", clinic.therapists, "therapists in each arm"),
        ("caseload", clinic.caseload, "clients of each therapist in each arm"),
    ):
        if size < 2:
            place = Place(str(question.path), None, f"clinic.{name}")
            yield Problem(place, f"the number {size}", f"a planned trial of at least 2 {noun}")


def _wrong_arms(question: Question) -> Iterator[Problem]:
    experiment, section = question.experiment, question.section
    others = [arm for arm in experiment.arms if arm != experiment.baseline]
    yield from wrong_names(question, "controls", section.controls, others, "arm")
    yield from wrong_names(question, "analyses", section.analyses, tuple(ANALYSES), "analysis")
    if not section.analyses:
        yield wrong_value(question, "analyses", [], f"at least one of {', '.join(ANALYSES)}")
    arms, place = compared(question), Place(str(question.path), None, "arms")
    if not arms:
        found = f"{len(experiment.arms)} arm{'s' if len(experiment.arms) > 1 else ''}, none to compare with the control"
        yield Problem(place, found, "a control (the baseline) and at least one more arm")
    elif section.arm and section.arm not in arms:
        allowed = f"an arm that is compared with the control: {', '.join(arms)}"
        yield wrong_value(question, "arm", section.arm, allowed, nearest(section.arm, arms))


def _wrong_sizes(question: Question) -> Iterator[Problem]:
    section = question.section
    for name in ("therapists", "clients"):
        sizes, node = getattr(section, name), question.place(name)
        if not sizes or any(b <= a for a, b in pairwise(sizes)):
            yield Problem(Place(node.file, node.line, f"power.{name}"), f"the list {sizes}", _SIZE_LIST.words)
    if section.therapists and section.therapists[-1] > section.most_therapists:
        allowed = f"at most most_therapists, which is {section.most_therapists}"
        yield wrong_value(question, "therapists", section.therapists[-1], allowed)
