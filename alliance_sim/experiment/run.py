"""Running an experiment: simulate the missing parts of the design, measure them, and keep them."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from alliance_sim.compiled import LAW_VERSION
from alliance_sim.engine.block import Buffers
from alliance_sim.experiment import manifest, store
from alliance_sim.experiment.columns import check_columns
from alliance_sim.experiment.lock import only_run
from alliance_sim.experiment.parts import TABLES, Part, parts, units
from alliance_sim.experiment.players import player_for
from alliance_sim.experiment.precision import check_precision
from alliance_sim.experiment.size import TASK_COST, clients_of, cost
from alliance_sim.experiment.tables import tables
from alliance_sim.experiment.work import Done, Progress, Spent, Task, job_of, play_task, play_tasks
from alliance_sim.experiment.workers import StoppedError, Workers, each
from alliance_sim.files import errors
from alliance_sim.files.record import NAME, Record, check_folder, claim, study_of
from alliance_sim.files.study import EXPERIMENT, StudyKey
from alliance_sim.files.sums import noting, remove_damaged
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.combinations import check_memory, needed
from alliance_sim.scenario.problem import counted
from alliance_sim.scenario.scenario import DesignPoint

WRITTEN = ("design.csv", "manifest.json", "estimates.csv", "report.html")
"""Files that every run of an experiment writes."""

PATIENCE = 600.0
"""Seconds without any finished task, of about a second each, after which a task counts as one that never ends."""


class RunSummary(NamedTuple):
    """What a run did: design points in all, found finished, and simulated now; and what the user should know."""

    points: int
    found: int
    played: int
    notices: list[str]
    client_sessions: int  # simulated now, those of baselines that were needed again for comparison included
    spent: Spent  # seconds of all workers together


def play_point(
    experiment: Experiment, point: DesignPoint, replicates: range, *, sessions: bool = True
) -> tuple[pa.Table | None, pa.Table]:
    """Session table and client table of some replicates of one design point, in memory; nothing is kept.

    Raises ConfigError where they do not fit into memory.
    """
    clinic = point.scenario.clinic
    check_memory(str(experiment.path), clinic, len(replicates) * needed(clinic, sessions))
    player, _ = player_for(point.scenario.policy_function, experiment.path.resolve().parent)
    block = player(point.scenario, experiment.seed, replicates, sessions, Buffers())
    return tables(point, block, replicates)


def run(
    experiment: Experiment,
    folder: Path,
    *,
    workers: Workers = 1,
    progress: Progress = lambda _: None,
    stop: threading.Event | None = None,
    patience: float = PATIENCE,
    overwrite: bool = False,
) -> RunSummary:
    """Simulate every part of the design that the folder does not hold yet, and write design and manifest.

    The work is done by `workers` processes, or by the Dask cluster whose scheduler is at this address; one short task
    is done in this process. What is finished is never simulated again, and tables depend neither on who
    made them nor on interruptions. Stopping (`stop` set, or KeyboardInterrupt) leaves all finished parts and a
    manifest that says so; it raises KeyboardInterrupt. Raises ConfigError for a precision that cannot be had and for a
    folder that `check` refuses (`overwrite`: files that were changed are replaced), FolderInUseError while another
    run writes into the folder, OSError when the folder cannot be written, and the
    errors of `workers.each`; what is finished stays after each of them.
    """
    check_columns(experiment)
    check_precision(experiment)
    check(experiment, folder, overwrite=overwrite)
    with only_run(folder):
        record = claim(folder, study(experiment, folder), overwrite=overwrite)
        return _Run(experiment, record, progress, stop or threading.Event()).go(workers, patience)


def study(experiment: Experiment, folder: Path) -> StudyKey:
    """The study that a run of an experiment into a folder belongs to."""
    title = experiment.title if experiment.origins.get("title") != "default" else ""
    return study_of(EXPERIMENT, title, experiment.question, experiment.path, folder)


def check(experiment: Experiment, folder: Path, *, overwrite: bool = False) -> None:
    """Raise ConfigError where an experiment may not be run into a folder (see `files.record.check_folder`)."""
    folders = ("figures", *(f"{table}.parquet" for table in TABLES))
    check_folder(folder, study(experiment, folder), names=WRITTEN, folders=folders, overwrite=overwrite)


class _Run:
    """A run in a folder that nobody else writes into."""

    def __init__(self, experiment: Experiment, record: Record, progress: Progress, halt: threading.Event) -> None:
        self._experiment, self._record, self._progress, self._halt = experiment, record, progress, halt
        self._folder = record.folder
        self._notices: dict[str, None] = {}
        self._done = Done(0, 0, (), Spent())
        self._job = job_of(experiment, record.folder)

    def go(self, workers: Workers, patience: float) -> RunSummary:
        """Simulate what is missing."""
        foreign = store.tidy(self._folder)
        self._take_over()
        store.arrange(self._folder, self._job.tables, {part.name for part in self._parts()})
        self._name_damaged()
        todo = self._missing()
        self._say_before(todo, foreign)
        missing = Counter(part.point.number for task in todo for part in task.missing)
        found = len(self._experiment.points) - len(missing)
        if found:
            kept_points = (point for point in self._experiment.points if point.number not in missing)
            self._progress(sum(clients_of(self._experiment, point) for point in kept_points))
        manifest.keep_policies(self._experiment, self._record)
        manifest.write_design(self._experiment, self._record)
        self._manifest(found)
        try:
            self._play(todo, workers, patience)
        except BaseException as error:
            unfinished = {part.point.number for task in self._missing() for part in task.missing}
            store.tidy(self._folder)
            self._manifest(len(self._experiment.points) - len(unfinished))
            if isinstance(error, StoppedError):
                raise KeyboardInterrupt from error
            raise
        store.tidy(self._folder)  # what workers that died had begun to write
        self._manifest(len(self._experiment.points))
        return RunSummary(
            len(self._experiment.points),
            found,
            len(missing),
            list(self._notices),
            self._done.client_sessions,
            self._done.spent,
        )

    def _parts(self) -> Iterator[Part]:
        for unit in units(self._experiment):
            yield from parts(self._experiment, unit)

    def _take_over(self) -> None:
        """Take over the parts of a version without checksums, and say what became of its folder."""
        if not self._record.before:
            return
        taken = sum(store.take_over(self._folder, self._job.tables, part) for part in self._parts())
        self._notices[errors.kept_no_record(NAME)] = None
        if taken:
            self._notices[f"Taken over from it: {counted(taken, 'finished part')}."] = None

    def _name_damaged(self) -> None:
        """Remove parts of the design that are damaged, and name them; no others lie in the folders of tables now."""
        with noting() as noted:
            remove_damaged(store.Kept(self._folder, self._job.tables).files())
        self._notices.update(dict.fromkeys(noted.in_words(self._folder)))

    def _missing(self) -> list[Task]:
        """The tasks that are left."""
        tasks = []
        kept = store.Kept(self._folder, self._job.tables)
        for unit in units(self._experiment):
            missing = tuple(part for part in parts(self._experiment, unit) if not kept.holds(part))
            if missing:
                tasks.append(Task(unit, missing))
        return tasks

    def _say_before(self, todo: list[Task], foreign: list[Path]) -> None:
        """Say what the user should know of what lay in the folder."""
        law = manifest.law_of(self._folder / "manifest.json")
        if todo and law not in (None, LAW_VERSION):
            self._notices[
                f"What was kept here was made with law {law}; this program has law {LAW_VERSION}, so it is simulated "
                "again."
            ] = None
        if foreign:
            names = ", ".join(str(file) for file in foreign[:3])
            more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
            self._notices[f"Left alone, since no run has written it: {names}{more}."] = None

    def _play(self, todo: list[Task], workers: Workers, patience: float) -> None:
        groups = list(grouped(self._experiment, todo))
        custom = any(point.scenario.policy_function for task in todo for point in task.unit.points)
        if isinstance(workers, str) or custom or (len(groups) > 1 and workers > 1):
            each(
                play_tasks,
                [(self._job, group) for group in groups],
                workers,
                lambda _, done: self._finished(done),
                halt=self._halt,
                patience=patience,
                lost=lambda lost: "; ".join(described(groups[k]) for k in lost),
            )
        else:
            for task in todo:
                self._count(play_task(self._job, task, self._progress, self._halt.is_set))

    def _finished(self, done: Done) -> None:
        self._progress(done.clients)
        self._count(done)

    def _count(self, done: Done) -> None:
        self._notices.update(dict.fromkeys(done.notices))
        self._done = Done(0, self._done.client_sessions + done.client_sessions, (), self._done.spent.plus(done.spent))

    def _manifest(self, finished: int) -> None:
        manifest.write(self._experiment, self._record, finished=finished, notices=list(self._notices))


def grouped(experiment: Experiment, tasks: list[Task]) -> Iterator[tuple[Task, ...]]:
    """Tasks in groups of about a second of work, so that handing them out costs next to nothing."""
    group: list[Task] = []
    size = 0.0
    for task in tasks:
        group.append(task)
        size += sum(cost(experiment, point, len(task.unit.replicates)) for point in task.unit.points)
        if size >= TASK_COST:
            yield tuple(group)
            group, size = [], 0.0
    if group:
        yield tuple(group)


def described(group: Iterable[Task]) -> str:
    """What some tasks are about, for a message."""
    points = [point for task in group for point in task.unit.points]
    policies = sorted({point.scenario.policy_function for point in points if point.scenario.policy_function})
    numbers = f"design points {points[0].number} to {points[-1].number}"
    return numbers + (f" (policy {', '.join(policies)})" if policies else "")
