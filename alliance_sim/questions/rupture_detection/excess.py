"""Whether a share is above its null: clinic by clinic, and on average over clinics with an error of that average.

A null band is for one clinic: it contains 95 of 100 single clinics in which nothing happened. The mean over many
clinics errs far less than one of them, so that it can lie inside such a band and yet be clearly above the null. It is
judged by the mean over clinics of *share minus the mean of the clinic's own null*, with its own t interval.

The null may itself be off: the same difference in the same clinics without ruptures says by how much. A share counts as
more (or less) than its null only where its difference is above (below) zero and above (below) that without ruptures.
Intervals of each of the two hold together for all shares that are judged (Bonferroni), so that a share which is not
more and not less is called so with a chance of 5 % at most for all shares together: whichever of the two claims is
wrong must be missed by its interval. That is as exact as t is: shares are skewed, and in 2000 samples of 40 drawn anew
from 40 clinics of the shipped question (means set to zero) some interval of 34 left zero out in 5 to 7 %.

Bonferroni rather than max-t (`stats.simultaneous`): the correlation of about as many shares as there are clinics
would have to be estimated from those clinics, and intervals come out too narrow (7 to 12 % of 400 such samples).
"""

from collections.abc import Mapping
from typing import TypeAlias

from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimates.long import Keyed
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import t_quantile, wilson
from alliance_sim.stats.montecarlo import mcse_mean

JUDGED = ("flagged", "repaired", "stronger")
"""Shares that are judged."""

LEAST = 1.0
"""Shares are judged where they or their null are at least so many percent: of next to nothing no mean has an error."""

LEVEL = 0.95
"""The chance with which all intervals of a kind hold."""

OVER, BIAS, BEYOND = "minus null", "minus null, without ruptures", "minus null, with minus without"
ABOVE, BELOW = "clinics above their band", "clinics below their band"

Share = tuple[str, str]
"""A criterion and a share of clients."""

Clinics: TypeAlias = Mapping[tuple[str, str, str], Floats]
"""Numbers of the clinics (replicates,) of one setting, by arm, criterion and quantity."""


def excess(clinics: Clinics, base: str, without: str, null: str) -> Keyed:
    """Shares of `base` minus the mean of the clinic's own null, by criterion and share, in points.

    The same in the arm `without` ruptures ("" where there is none), and the difference of the two in the same clinics.
    `looks` is the number of shares that are judged together; a share that is not judged has none. Last: % of the
    clinics of both arms above and below their own band, with Wilson intervals.
    """
    over, bias = over_null(clinics, base, null), over_null(clinics, without, null)
    judged = [place for place in over if is_judged(clinics, base, null, place)]
    for place, own in over.items():
        key = of(place) | {"arm": base} | ({"looks": len(judged)} if place in judged else {})
        parts = {OVER: own} | ({BIAS: bias[place], BEYOND: own - bias[place]} if without else {})
        for about, values in parts.items():
            yield {"about": about, **key}, together(values, len(judged))
        for arm in filter(None, (base, without)):
            share = clinics[arm, *place]
            low, high = (clinics[arm, place[0], f"null_{null}_{end}_{place[1]}"] for end in ("low", "high"))
            for about, outside in ((ABOVE, share > high), (BELOW, share < low)):
                part = float(outside.mean())
                number = Estimate(part, *wilson(part, len(outside))).times(100.0, "%")
                yield {"about": about, **of(place), "arm": arm}, number


def over_null(clinics: Clinics, arm: str, null: str) -> dict[Share, Floats]:
    """Share minus the mean of the clinic's own null, points, by criterion and share."""
    return {
        (criterion, share): own - clinics[arm, criterion, f"null_{null}_mean_{share}"]
        for (where, criterion, share), own in clinics.items()
        if where == arm and share in JUDGED
    }


def is_judged(clinics: Clinics, arm: str, null: str, place: Share) -> bool:
    """Whether a share is one of those that are judged: it or its null is `LEAST` or more on average."""
    criterion, share = place
    means = (clinics[arm, criterion, quantity].mean() for quantity in (share, f"null_{null}_mean_{share}"))
    return bool(max(means) >= LEAST)


def of(place: Share) -> dict[str, str]:
    """The keys of a share."""
    return {"criterion": place[0], "quantity": place[1]}


def together(values: Floats, looks: int) -> Estimate:
    """Mean over clinics, with a t interval that holds together with those of so many shares (Bonferroni)."""
    n, mean, error = len(values), float(values.mean()), mcse_mean(values)
    half = t_quantile(n - 1, 1.0 - 0.5 * (1.0 - LEVEL) / max(looks, 1)) * error
    return Estimate(mean, mean - half, mean + half, error, "percentage points")


def verdict(over: Estimate, beyond: Estimate | None) -> int:
    """1 or -1 where a share is more or less than its null by both intervals; else 0: the data cannot tell.

    `beyond` is its difference from that without ruptures; None where no scenario is without.
    """
    return over.sign if beyond is None or beyond.sign == over.sign else 0
