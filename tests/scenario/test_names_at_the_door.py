"""Names and texts that would be lost, confused or dangerous later are refused before anything is run."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from alliance_sim.estimands.measuring import NAMES
from alliance_sim.estimates.of_run import COLUMNS
from alliance_sim.experiment.columns import check_columns
from alliance_sim.experiment.run import run
from alliance_sim.scenario import ConfigError, load
from alliance_sim.scenario.paths import LONGEST_FOLDER, config_name, folder_name

LETTERS = "allowed: a name with at least one letter, digit or sign"
SEEN = "allowed: a name of characters that can be seen"
LOOKS = "but for case, blanks or how accents are stored; allowed: names that differ in their letters"
ARMS = "arms:\n  a: {policy: ignore}\n  b: {policy: repair}\n"


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[str], list[str]]:
    """The messages for the text of a config, without the path of its folder."""

    def refused(text: str) -> list[str]:
        file = tmp_path / "small.yaml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as error:
            check_columns(load(file))
        return str(error.value).replace(f"{tmp_path}/", "").splitlines()

    return refused


def factor(name: str) -> str:
    """A config with a linked factor of a name."""
    levels = "    one: {parameters.rupture.base: -3}\n    two: {parameters.rupture.base: -1}\n"
    return f'{ARMS}factors:\n  "{name}":\n{levels}'


@pytest.mark.parametrize("name", ["Replicate", "arm", "SESSION ", "Finished"])
def test_a_factor_is_not_named_like_a_column(refused: Any, name: str) -> None:
    found = f'found the name "{name}", which is a column of the tables already; allowed: another name'
    assert refused(factor(name)) == [f"small.yaml, line 5: factors.{name}: {found}"]


def test_a_factor_is_not_named_like_an_estimate(refused: Any) -> None:
    found = 'found the name "Pre_Post_d", which is the name of an estimate; allowed: another name'
    assert refused(factor("Pre_Post_d")) == [f"small.yaml: factors.Pre_Post_d: {found}"]


def test_no_column_and_no_estimate_can_be_the_name_of_a_factor(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(f"replicates: 1\nclinic: {{therapists: 2, caseload: 2, weeks: 3}}\n{ARMS}", encoding="utf-8")
    experiment = load(file)
    run(experiment, tmp_path / "out", workers=1)
    parts = list((tmp_path / "out").rglob("part-*.parquet"))
    assert {part.parent.name for part in parts} == {"clients.parquet", "sessions.parquet", "replicates.parquet"}
    taken = {*NAMES, *COLUMNS, *(name for part in parts for name in pq.read_schema(part).names)}
    with pytest.raises(ConfigError) as error:
        check_columns(replace(experiment, factors=tuple(name.upper() for name in taken)))
    assert len(error.value.problems) == len(taken)


@pytest.mark.parametrize(
    ("arms", "message"),
    [
        (
            '{"": {policy: ignore}, b: {policy: repair}}',
            "small.yaml, line 1: arms.: found an empty name; " + LETTERS,
        ),
        (
            '{"  ": {policy: ignore}, b: {policy: repair}}',
            "small.yaml, line 1: arms.  : found a name of blanks; " + LETTERS,
        ),
        (
            "{repair: {policy: ignore}, Repair: {policy: repair}}",
            'small.yaml, line 1: arms.Repair: found "Repair", which is the same name as "repair" ' + LOOKS,
        ),
        (
            '{"cafe\\u0301": {policy: ignore}, "caf\\u00e9": {policy: repair}}',
            'small.yaml, line 1: arms.café: found "café", which is the same name as "cafe\u0301" ' + LOOKS,
        ),
        (
            '{"a\\e[2J": {policy: ignore}, b: {policy: repair}}',
            "small.yaml, line 1: arms.a\\x1b[2J: found a name with a control character (ESC, U+001B); " + SEEN,
        ),
        (
            '{"a\\nb": {policy: ignore}, b: {policy: repair}}',
            "small.yaml, line 1: arms.a\\nb: found a name with a control character (line end, U+000A); " + SEEN,
        ),
        (
            '{"a\\u202eb": {policy: ignore}, b: {policy: repair}}',
            "small.yaml, line 1: arms.a\\u202eb: found a name with a control character "
            "(right-to-left override, U+202E); " + SEEN,
        ),
    ],
)  # fmt: skip
def test_names_that_no_eye_can_see_or_tell_apart(refused: Any, arms: str, message: str) -> None:
    assert refused(f"arms: {arms}\n") == [message]


def test_levels_that_differ_in_case_only(refused: Any) -> None:
    text = factor("history").replace("two:", "ONE:")
    assert refused(text) == [
        'small.yaml, line 7: factors.history.ONE: found "ONE", which is the same name as "one" ' + LOOKS
    ]


def test_a_text_has_no_control_characters_but_line_ends_and_tabs(refused: Any, tmp_path: Path) -> None:
    found = "found a text with a control character (NUL, U+0000); allowed: a text of characters that can be seen"
    assert refused('title: "a\\0b"\n') == [f"small.yaml, line 1: title: {found}"]
    assert refused('extends: "a\\0b.yaml"\n') == [f"small.yaml, line 1: extends: {found}"]
    assert refused('rivals: [a, "b\\0"]\n') == [f"small.yaml, line 1: rivals[2]: {found}"]
    file = tmp_path / "fine.yaml"
    file.write_text("question: |\n  one\n  two\n", encoding="utf-8")
    assert load(file).question == "one\ntwo\n"


def test_a_number_of_hundreds_of_digits(refused: Any) -> None:
    digits = "1" + "0" * 400
    message = "found a whole number of 401 digits; allowed: numbers of at most 300 digits"
    assert refused(f"seed: {digits}\n") == [f"small.yaml, line 1: seed: {message}"]
    assert refused(f"factors: {{parameters.rupture.base: [-3, {digits}]}}\n") == [
        f"small.yaml, line 1: factors.parameters.rupture.base[2]: {message}"
    ]


@pytest.mark.parametrize("text", [".inf", "-.inf", ".nan", "inf", "nan"])
def test_what_is_no_number_of_this_world(refused: Any, text: str) -> None:
    assert "allowed: a number from -6 to 0 (log-odds)" in refused(f"parameters: {{rupture: {{base: {text}}}}}\n")[0]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("rupture_repair", "rupture_repair"), ("CON", "CON_"), ("nul.2", "nul.2_"), ("..", "_"), (".", "_"),
        ("a/b", "a_b"), ("a\\b:c", "a_b_c"), ("trailing. . ", "trailing"), ("修复 🙂", "修复 🙂"), ("a\x1bb", "a_b"),
    ],
)  # fmt: skip
def test_a_name_becomes_a_folder_that_every_system_takes(name: str, folder: str) -> None:
    assert folder_name(name) == folder


def test_a_long_name_becomes_a_folder_whose_name_fits() -> None:
    assert folder_name("x" * 250) == "x" * LONGEST_FOLDER
    assert len(folder_name("修" * 250).encode()) <= LONGEST_FOLDER
    assert config_name(Path("...yaml")) == "_"
    assert config_name(Path("-")) == "stdin"
