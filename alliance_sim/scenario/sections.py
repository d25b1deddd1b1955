"""The three sections of a config that start from a catalogue entry: treatment, policy and symptoms."""

from typing import Any, NamedTuple

from alliance_sim.law.attention import Treatment
from alliance_sim.law.policy import Policy
from alliance_sim.law.rating import SymptomScale


class Section(NamedTuple):
    """A section of a config: its key, where its entries are, and what it fills in a world."""

    key: str  # in a config
    kind: str  # folder of the catalogue
    name_key: str  # inside the section, names the entry that it starts from
    group: type[Any]  # NamedTuple of the law
    default: str  # entry that is used when a config names none
    noun: str


SECTIONS = {
    section.key: section
    for section in (
        Section("treatment", "treatments", "profile", Treatment, "integrative", "treatment"),
        Section("policy", "policies", "base", Policy, "repair", "repair policy"),
        Section("symptoms", "instruments", "instrument", SymptomScale, "phq9", "symptom scale"),
    )
}
WORLD_KEYS = ("treatment", "policy", "symptoms", "mechanisms", "parameters")
"""What an arm may override, in the order in which it is shown."""

CALIBRATED, POSTERIOR = "calibrated", "posterior"
"""Names of what `parameters` may start from: the defaults, and the draws of a posterior that come with the program."""

INQUIRIES = {
    "rival_mechanisms": "rivals",
    "repair_or_selection": "repair",
    "technique_and_alliance": "surface",
    "rupture_detection": "detection",
    "sensitivity": "sensitivity",
    "power": "power",
    "repair_for_whom": "whom",
    "alliance_and_outcome": "association",
    "service": "service",
    "optimise": "optimise",
    "data": "owndata",
}
"""Sections of a config that make an inquiry of it, and the module of `alliance_sim.inquiry` that answers it."""


def looks_like_a_path(name: str) -> bool:
    """Whether the name of an entry is meant as the path of a file and not as a name in the catalogue."""
    return name.endswith((".yaml", ".yml", ".csv")) or "/" in name or "\\" in name
