"""What `check` shows of a clinic: how large it is, how its tables were read, and what its owner should look at."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from alliance_sim.estimands.observed import EVERY
from alliance_sim.estimands.seen import values
from alliance_sim.estimands.standing import FEWEST_CLINICS
from alliance_sim.questions.data.reading.accounting import reading
from alliance_sim.questions.data.reading.clinic import FEWEST_CLIENTS, Clinic, read_clinic
from alliance_sim.questions.data.reading.notes import notes_of
from alliance_sim.questions.data.reading.questionnaires import Plan
from alliance_sim.questions.data.tallies import FIRST_SESSIONS, IN_POINTS
from alliance_sim.questions.frame.question import Question


def clinic_of(question: Question) -> Clinic:
    """The clinic of a config. Raises ConfigError for mistakes in mapping or table."""
    return read_clinic(question.section, question.tree, question.path)


def reading_facts(clinic: Clinic, ids: bool = False) -> dict[str, Any]:
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


def reading_lines(clinic: Clinic, ids: bool = False) -> list[tuple[str, str]]:
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


def size_facts(clinic: Clinic) -> dict[str, Any]:
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


def label_of(plan: Plan, name: str) -> str:
    """The label of an estimate; of one in points it says which way the scale goes, if higher is better."""
    return f"{EVERY[name].label}{' (higher is better)' if plan.higher_is_better and name in IN_POINTS else ''}"


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
