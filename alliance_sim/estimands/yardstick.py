"""The same yardstick in two samples: one threshold, and as many ratings.

Many criteria take their unit from the sample, or from the client's own ratings. Where ratings vary less, their
threshold is lower; where clients give more ratings, there are more occasions to fall. Both make a criterion report
more without more having happened, and must be taken away before what it reports in two worlds is compared.
"""

import numpy as np

from alliance_sim.estimands.baselines import Baselines, Codes, Floats
from alliance_sim.estimands.detection import Criterion


def least_fall(ratings: Floats, criterion: Criterion, reliability: float) -> float:
    """The least fall that a criterion counts, in points: mean over the ratings that it judges; nan for none.

    ratings (clients, weeks), nan where there is none; reliability of one rating, 0-1, for the unit "reliable".
    """
    base = Baselines(ratings)
    least = criterion.size * base.unit(criterion.start, criterion.unit, reliability)
    judged = np.isfinite(base.reference(criterion.start)) & np.isfinite(base.way.rated) & np.isfinite(least)
    return float(np.broadcast_to(least, judged.shape)[judged].mean()) if judged.any() else float("nan")


def as_strict(criterion: Criterion, own: float, wanted: float) -> Criterion:
    """A criterion whose threshold, `own` points here, is `wanted` points instead: its size times wanted / own.

    Exact where all ratings of a sample share one unit; where the unit is the client's own, the mean is moved and
    clients keep their differences. The criterion as it is where one of the two is not known, or nothing.
    """
    return criterion._replace(size=criterion.size * wanted / own) if own > 0 and wanted > 0 else criterion


def first_ratings(ratings: Floats, counts: Codes) -> Floats:
    """The first so many ratings of each client, the others nan; ratings (clients, weeks), counts (clients,)."""
    place = np.cumsum(np.isfinite(ratings), axis=1)
    return np.where(place <= counts[:, None], ratings, np.nan)
