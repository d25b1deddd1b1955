"""What the scripts in experiments/ are made of: one question each, from its config to printed numbers."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from alliance_sim.api.work import Study, answer, run_experiment
from alliance_sim.estimates.notation import shown
from alliance_sim.estimates.result import Result, result
from alliance_sim.experiment.failing import FAILURES
from alliance_sim.questions.frame.answer import Answered
from alliance_sim.questions.frame.config import load_question
from alliance_sim.scenario import ConfigError, load
from alliance_sim.scenario.letters import prepare_output
from alliance_sim.scenario.paths import home
from alliance_sim.scenario.screen import console


def run_script(script: str) -> Study:
    """Run the experiment ../configs/NAME.yaml of a script into ../results/NAME; print its question, hypothesis, rivals.

    `script` is the script's own file. Takes `--set PATH=VALUE`, `--out DIR` and `--overwrite` from the command line.
    Bad input ends the script with exit status 2, a run that fails with 1.
    """
    parser, given, config = _command_line(script)
    screen = console()
    with _exit_status(parser):
        experiment = load(config, given.set)
        screen.print(Text(experiment.title, style="bold"), "", sep="\n")
        for heading, text in (("Question", experiment.question), ("Hypothesis", experiment.hypothesis)):
            _print_headed(screen, heading, text)
        for rival in experiment.rivals:
            _print_headed(screen, "Rival", rival)
        study = run_experiment(experiment, given.out, overwrite=given.overwrite)
    screen.print(f"\nMeans over {experiment.replicates} simulated clinics, with 95 % intervals of the mean.")
    return study


def answer_script(script: str) -> Answered:
    """Answer the question of a script, as `run_script` does for an experiment; prints question and answer."""
    parser, given, config = _command_line(script)
    screen = console()
    with _exit_status(parser):
        question = load_question(config, given.set)
        screen.print(Text(question.title, style="bold"), "", sep="\n")
        _print_headed(screen, "Question", question.question)
        screen.print()
        answered = answer(question, given.out, overwrite=given.overwrite)
    screen.print(Markdown(f"**Answer.** {answered.short}"))
    screen.print(f"\nTables, figures and the whole answer: {given.out / 'answer.md'}", markup=False)
    return answered


def print_estimate(label: str, estimate: Result | pd.DataFrame | None) -> None:
    """Print an estimate, or the rows of a table of estimates, after a label; "not defined" where there is none."""
    rows = [result(row) for _, row in estimate.iterrows()] if isinstance(estimate, pd.DataFrame) else [estimate]
    values = [shown(row.estimate, signed=True) for row in rows if row is not None]
    console().print(f"{label}: {', '.join(values) or 'not defined'}")


def _command_line(script: str) -> tuple[argparse.ArgumentParser, argparse.Namespace, Path]:
    """The command line of a script, the arguments that it was given, and its config."""
    prepare_output()
    name, root = Path(script).stem, Path(script).resolve().parent.parent
    parser = argparse.ArgumentParser(description=f"Runs configs/{name}.yaml and answers its question.")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="set any path of the config")
    parser.add_argument("--out", type=home, default=root / "results" / name, help="result folder")
    parser.add_argument("--overwrite", action="store_true", help="replace files of ours that were changed since")
    return parser, parser.parse_args(), root / "configs" / f"{name}.yaml"


@contextmanager
def _exit_status(parser: argparse.ArgumentParser) -> Iterator[None]:
    """End a script with the message of an error: exit status 2 for bad input, 1 for a run that fails."""
    try:
        yield
    except ConfigError as error:
        parser.exit(2, f"{error}\n")
    except FAILURES as error:
        parser.exit(1, f"{error}\n")


def _print_headed(screen: Console, heading: str, text: str) -> None:
    """Print a paragraph with a heading in bold."""
    screen.print(Text.assemble((f"{heading}.", "bold"), " ", " ".join(text.split())))
