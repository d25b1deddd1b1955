"""Drops of ratings that a criterion takes for ruptures: how many, what follows, and with which outcome (P06, P09, R01,
R03, N26-N32b).
"""

import numpy as np

from alliance_sim.estimands.baselines import Baselines, course, reliable_drop, sample_sd
from alliance_sim.estimands.clinics import Flags, Floats
from alliance_sim.estimands.detection import RELIABLE_DROP, Drops, detect, outcome, reliable_drops
from alliance_sim.estimands.falls import DEPENDABILITY
from alliance_sim.estimands.histories import by_last_rupture
from alliance_sim.estimands.null_ratings import draw_null, fit_null, in_scores
from alliance_sim.evidence.findings import finding
from alliance_sim.evidence.practice import Cohort, Practice
from alliance_sim.evidence.studies.outcome import adjusted_outcome, mean_known
from alliance_sim.evidence.studies.study import NAN, Measure, percent
from alliance_sim.stats.pooling import correlation, correlations_of_studies, pool_correlations, residual

LONG = 8
"""Attended sessions that a longer treatment exceeds."""

EARLY = 5
"""Sessions whose ruptures are early."""

CLASSES = ("back after one session", "no return", "slow return", "late sudden return", "stepwise return")
"""What follows a drop: see `followed`."""

QUARTER_LEFT = RELIABLE_DROP._replace(slack=0.25, slack_of="fall")
"""The criterion of a reliable drop, recovered when a quarter of the drop or less is left."""

COIN, MEDIUM = 0.5, 0.3
"""A predictive value no better than a coin's, and a correlation of medium size (Cohen, 1988)."""


def drops_in(cohort: Cohort) -> Drops:
    """Reliable drops of the client's ratings, and whether they were recovered."""
    return reliable_drops(cohort.sessions["wai_client"], DEPENDABILITY)


def shares(drops: Drops) -> tuple[float, ...]:
    """Clients with a repaired drop, with an unrepaired one, and without any, percent."""
    return tuple(map(percent, (drops.repaired, drops.unrepaired, ~drops.dropped)))


def true_shares(practice: Practice) -> tuple[float, ...]:
    """The same clients by what truly happened: last rupture repaired, not repaired, no rupture; no study sees it."""
    hidden = practice.routine.hidden
    return shares(by_last_rupture(np.asarray(hidden["rupture"] > 0, np.float64), hidden["repaired"]))


def null_shares(practice: Practice) -> tuple[float, ...]:
    """What the criterion finds in null ratings of the same clients (`estimands.null_ratings`), percent.

    Null ratings have the clients' levels, the drift and the error of the sample, and no event.
    """
    draws = np.random.Generator(np.random.Philox(key=practice.number))
    null = draw_null(fit_null(in_scores(practice.routine.sessions["wai_client"])), draws)
    return shares(reliable_drops(null, DEPENDABILITY))


def by_trauma(practice: Practice) -> float:
    """Difference between clients with and without trauma history in the shares (0-1), the largest of the three."""
    drops, history = drops_in(practice.routine), practice.routine.clients["trauma"] > 0
    with_history, without = (
        np.array(shares(Drops(drops.dropped[group], drops.repaired[group]))) for group in (history, ~history)
    )
    difference = (with_history - without) / 100.0
    return float(difference[np.argmax(np.abs(difference))])


