"""What is settled and shown before a run: the scenarios of a clinic, its size, how its tables were read, notes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from alliance_sim.estimands.seen import values
from alliance_sim.estimands.standing import FEWEST_CLINICS
from alliance_sim.questions.data.look import CASELOAD, size_of
from alliance_sim.questions.data.reading.accounting import reading
from alliance_sim.questions.data.reading.clinic import FEWEST_CLIENTS, KEY, ClinicData, read_clinic
from alliance_sim.questions.data.reading.notes import notes_of
from alliance_sim.questions.data.tallies import FIRST_SESSIONS
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario.layers import ONLY_ARM
from alliance_sim.scenario.library import entry_label
from alliance_sim.scenario.names import POSTERIOR
from alliance_sim.scenario.problem import Place, Problem, refuse, show
from alliance_sim.scenario.scenario import DesignPoint
from alliance_sim.scenario.tree import Node


def clinic_of(question: Question) -> ClinicData:
    """The clinic of a config. Raises ConfigError for mistakes in mapping or table."""
    return read_clinic(question.section, question.tree, question.path)


def reading_facts(clinic: ClinicData, ids: bool = False) -> dict[str, Any]:
    """The facts of reading.txt.j2; `ids`: labels of clients may be shown."""
    return {
        "read": reading(clinic),
        "notes": notes_of(clinic, ids),
        "instrument": clinic.plan.instrument,
        "first_sessions": FIRST_SESSIONS,
    }


def seen(question: Question) -> Sequence[tuple[str, str]]:
    """How the table was read, and what to look at; for the owner of the data, so that clients have their labels."""
    return reading_lines(clinic_of(question), ids=True)


def reading_lines(clinic: ClinicData, ids: bool = False) -> list[tuple[str, str]]:
    """Lines of reading.txt.j2, each with its label: Read or Note."""
    text = _template("reading.txt.j2").render(reading_facts(clinic, ids))
    return [
        (label, words.strip())
        for label, words in re.findall(r"^(Read|Note): (.*?)(?=^Read: |^Note: |\Z)", text, re.M | re.S)
    ]


def size(question: Question) -> Sequence[str]:
    """How much data there is, and how much is simulated to compare it with."""
    clinic, experiment = clinic_of(question), question.experiment
    facts = {
        **size_facts(clinic),
        "fewest_clinics": FEWEST_CLINICS,
        "replicates": experiment.replicates,
        "clinic": experiment.points[0].scenario.clinic,
        "scenarios": len(experiment.points),
        "seed": experiment.seed,
        "resamples": question.section.resamples,
    }
    return [line for line in _template("size.txt.j2").render(facts).splitlines() if line]


def size_facts(clinic: ClinicData) -> dict[str, Any]:
    """How large the data are; `few`: groups of too few clients for an interval."""
    sizes = {group: len(clinic.of(g)) for g, group in enumerate(clinic.groups)}
    return {
        "clients": clinic.seen.people,
        "therapists": len(clinic.therapist_ids),
        "held": None if clinic.unseen else int(values(clinic.seen.sessions, "attended").sum()),
        "files": [file.file for file in (clinic.section, clinic.section.clients) if file is not None],
        "groups": list(clinic.groups),
        "few": [{"group": group, "clients": size} for group, size in sizes.items() if size < FEWEST_CLIENTS],
        "fewest_clients": FEWEST_CLIENTS,
    }


@cache
def _template(name: str) -> Template:
    """A template of this package that is printed as it is, without Markdown."""
    environment = Environment(
        loader=PackageLoader("alliance_sim.questions.data", "."),
        autoescape=False,  # plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value,
    )
    return environment.get_template(name)


# ---- scenarios -----------------------------------------------------------------------------------------------------

REPLICATES = 400  # simulated clinics of each scenario, where their number is not stated

MOST_SCENARIOS = 4
ONLY_SCENARIO = "the model"

_OWN = ("file", "--set")  # origins of settings that the mapping itself states


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
    refuse(list(_decided_otherwise(rest, stated, decided, clinic)))
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


def _decided_otherwise(
    rest: Node, stated: Mapping[str, Node], decided: Mapping[str, int], clinic: ClinicData
) -> Iterator[Problem]:
    """Sizes and symptom scales that the data decide otherwise; sizes of a config below the mapping do not count."""
    for name, given in stated.items():
        if given.origin in _OWN and name in decided and given.value != decided[name]:
            by = "data.planned" if name == "weeks" else "the table"
            allowed = f"{decided[name]}, which {by} decides; leave it out"
            yield Problem(given.place(f"clinic.{name}"), show(given.value), allowed)
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
