"""The whole of an experiment: play it, estimate, draw, report; with progress, and resumed where it stopped."""

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Column
from rich.text import Text

from alliance_sim import lesson, report
from alliance_sim.compiled import compiles_now
from alliance_sim.engine import loops
from alliance_sim.engine.block import play_block
from alliance_sim.estimates import query, read_estimates, table
from alliance_sim.estimates.notation import shown
from alliance_sim.estimates.result import Result, result
from alliance_sim.evidence.agreement import Compared, compare
from alliance_sim.evidence.calibration.config import Calibration
from alliance_sim.experiment.failing import FAILURES
from alliance_sim.experiment.kept import Stage
from alliance_sim.experiment.lock import only_run
from alliance_sim.experiment.players import is_compiled
from alliance_sim.experiment.run import Outcome, check, run
from alliance_sim.experiment.size import clients_of
from alliance_sim.figures.picture import Picture, undrawn_letters
from alliance_sim.files.record import CALIBRATION, NAME, check_folder, claim, study_of
from alliance_sim.files.single import refuse_others
from alliance_sim.files.sums import noting
from alliance_sim.law.world import Parameters
from alliance_sim.lesson.reading import Loaded
from alliance_sim.questions.frame.answer import Answered, answer_question, check_answer
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Question
from alliance_sim.report.fitted import draw_fit
from alliance_sim.report.lookup import Lookup
from alliance_sim.scenario import ConfigError, Experiment, errors, load
from alliance_sim.scenario.layers import whole_number
from alliance_sim.scenario.letters import prepare_output
from alliance_sim.scenario.library import population_of
from alliance_sim.scenario.paths import home
from alliance_sim.scenario.problem import Named, Place
from alliance_sim.scenario.scenario import Clinic, Scenario
from alliance_sim.scenario.screen import console as terminal
from alliance_sim.scenario.screen import progress_console


@dataclass(frozen=True)
class Study:
    """What came of an experiment: its folder, what was played, the estimates, and the answer in plain words.

    `outcome` is None for a folder that was opened and not played.
    """

    experiment: Experiment
    folder: Path
    outcome: Outcome | None
    estimates: Lookup
    answer: str

    def table(self, name: str) -> pd.DataFrame:
        """One of the tables points, replicates, clients, sessions, estimates.

        Raises QueryError when the run has not kept it.
        """
        return table(self.folder, name)

    def query(self, sql: str) -> pd.DataFrame:
        """What a query in SQL (DuckDB) finds in these tables. Raises QueryError for one that cannot be answered."""
        return query(self.folder, sql)

    @cached_property
    def figures(self) -> dict[str, Picture]:
        """The figures of the report by name, drawn from the tables when they are first asked for.

        A name that there is not raises ConfigError.
        """
        return Named("figure", {picture.name: picture for picture in report.pictures(self.folder, self.experiment)})

    def __repr__(self) -> str:
        return f"Study({self.experiment.title!r}, folder={str(self.folder)!r})"

    def _repr_markdown_(self) -> str:
        """The answer, as a notebook shows it."""
        return f"**{self.experiment.title}**\n\n{self.answer}\n\n*{self.folder / 'report.html'}*"


def available_workers() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def _cores(workers: int | None) -> int:
    """How many cores to use. Raises ConfigError for what is no whole number from 1."""
    return available_workers() if workers is None else whole_number("workers", workers, 1)


NARROW = 80
"""On lines with fewer letters progress is words and a number, without a bar."""


