"""The long jobs, with progress and resumed where they stopped: an experiment, a question, a fit, a lesson."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console

from alliance_sim.api.progress import compile_law, print_notes, progress_bar, stages, workers_of
from alliance_sim.estimates.of_run import read_estimates
from alliance_sim.estimates.query import query, table
from alliance_sim.evidence.calibration.config import Calibration
from alliance_sim.experiment.lock import only_run
from alliance_sim.experiment.run import RunSummary, check, run
from alliance_sim.experiment.size import clients_of
from alliance_sim.experiment.workers import Workers, using
from alliance_sim.files import errors
from alliance_sim.files.record import NAME, check_folder, claim, study_of
from alliance_sim.files.single import refuse_others
from alliance_sim.files.study import CALIBRATION
from alliance_sim.files.sums import noting
from alliance_sim.law.world import Parameters
from alliance_sim.lesson.reading import LoadedLesson
from alliance_sim.questions.frame.question import Question
from alliance_sim.report import repeat, summary
from alliance_sim.report.fitted import draw_fit
from alliance_sim.report.lookup import Lookup
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.library import population_of
from alliance_sim.scenario.problem import Named, Place
from alliance_sim.scenario.screen import progress_console

if TYPE_CHECKING:  # what draws takes long to import, and is needed where something is drawn
    from alliance_sim.evidence.agreement import Compared
    from alliance_sim.figures.picture import Picture
    from alliance_sim.questions.frame.answer import Answered


@dataclass(frozen=True)
class Study:
    """A finished experiment: its folder, what was simulated, the estimates, and the answer in a few sentences.

    `outcome` is None for a folder that was opened and not run.
    """

    experiment: Experiment
    folder: Path
    outcome: RunSummary | None
    estimates: Lookup
    answer: str

    def table(self, name: str) -> pd.DataFrame:
        """One of the tables points, replicates, clients, sessions, estimates.

        Raises QueryError when the run has not kept it.
        """
        return table(self.folder, name)

    def query(self, sql: str) -> pd.DataFrame:
        """The rows of a query in SQL (DuckDB) over these tables. Raises QueryError for one that cannot be answered."""
        return query(self.folder, sql)

    @cached_property
    def figures(self) -> "dict[str, Picture]":
        """The figures of the report by name, drawn from the tables at first use. An unknown name raises ConfigError."""
        from alliance_sim.report import page

        return Named("figure", {picture.name: picture for picture in page.pictures(self.folder, self.experiment)})

    def __repr__(self) -> str:
        return f"Study({self.experiment.title!r}, folder={str(self.folder)!r})"

    def _repr_markdown_(self) -> str:
        """The answer, as a notebook shows it."""
        return f"**{self.experiment.title}**\n\n{self.answer}\n\n*{self.folder / 'report.html'}*"


def study_in(folder: Path, experiment: Experiment, outcome: RunSummary | None = None) -> Study:
    """The study in a folder that holds estimates."""
    estimates = read_estimates(folder / "estimates.csv")
    return Study(
        experiment, folder, outcome, Lookup(estimates, experiment.varied), str(summary.answer(estimates, experiment))
    )


def run_experiment(
    experiment: Experiment,
    folder: Path,
    *,
    workers: Workers | None = None,
    console: Console | None = None,
    overwrite: bool = False,
) -> Study:
    """Simulate what the folder does not hold yet, then write estimates, figures and report into it.

    By `workers`: so many cores of this machine (all of them, if None), or the Dask cluster whose scheduler has this
    address. Raises KeyboardInterrupt when stopped, ConfigError for a folder that is not this study's own or in
    which files were changed (`overwrite`: such files are replaced), and what `experiment.run.run` raises. What is
    finished stays; calling it again resumes.
    """
    workers = workers_of(workers)
    check(experiment, folder, overwrite=overwrite)
    out = console or progress_console()
    compile_law(out)
    clients = sum(clients_of(experiment, point) for point in experiment.points)
    with only_run(folder):
        with progress_bar(out) as progress:
            task = progress.add_task(f"Simulating {experiment.name}", total=clients)
            outcome = run(
                experiment,
                folder,
                workers=workers,
                progress=lambda finished: progress.advance(task, finished),
                overwrite=overwrite,
            )
            progress.update(task, completed=clients)
        if outcome.found:
            out.print(f"{outcome.found} of {outcome.points} design points were finished before.")
        print_notes(out, outcome.notices)
        if repeat.is_written(folder, experiment):
            return study_in(folder, experiment, outcome)
        with out.status("Estimating, drawing, writing the report"):
            from alliance_sim.figures.picture import undrawn_letters
            from alliance_sim.report import page

            page.write(folder, experiment)
    if experiment.outputs.figures:
        levels = {str(label) for point in experiment.points for label in point.factors.values()}
        print_notes(out, undrawn_letters([*experiment.arms, *experiment.varied, *levels]))
    return study_in(folder, experiment, outcome)


def answer(
    question: Question,
    folder: Path,
    *,
    workers: Workers | None = None,
    console: Console | None = None,
    overwrite: bool = False,
) -> "Answered":
    """Answer a question: simulate, estimate, draw and write everything into the folder.

    Raises KeyboardInterrupt when stopped, ConfigError for a folder that is not this question's own or in which files
    were changed (`overwrite`: such files are replaced). What is finished stays; calling it again resumes.
    """
    from alliance_sim.questions.frame.answer import answer_question, check_answer

    workers = workers_of(workers)
    check_answer(question, folder, overwrite=overwrite)
    out = console or progress_console()
    compile_law(out)
    with using(workers), progress_bar(out) as progress:
        shown = stages(progress, question.kind.stages(question))
        answered = answer_question(question, folder, workers, shown, overwrite=overwrite)
    print_notes(out, answered.notices)
    return answered


def write_lesson(loaded: LoadedLesson, out: Path, console: Console | None = None, *, overwrite: bool = False) -> int:
    """Simulate a lesson's data and write its page; returns the size of the page in bytes.

    Raises OSError when the page cannot be written, ConfigError when the data cannot be simulated as described, and for
    a file that alliance-sim did not write (unless `overwrite`).
    """
    from alliance_sim.lesson import writing

    refuse_others([out], overwrite)
    console = console or progress_console()
    compile_law(console)
    with progress_bar(console) as progress:
        task = progress.add_task(f"Simulating {loaded.path.stem}", total=writing.settings_in(loaded))
        return writing.write(loaded, out, lambda: progress.advance(task), overwrite=overwrite)


def compare_literature(
    parameters: str, draws: int, seed: int, *, workers: Workers | None = None, console: Console | None = None
) -> "tuple[Compared, ...]":
    """Simulate practices under draws of `parameters` (a name or file, as in configs), and compare them with findings.

    Raises ConfigError for an unknown population, and KeyboardInterrupt when stopped.
    """
    from alliance_sim.evidence.agreement import compare

    workers = workers_of(workers)
    population = population_of(parameters, Path(), Path(), Place("--parameters"))
    base = Parameters()
    drawn = [base if population is None else population.parameters(base, k + 1) for k in range(draws)]
    out = console or progress_console()
    compile_law(out)
    with using(workers), progress_bar(out) as progress:
        task = progress.add_task("Simulating studies", total=draws)
        return compare(drawn, seed, workers, lambda done: progress.advance(task, done))


def fit_literature(
    calibration: Calibration,
    folder: Path,
    *,
    workers: Workers | None = None,
    console: Console | None = None,
    overwrite: bool = False,
) -> None:
    """Fit the free parameters to the findings of tier fit, and write tables and figures into the folder.

    Nothing is done where the folder holds them. Needs the optional packages of `pip install 'alliance-sim[calibrate]'`.
    Raises KeyboardInterrupt when stopped, ConfigError for a folder that is not this calibration's own or in which files
    were changed (`overwrite`: such files are replaced). What was simulated stays; calling it again resumes.
    """
    from alliance_sim.evidence.calibration.fit import DRAWN, calibrate, is_finished, mark_drawn

    workers = workers_of(workers)
    title = calibration.title if calibration.title != calibration.name else ""
    study = study_of(CALIBRATION, title, calibration.question, calibration.path, folder)
    names = ("calibration.json", "config.yaml", "parameters.csv", "posterior.csv")
    check_folder(folder, study, names=names, folders=("figures", "simulations"), overwrite=overwrite)
    out = console or progress_console()
    compile_law(out)
    with only_run(folder), noting() as noted:
        record = claim(folder, study, overwrite=overwrite)
        if is_finished(calibration, folder) and record.made.endswith(DRAWN):
            return
        with using(workers), progress_bar(out) as progress:
            calibrate(calibration, folder, workers, stages(progress, calibration.effort.stages()))
        print_notes(out, [*([errors.kept_no_record(NAME)] if record.before else []), *noted.in_words(folder)])
        with out.status("Drawing"):
            draw_fit(folder)
        mark_drawn(folder)
