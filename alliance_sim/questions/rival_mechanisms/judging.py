"""From what studies find under every rival to verdicts: what each reproduces, and what tells which pair apart."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.evidence.agreement import Simulated, compared_findings, group_of, judged
from alliance_sim.evidence.calibration.targets import is_correlation, on_scale, standard_error, targets
from alliance_sim.evidence.findings import published
from alliance_sim.evidence.proposed import PROPOSALS
from alliance_sim.evidence.studies import STUDIES
from alliance_sim.stats.discrimination import (
    Confusion,
    confusion,
    log_density_by_draws,
    separation,
    separation_error,
    share_right,
)
from alliance_sim.stats.montecarlo import summarise

Floats = NDArray[np.float64]

ENOUGH = 0.8
"""Share of literatures traced back to the right one of two rivals from which on a pair counts as told apart."""

SPLITS = 20
"""Random halves of the draws over which literatures are traced back."""

NOT_ALONE = {"A05": "an earlier synthesis of the studies of A01"}
"""Findings that add nothing of their own to others, and why; they are shown and not counted twice."""


class Number(NamedTuple):
    """One measured or measurable number: how it is called, what was published, and with which error."""

    key: str  # finding or proposal, with the number of the part
    id: str
    part: int
    group: str  # fitted, held out, unmeasured, proposed
    words: str
    value: float  # on its scale; nan where no number was published
    error: float  # standard error on its scale; 0 where the draws are studies of the size of the study
    fisher: bool


def numbers() -> list[Number]:
    """Every number that rivals are compared by: what was fitted, what was held out, and what is proposed.

    A held-out finding of which no number was published with an error (a direction, say) is "unmeasured": a literature
    as published does not hold it. Shares that add up to one hundred carry one number less; findings of NOT_ALONE are
    left out.
    """
    fitted = [
        Number(t.key, t.finding, t.part, "fitted", _words(t.finding, t.part), t.value, t.error, t.fisher)
        for t in targets()
    ]
    held = []
    for finding in compared_findings():
        if finding.tier != "validate":
            continue
        fisher = is_correlation(finding)
        for k, part in enumerate(finding.parts):
            key, words = f"{finding.id}.{k + 1}", _words(finding.id, k)
            if finding.id in NOT_ALONE:
                continue
            if part.bounded and np.isfinite(part.value):
                error = standard_error(finding, k, fisher)[0]
                value = on_scale(fisher, part.value)
                held.append(Number(key, finding.id, k, "held out", words, value, error, fisher))
            else:
                held.append(Number(key, finding.id, k, "unmeasured", words, float("nan"), 0.0, fisher))
    proposed = [Number(p.name, p.name, 0, "proposed", p.words, float("nan"), 0.0, False) for p in PROPOSALS]
    return [*fitted, *held, *proposed]


def _words(finding: str, part: int) -> str:
    """What a number of a finding is, in words."""
    quantity = next(f.quantity for f in published() if f.id == finding)
    names = STUDIES[finding].parts
    return quantity if len(names) == 1 else f"{quantity.partition(':')[0]}: {names[part]}"


class Drawn(NamedTuple):
    """What a rival predicts: draws (draws, numbers) on the numbers' scales."""

    rival: str
    table: Floats


def drawn(rows: pd.DataFrame, wanted: Sequence[Number]) -> list[Drawn]:
    """Draws of every rival, of whole fields where a published error is added, and of single studies elsewhere."""
    found = []
    for rival, own in rows.groupby("rival", sort=False):
        columns = []
        for number in wanted:
            mine = own[(own["id"] == number.id) & (own["part"] == number.part)].sort_values("draw")
            raw = mine["field" if number.error > 0 else "study"].to_numpy(np.float64)
            columns.append(np.arctanh(np.clip(raw, -0.999, 0.999)) if number.fisher else raw)
        found.append(Drawn(str(rival), np.column_stack(columns)))
    return found


def agreement(rows: pd.DataFrame) -> pd.DataFrame:
    """A row a published number and rival: simulated mean, interval of studies of its size, and whether it agrees."""
    made = []
    for rival, own in rows[rows["kind"] == "finding"].groupby("rival", sort=False):
        for finding in filter(group_of, compared_findings()):
            for part in range(len(finding.parts)):
                mine = own[(own["id"] == finding.id) & (own["part"] == part)].sort_values("draw")
                field, study = (mine[name].to_numpy(np.float64) for name in ("field", "study"))
                one = judged(finding, part, Simulated(field, study, np.full(len(field), np.nan)))
                made.append(
                    {
                        "rival": rival, "id": finding.id, "part": part + 1, "tier": finding.tier,
                        "words": _words(finding.id, part), "published": one.published.value,
                        "simulated": one.simulated, "low": one.low, "high": one.high, "mcse": one.error,
                        "agrees": one.agrees,
                    }
                )  # fmt: skip
    return pd.DataFrame(made)


