"""How symptoms go up and down from week to week in treatment (N60-N65, N67, N80)."""

import numpy as np

from alliance_sim.evidence.practice import BONA_FIDE, Practice, people_until
from alliance_sim.evidence.studies.study import Study
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
    cohort = practice.routine
    here = cohort.treatment == BONA_FIDE.index("cbt")
    scores = np.column_stack([cohort.clients["symptoms_intake"][here], cohort.sessions["symptoms"][here]])
    return series_of(scores, np.arange(0.0, 7.0 * scores.shape[1], 7.0))


def week_to_week(of: Series) -> float:
    """Correlation of a week's score with the next, intake included."""
    return carry_over(of, *WEEK)


def week_to_week_about_mean(of: Series) -> float:
    """The same about each client's mean of scores after intake."""
    return carry_over(about_mean(later(of, LEAST)), *WEEK)


def week_to_week_about_line(of: Series) -> float:
    """The same about each client's straight line through the scores after intake."""
    return carry_over(about_line(later(of, LEAST)), *WEEK)


def weekly_step(of: Series) -> float:
    """Root mean square of the change from a week to the next, intake included, in SD at intake."""
    return step(of, *WEEK) / baseline_sd(of)


def scatter_about_line(of: Series) -> float:
    """SD of scores after intake about each client's straight line, in SD at intake."""
    return scatter(later(of, LEAST)) / baseline_sd(of)


def marked_changes(of: Series) -> tuple[float, float]:
    """Percentages of weeks with a marked worsening, and with a marked improvement, intake included.

    Marked: MARKED SD at intake in whole points of the instrument, as the published shares were counted.
    """
    sd = baseline_sd(of)
    worse, better = jumps(of, float(np.round(MARKED * sd)), *WEEK)
    return 100.0 * worse, 100.0 * better


def error_at_most(of: Series) -> float:
    """Root of half the variance of the change within a week, intake left out, in SD at intake."""
    return error_sd(later(of, 1), 7.0) / baseline_sd(of)


def intake_with_week_8(practice: Practice) -> tuple[float, ...]:
    """Symptoms at intake with those at the end of week 8."""
    cohort = practice.routine
    here = cohort.treatment == BONA_FIDE.index("cbt")
    return (correlation(cohort.clients["symptoms_intake"][here], cohort.session("symptoms", 8)[here]),)


_PAIRS = "over pairs of attended sessions a week apart, all pairs together; routine clients in CBT"
_OF_SIX = f"clients with {LEAST} or more later scores, {_PAIRS}"
_ENRICHD = people_until("cbt", 557)

STUDIES = (
    Study(
        "N60", ("r",), lambda practice: (week_to_week(in_cbt(practice)),),
        f"correlation of symptoms with those of the next week, symptoms_intake as week 0, {_PAIRS}",
        "Pearson; sample as in ENRICHD (Writing Committee for the ENRICHD Investigators, 2003)", _ENRICHD,
    ),
    Study(
        "N61", ("r",), lambda practice: (week_to_week_about_mean(in_cbt(practice)),),
        f"correlation of symptoms less the client's mean with the next week's, intake left out, {_OF_SIX}",
        "Curran & Bauer (2011) for centring", _ENRICHD,
    ),
    Study(
        "N62", ("r",), lambda practice: (week_to_week_about_line(in_cbt(practice)),),
        f"correlation of residuals of symptoms from the client's straight line over weeks with the next week's, intake "
        f"left out, {_OF_SIX}",
        "Wang & Maxwell (2015) for detrending", _ENRICHD,
    ),
    Study(
        "N63", ("root mean square",), lambda practice: (weekly_step(in_cbt(practice)),),
        f"root mean square of the change of symptoms to the next week over SD of symptoms_intake, intake as week 0, "
        f"{_PAIRS}",
        "von Neumann (1941)", _ENRICHD,
    ),
    Study(
        "N64", ("residual SD",), lambda practice: (scatter_about_line(in_cbt(practice)),),
        f"residual SD of symptoms about a straight line over weeks of each routine client in CBT with {LEAST} or more "
        "later scores (squares over scores less two a client), intake left out, over SD of symptoms_intake",
        "least squares", _ENRICHD,
    ),
    Study(
        "N65a", ("worse",), lambda practice: marked_changes(in_cbt(practice))[:1],
        f"share of rises of symptoms by {MARKED} SD of symptoms_intake, in whole points, or more, percent, intake as "
        f"week 0, {_PAIRS}", "counted", _ENRICHD,
    ),
    Study(
        "N65b", ("better",), lambda practice: marked_changes(in_cbt(practice))[1:],
        f"share of falls of symptoms by {MARKED} SD of symptoms_intake, in whole points, or more, percent, intake as "
        f"week 0, {_PAIRS}", "counted", _ENRICHD,
    ),
    Study(
        "N67", ("r",), intake_with_week_8,
        "correlation of symptoms_intake with symptoms in session 8, routine clients in CBT who attended it", "Pearson",
        people_until("cbt", 298),
    ),
    Study(
        "N80", ("error SD at most",), lambda practice: (error_at_most(in_cbt(practice)),),
        "root of half the variance of the change of symptoms to the next week over SD of symptoms_intake, intake left "
        f"out, {_PAIRS}", "Matheron (1963) for the semivariance", _ENRICHD,
    ),
)  # fmt: skip
