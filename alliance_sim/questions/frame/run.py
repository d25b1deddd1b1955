"""Playing the experiment of an inquiry: the arms of each setting side by side, measured and forgotten."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.engine.block import Buffers
from alliance_sim.estimands.clinics import Clinics
from alliance_sim.experiment.kept import Piece, Stage, kept, key_of
from alliance_sim.experiment.parts import labels, settings
from alliance_sim.experiment.players import player_for
from alliance_sim.experiment.tables import tables
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.scenario import DesignPoint

Floats: TypeAlias = NDArray[np.float64]


class Played(NamedTuple):
    """Some replicates of one arm at one setting: rows of clients and of sessions, as in the tables of a run."""

    point: DesignPoint
    replicates: range
    clients: Clinics
    sessions: Clinics

    @property
    def weeks(self) -> int:
        """Planned length of treatment."""
        return self.point.scenario.clinic.weeks

    def matrix(self, column: str) -> Floats:
        """A session column as (clients, weeks), in the order of the client rows; nan in weeks without it."""
        clinic = self.point.scenario.clinic
        per = clinic.therapists * clinic.caseload
        made = np.full((len(self.replicates) * per, clinic.weeks), np.nan)
        rows = self.sessions
        who = (rows.replicate - self.replicates.start) * per + rows.array("client").astype(np.int64) - 1
        values = rows.array(column)
        made[who, rows.array("session").astype(np.int64) - 1] = values.astype(np.float64)
        return made

    def marks(self, column: str, word: str | None = None) -> Floats:
        """A session column of words as (clients, weeks): 1 where it has the word (or any but none), 0, nan where there
        was no session.
        """
        words = self.sessions.words(column)
        there = ~words.are("none") if word is None else words.are(word)
        marked = Clinics(
            {
                "replicate": self.sessions.replicate,
                "client": self.sessions.array("client"),
                "session": self.sessions.array("session"),
                "there": there.astype(np.float64),
            }
        )
        return self._replace(sessions=marked).matrix("there")


Measure: TypeAlias = Callable[[Mapping[str, Played]], pd.DataFrame]
"""What is measured of the arms of one setting over some replicates; its rows have a column `replicate`."""

PIECE_WEEKS = 400_000
"""Client-weeks of all arms together that one piece of work plays: a second or two."""


def measured(
    experiment: Experiment,
    measure: Measure,
    about: str,
    folder: Path,
    workers: int,
    stage: Stage,
    words: str = "Playing",
    piece_weeks: int = PIECE_WEEKS,
) -> pd.DataFrame:
    """The rows of `measure` over all settings and replicates, after the columns of the setting.

    `measure` is a function of a module (or a partial of one); `about` tells what it was given; its code
    is found by machine. All arms of a setting are given together, the same replicates in each: twins. A
    piece of work holds about `piece_weeks` client-weeks; fewer where measuring takes longer than playing.
    """
    pieces = []
    for points in settings(experiment):
        weeks = sum(p.scenario.clinic.therapists * p.scenario.clinic.caseload * p.scenario.clinic.weeks for p in points)
        size = max(1, piece_weeks // weeks)
        for first in range(1, experiment.replicates + 1, size):
            replicates = range(first, min(first + size, experiment.replicates + 1))
            names = [sorted(labels(point).items()) for point in points]
            key = key_of(about, [point.address for point in points], names, replicates.start, replicates.stop)
            given = (measure, points, experiment.seed, replicates, experiment.path.resolve().parent)
            pieces.append(Piece(key, given, len(replicates)))
    advance = stage(words, sum(piece.steps for piece in pieces))
    return kept(play_piece, pieces, folder / "pieces", workers, advance)


def play_piece(
    measure: Measure, points: tuple[DesignPoint, ...], seed: int, replicates: range, home: Path
) -> pd.DataFrame:
    """Play some replicates of all arms of a setting, and measure them."""
    rows = measure({point.arm: play(point, seed, replicates, home) for point in points})
    setting = {**points[0].factors, **points[0].sampled}
    for k, (name, value) in enumerate(setting.items()):
        rows.insert(k, name, value)
    return rows


def play(point: DesignPoint, seed: int, replicates: range, home: Path) -> Played:
    """Play some replicates of one arm."""
    player, _ = player_for(point.scenario.policy_function, home)
    block = player(point.scenario, seed, replicates, True, Buffers())
    sessions, clients = tables(point, block, replicates)
    assert sessions is not None  # they were asked for
    return Played(point, replicates, Clinics.from_arrow(clients), Clinics.from_arrow(sessions))