def distances(found: Sequence[Drawn], wanted: Sequence[Number], agreed: pd.DataFrame) -> pd.DataFrame:
    """How near each rival comes: findings reproduced, distance to what was fitted, density of what was held out.

    `distance`: mean over draws of the mean squared distance of the fitted numbers, in published standard errors (1:
    what the truth itself would have, with nothing fitted); with interval of the mean, MCSE, and the middle 95 % of
    draws. `density`: joint log predictive density of the held-out numbers with a published interval.
    """
    fitted = [k for k, n in enumerate(wanted) if n.group == "fitted"]
    held = [k for k, n in enumerate(wanted) if n.group == "held out"]
    value, error = (np.array([getattr(n, name) for n in wanted]) for name in ("value", "error"))
    rows = []
    for rival, draws in found:
        z = (draws[:, fitted] - value[fitted]) / error[fitted]
        near = summarise((z * z).mean(axis=1))
        density, mcse = log_density_by_draws(value[held], draws[:, held], error[held])
        met = {
            tier: _met(agreed[(agreed["rival"] == rival) & (agreed["tier"] == tier)]) for tier in ("fit", "validate")
        }
        rows.append(
            {
                "rival": rival,
                "fitted_agree": sum(met["fit"]), "fitted": len(met["fit"]),
                "held_out_agree": sum(met["validate"]), "held_out": len(met["validate"]),
                "numbers": len(fitted), "distance": near.value, "distance_low": near.low, "distance_high": near.high,
                "distance_mcse": near.mcse, "draws_low": near.spread_low, "draws_high": near.spread_high,
                "density": density, "density_mcse": mcse,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _met(agreed: pd.DataFrame) -> list[bool]:
    """Whether each finding agrees: when all of its parts do."""
    return [bool(parts["agrees"].all()) for _, parts in agreed.groupby("id")]


def separations(found: Sequence[Drawn], wanted: Sequence[Number]) -> pd.DataFrame:
    """How far every pair of rivals is apart in every number: columns one, other, key, group, words, d, right, told.

    `told`: whether the number alone would point to the right one in a share of at least ENOUGH, d' less two of its
    errors.
    """
    rows = []
    for one, other in combinations(found, 2):
        for k, number in enumerate(wanted):
            d = separation(one.table[:, k], other.table[:, k], number.error)
            least = d - 2.0 * separation_error(d, min(len(one.table), len(other.table)))
            rows.append(
                {
                    "one": one.rival, "other": other.rival, "key": number.key, "group": number.group,
                    "words": number.words, "d": d, "right": share_right(d) if np.isfinite(d) else np.nan,
                    "told": bool(np.isfinite(d) and share_right(least) >= ENOUGH),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


SETS: Mapping[str, tuple[str, ...]] = {
    "fitted": ("fitted",),
    "today": ("fitted", "held out"),
    "new": ("fitted", "held out", "proposed"),
}
"""Sets of numbers that literatures consist of: what was fitted; all that is published with an error; and all proposed
studies too."""


def usable(found: Sequence[Drawn], wanted: Sequence[Number], groups: Sequence[str]) -> list[int]:
    """Numbers of some groups that every rival predicts."""
    return [
        k
        for k, number in enumerate(wanted)
        if number.group in groups and all(np.isfinite(d.table[:, k]).mean() > 0.9 for d in found)
    ]


def traced(found: Sequence[Drawn], wanted: Sequence[Number], literatures: int, seed: int) -> dict[str, Confusion]:
    """How often literatures of each rival are traced back to each, for every set of numbers."""
    return {
        name: _told_apart(found, wanted, usable(found, wanted, groups), literatures, seed)
        for name, groups in SETS.items()
    }


def _told_apart(
    rivals: Sequence[Drawn], wanted: Sequence[Number], columns: list[int], literatures: int, seed: int
) -> Confusion:
    """How often literatures that hold some of the numbers are traced back to each of some rivals."""
    error = np.array([wanted[k].error for k in columns])
    return confusion([rival.table[:, columns] for rival in rivals], error, literatures, SPLITS, seed)


def pairs(
    found: Sequence[Drawn], wanted: Sequence[Number], apart: pd.DataFrame, literatures: int, seed: int
) -> pd.DataFrame:
    """A row a pair of rivals: how often a literature is traced to the right one of the two, by today's numbers and with
    the proposed studies, whether that tells them apart, and the published number and the proposed study that do it
    best.

    A pair is told apart when the share, less two of its standard errors, is at least ENOUGH.
    """
    rows = []
    columns = {name: usable(found, wanted, SETS[name]) for name in ("today", "new")}
    for one, other in combinations(found, 2):
        row: dict[str, object] = {"one": one.rival, "other": other.rival}
        for name, own_columns in columns.items():
            both = _told_apart((one, other), wanted, own_columns, literatures, seed)
            told = both.right - 2.0 * both.error >= ENOUGH
            row |= {name: both.right, f"{name}_error": both.error, f"{name}_told": told}
        own = apart[(apart["one"] == one.rival) & (apart["other"] == other.rival)].dropna(subset="d")
        for name, groups in (("published", SETS["today"]), ("proposed", ("proposed",))):
            best = own[own["group"].isin(groups)].sort_values("d", ascending=False).iloc[0]
            row |= {name: best["key"], f"{name}_words": best["words"], f"{name}_d": best["d"],
                    f"{name}_right": best["right"], f"{name}_told": best["told"]}  # fmt: skip
        rows.append(row)
    return pd.DataFrame(rows)
