"""From rows of replicates to tables with errors: what is shown, and what is written beside it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.criteria import BY_NAME
from alliance_sim.estimands.null_band import SHARES
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.rupture_detection.excess import held, judged, over_null, shares_of
from alliance_sim.stats.intervals import fisher_z
from alliance_sim.stats.montecarlo import Summary, mcse_proportion, summarise
from alliance_sim.stats.pooling import correlations_of_studies

LEAST_NULL = 1.0
"""Nulls below so many percent are left out when bands are judged: a band around nothing holds nothing without merit."""

SUMMARY = ("mean", "low", "high", "mcse", "spread_low", "spread_high", "replicates")


class Settings(NamedTuple):
    """The factors of an inquiry with their levels, and the middle level of each: what is told where nothing is said."""

    levels: dict[str, list[Any]]
    middle: dict[str, Any]


def settings_of(asked: Question) -> Settings:
    """The factors, in the order of the config; the middle of an even number of levels is the later one."""
    points = asked.experiment.points
    levels = {name: list(dict.fromkeys(point.factors[name] for point in points)) for name in asked.experiment.factors}
    return Settings(levels, {name: values[len(values) // 2] for name, values in levels.items()})


def arms_of(asked: Question, ruptures: bool) -> list[str]:
    """Arms with ruptures, or those without any."""
    found = {p.arm: p.scenario.world.mechanisms.ruptures == 1 for p in asked.experiment.points}
    return [arm for arm in asked.experiment.arms if found[arm] == ruptures]


def summaries(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Mean over replicates of every quantity, with interval, MCSE and spread; how many replicates define it."""
    made = []
    keys = [*by, "arm", "criterion", "quantity"]
    for key, group in rows[rows["size"].isna()].groupby(keys, sort=False):
        found = summarise(group["value"].to_numpy(float))
        made.append(
            dict(zip(keys, key, strict=True))
            | {"mean": found.value, "low": found.low, "high": found.high, "mcse": found.mcse}
            | {"spread_low": found.spread_low, "spread_high": found.spread_high, "replicates": found.replicates}
        )
    return pd.DataFrame(made, columns=[*keys, *SUMMARY])


def at(table: pd.DataFrame, setting: dict[str, Any]) -> pd.DataFrame:
    """The rows of a table at one setting of the factors."""
    for name, value in setting.items():
        table = table[table[name] == value]
    return table


def prevalence(summary: pd.DataFrame, arms: Sequence[str], kind: str) -> pd.DataFrame:
    """A row a criterion, share and arm: mean, interval and spread of single clinics, and the null band beside it."""
    made = []
    wide: dict[Any, Any] = dict(summary.set_index(["arm", "criterion", "quantity"]).iterrows())
    for criterion in dict.fromkeys(name for name in summary["criterion"] if name):
        for share in SHARES:
            for arm in arms:
                own = wide[arm, criterion, share]
                null = {
                    part: wide[arm, criterion, f"null_{kind}_{part}_{share}"]["mean"]
                    for part in ("mean", "low", "high")
                }
                made.append(
                    {"criterion": criterion, "share": share, "arm": arm}
                    | {name: own[name] for name in SUMMARY}
                    | {f"null_{part}": value for part, value in null.items()}
                    | {"null_kind": kind}
                )
    return pd.DataFrame(made)


def yardstick(summary: pd.DataFrame, base: str, other: str) -> pd.DataFrame:
    """A row a criterion: thresholds in points in two arms, and shares in `other` by the yardstick of `base`.

    Columns threshold_base, threshold_other; for each share SHARE_base, SHARE_own (in `other`, as the criterion is
    there), SHARE_same (with the threshold of `base`) and SHARE_alike (and as many ratings); each with its _mcse.
    """
    wide: dict[Any, Any] = dict(summary.set_index(["arm", "criterion", "quantity"]).iterrows())
    made = []
    for criterion in dict.fromkeys(name for name in summary["criterion"] if name):
        cells = {"threshold_base": (base, "threshold"), "threshold_other": (other, "threshold")}
        for share in SHARES:
            cells |= {f"{share}_base": (base, share), f"{share}_own": (other, share)}
            cells |= {f"{share}_{how}": (other, f"{how}_{share}") for how in ("same", "alike")}
        row: dict[str, Any] = {"criterion": criterion}
        for name, (arm, quantity) in cells.items():
            found = wide.get((arm, criterion, quantity), {"mean": np.nan, "mcse": np.nan})
            row |= {name: found["mean"], f"{name}_mcse": found["mcse"]}
        made.append(row)
    return pd.DataFrame(made)


