"""How accurately falls in ratings show ruptures: against what truly happened, session by session and client by client.

Sessions are judged by stretches: one begins at every rated session and goes on for `window` more. It is ruptured when
a rupture happened in its first session, and free when none happened in it or within as many sessions before it; the
others are left out. Flags at random find as many ruptures as they raise false alarms.
"""

from typing import NamedTuple

import numpy as np

from alliance_sim.estimands.baselines import course
from alliance_sim.estimands.clinics import Flags, Floats
from alliance_sim.estimands.detection import Falls, LastFall, last_of

KINDS = ("all", "withdrawal", "confrontation", "severe")
"""Ruptures whose sensitivity is reported."""


class TrueRuptures(NamedTuple):
    """What happened in each session (clients, weeks)."""

    ruptured: Flags
    withdrawal: Flags
    severe: Flags  # ruptures of some severity or more
    repaired: Flags  # sessions in which a rupture, or an older load, was repaired


class Stretches(NamedTuple):
    """Stretches of rated sessions, closed up (clients, sessions), from the session on at which each stands."""

    ruptured: Flags
    free: Flags
    score: Floats  # largest fall in the stretch, in units of the criterion
    flagged: Flags  # whether the criterion finds a fall in it


def stretches(ratings: Floats, truth: TrueRuptures, falls: Falls, window: int) -> Stretches:
    """The stretches of all clients; ratings (clients, weeks), nan where there is none."""
    way = course(ratings)
    rated = np.isfinite(way.rated)
    there, flagged = way.of(truth.ruptured) & rated, way.of(falls.flagged) & rated
    score = np.where(rated, way.of(falls.score), -np.inf)
    ahead, flags, near = score.copy(), flagged.copy(), there.copy()
    for by in range(1, window + 1):
        ahead[:, :-by] = np.maximum(ahead[:, :-by], score[:, by:])
        flags[:, :-by] |= flagged[:, by:]
        near[:, :-by] |= there[:, by:]
        near[:, by:] |= there[:, :-by]
    return Stretches(there, rated & ~near, ahead, flags)


def session_accuracy(ratings: Floats, truth: TrueRuptures, falls: Falls, window: int) -> dict[str, float]:
    """Accuracy of a criterion in the sessions of one sample; nan where it is not defined.

    Percentages: `sensitivity_KIND` (ruptures found, by KINDS), `false_alarms` (free stretches with a flag), `flags`
    (rated sessions flagged), `right` (flags with a rupture in their session or within `window` before it), `base`
    (sessions for which that holds, flagged or not: what flags at random would be right in). `youden` = sensitivity -
    false alarms; `area`: chance that the largest fall of a ruptured stretch exceeds that of a free one, ties half
    (area under the curve over all thresholds; Hanley & McNeil, 1982).
    """
    found = stretches(ratings, truth, falls, window)
    way = course(ratings)
    severe, withdrawal = way.of(truth.severe) & found.ruptured, way.of(truth.withdrawal) & found.ruptured
    kinds = {"all": found.ruptured, "severe": severe, "withdrawal": withdrawal}
    kinds["confrontation"] = found.ruptured & ~withdrawal
    rated = np.isfinite(way.rated)
    flagged = way.of(falls.flagged) & rated
    close = _close(found.ruptured, window) & rated
    made = {f"sensitivity_{kind}": percent(found.flagged, kinds[kind]) for kind in KINDS}
    made["false_alarms"] = percent(found.flagged, found.free)
    made |= {"flags": percent(flagged, rated), "right": percent(close, flagged), "base": percent(close, rated)}
    made["youden"] = made["sensitivity_all"] - made["false_alarms"]
    made["area"] = area(found.score[found.ruptured], found.score[found.free])
    made["area_severe"] = area(found.score[kinds["severe"]], found.score[found.free])
    return made


def client_accuracy(truth: TrueRuptures, found: LastFall) -> dict[str, float]:
    """Accuracy of a criterion for whole clients of one sample, percent; nan where it is not defined.

    `client_flagged_if_KIND`: flagged among clients with any rupture, with none, with any severe one, with no severe
    one. `client_repaired_if_repaired`, `..._if_not`: called repaired among clients whose last rupture truly was
    repaired, or was not. `client_repaired_right`: truly so, among those who are called repaired.
    """
    some, severe = np.asarray(truth.ruptured.any(axis=1)), np.asarray(truth.severe.any(axis=1))
    mended = last_repaired(truth.ruptured, truth.repaired)
    made = {
        f"client_flagged_if_{name}": percent(found.fell, who)
        for name, who in (("any", some), ("none", ~some), ("severe", severe), ("no_severe", ~severe))
    }
    made["client_repaired_if_repaired"] = percent(found.repaired, mended)
    made["client_repaired_if_not"] = percent(found.repaired, np.logical_and(some, ~mended))
    made["client_repaired_right"] = percent(mended, found.repaired)
    return made


def last_repaired(ruptured: Flags, repaired: Flags) -> Flags:
    """Clients (clients,) whose last rupture was repaired in its session or later; both (clients, weeks)."""
    since = np.arange(ruptured.shape[1]) >= last_of(ruptured)[:, None]
    return np.asarray(ruptured.any(axis=1) & (repaired & since).any(axis=1))


def curve(found: Stretches, sizes: Floats, among: Flags | None = None) -> Floats:
    """Sensitivity and false alarms, %, were the criterion's threshold another (sizes, 2); among some ruptures."""
    ruptured = found.score[found.ruptured if among is None else among]
    return np.column_stack([_percent_from(scores, sizes) for scores in (ruptured, found.score[found.free])])


def _percent_from(scores: Floats, sizes: Floats) -> Floats:
    """Share of scores that reach each size, % (sizes,); nan where there are no scores."""
    below = np.searchsorted(np.sort(scores), sizes)
    return 100.0 * (len(scores) - below) / len(scores) if len(scores) else np.full(len(sizes), np.nan)


def area(positive: Floats, negative: Floats) -> float:
    """Chance that a positive exceeds a negative, ties half (Mann & Whitney, 1947); nan where one has no member."""
    from scipy.stats import rankdata

    n, m = len(positive), len(negative)
    ranks = rankdata(np.concatenate([positive, negative]))
    return float((ranks[:n].sum() - n * (n + 1) / 2.0) / (n * m)) if n and m else float("nan")


def percent(happened: Flags, among: Flags) -> float:
    """Share of some that something happened to, %; nan where there are none."""
    count = int(among.sum())
    return 100.0 * int((happened & among).sum()) / count if count else float("nan")


def _close(there: Flags, window: int) -> Flags:
    """Sessions with a mark in them or within `window` before them."""
    made = there.copy()
    for by in range(1, window + 1):
        made[:, by:] |= there[:, :-by]
    return made
