"""What is shown of a clinic and what is measured on it, for tests."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from alliance_sim.estimands.observed import measure_seen
from alliance_sim.questions.data import ClinicData
from alliance_sim.questions.data.check import clinic_of, reading_lines, seen
from alliance_sim.questions.data.intervals import estimates_of
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Question

BASES: dict[str, Any] = YAML(typ="safe", pure=True).load(Path(__file__).with_name("refused.yaml"))
"""Mappings and tables that are right, by name."""


def mapping(name: str) -> str:
    """A mapping that is right."""
    return str(BASES[name]["mapping"])


def changed(mapping: str, change: dict[str, str | None]) -> str:
    """A mapping with other lines in its section; None leaves a line out."""
    lines = dict(line.strip().split(": ", 1) for line in mapping.splitlines()[1:]) | change
    return "data:\n" + "".join(f"  {name}: {value}\n" for name, value in lines.items() if value is not None)


BDI = """\
title: Depression inventory of 21 items
about: Twenty-one items of 0-3, summed to 0-63; higher is worse.
community_mean: {value: 7, source: "assumption: test"}
unit: {value: 10, source: "assumption: test"}
reliability: {value: 0.9, source: "assumption: test"}
low: {value: 0, source: "assumption: test"}
high: {value: 63, source: "assumption: test"}
step: {value: 1, source: "assumption: test"}
cutoff: {value: 14, source: "assumption: test"}
reliable: {value: 8, source: "assumption: test"}
key: {count: 21, answers: [0, 3], score: sum, missing: 1, source: test}
"""


def notes_of(clinic: ClinicData, ids: bool = False) -> list[str]:
    """The notes about a table; `ids`: with labels of clients."""
    return [words for label, words in reading_lines(clinic, ids) if label == "Note"]


def checked(tmp_path: Path) -> list[str]:
    """What `check` shows of how the table of own.yaml was read."""
    return [f"{label}: {words}" for label, words in seen(load_question(tmp_path / "own.yaml"))]


def measured(clinic: ClinicData) -> dict[str, float]:
    """The estimates of a clinic."""
    found = measure_seen(clinic.seen, clinic.planned)
    return {name: float(value[0]) for name, value in found.items()}


def column(clinic: ClinicData, name: str) -> list[float]:
    """A number of every client."""
    return np.asarray(clinic.seen.clients[name]).tolist()


def session_column(clinic: ClinicData, name: str) -> list[float]:
    """A number of every session."""
    return np.asarray(clinic.seen.sessions[name]).tolist()


def estimates(question: Question, kind: str = "level") -> pd.DataFrame:
    """The estimates of a clinic by name: its levels, or contrasts."""
    table = estimates_of(clinic_of(question), 200, 1, 0.77).estimates
    return table[table["kind"] == kind].set_index("estimate")
