"""From a simulated block to tidy tables: codes become words, columns get their names."""

from collections.abc import Collection, Mapping, Sequence
from enum import IntEnum

import numpy as np
import pyarrow as pa

from alliance_sim.engine.block import Block, Sessions
from alliance_sim.estimands.clinics import Column, Words
from alliance_sim.experiment.columns import SESSION_COLUMNS
from alliance_sim.law.rating import SymptomScale
from alliance_sim.law.state import Events, Left, Levels, Rupture, Source
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.scenario.scenario import Clinic, DesignPoint, Scenario

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


IDS = ("replicate", "therapist", "client")
"""First columns of the rows of clients and sessions, each from 1."""

CHANGES = ("reliable_change", "recovered")
"""Last columns of the client table, which follow from the others."""

CHANGE = ("deteriorated", "unchanged", "improved")
"""What the codes of reliable change mean."""

CLIENT_TABLE = (*CLIENT_COLUMNS, *CHANGES)
"""Columns of the client table after arm, factors and ids."""


def words(codes: np.ndarray, kind: type[IntEnum]) -> Words:
    """Codes of an IntEnum as lower-case words."""
    return Words(codes.astype(np.int8), [member.name.lower() for member in kind])


def _arrow(column: Column) -> pa.Array:
    """A column as Arrow has it: words dictionary-encoded."""
    if isinstance(column, Words):
        return pa.DictionaryArray.from_arrays(pa.array(column.codes), pa.array(column.names))
    return pa.array(column)


def _labels(point: DesignPoint, rows: int) -> dict[str, pa.Array]:
    """Arm, factors and sampled values: one value each, dictionary-encoded where it is a word."""
    columns: dict[str, pa.Array] = {}
    for name, value in {"arm": point.arm, **point.factors, **point.sampled}.items():
        if isinstance(value, str):
            columns[name] = pa.DictionaryArray.from_arrays(np.zeros(rows, np.int8), pa.array([value]))
        else:
            columns[name] = pa.array(np.full(rows, value))
    return columns


def _table(point: DesignPoint, columns: Mapping[str, Column]) -> pa.Table:
    """The table of one design point."""
    rows = len(columns["replicate"])
    return pa.table({**_labels(point, rows), **{name: _arrow(column) for name, column in columns.items()}})


def session_column(sessions: Sessions, name: str) -> Column:
    """A column of the session table, as contracted (ids from 1, states at the end of the session): a copy."""
    if name in IDS:
        return np.array(sessions.ids[IDS.index(name)])
    if name in Levels._fields:
        return np.array(sessions.levels[Levels._fields.index(name)])
    codes = sessions.events[Events._fields.index(name)]
    if name in WORDS:
        return words(codes, WORDS[name])
    return np.asarray(codes == 1) if name in FLAGS else np.array(codes)


def session_columns(sessions: Sessions, names: Collection[str] = SESSION_COLUMNS) -> dict[str, Column]:
    """Ids and some columns of the session table, in its order."""
    return {name: session_column(sessions, name) for name in (*IDS, *SESSION_COLUMNS) if name in (*IDS, *names)}


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


def client_column(scenario: Scenario, clients: np.ndarray, name: str) -> Column:
    """A column of the client table of a block, as contracted, but for ids: a copy."""
    if name in CHANGES:
        intake, end = (clients[:, CLIENT_COLUMNS.index(f"symptoms_{when}")] for when in ("intake", "end"))
        code, recovered = reliable_change(scenario.world.scale, intake, end)
        return recovered if name == "recovered" else Words(code.astype(np.int8), list(CHANGE))
    values = clients[:, CLIENT_COLUMNS.index(name)]
    if name == "left":
        return words(values, Left)
    return np.array(values, np.int16 if name in COUNTS else None)


def client_columns(
    scenario: Scenario, clients: np.ndarray, replicates: range, names: Collection[str] = CLIENT_TABLE
) -> dict[str, Column]:
    """Ids and some columns of the client table of a block, in its order."""
    ids: dict[str, Column] = dict(zip(IDS, client_ids(scenario.clinic, replicates), strict=True))
    return ids | {name: client_column(scenario, clients, name) for name in CLIENT_TABLE if name in names}


def tables(point: DesignPoint, block: Block, replicates: range) -> tuple[pa.Table | None, pa.Table]:
    """Session table (None when sessions were not kept) and client table of one block."""
    return session_table(point, block), _table(point, client_columns(point.scenario, block.clients, replicates))


def session_table(point: DesignPoint, block: Block, names: Sequence[str] = SESSION_COLUMNS) -> pa.Table | None:
    """The session table of one block, or some columns of it; None when sessions were not kept."""
    rows = [_table(point, session_columns(part, names)) for part in block.sessions]
    return pa.concat_tables(rows).combine_chunks() if rows else None


def replicate_table(point: DesignPoint, measured: Mapping[str, np.ndarray]) -> pa.Table:
    """What was measured in each replicate of one design point: a row a replicate, a column an estimate.

    measured: `replicate`, then name of an estimate -> its number in each replicate, nan where it is not defined.
    """
    columns = _labels(point, len(measured["replicate"]))
    for name, values in measured.items():
        columns[name] = pa.array(values.astype(np.int32) if name == "replicate" else values)
    return pa.table(columns)
