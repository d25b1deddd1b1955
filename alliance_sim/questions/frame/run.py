"""Running the scenarios of a question: the arms of each setting together, measured and forgotten."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.engine.block import Buffers
from alliance_sim.estimands.clinics import Clinics, Column
from alliance_sim.experiment.columns import SESSION_COLUMNS
from alliance_sim.experiment.kept import Advance, Piece, Stage, kept, key_of
from alliance_sim.experiment.parts import labels, settings
from alliance_sim.experiment.players import player_for
from alliance_sim.experiment.rows import client_rows, session_rows, stacked
from alliance_sim.experiment.tables import CLIENT_TABLE, client_columns, session_columns
from alliance_sim.experiment.workers import Workers
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.registry import Label, with_settings
from alliance_sim.scenario.scenario import DesignPoint

Floats: TypeAlias = NDArray[np.float64]


class Simulated(NamedTuple):
    """Some replicates of one arm at one setting: rows of clients and of sessions, as in the tables of a run."""

    point: DesignPoint
    replicates: range
    clients: Clinics
    sessions: Clinics  # without rows where sessions were not asked for

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


Measure: TypeAlias = Callable[[Mapping[str, Simulated]], pd.DataFrame]
"""What is measured of the arms of one setting over some replicates; its rows have a column `replicate`."""

PIECE_WEEKS = 400_000
"""Client-weeks of all arms together that one piece of work simulates: a second or two."""


COLUMNS = frozenset((*CLIENT_TABLE, *SESSION_COLUMNS))
"""Every column of both tables."""


class Runs(NamedTuple):
    """Which runs: replicates under a seed. `home` is the folder of the config, where the user's own policies lie."""

    seed: int
    replicates: range
    home: Path
    sessions: bool = True  # whether what is measured needs session rows
    columns: frozenset[str] = COLUMNS  # that `run_changes` makes, of both tables; all others make every column

    @classmethod
    def of(cls, experiment: Experiment, sessions: bool = True) -> "Runs":
        """All replicates of an experiment."""
        home = experiment.path.resolve().parent
        return cls(experiment.seed, range(1, experiment.replicates + 1), home, sessions)