def progress_bar(console: Console) -> Progress:
    """What shows how far a long job is, and how long it still takes."""
    if console.width < NARROW:
        return Progress(_words("{task.description}"), TextColumn("{task.percentage:>3.0f} %"), console=console)
    return Progress(
        _words("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(), TextColumn("left:"), TimeRemainingColumn(), console=console,
    )  # fmt: skip


def _words(text: str) -> TextColumn:
    """Words of a bar, which go on in the next line where they do not fit."""
    return TextColumn(text, markup=False, table_column=Column(overflow="fold"))


def compile_law(console: Console | None = None) -> None:
    """Compile the law if that has not been done on this machine yet, and say that it takes a moment."""
    console = console if console is not None else progress_console()
    if is_compiled() and compiles_now(loops.play):
        words = "Compiling the law for this machine: once after each installation, about half a minute"
        with Progress(SpinnerColumn(), _words(words), TimeElapsedColumn(), console=console) as progress:
            progress.add_task("compile")
            play_block(Scenario(clinic=Clinic(1, 1, 1)), 0, range(1, 2))


def write_lesson(loaded: Loaded, out: Path, console: Console | None = None, *, overwrite: bool = False) -> int:
    """Play a lesson's data and write its page, with progress; gives the size of the page in bytes.

    Raises OSError when the page cannot be written, ConfigError when the data cannot be played as described, and for a
    file that is there and that alliance-sim did not write (unless `overwrite`).
    """
    refuse_others([out], overwrite)
    console = console if console is not None else progress_console()
    compile_law(console)
    with progress_bar(console) as progress:
        task = progress.add_task(f"Playing {loaded.path.stem}", total=lesson.settings_in(loaded))
        return lesson.write(loaded, out, lambda: progress.advance(task), overwrite=overwrite)


def conduct(
    experiment: Experiment,
    folder: Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    console: Console | None = None,
    overwrite: bool = False,
) -> Study:
    """Play what the folder does not hold yet, then write estimates, figures and report into it.

    On `workers` cores of this machine (all of them, if None), or on the Dask cluster whose scheduler has the address
    `scheduler`. Raises KeyboardInterrupt when stopped, ConfigError for a folder that is not this study's own or in
    which files were changed (`overwrite`: such files are written over), and what `experiment.run.run` raises; what is
    finished stays, and calling it again goes on from there.
    """
    workers = _cores(workers)
    check(experiment, folder, overwrite=overwrite)
    out = console if console is not None else progress_console()
    compile_law(out)
    with only_run(folder):
        outcome = _played(experiment, folder, workers, scheduler, out, overwrite)
        if outcome.found:
            out.print(f"{outcome.found} of {outcome.points} design points were finished before.")
        for notice in outcome.notices:
            _print_note(out, notice)
        with out.status("Estimating, drawing, writing the report"):
            report.write(folder, experiment)
    if experiment.outputs.figures:
        for notice in undrawn_letters([*experiment.arms, *experiment.varied, *_levels(experiment)]):
            _print_note(out, notice)
    estimates = read_estimates(folder / "estimates.csv")
    answer = str(report.answer(estimates, experiment))
    return Study(experiment, folder, outcome, Lookup(estimates, experiment.varied), answer)


def _played(
    experiment: Experiment, folder: Path, workers: int, scheduler: str | None, out: Console, overwrite: bool
) -> Outcome:
    """Run an experiment, with progress."""
    with progress_bar(out) as progress:
        clients = sum(clients_of(experiment, point) for point in experiment.points)
        task = progress.add_task(f"Playing {experiment.name}", total=clients)
        outcome = run(
            experiment,
            folder,
            workers=workers,
            scheduler=scheduler,
            progress=lambda finished: progress.advance(task, finished),
            overwrite=overwrite,
        )
        progress.update(task, completed=clients)
    return outcome


def ask(script: str) -> Study:
    """Run the config of a script of one question, ../configs/NAME.yaml, into ../results/NAME; prints what is asked.

    `script` is the script's own file. Takes `--set PATH=VALUE` and `--out DIR` from the script's command line. Bad
    input ends the script with exit status 2, a result folder that is in use with 1.
    """
    parser, given, config = _script(script)
    out = terminal()
    with _ending(parser):
        experiment = load(config, given.set)
        out.print(Text(experiment.title, style="bold"), "", sep="\n")
        for heading, words in (("Question", experiment.question), ("Hypothesis", experiment.hypothesis)):
            _print_headed(out, heading, words)
        for rival in experiment.rivals:
            _print_headed(out, "Rival", rival)
        study = conduct(experiment, given.out, overwrite=given.overwrite)
    out.print(f"\nMeans over {experiment.replicates} simulated clinics, with 95 % intervals of the mean.")
    return study


def _script(script: str) -> tuple[argparse.ArgumentParser, argparse.Namespace, Path]:
    """The command line of a script of one question, what it was given, and its config."""
    prepare_output()
    name, root = Path(script).stem, Path(script).resolve().parent.parent
    parser = argparse.ArgumentParser(description=f"Runs configs/{name}.yaml and answers its question.")
    help_set = "set any path of the config"
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help=help_set)
    parser.add_argument("--out", type=home, default=root / "results" / name, help="result folder")
    parser.add_argument("--overwrite", action="store_true", help="write over files of ours that were changed since")
    return parser, parser.parse_args(), root / "configs" / f"{name}.yaml"


@contextmanager
def _ending(parser: argparse.ArgumentParser) -> Iterator[None]:
    """End a script in words: with exit status 2 for bad input, with 1 for what went wrong while it ran."""
    try:
        yield
    except ConfigError as error:
        parser.exit(2, f"{error}\n")
    except FAILURES as error:
        parser.exit(1, f"{error}\n")


def ask_inquiry(script: str) -> Answered:
    """Answer the inquiry of a script of one question, as `ask` does for an experiment; prints question and answer.

    Bad input ends the script with exit status 2, a result folder that is in use with 1.
    """
    parser, given, config = _script(script)
    out = terminal()
    with _ending(parser):
        asked = load_question(config, given.set)
        out.print(Text(asked.title, style="bold"), "", sep="\n")
        _print_headed(out, "Question", asked.question)
        out.print()
        answered = inquire(asked, given.out, overwrite=given.overwrite)
    out.print(Markdown(f"**Answer.** {answered.short}"))
    out.print(f"\nTables, figures and the whole answer: {given.out / 'answer.md'}", markup=False)
    return answered


