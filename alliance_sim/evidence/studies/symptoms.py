"""How symptoms go up and down: from week to week in treatment (N60-N67, N80), and without it (N68-N70, N79)."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from alliance_sim.evidence.practice import Practice
from alliance_sim.evidence.studies.study import Measure
from alliance_sim.stats import score_series as scores
from alliance_sim.stats.pooling import correlation
from alliance_sim.stats.score_series import WEEK, Series, later, series_of

LEAST = 6
"""Scores after intake of a client whose own mean or line is taken."""

MARKED = 0.7
"""A marked change from one week to the next, SD at intake."""

MONTH, MONTHS = 4, 12
"""Weeks from one monthly score to the next; monthly scores of a year."""

OfScores = Mapping[str, Callable[[Series], float]]
"""What is computed from scores, by finding."""


def in_cbt(practice: Practice) -> Series:
    """Symptoms of routine clients in CBT at intake and in the sessions that they attended, time in days."""
    cohort = practice.routine.of("cbt")
    matrix = np.column_stack([cohort.clients["symptoms_intake"], cohort.sessions["symptoms"]])
    return series_of(matrix, np.arange(0.0, 7.0 * matrix.shape[1], 7.0))


def months(practice: Practice) -> Series:
    """Symptoms every four weeks of clients without treatment, intake left out; time in months of four weeks."""
    matrix = practice.untreated().sessions["symptoms"][:, MONTH - 1 : MONTHS * MONTH : MONTH]
    return series_of(matrix, np.arange(1.0, 1.0 + matrix.shape[1]))


def marked_changes(of: Series) -> tuple[float, float]:
    """Percentages of weeks with a marked worsening, and with a marked improvement, intake included.

    Marked: MARKED SD at intake in whole points of the instrument, as the published shares were counted.
    """
    worse, better = scores.jumps(of, float(np.round(MARKED * scores.baseline_sd(of))), *WEEK)
    return 100.0 * worse, 100.0 * better


WEEKLY: OfScores = {
    "N60": lambda of: scores.carry_over(of, *WEEK),
    "N61": lambda of: scores.carry_over(scores.about_mean(later(of, LEAST)), *WEEK),
    "N62": lambda of: scores.carry_over(scores.about_line(later(of, LEAST)), *WEEK),
    "N63": lambda of: scores.step(of, *WEEK) / scores.baseline_sd(of),
    "N64": lambda of: scores.scatter(later(of, LEAST)) / scores.baseline_sd(of),
    "N65a": lambda of: marked_changes(of)[0],
    "N65b": lambda of: marked_changes(of)[1],
    "N80": lambda of: scores.error_sd(later(of, 1), 7.0) / scores.baseline_sd(of),
}
"""Of scores in treatment, where neighbours are attended sessions a week apart, all clients together; intake is week 0.

Routine clients in CBT, as many as ENRICHD had.
"""

MONTHLY: OfScores = {
    "N68": lambda of: scores.carry_over(of, 1.0, 1.0),
    "N69": lambda of: scores.lasting_share(of, of.time),
    "N70": lambda of: scores.carry_over(scores.about_line(later(of, LEAST)), 1.0, 1.0),
}
"""Of monthly scores without treatment, as in the RefraMED trial."""


def intake_with_week_8(practice: Practice) -> float:
    """Correlation of symptoms at intake with those of session 8, in CBT."""
    cohort = practice.routine.of("cbt")
    return correlation(cohort.clients["symptoms_intake"], cohort.session("symptoms", 8))


def retest(practice: Practice) -> float:
    """Correlation of symptoms at intake with those one and two weeks later without treatment, mean of the two."""
    cohort = practice.untreated()
    first = cohort.clients["symptoms_intake"]
    return 0.5 * sum(correlation(first, cohort.session("symptoms", week)) for week in (1, 2))


def _asked(of: Callable[[Practice], Series], measure: Callable[[Series], float], practice: Practice) -> float:
    return measure(of(practice))


MEASURES: dict[str, Measure] = {
    **{name: partial(_asked, in_cbt, measure) for name, measure in WEEKLY.items()},
    **{name: partial(_asked, months, measure) for name, measure in MONTHLY.items()},
    "N67": intake_with_week_8,
    "N79": retest,
}
