"""Simulations of a calibration: many points on all cores, kept as they are finished: nothing is run twice."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.evidence.calibration.targets import Target, measured
from alliance_sim.evidence.practice import DEFAULT_MECHANISMS, Sites, play_practice
from alliance_sim.experiment.kept import Piece, kept, key_of
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.scenario.scenario import with_values

Floats = NDArray[np.float64]

CHUNK = 16
"""Points that one worker runs before they are kept: a few seconds of work."""


class Batch(NamedTuple):
    """Points that belong together: their parameters, and the number of the first one's practice."""

    paths: tuple[str, ...]
    points: Floats  # (n, p)
    first: int  # number of the practice of the first point: no two points of a calibration share draws


class Job(NamedTuple):
    """What is the same for every point: the numbers that are wanted, the size of a practice, seed and mechanisms."""

    targets: tuple[Target, ...]
    sites: Sites
    seed: int
    mechanisms: Mechanisms = DEFAULT_MECHANISMS


def evaluate(job: Job, paths: tuple[str, ...], points: Floats, first: int) -> pd.DataFrame:
    """What studies in silico find at each point (n, p): a row a point, a column a target, on the targets' scales."""
    found = []
    for k, point in enumerate(points):
        parameters = with_values(Parameters(), paths, tuple(point))
        practice = play_practice(parameters, job.seed, first + k, job.sites, mechanisms=job.mechanisms)
        found.append(measured(practice, job.targets))
    return pd.DataFrame(found, columns=[target.key for target in job.targets])


def simulate(
    job: Job, batch: Batch, folder: Path, workers: int, progress: Callable[[int], None] = lambda _: None
) -> Floats:
    """Run all points of a batch that the folder does not hold yet; returns (n, targets)."""
    pieces = []
    for start in range(0, len(batch.points), CHUNK):
        points, first = batch.points[start : start + CHUNK], batch.first + start
        same = ([target.key for target in job.targets], job.sites, job.seed, job.mechanisms)
        key = key_of(*same, batch.paths, first, points.tolist())
        pieces.append(Piece(key, (job, batch.paths, points, first), len(points)))
    return kept(evaluate, pieces, folder, workers, progress).to_numpy()