def run_settings(
    settings: Iterable[tuple[DesignPoint, ...]],
    measure: Measure,
    about: str,
    runs: Runs,
    folder: Path,
    workers: Workers,
    advance: Advance,
    piece_weeks: int = PIECE_WEEKS,
    threads: int = 1,
) -> pd.DataFrame:
    """The rows of `measure` over all settings and replicates, after the columns of the setting.

    A setting is a tuple of design points, one an arm; its arms are simulated together, the same replicates in each:
    matched twins. `measure` is a function of a module (or a partial of one); `about` names all that it was given; its
    code is found by machine. `advance` counts replicates. A piece of work holds about `piece_weeks` client-weeks: give
    fewer where measuring takes longer than simulating. `threads` share each piece in place of workers that share the
    pieces: for small runs, one after the other, whose next depends on the last.
    """
    pieces = []
    for points in settings:
        clinics = [point.scenario.clinic for point in points]
        weeks = sum(clinic.therapists * clinic.caseload * clinic.weeks for clinic in clinics)
        size = max(1, piece_weeks // weeks)
        for first in range(runs.replicates.start, runs.replicates.stop, size):
            own = runs._replace(replicates=range(first, min(first + size, runs.replicates.stop)))
            names = [sorted(labels(point).items()) for point in points]
            where = [[point.address for point in points], names, runs.seed, own.replicates.start, own.replicates.stop]
            pieces.append(Piece(key_of(about, *where), (measure, points, own, threads), len(own.replicates)))
    return kept(run_piece, pieces, folder / "pieces", workers, advance)


def run_experiment(
    experiment: Experiment,
    measure: Measure,
    about: str,
    folder: Path,
    workers: Workers,
    stage: Stage,
    label: str = "Simulating",
    piece_weeks: int = PIECE_WEEKS,
) -> pd.DataFrame:
    """`run_settings` over all settings and replicates of an experiment; `label` stands at its progress."""
    points = list(settings(experiment))
    advance = stage(label, len(points) * experiment.replicates)
    return run_settings(points, measure, about, Runs.of(experiment), folder, workers, advance, piece_weeks)


def run_piece(measure: Measure, points: tuple[DesignPoint, ...], runs: Runs, threads: int = 1) -> pd.DataFrame:
    """Simulate some replicates of all arms of a setting, and measure them."""
    first, last = runs.replicates.start, runs.replicates.stop
    size = -(-len(runs.replicates) // threads)
    parts = [runs._replace(replicates=range(start, min(start + size, last))) for start in range(first, last, size)]
    with ThreadPoolExecutor(threads) as pool:
        measured = pool.map(lambda part: measure({point.arm: simulate(point, part) for point in points}), parts)
        rows = pd.concat(measured, ignore_index=True)
    setting = {**points[0].factors, **points[0].sampled}
    for k, (name, value) in enumerate(setting.items()):
        rows.insert(k, name, value)
    return rows


Change: TypeAlias = Mapping[str, Label]
"""Values at some paths of a config; everything else stays as it is."""


def run_changes(
    points: tuple[DesignPoint, ...],
    changes: Sequence[Change],
    measure: Measure,
    about: str,
    runs: Runs,
    folder: Path,
    workers: Workers,
    advance: Advance,
    piece_weeks: int = PIECE_WEEKS,
) -> pd.DataFrame:
    """The rows of `measure` at many settings of the same arms: for designs of thousands of small runs.

    A setting is a change of the points, one an arm; `measure` and `about` are those of `run_settings`, but that
    `measure` sees the replicates of several settings as those of one. A piece of work is all replicates of several
    settings. A column `sample` numbers the settings from 0, in the order of the rows.
    """
    weeks = sum(p.scenario.clinic.therapists * p.scenario.clinic.caseload * p.scenario.clinic.weeks for p in points)
    size = max(1, piece_weeks // max(1, weeks * len(runs.replicates)))
    where = [about, [(p.arm, p.address) for p in points], runs.seed, runs.replicates.start, runs.replicates.stop]
    pieces = []
    for first in range(0, len(changes), size):
        part = tuple(changes[first : first + size])
        key = key_of(*where, first, [sorted(change.items()) for change in part])
        pieces.append(Piece(key, (measure, points, runs, first, part), len(part)))
    return kept(run_changed, pieces, folder / "pieces", workers, advance)


def run_changed(
    measure: Measure, points: tuple[DesignPoint, ...], runs: Runs, first: int, changes: Sequence[Change]
) -> pd.DataFrame:
    """Simulate the settings from number `first` on, and measure them at once, as if they were further replicates."""
    players = [player_for(point.scenario.policy_function, runs.home)[0] for point in points]
    buffers, each = Buffers(), len(runs.replicates)
    clients: list[list[dict[str, Column]]] = [[] for _ in points]
    weeks: list[list[dict[str, Column]]] = [[] for _ in points]
    for k, change in enumerate(changes):
        for point, player, people, hours in zip(points, players, clients, weeks, strict=True):
            scenario = with_settings(point.scenario, change)
            block = player(scenario, runs.seed, runs.replicates, runs.sessions, buffers)
            places = range(k * each, (k + 1) * each)
            people.append(client_columns(scenario, block.clients, places, runs.columns))
            for part in block.sessions:
                own = part.ids[0] - runs.replicates.start + k * each
                hours.append({**session_columns(part, runs.columns), "replicate": own, "seed": part.ids[0].copy()})
    places = range(len(changes) * each)
    arms = {
        point.arm: Simulated(point, places, stacked(people), stacked(hours))
        for point, people, hours in zip(points, clients, weeks, strict=True)
    }
    rows = measure(arms)
    number, place = np.divmod(rows["replicate"].to_numpy(), each)
    rows["replicate"] = place + runs.replicates.start
    rows.insert(0, "sample", number + first)
    return rows


def simulate(point: DesignPoint, runs: Runs) -> Simulated:
    """Simulate some replicates of one arm."""
    player, _ = player_for(point.scenario.policy_function, runs.home)
    block = player(point.scenario, runs.seed, runs.replicates, runs.sessions, Buffers())
    return Simulated(point, runs.replicates, client_rows(point.scenario, block, runs.replicates), session_rows(block))
