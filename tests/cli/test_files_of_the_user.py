"""What is already there where a command writes is the user's, unless alliance-sim wrote it."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command

ROOT = Path(__file__).parents[2]
MINE = ("figures/manuscript_1.png", "figures/flow.svg", "report.html", "estimates.csv", "notes.txt")


@pytest.fixture
def mine(project: Path) -> Path:
    """A project folder with figures and texts of its own."""
    for name in MINE:
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("mine", encoding="utf-8")
    return project


@pytest.mark.parametrize(
    "given",
    [
        "run small.yaml",
        "run configs/rupture_detection.yaml",
        "sensitivity configs/sensitivity.yaml",
        "power configs/power.yaml",
        "data docs/data/long.yaml",
        "calibrate configs/calibration.yaml",
    ],
)
def test_a_project_folder_is_refused_and_left_as_it_was(mine: Path, command: Command, given: str) -> None:
    name, config = given.split()
    shown = command(name, ROOT / config if "/" in config else config, "--out", ".")
    found = "found a folder with files that alliance-sim did not write (estimates.csv, figures, notes.txt and 2 more)"
    allowed = "allowed: an empty folder, a new one, or the result folder of this study (--out DIR)"
    assert (shown.status, f".: {found}; {allowed}" in shown.err) == (2, True)
    assert all((mine / name).read_text(encoding="utf-8") == "mine" for name in MINE)
    assert len(list(mine.iterdir())) == 5


@pytest.mark.parametrize(
    ("given", "file"),
    [
        ("lesson rupture-repair --out report.html", "report.html"),
        ("evidence --csv estimates.csv", "estimates.csv"),
        ("evidence --figure figures/flow", "figures/flow.svg"),
        ("story small.yaml --figure figures/manuscript_1.png", "figures/manuscript_1.png"),
    ],
)
def test_a_file_of_the_user_is_refused_before_anything_is_simulated(
    mine: Path, command: Command, given: str, file: str
) -> None:
    shown = command(*given.split())
    found = "found a file that alliance-sim did not write, or that was changed since"
    allowed = "allowed: a new name; or --overwrite, which replaces the file"
    assert (shown.status, f"{file}: {found}; {allowed}" in shown.err) == (2, True)
    assert (mine / file).read_text(encoding="utf-8") == "mine"


def test_rows_are_written_over_rows_of_ours_and_over_nothing_else(mine: Path, command: Command) -> None:
    assert command("run", "small.yaml", "--workers", 1).status == 0
    ask = ("results", "results/small", "--sql", "SELECT * FROM points", "--csv")
    assert [command(*ask, "points.csv").status for _ in range(2)] == [0, 0]
    (mine / "points.csv").write_text("edited", encoding="utf-8")
    others = ("points.csv", "notes.txt", "results/small/estimates.csv")
    assert [command(*ask, name).status for name in others] == [2, 2, 2]
    assert command(*ask, "points.csv", "--overwrite").status == 0


def test_the_folder_of_one_study_takes_no_other(project: Path, command: Command) -> None:
    assert command("run", "small.yaml", "--workers", 1).status == 0
    shown = command("calibrate", ROOT / "configs" / "calibration.yaml", "--out", "results/small")
    assert 'results/small: found the results of an experiment, "A small experiment"; allowed: an empty' in shown.err
    other = command("run", "small.yaml", "--set", "title=another", "--set", "question=What else?", "--workers", 1)
    assert 'found the results of another experiment, "A small experiment"' in other.err
    assert (shown.status, other.status) == (2, 2)


def test_superseded_parts_are_listed_and_removed_on_request(project: Path, command: Command) -> None:
    for seed in (1, 2):
        assert command("run", "small.yaml", "--workers", 1, "--set", f"seed={seed}").status == 0
    assert "Superseded    9 files, 0." in command("results", "results/small").out
    shown = command("results", "results/small", "--remove-superseded")
    assert shown.status == 0
    assert "superseded/replicates.parquet: 3 files" in shown.out
    assert "Removed: 9 files, 0." in shown.out
    assert "Superseded" not in command("results", "results/small").out
