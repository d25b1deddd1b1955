"""What trials of each design find: how often they are significant, with and without an effect."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.estimates.long import Keyed
from alliance_sim.questions.power.people import ARMS, CENTRE, NULL, POSTERIOR
from alliance_sim.questions.power.plan import TrialPlan
from alliance_sim.questions.power.run import CELL, pick
from alliance_sim.stats.arm_effect import FITTED
from alliance_sim.stats.draws import draw_of
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import middle, normal
from alliance_sim.stats.rejections import (
    Adjusted,
    adjusted_power,
    exaggeration,
    rate,
    rate_of_draws,
    significant,
    significant_of_analysed,
)

ABOUT = {
    (ARMS, CENTRE): "power",
    (ARMS, POSTERIOR): "assurance",
    (NULL, CENTRE): "type I error",
    (NULL, POSTERIOR): "type I error over draws",
}
"""What the share of significant trials is called, by scenario and parameters."""

KEYS = [*CELL, "arm", "analysis"]
ENOUGH = 0.5
"""Where a smaller share of trials than this could be analysed, what the others would have found is not known."""

CONFIDENCE = 0.95
"""Of all intervals of one analysis together, in the type I error rates by number of therapists."""


def shares(rows: pd.DataFrame, plan: TrialPlan) -> Keyed:
    """The share of significant trials of each design, arm and analysis, and size-adjusted power where there is a null.

    Trials that could not be analysed count as not significant; a share is unknown where most of them could not.
    Intervals are Wilson's; over a posterior they allow for the correlation of trials under the same draw. rows: of
    trials, with p.
    """
    groups: dict[tuple[Any, ...], pd.DataFrame] = dict(iter(rows.groupby(KEYS, sort=False)))
    anew: dict[str, Adjusted] = {}
    for values, group in groups.items():
        at = dict(zip(KEYS, values, strict=True))
        key = {name: at[name] for name in ("purpose", "therapists", "clients", "arm", "analysis")}
        about = ABOUT[at["scenario"], at["parameters"]]
        yield {"about": about, **key}, _share(group, plan)
        null = groups.get(tuple({**at, "scenario": NULL}.values())) if at["scenario"] == ARMS else None
        if null is not None:
            fair = _adjusted(group, null, plan)
            yield {"about": f"size-adjusted {about}", **key}, fair.power.times(100.0, "%")
            if (about, *at.values()) == ("power", ARMS, CENTRE, "curve", *plan.planned, plan.main, at["analysis"]):
                anew[at["analysis"]] = fair
    for analysis in plan.analyses[1:]:
        yield {"about": "size-adjusted gain", "analysis": analysis}, _gain(anew[analysis], anew[plan.analysis])


def _enough(p: NDArray[np.float64]) -> bool:
    """Whether enough trials could be analysed to say what trials of this kind find."""
    return bool(np.isfinite(p).sum() >= ENOUGH * len(p))


def _over_draws(rows: pd.DataFrame) -> bool:
    """Whether each trial has a draw of the parameters, which others may share."""
    return bool((rows["parameters"] == POSTERIOR).all())


def _share(rows: pd.DataFrame, plan: TrialPlan) -> Estimate:
    p = rows["p"].to_numpy(np.float64)
    if not _enough(p):
        return Estimate(np.nan, unit="%")
    alpha = plan.level.alpha
    found = rate_of_draws(p < alpha, draws(rows, plan)) if _over_draws(rows) else significant(p, alpha)
    return found.times(100.0, "%")


def draws(rows: pd.DataFrame, plan: TrialPlan) -> NDArray[np.int64]:
    """The draw (from 0) of each row's trial."""
    return draw_of(rows["trial"].to_numpy(np.int64), plan.in_turn)


def _adjusted(rows: pd.DataFrame, null: pd.DataFrame, plan: TrialPlan) -> Adjusted:
    """Power at the p that a share alpha of the same design's trials without effect fall below."""
    p, null_p = (each["p"].to_numpy(np.float64) for each in (rows, null))
    both = (draws(rows, plan), draws(null, plan)) if _over_draws(rows) else None
    return adjusted_power(p, null_p, plan.level.alpha, both)


def _gain(own: Adjusted, planned: Adjusted) -> Estimate:
    """How much larger the size-adjusted power of an analysis is than that of the planned one.

    Both analyse the same trials, of which the same are taken anew, so that what they share drops out.
    """
    gaps = own.anew - planned.anew if len(own.anew) == len(planned.anew) else np.empty(0)
    return Estimate(own.power.value - planned.power.value, *middle(gaps)).times(100.0, "percentage points")


def counts(rows: pd.DataFrame, plan: TrialPlan) -> pd.DataFrame:
    """Of each design, arm and analysis: its size, its trials, how many could not be analysed, and means over trials.

    share_of_analysed: significant ones among those that could be analysed (0-1); estimate: in the outcome's unit; icc:
    therapists' share as estimated; known: share of clients with an outcome.
    """
    found = []
    for values, group in rows.groupby(KEYS, sort=False):
        at: dict[str, Any] = dict(zip(KEYS, values, strict=True))
        found.append(
            {
                **at,
                "all_therapists": plan.all_therapists(at["therapists"]),
                "all_clients": plan.all_clients(at["therapists"], at["clients"]),
                "trials": len(group),
                "not_analysed": int((group["status"] != FITTED).sum()),
                "share_of_analysed": significant_of_analysed(group["p"].to_numpy(np.float64), plan.level.alpha).value,
                "estimate": float(group["estimate"].mean()),
                "icc": float((group["between"] / (group["between"] + group["within"])).mean()),
                "known": float(group["known"].mean()),
            }
        )
    return pd.DataFrame(found)


def type_1_errors(rows: pd.DataFrame, plan: TrialPlan) -> Keyed:
    """False positives of every analysis by therapists of an arm, all caseloads together, for the main arm.

    By therapists, since few are where tests fail, and many designs with more must not hide it. Intervals are Wilson's
    at 1 - 0.05 / (numbers of therapists), so that all of one analysis hold at once (Bonferroni).
    """
    null = pick(rows, scenario=NULL, parameters=CENTRE, arm=plan.main)
    level = 1.0 - (1.0 - CONFIDENCE) / null["therapists"].nunique()
    for (analysis, therapists), own in null.groupby(["analysis", "therapists"]):
        p = own["p"].to_numpy(np.float64)
        found = rate(int(np.sum(p < plan.level.alpha)), len(p), level) if _enough(p) else rate(0, 0)
        key = {"about": "type I error of all caseloads", "analysis": analysis, "therapists": therapists}
        yield key, found.times(100.0, "%")


def overstatement(rows: pd.DataFrame, plan: TrialPlan, effect: float) -> Keyed:
    """What significant trials of the planned size report: how many times the true effect, and the wrong sign."""
    at = {"scenario": ARMS, "parameters": CENTRE, "purpose": "curve", **plan.planned._asdict()}
    own = pick(rows, arm=plan.main, analysis=plan.analysis, **at)
    estimate, p = (own[name].to_numpy(np.float64) for name in ("estimate", "p"))
    found = exaggeration(estimate, p, plan.level.alpha, effect)
    yield {"about": "overstatement"}, normal(found.exaggeration, found.exaggeration_mcse)._replace(unit="times")
    yield {"about": "wrong sign"}, found.wrong_sign._replace(error=np.nan).times(100.0, "%")
