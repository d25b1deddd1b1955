"""Clients' attachment and the alliance (B01, B02, B03)."""

from alliance_sim.evidence.practice import Floats, Practice, questionnaire
from alliance_sim.evidence.studies.outcome import cut_into_studies, rating_as_studied
from alliance_sim.evidence.studies.study import Study
from alliance_sim.stats.pooling import correlations_of_studies, pool_correlations

RELIABILITY = 0.9
"""Reliability of self-reports of attachment (Fraley, Waller & Brennan, 2000)."""


def reports(practice: Practice) -> tuple[Floats, Floats]:
    """What clients report of their attachment anxiety and avoidance, in SD of the trait."""
    clients = practice.routine.clients
    return (
        questionnaire(clients["anxiety"], RELIABILITY, practice.number, 1),
        questionnaire(clients["avoidance"], RELIABILITY, practice.number, 2),
    )


def with_alliance(practice: Practice, report: Floats) -> float:
    """Pooled correlation of a self-report with the client's rating, studies cut as those of alliance and outcome."""
    study = cut_into_studies(len(practice.routine))
    rating = rating_as_studied(practice.routine, "wai_client", study)
    return pool_correlations(*correlations_of_studies(report, rating, study)).r


def security(practice: Practice) -> tuple[float, ...]:
    """Attachment security (low anxiety and low avoidance) with the alliance."""
    anxiety, avoidance = reports(practice)
    return (with_alliance(practice, -(anxiety + avoidance)),)


def anxiety(practice: Practice) -> tuple[float, ...]:
    """Attachment anxiety with the alliance."""
    return (with_alliance(practice, reports(practice)[0]),)


def avoidance(practice: Practice) -> tuple[float, ...]:
    """Attachment avoidance with the alliance."""
    return (with_alliance(practice, reports(practice)[1]),)


_HOW = "with wai_client at the time at which the study asks, in studies of 30-200 clients, pooled by random effects"
_SOURCE = "DerSimonian & Laird (1986); Fraley, Waller & Brennan (2000) for the questionnaire"

STUDIES = (
    Study("B01", ("r",), security, f"minus the sum of self-reported anxiety and avoidance {_HOW}", _SOURCE),
    Study("B02", ("r",), anxiety, f"self-reported attachment anxiety {_HOW}", _SOURCE),
    Study("B03", ("r",), avoidance, f"self-reported attachment avoidance {_HOW}", _SOURCE),
)
