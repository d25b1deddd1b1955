"""Ruptures as studies see them: reported, coded, or found in ratings by a criterion (P01-P18, R01, R03)."""

import numpy as np

from alliance_sim.analysis.detection_accuracy import last_repaired
from alliance_sim.analysis.drops import Drops, reliable_drops
from alliance_sim.analysis.null_ratings import draw_null, fit_null, in_scores
from alliance_sim.analysis.pooling import correlations_of_studies, pool_correlations
from alliance_sim.evidence.findings import Finding, published
from alliance_sim.evidence.practice import WEEKS, Cohort, Floats, Practice
from alliance_sim.evidence.studies.outcome import adjusted_outcome
from alliance_sim.evidence.studies.study import Study

WITHDRAWAL, CONFRONTATION = 1, 2
"""Codes of markers in reports of raters."""


def _finding(name: str) -> Finding:
    return next(finding for finding in published() if finding.id == name)


def reported(cohort: Cohort, column: str) -> float:
    """Attended sessions in which a rater reports a rupture, percent."""
    reports = cohort.sessions[column]
    known = np.isfinite(reports)
    return float(100.0 * np.mean(reports[known] > 0)) if known.any() else float("nan")


def client_reports(practice: Practice) -> tuple[float, ...]:
    """Sessions in which the client reports a tension."""
    return (reported(practice.routine, "rupture_client"),)


def clients_who_report(practice: Practice) -> tuple[float, ...]:
    """Clients who report at least one rupture within sixteen sessions."""
    reports = practice.routine.sessions["rupture_client"][:, :WEEKS]
    seen = np.isfinite(reports).any(axis=1)
    return (float(100.0 * np.mean((reports[seen] > 0).any(axis=1))) if seen.any() else float("nan"),)


def observer_codes(practice: Practice) -> tuple[float, ...]:
    """Sessions in which an observer codes at least one marker."""
    return (reported(practice.routine, "rupture_observer"),)


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


def types(practice: Practice) -> tuple[float, ...]:
    """Share of coded markers that are withdrawals minus that of confrontations (-1 to 1)."""
    codes = practice.routine.sessions["rupture_observer"]
    withdrawals, confrontations = np.sum(codes == WITHDRAWAL), np.sum(codes == CONFRONTATION)
    total = withdrawals + confrontations
    return (float((withdrawals - confrontations) / total) if total else float("nan"),)


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
    """A drop that was repaired, against none or one that was not, with outcome, among all clients."""
    drops = drops_in(practice.routine)
    return (in_studies(drops.repaired.astype(np.float64), adjusted_outcome(practice.routine), "R03"),)


_DROP = (
    "drop of wai_client from one attended session to the next beyond reliable change (SD of the sample, published "
    "dependability), repaired when a later rating is no longer reliably below the one before it"
)
_SOURCE = "Jacobson & Truax (1991); in the manner of Larsson et al. (2018)"

STUDIES = (
    Study("P01", ("client report",), client_reports, "attended sessions with rupture_client, percent", "share"),
    Study("P02", ("observer",), observer_codes, "attended sessions with rupture_observer, percent", "share"),
    Study(
        "N22",
        ("at least one",),
        clients_who_report,
        "clients with rupture_client in at least one of sixteen sessions, percent of those who attended any",
        "share",
    ),
    Study("P06", ("repaired", "unrepaired", "none"), criterion_shares, f"clients by {_DROP}; percent", _SOURCE),
    Study(
        "P09",
        ("largest difference of shares",),
        by_trauma,
        f"difference between clients with and without trauma history in the shares of clients by {_DROP}",
        _SOURCE,
    ),
    Study(
        "P18",
        ("withdrawals minus confrontations",),
        types,
        "share of rupture_observer that is withdrawal minus share that is confrontation",
        "share",
        people=10,
    ),
    Study(
        "R01",
        ("r",),
        repaired_against_unrepaired,
        f"among clients with a {_DROP}: repaired against not, with minus symptoms_end adjusted for symptoms_intake; "
        "pooled by random effects",
        _SOURCE,
        people=4 * 1314,
    ),
    Study(
        "R03",
        ("r",),
        episode,
        f"repaired {_DROP}: present or not, with minus symptoms_end adjusted for symptoms_intake; studies pooled by "
        "random effects",
        _SOURCE,
    ),
)
