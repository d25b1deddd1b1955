"""Simulations of a calibration: many points on all cores, kept as they are finished: nothing is run twice."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from alliance_sim.evidence.calibration.targets import Target, measured
from alliance_sim.evidence.practice import DEFAULT_MECHANISMS, Sites, play_practice
from alliance_sim.experiment.kept import Advance, Piece, kept, key_of
from alliance_sim.experiment.workers import Workers
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.scenario.scenario import with_values
from alliance_sim.stats.linear import Floats

CHUNK = 16
"""Points that one worker runs before they are kept: a few seconds of work."""


class Job(NamedTuple):
    """What is the same for every point: wanted numbers, free parameters, size of a practice, seed and mechanisms."""

    targets: tuple[Target, ...]
    paths: tuple[str, ...]
    sites: Sites
    seed: int
    mechanisms: Mechanisms = DEFAULT_MECHANISMS


def evaluate(job: Job, points: Floats, first: int) -> pd.DataFrame:
    """What studies in silico find at each point (n, p): a row a point, a column a target, on the targets' scales."""
    found = []
    for k, point in enumerate(points):
        parameters = with_values(Parameters(), job.paths, tuple(point))
        practice = play_practice(parameters, job.seed, first + k, job.sites, mechanisms=job.mechanisms)
        found.append(measured(practice, job.targets))
    return pd.DataFrame(found, columns=[target.key for target in job.targets])


def simulate(job: Job, points: Floats, first: int, folder: Path, workers: Workers, progress: Advance) -> Floats:
    """Run all points (n, p) that the folder does not hold yet; returns (n, targets).

    `first` is the number of the first point's practice: no two points of a calibration share draws.
    """
    pieces = []
    for start in range(0, len(points), CHUNK):
        some, number = points[start : start + CHUNK], first + start
        keys = [target.key for target in job.targets]
        key = key_of(keys, job.sites, job.seed, job.mechanisms, job.paths, number, some.tolist())
        pieces.append(Piece(key, (job, some, number), len(some)))
    return kept(evaluate, pieces, folder, workers, progress).to_numpy()
