"""Ruptures and outcome: drops of ratings by a criterion, markers, repairs (P06, P09, R01, R03, N31a-N32b)."""

import numpy as np

from alliance_sim.estimands.clinics import Flags
from alliance_sim.estimands.detection import Drops, reliable_drops
from alliance_sim.estimands.detection_accuracy import last_repaired
from alliance_sim.estimands.null_ratings import draw_null, fit_null, in_scores
from alliance_sim.evidence.findings import Finding, published
from alliance_sim.evidence.practice import Cohort, Floats, Practice
from alliance_sim.evidence.studies.outcome import adjusted_outcome, mean_known
from alliance_sim.evidence.studies.study import Earlier, Study
from alliance_sim.stats.pooling import correlation, correlations_of_studies, pool_correlations, residual

LONG = 8
"""Attended sessions that a longer treatment exceeds."""

EARLY = 5
"""Sessions whose ruptures are early."""


def _finding(name: str) -> Finding:
    return next(finding for finding in published() if finding.id == name)


def dependability() -> float:
    """Published dependability of one alliance rating (0-1)."""
    return _finding("A20").parts[0].value


def drops_in(cohort: Cohort) -> Drops:
    """Reliable drops of the client's ratings, and whether they were recovered."""
    return reliable_drops(cohort.sessions["wai_client"], dependability())


def shares(drops: Drops) -> Floats:
    """Clients with a repaired drop, with an unrepaired one, and without any, percent (3,)."""
    if len(drops.dropped) == 0:
        return np.full(3, np.nan)
    return 100.0 * np.array([drops.repaired.mean(), drops.unrepaired.mean(), 1.0 - drops.dropped.mean()])


def criterion_shares(practice: Practice) -> tuple[float, ...]:
    """Shares of clients by reliable drops of their ratings."""
    return tuple(float(share) for share in shares(drops_in(practice.routine)))


def true_shares(practice: Practice) -> tuple[float, ...]:
    """The same clients by what truly happened: last rupture repaired, not repaired, no rupture; percent.

    Shown beside what the criterion finds; no study could see it.
    """
    happened = practice.routine.hidden["rupture"] > 0
    mended = practice.routine.hidden["repaired"] == 1
    drops = Drops(np.asarray(happened.any(axis=1)), last_repaired(happened, mended))
    return tuple(float(share) for share in shares(drops))


def null_shares(practice: Practice) -> tuple[float, ...]:
    """What the criterion finds in null ratings of the same clients (`analysis.null_ratings`), percent.

    Those have the clients' levels, the drift and the error of the sample, and no event. Shown beside what is observed.
    """
    luck = np.random.Generator(np.random.Philox(key=practice.number))
    null = draw_null(fit_null(in_scores(practice.routine.sessions["wai_client"])), luck)
    return tuple(float(share) for share in shares(reliable_drops(null, dependability())))


def by_trauma(practice: Practice) -> tuple[float, ...]:
    """Largest difference, clients with a history of trauma minus those without, among the three shares (0-1)."""
    drops = drops_in(practice.routine)
    history = practice.routine.clients["trauma"] > 0
    if not history.any() or history.all():
        return (float("nan"),)
    with_history = shares(Drops(drops.dropped[history], drops.repaired[history]))
    without = shares(Drops(drops.dropped[~history], drops.repaired[~history]))
    difference = (with_history - without) / 100.0
    return (float(difference[np.argmax(np.abs(difference))]),)


