"""Simulated trials, drawn and analysed piece by piece: a row for each trial, compared arm and analysis."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.experiment.kept import Piece, Stage, kept, key_of
from alliance_sim.questions.power.people import Cell, Outcomes, Source
from alliance_sim.stats import arm_effect
from alliance_sim.stats.arm_effect import TrialRows, analyse, p_values

PIECE_CLIENTS = 100_000
"""Clients of all arms together in one piece of work: a second or two, most of it for the analyses."""

CELL = ["scenario", "parameters", "purpose", "therapists", "clients"]
"""The first columns: those of the cell."""


class Bench(NamedTuple):
    """How trials are made: who takes part, how they are analysed, and where finished work is kept.

    Not through `frame.run`, whose arms share their clients.
    """

    source: Source
    analyses: tuple[str, ...]  # the planned one first
    adjusted: bool  # for symptoms at intake
    better: int  # the sign of a good effect for a one-sided test; 0: two-sided
    folder: Path
    workers: int
    stage: Stage

    def run(self, wanted: Sequence[tuple[Cell, range]], label: str) -> pd.DataFrame:
        """Trials of these numbers in these cells, with the p of each; what is finished is not done again."""
        pieces = []
        for cell, numbers in wanted:
            size = max(20, PIECE_CLIENTS // (len(self.source.arms) * cell.design.therapists * cell.design.clients))
            for first in range(numbers.start, numbers.stop, size):
                part = range(first, min(first + size, numbers.stop))
                key = key_of(self.source.key, self.analyses, self.adjusted, cell, part.start, part.stop)
                pieces.append(Piece(key, (self.source, self.analyses, self.adjusted, cell, part), len(part)))
        advance = self.stage(label, sum(piece.steps for piece in pieces))
        rows = kept(analysed, pieces, self.folder / "pieces", self.workers, advance)
        columns = [rows[name].to_numpy(np.float64) for name in ("estimate", "error", "df")]
        return rows.assign(p=p_values(columns[0], columns[1], columns[2], self.better))


def analysed(source: Source, analyses: tuple[str, ...], adjusted: bool, cell: Cell, numbers: range) -> pd.DataFrame:
    """Draw trials and analyse each of them in every way, each arm against the control.

    Columns: those of the cell, trial, arm, analysis, estimate, error, df, between, within, status, and known: the share
    of the clients of both arms whose outcome is known.
    """
    drawn = source.draw(cell, numbers)
    rows = []
    for t, number in enumerate(numbers):
        for k, arm in enumerate(source.arms[1:], 1):
            data = rows_of(drawn, t, k, source.crossed, adjusted)
            known = float(np.isfinite(data.outcome).mean())
            rows += [(number, arm, name, *analyse(name, data, source.crossed), known) for name in analyses]
    names = ["trial", "arm", "analysis", *arm_effect.Tested._fields, "known"]
    values: tuple[str | int, ...] = (cell.scenario, cell.parameters, cell.purpose, *cell.design)
    table = pd.DataFrame(rows, columns=names).assign(**dict(zip(CELL, values, strict=True)))
    return table[[*CELL, *names]]


def rows_of(drawn: Outcomes, trial: int, arm: int, crossed: bool, adjusted: bool) -> TrialRows:
    """The clients of one arm and of the control in one of the trials that were drawn (by its index)."""
    _, _, therapists, clients = drawn.outcome.shape
    who = np.repeat(np.arange(therapists), clients)
    outcome = np.concatenate([drawn.outcome[0, trial].ravel(), drawn.outcome[arm, trial].ravel()])
    intake = np.concatenate([drawn.intake[0, trial].ravel(), drawn.intake[arm, trial].ravel()])
    treated = np.repeat([0.0, 1.0], therapists * clients)
    therapist = np.concatenate([who, who if crossed else therapists + who])
    covariates = intake[:, None] if adjusted else np.empty((len(outcome), 0))
    return TrialRows(outcome, treated, therapist.astype(np.int64), covariates)
