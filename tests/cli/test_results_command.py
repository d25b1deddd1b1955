"""`alliance-sim results`: listing runs, and querying their tables."""

import json
from pathlib import Path

import pytest

from alliance_sim.experiment.run import run
from alliance_sim.scenario import load
from tests.cli.conftest import Command

CONFIG = """\
title: A small sweep
replicates: 3
clinic: {therapists: 2, caseload: 3, weeks: 4}
arms: {a: {policy: ignore}, b: {policy: repair}}
design: {method: latin_hypercube, points: 12, ranges: {parameters.rupture.base: plausible}}
outputs: {sessions: false, figures: false, story: false}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one finished run in it."""
    home = tmp_path_factory.mktemp("results")
    (home / "small.yaml").write_text(CONFIG, encoding="utf-8")
    run(load(home / "small.yaml"), home / "all" / "small")
    return home / "all"


@pytest.mark.parametrize(
    ("below", "shown"),
    [
        ("", ("small", "A small sweep", "24 of 24")),
        ("small", ("24 of 24 finished", "replicates (24 files", "... and 4 more")),
    ],
)
def test_runs_are_listed_and_one_is_shown_with_its_points(
    folder: Path, command: Command, below: str, shown: tuple[str, ...]
) -> None:
    out = command("results", folder / below).out
    assert [text for text in shown if text not in out] == []


def test_rows_of_a_query_are_shown(folder: Path, command: Command) -> None:
    sql = "SELECT arm, count(*) AS n FROM replicates GROUP BY arm ORDER BY arm"
    out = command("results", folder / "small", "--sql", sql).out
    assert [line.split() for line in out.splitlines() if line.strip()][-2:] == [["a", "36"], ["b", "36"]]


def test_rows_of_a_query_are_written(folder: Path, command: Command, tmp_path: Path) -> None:
    ask = ("results", folder / "small", "--sql")
    command(*ask, "SELECT arm FROM points ORDER BY point", "--csv", tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text().split() == ["arm", *["a", "b"] * 12]
    assert command(*ask, "SELECT 1 AS one", "--csv", "-").out == "one\n1\n"


@pytest.mark.parametrize(
    ("below", "more", "message"),
    [
        ("nowhere", (), "no such folder"),
        ("small/replicates.parquet", (), "no run"),
        ("", ("--sql", "SELECT 1"), "a folder of runs"),
        ("small", ("--sql", "SELECT x FROM points"), "There is:"),
        ("small", ("--sql", ""), "--sql: found no query; allowed: one SELECT."),
        ("small", ("--sql", "-- nothing"), "--sql: found no query; allowed: one SELECT."),
        ("small", ("--csv", "x.csv"), "--csv: found no query; allowed: --sql QUERY, whose rows are written"),
        ("small", ("--remove-superseded", "--sql", "SELECT 1"), "--remove-superseded: found a query; allowed: one of"),
        ("", ("--remove-superseded",), "found no result folder; allowed: the folder of one run, answer or calibration"),
    ],
)
def test_a_mistake_ends_in_one_message(
    folder: Path, command: Command, below: str, more: tuple[str, ...], message: str
) -> None:
    shown = command("results", folder / below, *more)
    assert (shown.status, message in shown.err, "Traceback" in shown.err) == (2, True, False), shown.err


def test_a_damaged_manifest_is_named(command: Command, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 1}), encoding="utf-8")
    shown = command("results", tmp_path)
    assert (shown.status, "manifest.json" in shown.err) == (2, True)
