"""Ruptures and outcome: drops of ratings by a criterion, markers, repairs (P06, P09, R01, R03, N31a-N32b)."""

import numpy as np

from alliance_sim.estimands.clinics import Flags
from alliance_sim.estimands.detection import Drops, reliable_drops
from alliance_sim.estimands.detection_accuracy import last_repaired
from alliance_sim.estimands.null_ratings import draw_null, fit_null, in_scores
from alliance_sim.evidence.findings import finding
from alliance_sim.evidence.practice import Cohort, Floats, Practice
from alliance_sim.evidence.studies.outcome import adjusted_outcome, mean_known
from alliance_sim.evidence.studies.study import NAN, study
from alliance_sim.stats.pooling import correlation, correlations_of_studies, pool_correlations, residual

LONG = 8
"""Attended sessions that a longer treatment exceeds."""

EARLY = 5
"""Sessions whose ruptures are early."""

LARSSON = "Jacobson & Truax (1991); in the manner of Larsson et al. (2018)"


def dependability() -> float:
    """Published dependability of one alliance rating (0-1)."""
    return finding("A20").parts[0].value


def drops_in(cohort: Cohort) -> Drops:
    """Reliable drops of the client's ratings, and whether they were recovered."""
    return reliable_drops(cohort.sessions["wai_client"], dependability())


def shares(drops: Drops) -> tuple[float, ...]:
    """Clients with a repaired drop, with an unrepaired one, and without any, percent."""
    if len(drops.dropped) == 0:
        return NAN, NAN, NAN
    return tuple(
        float(100.0 * share) for share in (drops.repaired.mean(), drops.unrepaired.mean(), 1.0 - drops.dropped.mean())
    )


def true_shares(practice: Practice) -> tuple[float, ...]:
    """The clients of P06 by what truly happened: last rupture repaired, not repaired, no rupture; percent.

    Shown next to what the criterion finds; no study could see it.
    """
    happened = practice.routine.hidden["rupture"] > 0
    mended = practice.routine.hidden["repaired"] == 1
    return shares(Drops(np.asarray(happened.any(axis=1)), last_repaired(happened, mended)))


def null_shares(practice: Practice) -> tuple[float, ...]:
    """What the criterion of P06 finds in null ratings of the same clients (`estimands.null_ratings`), percent.

    Null ratings have the clients' levels, the drift and the error of the sample, and no event.
    """
    draws = np.random.Generator(np.random.Philox(key=practice.number))
    null = draw_null(fit_null(in_scores(practice.routine.sessions["wai_client"])), draws)
    return shares(reliable_drops(null, dependability()))


@study("P06", "repaired", "unrepaired", "none", source=LARSSON, truth=true_shares, null=null_shares)
def criterion_shares(practice: Practice) -> tuple[float, ...]:
    """Clients by reliable drops, percent: drop of wai_client from one attended session to the next beyond reliable
    change (SD of the sample, published dependability), repaired when a later rating is no longer reliably below the
    one before it.
    """
    return shares(drops_in(practice.routine))


@study("P09", "largest difference of shares", source=LARSSON)
def by_trauma(practice: Practice) -> float:
    """Difference between clients with and without trauma history in the shares of P06 (0-1), the largest of the
    three.
    """
    drops = drops_in(practice.routine)
    history = practice.routine.clients["trauma"] > 0
    if not history.any() or history.all():
        return NAN
    with_history, without = (
        np.array(shares(Drops(drops.dropped[group], drops.repaired[group]))) for group in (history, ~history)
    )
    difference = (with_history - without) / 100.0
    return float(difference[np.argmax(np.abs(difference))])


