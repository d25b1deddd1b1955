"""Whether a share is more than its null: clinic by clinic, and on average over clinics with an error of that average.

A null band is for one clinic: it holds 95 of 100 single clinics in which nothing happened. The mean over many clinics
errs far less than one of them, so that it can lie inside such a band and yet be surely above the null. It is judged by
the mean over clinics of *share minus the mean of the clinic's own null*, with its own t interval.

The null may itself be off: the same difference in the same clinics without ruptures says by how much. A share counts as
more (or less) than its null only where its difference is above (below) zero and above (below) that without ruptures.
Intervals of each of the two hold together for all shares that are looked at (Bonferroni), so that a share which is not
more and not less is told as such with a chance of 5 % at most for all shares together: whichever of the two claims is
wrong must be missed by its interval. That is as exact as t is: shares are skewed, and in 2000 samples of 40 drawn anew
from 40 clinics of the shipped question (means set to zero) some interval of 34 left zero out in 5 to 7 %.

Bonferroni rather than max-t (`analysis.simultaneous`): the correlation of about as many shares as there are clinics
would have to be estimated from those clinics, and intervals come out too narrow (7 to 12 % of 400 such samples).
"""

import math

import numpy as np
import pandas as pd

from alliance_sim.questions.rupture_detection.saying import SHARES as IN_WORDS
from alliance_sim.stats.intervals import t_quantile, wilson

SHARES = tuple(IN_WORDS)
"""Shares that are judged: those that have words."""

LEAST = 1.0
"""Shares are judged where they or their null are at least so many percent: of next to nothing no mean has an error."""

LEVEL = 0.95
"""With this chance all intervals of a column hold."""


def excess(rows: pd.DataFrame, base: str, without: str, kind: str) -> pd.DataFrame:
    """A row a criterion and share: what a world reports beyond its null, on average and clinic by clinic.

    rows: those of single clinics at one setting; `without` is the arm without ruptures, "" where there is none.
    Columns, all in points or percent of clients: share_mean and null (means over clinics); excess (share minus the mean
    of the clinic's own null), bias (the same in `without`), beyond (excess minus bias, the same clinics), each with
    _mcse, _low, _high; above and below (% of clinics outside their own band) with Wilson intervals, and above_without,
    below_without; judged (whether it is one of the looks), looks, clinics, verdict: "more", "less", or "".
    """
    shares, over = shares_of(rows, base), over_null(rows, base, kind)
    made = pd.DataFrame({"share_mean": shares.mean(), "null": (shares - over).mean(), "clinics": len(over)})
    bias = over_null(rows, without, kind) if without else None
    made = made.join(compared(over, bias, judged(shares, over))).join(outside_band(rows, base, kind))
    if without:
        none = outside_band(rows, without, kind)
        made = made.assign(above_without=none["above"], below_without=none["below"])
    return made.reset_index()


def compared(over: pd.DataFrame, bias: pd.DataFrame | None, kept: "pd.Series[bool]") -> pd.DataFrame:
    """Differences from the null, a row a share: with ruptures, without (None: not known), and one minus the other.

    over, bias: points, a row a clinic and a column a share; `kept` says which shares are looked at.
    """
    looks = int(kept.sum())
    none = over * math.nan if bias is None else bias
    parts = {"excess": over, "bias": none, "beyond": over - none}
    made = pd.concat([held(values, looks, name) for name, values in parts.items()], axis=1)
    found = made if bias is not None else made.assign(beyond_low=math.inf, beyond_high=-math.inf)
    more = (found["excess_low"] > 0) & (found["beyond_low"] > 0)
    less = (found["excess_high"] < 0) & (found["beyond_high"] < 0)
    verdict = np.select([~kept, more, less], ["", "more", "less"], "")
    return made.assign(judged=kept, looks=looks, verdict=verdict)


def judged(shares: pd.DataFrame, over: pd.DataFrame) -> "pd.Series[bool]":
    """Which shares are looked at: those that are, or whose null is, `LEAST` or more on average."""
    mean, null = shares.mean(), (shares - over).mean()
    return (mean >= LEAST) | (null >= LEAST)


def held(values: pd.DataFrame, looks: int, name: str) -> pd.DataFrame:
    """Mean of each column over clinics (`name`), its _mcse, and t intervals that hold together for all looks."""
    n = len(values)
    each = values.to_numpy(np.float64)
    mean = each.mean(axis=0)
    error = each.std(axis=0, ddof=1) / math.sqrt(n) if n > 1 else np.full(len(mean), math.nan)
    half = critical(n, looks) * error
    ends = {name: mean, f"{name}_mcse": error, f"{name}_low": mean - half, f"{name}_high": mean + half}
    return pd.DataFrame(ends, index=values.columns)


def critical(n: int, looks: int) -> float:
    """Half width of an interval in standard errors: t with n - 1 degrees of freedom, `looks` of them (Bonferroni)."""
    return t_quantile(n - 1, 1.0 - 0.5 * (1.0 - LEVEL) / max(looks, 1)) if n > 1 else math.nan


def over_null(rows: pd.DataFrame, arm: str, kind: str) -> pd.DataFrame:
    """Share minus the mean of the clinic's own null, points: a row a clinic, a column a criterion and share."""
    return shares_of(rows, arm) - _wide(rows, arm, f"null_{kind}_mean_")


def shares_of(rows: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Shares of clients, %: a row a clinic, a column a criterion and share."""
    return _wide(rows, arm, "")


def outside_band(rows: pd.DataFrame, arm: str, kind: str) -> pd.DataFrame:
    """A row a criterion and share: % of clinics above and below their own band, with Wilson intervals."""
    shares = shares_of(rows, arm)
    made: dict[str, pd.Series[float]] = {}
    low, high = (_wide(rows, arm, f"null_{kind}_{end}_")[list(shares.columns)] for end in ("low", "high"))
    for name, out in (("above", shares > high), ("below", shares < low)):
        part = out.mean()
        ends = [wilson(float(p), len(out)) for p in part]
        made[name] = 100.0 * part
        for end, place in (("low", 0), ("high", 1)):
            made[f"{name}_{end}"] = pd.Series([100.0 * each[place] for each in ends], index=part.index)
    return pd.DataFrame(made)


def _wide(rows: pd.DataFrame, arm: str, prefix: str) -> pd.DataFrame:
    """Quantities PREFIX + share of an arm: a row a clinic, a column a criterion and share, in the order of the rows."""
    names = {f"{prefix}{share}": share for share in SHARES}
    own = rows[(rows["arm"] == arm) & rows["size"].isna() & rows["quantity"].isin(list(names))]
    own = own.assign(share=own["quantity"].map(names))
    order = [(name, share) for name in dict.fromkeys(own["criterion"]) for share in SHARES]
    wide = own.pivot_table(index="replicate", columns=["criterion", "share"], values="value")
    return wide[order]
