"""Names that a config uses besides the declared settings: questions, texts, and what parameters start from."""

import tomllib
from importlib import resources

WORLD_KEYS = ("treatment", "policy", "symptoms", "mechanisms", "parameters")
"""What an arm may override, in the order in which it is shown."""

CALIBRATED, POSTERIOR = "calibrated", "posterior"
"""Names of what `parameters` may start from: the defaults, and the draws of a posterior that come with the program."""

QUESTIONS = [
    "rival_mechanisms",
    "repair_or_selection",
    "technique_and_alliance",
    "rupture_detection",
    "sensitivity",
    "power",
    "repair_for_whom",
    "alliance_and_outcome",
    "service",
    "optimise",
    "data",
]
"""Sections of a config that ask a question; each is answered by the package of `alliance_sim.questions` of its name."""

_TEXTS = tomllib.loads((resources.files(__package__) / "texts.toml").read_text(encoding="utf-8"))

TEXTS: dict[str, str] = {name: meaning for name, (meaning, *_) in _TEXTS.items()}
"""Settings that are words, with their meaning."""

TEXT_FORMS: dict[str, str] = {name: allowed[0] for name, (_, *allowed) in _TEXTS.items() if allowed}
"""What those of them may hold that are neither a declared number nor a choice."""
