"""What follows a drop of ratings that a criterion takes for a rupture, and what such drops are worth (N26-N29)."""

import numpy as np

from alliance_sim.estimands.baselines import Baselines, course, reliable_drop, sample_sd
from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.detection import RELIABLE_DROP, detect, outcome
from alliance_sim.evidence.practice import Practice
from alliance_sim.evidence.studies.outcome import adjusted_outcome
from alliance_sim.evidence.studies.ruptures import dependability
from alliance_sim.evidence.studies.study import Study
from alliance_sim.stats.pooling import correlation

CLASSES = ("back after one session", "no return", "slow return", "late sudden return", "stepwise return")
"""What follows a drop, each in a sentence: see `followed`."""

QUARTER_LEFT = RELIABLE_DROP._replace(slack=0.25, slack_of="fall")
"""The criterion of a reliable drop, recovered when a quarter of the drop or less is left."""

USUAL = 0.95
"""Share of clients whose longest run of falls is looked at."""

COIN, MEDIUM = 0.5, 0.3
"""A predictive value no better than a coin's, and a correlation of medium size (Cohen, 1988)."""

NAN = float("nan")


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
    client, place = np.nonzero((step <= -least) & (step < 0))
    place = place + 1  # of the rating that has fallen
    follows = place + 1 < rated.shape[1]
    client, place = client[follows], place[follows]
    follows = np.isfinite(rated[client, place + 1])
    client, place = client[follows], place[follows]
    if len(client) == 0:
        return np.full(len(CLASSES), np.nan)
    later = np.arange(rated.shape[1]) > place[:, None]
    back = later & (rated[client] >= (rated[client, place - 1] - least)[:, None])
    first = np.argmax(back, axis=1)  # of the rating that is back
    returned = back.any(axis=1)
    at_once = returned & (first == place + 1)
    sudden = step[client, np.maximum(first - 1, 0)] >= least
    between = (np.arange(step.shape[1]) >= place[:, None]) & (np.arange(step.shape[1]) < first[:, None])
    falls = ((step[client] < 0) & between).any(axis=1)
    slow = returned & ~at_once & ~sudden
    kinds = (at_once, ~returned, slow & ~falls, returned & ~at_once & sudden, slow & falls)
    return np.array([float(kind.mean()) for kind in kinds])


def back_after_one(practice: Practice) -> tuple[float, ...]:
    """Share of drops that are back after one session, minus that of the next frequent course."""
    shares = followed(practice.routine.sessions["wai_client"], dependability())
    return (float(shares[0] - shares[1:].max()),)


def longest_falls(ratings: Floats) -> Floats:
    """Longest run of falls from session to session of each client with two ratings or more, (clients,)."""
    rated = course(ratings).rated
    run, longest = np.zeros(len(rated)), np.zeros(len(rated))
    for fell in (np.diff(rated, axis=1) < 0).T:
        run = np.where(fell, run + 1.0, 0.0)
        longest = np.maximum(longest, run)
    return np.asarray(longest[np.isfinite(ratings).sum(axis=1) > 1])


def longest_decline(practice: Practice) -> tuple[float, ...]:
    """The number of falls in a row that 95 % of clients do not exceed."""
    longest = longest_falls(practice.routine.sessions["wai_client"])
    return (float(np.quantile(longest, USUAL, method="inverted_cdf")) if len(longest) else NAN,)


def poor_marker(practice: Practice) -> tuple[float, ...]:
    """Below zero where drops are a poor marker of ruptures and have no strong relation to outcome."""
    cohort = practice.routine
    found = detect(cohort.sessions["wai_client"], RELIABLE_DROP, dependability())
    if not found.flagged.any():
        return (NAN,)
    right = float((cohort.hidden["rupture"][found.flagged] > 0).mean())
    r = correlation(found.outcome.fell.astype(np.float64), adjusted_outcome(cohort))
    return (float(np.fmax(right - COIN, abs(r) - MEDIUM)),)


def back_without_ruptures(practice: Practice) -> tuple[float, ...]:
    """Clients whose last drop was recovered in a world without ruptures, percent of clients with a drop."""
    found = outcome(Baselines(practice.calm().sessions["wai_client"]), QUARTER_LEFT, dependability())
    return (float(100.0 * found.repaired[found.fell].mean()) if found.fell.any() else NAN,)


_DROPS = "drops of wai_client from one attended session to the next beyond reliable change"

STUDIES = (
    Study(
        "N26", ("back after one session",), back_after_one,
        f"share of {_DROPS} that are back (not reliably below the rating before) in the next session - the largest "
        "share among no return, slow return, late sudden return and stepwise return",
        "Jacobson & Truax (1991); in the manner of Gumz et al. (2012)",
    ),
    Study(
        "N27", ("95 % of clients at most",), longest_decline,
        "number of falls of wai_client in a row, the client's longest run: what 95 % of clients do not exceed",
        "quantile",
    ),
    Study(
        "N28", ("the larger of the two",), poor_marker,
        f"the larger of two numbers, so that both claims hold where it is below zero: share of {_DROPS} in whose "
        "session a rupture truly happened - 0.5; size of the correlation over clients of any such drop with minus "
        "symptoms_end (adjusted for symptoms_intake) - 0.3",
        "Jacobson & Truax (1991); Cohen (1988)",
    ),
    Study(
        "N29", ("back",), back_without_ruptures,
        f"the same clients in a world without ruptures: of clients with {_DROPS}, those whose last one is followed by "
        "a rating that makes good three quarters of it or more, percent",
        "Jacobson & Truax (1991)",
    ),
)  # fmt: skip
