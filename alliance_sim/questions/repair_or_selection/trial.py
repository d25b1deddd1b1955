"""The randomised trial: what it finds, how often it concludes, and how many therapists it would take."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from alliance_sim.estimands.histories import ALL
from alliance_sim.questions.repair_or_selection.catalogue import TRIALS
from alliance_sim.questions.repair_or_selection.cells import percent, with_error
from alliance_sim.questions.repair_or_selection.reading import Row, analysis
from alliance_sim.questions.repair_or_selection.studies import OBSERVED
from alliance_sim.questions.repair_or_selection.summing import Tables
from alliance_sim.stats.intervals import NORMAL_95

POWER_FACTOR = 2.801585
"""z(.975) + z(.80): how many standard errors an effect must be for a power of 80 % (normal approximation)."""


class Needed(NamedTuple):
    """Therapists of a trial, with the 95 % interval that simulating finitely many studies leaves."""

    value: float
    low: float
    high: float

    @property
    def words(self) -> str:
        """As a reader sees it, two digits.

        >>> Needed(153.2, 138.4, 1204.0).words, Needed(math.nan, math.nan, math.nan).words
        ('150 [140, 1,200]', '–')
        """
        if not math.isfinite(self.value):
            return "–"
        value, low, high = (f"{float(f'{n:.2g}'):,.0f}" if math.isfinite(n) else "–" for n in self)
        return f"{value} [{low}, {high}]"


def therapists_needed(found: Row, therapists: int) -> Needed:
    """Therapists for a power of 80 %, from the mean standard error of a trial with `therapists`.

    J (2.80 error / effect)^2; nan where no advantage is there to be found, or none that can be told from zero. The
    interval is that of the logarithm, from the Monte-Carlo errors of effect and standard error (delta method).
    """
    if not found["truth_low"] > 0.0:
        return Needed(math.nan, math.nan, math.nan)
    ratio = POWER_FACTOR * float(found["error"]) / float(found["truth"])
    parts = (found["error_mcse"] / found["error"], found["truth_mcse"] / found["truth"])
    reach = 2.0 * NORMAL_95 * math.hypot(*map(float, parts))
    needed = therapists * ratio * ratio
    return Needed(needed, needed * math.exp(-reach), needed * math.exp(reach))


def trial_table(tables: Tables, worlds: Sequence[str], therapists: int) -> pd.DataFrame:
    """Both outcomes of the trial, world by world."""
    rows = []
    for name, words in ((TRIALS[1], "symptoms at the end"), (TRIALS[0], "rating after the first rupture")):
        for world in worlds:
            found = analysis(tables, world, name, OBSERVED, ALL)
            if found is not None:
                effects = (with_error(found[of], found[f"{of}_mcse"], 2) for of in ("truth", "bias"))
                share = f"{percent(found['positive'])} ({100.0 * found['positive_mcse']:.0f})"
                rows.append([words, world, *effects, share, therapists_needed(found, therapists).words])
    columns = ["outcome", "world", "true effect", "bias", "conclude an advantage", "therapists for a power of 80 %"]
    return pd.DataFrame(rows, columns=columns)