def in_studies(group: Floats, cohort: Cohort, name: str) -> float:
    """Correlation of a number (clients,; nan: not in the study) with adjusted outcome, pooled over studies.

    Clients are cut into studies of the mean size that was published for the finding `name`.
    """
    people, studies = finding(name).people, finding(name).studies
    size = max(20, round((people or 60) / (studies or 1)))
    inside = np.flatnonzero(np.isfinite(group))
    sample = np.minimum(np.arange(len(inside)) // size, max(len(inside) // size - 1, 0))
    return pool_correlations(*correlations_of_studies(group[inside], adjusted_outcome(cohort)[inside], sample)).r


def repaired_if_dropped(cohort: Cohort) -> Floats:
    """1 for clients whose last drop was repaired, 0 for those whose was not, nan without a drop."""
    drops = drops_in(cohort)
    return np.where(drops.dropped, drops.repaired.astype(np.float64), np.nan)


def difference(cohort: Cohort, some: Flags, others: Flags) -> float:
    """Mean adjusted outcome of some clients minus that of others, in SD of all; nan where a group is empty."""
    outcome = adjusted_outcome(cohort)
    there = np.isfinite(outcome)
    some, others = some & there, others & there
    if not some.any() or not others.any():
        return NAN
    sd = float(outcome[there].std(ddof=1))
    return float(outcome[some].mean() - outcome[others].mean()) / sd if sd > 0 else NAN


def unrepaired_minus_none(practice: Practice) -> float:
    """Outcome of clients with an unrepaired drop minus that of clients without a drop."""
    drops = drops_in(practice.routine)
    return difference(practice.routine, drops.unrepaired, ~drops.dropped)


def repaired_minus_none(practice: Practice) -> float:
    """Outcome of clients with a repaired drop minus that of clients without a drop, in longer treatments."""
    drops = drops_in(practice.routine)
    long = np.isfinite(practice.routine.sessions["wai_client"]).sum(axis=1) > LONG
    return difference(practice.routine, drops.repaired & long, ~drops.dropped & long)


def partial_r(count: Floats, cohort: Cohort) -> float:
    """Correlation of a number (clients,; nan: not in the study) with improvement, symptoms at intake held constant."""
    return correlation(residual(count, cohort.clients["symptoms_intake"]), adjusted_outcome(cohort))


def early_ruptures(practice: Practice) -> float:
    """Partial correlation of the number of observed early ruptures with improvement."""
    codes = practice.routine.sessions["rupture_observer"][:, :EARLY]
    seen = np.isfinite(codes).any(axis=1)
    return partial_r(np.where(seen, (codes > 0).sum(axis=1), np.nan), practice.routine)


def late_repairs(practice: Practice) -> float:
    """Partial correlation of the number of repairs in the last third of a client's sessions with improvement."""
    cohort = practice.routine
    came = cohort.sessions["attended"] == 1
    number, sessions = np.cumsum(came, axis=1), came.sum(axis=1)
    late = came & (3 * number > 2 * sessions[:, None])
    repairs = (late & (cohort.hidden["repaired"] == 1)).sum(axis=1)
    return partial_r(np.where(sessions > 0, repairs, np.nan), cohort)


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
    first, returned = np.argmax(back, axis=1), back.any(axis=1)
    sudden = step[client, np.maximum(first - 1, 0)] >= least
    steps = np.arange(step.shape[1])
    on_the_way = (steps >= fallen[:, None]) & (steps < first[:, None])
    falls = ((step[client] < 0) & on_the_way).any(axis=1)
    kinds = np.select([~returned, first == fallen + 1, sudden, falls], [1, 0, 3, 4], 2)
    return np.bincount(kinds, minlength=len(CLASSES)) / len(kinds)


def back_after_one(practice: Practice) -> float:
    """Share of drops that are back in the next session, minus the largest share of another course."""
    found = followed(practice.routine.sessions["wai_client"], DEPENDABILITY)
    return float(found[0] - found[1:].max())


def longest_falls(ratings: Floats) -> Floats:
    """Longest run of falls from session to session of each client with two ratings or more, (clients,)."""
    rated = course(ratings).rated
    run, longest = np.zeros(len(rated)), np.zeros(len(rated))
    for fell in (np.diff(rated, axis=1) < 0).T:
        run = np.where(fell, run + 1.0, 0.0)
        longest = np.maximum(longest, run)
    return np.asarray(longest[np.isfinite(ratings).sum(axis=1) > 1])


def longest_decline(practice: Practice) -> float:
    """The number of falls in a row that 95 % of clients do not exceed."""
    longest = longest_falls(practice.routine.sessions["wai_client"])
    return float(np.quantile(longest, 0.95, method="inverted_cdf")) if len(longest) else NAN


def poor_marker(practice: Practice) -> float:
    """The larger of two numbers, so that both claims hold where it is below zero: predictive value, and size of r."""
    cohort = practice.routine
    found = detect(cohort.sessions["wai_client"], RELIABLE_DROP, DEPENDABILITY)
    if not found.flagged.any():
        return NAN
    right = float((cohort.hidden["rupture"][found.flagged] > 0).mean())
    r = correlation(found.outcome.fell.astype(np.float64), adjusted_outcome(cohort))
    return float(np.fmax(right - COIN, abs(r) - MEDIUM))


def back_without_ruptures(practice: Practice) -> float:
    """In a scenario without ruptures: clients whose last drop is made good by three quarters, of those with a drop."""
    found = outcome(Baselines(practice.calm().sessions["wai_client"]), QUARTER_LEFT, DEPENDABILITY)
    return percent(found.repaired[found.fell])


MEASURES: dict[str, Measure] = {
    "P06": lambda p: shares(drops_in(p.routine)),
    "P09": by_trauma,
    "R01": lambda p: in_studies(repaired_if_dropped(p.routine), p.routine, "R01"),
    "R03": lambda p: in_studies(mean_known(p.routine.sessions["resolved_observer"]), p.routine, "R03"),
    "N26": back_after_one,
    "N27": longest_decline,
    "N28": poor_marker,
    "N29": back_without_ruptures,
    "N31a": unrepaired_minus_none,
    "N31b": repaired_minus_none,
    "N32a": early_ruptures,
    "N32b": late_repairs,
}

TRUTH: dict[str, Measure] = {"P06": true_shares}
NULL: dict[str, Measure] = {"P06": null_shares}
EARLIER: dict[str, Measure] = {
    # the first edition asked for a drop that was repaired, present or not
    "R03": lambda p: in_studies(drops_in(p.routine).repaired.astype(np.float64), p.routine, "R03"),
}
