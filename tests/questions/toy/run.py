"""What is run for a toy."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pandas as pd

from alliance_sim.experiment.kept import Stage, key_of
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.frame.run import Simulated, run_experiment


def measure(columns: tuple[str, ...], week: int, arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """The mean of columns in a week, in every replicate and arm."""
    rows = []
    for arm, simulated in arms.items():
        for replicate in simulated.replicates:
            own = simulated.clients.replicate == replicate
            for column in columns:
                value = simulated.matrix(column)[own, week - 1]
                mean = float(value[value > 0].mean())
                rows.append({"replicate": replicate, "arm": arm, "column": column, "value": mean})
    return pd.DataFrame(rows)


def run(question: Question, folder: Path, workers: int, stage: Stage) -> pd.DataFrame:
    """Rows of `measure`."""
    columns, week = tuple(question.section.columns), question.section.week
    about = key_of(columns, week)
    return run_experiment(question.experiment, partial(measure, columns, week), about, folder, workers, stage)
