"""A small kind of question, which asks how high the alliance is at the end."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import pandas as pd
from pydantic import Field

from alliance_sim.estimates.long import Estimates
from alliance_sim.experiment.kept import Stage, key_of
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import canvas
from alliance_sim.law.about import About
from alliance_sim.questions.frame.config import names_of, section_model, wrong_names
from alliance_sim.questions.frame.question import Kind, Question, Tables
from alliance_sim.questions.frame.run import Simulated, run_experiment
from alliance_sim.stats.estimate import Estimate

COLUMNS = ("goal", "task", "bond", "alliance")


class Week(NamedTuple):
    """The numbers of a toy."""

    week: Annotated[int, About("week that is looked at", "weeks", 1, 52, "design")] = 2


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


def estimate(question: Question, rows: pd.DataFrame) -> Tables:
    """Means over replicates."""
    means = rows.groupby(["base", "arm", "column"], as_index=False)["value"].mean()
    keyed = ({name: row[name] for name in ("base", "arm", "column")} for _, row in means.iterrows())
    estimates = Estimates.of(
        (key, Estimate(value, unit="0–1")) for key, value in zip(keyed, means["value"], strict=True)
    )
    return Tables(estimates, {"rows": rows})


def view(question: Question, tables: Tables) -> dict[str, Any]:
    """The rows of the table of means."""
    return {"means": [{**row.key, "mean": row.estimate} for row in tables.estimates]}


def draw(question: Question, tables: Tables) -> Sequence[Picture]:
    """A line."""
    figure, axes = canvas(1, 1, 4, 3)
    axes[0][0].plot(tables.estimates.frame["value"])
    return [Picture("toy", "A toy", "It shows a toy.", "A line.", figure)]


KIND = Kind(
    "toy",
    "a toy",
    section_model("Toy", Week, columns=(names_of(COLUMNS, "columns"), Field(default=["bond"]))),
    lambda question: [f"{len(question.experiment.points)} design points"],
    lambda question: wrong_names(question, "columns", question.section.columns, COLUMNS, "column"),
    run=run,
    estimate=estimate,
    view=view,
    draw=draw,
    fewest=3,
)
