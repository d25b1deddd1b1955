"""Measuring a simulation: every estimand in every replicate of a block of rows in memory."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from alliance_sim.estimands.aligned import ALIGNED_COLUMNS
from alliance_sim.estimands.catalogue import ALL, BY_NAME, ESTIMANDS, TWIN_ESTIMANDS
from alliance_sim.estimands.clinics import Clinics, Rows, among
from alliance_sim.estimands.null_twin import CURVE, curve
from alliance_sim.stats.linear import Floats

if TYPE_CHECKING:
    import pyarrow as pa

Tables: TypeAlias = "tuple[pa.Table, pa.Table | None]"
"""Client rows and session rows (None where there are none) of the same replicates."""

NAMES = tuple(each.name for each in ALL)
"""Every estimate, in the order in which tables show them."""

TWIN_NAMES = tuple(each.name for each in TWIN_ESTIMANDS)
"""Estimates that compare an arm's clients with their twins in the baseline arm."""


def needs_sessions(name: str) -> bool:
    """Whether an estimate is measured on session rows, its own or those of the null twin."""
    return BY_NAME[name].table != "clients"


def measure(clients: "pa.Table", sessions: "pa.Table | None") -> dict[str, Floats]:
    """Every estimand in every replicate of a block: `replicate`, then name -> number in each, nan where not defined.

    Replicates are those of the client rows. Estimands of the session table are left out where it is None.
    """
    people = _clinics(clients, [each.columns for each in ESTIMANDS if each.table == "clients"])
    found: dict[str, Floats] = {"replicate": people.numbers.astype(np.float64)}
    rows = None
    if sessions is not None:
        rows = _clinics(sessions, [each.columns for each in ESTIMANDS if each.table == "sessions"])
    for each in ESTIMANDS:
        if each.table == "clients":
            found[each.name] = each.measure(people)
        elif rows is not None and each.table == "sessions":
            found[each.name] = among(people.numbers, rows.numbers, each.measure(rows) if len(rows) else None)
    return found


def measure_null(replicates: Floats, null: "pa.Table | None") -> dict[str, Floats]:
    """Every estimand of the null twin (see `null_twin`) in every replicate, and its course around ruptures.

    null: session rows of the null twin, with the columns of `null_twin.NEEDED`; None where there is no such twin. What
    it does not define is nan.
    """
    numbers = replicates.astype(np.int64)
    wanted = [each for each in ESTIMANDS if each.table == "null"]
    if null is None or null.num_rows == 0:
        return dict.fromkeys((*(each.name for each in wanted), *CURVE.values()), np.full(len(numbers), np.nan))
    rows = _clinics(null, [ALIGNED_COLUMNS])
    found = {each.name: each.measure(rows) for each in wanted} | curve(rows)
    return {name: among(numbers, rows.numbers, values) for name, values in found.items()}


def measure_twins(own: Tables, baseline: Tables) -> dict[str, Floats]:
    """Every estimand of twins in every replicate of an arm's client rows, nan where not defined.

    Replicates that one of the two does not have are not defined. Estimands of the session table are left out where
    one of the two has none.
    """
    found = {}
    numbers = _numbers(own[0])
    for table, here, there in (("clients", own[0], baseline[0]), ("sessions", own[1], baseline[1])):
        wanted = [each for each in TWIN_ESTIMANDS if each.table == table]
        if here is None or there is None:
            continue
        left, right = (_clinics(side, [each.columns for each in wanted]) for side in (here, there))
        both = np.intersect1d(left.numbers, right.numbers)
        left, right = left.of(both), right.of(both)
        for each in wanted:
            found[each.name] = among(numbers, both, each.measure(left, right) if len(both) else None)
    return {name: found[name] for name in TWIN_NAMES if name in found}


def undefined_twins(with_sessions: bool, replicates: int) -> dict[str, Floats]:
    """What `measure_twins` gives for clients who are compared with nobody, as those of the baseline: nan everywhere."""
    names = (each.name for each in TWIN_ESTIMANDS if with_sessions or each.table == "clients")
    return {name: np.full(replicates, np.nan) for name in names}


def _clinics(table: "pa.Table", columns: Iterable[Iterable[str]]) -> Clinics:
    """The columns that some estimands read, and the replicate."""
    wanted = dict.fromkeys(["replicate", *(name for names in columns for name in names)])
    return Clinics.from_arrow(table.select([name for name in wanted if name in table.column_names]))


def _numbers(table: "pa.Table") -> Rows:
    return np.unique(table["replicate"].to_numpy()).astype(np.int64)
