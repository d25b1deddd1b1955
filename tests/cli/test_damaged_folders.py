"""A result folder in which something was damaged: every command says so in words, and no other number is shown."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import alliance_sim as al
from alliance_sim.api.work import run_experiment
from alliance_sim.estimates.query import QueryError
from alliance_sim.scenario import ConfigError, load
from tests.cli.conftest import Command

CONFIG = """\
title: A folder to be damaged
replicates: 2
clinic: {therapists: 3, caseload: 3, weeks: 5}
arms: {leave: {policy: ignore}, mend: {policy: repair}}
outputs: {figures: false, story: false}
"""
FILES = [
    *("design.csv", "manifest.json", "estimates.csv", "report.html", "written.json"),
    *(f"{table}.parquet/part-*" for table in ("replicates", "clients", "sessions")),
]
TIMED = {"manifest.json", "written.json", "report.html"}
"""Files that say when, or that hold checksums of those that do."""

SUMS = "(SELECT sum({1}) FROM {0}) AS {0}"
NUMBERS = (("replicates", "symptoms_end"), ("clients", "symptoms_end"), ("sessions", "alliance"), ("points", "point"))
SQL = (
    f"SELECT {', '.join(SUMS.format(*each) for each in NUMBERS)}",
    "SELECT sum(value) AS a FROM estimates",
)


def halved(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def replaced(file: Path) -> None:
    file.write_bytes(bytes((7 * k * k + 13) % 256 for k in range(file.stat().st_size)))


def flipped(file: Path) -> None:
    """One bit."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def removed(file: Path) -> None:
    file.unlink()


def a_folder(file: Path) -> None:
    """A folder in its place."""
    file.unlink()
    file.mkdir()


def a_link(file: Path) -> None:
    """A link that leads nowhere."""
    file.unlink()
    file.symlink_to(file.parent / "nowhere")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run, with its config next to it."""
    place = tmp_path_factory.mktemp("finished")
    (place / "small.yaml").write_text(CONFIG, encoding="utf-8")
    run_experiment(load(place / "small.yaml"), place / "out", workers=1)
    return place


def file_of(folder: Path, name: str) -> Path:
    """The first file of a kind."""
    return sorted(folder.glob(name))[0]


Damaged = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture
def damaged(finished: Path, tmp_path: Path) -> Damaged:
    """A copy of the finished run in which one file is damaged in some way."""

    def damaged(name: str, way: Callable[[Path], None]) -> Path:
        folder = tmp_path / f"{way.__name__}_{name[:6]}"
        shutil.copytree(finished / "out", folder)
        way(file_of(folder, name))
        return folder

    return damaged


def statuses_of_reading(
    command: Command, finished: Path, folder: Path, name: str, way: Callable[[Path], None]
) -> set[int]:
    """Every way to read a damaged folder shows the same numbers or says what is wrong; the exit statuses."""
    file = file_of(finished, name)
    shown = command("results", folder)
    assert shown.status == 0 or (shown.status == 2 and ": found " in shown.err)
    statuses = {shown.status}
    for sql in SQL:
        right, shown = (command("results", each, "--sql", sql) for each in (finished, folder))
        statuses.add(shown.status)
        assert right.status == 0
        if shown.status == 0 and shown.out != right.out:
            assert way is removed
            assert "Note: there are " in shown.err
        assert shown.status in (0, 2)
        assert shown.status == 0 or file.name in shown.err or way in (removed, a_link)
    try:
        study = al.results(folder)
        rows, estimates = study.table("replicates"), study.table("estimates")
    except (ConfigError, QueryError):
        return statuses
    assert len(rows) == 4 or way is removed
    assert estimates.equals(al.results(finished).table("estimates"))
    return statuses


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_is_never_read_in_silence(damaged: Damaged, finished: Path, command: Command, name: str) -> None:
    statuses = statuses_of_reading(command, finished / "out", damaged(name, flipped), name, flipped)
    assert 2 in statuses or name == "report.html"


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_reading_a_damaged_folder_ends_in_words_or_shows_the_same(
    damaged: Damaged, finished: Path, command: Command, name: str
) -> None:
    for way in (halved, emptied, replaced, flipped, a_folder, removed, a_link):
        statuses_of_reading(command, finished / "out", damaged(name, way), name, way)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_running_into_a_damaged_folder_makes_anew_or_ends_in_words(
    damaged: Damaged, finished: Path, command: Command, name: str
) -> None:
    for way in (halved, a_folder, removed, a_link):
        folder, file = damaged(name, way), file_of(finished / "out", name)
        shown = command("run", finished / "small.yaml", "--out", folder, "--workers", 1)
        if shown.status == 0:
            assert way is removed or file.parent.suffix == ".parquet"
            for each in {"design.csv", "estimates.csv", file.relative_to(finished / "out").as_posix()} - TIMED:
                assert (folder / each).read_bytes() == (finished / "out" / each).read_bytes()
        else:
            assert (shown.status, file.name in shown.err, "; allowed: " in shown.err) == (2, True, True)
