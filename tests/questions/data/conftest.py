"""A simulated clinic, written into a table as a real clinic would keep it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pytest

from alliance_sim.experiment.run import play_point
from alliance_sim.questions.data import ClinicData
from alliance_sim.questions.data.check import clinic_of
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import Experiment, load

WEEKS = 8

SCENARIO = f"""\
seed: 5
clinic: {{therapists: 7, caseload: 5, weeks: {WEEKS}}}
"""

LONG = f"""\
data:
  file: clinic.csv
  layout: long
  planned: {WEEKS}
  client: client
  therapist: therapist
  session: {{number: session}}
  attended: {{column: attended, yes: "True", no: "False"}}
  alliance: {{total: wai_client, goal: wai_goal, task: wai_task, bond: wai_bond}}
  therapist_alliance: {{total: wai_therapist}}
  symptoms: {{instrument: phq9, score: symptoms, intake: symptoms_intake, end: symptoms_end}}
  left: {{column: left, dropout: dropout, completed: completed, no: "no"}}
  reports:
    client: {{column: rupture_client, none: none, withdrawal: withdrawal, confrontation: confrontation}}
    therapist: {{column: rupture_therapist, none: none, withdrawal: withdrawal, confrontation: confrontation}}
    observer: {{column: rupture_observer, none: none, withdrawal: withdrawal, confrontation: confrontation}}
"""


class SimulatedClinic(NamedTuple):
    """A simulated clinic: its experiment, its tables, and its sessions as a table that a clinic would keep."""

    experiment: Experiment
    clients: pa.Table
    sessions: pa.Table
    kept: pd.DataFrame


@pytest.fixture(scope="session")
def long_mapping() -> str:
    """The mapping of the simulated clinic's table."""
    return LONG


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> SimulatedClinic:
    """A simulated clinic (replicate 1)."""
    file = tmp_path_factory.mktemp("scenario") / "scenario.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    experiment = load(file)
    sessions, clients = play_point(experiment, experiment.points[0], range(1, 2))
    assert sessions is not None
    people = clients.to_pandas()[["client", "symptoms_intake", "symptoms_end", "left"]]
    kept = sessions.to_pandas().drop(columns="left").merge(people, on="client")
    return SimulatedClinic(experiment, clients, sessions, kept)


Ask = Callable[..., Question]


@pytest.fixture
def asked(tmp_path: Path, simulated: SimulatedClinic) -> Ask:
    """Writes a mapping and a table (by default those of the simulated clinic), and reads them."""

    def asked(mapping: str = LONG, table: pd.DataFrame | str | None = None, *overrides: str, **csv: Any) -> Question:
        rows = simulated.kept if table is None else table
        if isinstance(rows, str):
            (tmp_path / "clinic.csv").write_text(rows, encoding="utf-8")
        else:
            rows.to_csv(tmp_path / "clinic.csv", index=False, **csv)
        (tmp_path / "own.yaml").write_text(mapping, encoding="utf-8")
        return load_question(tmp_path / "own.yaml", overrides)

    return asked


Make = Callable[..., ClinicData]


@pytest.fixture
def clinic(asked: Ask) -> Make:
    """The same, as a clinic."""
    return lambda *given, **csv: clinic_of(asked(*given, **csv))


@pytest.fixture
def read(tmp_path: Path) -> Make:
    """A clinic from a mapping, the content of its table, and further files by name."""

    def read(mapping: str, table: str | bytes, **others: str) -> ClinicData:
        for name, content in {"clinic.csv": table, "own.yaml": mapping, **others}.items():
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return clinic_of(load_question(tmp_path / "own.yaml"))

    return read
