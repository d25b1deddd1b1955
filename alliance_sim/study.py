"""The whole of an experiment: play it, estimate, draw, report; with progress, and resumed where it stopped."""

import os
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from alliance_sim import report
from alliance_sim.compiled import compiles_now
from alliance_sim.engine import loops
from alliance_sim.engine.block import play_block
from alliance_sim.experiment.run import Outcome, run
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.scenario import Clinic, Scenario


class Study(NamedTuple):
    """What came of an experiment: its folder, what was played, and the answer in plain words."""

    folder: Path
    outcome: Outcome
    answer: str


def available_workers() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def compile_law(console: Console) -> None:
    """Compile the law if that has not been done on this machine yet, and say that it takes a moment."""
    if compiles_now(loops.play):
        words = "Compiling the law for this machine: once after each installation, about half a minute"
        with Progress(SpinnerColumn(), TextColumn(words), TimeElapsedColumn(), console=console) as progress:
            progress.add_task("compile")
            play_block(Scenario(clinic=Clinic(1, 1, 1)), 0, range(1, 2))


def conduct(
    experiment: Experiment, folder: Path, *, workers: int | None = None, console: Console | None = None
) -> Study:
    """Play what the folder does not hold yet, then write estimates, figures and report into it.

    Raises KeyboardInterrupt when stopped; finished design points stay, and calling it again goes on from there.
    """
    out = console if console is not None else Console(stderr=True)
    compile_law(out)
    per_point = experiment.points[0].scenario.clinic
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(), TextColumn("left:"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=out) as progress:
        clients = per_point.therapists * per_point.caseload * experiment.replicates
        task = progress.add_task(f"Playing {experiment.name}", total=clients * len(experiment.points))
        outcome = run(
            experiment,
            folder,
            workers=workers if workers is not None else available_workers(),
            progress=lambda finished: progress.advance(task, finished),
        )
        progress.update(task, completed=clients * len(experiment.points))
    for notice in outcome.notices:
        out.print(f"[yellow]Note:[/yellow] {notice}")
    with out.status("Estimating, drawing, writing the report"):
        report.write(folder, experiment)
    return Study(folder, outcome, report.answer(folder, experiment))
