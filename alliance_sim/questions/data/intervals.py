"""Intervals where resampling gives none: shares of 0 and 100 %, and groups of very few clients.

Where all or none of the clients are counted, every resample says the same, and the bootstrap has no interval. Such a
share has that of Wilson (1927), for the effective number of clients: clients / (1 + (m - 1) r), with m clients of each
therapist (Kish, 1965).
"""

import math
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Rows, Words
from alliance_sim.estimands.detection import reliable_drops
from alliance_sim.estimands.estimated import Estimated
from alliance_sim.estimands.observed import EVERY, TOGETHER, MatrixEstimand
from alliance_sim.estimands.resampling import NOT_BY_CLIENTS
from alliance_sim.estimands.seen import known, part, ratings, values
from alliance_sim.estimates.found import records
from alliance_sim.questions.data.reading.clinic import FEWEST_CLIENTS, Clinic
from alliance_sim.stats.intervals import wilson

THERAPISTS_SHARE = 0.05
"""Therapists' share of the variance (0-1) that shares of 0 and 100 % cannot show: 5 %, as of outcomes (Baldwin & Imel,
2013)."""


def with_wilson(own: Estimated, clinic: Clinic, dependability: float) -> Estimated:
    """The estimates with Wilson's intervals at 0 and 100 %, and without intervals of groups of too few clients.

    `dependability` of one client rating (0-1).
    """
    groups = clinic.groups
    estimates, courses = own.estimates.copy(), own.courses.copy()
    for g, group in enumerate(groups):
        rows = (estimates["arm"] == group) & (estimates["kind"] == "level")
        for k, row in _at_an_end(estimates[rows & ~estimates["estimate"].isin(NOT_BY_CLIENTS)]):
            people = _counted(clinic, g, str(row["estimate"]), dependability)
            _give(estimates, k, _wilson(float(row["value"]), clinic, own, people))
        staying = courses[(courses["arm"] == group) & (courses["quantity"] == "staying") & (courses["week"] > 0)]
        staying = staying.assign(unit="%")  # before the first session everybody is there, which is no finding
        for k, row in _at_an_end(staying):
            _give(courses, k, _wilson(float(row["value"]), clinic, own, clinic.of(g)))
    few = [name for g, name in enumerate(groups) if len(clinic.of(g)) < FEWEST_CLIENTS]
    unsure = estimates["arm"].isin(few) | estimates["baseline"].isin(few)
    estimates.loc[unsure, ["low", "high", "se"]] = math.nan
    courses.loc[courses["arm"].isin(few), ["low", "high"]] = math.nan
    return own._replace(estimates=estimates, courses=courses)


def _at_an_end(table: pd.DataFrame) -> list[tuple[int, dict[str, Any]]]:
    """Shares of 0 or 100 % without interval, with their number in the index."""
    share = table["unit"].str.startswith("%") & table["value"].isin([0.0, 100.0])
    rows = table[share & table["low"].isna()]
    return list(zip(rows.index.astype(int).tolist(), records(rows), strict=True))


def _give(table: pd.DataFrame, k: int, ends: tuple[float, float]) -> None:
    """Write an interval into a row."""
    for name, end in zip(("low", "high"), ends, strict=True):
        table.loc[k, name] = end


def _wilson(value: float, clinic: Clinic, own: Estimated, people: Rows) -> tuple[float, float]:
    """The interval of a share in % among some client rows."""
    low, high = wilson(value / 100.0, _effective(clinic, people, own.units.by == "therapists"))
    return 100.0 * low, 100.0 * high


def _effective(clinic: Clinic, people: Rows, by_therapists: bool) -> float:
    """The effective number of clients; all of them where therapists are not drawn."""
    if not by_therapists or len(people) == 0:
        return float(len(people))
    sizes = np.unique(values(clinic.seen.clients, "therapist")[people], return_counts=True)[1]
    each = float((sizes * sizes).sum() / sizes.sum())
    return len(people) / (1.0 + (each - 1.0) * THERAPISTS_SHARE)


def _counted(clinic: Clinic, g: int, name: str, dependability: float) -> Rows:
    """The client rows of a group that an estimate counts; of sessions, the clients who had one that counts."""
    own = clinic.of(g)
    seen, each = part(clinic.seen, own), EVERY[name]
    if isinstance(each, MatrixEstimand):
        matrix = ratings(seen, clinic.planned)
        twice = np.flatnonzero(np.isfinite(matrix).sum(axis=1) > 1)
        if name == "drops_recovered_pct":
            twice = twice[reliable_drops(matrix[twice], dependability).dropped]
        return own[twice]
    sessions = each.table == "sessions"
    columns = seen.sessions if sessions else seen.clients
    there = np.ones(len(values(columns, "client")), bool)
    for column in each.columns:
        if isinstance(columns[column], Words) or column in TOGETHER.get(name, ()):
            there &= known(columns[column])
    if sessions and name != "attendance_pct":
        there &= values(columns, "attended") == 1.0
    labels = values(seen.clients, "client")
    return own[np.isin(labels, values(columns, "client")[there])]
