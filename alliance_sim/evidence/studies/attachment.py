"""Clients' attachment and the alliance (B01, B02, B03)."""

from alliance_sim.evidence.practice import Floats, Practice, questionnaire
from alliance_sim.evidence.studies.outcome import cut_into_studies, rating_as_studied
from alliance_sim.evidence.studies.study import study
from alliance_sim.stats.pooling import correlations_of_studies, pool_correlations

RELIABILITY = 0.9
"""Reliability of self-reports of attachment (Fraley, Waller & Brennan, 2000)."""

METHOD = "DerSimonian & Laird (1986); Fraley, Waller & Brennan (2000) for the questionnaire"


def self_reports(practice: Practice) -> tuple[Floats, Floats]:
    """What clients report of their attachment anxiety and avoidance, in SD of the trait."""
    clients = practice.routine.clients
    return (
        questionnaire(clients["anxiety"], RELIABILITY, practice.number, 1),
        questionnaire(clients["avoidance"], RELIABILITY, practice.number, 2),
    )


def with_alliance(practice: Practice, report: Floats) -> float:
    """Pooled correlation of a self-report with the client's rating, studies cut as those of alliance and outcome."""
    sample = cut_into_studies(len(practice.routine))
    rating = rating_as_studied(practice.routine, "wai_client", sample)
    return pool_correlations(*correlations_of_studies(report, rating, sample)).r


@study("B01", "r", source=METHOD)
def security(practice: Practice) -> float:
    """Minus the sum of self-reported anxiety and avoidance with wai_client, asked and pooled as in A01."""
    anxiety, avoidance = self_reports(practice)
    return with_alliance(practice, -(anxiety + avoidance))


@study("B02", "r", source=METHOD)
def with_anxiety(practice: Practice) -> float:
    """Self-reported attachment anxiety with wai_client, asked and pooled as in A01."""
    return with_alliance(practice, self_reports(practice)[0])


@study("B03", "r", source=METHOD)
def with_avoidance(practice: Practice) -> float:
    """Self-reported attachment avoidance with wai_client, asked and pooled as in A01."""
    return with_alliance(practice, self_reports(practice)[1])
