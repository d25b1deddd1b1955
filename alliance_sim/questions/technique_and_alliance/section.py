"""The section `technique_and_alliance` of a config: the two axes, what counts as making up, and its mistakes."""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from alliance_sim.law.about import About, Choice
from alliance_sim.law.switch import Switch
from alliance_sim.questions.frame.config import section_model, wrong_design, wrong_value
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import errors
from alliance_sim.scenario.layers import arms_of
from alliance_sim.scenario.models import Form
from alliance_sim.scenario.problem import Place, Problem, nearest
from alliance_sim.scenario.registry import by_path
from alliance_sim.scenario.tree import leaves

COMPETENCE = "parameters.intake.competence_mean"
ATTUNEMENT = "parameters.intake.attunement_mean"
LEVELS = ("sustain.goal_level", "sustain.task_level", "sustain.bond_level")
"""What a shift of the alliance moves: the felt goal, task and bond that any pair can sustain, in log-odds."""


class TechniqueNumbers(NamedTuple):
    """What is asked of the surface."""

    excellence: Annotated[
        float, About("technical competence that counts as excellent; one of the levels of technique",
                     "SD among therapists", 0, 2, "design: your choice"),
    ] = 2.0  # fmt: skip
    channels: Annotated[
        bool, Choice("whether to show what an interaction is made of, with its channels closed one by one", Switch,
                     "design: your choice", ("left out", "run")),
    ] = True  # fmt: skip


_LIST = "a list of numbers in rising order, 0 among them"


def _numbers(default: list[float], meaning: str, allowed: str = _LIST) -> Any:
    """A field that is a list of numbers."""
    return Annotated[list[float | int], Form(allowed)], Field(default=default, description=meaning)


SECTION = section_model(
    "TechniqueAndAlliance",
    TechniqueNumbers,
    technique=_numbers([-2, -1, 0, 1, 2], "levels of technical competence, in SD among therapists"),
    alliance=_numbers([-2, -1.5, -1, -0.5, 0, 0.5, 1], "shifts of the alliance that can be sustained, in log-odds"),
    shown=_numbers([-2, -1.5, -1, -0.5, 0, 0.5, 1], "of these, the ones in tables and pictures"),
    weak=_numbers([-1, -2], "shifts that count as a weak alliance", "a list of numbers below 0"),
    attunement=_numbers([-2, -1, 0, 1, 2], "levels of therapists' attunement", f"{_LIST}, or an empty list"),
    not_refitted=(
        Annotated[dict[str, str], Form("a mapping: an arm, and the arm that is the same without its own fit")],
        Field(default_factory=dict, description="arms with a fit of their own, and the same without it"),
    ),
)


class Axes(NamedTuple):
    """The levels that are run and shown."""

    technique: tuple[float, ...]  # SD among therapists
    alliance: tuple[float, ...]  # shift of the levels that can be sustained, log-odds
    shown: tuple[float, ...]  # felt alliance, SD among clients
    weak: tuple[float, ...]
    attunement: tuple[float, ...]  # SD among therapists; none where this way is left out
    excellence: float

    def places(self, technique: float, alliance: float) -> tuple[int, int]:
        """Indices of a place of the surface."""
        return self.technique.index(technique), self.shown.index(alliance)


def axes(asked: Question) -> Axes:
    """The axes that a section states."""
    section = asked.section
    lists = (section.technique, section.alliance, section.shown, section.weak, section.attunement)
    technique, alliance, shown, weak, attunement = (tuple(float(level) for level in given) for given in lists)
    return Axes(technique, alliance, shown, weak, attunement, float(section.excellence))


def own_fit(asked: Question) -> tuple[str, ...]:
    """The arms whose parameters were fitted under their own mechanism."""
    others = set(asked.section.not_refitted.values())
    return tuple(arm for arm in asked.experiment.arms if arm not in others)


# ---- mistakes ------------------------------------------------------------------------------------------------------


