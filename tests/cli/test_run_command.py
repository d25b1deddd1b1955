"""`alliance-sim run` and `story` as a user meets them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.cli.conftest import Command

Manifest = Callable[[Callable[[dict[str, Any]], object]], Path]


@pytest.fixture
def manifest(command: Command, project: Path) -> Manifest:
    """Run the small experiment, change what its manifest holds, and give the manifest."""

    def manifest(change: Callable[[dict[str, Any]], object]) -> Path:
        assert command("run", "small.yaml", "--out", "first", "--workers", 1).status == 0
        file = project / "first" / "manifest.json"
        content = json.loads(file.read_text(encoding="utf-8"))
        change(content)
        file.write_text(json.dumps(content), encoding="utf-8")
        return file

    return manifest


def test_run_leaves_everything_that_is_contracted(command: Command, project: Path) -> None:
    shown = command("run", "small.yaml", "--workers", 1, "--set", "outputs={figures: true, story: true}")
    assert (shown.status, "A small experiment" in shown.out) == (0, True)
    folder = project / "results" / "small"
    assert all((folder / name).stat().st_size > 0 for name in ("manifest.json", "estimates.csv", "report.html"))
    assert {file.suffix for file in (folder / "figures").iterdir()} == {".png", ".svg"}
    assert set(pd.read_parquet(folder / "sessions.parquet")["arm"]) == {"leave", "mend"}
    assert set(pd.read_parquet(folder / "clients.parquet")["arm"]) == {"leave", "mend", "wait"}
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["finished"] is True


def test_running_a_manifest_repeats_the_run_to_the_bit(command: Command, project: Path) -> None:
    command("run", "small.yaml", "--out", "first", "--set", "parameters.rupture.base=-2")
    assert command("run", "first/manifest.json", "--out", "again").status == 0
    files = [*(project / "first").glob("*.parquet/*"), project / "first" / "estimates.csv"]
    assert len(files) > 3
    for file in files:
        assert (project / "again" / file.relative_to(project / "first")).read_bytes() == file.read_bytes()


def test_a_manifest_of_another_law_is_run_with_a_note(command: Command, manifest: Manifest) -> None:
    file = manifest(lambda content: content["versions"].update(law="0123456789abcdef"))
    err = command("run", file, "--out", "again").err
    assert "Note: that run used law 0123456789abcdef, this program has law " in err
    assert f"Note: {file} is not as it was written, so this is not the run that it came from." in err


def test_a_manifest_that_is_no_json_any_more_is_read_as_a_config(command: Command, manifest: Manifest) -> None:
    file = manifest(lambda _: None)
    file.write_text(file.read_text(encoding="utf-8").replace('"catalogue"', "catalogue", 1), encoding="utf-8")
    shown = command("run", file, "--out", "again")
    assert (shown.status, "that run used law unknown" in shown.err) == (0, True)


@pytest.mark.parametrize("question", [False, True])
def test_who_repeats_a_run_reads_first_whose_code_runs(command: Command, manifest: Manifest, question: bool) -> None:
    def change(content: dict[str, Any]) -> None:
        content["config"]["arms"]["mend"] = {"policy": {"custom": "strangers_own:f"}}
        content["config"] |= {"power": {}} if question else {}

    file = manifest(change)
    own = file.with_name("strangers_own.py")
    own.write_text("print('I run')\ndef f(policy, view): ...\n", encoding="utf-8")
    shown = command("run", file, "--out", "again")
    assert (shown.status, shown.out) == (2, "I run\n")
    assert f"Note: this run runs the Python code in {own} (policy strangers_own:f).\n" in shown.err


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--set", "replicates=many"), 'replicates: found the text "many"'),
        (("--out", "small.yaml/below"), "found a folder that cannot be written"),
        (("--out", "small.yaml"), "is a file"),
    ],
)
def test_what_cannot_be_run_ends_with_one_message_and_nothing_is_written(
    command: Command, project: Path, more: tuple[str, ...], message: str
) -> None:
    shown = command("run", "small.yaml", *more)
    assert (shown.status, message in shown.err, "Traceback" in shown.err) == (2, True, False)
    assert [file.name for file in project.iterdir()] == ["small.yaml"]


def test_more_than_ten_gigabytes_are_asked_for_before_anything_is_written(command: Command, project: Path) -> None:
    """A million replicates of 12 clients in 3 arms, of which 2 have 6 weekly sessions."""
    much = ("run", "small.yaml", "--set", "replicates=1000000")
    shown = command(*much)
    assert (shown.status, [file.name for file in project.iterdir()]) == (2, ["small.yaml"])
    message = "found about 17 GB to write; allowed: --yes, where there is room for so much\n"
    assert shown.err.startswith(f"{Path('results/small')}: {message}")
    missing = command(*much, "--yes", "--scheduler", "tcp://127.0.0.1:9")
    assert (missing.status, "No Dask scheduler answers" in missing.err) == (1, True)


def test_a_run_is_done_by_cores_or_by_a_cluster(command: Command, project: Path) -> None:
    shown = command("run", "small.yaml", "--scheduler", "tcp://127.0.0.1:9", "--workers", 2)
    assert shown.status == 2
    assert shown.err.startswith("--workers: found --scheduler as well; allowed: one of the two")


def test_a_story_describes_the_client_that_is_asked_for(command: Command, project: Path) -> None:
    shown = command("story", "small.yaml", "--arm", "mend", "--client", 5, "--figure", "mine.png")
    assert shown.status == 0
    assert shown.out.startswith("Client 5 with therapist 2, treated under “mend”, and the same client under “leave”")
    assert "Week 1." in shown.out
    assert (project / "mine.png").stat().st_size > 10_000


def test_a_story_of_what_is_not_there_is_refused_with_all_mistakes(command: Command, project: Path) -> None:
    shown = command("story", "small.yaml", "--arm", "mendd", "--client", 13, "--replicate", 9)
    assert shown.status == 2
    assert "did you mean mend?" in shown.err
    assert "--client: found the number 13; allowed: a whole number from 1 to 12" in shown.err
    assert "--replicate: found the number 9; allowed: a whole number from 1 to 2" in shown.err
    assert 'the arm "wait", in which nobody has sessions' in command("story", "small.yaml", "--arm", "wait").err


def test_a_picture_that_cannot_be_written_ends_with_one_message(command: Command, project: Path) -> None:
    (project / "file").write_text("mine", encoding="utf-8")
    shown = command("story", "small.yaml", "--figure", "file/story")
    assert (shown.status, len(shown.err.splitlines())) == (1, 1)
    assert shown.err.startswith("The figure could not be written: ")
