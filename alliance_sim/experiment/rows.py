"""The rows of a simulated block for measuring: the columns of its tables, each made when it is asked for.

A question measures a few columns of runs that it does not keep; to build whole tables of them takes longer than to
simulate.
"""

from collections.abc import Callable
from enum import IntEnum
from functools import partial

import numpy as np
from numpy.typing import NDArray

from alliance_sim.engine.block import Block
from alliance_sim.estimands.clinics import Clinics, Column, Words
from alliance_sim.experiment.tables import CHANGE, COUNTS, FLAGS, WORDS, client_ids, reliable_change
from alliance_sim.law.rating import SymptomScale
from alliance_sim.law.state import Events, Left, Levels
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.scenario.scenario import Scenario

IDS = ("replicate", "therapist", "client")


def client_rows(scenario: Scenario, block: Block, replicates: range) -> Clinics:
    """The client rows of a block, as in the client table but for the columns of the design."""
    columns = dict(zip(IDS, client_ids(scenario.clinic, replicates), strict=True))
    made = {name: partial(_of_clients, block, k) for k, name in enumerate(CLIENT_COLUMNS)}
    scale = scenario.world.scale
    changes: dict[str, Callable[[], Column]] = {
        "reliable_change": partial(_changed, block, scale),
        "recovered": partial(_recovered, block, scale),
    }
    return Clinics({**columns, **made, **changes})


def _of_clients(block: Block, k: int) -> Column:
    values, name = block.clients[:, k], CLIENT_COLUMNS[k]
    if name == "left":
        return _words(values, Left)
    return values.astype(np.int16) if name in COUNTS else values.copy()


def _scores(block: Block) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    intake, end = (block.clients[:, CLIENT_COLUMNS.index(f"symptoms_{when}")] for when in ("intake", "end"))
    return intake, end


def _changed(block: Block, scale: SymptomScale) -> Words:
    return Words(reliable_change(scale, *_scores(block))[0].astype(np.int8), list(CHANGE))


def _recovered(block: Block, scale: SymptomScale) -> NDArray[np.bool_]:
    return np.asarray(reliable_change(scale, *_scores(block))[1])


def session_rows(block: Block) -> Clinics:
    """The session rows of a block, as in the session table but for the columns of the design; none if not kept."""
    if not block.sessions:
        return Clinics({"replicate": np.empty(0, np.int32)})
    columns = {name: partial(_joined, block, "ids", k) for k, name in enumerate(IDS)}
    columns |= {name: partial(_joined, block, "levels", k) for k, name in enumerate(Levels._fields)}
    events = {name: partial(_event, block, k) for k, name in enumerate(Events._fields)}
    return Clinics({**columns, **events})


def _joined(block: Block, kind: str, k: int) -> NDArray[np.generic]:
    return np.concatenate([getattr(part, kind)[k] for part in block.sessions])


def _event(block: Block, k: int) -> Column:
    codes, name = _joined(block, "events", k), Events._fields[k]
    if name in WORDS:
        return _words(codes, WORDS[name])
    return codes == 1 if name in FLAGS else codes


def _words(codes: NDArray[np.generic], kind: type[IntEnum]) -> Words:
    return Words(codes.astype(np.int8), [member.name.lower() for member in kind])