def wrong(asked: Question) -> list[Problem]:
    """Mistakes that the model of the section cannot see."""
    return [*_wrong_lists(asked), *_wrong_arms(asked), *wrong_design(asked, "arms alone: the section has the axes")]


def _wrong_lists(asked: Question) -> list[Problem]:
    section = asked.section
    problems = []
    for name in ("technique", "alliance", "shown", "attunement"):
        values = list(getattr(section, name))
        if name == "attunement" and not values:
            continue
        if values != sorted(set(values)) or 0 not in values or len(values) < 3:
            problems.append(wrong_value(asked, name, values, f"{_LIST}, three or more"))
    for name, path in (("technique", COMPETENCE), ("attunement", ATTUNEMENT)):
        about = by_path()[path].about
        values = list(getattr(section, name))
        if isinstance(about, About) and values and not about.low <= min(values) <= max(values) <= about.high:
            span = f"numbers from {about.low:g} to {about.high:g} ({about.unit})"
            problems.append(wrong_value(asked, name, values, span))
    if section.excellence not in section.technique:
        levels = ", ".join(f"{level:g}" for level in section.technique)
        problems.append(
            wrong_value(asked, "excellence", section.excellence, f"one of the levels of technique: {levels}")
        )
    missing = [level for level in section.weak if level not in section.shown or level >= 0]
    if missing or not section.weak:
        below = ", ".join(f"{level:g}" for level in section.shown if level < 0)
        problems.append(wrong_value(asked, "weak", list(section.weak), f"levels of shown that are below 0: {below}"))
    absent = [level for level in section.weak if section.attunement and level not in section.attunement]
    if absent and not missing:
        words = "a list that holds the weak levels too: " + ", ".join(f"{level:g}" for level in section.weak)
        problems.append(wrong_value(asked, "attunement", list(section.attunement), words))
    return problems


def _wrong_arms(asked: Question) -> list[Problem]:
    problems = []
    arms = list(asked.experiment.arms)
    for world, arm in asked.section.not_refitted.items():
        node = asked.place("not_refitted").fields[world]
        here = Place(node.file, node.line, f"{asked.kind.key}.not_refitted.{world}")
        problems += [
            Problem(here, f'the unknown arm "{name}"', ", ".join(arms), nearest(name, arms))
            for name in (world, arm)
            if name not in arms
        ]
        if world == arm:
            problems.append(Problem(here, f'the arm "{arm}" for itself', "another arm"))
    if not own_fit(asked):
        problems.append(wrong_value(asked, "not_refitted", "no world with a fit of its own", "at least one"))
    taken = {COMPETENCE, ATTUNEMENT} if asked.section.attunement else {COMPETENCE}
    for name, arm in arms_of(asked.tree).items():
        for path in taken & {".".join(leaf) for leaf, _ in leaves(arm)}:
            found = asked.tree.fields["arms"].fields[name]
            place = Place(found.file, found.line, f"arms.{name}")
            problems.append(errors.set_twice(place, path, f"the section {asked.kind.key}"))
    return problems


def size(asked: Question) -> Sequence[str]:
    """How much will be run, in words."""
    at, experiment = axes(asked), asked.experiment
    clinic = experiment.points[0].scenario.clinic
    levels = (
        f"{len(at.technique)} levels of technique x {len(at.alliance)} of the alliance in {len(experiment.arms)} "
        f"scenarios, each {experiment.replicates} times with common random numbers (seed {experiment.seed}): "
        f"{clinic.therapists} therapists with {clinic.caseload} clients each, {clinic.weeks} weeks"
    )
    lines = [levels]
    if at.attunement:
        lines.append(f"{len(at.technique)} levels of technique x {len(at.attunement)} of attunement, likewise")
    if asked.section.channels:
        lines.append("4 places of the surface with channels of an interaction closed, likewise")
    return lines


def mechanisms(asked: Question) -> dict[str, int]:
    """The mechanism of change of each arm, by its name (a number of `law.change.Change`)."""
    return {point.arm: point.scenario.world.mechanisms.change for point in asked.experiment.points}
