"""How symptoms go on without treatment, from month to month and from week to week (N68-N70, N79)."""

import numpy as np

from alliance_sim.evidence.practice import Practice
from alliance_sim.evidence.studies.study import Study
from alliance_sim.stats.pooling import correlation
from alliance_sim.stats.score_series import Series, about_line, carry_over, lasting_share, later, series_of

MONTH = 4
"""Weeks from one monthly score to the next."""

MONTHS = 12
"""Monthly scores of a year."""

LEAST = 6
"""Monthly scores of a client whose own line is taken."""


def monthly(practice: Practice) -> Series:
    """Symptoms every four weeks of clients without treatment, intake left out; time in months of four weeks."""
    scores = practice.untreated().sessions["symptoms"][:, MONTH - 1 : MONTHS * MONTH : MONTH]
    return series_of(scores, np.arange(1.0, 1.0 + scores.shape[1]))


def month_to_month(of: Series) -> float:
    """Correlation of a month's score with the next."""
    return carry_over(of, 1.0, 1.0)


def between_clients(of: Series) -> float:
    """Share of the variance that lies between clients, a trend over months that all share taken out."""
    return lasting_share(of, of.time)


def month_to_month_about_line(of: Series) -> float:
    """Correlation of a month's residual from the client's own straight line with the next month's."""
    return carry_over(about_line(later(of, LEAST)), 1.0, 1.0)


def retest(practice: Practice) -> tuple[float, ...]:
    """Symptoms at intake with those one and two weeks later, mean of the two correlations."""
    cohort = practice.untreated()
    first = cohort.clients["symptoms_intake"]
    return (0.5 * sum(correlation(first, cohort.session("symptoms", week)) for week in (1, 2)),)


_MONTHLY = f"clients on a waiting list, {MONTHS} scores {MONTH} weeks apart, intake left out"
_REFRAMED = "RefraMED trial, usual care, monthly PHQ-9 (Lynch et al., 2020)"

STUDIES = (
    Study(
        "N68", ("r",), lambda practice: (month_to_month(monthly(practice)),),
        f"correlation of symptoms with those {MONTH} weeks later, all pairs together; {_MONTHLY}", _REFRAMED,
    ),
    Study(
        "N69", ("between clients",), lambda practice: (between_clients(monthly(practice)),),
        f"random intercept of clients in symptoms on month (REML): its share of the variance; {_MONTHLY}", _REFRAMED,
    ),
    Study(
        "N70", ("r",), lambda practice: (month_to_month_about_line(monthly(practice)),),
        f"correlation of residuals of symptoms from a straight line of each client with those {MONTH} weeks later, all "
        f"pairs together; {_MONTHLY}", _REFRAMED,
    ),
    Study(
        "N79", ("r",), retest,
        "correlation of symptoms_intake with symptoms one and two weeks later without treatment, mean of the two",
        "Pearson",
    ),
)  # fmt: skip
