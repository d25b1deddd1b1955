"""How far a long job is, on stderr or as a widget of a notebook."""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from time import monotonic
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from alliance_sim.compiled import compiles_now
from alliance_sim.engine import loops
from alliance_sim.engine.block import play_block
from alliance_sim.experiment.kept import Stage, StageSize, size_of
from alliance_sim.experiment.players import is_compiled
from alliance_sim.experiment.workers import Workers
from alliance_sim.scenario.reading import whole_number
from alliance_sim.scenario.scenario import Clinic, Scenario
from alliance_sim.scenario.screen import progress_console

NARROW = 80
"""On lines with fewer letters, progress is a text and a percentage, without a bar."""


def workers_of(workers: Workers | None) -> Workers:
    """Who works: so many cores (if None, all that this process may use), or a Dask scheduler.

    Raises ConfigError for anything but a whole number from 1 and an address, as `tcp://10.0.0.5:8786`.
    """
    if isinstance(workers, str) and "://" in workers:
        return workers
    if workers is not None:
        return whole_number("workers", workers, 1)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def _draws(console: Console) -> bool:
    """Whether what stands on a console can be drawn over, as in a terminal or a notebook."""
    return console.is_terminal or console.is_jupyter


class _Lines(Progress):
    """Progress where nothing can be drawn over, as in a pipe: a line at each tenth, with the time since the start."""

    def update(self, task_id: TaskID, **changes: Any) -> None:
        """Change a task, and print a line where it reached another tenth."""
        task = self._tasks[task_id]
        before = int(task.percentage // 10)
        super().update(task_id, **changes)
        if int(task.percentage // 10) > before:
            line = (
                f"{task.description}: {task.percentage // 10 * 10:.0f} %, {timedelta(seconds=int(task.elapsed or 0))}"
            )
            self.console.print(line, markup=False, highlight=False)

    def advance(self, task_id: TaskID, advance: float = 1) -> None:
        """Go on by some steps."""
        self.update(task_id, advance=advance)


def progress_bar(console: Console) -> Progress:
    """A bar with a percentage and the time that is left."""
    if not _draws(console):
        return _Lines(console=console, disable=True)
    label, percentage = _label(), TextColumn("{task.percentage:>3.0f} %")
    if console.width < NARROW:
        return Progress(label, percentage, console=console)
    times = (TimeElapsedColumn(), TextColumn("left:"), TimeRemainingColumn())
    return Progress(label, BarColumn(), percentage, *times, console=console)


def _label() -> TextColumn:
    """The text of a bar, which continues on the next line where it does not fit."""
    return TextColumn("{task.description}", markup=False, table_column=Column(overflow="fold"))


def stages(progress: Progress, sizes: Sequence[StageSize]) -> Stage:
    """Show the stages of a long job as one bar, whose total has all of them; without a terminal, also one line each."""
    out, task = progress.console, progress.add_task("", total=None)
    left = {size.label: size.steps * size.cost for size in sizes}

    def stage(name: str, steps: int) -> Callable[[int], None]:
        if not _draws(out):
            out.print(f"{name} ({steps})")
        size = size_of(sizes, name)
        for before in sizes[: sizes.index(size)] if size is not None else ():
            left[before.label] = 0.0  # what was not needed of stages that are over
        done_before = progress.tasks[0].completed
        progress.update(task, description=name, total=done_before + sum(left.values()))

        def advance(done: int) -> None:
            if size is not None:
                left[size.label] = max(0.0, left[size.label] - done * size.cost)
                progress.advance(task, done * size.cost)

        return advance

    return stage


def is_ready() -> bool:
    """Whether the law is compiled for this machine, so that a run begins at once."""
    return is_compiled() and not compiles_now(loops.play)


def compile_law(console: Console | None = None) -> None:
    """Compile the law unless this machine has done so before; progress says that it takes a moment."""
    if not is_compiled() or is_ready():
        return
    out, begun = console or progress_console(), monotonic()
    shown = _draws(out)
    what = "Compiling the law for this machine: once after each installation, about half a minute"
    if not shown:
        out.print(what)
    with Progress(SpinnerColumn(), _label(), TimeElapsedColumn(), console=out, disable=not shown) as progress:
        progress.add_task(what)
        play_block(Scenario(clinic=Clinic(1, 1, 1)), 0, range(1, 2))
    if not shown:
        out.print(f"Compiled: {timedelta(seconds=int(monotonic() - begun))}", highlight=False)


def print_notes(screen: Console, notes: Iterable[str]) -> None:
    """Print what the user should know, one line each."""
    for note in notes:
        screen.print(Text("Note: ", style="yellow") + Text(note))