def say(words: str, estimate: Result | pd.DataFrame | None) -> None:
    """Print an estimate, or the rows of a table of estimates, after some words; "not defined" where there is none."""
    rows = [result(row) for _, row in estimate.iterrows()] if isinstance(estimate, pd.DataFrame) else [estimate]
    values = [shown(row.estimate, signed=True) for row in rows if row is not None]
    terminal().print(f"{words}: {', '.join(values) or 'not defined'}")


def _print_headed(screen: Console, heading: str, words: str) -> None:
    """Print a paragraph that begins with what it is."""
    screen.print(Text.assemble((f"{heading}.", "bold"), " ", " ".join(words.split())))


def face_literature(
    parameters: str, draws: int, seed: int, *, workers: int | None = None, console: Console | None = None
) -> tuple[Compared, ...]:
    """Play practices under draws of `parameters` (a name or file, as in configs) and compare them with every finding.

    Raises ConfigError for a population that there is not, and KeyboardInterrupt when stopped.
    """
    workers = _cores(workers)
    population = population_of(parameters, Path(), Path(), Place("--parameters"))
    base = Parameters()
    worlds = [base if population is None else population.parameters(base, k + 1) for k in range(draws)]
    out = console if console is not None else progress_console()
    compile_law(out)
    with progress_bar(out) as progress:
        task = progress.add_task("Simulating studies", total=draws)
        return compare(worlds, seed, workers, lambda done: progress.advance(task, done))


def fit_literature(
    calibration: Calibration,
    folder: Path,
    *,
    workers: int | None = None,
    console: Console | None = None,
    overwrite: bool = False,
) -> None:
    """Fit the free parameters to the tier-fit findings, and write tables and figures into the folder.

    Nothing is done where the folder holds them. Needs the optional packages of `pip install 'alliance-sim[calibrate]'`.
    Raises KeyboardInterrupt when stopped, ConfigError for a folder that is not this calibration's own or in which files
    were changed (`overwrite`: such files are written over); what was simulated stays, and calling it again goes on from
    there.
    """
    from alliance_sim.evidence.calibration.fit import DRAWN, calibrate, is_finished, mark_drawn

    workers = _cores(workers)
    title = calibration.title if calibration.title != calibration.name else ""
    study = study_of(CALIBRATION, title, calibration.question, calibration.path, folder)
    names = ("calibration.json", "config.yaml", "parameters.csv", "posterior.csv")
    check_folder(folder, study, names=names, folders=("figures", "simulations"), overwrite=overwrite)
    out = console if console is not None else progress_console()
    compile_law(out)
    with only_run(folder), noting() as noted:
        record = claim(folder, study, overwrite=overwrite)
        if is_finished(calibration, folder) and record.made.endswith(DRAWN):
            return
        with progress_bar(out) as progress:
            calibrate(calibration, folder, workers, stages(progress))
        for notice in [*([errors.kept_no_record(NAME)] if record.before else []), *noted.in_words(folder)]:
            _print_note(out, notice)
        with out.status("Drawing"):
            draw_fit(folder)
        mark_drawn(folder)


def stages(progress: Progress) -> Stage:
    """What shows the stages of a long job, one bar each; without a terminal, a line each."""
    out = progress.console

    def stage(words: str, steps: int) -> Callable[[int], None]:
        for before in progress.tasks:
            progress.update(before.id, completed=before.total)
        if not (out.is_terminal or out.is_jupyter):
            out.print(f"{words} ({steps})")
        task = progress.add_task(words, total=steps)
        return lambda done: progress.advance(task, done)

    return stage


def inquire(
    asked: Question,
    folder: Path,
    *,
    workers: int | None = None,
    console: Console | None = None,
    overwrite: bool = False,
) -> Answered:
    """Answer an inquiry: play, measure, draw and write everything into the folder, with progress.

    Raises KeyboardInterrupt when stopped, ConfigError for a folder that is not this question's own or in which files
    were changed (`overwrite`: such files are written over); what is finished stays, and calling it again goes on from
    there.
    """
    workers = _cores(workers)
    check_answer(asked, folder, overwrite=overwrite)
    out = console if console is not None else progress_console()
    compile_law(out)
    with progress_bar(out) as progress:
        answered = answer_question(asked, folder, workers, stages(progress), overwrite=overwrite)
    for notice in answered.notices:
        _print_note(out, notice)
    return answered


def _levels(experiment: Experiment) -> set[str]:
    """The labels of all levels of factors."""
    return {str(label) for point in experiment.points for label in point.factors.values()}


def _print_note(screen: Console, words: str) -> None:
    """Print what the user should know."""
    screen.print(Text("Note: ", style="yellow") + Text(words))
