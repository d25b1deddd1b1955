"""The scenarios that a clinic is compared with: simulated clinics of its size, length and instrument."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from alliance_sim.questions.data.look import CASELOAD, size_of
from alliance_sim.questions.data.reading.clinic import KEY, Clinic, read_clinic
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario.layers import ONLY_ARM
from alliance_sim.scenario.library import entry_label
from alliance_sim.scenario.names import POSTERIOR
from alliance_sim.scenario.problem import Place, Problem, refuse, show
from alliance_sim.scenario.scenario import DesignPoint
from alliance_sim.scenario.tree import Node

REPLICATES = 400
"""Simulated clinics of each scenario, where their number is not stated."""

MOST_SCENARIOS = 4
ONLY_SCENARIO = "the model"

_OWN = ("file", "--set")
"""Origins of settings that the mapping itself states."""


def settle(section: Any, tree: Node, rest: Node, path: Path) -> Node:
    """The settings of the scenarios: those that the mapping states outside its section, and those of the data.

    Clinics have the size of the data, the planned length and the symptom scale; parameters are draws of the posterior
    where nothing else is stated. Raises ConfigError for mistakes in mapping or table, and for settings that the data
    decide otherwise.
    """
    clinic = read_clinic(section, tree, path)
    stated = rest.fields["clinic"].fields if "clinic" in rest.fields else {}
    caseload = stated["caseload"].value if "caseload" in stated else CASELOAD
    if not (isinstance(caseload, int) and 1 <= caseload <= clinic.seen.people):
        caseload = CASELOAD
    therapists, caseload = size_of(clinic, caseload)
    decided = {"therapists": therapists, "caseload": caseload, "weeks": clinic.planned}
    refuse([*_other_sizes(stated, decided), *_other_scales(rest, clinic)])
    data = tree.fields[KEY]

    def node(value: Any) -> Node:
        """A value as if it stood where the section stands."""
        return data.holding({name: node(child) for name, child in value.items()} if isinstance(value, dict) else value)

    fields = {**rest.fields, "clinic": node(decided)}
    if section.symptoms is not None:
        numbers = clinic.turned._asdict() if clinic.turned is not None else {}
        fields["symptoms"] = node({"instrument": section.symptoms.instrument, **numbers})
    fields.setdefault("replicates", node(REPLICATES))
    given = fields.get("parameters")
    if given is None or given.value is None:
        fields["parameters"] = node({"base": POSTERIOR})
    elif given.fields and "base" not in given.fields:
        fields["parameters"] = given.holding({"base": node(POSTERIOR), **given.fields})
    return rest.holding(fields)


def _other_sizes(stated: Mapping[str, Node], decided: Mapping[str, int]) -> Iterator[Problem]:
    """Sizes that the mapping states and that the data decide otherwise; those of a config below it do not count."""
    for name, given in stated.items():
        if given.origin in _OWN and name in decided and given.value != decided[name]:
            by = "data.planned" if name == "weeks" else "the table"
            allowed = f"{decided[name]}, which {by} decides; leave it out"
            yield Problem(given.place(f"clinic.{name}"), show(given.value), allowed)


def _other_scales(rest: Node, clinic: Clinic) -> Iterator[Problem]:
    """Symptom scales of scenarios that are not that of the data."""
    arms = rest.fields["arms"].fields if "arms" in rest.fields else {}
    for prefix, settings in [("", rest), *((f"arms.{name}.", arm) for name, arm in arms.items())]:
        scale = settings.fields.get("symptoms")
        if clinic.scale is None or scale is None or not (prefix or scale.origin in _OWN):
            continue
        named = scale.fields.get("instrument", scale)
        if not isinstance(named.value, str) or entry_label(named.value) != clinic.plan.instrument:
            allowed = f"{clinic.plan.instrument}, which data.symptoms.instrument decides; leave it out"
            yield Problem(scale.place(f"{prefix}symptoms"), "another symptom scale", allowed)


def scenario_of(point: DesignPoint) -> str:
    """What the scenario of a design point is called."""
    arm = ONLY_SCENARIO if point.arm == ONLY_ARM else point.arm
    setting = {**point.factors, **point.sampled}
    return ", ".join([arm, *(f"{name.replace('_', ' ')} {value}" for name, value in setting.items())])


def too_many(question: Question) -> list[Problem]:
    """A message where there are more scenarios than can be shown."""
    count = len(question.experiment.points)
    if count <= MOST_SCENARIOS:
        return []
    found = f"{count} worlds (arms at settings of factors)"
    return [Problem(Place(str(question.path)), found, f"at most {MOST_SCENARIOS}")]
