"""YAML is read strictly; names of files and folders; columns that a factor may not take."""

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from alliance_sim.estimands.measuring import NAMES
from alliance_sim.estimates import COLUMNS
from alliance_sim.experiment.columns import check_columns
from alliance_sim.experiment.run import run
from alliance_sim.scenario import ConfigError
from alliance_sim.scenario.paths import LONGEST_FOLDER, config_name, folder_name
from alliance_sim.scenario.reading import read_text
from alliance_sim.scenario.tree import plain
from tests.scenario.conftest import Loaded


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *(("no", "no"), ("off", "off"), ("false", False), ("1e-3", 0.001), ("010", 10), ("12:30:00", "12:30:00")),
        *(("2026-11-23", "2026-11-23"), ("~", None), ("'5'", "5"), ("1.0", 1.0)),
    ],
)
def test_a_value_is_what_yaml_1_2_says(written: str, value: object) -> None:
    read = plain(read_text(f"a: {written}", "a.yaml", "file"))["a"]
    assert (read, type(read)) == (value, type(value))


def test_names_are_texts_whatever_they_look_like() -> None:
    assert list(read_text("1: a\nno: b\nnull: c\n2.50: d", "a.yaml", "file").fields) == ["1", "no", "null", "2.50"]


def test_every_value_knows_its_line() -> None:
    tree = read_text("a: 1\nb:\n  c:\n    - 2\n    - 3\n", "a.yaml", "file")
    assert (tree.fields["a"].line, tree.fields["b"].fields["c"].line) == (1, 3)
    assert [item.line for item in tree.fields["b"].fields["c"].items] == [4, 5]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        *(("rupture_repair", "rupture_repair"), ("CON", "CON_"), ("nul.2", "nul.2_"), ("..", "_"), (".", "_")),
        *(("a/b", "a_b"), ("a\\b:c", "a_b_c"), ("trailing. . ", "trailing"), ("修复 🙂", "修复 🙂"), ("a\x1bb", "a_b")),
        ("x" * 250, "x" * LONGEST_FOLDER),
    ],
)
def test_a_name_becomes_a_folder_that_every_system_takes(name: str, folder: str) -> None:
    assert folder_name(name) == folder


def test_a_config_has_the_name_of_its_file() -> None:
    assert len(folder_name("修" * 250).encode()) <= LONGEST_FOLDER
    assert (config_name(Path("...yaml")), config_name(Path("-"))) == ("_", "stdin")


def test_no_column_and_no_estimate_can_be_the_name_of_a_factor(loaded: Loaded, tmp_path: Path) -> None:
    experiment = loaded(
        "replicates: 1\nclinic: {therapists: 2, caseload: 2, weeks: 3}\narms: {a: {}, b: {policy: ignore}}"
    )
    run(experiment, tmp_path / "out", workers=1)
    parts = list((tmp_path / "out").rglob("part-*.parquet"))
    assert {part.parent.name for part in parts} == {"clients.parquet", "sessions.parquet", "replicates.parquet"}
    taken = {*NAMES, *COLUMNS, *(name for part in parts for name in pq.read_schema(part).names)}
    with pytest.raises(ConfigError) as error:
        check_columns(replace(experiment, factors=tuple(name.upper() for name in taken)))
    assert len(error.value.problems) == len(taken)
