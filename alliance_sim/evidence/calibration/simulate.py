"""Simulations of a calibration: many points on all cores, kept as they are finished: nothing is played twice."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.calibration.targets import Target, measured
from alliance_sim.evidence.practice import DEFAULT_MECHANISMS, Sites, play_practice
from alliance_sim.experiment.workers import each
from alliance_sim.files.sums import pieces_in, remove_damaged, whole_of, write_piece
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.scenario.scenario import with_values
from alliance_sim.sources import behind

Floats = NDArray[np.float64]

CHUNK = 16
"""Points that one worker plays before they are kept: a few seconds of work."""


class Batch(NamedTuple):
    """Points that belong together: their parameters, and the number of the first one's practice."""

    name: str
    paths: tuple[str, ...]
    points: Floats  # (n, p)
    first: int  # number of the practice of the first point: no two points of a calibration share luck


class Job(NamedTuple):
    """What is the same for every point: the numbers that are wanted, the size of a practice, seed and mechanisms."""

    targets: tuple[Target, ...]
    sites: Sites
    seed: int
    mechanisms: Mechanisms = DEFAULT_MECHANISMS


def evaluate(job: Job, paths: tuple[str, ...], points: Floats, first: int) -> Floats:
    """What studies in silico find at each point (n, p): (n, targets), on the targets' scales."""
    found = []
    for k, point in enumerate(points):
        parameters = with_values(Parameters(), paths, tuple(point))
        practice = play_practice(parameters, job.seed, first + k, job.sites, mechanisms=job.mechanisms)
        found.append(measured(practice, job.targets))
    return np.array(found)


def simulate(
    job: Job, batch: Batch, folder: Path, workers: int, progress: Callable[[int], None] = lambda _: None
) -> Floats:
    """Play all points of a batch that the folder does not hold yet; returns (n, targets).

    Chunks are written under a name that holds a hash of all that decides them, first to a temporary file that is then
    renamed: a run that was killed goes on with the chunks that are there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    n = len(batch.points)
    starts = range(0, n, CHUNK)
    stems = {start: f"{batch.name}-{start:06d}-{_address(job, batch, start)}" for start in starts}
    there = pieces_in(folder)
    found: Floats = np.full((n, len(job.targets)), np.nan)
    todo = []
    for start, stem in stems.items():
        rows = slice(start, min(start + CHUNK, n))
        kept = _kept(there.get(stem, []))
        if kept is None:
            todo.append(start)
        else:
            found[rows] = kept
            progress(len(kept))
    if not todo:
        return found

    def keep(k: int, values: Floats) -> None:
        start = todo[k]
        write_piece(folder, stems[start], ".npy", lambda file: _save(file, values))
        found[start : start + len(values)] = values
        progress(len(values))

    given = [(job, batch.paths, batch.points[start : start + CHUNK], batch.first + start) for start in todo]
    each(evaluate, given, workers, keep)
    return found


def _address(job: Job, batch: Batch, start: int) -> str:
    """A hash of all that decides a chunk: code, targets wanted, size, seed, mechanisms, parameters and practice."""
    wanted = [target.key for target in job.targets]
    same = (behind(__name__), wanted, tuple(job.sites), job.seed, tuple(job.mechanisms))
    text = repr((same, batch.paths, batch.first + start))
    points = np.ascontiguousarray(batch.points[start : start + CHUNK])
    return hashlib.blake2b(text.encode() + points.tobytes(), digest_size=8).hexdigest()


def _kept(files: Sequence[Path]) -> Floats | None:
    """A finished chunk; None where there is none. One that is damaged is named, and is played again."""
    file = whole_of(files)
    if file is not None:
        values: Floats = np.load(file, allow_pickle=False)
        return values
    remove_damaged(files)
    return None


def _save(file: Path, values: Floats) -> None:
    with file.open("wb") as stream:  # a name would get another ending
        np.save(stream, values)
