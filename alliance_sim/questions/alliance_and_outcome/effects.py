"""The causal effects, from twins: of the alliance of a whole treatment, of one session, and of one week's relief."""

from collections.abc import Hashable, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, REVERSE, THERAPISTS, WITHIN
from alliance_sim.questions.alliance_and_outcome.measure import ATTUNEMENT, BOND, TWIN_COLUMNS, WHOLE_ALLIANCE
from alliance_sim.questions.alliance_and_outcome.scenarios import SCENARIO
from alliance_sim.questions.alliance_and_outcome.session_twins import ALLIANCE, DISTRESS
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.jackknife import jackknife, pseudo_values

Floats = NDArray[np.float64]
Effects: TypeAlias = dict[tuple[Hashable, ...], Estimate]
"""Effects by the values of some columns and the estimand."""

EARLY, LARGER = "between clients, per SD of an early session", "between clients, twice the raise"
BY_BOND, BY_ATTUNEMENT = "between clients, by the bond alone", "between clients, by more attuned therapists"
"""The same effect on another scale, by another size of the intervention, and by other interventions."""

EFFECT_OF = {THERAPISTS: BY_ATTUNEMENT}
"""The effect that an estimand is compared with, where it has another name: therapists differ by who they are."""

_AT = {name: k for k, name in enumerate(TWIN_COLUMNS)}


def whole_treatment(rows: Floats, alliance: str = "alliance") -> float:
    """(change of outcome / change of alliance) SD(alliance) / SD(outcome), SDs over clients of all replicates.

    rows (replicates, `TWIN_COLUMNS`); alliance: "alliance" (mean of the treatment) or "early".
    """
    mean = rows.mean(axis=0)
    raised = mean[_AT["d_outcome"]] / mean[_AT[f"d_{alliance}"]]
    variance = [mean[_AT[f"var_{name}"]] + rows[:, _AT[name]].var() for name in (alliance, "outcome")]
    return float(raised * np.sqrt(variance[0] / variance[1]))


def treatment_effects(twins: pd.DataFrame, by: Sequence[str] = SCENARIO) -> Effects:
    """The effect between clients by the columns `by`, on each scale, and by each size and way of raising there is."""
    small, large = sorted(twins["size"].unique())
    found: Effects = {}
    for names, group in twins.groupby(list(by), sort=False):
        for estimand, way, size, alliance in (
            (BETWEEN, WHOLE_ALLIANCE, small, "alliance"),
            (EARLY, WHOLE_ALLIANCE, small, "early"),
            (LARGER, WHOLE_ALLIANCE, large, "alliance"),
            (BY_BOND, BOND, small, "alliance"),
            (BY_ATTUNEMENT, ATTUNEMENT, small, "alliance"),
        ):
            rows = group.loc[(group["way"] == way) & (group["size"] == size), list(TWIN_COLUMNS)]
            if len(rows):
                found[*names, estimand] = jackknife(partial(whole_treatment, alliance=alliance), rows.to_numpy())
    return found


class TwinRatio(NamedTuple):
    """An effect as the ratio of two sums over rows of twins, in a unit."""

    rows: pd.DataFrame
    above: str
    below: str
    unit: float

    def statistic(self, s: Floats) -> float:
        """The ratio of the sums of two columns."""
        total = s.sum(axis=0)
        return float(self.unit * total[0] / total[1])

    def sums(self, by: str) -> pd.DataFrame:
        """Both sums by the values of a column."""
        return self.rows.groupby(by)[[self.above, self.below]].sum()

    def estimated(self) -> Estimate:
        """The effect; therapists, who share nothing with each other, are left out in turn."""
        return jackknife(self.statistic, self.sums("therapist").to_numpy(np.float64))


def session_ratios(group: pd.DataFrame) -> dict[str, TwinRatio]:
    """The effect of one session within clients, and that of one week's relief on the next alliance."""
    now = group[(group["jolted"] == ALLIANCE) & (group["since"] == 0)]
    later = group[(group["jolted"] == DISTRESS) & (group["since"] == 1)]
    brought = group[(group["jolted"] == DISTRESS) & (group["since"] == 0)]
    fall = -float(brought["d_distress"].sum() / brought["n"].sum())
    return {
        WITHIN: TwinRatio(now, "d_distress", "d_alliance", -float(group["unit"].mean())),
        REVERSE: TwinRatio(later, "d_alliance", "n", float(group["reverse_unit"].mean()) / fall),
    }


def session_effects(jolts: pd.DataFrame, by: Sequence[str] = SCENARIO) -> Effects:
    """Both effects of single sessions by the columns `by`."""
    return {
        (*names, estimand): ratio.estimated()
        for names, group in jolts.groupby(list(by), sort=False)
        for estimand, ratio in session_ratios(group).items()
    }


def effects_by_clinic(
    twins: pd.DataFrame, jolts: pd.DataFrame, therapists: int
) -> dict[tuple[Hashable, ...], "pd.Series[float]"]:
    """What each clinic stands for in the effects of a scenario: pseudo-values by replicate, by scenario and estimand.

    Therapists of jolts are numbered over clinics of `therapists` each. Estimates come from the same clinics, so that
    errors of estimates and effects go together.
    """
    found = {}
    used = twins[(twins["way"] == WHOLE_ALLIANCE) & (twins["size"] == twins["size"].min())]
    for names, group in used.groupby(SCENARIO, sort=False):
        shares = pseudo_values(whole_treatment, group[list(TWIN_COLUMNS)].to_numpy())
        found[*names, BETWEEN] = pd.Series(shares, group["replicate"].to_numpy())
    for names, group in jolts.assign(clinic=jolts["therapist"] // therapists + 1).groupby(SCENARIO, sort=False):
        for estimand, ratio in session_ratios(group).items():
            sums = ratio.sums("clinic")
            found[*names, estimand] = pd.Series(pseudo_values(ratio.statistic, sums.to_numpy(np.float64)), sums.index)
    return found


def responses(jolts: pd.DataFrame, follow: int) -> pd.DataFrame:
    """What a session that is one SD better does to the alliance and to distress in the weeks after it, by scenario.

    Over jolts that can be followed for all `follow` weeks. Columns: since (weeks), alliance (share of the jolt that is
    left), distress (SD of distress less, per SD of the alliance within clients), with Monte-Carlo errors.
    """
    jolts = jolts[jolts["jolted"] == ALLIANCE]
    reach = jolts.groupby([*SCENARIO, "week"])["since"].transform("max")
    rows = []
    for names, group in jolts[(reach >= follow) & (jolts["since"] <= follow)].groupby(SCENARIO, sort=False):
        start = group[group["since"] == 0]
        rise = float(start["d_alliance"].sum() / start["n"].sum())
        for since, later in group.groupby("since"):
            left = TwinRatio(later, "d_alliance", "n", 1.0 / rise).estimated()
            less = TwinRatio(later, "d_distress", "n", -float(group["unit"].mean()) / rise).estimated()
            rows.append((*names, since, left.value, left.error, less.value, less.error))
    columns = [*SCENARIO, "since", "alliance", "alliance_error", "distress", "distress_error"]
    return pd.DataFrame(rows, columns=columns)
