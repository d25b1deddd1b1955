"""Slopes within people over time: whether an outcome is higher after a time at which x was higher than usual.

All take x (people, times), measured at times, and y (people, times + 1), at the start and after each time; nan where
there is none. All give standardised slopes: SDs of y for one SD of x about the person's own mean. UNKNOWN where they
cannot be fitted.
"""

import math
from typing import NamedTuple

import numpy as np

from alliance_sim.stats.clustered import clustered
from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.linear import Codes, Floats, centred_in_groups, numbered
from alliance_sim.stats.multilevel import detrended, random_intercept


class PanelRows(NamedTuple):
    """Times at which x, and y before and after, are known, in order of person and time; arrays (rows,)."""

    person: Codes
    time: Codes  # from 0
    x: Floats
    after: Floats
    before: Floats

    @property
    def unit(self) -> float:
        """SD of person-mean-centred x over SD of y: makes slopes standardised."""
        if not len(self.x):
            return math.nan
        return float(centred_in_groups(self.x, self.person).std() / self.after.std())


def occasions(x: Floats, y: Floats) -> PanelRows:
    """The times that can be used."""
    before, after = y[:, :-1], y[:, 1:]
    known = np.isfinite(x + after + before)
    person, time = np.nonzero(known)
    return PanelRows(person, time, x[known], after[known], before[known])


def centred_slope(y: Floats, x: Floats, controls: Floats, people: Codes) -> Estimate:
    """Standardised slope of y on person-mean-centred x given controls (rows, p), random intercepts of people (REML).

    beta = b SD(x) / SD(y), the SD of the centred x and the total SD of y over rows, as multilevel programs standardise
    (Curran & Bauer, 2011; Hox, 2010). y, x, people (rows,), all known.
    """
    if len(y) == 0 or y.std() == 0:
        return UNKNOWN
    own = centred_in_groups(x, people)
    fit = random_intercept(y, np.column_stack([own, controls]), people)
    return fit.coefficient(1).times(float(own.std() / y.std()))


def centred(x: Floats, y: Floats) -> Estimate:
    """Person-mean centring with random intercepts, nothing controlled (Curran & Bauer, 2011)."""
    rows = occasions(x, y)
    return centred_slope(rows.after, rows.x, np.empty((len(rows.time), 0)), rows.person)


def centred_lagged(x: Floats, y: Floats) -> Estimate:
    """Person-mean centring with random intercepts, controlling y before.

    The form of most session-to-session studies; biased with few occasions (Nickell, 1981; Falkenstroem et al., 2017).
    """
    rows = occasions(x, y)
    return centred_slope(rows.after, rows.x, rows.before[:, None], rows.person)


def centred_detrended(x: Floats, y: Floats) -> Estimate:
    """`centred_lagged` of series without each person's own straight line in both (Curran & Bauer, 2011)."""
    return centred_lagged(detrended(x), detrended(y))


def fixed_effects(x: Floats, y: Floats) -> Estimate:
    """Fixed effects of people and of times, controlling y before (Wooldridge, 2010, section 10.5); errors by people.

    It shares the bias of Nickell (1981).
    """
    rows = occasions(x, y)
    predictors = np.column_stack([rows.x, rows.before])
    return _by_people(rows.after, predictors, rows.person, rows.time, units=rows.person).times(rows.unit)


def first_differences(x: Floats, y: Floats) -> Estimate:
    """Change of y on change of x, with effects of times (Wooldridge, 2010, section 10.6); errors by people."""
    dx, dy = np.diff(x), np.diff(y[:, 1:])
    known = np.isfinite(dx + dy)
    person, time = np.nonzero(known)
    return _by_people(dy[known], dx[known][:, None], person, time).times(occasions(x, y).unit)


def dynamic_panel(x: Floats, y: Floats) -> Estimate:
    """Change of y on change of x and on the change of y before, by instruments (Anderson & Hsiao, 1982).

    Instruments are y two times before, and x of the two times before. Consistent however few times there are, if
    measures do not err; needs three times in a row. Two-stage least squares, errors by people.
    """
    dx, dy = np.diff(x), np.diff(y[:, 1:])
    known = np.isfinite(dx[:, 1:] + dx[:, :-1] + dy[:, 1:] + dy[:, :-1])
    predictors = np.column_stack([dx[:, 1:][known], dy[:, :-1][known]])
    earlier = np.column_stack([y[:, 1:-2][known], x[:, 1:-1][known], x[:, :-2][known]])
    person, time = np.nonzero(known)
    found = _by_people(dy[:, 1:][known], predictors, person, time, instruments=earlier)
    return found.times(occasions(x, y).unit)


def next_x(x: Floats, y: Floats) -> Estimate:
    """The other way round: the next x on the person-mean-centred rise of y just before it, x before controlled.

    Random intercepts (Curran & Bauer, 2011); SDs of x for one SD of the centred rise.
    """
    rise, before, after = y[:, 1:-1] - y[:, :-2], x[:, :-1], x[:, 1:]
    known = np.isfinite(rise + before + after)
    return centred_slope(after[known], rise[known], before[known][:, None], np.nonzero(known)[0])


def _by_people(
    y: Floats, x: Floats, person: Codes, time: Codes, units: Codes | None = None, instruments: Floats | None = None
) -> Estimate:
    """The first slope of a regression with effects of times and errors by people.

    UNKNOWN with hardly more people than coefficients, whose errors would be far too small.
    """
    coefficients = x.shape[1] + numbered(time)[1] - (units is not None)
    if numbered(person)[1] < coefficients + 2:
        return UNKNOWN
    return clustered(y, x, person, units=units, times=time, instruments=instruments).of(1.0)