def in_studies(group: Floats, outcome: Floats, finding: str) -> float:
    """Point-biserial correlation of a group (0, 1; nan: not in the study) with outcome, pooled.

    Clients are cut into studies of the mean size that was published.
    """
    people, studies = _finding(finding).people, _finding(finding).studies
    size = max(20, round((people or 60) / (studies or 1)))
    inside = np.flatnonzero(np.isfinite(group))
    if len(inside) == 0:
        return float("nan")
    study = np.arange(len(inside)) // size
    study = np.minimum(study, max(len(inside) // size - 1, 0))
    return pool_correlations(*correlations_of_studies(group[inside], outcome[inside], study)).r


def repaired_against_unrepaired(practice: Practice) -> tuple[float, ...]:
    """Repair of the drop with outcome, among clients with a drop."""
    drops = drops_in(practice.routine)
    group = np.where(drops.dropped, drops.repaired.astype(np.float64), np.nan)
    return (in_studies(group, adjusted_outcome(practice.routine), "R01"),)


def episode(practice: Practice) -> tuple[float, ...]:
    """A drop that was repaired, against none or one that was not, with outcome, among all clients.

    How the first edition of the law asked for episodes of rupture and repair (R03).
    """
    drops = drops_in(practice.routine)
    return (in_studies(drops.repaired.astype(np.float64), adjusted_outcome(practice.routine), "R03"),)


def resolution(practice: Practice) -> tuple[float, ...]:
    """How far an observer sees resolved what was wrong, mean of a client's sessions, with outcome."""
    rated = practice.routine.sessions["resolved_observer"]
    return (in_studies(mean_known(rated), adjusted_outcome(practice.routine), "R03"),)


def difference(outcome: Floats, some: Flags, others: Flags) -> float:
    """Mean outcome of some clients minus that of others, in SD of all (clients,); nan where a group is empty."""
    known = np.isfinite(outcome)
    some, others = some & known, others & known
    if not some.any() or not others.any():
        return float("nan")
    sd = float(outcome[known].std(ddof=1))
    return float(outcome[some].mean() - outcome[others].mean()) / sd if sd > 0 else float("nan")


def unrepaired_minus_none(practice: Practice) -> tuple[float, ...]:
    """Outcome of clients whose last drop was not repaired, minus that of clients without a drop."""
    drops = drops_in(practice.routine)
    return (difference(adjusted_outcome(practice.routine), drops.unrepaired, ~drops.dropped),)


def repaired_minus_none(practice: Practice) -> tuple[float, ...]:
    """Outcome of clients whose last drop was repaired, minus that of clients without a drop; longer treatments."""
    drops = drops_in(practice.routine)
    long = np.isfinite(practice.routine.sessions["wai_client"]).sum(axis=1) > LONG
    return (difference(adjusted_outcome(practice.routine), drops.repaired & long, ~drops.dropped & long),)


def partial(count: Floats, cohort: Cohort) -> float:
    """Correlation of a number (clients,; nan: not in the study) with improvement, symptoms at intake held constant."""
    return correlation(residual(count, cohort.clients["symptoms_intake"]), adjusted_outcome(cohort))


def early_ruptures(practice: Practice) -> tuple[float, ...]:
    """Early sessions with a marker, with improvement."""
    codes = practice.routine.sessions["rupture_observer"][:, :EARLY]
    seen = np.isfinite(codes).any(axis=1)
    return (partial(np.where(seen, (codes > 0).sum(axis=1), np.nan), practice.routine),)


def late_repairs(practice: Practice) -> tuple[float, ...]:
    """Repairs in the last third of a client's sessions, with improvement."""
    cohort = practice.routine
    came = cohort.sessions["attended"] == 1
    number, sessions = np.cumsum(came, axis=1), came.sum(axis=1)
    late = came & (3 * number > 2 * sessions[:, None])
    repairs = (late & (cohort.hidden["repaired"] == 1)).sum(axis=1)
    return (partial(np.where(sessions > 0, repairs, np.nan), cohort),)


_DROP = (
    "drop of wai_client from one attended session to the next beyond reliable change (SD of the sample, published "
    "dependability), repaired when a later rating is no longer reliably below the one before it"
)
_SOURCE = "Jacobson & Truax (1991); in the manner of Larsson et al. (2018)"

STUDIES = (
    Study("P06", ("repaired", "unrepaired", "none"), criterion_shares, f"clients by {_DROP}; percent", _SOURCE),
    Study(
        "P09", ("largest difference of shares",), by_trauma,
        f"difference between clients with and without trauma history in the shares of clients by {_DROP}", _SOURCE,
    ),
    Study(
        "R01", ("r",), repaired_against_unrepaired,
        f"among clients with a {_DROP}: repaired against not, with minus symptoms_end adjusted for symptoms_intake; "
        "pooled by random effects", _SOURCE, people=4 * 1314,
    ),
    Study(
        "R03", ("r",), resolution,
        "each client's mean resolved_observer (sessions that the observer rated) with minus symptoms_end adjusted for "
        "symptoms_intake; studies pooled by random effects", "fixed beforehand: resolution as an observer rates it",
        earlier=Earlier(
            "by a criterion, as in the first edition", episode,
            f"repaired {_DROP}: present or not, with minus symptoms_end adjusted for symptoms_intake; studies pooled "
            "by random effects",
        ),
    ),
    Study(
        "N31a", ("unrepaired minus none",), unrepaired_minus_none,
        f"minus symptoms_end adjusted for symptoms_intake, in SD: clients with a {_DROP}, not repaired, minus clients "
        "without a drop", _SOURCE,
    ),
    Study(
        "N31b", ("repaired minus none",), repaired_minus_none,
        "the same in clients who attended more than eight sessions: those whose last drop was repaired minus those "
        "without a drop", _SOURCE,
    ),
    Study(
        "N32a", ("partial r",), early_ruptures,
        "number of sessions 1-5 with rupture_observer with minus symptoms_end, symptoms_intake partialled out of both",
        "partial correlation",
    ),
    Study(
        "N32b", ("partial r",), late_repairs,
        "number of repairs (true events) in the last third of the sessions that a client attended with minus "
        "symptoms_end, symptoms_intake partialled out of both", "partial correlation",
    ),
)  # fmt: skip