def accuracy(summary: pd.DataFrame, arm: str) -> pd.DataFrame:
    """A row a criterion: every number of its accuracy in an arm, each with its MCSE."""
    own = summary[(summary["arm"] == arm) & (summary["criterion"] != "")]
    own = own[~own["quantity"].str.startswith("null_") & ~own["quantity"].isin([*SHARES, "threshold"])]
    means = own.pivot_table(index="criterion", columns="quantity", values="mean", sort=False, dropna=False)
    errors = own.pivot_table(index="criterion", columns="quantity", values="mcse", sort=False, dropna=False)
    made = means.join(errors.add_suffix("_mcse"))
    return made.assign(
        specificity=100.0 - made["false_alarms"], specificity_mcse=made["false_alarms_mcse"]
    ).reset_index()


def curves(rows: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Sensitivity for all and for severe ruptures, and false alarms, by family and threshold: means over replicates."""
    own = rows[(rows["arm"] == arm) & rows["size"].notna()]
    wide = own.pivot_table(index=["criterion", "size"], columns="quantity", values="value", aggfunc="mean", sort=False)
    made = wide.reset_index()
    made.insert(0, "family", [BY_NAME[name].family for name in made["criterion"]])
    return made.rename(columns={"curve_all": "sensitivity", "curve_severe": "severe", "curve_false": "false_alarms"})


def by_setting(summary: pd.DataFrame, settings: Settings, base: str, without: str) -> pd.DataFrame:
    """Each factor at each of its levels, the others at their middle: what is reported without ruptures, and accuracy.

    Columns factor, level, place (from 0), criterion, quantity, and the summary. Shares are those of the arm `without`.
    """
    made = []
    for factor, levels in settings.levels.items():
        for place, level in enumerate(levels):
            own = at(summary, settings.middle | {factor: level})
            shares = own[(own["arm"] == without) & own["quantity"].isin(SHARES)]
            told = own[(own["arm"] == base) & own["quantity"].isin(("area", "sensitivity_all", "false_alarms"))]
            rows = pd.concat([shares, told])
            rows.insert(0, "place", place)
            rows.insert(0, "level", str(level))
            rows.insert(0, "factor", factor)
            made.append(rows[["factor", "level", "place", "arm", "criterion", "quantity", *SUMMARY]])
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame()


def validation(rows: pd.DataFrame, by: Sequence[str], arms: Sequence[str], kinds: Sequence[str]) -> pd.DataFrame:
    """How often a share of a clinic without ruptures lies in its null band (nominal: 95 %), by setting and null.

    Over criteria and the shares flagged, repaired and stronger whose null is at least 1 % on average. The error takes
    replicates as clusters. `worst` is the share of a criterion that lies inside least often. `too_high`, `too_low`: of
    so many `shares` the mean of the null is surely off, by share minus null over clinics with intervals that hold
    together (see `excess`); `miss` is the largest such difference, points.
    """
    made = []
    own = rows[rows["arm"].isin(arms)]
    for key, group in own.groupby([*by, "arm"], sort=False):
        for kind in kinds:
            parts = _inside(group, kind)
            if parts.empty:
                continue
            clusters = parts.groupby("replicate")["value"].mean().to_numpy(float)
            found = summarise(100.0 * clusters)
            each = parts.groupby(["criterion", "share"], sort=False)["value"].mean()
            place: Any = each.idxmin()
            error = mcse_proportion(float(each.min()), len(clusters))
            made.append(
                dict(zip([*by, "arm"], key, strict=True))
                | {"null": kind, "inside": found.value, "mcse": found.mcse, "replicates": found.replicates}
                | {"worst": 100.0 * float(each.min()), "worst_mcse": 100.0 * error, "worst_of": " ".join(place)}
                | _off(group, str(key[-1]), kind)
            )
    return pd.DataFrame(made)


def _off(rows: pd.DataFrame, arm: str, kind: str) -> dict[str, Any]:
    """How far the mean of a null is off where nothing happens."""
    over = over_null(rows, arm, kind)
    kept = judged(shares_of(rows, arm), over)
    found = held(over.loc[:, kept], int(kept.sum()), "miss")
    if found.empty:
        return {"shares": 0, "too_high": 0, "too_low": 0, "miss": np.nan, "miss_mcse": np.nan, "miss_of": ""}
    place: Any = found["miss"].abs().idxmax()
    return {
        "shares": len(found),
        "too_high": int((found["miss_high"] < 0).sum()), "too_low": int((found["miss_low"] > 0).sum()),
        "miss": float(found["miss"][place]), "miss_mcse": float(found["miss_mcse"][place]), "miss_of": " ".join(place),
    }  # fmt: skip


def _inside(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Whether shares lie inside their bands, those with a null of some size: criterion, share, replicate, value."""
    made = []
    for share in ("flagged", "repaired", "stronger"):
        null = rows[rows["quantity"] == f"null_{kind}_mean_{share}"].groupby("criterion")["value"].mean()
        large = null.index[null >= LEAST_NULL]
        inside = rows[(rows["quantity"] == f"null_{kind}_inside_{share}") & rows["criterion"].isin(large)]
        made.append(inside.assign(share=share)[["criterion", "share", "replicate", "value"]])
    return pd.concat(made, ignore_index=True)


def clinics(rows: pd.DataFrame, arm: str, kind: str) -> pd.DataFrame:
    """How far a share of clients tells clinics apart: correlation over clinics with what truly happened in them.

    For flagged clients with the rate of ruptures per session, for unrepaired ones with clients whose last rupture
    truly was not repaired; as it is, and as the excess over the clinic's own null. The interval is Fisher's.
    """
    own = rows[(rows["arm"] == arm) & rows["size"].isna()]
    wide = own.pivot_table(index="replicate", columns=["criterion", "quantity"], values="value")
    made = []
    for criterion in dict.fromkeys(name for name in own["criterion"] if name):
        for share, truth in (("flagged", "true_sessions"), ("unrepaired", "true_unrepaired")):
            found, real = wide[criterion, share], wide["", truth]
            excess = found - wide[criterion, f"null_{kind}_mean_{share}"]
            for what, values in (("share", found), ("excess", excess)):
                made.append({"criterion": criterion, "share": share, "what": what, **_correlation(values, real)})
    return pd.DataFrame(made)


def _correlation(x: "pd.Series[float]", y: "pd.Series[float]") -> dict[str, float]:
    """Pearson's r with its 95 % interval; nan where one of the two does not vary."""
    found, n = correlations_of_studies(np.asarray(x, np.float64), np.asarray(y, np.float64), np.zeros(len(x), np.int64))
    r = fisher_z(float(found[0]), int(n[0]))
    return {"r": r.value, "low": r.low, "high": r.high, "clinics": int(n[0])}


def surplus(rows: pd.DataFrame, criterion: str, share: str, base: str, other: str, how: str = "") -> Summary:
    """A share in `base` minus that in `other`, in the same clinics; `how`: "", "same_" or "alike_"."""
    own = rows[(rows["criterion"] == criterion) & rows["size"].isna()]
    wide = own.pivot_table(index="replicate", columns=["arm", "quantity"], values="value")
    return summarise((wide[base, share] - wide[other, f"{how}{share}"]).to_numpy(float))


def paired(rows: pd.DataFrame, arm: str, quantity: str, one: str, other: str) -> Summary:
    """Difference of a quantity between two criteria, in the same clinics."""
    own = rows[(rows["arm"] == arm) & (rows["quantity"] == quantity) & rows["size"].isna()]
    wide = own.pivot_table(index="replicate", columns="criterion", values="value")
    return summarise((wide[one] - wide[other]).to_numpy(float))


def paired_kinds(rows: pd.DataFrame, arm: str, criterion: str) -> Summary:
    """Sensitivity for confrontations minus that for withdrawals, in the same clinics."""
    own = rows[(rows["arm"] == arm) & (rows["criterion"] == criterion) & rows["size"].isna()]
    wide = own.pivot_table(index="replicate", columns="quantity", values="value")
    return summarise((wide["sensitivity_confrontation"] - wide["sensitivity_withdrawal"]).to_numpy(float))
