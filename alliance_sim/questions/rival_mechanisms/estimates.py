"""The estimates: how near each rival comes, which pairs can be distinguished, and what each predicts of new studies.

Keys: `about`; `rival`, or a pair `rival` and `other`; `numbers`, the set of numbers that a literature holds (fitted,
today, new); `study`. What every rival says of every finding is findings.csv; how far every pair is apart in every
number is separations.csv.
"""

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimates.long import Estimates, Keyed
from alliance_sim.evidence.agreement import SimulatedNumber, compared_findings, group_of, judged
from alliance_sim.evidence.calibration.targets import is_correlation, on_scale, standard_error
from alliance_sim.evidence.findings import Finding
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.rival_mechanisms.numbers import SETS, Number, Predictions, drawn, numbers, usable, words_of
from alliance_sim.questions.rival_mechanisms.run import Rows
from alliance_sim.questions.rival_mechanisms.section import SPLITS
from alliance_sim.stats.discrimination import (
    Confusion,
    confusion,
    log_density_by_draws,
    separation,
    separation_error,
    share_right,
)
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import NORMAL_95
from alliance_sim.stats.montecarlo import summarise


def estimate(question: Question, rows: Rows) -> Tables:
    """All estimates, the findings under every rival, and how far every pair is apart in every number."""
    section = question.section
    wanted = numbers()
    found = drawn(rows.found, wanted)
    agreed = agreement(rows.found)
    parts = [
        *distances(found, wanted),
        *_findings_met(agreed),
        *_chains(rows.fits),
        *_traced(found, wanted, section.literatures, section.seed),
        *pairs(found, wanted, section.literatures, section.seed),
        *_predictions(found, wanted),
    ]
    return Tables(Estimates.of(parts), {"findings": agreed, "separations": separations(found, wanted)})


def agreement(rows: pd.DataFrame) -> pd.DataFrame:
    """A row a published number and rival: simulated mean, interval of studies of its size, and whether it agrees.

    z: how far the simulated mean is from the published number, in published standard errors.
    """
    made = []
    for rival, own in rows[rows["kind"] == "finding"].groupby("rival", sort=False):
        for finding in filter(group_of, compared_findings()):
            for part in range(len(finding.parts)):
                mine = own[(own["id"] == finding.id) & (own["part"] == part)].sort_values("draw")
                field, study = (mine[name].to_numpy(np.float64) for name in ("field", "study"))
                one = judged(finding, part, SimulatedNumber(field, study, np.full(len(field), np.nan)))
                key = {"rival": rival, "id": finding.id, "part": part + 1, "tier": finding.tier}
                key |= {"words": words_of(finding.id, part), "published": one.published.value}
                simulated = {"simulated": one.simulated, "low": one.low, "high": one.high, "mcse": one.error}
                z = _off(finding, part, one.simulated, one.published.value)
                made.append({**key, **simulated, "agrees": one.agrees, "z": z})
    return pd.DataFrame(made)


def _off(finding: Finding, part: int, simulated: float, wanted: float) -> float:
    """How many published errors a simulated number is above the published one; nan where no number was published."""
    if finding.statistic == "null" or not (math.isfinite(simulated) and math.isfinite(wanted)):
        return math.nan
    fisher = is_correlation(finding)
    try:
        error, _ = standard_error(finding, part, fisher)
    except ValueError:  # neither an interval nor a sample was published
        return math.nan
    return (on_scale(fisher, simulated) - on_scale(fisher, wanted)) / error


def distances(found: Sequence[Predictions], wanted: Sequence[Number]) -> Keyed:
    """How near each rival comes: distance to what was fitted, density of what was held out.

    `distance`: mean over draws of the mean squared distance of the fitted numbers, in published standard errors (1:
    what the truth itself would have, with nothing fitted). `density`: joint log predictive density of the held-out
    numbers with a published interval.
    """
    fitted = [k for k, n in enumerate(wanted) if n.group == "fitted"]
    held = [k for k, n in enumerate(wanted) if n.group == "held out"]
    value, error = (np.array([getattr(n, name) for n in wanted]) for name in ("value", "error"))
    for rival, draws in found:
        z = (draws[:, fitted] - value[fitted]) / error[fitted]
        near = summarise((z * z).mean(axis=1))
        yield {"about": "distance", "rival": rival}, Estimate(near.value, near.low, near.high, near.mcse)
        middle = Estimate(near.value, near.spread_low, near.spread_high)
        yield {"about": "middle 95 % of draws", "rival": rival}, middle
        density, mcse = log_density_by_draws(value[held], draws[:, held], error[held])
        yield {"about": "density", "rival": rival}, _normal(density, mcse)
        yield {"about": "fitted numbers", "rival": rival}, Estimate(len(fitted))


