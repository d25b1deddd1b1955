"""What criteria report in other scenarios with the thresholds of the baseline, and with as many ratings."""

import numpy as np

from alliance_sim.estimands.baselines import Baselines
from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.components import levels
from alliance_sim.estimands.criteria import BY_NAME
from alliance_sim.estimands.detection import as_strict, first_ratings, least_fall, outcome
from alliance_sim.estimands.null_band import SHARES, shares
from alliance_sim.questions.rupture_detection.section import DetectionPlan

EARLY = slice(2, 9)
"""Sessions 3 to 9, over which the dependability of a rating is taken, as it was published (A20)."""

HOW = ("same", "as_many")
"""With the same threshold; and, moreover, with as many ratings."""


def reliability_of(ratings: Floats, plan: DetectionPlan) -> float:
    """Reliability of one rating for reliable change: that of the plan, or the sample's own dependability."""
    return plan.reliability or float(np.clip(np.nan_to_num(levels(ratings[:, EARLY]).dependability), 0.0, 1.0))


def with_same_threshold(own: Floats, base: Floats, plan: DetectionPlan, is_base: bool) -> list[tuple[str, str, float]]:
    """Criterion, quantity and value of a clinic; `base` has the ratings of the same clinic in the baseline.

    `threshold`: least fall that counts, in points. `same_SHARE`: share of clients with the threshold of the baseline.
    `as_many_SHARE`: with that threshold, and of each client only the first so many ratings as the client's twin there
    gives.
    """
    ratings, there = _rated(own), _rated(base)
    reliability, reliability_there = (reliability_of(each, plan) for each in (own, base))
    samples = {"same": Baselines(ratings)}
    if len(own) == len(base):
        samples["as_many"] = Baselines(_rated(first_ratings(own, np.isfinite(base).sum(axis=1))))
    usual = Baselines(there)
    made = []
    for name in plan.criteria:
        criterion = BY_NAME[name].criterion
        made.append((name, "threshold", least_fall(samples["same"], criterion, reliability)))
        if is_base:
            continue
        wanted = least_fall(usual, criterion, reliability_there)
        for how, sample in samples.items():
            moved = as_strict(criterion, least_fall(sample, criterion, reliability), wanted)
            found = shares(outcome(sample, moved, reliability))[0]
            made += [(name, f"{how}_{share}", float(value)) for share, value in zip(SHARES, found, strict=True)]
    return made


def _rated(ratings: Floats) -> Floats:
    """Those who were rated at all."""
    return ratings[np.isfinite(ratings).any(axis=1)]
