"""Configs written for a test, and their mistakes without the folder that they are in."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from alliance_sim.experiment.columns import check_columns
from alliance_sim.scenario import ConfigError, Experiment, load

Write = Callable[..., Path]
Loaded = Callable[..., Experiment]
Mistakes = Callable[..., list[str]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file next to the config of this test."""

    def write(text: str, name: str = "config.yaml") -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
        return file

    return write


@pytest.fixture
def loaded(write: Write) -> Loaded:
    """Load a config that is given as text."""
    return lambda text, *overrides: load(write(text), overrides)


@pytest.fixture
def mistakes(write: Write, tmp_path: Path) -> Mistakes:
    """The messages about a config that is given as text; files are named without their folder."""

    def mistakes(text: str, *overrides: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            check_columns(load(write(text), overrides))
        return str(caught.value).replace(f"{tmp_path}/", "").splitlines()

    return mistakes


def addresses(experiment: Experiment) -> list[str]:
    """What identifies the rows of each design point."""
    return [point.address for point in experiment.points]
