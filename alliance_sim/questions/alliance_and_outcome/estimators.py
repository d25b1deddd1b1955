"""The estimators that are compared: the causal question that each is used for, and how it is computed."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.reliability import corrected, dependability, stepped_up
from alliance_sim.evidence.studies.outcome import first_known, mean_known
from alliance_sim.questions.alliance_and_outcome.study import Study
from alliance_sim.stats import panel
from alliance_sim.stats.cross_lagged import random_intercept_cross_lagged
from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.multilevel import between_within, random_intercept
from alliance_sim.stats.pooling import correlate

Floats = NDArray[np.float64]

FIRST, LAST = 3, 9
"""Sessions from which an early rating, and between which several ratings, are taken (as in A18 and A19)."""

BETWEEN, WITHIN, REVERSE = "between clients", "within clients", "reverse path"
THERAPISTS = "between therapists"


class Estimator(NamedTuple):
    """One way to estimate. `compute` gives a standardised slope with more improvement positive, UNKNOWN if it fails."""

    key: str
    estimand: str
    compute: Callable[[Study], Estimate]


def _first(study: Study) -> tuple[Floats, Floats]:
    """Each client's first alliance in session 3 or later, and the distress at the end of that week."""
    alliance, distress = study.alliance[:, FIRST - 1 :], study.distress[:, FIRST:]
    rated = np.isfinite(alliance)
    now = distress[np.arange(len(distress)), np.argmax(rated, axis=1)]
    return first_known(alliance), np.where(rated.any(axis=1), now, np.nan)


def _several(study: Study) -> Floats:
    return mean_known(study.alliance[:, FIRST - 1 : LAST])


def _all(study: Study) -> Floats:
    return mean_known(study.alliance)


def _unit(x: Floats, y: Floats) -> float:
    """SD(x) / SD(y) over clients of whom both are known."""
    known = np.isfinite(x) & np.isfinite(y)
    sd = float(y[known].std()) if known.any() else 0.0
    return float(x[known].std()) / sd if sd > 0 else float("nan")


def _adjusted(study: Study, x: Floats, *controls: Floats) -> Estimate:
    """Standardised slope of improvement on x given intake and further controls, random intercepts of therapists."""
    fit = random_intercept(-study.end, np.column_stack([x, study.intake, *controls]), study.therapist)
    return fit.coefficient(1).times(_unit(x, study.end))


def _raw_first(study: Study) -> Estimate:
    return correlate(_first(study)[0], -study.end)


def _raw_all(study: Study) -> Estimate:
    return correlate(_all(study), -study.end)


def _adjusted_first(study: Study) -> Estimate:
    return _adjusted(study, _first(study)[0])


def _adjusted_several(study: Study) -> Estimate:
    return _adjusted(study, _several(study))


def _adjusted_all(study: Study) -> Estimate:
    return _adjusted(study, _all(study))


def _completers(study: Study) -> Estimate:
    return _adjusted_first(study.part(study.stayed))


def _carried(study: Study) -> Estimate:
    return _adjusted_first(study._replace(end=first_known(study.distress[:, ::-1])))


def _subsequent(study: Study) -> Estimate:
    return _adjusted(study, *_first(study))


def _corrected_first(study: Study) -> Estimate:
    return corrected(_adjusted_first(study), dependability(study.alliance[:, FIRST - 1 : LAST]))


def _corrected_several(study: Study) -> Estimate:
    ratings = study.alliance[:, FIRST - 1 : LAST]
    found, n = _adjusted_several(study), np.isfinite(ratings).sum(axis=1)
    if not n.any():
        return UNKNOWN
    return corrected(found, stepped_up(dependability(ratings), float(n[n > 0].mean())))


def _therapists(study: Study, shrunken: bool) -> Estimate:
    x = _several(study)
    found = between_within(-study.end, x, study.intake[:, None], study.therapist, shrunken=shrunken)
    return found.between.times(_unit(x, study.end))


def _observed_therapists(study: Study) -> Estimate:
    return _therapists(study, shrunken=False)


def _shrunken_therapists(study: Study) -> Estimate:
    return _therapists(study, shrunken=True)


def _own(study: Study) -> Estimate:
    x = _several(study)
    return between_within(-study.end, x, study.intake[:, None], study.therapist).within.times(_unit(x, study.end))


def _panel(compute: Callable[[Floats, Floats], Estimate]) -> Callable[[Study], Estimate]:
    return lambda study: compute(study.alliance, -study.distress)


def _cross_lagged(study: Study, waves: int) -> Estimate:
    """Alliance of a session on the distress that the next one begins with."""
    fit = random_intercept_cross_lagged(study.alliance[:, :waves], study.distress[:, :waves])
    if fit is None:
        return UNKNOWN
    return fit.x_to_y.times(-panel.occasions(study.alliance, study.distress).unit)


CROSS_LAGGED = "cross_lagged"


def cross_lagged(waves: int) -> Estimator:
    """The random-intercept cross-lagged model over the first sessions, distress before and alliance after each."""
    return Estimator(CROSS_LAGGED, WITHIN, lambda study: _cross_lagged(study, waves))


ESTIMATORS = (
    Estimator("raw", BETWEEN, _raw_first),
    Estimator("adjusted", BETWEEN, _adjusted_first),
    Estimator("completers", BETWEEN, _completers),
    Estimator("carried", BETWEEN, _carried),
    Estimator("subsequent", BETWEEN, _subsequent),
    Estimator("corrected", BETWEEN, _corrected_first),
    Estimator("several", BETWEEN, _adjusted_several),
    Estimator("corrected_several", BETWEEN, _corrected_several),
    Estimator("every_raw", BETWEEN, _raw_all),
    Estimator("every", BETWEEN, _adjusted_all),
    Estimator("own", BETWEEN, _own),
    Estimator("therapists", THERAPISTS, _observed_therapists),
    Estimator("shrunken", THERAPISTS, _shrunken_therapists),
    Estimator("centred", WITHIN, _panel(panel.centred)),
    Estimator("lagged", WITHIN, _panel(panel.centred_lagged)),
    Estimator("detrended", WITHIN, _panel(panel.centred_detrended)),
    Estimator("fixed", WITHIN, _panel(panel.fixed_effects)),
    Estimator("differences", WITHIN, _panel(panel.first_differences)),
    Estimator("dynamic", WITHIN, _panel(panel.dynamic_panel)),
    Estimator("improvement", REVERSE, _panel(panel.next_x)),
)

ESTIMANDS = {**{each.key: each.estimand for each in ESTIMATORS}, CROSS_LAGGED: WITHIN}
