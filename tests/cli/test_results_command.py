"""alliance-sim results: listing runs and asking their tables."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alliance_sim.experiment.run import run
from alliance_sim.scenario import load

Said = Callable[..., Any]

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


def test_runs_in_a_folder_are_listed(folder: Path, said: Said) -> None:
    out = said("results", str(folder)).out
    assert "small" in out
    assert "A small sweep" in out
    assert "24 of 24" in out


def test_a_run_tells_what_it_has_kept_and_its_first_points(folder: Path, said: Said) -> None:
    out = said("results", str(folder / "small")).out
    assert "24 of 24 finished" in out
    assert "replicates (24 files" in out
    assert "... and 4 more" in out


def test_rows_of_a_query_are_shown(folder: Path, said: Said) -> None:
    out = said(
        "results", str(folder / "small"), "--sql", "SELECT arm, count(*) AS n FROM replicates GROUP BY arm ORDER BY arm"
    ).out
    assert [line.split() for line in out.splitlines() if line.strip()][-2:] == [["a", "36"], ["b", "36"]]


@pytest.mark.parametrize("query", ["", "  \n", "-- nothing"])
def test_a_query_that_is_none_is_named(folder: Path, said: Said, query: str) -> None:
    result = said("results", str(folder / "small"), "--sql", query)
    assert result.status == 2
    assert result.err.startswith("--sql: found no query; allowed: one SELECT.")


def test_rows_of_a_query_are_written(folder: Path, said: Said, tmp_path: Path) -> None:
    said(
        "results",
        str(folder / "small"),
        "--sql",
        "SELECT arm FROM points ORDER BY point",
        "--csv",
        str(tmp_path / "x.csv"),
    )
    assert (tmp_path / "x.csv").read_text().split() == ["arm", *["a", "b"] * 12]
    assert said("results", str(folder / "small"), "--sql", "SELECT 1 AS one", "--csv", "-").out == "one\n1\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("{folder}/nowhere",), "no such folder"),
        (("{folder}/small/replicates.parquet",), "no run"),
        (("{folder}", "--sql", "SELECT 1"), "a folder of runs"),
        (("{folder}/small", "--sql", "SELECT x FROM points"), "There is:"),
        (("{folder}/small", "--csv", "x.csv"), "no query"),
    ],
)
def test_a_mistake_is_told_in_one_message(folder: Path, said: Said, words: tuple[str, ...], message: str) -> None:
    told = said("results", *(word.replace("{folder}", str(folder)) for word in words))
    assert told.status == 2
    assert message in told.err
    assert "Traceback" not in told.err


def test_a_damaged_manifest_is_told(folder: Path, said: Said, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 1}), encoding="utf-8")
    told = said("results", str(tmp_path))
    assert told.status == 2
    assert "manifest.json" in told.err
