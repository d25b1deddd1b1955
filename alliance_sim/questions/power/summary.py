"""From simulated trials to what designs of trials can do: a row for each cell, compared arm and analysis."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.questions.power.people import ALIKE, ARMS, CENTRE, POSTERIOR, Design
from alliance_sim.questions.power.plan import Plan
from alliance_sim.questions.power.trials import CELL_COLUMNS
from alliance_sim.stats.arm_effect import FITTED, p_values
from alliance_sim.stats.draws import draw_of
from alliance_sim.stats.montecarlo import mcse_proportion
from alliance_sim.stats.power_curve import Counts, Curve, fit_curve, with_draws
from alliance_sim.stats.rejections import (
    UNADJUSTED,
    Adjusted,
    Rate,
    adjusted_power,
    effective_trials,
    rate_of_draws,
    significant,
    significant_of_analysed,
)

Floats = NDArray[np.float64]


def with_p(rows: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Rows of trials with the p of each."""
    columns = [rows[name].to_numpy(np.float64) for name in ("estimate", "error", "df")]
    return rows.assign(p=p_values(columns[0], columns[1], columns[2], plan.better))


def designs(rows: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """What came of each cell, arm and analysis; `rows` of trials with p.

    share: significant trials, those that could not be analysed counted as not significant; low, high: its 95 % interval
    (Wilson; over a posterior, of draws that play several trials each); mcse: its Monte-Carlo standard error, likewise;
    share_of_analysed: without those not analysed; adjusted: power at the p that keeps alpha in the same design's world
    without effect, with its 95 % interval (adjusted_low, adjusted_high), nan where that was not simulated.
    """
    keys = [*CELL_COLUMNS, "arm", "analysis"]
    found = []
    groups: dict[tuple[Any, ...], pd.DataFrame] = dict(iter(rows.groupby(keys, sort=False)))
    for key, group in groups.items():
        at = dict(zip(keys, key, strict=True))
        design = Design(int(at["therapists"]), int(at["clients"]))
        p = group["p"].to_numpy(np.float64)
        told, error = _share(group, plan) if at["parameters"] == POSTERIOR else _independent(p, plan)
        null = groups.get(tuple({**at, "world": ALIKE}.values())) if at["world"] == ARMS else None
        fair = adjusted(group, null, plan) if null is not None else UNADJUSTED
        fitted = group["status"] == FITTED
        total = group["between"] + group["within"]
        found.append(
            {
                **at,
                "all_therapists": plan.all_therapists(design),
                "all_clients": plan.all_clients(design),
                "trials": told.trials,
                "not_analysed": int((~fitted).sum()),
                "share": told.share,
                "low": told.low,
                "high": told.high,
                "mcse": error,
                "share_of_analysed": significant_of_analysed(p, plan.level.alpha).share,
                "adjusted": fair.power,
                "adjusted_low": fair.low,
                "adjusted_high": fair.high,
                "estimate": float(group["estimate"].mean()),
                "icc": float((group["between"] / total).mean()),
                "known": float(group["known"].mean()),
            }
        )
    return pd.DataFrame(found)


def adjusted(rows: pd.DataFrame, null: pd.DataFrame, plan: Plan) -> Adjusted:
    """Power of one analysis at the level that keeps its promise, from trials of a design with and without effect."""
    p, null_p = (each["p"].to_numpy(np.float64) for each in (rows, null))
    over_draws = bool((rows["parameters"] == POSTERIOR).all())
    draws = (_draws(rows, plan), _draws(null, plan)) if over_draws else None
    return adjusted_power(p, null_p, plan.level.alpha, draws)


def _independent(p: Floats, plan: Plan) -> tuple[Rate, float]:
    """The significant share of trials that know nothing of each other, and its standard error."""
    told = significant(p, plan.level.alpha)
    return told, mcse_proportion(told.share, told.trials)


def _share(rows: pd.DataFrame, plan: Plan) -> tuple[Rate, float]:
    """The significant share of trials under draws that take turns, and its standard error."""
    told, draw = rows["p"].to_numpy(np.float64) < plan.level.alpha, _draws(rows, plan)
    found = rate_of_draws(told, draw)
    return found, mcse_proportion(found.share, round(effective_trials(told, draw)))


def _draws(rows: pd.DataFrame, plan: Plan) -> NDArray[np.int64]:
    """The draw (from 0) that each row's trial was played under."""
    return draw_of(rows["trial"].to_numpy(np.int64), plan.in_turn)


def pick(table: pd.DataFrame, **at: object) -> pd.DataFrame:
    """The rows with these values."""
    for name, value in at.items():
        table = table[table[name] == value]
    return table


def counts_of(table: pd.DataFrame) -> Counts:
    """The designs of a table of one caseload, for a curve; rows of the same design together."""
    made = table.assign(significant=(table["share"] * table["trials"]).round())
    made = made.groupby("therapists", as_index=False)[["trials", "significant"]].sum()
    return Counts(*(made[name].to_numpy(np.float64) for name in ("therapists", "trials", "significant")))


def curves(table: pd.DataFrame, plan: Plan) -> dict[tuple[str, int], Curve]:
    """Power curves of the planned analysis at the centre, by arm and clients of a therapist.

    Trials that confirm a curve have no part in it.
    """
    own = pick(table, world=ARMS, parameters=CENTRE, analysis=plan.analysis, purpose="curve")
    return {
        (str(arm), int(str(m))): fit_curve(counts_of(part), plan.level, plan.degrees)
        for (arm, m), part in own.groupby(["arm", "clients"], sort=False)
    }


def assurance_curves(trials: pd.DataFrame, plan: Plan) -> dict[tuple[str, int], Curve]:
    """Curves of assurance, by arm and clients of a therapist, from rows of trials with p.

    Nothing is searched here, so that the trials of the confirmed designs are used too. Errors are those of draws, each
    of which plays trials of every design.
    """
    own = pick(trials, world=ARMS, parameters=POSTERIOR, analysis=plan.analysis)
    own = own.assign(significant=(own["p"] < plan.level.alpha).astype(np.float64), draw=_draws(own, plan))
    found = {}
    for (arm, m), part in own.groupby(["arm", "clients"], sort=False):
        cells = part.pivot_table(
            index="draw", columns="therapists", values="significant", aggfunc=["sum", "count"], fill_value=0.0
        )
        made, count = (cells[name].to_numpy(np.float64) for name in ("sum", "count"))
        sizes = cells["sum"].columns.to_numpy(np.float64)
        counts = Counts(sizes, count.sum(axis=0), made.sum(axis=0))
        curve = fit_curve(counts, plan.level, plan.degrees, scenarios_differ=True)
        found[str(arm), int(str(m))] = with_draws(curve, sizes, count, made)
    return found
