"""`alliance-sim check`: a design in words, or every mistake at once."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

Said = Callable[..., Any]


@pytest.fixture(autouse=True)
def no_measuring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forecast that measures nothing: what it says is tested where it is made."""
    plan = ModuleType("alliance_sim.experiment.plan")
    plan.forecast = lambda experiment: SimpleNamespace(  # type: ignore[attr-defined]
        client_sessions=192_000, seconds=75.0, megabytes=16.6
    )
    monkeypatch.setitem(sys.modules, "alliance_sim.experiment.plan", plan)


def words(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def test_a_shipped_config_is_told_in_words(said: Said, shipped_experiment: Path) -> None:
    result = said("check", str(shipped_experiment))
    assert (result.status, result.err) == (0, "")
    assert "Question" in result.out
    assert "Hypothesis" in result.out
    assert "baseline" in result.out


def test_the_design_is_told_with_its_size_and_cost(said: Said, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "question: Does it?\nrivals: [It does not.]\nclinic: {therapists: 3, caseload: 4, weeks: 5}\nreplicates: "
        "6\nseed: 7\n"
        "parameters: {rupture: {base: -2}}\npolicy: {vigilance: 1}\n"
        "arms: {a: {treatment: cbt}, b: {treatment: {profile: cbt, challenge: 1.5}, mechanisms: {ruptures: false}}}\n"
        "factors: {parameters.intake.repair_mean: [0, 0.5]}\n"
    )
    out = words(said("check", str(file)).out)
    assert out.startswith("mine Question Does it? Rival 1 It does not.")
    assert "3 therapists with 4 clients each, 5 weeks" in out
    assert "every arm is simulated 6 times, with the same clients and random draws in all arms (seed 7)" in out
    assert "In all arms policy repair, symptoms phq9" in out
    assert "arm treatment ruptures" in out
    assert "a cbt true baseline Cognitive behavioural therapy" in out
    assert "b cbt with challenge 1.5 false" in out
    assert "Factor repair_mean: 0, 0.5" in out
    assert "Changed policy.vigilance is 1 (default 0; set in the file)" in out
    assert "Changed parameters.rupture.base is -2 (default" in out
    assert "Size 4 design points (2 arms x 2 repair_mean), 288 treatments, at most 192,000 client-sessions" in out
    assert "Cost time on one worker: about 75 seconds; disk: about 17 MB" in out
    assert "Outputs estimates, replicates, clients, sessions, figures, story" in out


def test_set_changes_what_is_checked(said: Said, experiments: list[Path]) -> None:
    result = said("check", str(experiments[0]), "--set", "seed=5", "--set", "title=Another")
    assert result.out.startswith("Another")
    assert "(seed 5)" in words(result.out)


def test_mistakes_go_to_stderr_with_status_2_and_nothing_is_written(
    said: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text(
        "seed: x\nreplicates: 0\nbaseline: c\narms: {a: {polcy: repair}}\ntreatment: cbtt\n", encoding="utf-8"
    )
    result = said("check", "bad.yaml")
    assert result.status == 2
    assert result.out == ""
    lines = result.err.splitlines()
    assert [line.partition(": found")[0] for line in lines[:5]] == [
        "bad.yaml, line 1: seed",
        "bad.yaml, line 2: replicates",
        "bad.yaml, line 3: baseline",
        "bad.yaml, line 4: arms.a.polcy",
        "bad.yaml, line 5: treatment",
    ]
    assert lines[5:] == ["", "5 mistakes; nothing was run or written."]
    assert [file.name for file in tmp_path.iterdir()] == ["bad.yaml"]


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_path_that_is_no_file_ends_with_status_2(said: Said, name: str) -> None:
    result = said("check", name)
    assert result.status == 2
    assert result.err.startswith(f"{name}: found ")
    assert result.err.endswith("\n1 mistake; nothing was run or written.\n")


def test_a_calibration_is_told_with_its_size_and_its_command(said: Said) -> None:
    config = str(Path(__file__).parents[2] / "configs" / "calibration.yaml")
    result = said("check", config)
    out = words(result.out)
    assert result.status == 0
    assert "53 free parameters with the range that each may have: intake.rapport_sd [0.2, 1]" in out
    assert "8,320 simulated practices" in out
    assert "Fitted by alliance-sim calibrate" in out


def test_check_names_the_code_that_a_run_would_run_and_runs_none(said: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "strangers_own.py").write_text("print('I run')\ndef f(policy, view): ...\n", encoding="utf-8")
    config = tmp_path / "config.yaml"
    config.write_text("replicates: 1\npolicy: {custom: 'strangers_own:f'}\n", encoding="utf-8")
    checked = said("check", str(config))
    assert checked.status == 0
    assert "I run" not in checked.out
    last = f"Running it runs the Python code in {tmp_path / 'strangers_own.py'} (policy strangers_own:f)."
    assert "".join(checked.out.split()).endswith(last.replace(" ", ""))
