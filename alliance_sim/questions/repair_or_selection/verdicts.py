"""Which analyses tell a world where repair strengthens from worlds where it does nothing."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from alliance_sim.estimands.histories import ALL
from alliance_sim.questions.repair_or_selection.catalogue import ANALYSES, TRIALS, Analysis
from alliance_sim.questions.repair_or_selection.cells import percent
from alliance_sim.questions.repair_or_selection.reading import SEEN, Row, analysis
from alliance_sim.questions.repair_or_selection.studies import OBSERVED, TRUE
from alliance_sim.questions.repair_or_selection.summing import Tables
from alliance_sim.stats.intervals import wilson

RARE, MOSTLY = 0.10, 0.50
"""Shares of studies: an analysis tells worlds apart when it concludes in at least MOSTLY of the studies where there is
an advantage, and in at most RARE of those where there is none.
"""

ERRS, NEAR, NOTHING_THERE, TELLS, FINDS_NOTHING = (
    "concludes it where it is not so",
    "too near the limit of false alarms to say",
    "has no advantage to find",
    "tells them apart",
    "mostly finds nothing",
)


class Verdict(NamedTuple):
    """How often an analysis concludes that repair strengthens (0-1)."""

    analysis: Analysis
    seen: str
    right: float  # in the world where repair teaches
    restoring: float  # in the world where it only restores; nan without one
    true_there: bool  # whether the causal effect it is about is above zero there
    wrong: float  # at worst, in worlds where the causal effect it is about is not above zero
    wrong_low: float  # lower end of the 95 % interval of that share, which simulating finitely many studies leaves
    where: str  # that world
    harm: float  # how often it concludes the opposite where repair teaches; nan where there is no advantage to find
    harm_low: float

    @property
    def errs(self) -> bool:
        """Whether it concludes too often where it is not so, beyond Monte-Carlo error."""
        return self.wrong_low > RARE

    @property
    def words(self) -> str:
        """The verdict."""
        if self.errs:
            return ERRS
        if self.wrong > RARE:
            return NEAR
        if not self.true_there:
            return NOTHING_THERE
        return TELLS if self.right >= MOSTLY else FINDS_NOTHING


def verdicts(tables: Tables, teaching: str, restoring: str | None, idle: Sequence[str]) -> list[Verdict]:
    """A verdict for every analysis that can be made in the teaching world and in one where repair is idle."""
    made = []
    for a in ANALYSES:
        for seen in (OBSERVED,) if a.name in TRIALS else (OBSERVED, TRUE):
            right = analysis(tables, teaching, a.name, seen, ALL)
            found = [(world, analysis(tables, world, a.name, seen, ALL)) for world in idle]
            wrong = [(world, row) for world, row in found if row is not None and row["truth_low"] <= 0]
            if right is not None and wrong:
                also = analysis(tables, restoring, a.name, seen, ALL) if restoring is not None else None
                made.append(_verdict(a, seen, right, also, wrong))
    return made


def _verdict(a: Analysis, seen: str, right: Row, restoring: "Row | None", wrong: Sequence[tuple[str, Row]]) -> Verdict:
    where, worst = max(wrong, key=lambda pair: float(pair[1]["positive"]))
    there = bool(right["truth_low"] > 0)
    harm = (float(right["negative"]), _least(right, "negative")) if there else (math.nan, math.nan)
    return Verdict(
        analysis=a,
        seen=seen,
        right=float(right["positive"]),
        restoring=float(restoring["positive"]) if restoring is not None else math.nan,
        true_there=there,
        wrong=float(worst["positive"]),
        wrong_low=_least(worst, "positive"),
        where=where,
        harm=harm[0],
        harm_low=harm[1],
    )


def _least(row: Row, share: str) -> float:
    """Lower end of the interval of a share of simulated studies."""
    return wilson(float(row[share]), int(row["studies"]))[0]


def verdict_table(found: Sequence[Verdict]) -> pd.DataFrame:
    """Verdicts for readers."""
    rows = [
        [
            v.analysis.words,
            "–" if v.analysis.name in TRIALS else SEEN[v.seen],
            percent(v.right),
            percent(v.restoring),
            f"{percent(v.wrong)} ({v.where})",
            percent(v.harm),
            v.words,
        ]
        for v in found
    ]
    columns = [
        "analysis",
        "events",
        "concludes that it strengthens where repair teaches",
        "where it only restores",
        "at worst where it does nothing",
        "concludes harm where repair teaches",
        "verdict",
    ]
    return pd.DataFrame(rows, columns=columns)
