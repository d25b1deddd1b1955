"""The scripts of one question each run from a checkout and print a verdict."""

import subprocess
import sys
from pathlib import Path

import pytest

from alliance_sim.files.record import StudyKey, claim

EXPERIMENTS = Path(__file__).parents[2] / "experiments"
SCRIPTS = sorted(file for file in EXPERIMENTS.glob("*.py") if "answer_script" not in file.read_text())
SMALL = ("replicates=3", "clinic.therapists=4", "outputs.figures=false", "outputs.story=false")


def ask(script: Path, out: Path, *settings: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    words = [word for setting in settings for word in ("--set", setting)]
    command = [sys.executable, str(script), "--out", str(out), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_every_shipped_experiment_has_its_script(experiments: list[Path]) -> None:
    assert {script.stem for script in SCRIPTS} == {file.stem for file in experiments if "sweep_" not in file.stem}


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_states_question_hypothesis_and_rivals_and_gives_numbers(script: Path, tmp_path: Path) -> None:
    done = ask(script, tmp_path / "out", *SMALL)
    assert done.returncode == 0, done.stderr
    for heading in ("Question.", "Hypothesis.", "Rival."):
        assert heading in done.stdout
    assert "[" in done.stdout.partition("simulated clinics, with 95 % intervals")[2]
    assert "not defined" not in done.stdout


@pytest.mark.slow
def test_a_script_refuses_bad_settings_with_exit_status_2(tmp_path: Path) -> None:
    done = ask(SCRIPTS[0], tmp_path / "out", "replicates=none")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_script_refuses_a_folder_of_another_kind_of_question_with_exit_status_2(tmp_path: Path) -> None:
    claim(tmp_path, StudyKey("power", "A planned trial", "", ""))
    done = ask(SCRIPTS[0], tmp_path)
    assert done.returncode == 2
    assert 'found the answer of a question (power), "A planned trial"' in done.stderr
    assert "Traceback" not in done.stderr
