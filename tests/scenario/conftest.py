"""Configs written for a test, and their mistakes without the folder they lie in."""

from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from alliance_sim.scenario import ConfigError, Experiment, load

Write = Callable[..., Path]
Loaded = Callable[..., Experiment]
Mistakes = Callable[..., list[str]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file beside the config of this test."""

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
        return messages(write(text), overrides, tmp_path)

    return mistakes


def messages(file: Path, overrides: Sequence[str], folder: Path) -> list[str]:
    """The messages that loading a file gives."""
    with pytest.raises(ConfigError) as caught:
        load(file, overrides)
    return str(caught.value).replace(f"{folder}/", "").splitlines()