def in_studies(group: Floats, outcome: Floats, name: str) -> float:
    """Point-biserial correlation of a group (0, 1; nan: not in the study) with outcome, pooled.

    Clients are cut into studies of the mean size that was published for the finding `name`.
    """
    people, studies = finding(name).people, finding(name).studies
    size = max(20, round((people or 60) / (studies or 1)))
    inside = np.flatnonzero(np.isfinite(group))
    if len(inside) == 0:
        return NAN
    sample = np.minimum(np.arange(len(inside)) // size, max(len(inside) // size - 1, 0))
    return pool_correlations(*correlations_of_studies(group[inside], outcome[inside], sample)).r


@study("R01", "r", source=LARSSON, people=4 * 1314)
def repaired_against_unrepaired(practice: Practice) -> float:
    """Among clients with a drop as in P06: repaired against not, with minus symptoms_end adjusted for symptoms_intake;
    pooled by random effects.
    """
    drops = drops_in(practice.routine)
    group = np.where(drops.dropped, drops.repaired.astype(np.float64), np.nan)
    return in_studies(group, adjusted_outcome(practice.routine), "R01")


def repaired_drop(practice: Practice) -> float:
    """How the first edition asked for R03: repaired drop as in P06, present or not, with adjusted outcome, pooled."""
    drops = drops_in(practice.routine)
    return in_studies(drops.repaired.astype(np.float64), adjusted_outcome(practice.routine), "R03")


@study("R03", "r", source="fixed beforehand: resolution as an observer rates it", earlier=repaired_drop)
def resolution(practice: Practice) -> float:
    """Each client's mean resolved_observer (sessions that the observer rated) with minus symptoms_end adjusted for
    symptoms_intake; studies pooled by random effects.
    """
    rated = practice.routine.sessions["resolved_observer"]
    return in_studies(mean_known(rated), adjusted_outcome(practice.routine), "R03")


def difference(outcome: Floats, some: Flags, others: Flags) -> float:
    """Mean outcome of some clients minus that of others, in SD of all (clients,); nan where a group is empty."""
    known = np.isfinite(outcome)
    some, others = some & known, others & known
    if not some.any() or not others.any():
        return NAN
    sd = float(outcome[known].std(ddof=1))
    return float(outcome[some].mean() - outcome[others].mean()) / sd if sd > 0 else NAN


@study("N31a", "unrepaired minus none", source=LARSSON)
def unrepaired_minus_none(practice: Practice) -> float:
    """Minus symptoms_end adjusted for symptoms_intake, in SD: clients whose last drop (P06) was not repaired minus
    clients without a drop.
    """
    drops = drops_in(practice.routine)
    return difference(adjusted_outcome(practice.routine), drops.unrepaired, ~drops.dropped)


@study("N31b", "repaired minus none", source=LARSSON)
def repaired_minus_none(practice: Practice) -> float:
    """As N31a in clients who attended more than eight sessions: those whose last drop was repaired minus those without
    a drop.
    """
    drops = drops_in(practice.routine)
    long = np.isfinite(practice.routine.sessions["wai_client"]).sum(axis=1) > LONG
    return difference(adjusted_outcome(practice.routine), drops.repaired & long, ~drops.dropped & long)


def partial_r(count: Floats, cohort: Cohort) -> float:
    """Correlation of a number (clients,; nan: not in the study) with improvement, symptoms at intake held constant."""
    return correlation(residual(count, cohort.clients["symptoms_intake"]), adjusted_outcome(cohort))


@study("N32a", "partial r", source="partial correlation")
def early_ruptures(practice: Practice) -> float:
    """Number of sessions 1-5 with rupture_observer with minus symptoms_end, symptoms_intake partialled out of both."""
    codes = practice.routine.sessions["rupture_observer"][:, :EARLY]
    seen = np.isfinite(codes).any(axis=1)
    return partial_r(np.where(seen, (codes > 0).sum(axis=1), np.nan), practice.routine)


@study("N32b", "partial r", source="partial correlation")
def late_repairs(practice: Practice) -> float:
    """Number of repairs (true events) in the last third of the sessions that a client attended with minus symptoms_end,
    symptoms_intake partialled out of both.
    """
    cohort = practice.routine
    came = cohort.sessions["attended"] == 1
    number, sessions = np.cumsum(came, axis=1), came.sum(axis=1)
    late = came & (3 * number > 2 * sessions[:, None])
    repairs = (late & (cohort.hidden["repaired"] == 1)).sum(axis=1)
    return partial_r(np.where(sessions > 0, repairs, np.nan), cohort)
