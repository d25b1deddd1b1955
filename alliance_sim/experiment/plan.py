"""How large an experiment is, and how long it will take here."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from alliance_sim.compiled import compiles_now
from alliance_sim.engine import loops
from alliance_sim.engine.block import play_block
from alliance_sim.experiment.store import parts
from alliance_sim.experiment.tables import tables
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.scenario import DesignPoint, Scenario

BLOCK_ROWS = 200_000
"""Session rows that one block holds at most: about 70 MB of buffers and tables, whatever the size of the run."""

BYTES_PER_SESSION = 80.0
"""Measured size of a session row in the Parquet table, compressed."""

BYTES_PER_CLIENT = 130.0
"""Measured size of a client row in the Parquet table, compressed."""

PROBE_WEEKS = 50_000
"""Client-weeks that are played to see how fast this machine is: a fraction of a second."""


class Forecast(NamedTuple):
    """Size and cost of an experiment. `seconds` is None when the law is not compiled yet."""

    design_points: int
    clients: int
    client_sessions: int  # at most: clients leave
    seconds: float | None  # on one worker
    megabytes: float


def scheduled_weeks(scenario: Scenario) -> int:
    """How many sessions the treatment schedules over its planned length."""
    every = int(scenario.world.treatment.every)
    return 0 if every < 1 else -(-scenario.clinic.weeks // every)


def clients_of(experiment: Experiment, point: DesignPoint) -> int:
    """How many clients a design point plays, over all its replicates."""
    clinic = point.scenario.clinic
    return clinic.therapists * clinic.caseload * experiment.replicates


def replicates_per_block(scenario: Scenario) -> int:
    """How many replicates of a scenario make one block; depends on its size alone, never on the machine."""
    therapists, caseload, weeks = scenario.clinic
    return max(1, BLOCK_ROWS // max(1, therapists * caseload * weeks))


def probe(experiment: Experiment) -> float:
    """Seconds per client-week of playing and keeping the first design point here, from a short trial of it.

    The trial is played twice, and the second time counts: the first also loads the compiled law.
    """
    point = experiment.points[0]
    therapists, caseload, weeks = point.scenario.clinic
    count = max(1, PROBE_WEEKS // (therapists * caseload * weeks))
    for _ in range(2):
        start = time.perf_counter()
        block = play_block(point.scenario, 0, range(1, count + 1), sessions=experiment.outputs.sessions)
        with TemporaryDirectory() as folder, parts(Path(folder), point, experiment.outputs.sessions) as kept:
            for part, table in zip(kept, tables(point, block, range(1, count + 1)), strict=True):
                if part is not None and table is not None:
                    part.write(table)
        seconds = time.perf_counter() - start
    return seconds / (count * therapists * caseload * weeks)


def forecast(experiment: Experiment) -> Forecast:
    """Size, time on one worker (from a short measured trial) and disk of an experiment; keeps nothing of it."""
    clients = 0
    rows = 0
    weeks = 0
    for point in experiment.points:
        people = clients_of(experiment, point)
        clients += people
        weeks += people * point.scenario.clinic.weeks
        rows += people * scheduled_weeks(point.scenario)
    kept = rows if experiment.outputs.sessions else 0
    seconds = None if compiles_now(loops.play) else probe(experiment) * weeks
    size = (BYTES_PER_SESSION * kept + BYTES_PER_CLIENT * clients) / 1e6
    return Forecast(len(experiment.points), clients, rows, seconds, size)
