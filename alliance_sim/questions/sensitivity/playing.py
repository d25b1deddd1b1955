"""Playing the settings of a design: the same clinics with the same luck at each of them, only estimates kept."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.engine.block import Buffers
from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimands.clinics import Clinics
from alliance_sim.estimands.estimand import Estimand, TwinEstimand
from alliance_sim.estimands.measuring import needs_sessions
from alliance_sim.experiment.kept import Piece, Stage, kept, key_of
from alliance_sim.experiment.players import Player, player_for
from alliance_sim.experiment.tables import tables
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.sensitivity.section import Wanted
from alliance_sim.scenario.registry import Label, with_settings
from alliance_sim.scenario.scenario import DesignPoint
from alliance_sim.stats.montecarlo import on_scale

Floats = NDArray[np.float64]
Setting: TypeAlias = Mapping[str, Label]
"""Values at some paths; everything else is as the config has it."""

Play: TypeAlias = Callable[[str, Sequence[Setting]], Floats]
"""(what is played, in words; settings) -> numbers (settings, replicates of all blocks, estimates)."""

PIECE_WEEKS = 4_000_000
"""Client-weeks of all arms together that one piece of work plays: about a second."""


class _Job(NamedTuple):
    """What all pieces of work share."""

    points: tuple[DesignPoint, ...]
    wanted: tuple[Wanted, ...]
    seed: int
    replicates: range
    home: Path


def player_of_settings(asked: Question, wanted: Sequence[Wanted], folder: Path, workers: int, stage: Stage) -> Play:
    """What plays any settings in the arms that the estimates are about, and keeps what is finished in the folder."""
    experiment = asked.experiment
    arms = dict.fromkeys(name for each in wanted for name in (each.of, each.minus) if name)
    points = tuple(point for point in experiment.points if point.arm in arms)
    replicates = range(1, experiment.replicates * asked.section.blocks + 1)
    job = _Job(points, tuple(wanted), experiment.seed, replicates, experiment.path.resolve().parent)
    about = [(each.estimate, each.of, each.minus) for each in wanted]
    fixed = [[(p.arm, p.address) for p in points], about, replicates.start, replicates.stop]

    def play(words: str, settings: Sequence[Setting]) -> Floats:
        size = _per_piece(points, replicates)
        pieces = []
        for first in range(0, len(settings), size):
            part = tuple(settings[first : first + size])
            key = key_of(fixed, first, [sorted(setting.items()) for setting in part])
            pieces.append(Piece(key, (job, first, part), len(part)))
        rows = kept(play_settings, pieces, folder / "pieces", workers, stage(words, len(settings)))
        return cube(rows, len(settings), len(replicates), wanted)

    return play


def _per_piece(points: Sequence[DesignPoint], replicates: range) -> int:
    """How many settings make one piece of work."""
    weeks = sum(p.scenario.clinic.therapists * p.scenario.clinic.caseload * p.scenario.clinic.weeks for p in points)
    return max(1, PIECE_WEEKS // max(1, weeks * len(replicates)))


def play_settings(job: _Job, first: int, settings: Sequence[Setting]) -> pd.DataFrame:
    """Play some settings, numbered from `first`: a row a setting and replicate.

    Columns: sample, replicate, and for each estimate its number in its own arm and, for a difference, in the other.
    """
    keep = any(needs_sessions(each.estimate) for each in job.wanted)
    players = {point.arm: player_for(point.scenario.policy_function, job.home)[0] for point in job.points}
    buffers = Buffers()
    frames = []
    for k, setting in enumerate(settings):
        played = {point.arm: _played(job, point, setting, keep, players[point.arm], buffers) for point in job.points}
        columns = {"sample": np.full(len(job.replicates), first + k), "replicate": np.array(job.replicates)}
        for number, each in enumerate(job.wanted):
            own, other = _numbers(each, played, job.replicates)
            columns[f"own_{number}"], columns[f"other_{number}"] = own, other
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


_Rows: TypeAlias = dict[str, Clinics | None]
"""Rows of clients and of sessions (None where they are not kept), by table."""


def _played(job: _Job, point: DesignPoint, setting: Setting, keep: bool, player: Player, buffers: Buffers) -> _Rows:
    point = point._replace(scenario=with_settings(point.scenario, setting))
    block = player(point.scenario, job.seed, job.replicates, keep, buffers)
    sessions, clients = tables(point, block, job.replicates)
    return {
        "clients": Clinics.from_arrow(clients),
        "sessions": Clinics.from_arrow(sessions) if sessions is not None else None,
    }


def _numbers(each: Wanted, played: Mapping[str, _Rows], replicates: range) -> tuple[Floats, Floats]:
    """The estimate in every replicate, in its own arm and in the other (0 for a level, and for what compares twins)."""
    known = BY_NAME[each.estimate]
    nothing = np.zeros(len(replicates))
    own = played[each.of][known.table]
    if isinstance(known, TwinEstimand):
        left, right = _together(own, played[each.minus][known.table])
        return _placed(left, known.measure(left, right) if len(left) else np.empty(0), replicates), nothing
    found = [
        _measured(known, rows, replicates) for rows in (own, played[each.minus][known.table] if each.minus else None)
    ]
    return found[0], found[1] if each.minus else nothing


def _measured(known: Estimand, rows: Clinics | None, replicates: range) -> Floats:
    if rows is None or len(rows) == 0:
        return np.full(len(replicates), np.nan)
    return _placed(rows, known.measure(rows), replicates)


def _together(own: Clinics | None, other: Clinics | None) -> tuple[Clinics, Clinics]:
    """The rows of replicates that both arms have."""
    assert own is not None  # tables that an estimate reads are kept
    assert other is not None
    both = np.intersect1d(own.numbers, other.numbers)
    return own.of(both), other.of(both)


def _placed(rows: Clinics, values: Floats, replicates: range) -> Floats:
    """Numbers of the replicates that have rows, put among all; nan where there are none (nobody had a session)."""
    if len(values) == len(replicates):
        return values
    found = np.full(len(replicates), np.nan)
    found[rows.numbers - replicates.start] = values
    return found


def cube(rows: pd.DataFrame, settings: int, replicates: int, wanted: Sequence[Wanted]) -> Floats:
    """Numbers (settings, replicates, estimates) from rows in any order: they are sorted by what they are numbered by.

    Correlations are on the scale whose mean over replicates is the correlation that Fisher's z pools (`on_scale`), so
    that they can be averaged and compared like any other number. Raises ValueError when a row is missing.
    """
    rows = rows.sort_values(["sample", "replicate"], kind="stable")
    if len(rows) != settings * replicates or rows["sample"].nunique() != settings:
        raise ValueError(f"{len(rows)} rows of {settings} settings with {replicates} replicates each")
    found = np.empty((settings, replicates, len(wanted)))
    for k, each in enumerate(wanted):
        sides = [rows[f"{side}_{k}"].to_numpy(np.float64).reshape(settings, replicates) for side in ("own", "other")]
        known = BY_NAME[each.estimate]
        if isinstance(known, Estimand) and known.fisher:
            count = 2 if each.minus else 1
            sides[:count] = [np.array([on_scale(row, True) for row in side]) for side in sides[:count]]
        found[:, :, k] = sides[0] - sides[1]
    return found
