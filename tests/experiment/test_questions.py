"""The scripts of one question each run from a checkout and print numbers."""

import subprocess
import sys
from pathlib import Path

import pytest

from alliance_sim.files.record import StudyKey, claim

EXPERIMENTS = Path(__file__).parents[2] / "experiments"
SCRIPTS = sorted(file for file in EXPERIMENTS.glob("*.py") if "answer_script" not in file.read_text())
SMALL = ("replicates=3", "clinic.therapists=4", "outputs.figures=false", "outputs.story=false")


def run(script: Path, out: Path, *settings: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    given = [word for setting in settings for word in ("--set", setting)]
    command = [sys.executable, str(script), "--out", str(out), *given]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_every_shipped_experiment_has_its_script(experiments: list[Path]) -> None:
    assert {script.stem for script in SCRIPTS} == {file.stem for file in experiments if "sweep_" not in file.stem}


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_states_question_hypothesis_and_rivals_and_gives_numbers(script: Path, tmp_path: Path) -> None:
    done = run(script, tmp_path / "out", *SMALL)
    assert done.returncode == 0, done.stderr
    assert all(heading in done.stdout for heading in ("Question.", "Hypothesis.", "Rival."))
    assert "[" in done.stdout.partition("simulated clinics, with 95 % intervals")[2]
    assert "not defined" not in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "message"),
    [(("replicates=none",), 'found the text "none"'), ((), 'the answer of a question (power), "A planned trial"')],
)
def test_a_script_refuses_bad_input_with_exit_status_2(tmp_path: Path, settings: tuple[str, ...], message: str) -> None:
    claim(tmp_path, StudyKey("power", "A planned trial", "", ""))
    done = run(SCRIPTS[0], tmp_path, *settings)
    assert (done.returncode, message in done.stderr, "Traceback" in done.stderr) == (2, True, False)
