"""What criteria report in other worlds by the yardstick of the first: the same threshold, and as many ratings."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.criteria import BY_NAME
from alliance_sim.estimands.detection import Criterion, as_strict, detect, first_ratings, least_fall
from alliance_sim.estimands.null_band import SHARES, shares
from alliance_sim.questions.frame.run import Simulated
from alliance_sim.questions.rupture_detection.measuring import COLUMNS, Plan, reliability_of, row


def measure_alike(plan: Plan, base: str, arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """Thresholds in every arm, and what criteria report in others than `base` by its yardstick; rows as of `measure`.

    `threshold`: least fall that counts, in points. `same_SHARE`: share of clients with the threshold of the same clinic
    in `base`. `alike_SHARE`: with that threshold, and of each client only the first so many ratings as the client's
    twin there gives.
    """
    rows: list[dict[str, Any]] = []
    twins = arms[base].matrix("wai_client")
    for arm, played in arms.items():
        ratings = played.matrix("wai_client")
        per, twin_per = (len(each) // len(played.replicates) for each in (ratings, twins))
        for k, replicate in enumerate(played.replicates):
            own, twin = ratings[k * per : (k + 1) * per], twins[k * twin_per : (k + 1) * twin_per]
            found = _of_clinic(own, twin, plan, arm == base)
            rows += [{"replicate": replicate, "arm": arm} | each for each in found]
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_clinic(own: Floats, twin: Floats, plan: Plan, is_base: bool) -> list[dict[str, Any]]:
    """Rows of one clinic; `twin` has the ratings of the same clinic in the base."""
    ratings, reliability = _rated(own), reliability_of(own, plan)
    there = _rated(twin)
    reliability_there = reliability_of(twin, plan)
    cut = _rated(first_ratings(own, np.isfinite(twin).sum(axis=1))) if len(own) == len(twin) else None
    rows = []
    for name in plan.criteria:
        criterion = BY_NAME[name].criterion
        rows.append(row(name, "threshold", least_fall(ratings, criterion, reliability)))
        if not is_base:
            wanted = least_fall(there, criterion, reliability_there)
            rows += _reported(name, "same", ratings, criterion, reliability, wanted)
            if cut is not None:
                rows += _reported(name, "alike", cut, criterion, reliability, wanted)
    return rows


def _reported(
    name: str, how: str, ratings: Floats, criterion: Criterion, reliability: float, wanted: float
) -> list[dict[str, Any]]:
    """What a criterion reports of ratings when its threshold is `wanted` points."""
    moved = as_strict(criterion, least_fall(ratings, criterion, reliability), wanted)
    found = shares(detect(ratings, moved, reliability).outcome)[0]
    return [row(name, f"{how}_{share}", value) for share, value in zip(SHARES, found, strict=True)]


def _rated(ratings: Floats) -> Floats:
    """Those who were rated at all."""
    return ratings[np.isfinite(ratings).any(axis=1)]
