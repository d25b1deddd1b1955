"""What lies where a command writes is the user's, unless alliance-sim wrote it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.files import single
from tests.cli.conftest import Said

Command = Callable[..., Said]

CONFIG = """\
title: tiny
replicates: 2
clinic: {therapists: 3, caseload: 3, weeks: 5}
arms: {a: {policy: ignore}, b: {policy: repair}}
outputs: {story: false, figures: false}
"""
MINE = ("figures/manuscript_1.png", "figures/flow.svg", "report.html", "estimates.csv", "notes.txt")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with figures and texts of its own, in which commands are called."""
    project = tmp_path / "project"
    for name in MINE:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("mine", encoding="utf-8")
    (project / "tiny.yaml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(project)
    monkeypatch.setattr(single, "CACHE_ROOT", tmp_path / "cache")
    return project


@pytest.mark.parametrize(
    "command",
    [
        ("run", "tiny.yaml"),
        ("run", str(Path(__file__).parents[2] / "configs" / "rupture_detection.yaml")),
        ("sensitivity", str(Path(__file__).parents[2] / "configs" / "sensitivity.yaml")),
        ("power", str(Path(__file__).parents[2] / "configs" / "power.yaml")),
        ("data", str(Path(__file__).parents[2] / "docs" / "data" / "long.yaml")),
        ("calibrate", str(Path(__file__).parents[2] / "configs" / "calibration.yaml")),
    ],
    ids=lambda command: f"{command[0]} {Path(command[1]).stem}",
)
def test_a_project_folder_is_refused_and_left_as_it_was(project: Path, said: Command, command: tuple[str, ...]) -> None:
    shown = said(*command, "--out", ".")
    assert shown.status == 2
    found = "found a folder with files that alliance-sim did not write (estimates.csv, figures, notes.txt and 2 more)"
    assert (
        f".: {found}; allowed: an empty folder, a new one, or the result folder of this study (--out DIR)" in shown.err
    )
    assert all((project / name).read_text(encoding="utf-8") == "mine" for name in MINE)
    assert len(list(project.iterdir())) == 5


@pytest.mark.parametrize(
    ("command", "file"),
    [
        (("lesson", "rupture-repair", "--out", "report.html"), "report.html"),
        (("evidence", "--csv", "estimates.csv"), "estimates.csv"),
        (("evidence", "--figure", "figures/flow"), "figures/flow.svg"),
        (("story", "tiny.yaml", "--figure", "figures/manuscript_1.png"), "figures/manuscript_1.png"),
    ],
)
def test_a_file_of_the_user_is_refused_before_anything_is_played(
    project: Path, said: Command, command: tuple[str, ...], file: str
) -> None:
    shown = said(*command)
    assert shown.status == 2
    words = (
        "found a file that alliance-sim did not write, or that was changed since; allowed: a new name; or --overwrite"
    )
    assert f"{file}: {words}, which replaces the file" in shown.err
    assert (project / file).read_text(encoding="utf-8") == "mine"


def test_rows_are_written_over_rows_of_ours_and_over_nothing_else(project: Path, said: Command) -> None:
    assert said("run", "tiny.yaml", "--workers", "1").status == 0
    ask = ("results", "results/tiny", "--sql", "SELECT * FROM points", "--csv")
    assert [said(*ask, "points.csv").status for _ in range(2)] == [0, 0]
    (project / "points.csv").write_text("edited", encoding="utf-8")
    assert said(*ask, "points.csv").status == 2
    assert said(*ask, "notes.txt").status == 2
    assert said(*ask, "points.csv", "--overwrite").status == 0
    assert said(*ask, "results/tiny/estimates.csv").status == 2


def test_a_calibration_does_not_go_into_the_folder_of_a_run(project: Path, said: Command) -> None:
    assert said("run", "tiny.yaml", "--workers", "1").status == 0
    config = Path(__file__).parents[2] / "configs" / "calibration.yaml"
    shown = said("calibrate", str(config), "--out", "results/tiny")
    assert shown.status == 2
    assert 'results/tiny: found the results of an experiment, "tiny"; allowed: an empty folder' in shown.err
    shown = said("run", "tiny.yaml", "--set", "title=another", "--workers", "1")
    assert shown.status == 2
    assert 'found the results of another experiment, "tiny"' in shown.err


def test_superseded_parts_are_listed_and_removed_on_request(project: Path, said: Command) -> None:
    for more in ((), ("--set", "seed=2")):
        assert said("run", "tiny.yaml", "--workers", "1", *more).status == 0
    assert "Superseded    6 files, 0." in said("results", "results/tiny").out
    shown = said("results", "results/tiny", "--remove-superseded")
    assert shown.status == 0
    assert "superseded/replicates.parquet: 2 files" in shown.out
    assert "Removed: 6 files, 0." in shown.out
    assert "Superseded" not in said("results", "results/tiny").out
    assert said("results", "results", "--remove-superseded").status == 2
