"""Small tables whose answers are known by construction."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alliance_sim.estimands.clinics import Clinics
from alliance_sim.estimands.measuring import measure, measure_twins
from alliance_sim.files.sums import write_piece

Rows = Sequence[Mapping[str, Any]]
Make = Callable[[Rows], Clinics]
Write = Callable[[Path, str, Mapping[str, Any], Rows, Rows | None], None]

CLIENT: dict[str, Any] = {
    "replicate": 1, "therapist": 1, "client": 1, "symptoms_intake": 10.0, "symptoms_end": 10.0, "wai_early": 4.0,
    "wai_mean": 4.0, "alliance_end": 0.5, "left": "no", "left_week": float("nan"), "sessions_scheduled": 4,
    "sessions_attended": 4, "reliable_change": "unchanged", "recovered": False,
}  # fmt: skip
SESSION: dict[str, Any] = {
    "replicate": 1, "therapist": 1, "client": 1, "session": 1, "attended": True, "goal": 0.5, "task": 0.5, "bond": 0.5,
    "alliance": 0.5, "expressed": 0.5, "rupture": "none", "source": "none", "noticed": False, "acknowledged": False,
    "explored": False, "negotiated": False, "repaired": False, "defensive": False, "over_apologised": False,
    "pressed_on": False, "wai_client": 4.0, "wai_therapist": 4.0, "rupture_client": "none",
    "rupture_therapist": "none", "rupture_observer": "none", "symptoms": 10.0, "left": "no",
}  # fmt: skip


def _frame(defaults: Mapping[str, Any], rows: Rows) -> pd.DataFrame:
    return pd.DataFrame([{**defaults, **row} for row in rows], columns=list(defaults))


@pytest.fixture(scope="session")
def tables() -> Callable[[Rows, Rows], tuple[pa.Table, pa.Table]]:
    """Client rows and session rows as tables in memory; what a row does not state has its default."""

    def made(defaults: Mapping[str, Any], rows: Rows) -> pa.Table:
        return pa.Table.from_pylist([{**defaults, **row} for row in rows], pa.Table.from_pylist([defaults]).schema)

    return lambda people, weeks: (made(CLIENT, people), made(SESSION, weeks))


@pytest.fixture
def clients() -> Make:
    """Client rows; what a row does not state has its default."""
    return lambda rows: Clinics.from_frame(_frame(CLIENT, rows))


@pytest.fixture
def sessions() -> Make:
    """Session rows; what a row does not state has its default."""
    return lambda rows: Clinics.from_frame(_frame(SESSION, rows))


@pytest.fixture
def write_point() -> Write:
    """Write a design point as runs keep it: (folder, part name, labels, client rows, session rows or None).

    Twins are compared with the point of the same labels in the arm of the first point.
    """

    def write(folder: Path, part: str, labels: Mapping[str, Any], clients: Rows, sessions: Rows | None) -> None:
        tables = {"clients": _table(CLIENT, labels, clients)}
        if sessions is not None:
            tables["sessions"] = _table(SESSION, labels, sessions)
        measured = measure(tables["clients"], tables.get("sessions"))
        design = folder / "design.csv"
        others = pd.read_csv(design, keep_default_na=False, dtype=str).to_dict("records") if design.exists() else []
        same = [row for row in others if all(row[k] == str(v) for k, v in labels.items() if k != "arm")]
        if same and others[0]["arm"] != labels["arm"]:
            base = {t: next((folder / f"{t}.parquet").glob(f"part-{same[0]['part']}-*")) for t in tables}
            twin = {t: pq.read_table(file) for t, file in base.items()}
            own = (tables["clients"], tables.get("sessions"))
            measured |= measure_twins(own, (twin["clients"], twin.get("sessions")))
        rows = pa.table({"replicate": measured.pop("replicate").astype(int), **measured})
        for name, value in reversed(labels.items()):
            rows = rows.add_column(0, name, pa.array([value] * rows.num_rows))
        for table, content in {**tables, "replicates": rows}.items():
            place = folder / f"{table}.parquet"
            place.mkdir(parents=True, exist_ok=True)
            write_piece(
                place, f"part-{part}-0000001-0000009", ".parquet", partial(pq.write_table, content, row_group_size=3)
            )
        if not others:
            ends = ["address", "part", "parts", "replicates"]
            design.write_text(",".join(["point", *labels, *ends]) + "\n", encoding="utf-8")
        with design.open("a", encoding="utf-8") as file:
            file.write(",".join([str(len(others) + 1), *map(str, labels.values()), "-", part, "1", "9"]) + "\n")

    return write


def _table(defaults: Mapping[str, Any], labels: Mapping[str, Any], rows: Rows) -> pa.Table:
    frame = _frame(defaults, rows)
    for place, (name, value) in enumerate(labels.items()):
        frame.insert(place, name, value)
    return pa.Table.from_pandas(frame, preserve_index=False)


Panel = Callable[..., tuple[np.ndarray, np.ndarray]]


@pytest.fixture
def panel() -> Panel:
    """Weekly alliance (clients, weeks) and distress (clients, weeks + 1) of a linear world whose slopes are known.

    Each week the alliance is the client's own level plus `reverse` times the last fall of distress plus luck; then
    distress is `stays` times the distress before, minus `effect` times the alliance, plus what the client's life adds
    (which goes with the client's level of the alliance by `confounded`), plus luck. `error`: SD of the error of both
    measures.
    """

    def made(
        clients: int = 300, weeks: int = 12, effect: float = 0.3, stays: float = 0.6, reverse: float = 0.0,
        confounded: float = 0.0, error: float = 0.0, seed: int = 1,
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        luck = np.random.default_rng(seed)
        level, life = luck.standard_normal((2, clients))
        life = life + confounded * level
        now = last = (life - effect * level) / (1.0 - stays)
        alliance, distress = [], [now]
        for _ in range(30 + weeks):
            felt = level + reverse * (last - now) + luck.standard_normal(clients)
            last, now = now, stays * now - effect * felt + life + luck.standard_normal(clients)
            alliance.append(felt)
            distress.append(now)
        a, d = np.array(alliance).T[:, -weeks:], np.array(distress).T[:, -weeks - 1 :]
        return a + error * luck.standard_normal(a.shape), d + error * luck.standard_normal(d.shape)

    return made
