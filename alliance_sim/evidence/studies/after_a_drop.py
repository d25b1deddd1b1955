"""What follows a drop of ratings that a criterion takes for a rupture, and what such drops are worth (N26-N29)."""

import numpy as np

from alliance_sim.estimands.baselines import Baselines, course, reliable_drop, sample_sd
from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.detection import RELIABLE_DROP, detect, outcome
from alliance_sim.evidence.practice import Practice
from alliance_sim.evidence.studies.outcome import adjusted_outcome
from alliance_sim.evidence.studies.ruptures import dependability
from alliance_sim.evidence.studies.study import NAN, study
from alliance_sim.stats.pooling import correlation

CLASSES = ("back after one session", "no return", "slow return", "late sudden return", "stepwise return")
"""What follows a drop: see `followed`."""

QUARTER_LEFT = RELIABLE_DROP._replace(slack=0.25, slack_of="fall")
"""The criterion of a reliable drop, recovered when a quarter of the drop or less is left."""

COIN, MEDIUM = 0.5, 0.3
"""A predictive value no better than a coin's, and a correlation of medium size (Cohen, 1988)."""

JACOBSON_TRUAX = "Jacobson & Truax (1991)"


def followed(ratings: Floats, reliability: float) -> Floats:
    """Shares of drops (0-1) by what followed, in order of CLASSES; ratings (clients, weeks), nan where there is none.

    A drop is a reliable fall from the rating before; a later rating is back when it is not reliably below that one.
    Drops in a client's last rated session are left out: nothing follows.

    - Back after one session: the next rating is back.
    - No return: no later rating is back.
    - Late sudden return: a rating after the next is the first to be back, by a rise as large as a reliable fall.
    - Slow return: the first rating that is back comes by a smaller rise, and ratings never fall on the way.
    - Stepwise return: it comes by a smaller rise, and ratings fall on the way.
    """
    rated = course(ratings).rated
    least = float(reliable_drop(sample_sd(ratings, None)[:1], reliability)[0]) if len(ratings) else NAN
    step = np.diff(rated, axis=1)
    client, before = np.nonzero((step <= -least) & (step < 0))
    fallen = before + 1
    follows = np.isfinite(np.pad(rated, ((0, 0), (0, 1)), constant_values=NAN)[client, fallen + 1])
    client, fallen = client[follows], fallen[follows]
    if len(client) == 0:
        return np.full(len(CLASSES), np.nan)
    later = np.arange(rated.shape[1]) > fallen[:, None]
    back = later & (rated[client] >= (rated[client, fallen - 1] - least)[:, None])
    first = np.argmax(back, axis=1)
    returned = back.any(axis=1)
    at_once = returned & (first == fallen + 1)
    sudden = step[client, np.maximum(first - 1, 0)] >= least
    steps = np.arange(step.shape[1])
    on_the_way = (steps >= fallen[:, None]) & (steps < first[:, None])
    falls = ((step[client] < 0) & on_the_way).any(axis=1)
    slow = returned & ~at_once & ~sudden
    kinds = (at_once, ~returned, slow & ~falls, returned & ~at_once & sudden, slow & falls)
    return np.array([float(kind.mean()) for kind in kinds])


@study("N26", "back after one session", source=f"{JACOBSON_TRUAX}; in the manner of Gumz et al. (2012)")
def back_after_one(practice: Practice) -> float:
    """Share of reliable drops of wai_client that are back (not reliably below the rating before) in the next session,
    minus the largest share among no return, slow return, late sudden return and stepwise return.
    """
    shares = followed(practice.routine.sessions["wai_client"], dependability())
    return float(shares[0] - shares[1:].max())


def longest_falls(ratings: Floats) -> Floats:
    """Longest run of falls from session to session of each client with two ratings or more, (clients,)."""
    rated = course(ratings).rated
    run, longest = np.zeros(len(rated)), np.zeros(len(rated))
    for fell in (np.diff(rated, axis=1) < 0).T:
        run = np.where(fell, run + 1.0, 0.0)
        longest = np.maximum(longest, run)
    return np.asarray(longest[np.isfinite(ratings).sum(axis=1) > 1])


@study("N27", "95 % of clients at most", source="quantile")
def longest_decline(practice: Practice) -> float:
    """Number of falls of wai_client in a row, the client's longest run: what 95 % of clients do not exceed."""
    longest = longest_falls(practice.routine.sessions["wai_client"])
    return float(np.quantile(longest, 0.95, method="inverted_cdf")) if len(longest) else NAN


@study("N28", "the larger of the two", source=f"{JACOBSON_TRUAX}; Cohen (1988)")
def poor_marker(practice: Practice) -> float:
    """The larger of two numbers, so that both claims hold where it is below zero: share of reliable drops of wai_client
    in whose session a rupture truly happened - 0.5; size of the correlation over clients of any such drop with minus
    symptoms_end (adjusted for symptoms_intake) - 0.3.
    """
    cohort = practice.routine
    found = detect(cohort.sessions["wai_client"], RELIABLE_DROP, dependability())
    if not found.flagged.any():
        return NAN
    right = float((cohort.hidden["rupture"][found.flagged] > 0).mean())
    r = correlation(found.outcome.fell.astype(np.float64), adjusted_outcome(cohort))
    return float(np.fmax(right - COIN, abs(r) - MEDIUM))


@study("N29", "back", source=JACOBSON_TRUAX)
def back_without_ruptures(practice: Practice) -> float:
    """The same clients in a scenario without ruptures: of clients with a reliable drop of wai_client, those whose last
    one is followed by a rating that makes good three quarters of it or more, percent.
    """
    found = outcome(Baselines(practice.calm().sessions["wai_client"]), QUARTER_LEFT, dependability())
    return float(100.0 * found.repaired[found.fell].mean()) if found.fell.any() else NAN
