"""The guide to data of one's own: it names every setting, shows the mapping that is shipped, and its commands work."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alliance_sim.questions.data.section import DataMapping

DOCS = Path(__file__).parents[2] / "docs"
Script = Callable[[str], Any]
PAGE = (DOCS / "own_data.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "own_data_reference.md").read_text(encoding="utf-8")


def test_the_mapping_in_the_guide_is_the_one_that_is_shipped() -> None:
    assert PAGE.partition("```yaml\n")[2].partition("```")[0] == (DOCS / "data" / "long.yaml").read_text(
        encoding="utf-8"
    )


def test_the_guide_is_short() -> None:
    assert len(PAGE.split()) <= 2500


def test_the_reference_names_every_setting_of_a_mapping() -> None:
    for name in DataMapping.model_fields:
        assert f"`{name}`" in REFERENCE, name


def test_the_example_is_small_and_says_its_licence() -> None:
    assert sum(file.stat().st_size for file in (DOCS / "data").iterdir()) < 200_000
    assert "CC0 1.0" in (DOCS / "data" / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_tables_of_the_example_are_what_its_script_makes(script: Script, tmp_path: Path) -> None:
    script("make_example_clinic").main(tmp_path)
    for name in ("clinic_long.csv", "clinic_wide.csv"):
        assert (tmp_path / name).read_bytes() == (DOCS / "data" / name).read_bytes()
