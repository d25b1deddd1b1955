"""The worlds that a clinic is held against: simulated clinics of its size, length and instrument."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from alliance_sim.questions.data import messages
from alliance_sim.questions.data.clinic import KEY, Clinic, read_clinic
from alliance_sim.questions.data.imitating import CASELOAD, size_of
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.layers import ONLY_ARM
from alliance_sim.scenario.library import entry_label
from alliance_sim.scenario.names import POSTERIOR
from alliance_sim.scenario.problem import ConfigError, Place, Problem
from alliance_sim.scenario.scenario import DesignPoint
from alliance_sim.scenario.tree import Node

REPLICATES = 400
"""Simulated clinics of each world, where their number is not stated."""

MOST_WORLDS = 4
ONLY_WORLD = "the model"

_OWN = ("file", "--set")
"""Origins of settings that the mapping itself states."""


def settled_world(section: Any, tree: Node, rest: Node, path: Path) -> Node:
    """The settings of the worlds, from what the mapping states beside its section, with what the data decide.

    Clinics have the size of the data, the planned length and the symptom scale; parameters are draws of the posterior
    where nothing else is stated. Raises ConfigError for mistakes in mapping or table, and for settings that the data
    decide otherwise.
    """
    clinic = read_clinic(section, tree, path)
    therapists, caseload = size_of(clinic.loaded, _caseload(rest, clinic))
    decided = {"therapists": therapists, "caseload": caseload, "weeks": clinic.plan.planned}
    problems = [*_other_sizes(rest, decided), *_other_scales(rest, clinic)]
    if problems:
        raise ConfigError(problems)
    data = tree.fields[KEY]

    def node(value: Any) -> Node:
        """A value as if it stood where the section stands."""
        return data.holding({name: node(child) for name, child in value.items()} if isinstance(value, dict) else value)

    fields = dict(rest.fields)
    fields["clinic"] = node(decided)
    if clinic.plan.symptoms is not None:
        fields["symptoms"] = node({"instrument": clinic.plan.symptoms.instrument, **_turned_round(clinic)})
    fields.setdefault("replicates", node(REPLICATES))
    given = fields.get("parameters")
    if given is None or given.value is None:
        fields["parameters"] = node({"base": POSTERIOR})
    elif given.fields and "base" not in given.fields:
        fields["parameters"] = given.holding({"base": node(POSTERIOR), **given.fields})
    return rest.holding(fields)


def _turned_round(clinic: Clinic) -> dict[str, Any]:
    """The numbers of a scale on which higher is better, turned round, as the simulated clinics are played on it."""
    return dict(clinic.scale._asdict()) if clinic.scale is not None and clinic.higher_is_better else {}


def _other_sizes(rest: Node, decided: Mapping[str, int]) -> Iterator[Problem]:
    """Sizes that the mapping states and that the data decide otherwise; those of a config below it do not count."""
    size = rest.fields.get("clinic")
    for name, given in size.fields.items() if size is not None else ():
        if given.origin in _OWN and name in decided and given.value != decided[name]:
            place = Place(given.file, given.line, f"clinic.{name}")
            yield messages.size_of_the_data(place, name, given.value, decided[name])


def _other_scales(rest: Node, clinic: Clinic) -> Iterator[Problem]:
    """Symptom scales of worlds that are not that of the data."""
    if clinic.plan.symptoms is None:
        return
    arms = rest.fields.get("arms")
    places = [("", rest), *((f"arms.{name}.", arm) for name, arm in (arms.fields if arms is not None else {}).items())]
    for prefix, settings in places:
        scale = settings.fields.get("symptoms")
        if scale is None or not (prefix or scale.origin in _OWN):
            continue
        named = scale.fields.get("instrument", scale)
        if not isinstance(named.value, str) or entry_label(named.value) != clinic.instrument:
            yield messages.symptoms_of_the_data(Place(scale.file, scale.line, f"{prefix}symptoms"), clinic.instrument)


def _caseload(rest: Node, clinic: Clinic) -> int:
    """Clients of each simulated therapist where the data do not tell their therapists."""
    size = rest.fields.get("clinic")
    given = size.fields.get("caseload") if size is not None else None
    value = given.value if given is not None else CASELOAD
    return value if isinstance(value, int) and 1 <= value <= clinic.loaded.seen.people else CASELOAD


def world_of(point: DesignPoint) -> str:
    """What the world of a design point is called."""
    arm = ONLY_WORLD if point.arm == ONLY_ARM else point.arm
    setting = {**point.factors, **point.sampled}
    return ", ".join([arm, *(f"{name.replace('_', ' ')} {value}" for name, value in setting.items())])


def too_many_worlds(asked: Question) -> list[Problem]:
    """A message where there are more worlds than can be shown."""
    count = len(asked.experiment.points)
    if count <= MOST_WORLDS:
        return []
    return [messages.many_worlds(Place(str(asked.path)), count, MOST_WORLDS)]


def settings_in_words(experiment: Experiment) -> str:
    """What the worlds are, in a sentence."""
    point = experiment.points[0]
    drawn = point.scenario.population
    words = "the calibrated parameters" if drawn is None else f"a draw of the parameters ({drawn.label}) each"
    worlds = [
        f"{world_of(each)} (treatment {each.scenario.treatment}, policy {each.scenario.policy})"
        for each in experiment.points
    ]
    return f"{experiment.replicates} simulated clinics, with {words}: {'; '.join(worlds)}"
