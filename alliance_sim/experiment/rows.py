"""The rows of simulated blocks for measuring: the columns of their tables, each made when it is asked for.

A question measures a few columns of runs that it does not keep; to build whole tables of them takes longer than to
simulate.
"""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from alliance_sim.engine.block import Block
from alliance_sim.estimands.clinics import Clinics, Column, Words
from alliance_sim.experiment.columns import SESSION_COLUMNS
from alliance_sim.experiment.tables import CLIENT_TABLE, IDS, client_column, client_ids, session_column
from alliance_sim.scenario.scenario import Scenario


def client_rows(scenario: Scenario, block: Block, replicates: range) -> Clinics:
    """The client rows of a block, as in the client table but for the columns of the design."""
    ids = dict(zip(IDS, client_ids(scenario.clinic, replicates), strict=True))
    return Clinics({**ids, **{name: partial(client_column, scenario, block.clients, name) for name in CLIENT_TABLE}})


def session_rows(block: Block) -> Clinics:
    """The session rows of a block, as in the session table but for the columns of the design; none if not kept."""
    if not block.sessions:
        return Clinics({"replicate": np.empty(0, np.int32)})
    return Clinics({name: partial(_of_sessions, block, name) for name in (*IDS, *SESSION_COLUMNS)})


def _of_sessions(block: Block, name: str) -> Column:
    return joined([session_column(part, name) for part in block.sessions])


def stacked(parts: Sequence[Mapping[str, Column]]) -> Clinics:
    """Rows one below the other; none where there are no parts."""
    names = parts[0] if parts else ()
    return Clinics({"replicate": np.empty(0, np.int64), **{n: joined([part[n] for part in parts]) for n in names}})


def joined(parts: Sequence[Column]) -> Column:
    """Columns of the same kind, one below the other."""
    coded = [part for part in parts if isinstance(part, Words)]
    if coded:
        return Words(np.concatenate([part.codes for part in coded]), coded[0].names)
    return np.concatenate([part for part in parts if not isinstance(part, Words)])
