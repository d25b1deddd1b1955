"""`alliance-sim run` and `story` as a user meets them."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from alliance_sim.cli import main

CONFIG = """\
title: A small experiment
question: Does anything change?
seed: 7
replicates: 4
clinic: {therapists: 3, caseload: 4, weeks: 6}
arms:
  leave: {policy: ignore}
  mend: {policy: repair}
  wait: {treatment: waiting_list}
"""

PLAIN = ("--set", "outputs.figures=false", "--set", "outputs.story=false")

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A small config on disk."""
    file = tmp_path / "small.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    return file


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command line; exit status, what it printed, what it said on the side."""

    def run(*words: object) -> tuple[int, str, str]:
        try:
            main([str(word) for word in words])
            status = 0
        except SystemExit as stop:
            status = int(stop.code or 0)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_run_leaves_everything_that_is_contracted(command: Command, config: Path, tmp_path: Path) -> None:
    status, out, _ = command("run", config, "--out", tmp_path / "result", "--workers", 1)
    assert status == 0
    assert "A small experiment" in out
    folder = tmp_path / "result"
    for name in ("manifest.json", "estimates.csv", "report.html"):
        assert (folder / name).stat().st_size > 0
    assert {file.suffix for file in (folder / "figures").iterdir()} == {".png", ".svg"}
    assert set(pd.read_parquet(folder / "sessions.parquet")["arm"]) == {"leave", "mend"}
    assert set(pd.read_parquet(folder / "clients.parquet")["arm"]) == {"leave", "mend", "wait"}
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["finished"] is True


def test_running_a_manifest_repeats_the_run_to_the_bit(command: Command, config: Path, tmp_path: Path) -> None:
    command("run", config, "--out", tmp_path / "first", *PLAIN, "--set", "parameters.rupture.base=-2")
    status, _, _ = command("run", tmp_path / "first" / "manifest.json", "--out", tmp_path / "again")
    assert status == 0
    for file in (tmp_path / "first").glob("*.parquet/*"):
        assert (tmp_path / "again" / file.relative_to(tmp_path / "first")).read_bytes() == file.read_bytes()
    for name in ("first", "again"):
        assert (tmp_path / name / "estimates.csv").exists()
    assert (tmp_path / "first" / "estimates.csv").read_bytes() == (tmp_path / "again" / "estimates.csv").read_bytes()


def test_a_manifest_of_another_law_is_played_with_a_warning(command: Command, config: Path, tmp_path: Path) -> None:
    command("run", config, "--out", tmp_path / "first", *PLAIN, "--set", "replicates=2")
    manifest = tmp_path / "first" / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["versions"]["law"] = "0123456789abcdef"
    manifest.write_text(json.dumps(content), encoding="utf-8")
    _, _, err = command("run", manifest, "--out", tmp_path / "again")
    assert "that run used law 0123456789abcdef" in err
    assert f"Note: {manifest} is not as it was written, so this is not the run that it came from." in err


def test_a_config_with_mistakes_runs_nothing_and_writes_nothing(command: Command, config: Path, tmp_path: Path) -> None:
    status, _, err = command("run", config, "--out", tmp_path / "result", "--set", "replicates=many")
    assert status == 2
    assert 'replicates: found the text "many"' in err
    assert not (tmp_path / "result").exists()


def test_a_folder_that_cannot_be_written_ends_with_one_message(command: Command, config: Path, tmp_path: Path) -> None:
    (tmp_path / "result").write_text("a file where the folder should be", encoding="utf-8")
    status, _, err = command("run", config, "--out", tmp_path / "result" / "below")
    assert status == 2
    assert "found a folder that cannot be written" in err
    assert "Traceback" not in err


def test_a_file_is_no_result_folder(command: Command, config: Path, tmp_path: Path) -> None:
    (tmp_path / "result").write_text("a file", encoding="utf-8")
    status, _, err = command("run", config, "--out", tmp_path / "result")
    assert status == 2
    assert "is a file" in err


def test_a_story_tells_the_client_that_is_asked_for(command: Command, config: Path, tmp_path: Path) -> None:
    status, out, _ = command("story", config, "--arm", "mend", "--client", 5, "--figure", tmp_path / "told.png")
    assert status == 0
    assert out.startswith("Client 5 with therapist 2, treated under “mend”, and the same client under “leave”")
    assert "Week 1." in out
    assert (tmp_path / "told.png").stat().st_size > 10_000


def test_a_story_of_what_is_not_there_is_refused_with_all_mistakes(command: Command, config: Path) -> None:
    status, _, err = command("story", config, "--arm", "mendd", "--client", 13, "--replicate", 9)
    assert status == 2
    assert "did you mean mend?" in err
    assert "--client: found the number 13; allowed: a whole number from 1 to 12" in err
    assert "--replicate: found the number 9; allowed: a whole number from 1 to 4" in err


def test_an_arm_without_sessions_has_no_story(command: Command, config: Path) -> None:
    status, _, err = command("story", config, "--arm", "wait")
    assert status == 2
    assert 'the arm "wait", in which nobody has sessions' in err


def test_a_manifest_that_is_no_json_any_more_is_read_as_a_config(
    command: Command, config: Path, tmp_path: Path
) -> None:
    command("run", config, "--out", tmp_path / "first", *PLAIN, "--set", "replicates=2")
    manifest = tmp_path / "first" / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"catalogue"', "catalogue", 1), encoding="utf-8")
    status, _, err = command("run", manifest, "--out", tmp_path / "again")
    assert status == 0
    assert "that run used law unknown" in err


def test_who_repeats_a_run_reads_first_whose_code_runs(command: Command, config: Path, tmp_path: Path) -> None:
    command("run", config, "--out", tmp_path / "first", *PLAIN, "--set", "replicates=1")
    manifest = tmp_path / "first" / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["config"]["arms"]["mend"] = {"policy": {"custom": "strangers_own:f"}}
    manifest.write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "first" / "strangers_own.py").write_text("print('I run')\ndef f(policy, view): ...\n", encoding="utf-8")
    status, out, err = command("run", manifest, "--out", tmp_path / "again")
    file = tmp_path / "first" / "strangers_own.py"
    assert (status, out) == (2, "I run\n"), err
    assert f"Note: this run runs the Python code in {file} (policy strangers_own:f).\n" in err


def test_who_repeats_a_question_reads_first_whose_code_runs(command: Command, config: Path, tmp_path: Path) -> None:
    command("run", config, "--out", tmp_path / "first", *PLAIN, "--set", "replicates=1")
    manifest = tmp_path / "first" / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["config"]["arms"]["mend"] = {"policy": {"custom": "strangers_own:f"}}
    content["config"]["power"] = {}
    manifest.write_text(json.dumps(content), encoding="utf-8")
    file = tmp_path / "first" / "strangers_own.py"
    file.write_text("print('I run')\ndef f(policy, view): ...\n", encoding="utf-8")
    status, _, err = command("run", manifest, "--out", tmp_path / "again")
    assert status == 2
    assert f"Note: this run runs the Python code in {file} (policy strangers_own:f).\n" in err


def test_a_picture_that_cannot_be_written_is_told_in_words(command: Command, config: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    status, _, err = command("story", config, "--figure", tmp_path / "file" / "story")
    assert status == 1
    assert err.startswith("The figure could not be written: ")
    assert str(tmp_path / "file") in err
    assert len(err.splitlines()) == 1
