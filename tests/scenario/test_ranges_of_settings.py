"""Every declared setting accepts both ends of its range, refuses what lies beyond, and arrives as the law wants it."""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.about import About, Choice, Declared
from alliance_sim.scenario.config import Config
from alliance_sim.scenario.library import Library
from alliance_sim.scenario.models import check
from alliance_sim.scenario.points import build
from alliance_sim.scenario.registry import option_names, settings
from alliance_sim.scenario.tree import Node, nest

NUMBERS = [setting for setting in settings() if isinstance(setting.about, About)]
CHOICES = [setting for setting in settings() if isinstance(setting.about, Choice)]
LIBRARY = Library(Path(), Path())
WORLD = [
    setting for setting in settings() if setting.path.split(".")[0] in ("treatment", "policy", "symptoms", "parameters")
]


def problems_with(setting: Declared, value: Any) -> list[str]:
    tree = nest(setting.path.split("."), Node(value, "a.yaml", 1, "file"))
    return [str(problem) for problem in check(tree, Config).problems]


def path_of(setting: Declared) -> str:
    return setting.path


def beyond(setting: Declared) -> tuple[float, float]:
    """The nearest values outside of a range."""
    low, high = setting.about.low, setting.about.high
    if isinstance(setting.default, int):
        return int(low) - 1, int(high) + 1
    return math.nextafter(low, -math.inf), math.nextafter(high, math.inf)


@pytest.mark.parametrize("setting", NUMBERS, ids=path_of)
def test_a_number_accepts_its_range_and_its_default_and_nothing_else(setting: Declared) -> None:
    kind = type(setting.default)
    for value in (kind(setting.about.low), kind(setting.about.high), setting.default):
        assert problems_with(setting, value) == []
    for value in beyond(setting):
        (message,) = problems_with(setting, value)
        assert message.startswith(f"a.yaml, line 1: {setting.path}: found the number ")
        assert setting.about.unit in message
    for value in (True, "1", None, math.nan, math.inf, -math.inf, 10**400):
        assert len(problems_with(setting, value)) == 1


@pytest.mark.parametrize("setting", CHOICES, ids=path_of)
def test_a_choice_accepts_its_options_and_nothing_else(setting: Declared) -> None:
    for option in option_names(setting.about):
        assert problems_with(setting, option) == []
    for value in ("yes", "GATE", 0, 1, 1.0, None, [], "true"):
        assert len(problems_with(setting, value)) == 1


def test_every_setting_says_what_it_means_and_where_it_comes_from() -> None:
    assert len(NUMBERS) > 150
    assert len(CHOICES) >= 9
    for setting in settings():
        assert setting.about.meaning
        assert setting.about.source
        assert setting.default is not None


def leaf(world: Any, setting: Declared) -> Any:
    value = world
    for name in setting.path.replace("symptoms.", "scale.").split("."):
        value = getattr(value, name)
    return value


def in_range(setting: Declared) -> st.SearchStrategy[float | int]:
    """Numbers within a setting's range, whole ones among them."""
    low, high = setting.about.low, setting.about.high
    least, most = math.ceil(low), math.floor(high)
    whole = st.integers(least, most) if least <= most else st.nothing()
    return whole if isinstance(setting.default, int) else whole | st.floats(low, high)


@given(st.data())
def test_whatever_is_set_within_its_range_arrives_in_the_world_as_the_law_wants_it(data: st.DataObject) -> None:
    setting = data.draw(st.sampled_from(WORLD))
    value = data.draw(in_range(setting))
    tree = nest(setting.path.split("."), Node(value, "a.yaml", 1, "file"))
    world = build(tree, LIBRARY).world
    assert leaf(world, setting) == value
    assert [type(leaf(world, each)) for each in WORLD] == [type(each.default) for each in WORLD]
