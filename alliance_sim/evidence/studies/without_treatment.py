"""How symptoms go on without treatment, from month to month and from week to week (N68-N70, N79)."""

from collections.abc import Callable
from functools import wraps

import numpy as np

from alliance_sim.evidence.practice import Practice
from alliance_sim.evidence.studies.study import study
from alliance_sim.stats.pooling import correlation
from alliance_sim.stats.score_series import Series, about_line, carry_over, lasting_share, later, series_of

MONTH = 4
"""Weeks from one monthly score to the next."""

MONTHS = 12
"""Monthly scores of a year."""

LEAST = 6
"""Monthly scores of a client whose own line is taken."""


def months(practice: Practice) -> Series:
    """Symptoms every four weeks of clients without treatment, intake left out; time in months of four weeks."""
    scores = practice.untreated().sessions["symptoms"][:, MONTH - 1 : MONTHS * MONTH : MONTH]
    return series_of(scores, np.arange(1.0, 1.0 + scores.shape[1]))


def monthly(finding: str, part: str) -> Callable[[Callable[[Series], float]], Callable[[Series], float]]:
    """Declare a function of scores to be a study of clients on a waiting list, as in the RefraMED trial."""

    def declare(measure: Callable[[Series], float]) -> Callable[[Series], float]:
        @wraps(measure)
        def of_practice(practice: Practice) -> float:
            return measure(months(practice))

        study(finding, part, source="RefraMED trial, usual care, monthly PHQ-9 (Lynch et al., 2020)")(of_practice)
        return measure

    return declare


@monthly("N68", "r")
def month_to_month(of: Series) -> float:
    """Correlation of symptoms with those 4 weeks later, all pairs together; clients on a waiting list, 12 scores 4
    weeks apart, intake left out.
    """
    return carry_over(of, 1.0, 1.0)


@monthly("N69", "between clients")
def between_clients(of: Series) -> float:
    """Random intercept of clients in symptoms on month (REML): its share of the variance; scores as in N68."""
    return lasting_share(of, of.time)


@monthly("N70", "r")
def month_to_month_about_line(of: Series) -> float:
    """As N68, of residuals of symptoms from a straight line of each client."""
    return carry_over(about_line(later(of, LEAST)), 1.0, 1.0)


@study("N79", "r", source="Pearson")
def retest(practice: Practice) -> float:
    """Correlation of symptoms_intake with symptoms one and two weeks later without treatment, mean of the two."""
    cohort = practice.untreated()
    first = cohort.clients["symptoms_intake"]
    return 0.5 * sum(correlation(first, cohort.session("symptoms", week)) for week in (1, 2))
