"""Finding ruptures in session ratings by a criterion: a drop that exceeds rating error, recovered or not."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.analysis.numbers import NORMAL_95

Floats = NDArray[np.float64]


class Drops(NamedTuple):
    """What a criterion finds in the ratings of each client (clients,)."""

    dropped: NDArray[np.bool_]  # at least one drop
    repaired: NDArray[np.bool_]  # the last drop was recovered

    @property
    def unrepaired(self) -> NDArray[np.bool_]:
        """Clients whose last drop was not recovered."""
        return self.dropped & ~self.repaired


def reliable_drop(sd: float, reliability: float) -> float:
    """The smallest drop between two ratings that exceeds rating error: 1.96 sqrt(2) SD sqrt(1 - reliability).

    Reliable change of Jacobson & Truax (1991), in the unit of the SD.
    """
    return float(NORMAL_95 * np.sqrt(2.0) * sd * np.sqrt(1.0 - reliability))


def packed(ratings: Floats) -> Floats:
    """Ratings (clients, weeks) moved to the left, so that missed weeks are no gaps; nan after the last."""
    order = np.argsort(np.isnan(ratings), axis=1, kind="stable")
    return np.take_along_axis(ratings, order, axis=1)


def detect_drops(ratings: Floats, criterion: float, recovery: float = 0.0) -> Drops:
    """Drops from one rated session to the next by `criterion` points or more, and whether the last was recovered.

    Recovered: a later rating is at or above the one before the drop, less `recovery` points. A client with several
    drops is judged by the last one, as a rupture that was never recovered but followed by another is not the end of the
    story. ratings (clients, weeks), nan where there is none. In the manner of Larsson et al. (2018).
    """
    rated = packed(ratings)
    with np.errstate(invalid="ignore"):
        fell = rated[:, :-1] - rated[:, 1:] >= criterion
    dropped = np.asarray(fell.any(axis=1))
    last = fell.shape[1] - 1 - np.argmax(fell[:, ::-1], axis=1)
    before = rated[np.arange(len(rated)), last]
    after = np.where(np.arange(rated.shape[1]) > last[:, None] + 1, rated, -np.inf)
    best = np.where(np.isnan(after), -np.inf, after).max(axis=1)
    return Drops(dropped, np.asarray(dropped & (best >= before - recovery)))


def reliable_drops(ratings: Floats, dependability: float) -> Drops:
    """Drops that exceed the reliable change of a sample's ratings (clients, weeks), and whether they were recovered.

    The criterion is the reliable change that the sample's SD and the dependability (0-1) of one rating give. A
    drop counts as repaired when a later rating is no longer reliably below the one before it: the same criterion
    decides that something broke and that it is mended.
    """
    known = np.isfinite(ratings)
    sd = float(ratings[known].std(ddof=1)) if known.sum() > 1 else float("nan")
    criterion = reliable_drop(sd, dependability)
    return detect_drops(ratings, criterion, recovery=criterion)
