"""Slopes within clients: whether a week ends with less distress after a session of a better alliance than usual.

All take `alliance` (clients, weeks), as it was after each session, and `distress` (clients, weeks + 1), at intake and
at the end of each week; nan where there is none. All give standardised slopes with less distress positive, one SD of
the alliance around the client's own mean on SDs of distress, or None where they cannot be fitted.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import normal
from alliance_sim.stats.multilevel import centred_in_groups, detrended, random_intercept
from alliance_sim.stats.slopes import clustered_slope

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


class Occasions(NamedTuple):
    """Sessions of which alliance, distress before and distress after are known; arrays (rows,)."""

    client: Codes
    week: Codes  # from 0
    alliance: Floats
    after: Floats
    before: Floats

    @property
    def unit(self) -> float:
        """SD of the person-mean-centred alliance over SD of distress, the sign turned: makes slopes standardised."""
        return -float(centred_in_groups(self.alliance, self.client).std() / self.after.std())


def occasions(alliance: Floats, distress: Floats) -> Occasions:
    """The sessions that can be used, in order of client and week."""
    after, before = distress[:, 1:], distress[:, :-1]
    client, week = np.nonzero(np.isfinite(alliance) & np.isfinite(after) & np.isfinite(before))
    return Occasions(client, week, alliance[client, week], after[client, week], before[client, week])


def centred_slope(y: Floats, x: Floats, controls: Floats, clients: Codes) -> Estimate | None:
    """Standardised slope of y on person-mean-centred x given controls (rows, p), random intercepts of clients (REML).

    beta = b SD(x) / SD(y), the SD of the centred x and the total SD of y over rows, as multilevel programs standardise
    (Curran & Bauer, 2011; Hox, 2010). Rows must be known; None where it cannot be fitted.
    """
    if len(y) == 0:
        return None
    centred = centred_in_groups(x, clients)
    fit = random_intercept(y, np.column_stack([centred, controls]), clients)
    sd = y.std()
    if fit is None or sd == 0:
        return None
    return normal(float(fit.coefficients[1]), float(fit.standard_errors[1])).times(float(centred.std() / sd))


def _signed(found: Estimate | None, unit: float) -> Estimate | None:
    return None if found is None else found.times(unit)


def centred(alliance: Floats, distress: Floats) -> Estimate | None:
    """Person-mean centring with random intercepts, nothing controlled (Curran & Bauer, 2011)."""
    rows = occasions(alliance, distress)
    return _signed(centred_slope(rows.after, rows.alliance, np.empty((len(rows.week), 0)), rows.client), -1.0)


def centred_lagged(alliance: Floats, distress: Floats) -> Estimate | None:
    """Person-mean centring with random intercepts, controlling the distress that the session began with.

    The form of most session-to-session studies. With few occasions the slope of the lagged outcome is too small, and
    the slope of interest is off with it (Nickell, 1981; Falkenström et al., 2017).
    """
    rows = occasions(alliance, distress)
    return _signed(centred_slope(rows.after, rows.alliance, rows.before[:, None], rows.client), -1.0)


def centred_detrended(alliance: Floats, distress: Floats) -> Estimate | None:
    """`centred_lagged` of series without each client's own straight line in both (Curran & Bauer, 2011)."""
    return centred_lagged(detrended(alliance), detrended(distress))


def fixed_effects(alliance: Floats, distress: Floats) -> Estimate | None:
    """Fixed effects of clients and of weeks, controlling the distress before; errors by clients.

    Whatever lasts in a client is taken out, and so is what weeks have in common (Wooldridge, 2010, section 10.5). It
    shares the bias of Nickell (1981).
    """
    rows = occasions(alliance, distress)
    if len(rows.week) == 0:
        return None
    columns = np.column_stack([rows.alliance, rows.before, weeks(rows.week)[:, 1:]])
    x = np.column_stack([centred_in_groups(column, rows.client) for column in columns.T])
    return _signed(clustered_slope(centred_in_groups(rows.after, rows.client), x, rows.client), rows.unit)


def first_differences(alliance: Floats, distress: Floats) -> Estimate | None:
    """Change of distress on change of the alliance from session to session, with effects of weeks; errors by clients.

    Wooldridge (2010, section 10.6).
    """
    rows = occasions(alliance, distress)
    client, week = np.nonzero(_known(alliance, 2) & _known(distress[:, 1:], 2))
    if len(week) == 0:
        return None
    x = np.column_stack([_step(alliance, client, week), weeks(week)])
    return _signed(clustered_slope(_step(distress[:, 1:], client, week), x, client), rows.unit)


def dynamic_panel(alliance: Floats, distress: Floats) -> Estimate | None:
    """Change of distress on change of the alliance and on the change before, by instruments (Anderson & Hsiao, 1982).

    Differences take out what lasts in a client; distress two weeks before and the alliance of the session before and
    of that before it stand in for differences that carry the same luck as the outcome. It is consistent however few
    weeks there are, if measures do not err, and needs three sessions in a row. Two-stage least squares, errors by
    clients.
    """
    rows = occasions(alliance, distress)
    after = distress[:, 1:]
    client, week = np.nonzero(_known(alliance, 3) & _known(after, 3))
    if len(week) == 0:
        return None
    common = weeks(week)
    x = np.column_stack([_step(alliance, client, week), _step(after, client, week - 1), common])
    earlier = [after[client, week - 2], alliance[client, week - 1], alliance[client, week - 2]]
    return _signed(
        clustered_slope(_step(after, client, week), x, client, np.column_stack([*earlier, common])), rows.unit
    )


def weeks(week: Codes) -> Floats:
    """Columns that mark each week (rows, weeks that there are)."""
    return np.asarray(week[:, None] == np.unique(week), np.float64)


def _step(matrix: Floats, client: Codes, week: Codes) -> Floats:
    """Change from the week before."""
    return np.asarray(matrix[client, week] - matrix[client, week - 1])


def _known(matrix: Floats, weeks: int) -> NDArray[np.bool_]:
    """Where a week and those before it, so many in all, are known."""
    known = np.isfinite(matrix)
    made = known.copy()
    for back in range(1, weeks):
        made[:, back:] &= known[:, :-back]
        made[:, :back] = False
    return made


def next_alliance(alliance: Floats, distress: Floats) -> Estimate | None:
    """The other way round: the next session's alliance on the fall of distress in the week before it.

    Person-mean-centred fall of distress from the end of one week to that of the next, the alliance before controlled,
    random intercepts (Curran & Bauer, 2011); one SD of the centred fall on SDs of the alliance, positive where
    improvement raises the alliance.
    """
    fall, before, after = distress[:, :-2] - distress[:, 1:-1], alliance[:, :-1], alliance[:, 1:]
    client, week = np.nonzero(np.isfinite(fall) & np.isfinite(before) & np.isfinite(after))
    return centred_slope(after[client, week], fall[client, week], before[client, week][:, None], client)
