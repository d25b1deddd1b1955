"""From a simulated block to tidy tables: codes become words, columns get their names."""

from collections.abc import Mapping, Sequence
from enum import IntEnum

import numpy as np
import pyarrow as pa

from alliance_sim.engine.block import Block, Sessions
from alliance_sim.law.rating import SymptomScale
from alliance_sim.law.state import Events, Left, Levels, Rupture, Source
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.scenario.scenario import Clinic, DesignPoint

WORDS: Mapping[str, type[IntEnum]] = {
    "rupture": Rupture,
    "source": Source,
    "rupture_client": Rupture,
    "rupture_therapist": Rupture,
    "rupture_observer": Rupture,
    "left": Left,
}
"""Columns whose codes are words in the tables."""

FLAGS = (
    "attended",
    "noticed",
    "acknowledged",
    "explored",
    "negotiated",
    "repaired",
    "defensive",
    "over_apologised",
    "pressed_on",
)
"""Columns that are true or false."""

SESSION_COLUMNS = (
    "session", "attended", "goal", "task", "bond", "alliance", "expressed", "engagement", "security",
    "unresolved", "distress", "therapist_strain", "challenge", "severity", "resolution", "rupture", "source",
    "noticed", "acknowledged", "explored", "negotiated", "repaired", "defensive", "over_apologised", "pressed_on",
    "wai_goal", "wai_task", "wai_bond", "wai_client", "wai_therapist",
    "rupture_client", "rupture_therapist", "rupture_observer", "symptoms", "left",
)  # fmt: skip
"""Order of the session table's columns, after arm, factors and ids."""

COUNTS = (
    "sessions_scheduled",
    "sessions_attended",
    "ruptures",
    "withdrawals",
    "confrontations",
    "noticed",
    "repairs",
    "repaired_sessions",
    "reports_client",
    "reports_observer",
)
"""Columns of the client table that count."""


CHANGE = ("deteriorated", "unchanged", "improved")
"""What the codes of reliable change mean."""


def words(codes: np.ndarray, kind: type[IntEnum]) -> pa.DictionaryArray:
    """Codes of an IntEnum as dictionary-encoded lower-case words."""
    names = pa.array([member.name.lower() for member in kind])
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), names)


def _labels(point: DesignPoint, rows: int) -> dict[str, pa.Array]:
    """Arm, factors and sampled values: one value each, dictionary-encoded where it is a word."""
    columns: dict[str, pa.Array] = {}
    for name, value in {"arm": point.arm, **point.factors, **point.sampled}.items():
        if isinstance(value, str):
            columns[name] = pa.DictionaryArray.from_arrays(np.zeros(rows, np.int8), pa.array([value]))
        else:
            columns[name] = pa.array(np.full(rows, value))
    return columns


def session_table(point: DesignPoint, sessions: Sessions, names: Sequence[str] = SESSION_COLUMNS) -> pa.Table:
    """The session table of one design point, as contracted (ids from 1, states at the end of the session).

    Some of its columns, where they are named.
    """
    columns = _labels(point, sessions.ids.shape[1])
    for name, values in zip(("replicate", "therapist", "client"), sessions.ids, strict=True):
        columns[name] = pa.array(values.copy())
    raw = dict(zip(Levels._fields, sessions.levels, strict=True)) | dict(
        zip(Events._fields, sessions.events, strict=True)
    )
    for name in names:
        if name in WORDS:
            columns[name] = words(raw[name], WORDS[name])
        elif name in FLAGS:
            columns[name] = pa.array(raw[name] == 1)
        else:
            columns[name] = pa.array(raw[name].copy())
    return pa.table(columns)


def client_ids(clinic: Clinic, replicates: range) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Replicate, therapist and client (each from 1) of every row of a block's client array."""
    per = clinic.therapists * clinic.caseload
    replicate = np.repeat(np.arange(replicates.start, replicates.stop, dtype=np.int32), per)
    client = np.tile(np.arange(1, per + 1, dtype=np.int32), len(replicates))
    return replicate, ((client - 1) // clinic.caseload + 1).astype(np.int32), client


def reliable_change(scale: SymptomScale, intake: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Reliable change and recovery from symptom scores at intake and at the end (Jacobson & Truax, 1991).

    Returns codes (0 deteriorated, 1 unchanged, 2 improved) and whether clients crossed the cut-off reliably: they began
    at or above it, improved reliably, and ended below it.
    """
    fall = intake - end
    code = np.where(fall >= scale.reliable, 2, np.where(fall <= -scale.reliable, 0, 1))
    return code, (code == 2) & (intake >= scale.cutoff) & (end < scale.cutoff)


def client_table(point: DesignPoint, clients: np.ndarray, replicates: range) -> pa.Table:
    """The client table of one design point, as contracted."""
    columns = _labels(point, len(clients))
    for name, values in zip(
        ("replicate", "therapist", "client"), client_ids(point.scenario.clinic, replicates), strict=True
    ):
        columns[name] = pa.array(values)
    for name, values in zip(CLIENT_COLUMNS, clients.T, strict=True):
        if name == "left":
            columns[name] = words(values, Left)
        elif name in COUNTS:
            columns[name] = pa.array(values.astype(np.int16))
        else:
            columns[name] = pa.array(values.copy())
    intake = clients[:, CLIENT_COLUMNS.index("symptoms_intake")]
    end = clients[:, CLIENT_COLUMNS.index("symptoms_end")]
    code, recovered = reliable_change(point.scenario.world.scale, intake, end)
    columns["reliable_change"] = pa.DictionaryArray.from_arrays(pa.array(code.astype(np.int8)), pa.array(CHANGE))
    columns["recovered"] = pa.array(recovered)
    return pa.table(columns)


def tables(point: DesignPoint, block: Block, replicates: range) -> tuple[pa.Table | None, pa.Table]:
    """Session table (None when sessions were not kept) and client table of one block."""
    return session_rows(point, block), client_table(point, block.clients, replicates)


def session_rows(point: DesignPoint, block: Block, names: Sequence[str] = SESSION_COLUMNS) -> pa.Table | None:
    """The session table of one block, or some columns of it; None when sessions were not kept."""
    rows = [session_table(point, part, names) for part in block.sessions]
    return pa.concat_tables(rows).combine_chunks() if rows else None


def replicate_table(point: DesignPoint, measured: Mapping[str, np.ndarray]) -> pa.Table:
    """What was measured in each replicate of one design point: a row a replicate, a column an estimate.

    measured: `replicate`, then name of an estimate -> its number in each replicate, nan where it is not defined.
    """
    columns = _labels(point, len(measured["replicate"]))
    for name, values in measured.items():
        columns[name] = pa.array(values.astype(np.int32) if name == "replicate" else values)
    return pa.table(columns)
