"""Every setting of an inquiry says what it means; guides and `alliance-sim parameters` list all of them."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from alliance_sim.questions.frame.kinds import kind_of
from alliance_sim.questions.frame.settings import section_named, settings_of, table
from alliance_sim.scenario.names import QUESTIONS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("key", QUESTIONS)
def test_every_setting_of_a_section_is_declared_with_its_meaning(key: str) -> None:
    model = kind_of(key).model
    found = {each.path: each for each in settings_of(model)}
    assert {path for path in found if "." not in path} == set(model.model_fields)
    for name in model.model_fields:
        assert found[name].meaning, name
        assert found[name].allowed, name
        assert found[name].default, name


def test_a_row_of_a_guide_has_meaning_options_range_and_default() -> None:
    rows = table(kind_of("power").model).set_index("setting")
    assert rows.loc["nesting", "allowed"] == "nested or crossed"
    assert rows.loc["nesting", "default"] == "nested"
    assert rows.loc["adjusted", "default"] == "true"
    assert "*left_out* nothing; they are left out" in rows.loc["dropouts", "meaning"]
    assert rows.loc["wanted", "default"] == "0.8"
    assert rows.loc["wanted", "allowed"] == "a number from 0.05 to 0.999 (probability)"
    assert rows.loc["therapists", "default"] == "6, 12, 24, 48, 96"
    assert table(kind_of("sensitivity").model).set_index("setting").loc["estimates", "default"] == "must be stated"


def test_settings_of_a_mapping_inside_a_section_follow_it_with_their_path() -> None:
    paths = [each.path for each in settings_of(kind_of("data").model)]
    assert paths[paths.index("session") + 1] == "session.number"


@pytest.mark.parametrize("key", ["power", "optimise"])
def test_the_table_of_settings_in_a_guide_is_up_to_date(key: str, script: Callable[[str], ModuleType]) -> None:
    text = (DOCS / f"{key}.md").read_text(encoding="utf-8")
    assert script("make_settings").page(key, text) == text, "run: python docs/make_settings.py"
    for name in kind_of(key).model.model_fields:
        assert text.count(f"\n| `{name}` |") == 1, name


@pytest.mark.parametrize("name", ["optimise", "Optimise", "optimise.trials", "power", "data"])
def test_a_name_means_a_section(name: str) -> None:
    assert section_named(name) == name.lower().partition(".")[0]


def test_other_names_mean_no_section() -> None:
    assert section_named("rupture") is None
