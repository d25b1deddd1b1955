"""How symptoms go up and down from week to week in treatment (N60-N65, N67, N80)."""

from collections.abc import Callable
from functools import wraps

import numpy as np

from alliance_sim.evidence.practice import Practice, people_until
from alliance_sim.evidence.studies.study import study
from alliance_sim.stats.pooling import correlation
from alliance_sim.stats.score_series import (
    WEEK,
    Series,
    about_line,
    about_mean,
    baseline_sd,
    carry_over,
    error_sd,
    jumps,
    later,
    scatter,
    series_of,
    step,
)

LEAST = 6
"""Scores after intake of a client whose own mean or line is taken."""

MARKED = 0.7
"""A marked change from one week to the next, SD at intake."""


def in_cbt(practice: Practice) -> Series:
    """Symptoms of routine clients in CBT at intake and in the sessions that they attended, time in days."""
    cohort = practice.routine.of("cbt")
    scores = np.column_stack([cohort.clients["symptoms_intake"], cohort.sessions["symptoms"]])
    return series_of(scores, np.arange(0.0, 7.0 * scores.shape[1], 7.0))


def weekly(finding: str, part: str, source: str) -> Callable[[Callable[[Series], float]], Callable[[Series], float]]:
    """Declare a function of scores to be a study of routine clients in CBT, as many as ENRICHD had.

    Pairs of scores are those of attended sessions a week apart, of all clients together; intake is week 0.
    """

    def declare(measure: Callable[[Series], float]) -> Callable[[Series], float]:
        @wraps(measure)
        def of_practice(practice: Practice) -> float:
            return measure(in_cbt(practice))

        study(finding, part, source=source, people=people_until("cbt", 557))(of_practice)
        return measure

    return declare


@weekly("N60", "r", "Pearson; sample as in ENRICHD (Writing Committee for the ENRICHD Investigators, 2003)")
def week_to_week(of: Series) -> float:
    """Correlation of symptoms with those of the next week over all pairs of attended sessions a week apart,
    symptoms_intake as week 0; routine clients in CBT.
    """
    return carry_over(of, *WEEK)


@weekly("N61", "r", "Curran & Bauer (2011) for centring")
def week_to_week_about_mean(of: Series) -> float:
    """As N60, of symptoms less the client's mean; intake left out, clients with 6 or more later scores."""
    return carry_over(about_mean(later(of, LEAST)), *WEEK)


@weekly("N62", "r", "Wang & Maxwell (2015) for detrending")
def week_to_week_about_line(of: Series) -> float:
    """As N61, of residuals of symptoms from the client's straight line over weeks."""
    return carry_over(about_line(later(of, LEAST)), *WEEK)


@weekly("N63", "root mean square", "von Neumann (1941)")
def weekly_step(of: Series) -> float:
    """Root mean square of the change of symptoms to the next week over SD of symptoms_intake; pairs as in N60."""
    return step(of, *WEEK) / baseline_sd(of)


@weekly("N64", "residual SD", "least squares")
def scatter_about_line(of: Series) -> float:
    """Residual SD of symptoms about a straight line over weeks of each routine client in CBT with 6 or more later
    scores (squares over scores less two a client), intake left out, over SD of symptoms_intake.
    """
    return scatter(later(of, LEAST)) / baseline_sd(of)


def marked_changes(of: Series) -> tuple[float, float]:
    """Percentages of weeks with a marked worsening, and with a marked improvement, intake included.

    Marked: MARKED SD at intake in whole points of the instrument, as the published shares were counted.
    """
    sd = baseline_sd(of)
    worse, better = jumps(of, float(np.round(MARKED * sd)), *WEEK)
    return 100.0 * worse, 100.0 * better


@weekly("N65a", "worse", "counted")
def marked_worsening(of: Series) -> float:
    """Share of rises of symptoms by .7 SD of symptoms_intake, in whole points, or more, percent; pairs as in N60."""
    return marked_changes(of)[0]


@weekly("N65b", "better", "counted")
def marked_improvement(of: Series) -> float:
    """Share of falls of symptoms by .7 SD of symptoms_intake, in whole points, or more, percent; pairs as in N60."""
    return marked_changes(of)[1]


@study("N67", "r", source="Pearson", people=people_until("cbt", 298))
def intake_with_week_8(practice: Practice) -> float:
    """Correlation of symptoms_intake with symptoms in session 8, routine clients in CBT who attended it."""
    cohort = practice.routine.of("cbt")
    return correlation(cohort.clients["symptoms_intake"], cohort.session("symptoms", 8))


@weekly("N80", "error SD at most", "Matheron (1963) for the semivariance")
def error_at_most(of: Series) -> float:
    """Root of half the variance of the change of symptoms to the next week over SD of symptoms_intake; pairs as in N60,
    intake left out.
    """
    return error_sd(later(of, 1), 7.0) / baseline_sd(of)
