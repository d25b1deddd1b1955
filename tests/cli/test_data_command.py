"""`alliance-sim data`: a table of one's own is read, estimated and held against simulated clinics."""

from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., object]

MAPPING = """\
title: Ours
replicates: 10
data:
  file: clinic.csv
  layout: wide
  planned: 6
  client: id
  symptoms: {instrument: oq45, intake: pre, end: post}
  resamples: 200
"""


@pytest.fixture
def mapping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A mapping and its table in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("ours.yaml").write_text(MAPPING, encoding="utf-8")
    people = "".join(f"c{k},{70 + 3 * k},{50 + 2 * k}\n" for k in range(12))
    Path("clinic.csv").write_text("id,pre,post\n" + people, encoding="utf-8")
    return "ours.yaml"


def test_a_table_is_read_before_anything_is_played(said: Command, mapping: str) -> None:
    done = said("check", mapping)
    assert done.status == 0
    assert "12 clients, in clinic.csv" in done.out
    assert not Path("results").exists()


def test_mistakes_in_a_table_end_with_status_2_and_nothing_is_written(said: Command, mapping: str) -> None:
    Path("clinic.csv").write_text("id,pre,post\na,999,x\n", encoding="utf-8")
    done = said("data", mapping)
    assert done.status == 2
    assert done.err.splitlines()[:2] == [
        (
            "clinic.csv, line 2: pre: found the number 999; allowed: a number from 0 to 180; if such a cell is empty, "
            'the mapping says so, beside what it lists: missing: ["", NA, NaN, nan, ".", 999]'
        ),
        'clinic.csv, line 2: post: found the text "x"; allowed: a number written with "." before its decimals',
    ]
    assert not Path("results").exists()


def test_the_answer_is_printed_and_its_folder_can_be_asked_in_sql(said: Command, mapping: str) -> None:
    Path("worlds.yaml").write_text("arms: {one: {policy: ignore}, two: {}}\n", encoding="utf-8")
    done = said("data", mapping, "--beside", "worlds.yaml", "--workers", "1")
    assert done.status == 0
    told = " ".join(done.out.split())
    assert told.count("10 simulated clinics are too few to say whether an estimate lies outside") == 1
    assert "one (treatment integrative, policy ignore); two (" in told
    assert "The whole answer: results/ours/report.html" in done.out
    asked = said("results", "results/ours", "--sql", "SELECT max(symptoms_intake) AS most FROM clients")
    assert "103" in asked.out


def test_a_config_below_that_is_not_there_is_told(said: Command, mapping: str) -> None:
    done = said("data", mapping, "--beside", "none.yaml")
    assert (done.status, "none.yaml: found no such file" in done.err) == (2, True)
