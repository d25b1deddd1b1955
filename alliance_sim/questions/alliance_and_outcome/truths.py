"""The causal effects, from twins: of the alliance of a whole treatment, of one session, and of one week's relief."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, REVERSE, THERAPISTS, WITHIN
from alliance_sim.questions.alliance_and_outcome.jolt import ALLIANCE, DISTRESS
from alliance_sim.questions.alliance_and_outcome.measuring import ATTUNEMENT, BOND, TRUTH_COLUMNS, WHOLE_ALLIANCE
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.jackknife import jackknife

Floats = NDArray[np.float64]

WORLD = ["strength", "on", "arm"]
"""Columns that tell worlds apart."""

EARLY, LARGER = "between clients, per SD of an early session", "between clients, twice the raise"
BY_BOND, BY_ATTUNEMENT = "between clients, by the bond alone", "between clients, by more attuned therapists"
"""The same effect on another scale, by another size of the intervention, and by other interventions."""

TRUTHS = {THERAPISTS: BY_ATTUNEMENT}
"""The truth of an estimand, where it has another name: therapists differ in alliance by who they are."""

_AT = {name: k for k, name in enumerate(TRUTH_COLUMNS)}


def _between(rows: Floats, alliance: str) -> float:
    """(change of outcome / change of alliance) SD(alliance) / SD(outcome), SDs over clients of all replicates."""
    mean = rows.mean(axis=0)
    raised = mean[_AT["d_outcome"]] / mean[_AT[f"d_{alliance}"]]
    spread = [mean[_AT[f"var_{name}"]] + rows[:, _AT[name]].var() for name in (alliance, "outcome")]
    return float(raised * np.sqrt(spread[0] / spread[1]))


def whole_treatment(rows: Floats) -> float:
    """The effect between clients, per SD of the mean alliance, from rows (replicates, `TRUTH_COLUMNS`)."""
    return _between(rows, "alliance")


def _early(rows: Floats) -> float:
    return _between(rows, "early")


def between_truths(twins: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The effect between clients for each group of rows: value and Monte-Carlo error by scale, size and way of raising.

    A way that a group of rows does not have is left out.
    """
    small, large = sorted(twins["size"].unique())

    def found(group: pd.DataFrame) -> Iterator[tuple[str, Estimate]]:
        for estimand, way, size, statistic in (
            (BETWEEN, WHOLE_ALLIANCE, small, whole_treatment),
            (EARLY, WHOLE_ALLIANCE, small, _early),
            (LARGER, WHOLE_ALLIANCE, large, whole_treatment),
            (BY_BOND, BOND, small, whole_treatment),
            (BY_ATTUNEMENT, ATTUNEMENT, small, whole_treatment),
        ):
            rows = group.loc[(group["way"] == way) & (group["size"] == size), list(TRUTH_COLUMNS)]
            if len(rows):
                yield estimand, jackknife(statistic, rows.to_numpy())

    return _gathered(twins, by, found)


def session_truths(jolts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The effect of one session within clients, and that of one week's relief on the next alliance."""

    def found(group: pd.DataFrame) -> Iterator[tuple[str, Estimate]]:
        for estimand, sums in zip((WITHIN, REVERSE), session_sums(group), strict=True):
            yield estimand, _ratio(*sums)

    return _gathered(jolts, by, found)


class Sums(NamedTuple):
    """A truth as the ratio of two sums over rows of jolts, in a unit."""

    rows: pd.DataFrame
    above: str
    below: str
    unit: float


def session_sums(group: pd.DataFrame) -> tuple[Sums, Sums]:
    """What the effect of one session, and that of one week's relief, are ratios of."""
    now = group[(group["jolted"] == ALLIANCE) & (group["since"] == 0)]
    later = group[(group["jolted"] == DISTRESS) & (group["since"] == 1)]
    brought = group[(group["jolted"] == DISTRESS) & (group["since"] == 0)]
    fall = -float(brought["d_distress"].sum() / brought["n"].sum())
    return (
        Sums(now, "d_distress", "d_alliance", -float(group["unit"].mean())),
        Sums(later, "d_alliance", "n", float(group["reverse_unit"].mean()) / fall),
    )


def responses(jolts: pd.DataFrame, by: list[str], follow: int) -> pd.DataFrame:
    """What a session that is one SD better does to the alliance and to distress in the weeks after it.

    Over jolts that can be followed for all `follow` weeks. Columns: since (weeks), alliance (share of the jolt that is
    left), distress (SD of distress less, per SD of the alliance within clients), with Monte-Carlo errors.
    """
    used = followed(jolts[jolts["jolted"] == ALLIANCE], by, follow)
    rows = []
    for names, group in used.groupby(by, sort=False):
        start = group[group["since"] == 0]
        rise = float(start["d_alliance"].sum() / start["n"].sum())
        for since, later in group.groupby("since"):
            left = _ratio(later, "d_alliance", "n", 1.0 / rise)
            less = _ratio(later, "d_distress", "n", -float(group["unit"].mean()) / rise)
            rows.append((*names, since, left.value, left.error, less.value, less.error))
    return pd.DataFrame(rows, columns=[*by, "since", "alliance", "alliance_error", "distress", "distress_error"])


def followed(jolts: pd.DataFrame, by: list[str], follow: int) -> pd.DataFrame:
    """The rows, up to `follow` weeks later, of weeks whose sessions can be followed for so long."""
    reach = jolts.groupby([*by, "week"])["since"].transform("max")
    return jolts[(reach >= follow) & (jolts["since"] <= follow)]


def _gathered(
    rows: pd.DataFrame, by: list[str], found: Callable[[pd.DataFrame], Iterator[tuple[str, Estimate]]]
) -> pd.DataFrame:
    """A row for each group and estimand: truth and its Monte-Carlo error."""
    made: list[tuple[Any, ...]] = []
    for names, group in rows.groupby(by, sort=False):
        made += [(*names, estimand, each.value, each.error) for estimand, each in found(group)]
    return pd.DataFrame(made, columns=[*by, "estimand", "truth", "truth_mcse"])


def _ratio(rows: pd.DataFrame, above: str, below: str, unit: float) -> Estimate:
    """Ratio of two sums in a unit; therapists, who share nothing with each other, are left out in turn."""
    return jackknife(ratio_of_sums(unit), rows.groupby("therapist")[[above, below]].sum().to_numpy(np.float64))


def ratio_of_sums(unit: float) -> Callable[[Floats], float]:
    """The ratio of the sums of two columns, in a unit."""

    def statistic(s: Floats) -> float:
        total = s.sum(axis=0)
        return float(unit * total[0] / total[1])

    return statistic
