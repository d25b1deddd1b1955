"""The estimates of a clinic with intervals, also where resampling gives none: shares of 0 and 100 %.

Where all or none of the clients are counted, every resample says the same, and the bootstrap has no interval. Such a
share has that of Wilson (1927), for the effective number of clients: clients / (1 + (m - 1) r), with m clients of each
therapist (Kish, 1965). Groups of very few clients have no intervals at all.
"""

import math

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Rows, Words
from alliance_sim.estimands.detection import reliable_drops
from alliance_sim.estimands.estimated import Estimated, estimated
from alliance_sim.estimands.observed import EVERY, TOGETHER, MatrixEstimand
from alliance_sim.estimands.resampling import NOT_BY_CLIENTS
from alliance_sim.estimands.seen import known, part, ratings, values
from alliance_sim.experiment.kept import Advance
from alliance_sim.law.rating import SymptomScale
from alliance_sim.questions.data.reading.clinic import FEWEST_CLIENTS, ClinicData
from alliance_sim.questions.data.tallies import IN_POINTS
from alliance_sim.stats.intervals import wilson

THERAPISTS_SHARE = 0.05
"""Therapists' share of the variance (0-1) that shares of 0 and 100 % cannot show: 5 %, as of outcomes (Baldwin & Imel,
2013)."""


def estimates_of(
    clinic: ClinicData, resamples: int, seed: int, dependability: float, advance: Advance = lambda _: None
) -> Estimated:
    """The estimates of a clinic with intervals, in each of its groups; `dependability` of one client rating (0-1)."""
    own = estimated(
        clinic.seen, clinic.group, clinic.groups, clinic.planned,
        resamples=resamples, seed=seed, dependability=dependability, advance=advance,
    )  # fmt: skip
    estimates, courses = own.estimates.copy(), own.courses.copy()
    by_therapists = own.units.by == "therapists"
    for g, group in enumerate(clinic.groups):
        level = (estimates["arm"] == group) & (estimates["kind"] == "level") & estimates["unit"].str.startswith("%")
        for k, value in _at_an_end(estimates, level & ~estimates["estimate"].isin(NOT_BY_CLIENTS)):
            people = _counted(clinic, g, str(estimates["estimate"][k]), dependability)
            estimates.loc[[k], ["low", "high"]] = _wilson(value, clinic, people, by_therapists)
        # before the first session everybody is there, which is no finding
        staying = (courses["arm"] == group) & (courses["quantity"] == "staying") & (courses["week"] > 0)
        for k, value in _at_an_end(courses, staying):
            courses.loc[[k], ["low", "high"]] = _wilson(value, clinic, clinic.of(g), by_therapists)
    few = [name for g, name in enumerate(clinic.groups) if len(clinic.of(g)) < FEWEST_CLIENTS]
    estimates.loc[estimates["arm"].isin(few) | estimates["baseline"].isin(few), ["low", "high", "se"]] = math.nan
    courses.loc[courses["arm"].isin(few), ["low", "high"]] = math.nan
    if clinic.turned is not None:
        _in_own_points(estimates, courses, clinic.turned)
    return own._replace(estimates=estimates, courses=courses)


def _at_an_end(table: pd.DataFrame, rows: "pd.Series[bool]") -> list[tuple[int, float]]:
    """Which of some rows are shares of 0 or 100 % without interval, and which share."""
    ends = table["value"][rows & table["value"].isin([0.0, 100.0]) & table["low"].isna()]
    return list(zip(ends.index.astype(int).tolist(), ends.tolist(), strict=True))


def _wilson(value: float, clinic: ClinicData, people: Rows, by_therapists: bool) -> list[float]:
    """The interval of a share in % among some client rows, for their effective number where therapists are drawn."""
    effective = float(len(people))
    if by_therapists and len(people):
        sizes = np.unique(values(clinic.seen.clients, "therapist")[people], return_counts=True)[1]
        each = float((sizes * sizes).sum() / sizes.sum())
        effective = len(people) / (1.0 + (each - 1.0) * THERAPISTS_SHARE)
    return [100.0 * end for end in wilson(value / 100.0, effective)]


def _counted(clinic: ClinicData, g: int, name: str, dependability: float) -> Rows:
    """The client rows of a group that an estimate counts; of sessions, the clients who had one that counts."""
    own = clinic.of(g)
    seen, each = part(clinic.seen, own), EVERY[name]
    if isinstance(each, MatrixEstimand):
        matrix = ratings(seen, clinic.planned)
        twice = np.flatnonzero(np.isfinite(matrix).sum(axis=1) > 1)
        if name == "drops_recovered_pct":
            twice = twice[reliable_drops(matrix[twice], dependability).dropped]
        return own[twice]
    columns = seen.sessions if each.table == "sessions" else seen.clients
    there = np.ones(len(values(columns, "client")), bool)
    for column in each.columns:
        if isinstance(columns[column], Words) or column in TOGETHER.get(name, ()):
            there &= known(columns[column])
    if each.table == "sessions" and name != "attendance_pct":
        there &= values(columns, "attended") == 1.0
    return own[np.isin(values(seen.clients, "client"), values(columns, "client")[there])]


def _in_own_points(estimates: pd.DataFrame, courses: pd.DataFrame, scale: SymptomScale) -> None:
    """Turn estimates that were made of scores turned round back into the points of the scale as it is."""
    points, level = estimates["estimate"].isin(IN_POINTS), estimates["kind"] == "level"
    estimates.loc[points, "meaning"] += "; on this scale higher is better"
    ends = scale.low + scale.high
    of_courses = courses["quantity"] == "symptoms"
    for table, rows, total in (
        (estimates, points & level, ends),
        (estimates, points & ~level, 0.0),
        (courses, of_courses, ends),
    ):
        table.loc[rows, ["value", "low", "high"]] = total - table.loc[rows, ["value", "high", "low"]].to_numpy()
