"""Slopes within people over time: whether an outcome is higher after a time at which x was higher than usual.

All take x (people, times), measured at times, and y (people, times + 1), at the start and after each time; nan where
there is none. All give standardised slopes: SDs of y for one SD of x about the person's own mean. UNKNOWN where they
cannot be fitted.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.clustered import clustered
from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.linear import Codes, Floats, centred_in_groups
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
    person, time = np.nonzero(np.isfinite(x) & np.isfinite(after) & np.isfinite(before))
    return PanelRows(person, time, x[person, time], after[person, time], before[person, time])


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

    The form of most session-to-session studies. With few occasions the slope of the lagged outcome is too small, and
    the slope of interest is off with it (Nickell, 1981; Falkenstroem et al., 2017).
    """
    rows = occasions(x, y)
    return centred_slope(rows.after, rows.x, rows.before[:, None], rows.person)


def centred_detrended(x: Floats, y: Floats) -> Estimate:
    """`centred_lagged` of series without each person's own straight line in both (Curran & Bauer, 2011)."""
    return centred_lagged(detrended(x), detrended(y))


def fixed_effects(x: Floats, y: Floats) -> Estimate:
    """Fixed effects of people and of times, controlling y before; errors by people.

    Whatever lasts in a person is taken out, and so is what times have in common (Wooldridge, 2010, section 10.5). It
    shares the bias of Nickell (1981).
    """
    rows = occasions(x, y)
    predictors = np.column_stack([rows.x, rows.before])
    return _by_people(rows.after, predictors, rows.person, rows.time, units=rows.person).times(rows.unit)


def first_differences(x: Floats, y: Floats) -> Estimate:
    """Change of y on change of x from time to time, with effects of times; errors by people.

    Wooldridge (2010, section 10.6).
    """
    after = y[:, 1:]
    person, time = np.nonzero(_known(x, 2) & _known(after, 2))
    found = _by_people(_step(after, person, time), _step(x, person, time)[:, None], person, time)
    return found.times(occasions(x, y).unit)


def dynamic_panel(x: Floats, y: Floats) -> Estimate:
    """Change of y on change of x and on the change of y before, by instruments (Anderson & Hsiao, 1982).

    Differences take out what lasts in a person; y two times before, and x of the time before and of that before it,
    stand in for differences that share their random error with the outcome. It is consistent however few times there
    are, if measures do not err, and needs three times in a row. Two-stage least squares, errors by people.
    """
    after = y[:, 1:]
    person, time = np.nonzero(_known(x, 3) & _known(after, 3))
    predictors = np.column_stack([_step(x, person, time), _step(after, person, time - 1)])
    earlier = np.column_stack([after[person, time - 2], x[person, time - 1], x[person, time - 2]])
    found = _by_people(_step(after, person, time), predictors, person, time, instruments=earlier)
    return found.times(occasions(x, y).unit)


def next_x(x: Floats, y: Floats) -> Estimate:
    """The other way round: the next x on the rise of y after the time before it, x before controlled.

    Person-mean-centred rise of y from one time to the next, random intercepts (Curran & Bauer, 2011); SDs of x for one
    SD of the centred rise.
    """
    rise, before, after = y[:, 1:-1] - y[:, :-2], x[:, :-1], x[:, 1:]
    person, time = np.nonzero(np.isfinite(rise) & np.isfinite(before) & np.isfinite(after))
    return centred_slope(after[person, time], rise[person, time], before[person, time][:, None], person)


def _by_people(
    y: Floats, x: Floats, person: Codes, time: Codes, units: Codes | None = None, instruments: Floats | None = None
) -> Estimate:
    """The first slope of a regression with effects of times and errors by people.

    UNKNOWN with hardly more people than coefficients, whose errors would be far too small.
    """
    coefficients = x.shape[1] + len(np.unique(time)) - (units is not None)
    if len(np.unique(person)) < coefficients + 2:
        return UNKNOWN
    return clustered(y, x, person, units=units, times=time, instruments=instruments).of(1.0)


def _step(matrix: Floats, person: Codes, time: Codes) -> Floats:
    """Change from the time before."""
    return np.asarray(matrix[person, time] - matrix[person, time - 1])


def _known(matrix: Floats, times: int) -> NDArray[np.bool_]:
    """Where a time and those before it, so many in all, are known."""
    known = np.isfinite(matrix)
    made = known.copy()
    for back in range(1, times):
        made[:, back:] &= known[:, :-back]
        made[:, :back] = False
    return made
