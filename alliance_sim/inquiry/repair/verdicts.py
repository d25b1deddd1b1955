"""Which analyses tell a world where repair strengthens from worlds where it does nothing."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from alliance_sim.analysis.histories import ALL
from alliance_sim.inquiry.repair.catalogue import ANALYSES, TRIALS, Analysis
from alliance_sim.inquiry.repair.reading import SEEN, analysis, percent
from alliance_sim.inquiry.repair.studies import OBSERVED, TRUE
from alliance_sim.inquiry.repair.summing import Tables

RARE, MOSTLY = 0.10, 0.50
"""Shares of studies: an analysis tells worlds apart when it concludes in at least MOSTLY of the studies where there is
an advantage, and in at most RARE of those where there is none.
"""


class Verdict(NamedTuple):
    """How often an analysis concludes that repair strengthens (0-1)."""

    analysis: Analysis
    seen: str
    right: float  # in the world where repair teaches
    restoring: float  # in the world where it only restores; nan without one
    true_there: bool  # whether the causal effect it is about is above zero there
    wrong: float  # at worst, in worlds where the causal effect it is about is not above zero
    where: str  # that world

    @property
    def words(self) -> str:
        """The verdict."""
        if self.wrong > RARE:
            return "concludes it where it is not so"
        if not self.true_there:
            return "has no advantage to find"
        return "tells them apart" if self.right >= MOSTLY else "mostly finds nothing"


def verdicts(tables: Tables, teaching: str, restoring: str | None, idle: Sequence[str]) -> list[Verdict]:
    """A verdict for every analysis that can be made in the teaching world and in one where repair is idle."""
    made = []
    for a in ANALYSES:
        for seen in (OBSERVED,) if a.name in TRIALS else (OBSERVED, TRUE):
            right = analysis(tables, teaching, a.name, seen, ALL)
            found = [(world, analysis(tables, world, a.name, seen, ALL)) for world in idle]
            wrong = [
                (float(row["positive"]), world) for world, row in found if row is not None and row["truth_low"] <= 0
            ]
            if right is not None and wrong:
                worst, where = max(wrong)
                there = bool(right["truth_low"] > 0)
                made.append(
                    Verdict(a, seen, float(right["positive"]), _share(tables, restoring, a, seen), there, worst, where)
                )
    return made


def _share(tables: Tables, world: str | None, a: Analysis, seen: str) -> float:
    """Share of studies that conclude that repair strengthens in a world; nan where it cannot be told."""
    found = analysis(tables, world, a.name, seen, ALL) if world is not None else None
    return float(found["positive"]) if found is not None else math.nan


def verdict_table(found: Sequence[Verdict]) -> pd.DataFrame:
    """Verdicts for readers."""
    rows = [
        [
            v.analysis.words,
            "–" if v.analysis.name in TRIALS else SEEN[v.seen],
            percent(v.right),
            percent(v.restoring),
            f"{percent(v.wrong)} ({v.where})",
            v.words,
        ]
        for v in found
    ]
    columns = [
        "analysis",
        "events",
        "concludes where repair teaches",
        "where it only restores",
        "at worst where it does nothing",
        "verdict",
    ]
    return pd.DataFrame(rows, columns=columns)
