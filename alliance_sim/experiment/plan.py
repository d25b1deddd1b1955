"""How large an experiment is, and how long it will take here."""

import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numba

from alliance_sim.compiled import CACHE, compiles_now
from alliance_sim.experiment.parts import Unit, parts, ranges, tables_of
from alliance_sim.experiment.size import clients_of
from alliance_sim.scenario.experiment import Experiment
from alliance_sim.scenario.scenario import Scenario

BYTES_PER_SESSION, BYTES_PER_CLIENT = 80.0, 130.0
"""Measured size of a row of these tables in Parquet, compressed."""

BYTES_PER_REPLICATE = 400.0
"""Measured size of a row of what was measured in a replicate, compressed."""

BYTES_PER_PART = 15_000.0
"""Measured size of a part file without rows: names and types of columns, and statistics of each."""

PROBE_WEEKS = 100_000
"""Client-weeks that are simulated to see how fast this machine is: a fraction of a second."""


class Forecast(NamedTuple):
    """Size and cost of an experiment: the most that it can be, since clients leave and precision may be reached.

    `seconds` is None when the law is not compiled yet, or when a trial would run code of the user's own.
    """

    design_points: int
    clients: int
    client_sessions: int
    seconds: float | None  # on one worker
    megabytes: float


class Speed(NamedTuple):
    """What a trial here took, on one worker."""

    per_part: float  # seconds for a part, however small
    per_week: float  # seconds for a client-week, simulated, measured and kept


def forecast(experiment: Experiment, *, timed: bool = True) -> Forecast:
    """Size, time on one worker (from a short measured trial) and disk of an experiment; keeps nothing of it.

    Not `timed`, no trial is run, and no time is known. Raises ConfigError for a precision that cannot be had.
    """
    if experiment.precision is not None:
        from alliance_sim.experiment.precision import check_precision

        check_precision(experiment)
    clients = rows = weeks = files = 0
    for point in experiment.points:
        people = clients_of(experiment, point)
        clients += people
        weeks += people * point.scenario.clinic.weeks
        rows += people * scheduled_weeks(point.scenario)
        files += len(ranges(experiment, point))
    count = len(experiment.points)
    size = files * BYTES_PER_PART + count * BYTES_PER_REPLICATE * experiment.replicates
    size += BYTES_PER_SESSION * rows if experiment.outputs.sessions else 0.0
    size += BYTES_PER_CLIENT * clients if experiment.outputs.clients else 0.0
    own = any(point.scenario.policy_function for point in experiment.points)
    speed = speed_here(experiment) if timed and not own else None
    seconds = None if speed is None else speed.per_part * files + speed.per_week * weeks
    return Forecast(count, clients, rows, seconds, size / 1e6)


def scheduled_weeks(scenario: Scenario) -> int:
    """How many sessions the treatment schedules over its planned length."""
    every = int(scenario.world.treatment.every)
    return 0 if every < 1 else -(-scenario.clinic.weeks // every)


def speed_here(experiment: Experiment, notes: Path = CACHE / "speed.json") -> Speed | None:
    """How fast experiments that keep the same tables are here; None where the law is not compiled.

    Measured once, and noted with the compiled code: what a client-week costs depends on the tables that are kept
    (eightfold), and within a factor of two on all else.
    """
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return None
    known = _noted(notes)
    kind = ", ".join(tables_of(experiment.outputs))
    if kind not in known:
        from alliance_sim.engine import loops

        if compiles_now(loops.play):
            return None
        known[kind] = probe(experiment)
        with suppress(OSError):
            notes.parent.mkdir(parents=True, exist_ok=True)
            notes.write_text(json.dumps(known), encoding="utf-8")
    return known[kind]


def _noted(notes: Path) -> dict[str, Speed]:
    """The speeds that were measured before, by the tables that are kept."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        return {kind: Speed(*values) for kind, values in json.loads(notes.read_text(encoding="utf-8")).items()}
    return {}


def probe(experiment: Experiment) -> Speed:
    """How fast the first setting is simulated, measured and kept, from two short trials of it, small and larger.

    The larger one is run twice, and the second time counts: the first also loads the compiled law.
    """
    points = experiment.points[: len(experiment.arms)]
    therapists, caseload, weeks = points[0].scenario.clinic
    of_replicate = therapists * caseload * weeks * len(points)
    count = max(2, PROBE_WEEKS // of_replicate)
    seconds = [_trial(experiment, Unit(points, range(1, last + 1))) for last in (count, 1, count)]
    small, large = seconds[1:]
    per_week = max(large - small, 0.05 * large) / ((count - 1) * of_replicate)
    return Speed(max(small - per_week * of_replicate, 0.0) / len(points), per_week)


def _trial(experiment: Experiment, unit: Unit) -> float:
    """Seconds that a unit takes, kept in a folder that is thrown away."""
    from alliance_sim.experiment.work import Task, job_of, play_task

    task = Task(unit, tuple(parts(experiment, unit)))
    with TemporaryDirectory() as folder:
        job = job_of(experiment, Path(folder))._replace(precision=None)
        return sum(play_task(job, task, lambda _: None, lambda: False).spent)
