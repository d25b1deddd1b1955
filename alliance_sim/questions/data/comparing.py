"""Simulated clinics measured as the clinic of the data is, and where that one stands among them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.courses import courses
from alliance_sim.estimands.observed import EVERY, measure_seen
from alliance_sim.estimands.seen import number_of, part, values
from alliance_sim.estimands.standing import ClinicStanding, Placed, Together, standing, together
from alliance_sim.estimates.found import Found, found, records
from alliance_sim.experiment.kept import Stage, key_of
from alliance_sim.questions.data.direction import AT, label_of, measured_in_own_points
from alliance_sim.questions.data.imitating import Look, imitated
from alliance_sim.questions.data.sureness import FEWEST_CLIENTS
from alliance_sim.questions.data.worlds import world_of
from alliance_sim.questions.frame.run import Simulated, run_experiment
from alliance_sim.scenario import Experiment

COURSE = ["group", "world", "quantity", "week", "value", "low", "high"]

COMPLEMENTS = {"completion_pct"}
"""Estimates that say the same as another one with the sign turned; they are not counted twice."""


class Compared(NamedTuple):
    """A clinic beside its worlds.

    `standings`: a row a group, world and estimate. `together`: by (group, world), all estimates at once. `courses`: a
    row a group, world, quantity and session, with the mean and the middle 95 % of simulated clinics.
    """

    standings: pd.DataFrame
    together: Mapping[tuple[str, str], Together]
    courses: pd.DataFrame


def measure_worlds(
    look: Look, groups: tuple[str, ...], dependability: float, arms: Mapping[str, Simulated]
) -> pd.DataFrame:
    """Every estimate and course of each group in simulated clinics: a row a replicate, world and group."""
    frames = []
    for played in arms.values():
        seen = imitated(played, look)
        group = look.group[values(seen.clients, "client").astype(np.int64) - 1]
        for g, name in enumerate(groups):
            own = seen if len(groups) == 1 else part(seen, np.flatnonzero(group == g))
            columns: dict[str, Any] = dict(measure_seen(own, look.weeks, dependability))
            columns |= {f"{quantity}{AT}{week}": v for (quantity, week), v in courses(own, look.weeks).items()}
            if look.scale is not None and look.higher_is_better:
                columns = dict(measured_in_own_points(columns, look.scale))
            labels = {"replicate": np.unique(number_of(own.clients)), "world": world_of(played.point), "group": name}
            frames.append(pd.DataFrame({**labels, **columns}))
    return pd.concat(frames, ignore_index=True)


def play_worlds(
    experiment: Experiment,
    look: Look,
    groups: tuple[str, ...],
    dependability: float,
    folder: Path,
    workers: int,
    stage: Stage,
) -> pd.DataFrame:
    """The rows of `measure_worlds` for all worlds and replicates; finished pieces are kept in the folder."""
    exact = {
        name: {key: column.tolist() for key, column in value.items()} if isinstance(value, dict) else value
        for name, value in look._asdict().items()
    }
    exact |= {name: np.asarray(exact[name]).tolist() for name in ("place", "therapist", "group", "held")}
    exact["without"] = sorted(look.without)
    about = key_of(exact, groups, dependability)
    work = partial(measure_worlds, look, groups, dependability)
    return run_experiment(experiment, work, about, folder, workers, stage, "Playing clinics like yours")


def compared(
    own: pd.DataFrame, played: pd.DataFrame, groups: Sequence[str], higher_is_better: bool = False
) -> Compared:
    """The estimates of a clinic (those of `analysis.estimated`) beside those of simulated clinics.

    Groups of too few clients have no place. Labels say so where higher is better on the scale.
    """
    rows: list[Placed] = []
    at: dict[tuple[str, str], Together] = {}
    weekly: list[dict[str, Any]] = []
    levels = own[own["kind"] == "level"]
    for world, group, simulated in _parts(played, groups):
        told = simulated.keys() - COMPLEMENTS
        mine = [
            found(row)
            for row in records(levels[levels["arm"] == group])
            if row["estimate"] in told and row["clients"] >= FEWEST_CLIENTS
        ]
        for one in mine:
            where = standing(one.value, simulated[one.estimate])
            if where is not None:
                rows.append(_placed(group, world, one, where, higher_is_better))
        at[group, world] = together({one.estimate: one.value for one in mine}, simulated)
        weekly += _course_rows(group, world, simulated)
    return Compared(pd.DataFrame(rows, columns=list(Placed._fields)), at, pd.DataFrame(weekly, columns=COURSE))


def _placed(group: str, world: str, one: Found, at: ClinicStanding, higher_is_better: bool) -> Placed:
    """A row of the standings."""
    label = label_of(one.estimate, EVERY[one.estimate].label, higher_is_better)
    return Placed(
        group, world, one.estimate, label, one.unit, one.value, one.low, one.high, at.mean, at.low,
        at.high, at.percentile, at.mcse, at.outside, at.clinics,
    )  # fmt: skip


def _parts(played: pd.DataFrame, groups: Sequence[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The numbers of each world and group, by name of their column."""
    for world in dict.fromkeys(played["world"]):
        for group in groups:
            rows = played[(played["world"] == world) & (played["group"] == group)]
            yield world, group, {name: rows[name].to_numpy(float) for name in rows if rows[name].dtype.kind == "f"}


def _course_rows(group: str, world: str, simulated: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Mean and middle 95 % of simulated clinics, for each quantity and session that at least half of them have."""
    for column, numbers in simulated.items():
        quantity, sign, week = column.partition(AT)
        if not sign or np.isfinite(numbers).mean() < 0.5:
            continue
        at = standing(float(np.nanmean(numbers)), numbers)
        low, high = (at.low, at.high) if at is not None else (math.nan, math.nan)
        yield {
            "group": group, "world": world, "quantity": quantity, "week": int(week),
            "value": float(np.nanmean(numbers)), "low": low, "high": high,
        }  # fmt: skip
