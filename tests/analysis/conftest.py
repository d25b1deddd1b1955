"""Small tables whose answers are known by construction."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alliance_sim.analysis.clinics import Clinics

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
    """Write a design point's part files: (folder, part name, labels, client rows, session rows or None)."""

    def write(folder: Path, part: str, labels: Mapping[str, Any], clients: Rows, sessions: Rows | None) -> None:
        for table, defaults, rows in (("clients", CLIENT, clients), ("sessions", SESSION, sessions)):
            if rows is None:
                continue
            frame = _frame(defaults, rows)
            for place, (name, value) in enumerate(labels.items()):
                frame.insert(place, name, value)
            file = folder / f"{table}.parquet" / f"part-{part}.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), file, row_group_size=3)

    return write
