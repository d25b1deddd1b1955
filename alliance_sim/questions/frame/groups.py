"""Playing worlds and measuring estimates among clients of each profile, without keeping a row."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.engine.block import Buffers
from alliance_sim.estimands import profiles as grouping
from alliance_sim.estimands.clinics import Clinics, Flags
from alliance_sim.estimands.measuring import needs_sessions
from alliance_sim.estimands.profiles import Profile
from alliance_sim.experiment.players import player_for
from alliance_sim.experiment.tables import tables
from alliance_sim.questions.frame.run import Simulated
from alliance_sim.scenario.scenario import DesignPoint

PIECE_WEEKS = 400_000
"""Client-weeks of one piece of work: a fraction of a second."""


def ranges(points: Sequence[DesignPoint], replicates: range) -> Iterator[range]:
    """Consecutive replicates in pieces, whatever the number of workers."""
    clinic = points[0].scenario.clinic
    size = max(1, PIECE_WEEKS // (clinic.therapists * clinic.caseload * clinic.weeks * len(points)))
    for first in range(replicates.start, replicates.stop, size):
        yield range(first, min(first + size, replicates.stop))


def by_profile(profiles: tuple[Profile, ...], names: tuple[str, ...], arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """Estimates of everyone, of each profile and of all others, in every replicate and arm: for `run_settings`.

    Who belongs to a profile is decided once, by the first arm: they are the same people in all. Columns arm, then those
    of `profiles.by_group`, in order of replicate, group and arm.
    """
    inside: dict[str, Flags] = {}
    found = []
    for arm, simulated in arms.items():
        inside = inside or grouping.groups(simulated.clients, profiles)
        rows = grouping.by_group(simulated.clients, simulated.sessions, inside, names)
        rows.insert(0, "arm", arm)
        found.append(rows)
    return _in_order(pd.concat(found, ignore_index=True))


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    order = {name: k for k, name in enumerate(dict.fromkeys([*rows["arm"], *rows["group"]]))}
    keys = [rows["replicate"], rows["group"].map(order), rows["arm"].map(order)]
    return rows.iloc[np.lexsort(keys)].reset_index(drop=True)


class Survey(NamedTuple):
    """What is measured of whom, and under which seed."""

    seed: int
    home: Path  # of the config: where policies of the user's own lie
    profiles: tuple[Profile, ...]
    names: tuple[str, ...]  # of estimates


def measure_groups(
    points: tuple[DesignPoint, ...], replicates: range, survey: Survey, threads: int = 1
) -> pd.DataFrame:
    """Estimates of everyone, of each profile and of all others, in every replicate of some arms of one setting.

    Who belongs to a profile is decided once, by the first arm: they are the same people in all. Columns arm, then those
    of `profiles.by_group`. The rows do not depend on the number of threads.
    """
    first, last = replicates.start, replicates.stop
    step = -(-len(replicates) // threads)
    parts = [range(start, min(start + step, last)) for start in range(first, last, step)]
    with ThreadPoolExecutor(threads) as pool:
        rows = pd.concat(pool.map(lambda part: _measured(points, part, survey), parts), ignore_index=True)
    return _in_order(rows)


def _measured(points: tuple[DesignPoint, ...], replicates: range, survey: Survey) -> pd.DataFrame:
    """The rows of some replicates, arm by arm."""
    keep = any(needs_sessions(name) for name in survey.names)
    inside: dict[str, Flags] = {}
    buffers = Buffers()
    found = []
    for point in points:
        player, _ = player_for(point.scenario.policy_function, survey.home)
        block = player(point.scenario, survey.seed, replicates, keep, buffers)
        sessions, clients = tables(point, block, replicates)
        people = Clinics.from_arrow(clients)
        inside = inside or grouping.groups(people, survey.profiles)
        seen = Clinics.from_arrow(sessions) if sessions is not None else None
        rows = grouping.by_group(people, seen, inside, survey.names)
        rows.insert(0, "arm", point.arm)
        found.append(rows)
    return pd.concat(found, ignore_index=True)
