"""The estimators that are compared: the causal question that each is used for, and how it is computed."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.components import corrected, dependability, stepped_up
from alliance_sim.evidence.studies.outcome import first_known, mean_known
from alliance_sim.questions.alliance_and_outcome.study import StudyClients
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
    label: str
    estimand: str
    compute: Callable[[StudyClients], Estimate]


def _first(study: StudyClients) -> tuple[Floats, Floats]:
    """Each client's first alliance in session 3 or later, and the distress at the end of that week."""
    alliance, distress = study.alliance[:, FIRST - 1 :], study.distress[:, FIRST:]
    rated = np.isfinite(alliance)
    now = distress[np.arange(len(distress)), np.argmax(rated, axis=1)]
    return first_known(alliance), np.where(rated.any(axis=1), now, np.nan)


def _several(study: StudyClients) -> Floats:
    return mean_known(study.alliance[:, FIRST - 1 : LAST])


def _unit(x: Floats, y: Floats) -> float:
    """SD(x) / SD(y) over clients of whom both are known."""
    known = np.isfinite(x) & np.isfinite(y)
    sd = float(y[known].std()) if known.any() else 0.0
    return float(x[known].std()) / sd if sd > 0 else float("nan")


def _adjusted(study: StudyClients, x: Floats, *controls: Floats) -> Estimate:
    """Standardised slope of improvement on x given intake and further controls, random intercepts of therapists."""
    fit = random_intercept(-study.end, np.column_stack([x, study.intake, *controls]), study.therapist)
    return fit.coefficient(1).times(_unit(x, study.end))


def _early(study: StudyClients) -> Estimate:
    return _adjusted(study, _first(study)[0])


def _corrected_early(study: StudyClients) -> Estimate:
    return corrected(_early(study), dependability(study.alliance[:, FIRST - 1 : LAST]))


def _corrected_several(study: StudyClients) -> Estimate:
    ratings = study.alliance[:, FIRST - 1 : LAST]
    found, n = _adjusted(study, _several(study)), np.isfinite(ratings).sum(axis=1)
    if not n.any():
        return UNKNOWN
    return corrected(found, stepped_up(dependability(ratings), float(n[n > 0].mean())))


def _by_level(study: StudyClients, level: str, shrunken: bool = False) -> Estimate:
    """The slope of therapists' means ("between") or of the client's deviation from them ("within")."""
    x = _several(study)
    found = between_within(-study.end, x, study.intake[:, None], study.therapist, shrunken=shrunken)
    return (found.between if level == "between" else found.within).times(_unit(x, study.end))


def _panel(compute: Callable[[Floats, Floats], Estimate]) -> Callable[[StudyClients], Estimate]:
    return lambda study: compute(study.alliance, -study.distress)


def cross_lagged(waves: int) -> Estimator:
    """The random-intercept cross-lagged model over the first sessions, distress before and alliance after each."""
    return Estimator("cross_lagged", "Cross-lagged, random intercepts", WITHIN, partial(_cross_lagged, waves=waves))


def _cross_lagged(study: StudyClients, waves: int) -> Estimate:
    """Alliance of a session on the distress that the next one begins with."""
    fit = random_intercept_cross_lagged(study.alliance[:, :waves], study.distress[:, :waves])
    return UNKNOWN if fit is None else fit.x_to_y.times(-panel.occasions(study.alliance, study.distress).unit)


ESTIMATORS = (
    Estimator("raw", "One early session, r", BETWEEN, lambda study: correlate(_first(study)[0], -study.end)),
    Estimator("adjusted", "One early session, intake fixed", BETWEEN, _early),
    Estimator("completers", "One early session, completers", BETWEEN, lambda study: _early(study.part(study.stayed))),
    Estimator(
        "carried",
        "One early session, carried forward",
        BETWEEN,
        lambda study: _early(study._replace(end=first_known(study.distress[:, ::-1]))),
    ),
    Estimator(
        "subsequent", "One early session, change so far fixed", BETWEEN, lambda study: _adjusted(study, *_first(study))
    ),
    Estimator("corrected", "One early session, corrected", BETWEEN, _corrected_early),
    Estimator("several", "Sessions 3 to 9", BETWEEN, lambda study: _adjusted(study, _several(study))),
    Estimator("corrected_several", "Sessions 3 to 9, corrected", BETWEEN, _corrected_several),
    Estimator("every_raw", "All sessions, r", BETWEEN, lambda study: correlate(mean_known(study.alliance), -study.end)),
    Estimator("every", "All sessions", BETWEEN, lambda study: _adjusted(study, mean_known(study.alliance))),
    Estimator("own", "Client against therapist's mean", BETWEEN, partial(_by_level, level="within")),
    Estimator("therapists", "Therapists' means", THERAPISTS, partial(_by_level, level="between")),
    Estimator(
        "shrunken", "Therapists' means, shrunken", THERAPISTS, partial(_by_level, level="between", shrunken=True)
    ),
    Estimator("centred", "Person-mean centred", WITHIN, _panel(panel.centred)),
    Estimator("lagged", "Person-mean centred, lagged", WITHIN, _panel(panel.centred_lagged)),
    Estimator("detrended", "Person-mean centred, detrended", WITHIN, _panel(panel.centred_detrended)),
    Estimator("fixed", "Fixed effects", WITHIN, _panel(panel.fixed_effects)),
    Estimator("differences", "First differences", WITHIN, _panel(panel.first_differences)),
    Estimator("dynamic", "Dynamic panel", WITHIN, _panel(panel.dynamic_panel)),
    Estimator("improvement", "Improvement, person-mean centred", REVERSE, _panel(panel.next_x)),
)

_ORDER = [*(each for each in ESTIMATORS if each.estimand != REVERSE), cross_lagged(0), ESTIMATORS[-1]]
LABELS = {each.key: each.label for each in _ORDER}
ESTIMANDS = {each.key: each.estimand for each in _ORDER}
"""Label and estimand of every estimator, in the order of tables."""