def _normal(value: float, error: float, unit: str = "") -> Estimate:
    return Estimate(value, value - NORMAL_95 * error, value + NORMAL_95 * error, error, unit)


def _findings_met(agreed: pd.DataFrame) -> Keyed:
    """How many findings of a tier each rival meets, of how many; a finding is met when all of its parts are."""
    for (rival, tier), own in agreed.groupby(["rival", "tier"], sort=False):
        met = own.groupby("id")["agrees"].all()
        yield {"about": "findings met", "rival": rival, "tier": tier}, Estimate(float(met.sum()))
        yield {"about": "findings", "rival": rival, "tier": tier}, Estimate(float(len(met)))


def _chains(fits: pd.DataFrame) -> Keyed:
    """How many parameters each fit has free, and how well its chains have mixed."""
    names = {"free": "free parameters", "largest_r_hat": "largest R-hat", "fewest_draws": "fewest effective draws"}
    for row in fits.to_dict("records"):
        for column, name in names.items():
            yield {"about": name, "rival": row["rival"]}, Estimate(float(row[column]))


def separations(found: Sequence[Predictions], wanted: Sequence[Number]) -> pd.DataFrame:
    """How far every pair of rivals is apart in every number: columns one, other, key, group, words, d, right, least.

    d: distance of the two predicted means in units of their SD, published error included; right: how often the number
    alone points to the right one of the two (0-1); least: the same for d less two of its errors.
    """
    rows = []
    for one, other in combinations(found, 2):
        for k, number in enumerate(wanted):
            d = separation(one.table[:, k], other.table[:, k], number.error)
            least = d - 2.0 * separation_error(d, min(len(one.table), len(other.table)))
            known = bool(np.isfinite(d))
            key = {"one": one.rival, "other": other.rival, "key": number.key, "group": number.group}
            shares = {"right": share_right(d) if known else np.nan, "least": share_right(least) if known else np.nan}
            rows.append({**key, "words": number.words, "d": d, **shares})
    return pd.DataFrame(rows)


def _confused(
    rivals: Sequence[Predictions], wanted: Sequence[Number], columns: list[int], literatures: int, seed: int
) -> Confusion:
    """How often literatures that hold some of the numbers are traced back to each of some rivals."""
    error = np.array([wanted[k].error for k in columns])
    return confusion([rival.table[:, columns] for rival in rivals], error, literatures, SPLITS, seed)


def _traced(found: Sequence[Predictions], wanted: Sequence[Number], literatures: int, seed: int) -> Keyed:
    """How often literatures of each rival are traced back to each, for every set of numbers."""
    for name, groups in SETS.items():
        traced = _confused(found, wanted, usable(found, wanted, groups), literatures, seed)
        key: dict[str, Any] = {"about": "traced to the right one", "numbers": name}
        yield {**key, "rival": "all"}, _normal(100.0 * traced.right, 100.0 * traced.error, "%")
        yield {"about": "literatures", "numbers": name}, Estimate(float(traced.literatures))
        for k, truth in enumerate(found):
            share = _normal(100.0 * float(traced.shares[k, k]), 100.0 * float(traced.errors[k]), "%")
            yield {**key, "rival": truth.rival}, share
            for verdict, value in zip(found, traced.shares[k].tolist(), strict=True):
                way = {"about": "traced to", "numbers": name, "rival": truth.rival, "other": verdict.rival}
                yield way, Estimate(100.0 * value, unit="%")


def pairs(found: Sequence[Predictions], wanted: Sequence[Number], literatures: int, seed: int) -> Keyed:
    """For each pair, how often a literature of one of the two is traced to the right one."""
    columns = {name: usable(found, wanted, SETS[name]) for name in ("today", "new")}
    for one, other in combinations(found, 2):
        for name, own in columns.items():
            both = _confused((one, other), wanted, own, literatures, seed)
            key = {"about": "right one of two", "numbers": name, "rival": one.rival, "other": other.rival}
            yield key, _normal(100.0 * both.right, 100.0 * both.error, "%")


def _predictions(found: Sequence[Predictions], wanted: Sequence[Number]) -> Keyed:
    """What every rival predicts of every proposed study: mean and middle 95 % of studies of its size."""
    for k, each in enumerate(wanted):
        for rival, values in found if each.group == "proposed" else ():
            own = values[np.isfinite(values[:, k]), k]
            low, high = np.quantile(own, [0.025, 0.975]) if len(own) else (np.nan, np.nan)
            error = float(own.std(ddof=1) / np.sqrt(len(own))) if len(own) > 1 else math.nan
            mean = float(own.mean()) if len(own) else math.nan
            yield {"about": "prediction", "rival": rival, "study": each.id}, Estimate(mean, low, high, error)
