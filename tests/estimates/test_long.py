"""The long table of estimates, asked by key."""

from math import isnan, nan
from pathlib import Path

import pytest

from alliance_sim.estimates.long import Estimates
from alliance_sim.stats.estimate import UNKNOWN, Estimate

D, R = Estimate(-0.5, -0.7, -0.3, 0.1, "d"), Estimate(0.2, 0.1, 0.3, 0.05, "r")


@pytest.fixture
def table() -> Estimates:
    rows = [({"about": "effect", "arm": "a", "week": 3}, D), ({"about": "effect", "arm": "b", "week": 4}, R)]
    return Estimates.of([*rows, ({"about": "share"}, Estimate(0.4))])


def test_an_estimate_is_found_by_the_keys_that_tell_it_from_others(table: Estimates) -> None:
    assert table.one(arm="a") == D
    assert table.one(about="effect", week=4) == R


def test_a_key_that_finds_none_or_several_lists_what_there_is(table: Estimates) -> None:
    with pytest.raises(KeyError, match=r"0 estimates with .*'arm': \['a', 'b'\]"):
        table.one(arm="c")
    with pytest.raises(KeyError, match="2 estimates with"):
        table.one(about="effect")
    with pytest.raises(KeyError, match="no key 'arms'; there are about, arm, week"):
        table.one(arms="a")


def test_where_there_is_none_it_is_unknown_and_several_are_a_mistake(table: Estimates) -> None:
    assert table.get(arm="a") == D
    assert not table.get(arm="c").known
    assert not table.get(arms="a").known
    assert table.several(["effect", "share"], arm="b") == {"effect": R, "share": UNKNOWN}
    with pytest.raises(KeyError, match="2 estimates with"):
        table.get(about="effect")


def test_rows_side_by_side_are_of_the_estimates_with_exactly_these_keys(table: Estimates) -> None:
    rows = [{"arm": "a", "week": 3, "effect": D}, {"arm": "b", "week": 4, "effect": R}]
    assert table.wide(["arm", "week"]) == rows
    assert table.wide(["week"], arm="b") == [{"week": 4, "effect": R}]
    assert [list(row) for row in table.wide([])] == [["share"]]
    assert table.wide(["arm"]) == []


def test_a_row_knows_only_the_keys_that_it_has(table: Estimates) -> None:
    (share,) = table.where(about="share")
    assert share.key == {"about": "share"}
    assert table.options("arm") == ["a", "b"]
    assert table.options("week") == [3, 4]


def test_a_table_is_read_as_it_was_written(table: Estimates, tmp_path: Path) -> None:
    table.frame.to_csv(tmp_path / "estimates.csv", index=False)
    again = Estimates.read(tmp_path / "estimates.csv")
    assert again.one(arm="a") == D
    assert [row.key for row in again] == [row.key for row in table]
    assert isnan(again.one(about="share").low)


def test_tables_are_put_together_by_their_keys(table: Estimates) -> None:
    both = Estimates.together(table, Estimates.of([({"about": "rate", "scenario": "gate"}, Estimate(nan))]))
    assert both.keys == ["about", "arm", "week", "scenario"]
    assert len(both) == 4
    assert not both.one(scenario="gate").known
