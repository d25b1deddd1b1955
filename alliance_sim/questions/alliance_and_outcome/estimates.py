"""The estimates: effects from twins, the accuracy of every estimator, steps from effect to correlation, and draws.

Keys: `about`; `strength` and `on` (distortions) and `arm` name a scenario; `estimand`; `data`, `size` and `estimator`
name studies, of which `studies` could be fitted and `failed` not; `step`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimates.long import Estimates, Keyed
from alliance_sim.questions.alliance_and_outcome.effects import (
    effects_by_clinic,
    responses,
    session_effects,
    treatment_effects,
)
from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, LABELS, WITHIN
from alliance_sim.questions.alliance_and_outcome.measure import WHOLE
from alliance_sim.questions.alliance_and_outcome.performance import SD, in_sd, performances, steps
from alliance_sim.questions.alliance_and_outcome.run import AssociationRows
from alliance_sim.questions.alliance_and_outcome.scenarios import SCENARIO, drawn_arms, names_of
from alliance_sim.questions.alliance_and_outcome.study import RATED
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.montecarlo import mcse_mean, percent_of
from alliance_sim.stats.performance import Accuracy

COVERED, REJECTED = "intervals that hold the effect", "intervals that exclude zero"
SPREAD, STATED, RMSE = "SD over studies", "stated error", "root mean square error"
DRAWS, MIDDLE, ABOVE = "mean over draws", "middle 90 % of draws", "draws in which it is above zero"
STUDIED = "raw"
"""The estimator of most published correlations: one early rating."""

MINUS = "effect between clients minus r"


def estimate(question: Question, rows: AssociationRows) -> Tables:
    """All estimates; what follows one better session week by week; effects and estimates of every draw."""
    names, drawn, section = names_of(question), drawn_arms(question), question.section
    raised, jolts = (each[each["arm"].isin([names.effect, names.null])] for each in (rows.twins, rows.jolts))
    effects = treatment_effects(raised) | session_effects(jolts)
    clinics = effects_by_clinic(raised, jolts, question.experiment.points[0].scenario.clinic.therapists)
    studies = rows.studies[~rows.studies["arm"].isin(drawn)]
    draws = _draws(rows, drawn)
    found: list[tuple[Mapping[str, Any], Estimate]] = [
        ({"about": "effect", **dict(zip([*SCENARIO, "estimand"], at, strict=True))}, in_sd(effect.value, effect.error))
        for at, effect in effects.items()
    ]
    for key, accuracy in performances(studies, effects, names):
        counts = {"studies": accuracy.studies, "failed": accuracy.failed}
        found += [({"about": about, **key, **counts}, each) for about, each in _measures(accuracy).items()]
    found += [*steps(studies, effects, clinics, names), *_over_draws(draws)]
    return Tables(Estimates.of(found), {"responses": responses(jolts, section.follow), "draws": draws})


def _measures(accuracy: Accuracy) -> dict[str, Estimate]:
    """The accuracy of an estimator, measure by measure."""
    return {
        "mean": accuracy.mean._replace(unit=SD),
        "bias": accuracy.bias._replace(unit=SD),
        SPREAD: accuracy.spread._replace(unit=SD),
        STATED: Estimate(accuracy.model_error, unit=SD),
        RMSE: accuracy.rmse._replace(unit=SD),
        COVERED: accuracy.coverage,
        REJECTED: accuracy.rejected,
    }


def _draws(rows: AssociationRows, arms: list[str]) -> pd.DataFrame:
    """Effects and estimates from ratings, draw by draw: arm, replicate, what (estimand or estimator), value."""
    by = ["arm", "replicate"]
    studies, twins, jolts = (each[each["arm"].isin(arms)] for each in rows)
    every = (treatment_effects(twins, by) if len(twins) else {}) | (session_effects(jolts, by) if len(jolts) else {})
    made = [(*key, effect.value) for key, effect in every.items() if key[-1] in (BETWEEN, WITHIN)]
    rated = studies[(studies["data"] == RATED) & (studies["size"] == WHOLE)]
    made += rated[[*by, "estimator", "value"]].itertuples(index=False, name=None)
    return pd.DataFrame(made, columns=[*by, "what", "value"])


def _over_draws(draws: pd.DataFrame) -> Keyed:
    """Means over draws with their Monte-Carlo error, the middle 90 % of draws, and how often the effect exceeds r."""
    for arm, own in draws.groupby("arm", sort=False):
        by_draw = own.pivot_table(index="replicate", columns="what", values="value")
        if {BETWEEN, STUDIED} <= set(by_draw):
            by_draw[MINUS] = by_draw[BETWEEN] - by_draw[STUDIED]
        for what in (BETWEEN, WITHIN, MINUS, *LABELS):
            values = by_draw[what].dropna().to_numpy(np.float64) if what in by_draw else np.empty(0)
            if not len(values):
                continue
            key = {"arm": arm, "estimator" if what in LABELS else "estimand": what}
            mean, (low, high) = float(values.mean()), np.quantile(values, [0.05, 0.95]).tolist()
            yield {"about": DRAWS, **key}, in_sd(mean, mcse_mean(values))
            yield {"about": MIDDLE, **key}, Estimate(mean, low, high, unit=SD)
            if what == MINUS:
                above = percent_of(float((values > 0).mean()), len(values))._replace(error=np.nan)
                yield {"about": ABOVE, **key, "studies": len(values)}, above
