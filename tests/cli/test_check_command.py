"""`alliance-sim check`: a design in words, or every mistake at once."""

import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from alliance_sim.api import reading
from alliance_sim.experiment.rehearsal import WorkForecast
from tests.cli.conftest import Command

CONFIGS = Path(__file__).parents[2] / "configs"

DESIGN = """\
question: Does it?
rivals: [It does not.]
clinic: {therapists: 3, caseload: 4, weeks: 5}
replicates: 6
seed: 7
parameters: {rupture: {base: -2}}
policy: {vigilance: 1}
arms: {a: {treatment: cbt}, b: {treatment: {profile: cbt, challenge: 1.5}, mechanisms: {ruptures: false}}}
factors: {parameters.intake.repair_mean: [0, 0.5]}
"""


@pytest.fixture(autouse=True)
def no_measuring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A forecast that measures nothing: it is tested where it is made."""
    plan = ModuleType("alliance_sim.experiment.plan")
    size = SimpleNamespace(client_sessions=192_000, seconds=75.0, megabytes=16.6)
    plan.forecast = lambda _: size  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "alliance_sim.experiment.plan", plan)
    monkeypatch.setattr(reading, "forecast_of", lambda _: WorkForecast(7500.0, 16.6))
    monkeypatch.setattr("alliance_sim.compiled.CACHE", tmp_path / "compiled")  # where forecasts are noted
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})


def test_a_shipped_config_is_shown(command: Command, shipped_experiment: Path) -> None:
    shown = command("check", shipped_experiment)
    assert (shown.status, shown.err) == (0, "")
    assert {"Question", "Hypothesis", "baseline"} <= set(shown.out.split())


def test_a_design_is_shown_with_its_size_and_cost(command: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(DESIGN)
    out = command("check", tmp_path / "mine.yaml").words
    assert out.startswith("mine Question Does it? Rival 1 It does not.")
    for line in (
        "3 therapists with 4 clients each, 5 weeks",
        "every arm is simulated 6 times, with the same clients and random draws in all arms (seed 7)",
        "In all arms policy repair, symptoms phq9",
        "arm treatment ruptures",
        "a cbt true baseline Cognitive behavioural therapy",
        "b cbt with challenge 1.5 false",
        "Factor repair_mean: 0, 0.5",
        "Changed policy.vigilance is 1 (default 0; set in the file)",
        "Changed parameters.rupture.base is -2 (default",
        "Size 4 design points (2 arms x 2 repair_mean), 288 treatments, at most 192,000 client-sessions",
        "Cost time on one worker: about 75 seconds; disk: about 17 MB",
        "Outputs estimates, replicates, clients, sessions, figures, story",
    ):
        assert line in out


def test_set_changes_what_is_checked(command: Command, experiments: list[Path]) -> None:
    shown = command("check", experiments[0], "--set", "seed=5", "--set", "title=Another")
    assert shown.out.startswith("Another")
    assert "(seed 5)" in shown.words


def test_mistakes_go_to_stderr_with_status_2_and_nothing_is_written(command: Command, project: Path) -> None:
    text = "seed: x\nreplicates: 0\nbaseline: c\narms: {a: {polcy: repair}}\ntreatment: cbtt\n"
    (project / "small.yaml").write_text(text, encoding="utf-8")
    shown = command("check", "small.yaml")
    *lines, blank, last = shown.err.splitlines()
    paths = ["seed", "replicates", "baseline", "arms.a.polcy", "treatment"]
    assert (shown.status, shown.out) == (2, "")
    assert [line.partition(": found")[0] for line in lines] == [
        f"small.yaml, line {k}: {path}" for k, path in enumerate(paths, 1)
    ]
    assert (blank, last) == ("", "5 mistakes; nothing was run or written.")
    assert [file.name for file in project.iterdir()] == ["small.yaml"]


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_path_that_is_no_file_ends_with_status_2(command: Command, name: str) -> None:
    shown = command("check", name)
    assert (shown.status, shown.err.startswith(f"{name}: found ")) == (2, True)
    assert shown.err.endswith("\n1 mistake; nothing was run or written.\n")


def test_a_calibration_is_shown_with_its_size_and_its_command(command: Command) -> None:
    shown = command("check", CONFIGS / "calibration.yaml")
    assert shown.status == 0
    assert "53 free parameters with the range that each may have: intake.rapport_sd [0.2, 1]" in shown.words
    assert "8,320 simulated practices" in shown.words
    assert "Fitted by alliance-sim calibrate" in shown.words
    cost = "about 2.1 hours; on the 3 cores of this machine: about 42 minutes; disk: about 17 MB"
    assert f"Cost time on one worker: {cost}" in shown.words


def test_a_cost_that_cannot_be_measured_is_said_to_be_unknown(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "forecast_of", lambda _: None)
    assert "Cost not known before a first run: the law" in command("check", CONFIGS / "service.yaml").words


def test_a_cost_is_measured_once_for_each_config(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []

    def forecast_of(_: object) -> WorkForecast:
        measured.append(1)
        return WorkForecast(60.0 * len(measured), 5.0)

    monkeypatch.setattr(reading, "forecast_of", forecast_of)
    for settings, cost in (((), "60 seconds"), ((), "60 seconds"), (("--set", "seed=5"), "2 minutes")):
        assert f"Cost time on one worker: about {cost}" in command("check", CONFIGS / "optimise.yaml", *settings).words
    assert len(measured) == 2


def test_check_names_the_code_that_a_run_would_run_and_runs_none(command: Command, project: Path) -> None:
    (project / "strangers_own.py").write_text("print('I run')\ndef f(policy, view): ...\n", encoding="utf-8")
    (project / "small.yaml").write_text("replicates: 1\npolicy: {custom: 'strangers_own:f'}\n", encoding="utf-8")
    shown = command("check", project / "small.yaml")
    last = f"Running it runs the Python code in {project / 'strangers_own.py'} (policy strangers_own:f)."
    assert (shown.status, "I run" in shown.out) == (0, False)
    assert "".join(shown.out.split()).endswith(last.replace(" ", ""))
