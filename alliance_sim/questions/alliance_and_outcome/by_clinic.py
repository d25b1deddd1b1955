"""What each clinic stands for in the truths: estimates come from the same clinics, and errors of both go together."""

from collections.abc import Hashable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, REVERSE, WITHIN
from alliance_sim.questions.alliance_and_outcome.measuring import TRUTH_COLUMNS, WHOLE_ALLIANCE
from alliance_sim.questions.alliance_and_outcome.truths import WORLD, ratio_of_sums, session_sums, whole_treatment
from alliance_sim.stats.jackknife import over_more, pseudo_values

Floats = NDArray[np.float64]


def truths_by_clinic(twins: pd.DataFrame, jolts: pd.DataFrame, therapists: int) -> pd.DataFrame:
    """A row a world, estimand and clinic: its pseudo-value of the truth (`jackknife.pseudo_values`).

    twins: rows of `between_truths`; jolts: rows of `session_truths`, whose therapists are numbered over clinics of
    `therapists` each. Columns: those of the world, estimand, replicate, share.
    """
    return pd.concat([*_whole_treatments(twins), *_sessions(jolts, therapists)], ignore_index=True)


def _whole_treatments(twins: pd.DataFrame) -> Iterator[pd.DataFrame]:
    small = twins["size"].min()
    used = twins[(twins["way"] == WHOLE_ALLIANCE) & (twins["size"] == small)]
    for names, group in used.groupby(WORLD, sort=False):
        shares = pseudo_values(whole_treatment, group[list(TRUTH_COLUMNS)].to_numpy())
        yield _rows(names, BETWEEN, group["replicate"].to_numpy(), shares)


def _sessions(jolts: pd.DataFrame, therapists: int) -> Iterator[pd.DataFrame]:
    clinics = jolts.assign(clinic=jolts["therapist"] // therapists + 1)
    for names, group in clinics.groupby(WORLD, sort=False):
        for estimand, found in zip((WITHIN, REVERSE), session_sums(group), strict=True):
            sums = found.rows.groupby("clinic")[[found.above, found.below]].sum()
            shares = pseudo_values(ratio_of_sums(found.unit), sums.to_numpy(np.float64))
            yield _rows(names, estimand, sums.index.to_numpy(), shares)


def _rows(names: tuple[Hashable, ...], estimand: str, clinics: NDArray[np.int64], shares: Floats) -> pd.DataFrame:
    world = dict(zip(WORLD, names, strict=True))
    return pd.DataFrame({**world, "estimand": estimand, "replicate": clinics, "share": shares})


def errors_by_clinic(estimates: pd.Series, truth: pd.Series) -> Floats:
    """Estimate minus truth, clinic by clinic: the mean is the mean error, and its standard error that of the jackknife.

    Both have a number a clinic, by its number; where one is known of fewer clinics than the other, see `over_more`.
    What twins of the same clinic have in common cancels in the error, as it does in what one world adds to another.
    """
    clinics = estimates.index.union(truth.index)
    one, other = (
        over_more(each.to_numpy(np.float64), clinics.get_indexer(each.index), len(clinics))
        for each in (estimates, truth)
    )
    return one - other
