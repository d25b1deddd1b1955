"""`alliance-sim evidence`, and `calibrate` when something is in its way."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from alliance_sim.evidence.findings import published

Said = Callable[..., Any]
CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.mark.slow
def test_every_finding_is_printed_and_written(said: Said, tmp_path: Path) -> None:
    done = said("evidence", "--draws", "10", "--out", str(tmp_path / "o"))
    assert done.status == 0
    assert all(finding.id in done.out for finding in published())
    assert "findings agree" in done.out
    written = json.loads((tmp_path / "o" / "evidence.json").read_text(encoding="utf-8"))
    assert [one["id"] for one in written] == [finding.id for finding in published()]
    assert len(pd.read_csv(tmp_path / "o" / "evidence.csv")) == sum(len(finding.parts) for finding in published())
    assert (tmp_path / "o" / "evidence.png").stat().st_size > 10_000


def test_parameters_that_there_are_not_are_told(said: Said) -> None:
    done = said("evidence", "--parameters", "posteriour")
    assert done.status == 2
    assert "did you mean posterior?" in done.err


@pytest.mark.parametrize("command", ["run", "story"])
def test_a_calibration_is_no_experiment(said: Said, command: str) -> None:
    done = said(command, str(CONFIGS / "calibration.yaml"))
    assert done.status == 2
    assert "alliance-sim calibrate" in done.err
    assert "1 mistake" in done.err


def test_an_experiment_is_no_calibration(said: Said) -> None:
    done = said("calibrate", str(CONFIGS / "quickstart.yaml"))
    assert done.status == 2
    assert "alliance-sim run" in done.err
    assert "1 mistake" in done.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("free: {rupture.bas: [-3, -1]}\n", "did you mean rupture.base?"),
        ("free: {change.life: [0.3, 0.1]}\n", "two numbers [low, high], low below high"),
        ("free: {change.life: [0.1, 0.2]}\nleave_out: [A05]\n", "found A05, which is of tier validate"),
        ("free: {change.life: [0.1, 0.2]}\nleave_out: [A0]\n", 'found the unknown finding "A0"'),
    ],
)
def test_one_mistake_of_a_calibration_is_one_message(said: Said, tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    done = said("calibrate", str(tmp_path / "c.yaml"))
    assert done.status == 2
    assert told in done.err
    assert "1 mistake" in done.err


def test_missing_optional_packages_are_named(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpyro", None)
    done = said("calibrate", str(CONFIGS / "calibration.yaml"))
    assert done.status == 2
    assert "numpyro: pip install 'alliance-sim[calibrate]'" in done.err
