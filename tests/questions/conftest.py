"""A small kind of inquiry, which asks how high the alliance is at the end."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

import pandas as pd
import pytest
from pydantic import Field

from alliance_sim.experiment.kept import Stage, key_of
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import canvas
from alliance_sim.law.about import About
from alliance_sim.questions.frame import config as asking
from alliance_sim.questions.frame import kinds
from alliance_sim.questions.frame.config import names_of, section_model, wrong_names
from alliance_sim.questions.frame.question import Answer, Kind, Part, Question
from alliance_sim.questions.frame.run import Simulated, run_experiment
from alliance_sim.scenario import names

COLUMNS = ("goal", "task", "bond", "alliance")

CONFIG = """
title: How high?
question: How high is the alliance at the end?
replicates: 3
clinic: {therapists: 2, caseload: 3, weeks: 4}
arms:
  ignore: {policy: ignore}
  repair: {policy: repair}
factors:
  parameters.rupture.base: [-3, -1]
toy: {week: 4, columns: [bond, alliance]}
ademp: {aims: To see.}
caveats: [It is a toy.]
"""


class Numbers(NamedTuple):
    """The numbers of a toy."""

    week: Annotated[int, About("week that is looked at", "weeks", 1, 52, "design")] = 2


def measure(columns: tuple[str, ...], week: int, arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """The mean of columns in a week, in every replicate and arm."""
    rows = []
    for arm, played in arms.items():
        for k, replicate in enumerate(played.replicates):
            per = len(played.clients) // len(played.replicates)
            for column in columns:
                value = played.matrix(column)[k * per : (k + 1) * per, week - 1]
                rows.append(
                    {"replicate": replicate, "arm": arm, "column": column, "value": float(value[value > 0].mean())}
                )
    return pd.DataFrame(rows)


def conduct(asked: Question, folder: Path, workers: int, stage: Stage) -> Answer:
    """Play and average."""
    columns, week = tuple(asked.section.columns), asked.section.week
    about = key_of(columns, week)
    rows = run_experiment(asked.experiment, partial(measure, columns, week), about, folder, workers, stage)
    means = rows.groupby(["base", "arm", "column"], as_index=False)["value"].mean()
    figure, axes = canvas(1, 1, 4, 3)
    axes[0][0].plot(means["value"])
    picture = Picture("toy", "A toy", "It shows a toy.", "A line.", figure)
    return Answer("It is high.", [Part("Means", "By arm.", means, "toy")], {"means": means, "rows": rows}, [picture])


def wrong(asked: Question) -> list:
    """Names of columns that there are not."""
    return wrong_names(asked, "columns", asked.section.columns, COLUMNS, "column")


KIND = Kind(
    "toy",
    "a toy",
    section_model("Toy", Numbers, columns=(names_of(COLUMNS, "columns"), Field(default=["bond"]))),
    conduct,
    lambda asked: [f"{len(asked.experiment.points)} design points"],
    wrong,
    fewest=3,
)


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Path]]:
    """Writes a config that may ask for a toy, and gives its path."""
    names.QUESTIONS.append("toy")
    known = kinds.kind_of
    for module in (kinds, asking):
        monkeypatch.setattr(module, "kind_of", lambda key: KIND if key == "toy" else known(key))

    def toy(text: str = CONFIG) -> Path:
        file = tmp_path / "high.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    yield toy
    names.QUESTIONS.remove("toy")


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """Writes the text of a small config with some texts in it replaced, and gives its path."""

    def changed(text: str, *changes: tuple[str, str]) -> Path:
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / "small.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return changed
