"""A clinic's tables as a run writes them: the same names, types and files, so that what reads runs reads them too."""

import csv
import hashlib
import io
from pathlib import Path

import numpy as np
import pyarrow as pa

from alliance_sim.estimands.clinics import Words
from alliance_sim.estimands.observed import measure_seen
from alliance_sim.estimands.seen import Column, Columns, part, values, word
from alliance_sim.estimates.tables import DESIGN
from alliance_sim.experiment.columns import SESSION_COLUMNS
from alliance_sim.experiment.kept import key_of
from alliance_sim.experiment.manifest import DESIGN_ENDS
from alliance_sim.experiment.parts import TABLES, Part
from alliance_sim.experiment.store import arrange, tidy, writing
from alliance_sim.experiment.tables import COUNTS, FLAGS, replicate_table
from alliance_sim.files.record import record_of
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.questions.data.reading.clinic import ClinicData
from alliance_sim.questions.data.tallies import turned
from alliance_sim.scenario.scenario import DesignPoint, Scenario

IDS = ("replicate", "therapist", "client")
CLIENT_ORDER = (*IDS, *CLIENT_COLUMNS, "reliable_change", "recovered")
SESSION_ORDER = (*IDS, *SESSION_COLUMNS)
SMALL = {*COUNTS, "session"}  # columns of small whole numbers


def arrow_of(columns: Columns, order: tuple[str, ...], group: str) -> pa.Table:
    """Columns as a table of a run: the group as arm first, then the columns that there are, in order."""
    made = {name: _array(name, columns[name]) for name in order if name in columns}
    if "recovered" in made:
        unknown = word(columns, "reliable_change").codes < 0
        made["recovered"] = pa.array(np.asarray(columns["recovered"], bool), mask=unknown)
    rows = len(next(iter(made.values())))
    return pa.table({"arm": pa.DictionaryArray.from_arrays(np.zeros(rows, np.int8), pa.array([group])), **made})


def _array(name: str, column: Column) -> pa.Array:
    if isinstance(column, Words):
        codes = pa.array(np.maximum(column.codes, 0).astype(np.int8), mask=np.asarray(column.codes < 0))
        return pa.DictionaryArray.from_arrays(codes, pa.array(column.names))
    if name in IDS or name in SMALL:
        return pa.array(column.astype(np.int32 if name in IDS else np.int16))
    return pa.array(column.astype(bool) if name in FLAGS else column, from_pandas=True)  # nan is what is not known


def tables_of(clinic: ClinicData, group: int) -> dict[str, pa.Table]:
    """Tables of clients and sessions of a group; clients with the labels that they have in the data."""
    rows, name = clinic.of(group), clinic.groups[group]
    seen = part(clinic.seen, rows)
    # points as they stand in the data
    clients = arrow_of(turned(seen.clients, clinic.turned), CLIENT_ORDER, name)
    clients = clients.append_column("client_id", pa.array([clinic.client_ids[row] for row in rows]))
    if clinic.therapist_ids:
        names = [clinic.therapist_ids[k - 1] for k in clients["therapist"].to_pylist()]
        clients = clients.append_column("therapist_id", pa.array(names))
    return {"clients": clients, "sessions": arrow_of(turned(seen.sessions, clinic.turned), SESSION_ORDER, name)}


def keep_tables(clinic: ClinicData, folder: Path, dependability: float) -> None:
    """Write design.csv and the tables of clients, sessions and replicates, a part for each group, replicate 1."""
    content = io.StringIO(newline="")
    design = csv.writer(content, lineterminator="\n")
    design.writerow(["point", "arm", *DESIGN_ENDS])
    names: set[str] = set()
    for g, group in enumerate(clinic.groups):
        measured = measure_seen(part(clinic.seen, clinic.of(g)), clinic.planned, dependability)
        point = DesignPoint(g + 1, group, {}, Scenario(), "-")
        own = turned(measured, clinic.turned)
        numbers = {"replicate": np.ones(1), **{name: values(own, name) for name in own}}
        held = tables_of(clinic, g) | {"replicates": replicate_table(point, numbers)}
        name = hashlib.blake2b(key_of(group, *map(_hash, held.values())).encode(), digest_size=8).hexdigest()
        file = f"part-{name}-0000001-0000001"
        with writing(folder, TABLES, Part(point, file, name)) as writers:
            for table, writer in writers.items():
                writer.write(held[table])
        design.writerow([g + 1, group, "-", name, 1, 1])
        names.add(file)
    arrange(folder, TABLES, names)
    tidy(folder)
    record_of(folder).write(DESIGN, content.getvalue())


def _hash(table: pa.Table) -> str:
    """A text that distinguishes the rows of a table from all others."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return hashlib.blake2b(sink.getvalue(), digest_size=8).hexdigest()
