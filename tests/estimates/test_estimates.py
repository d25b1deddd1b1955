"""estimates.csv, from tables whose answer is known."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.catalogue import ALL
from alliance_sim.estimates import COLUMNS
from alliance_sim.estimates.combination import Combination
from alliance_sim.estimates.of_run import combine, estimate, estimates_csv, read_estimates
from alliance_sim.estimates.tables import open_results

Write = Callable[..., None]


def people(end: dict[int, list[float]]) -> list[dict[str, object]]:
    """Clients with these symptoms at the end, by replicate; intake 8, 10, 12 in turn."""
    return [
        {"replicate": r, "client": k + 1, "symptoms_intake": 8.0 + 2.0 * (k % 3), "symptoms_end": v}
        for r, values in end.items()
        for k, v in enumerate(values)
    ]


@pytest.fixture
def table(tmp_path: Path, write_point: Write) -> pd.DataFrame:
    """Two arms, two replicates: arm new ends 2 points lower in one replicate and 4 in the other."""
    write_point(tmp_path, "00001", {"arm": "base"}, people({1: [9.0, 9.0, 9.0], 2: [5.0, 5.0, 5.0]}), [{}])
    write_point(tmp_path, "00002", {"arm": "new"}, people({1: [7.0, 7.0, 7.0], 2: [1.0, 1.0, 1.0]}), [{}])
    return estimate(open_results(tmp_path), "base")


def row(table: pd.DataFrame, name: str, kind: str) -> pd.Series:
    return table[(table["estimate"] == name) & (table["kind"] == kind)].iloc[-1]


def test_the_columns_are_those_of_the_contract(table: pd.DataFrame) -> None:
    assert list(table.columns) == ["arm", *COLUMNS]


def test_contrasts_are_paired_by_replicate(table: pd.DataFrame) -> None:
    found = row(table, "symptoms_end", "contrast")
    assert found["value"] == -3.0  # (-2 - 4) / 2
    assert found["mcse"] == pytest.approx(1.0)  # SD of -2 and -4 over root 2
    assert found["variance_ratio"] == pytest.approx((8.0 + 18.0) / 2.0)
    assert (found["baseline"], found["replicates"]) == ("base", 2)


def test_levels_have_no_baseline_and_no_gain_by_twins(table: pd.DataFrame) -> None:
    found = row(table, "symptoms_end", "level")
    assert found["value"] == 4.0
    assert found["baseline"] == ""
    assert math.isnan(found["variance_ratio"])


def test_the_effect_size_between_arms_is_a_contrast(table: pd.DataFrame) -> None:
    assert set(table.loc[table["estimate"] == "between_d", "kind"]) == {"contrast"}


def test_every_estimand_has_a_name_of_its_own_and_says_what_it_means() -> None:
    assert len({each.name for each in ALL}) == len(ALL)
    for each in ALL:
        assert len(each.meaning.split()) >= 5, each.name
        assert "\n" not in each.meaning
        assert each.unit
        assert each.better in (-1, 0, 1)


def test_the_same_tables_give_the_same_bytes(tmp_path: Path, table: pd.DataFrame) -> None:
    assert estimates_csv(table) == estimates_csv(estimate(open_results(tmp_path), "base"))


def test_what_is_written_is_read_again(tmp_path: Path, table: pd.DataFrame) -> None:
    (tmp_path / "estimates.csv").write_text(estimates_csv(table), encoding="utf-8")
    again = read_estimates(tmp_path / "estimates.csv")
    assert again["baseline"].tolist() == table["baseline"].tolist()
    assert again["value"].to_numpy() == pytest.approx(table["value"].to_numpy(float), rel=1e-5, nan_ok=True)


def test_an_arm_without_sessions_does_not_take_the_estimates_of_the_others(tmp_path: Path, write_point: Write) -> None:
    write_point(tmp_path, "00001", {"arm": "wait"}, people({1: [9.0] * 3}), [])
    write_point(
        tmp_path, "00002", {"arm": "treat"}, people({1: [7.0] * 3}), [{"rupture": "withdrawal"}, {"session": 2}]
    )
    found = estimate(open_results(tmp_path), "wait")
    levels = found[(found["estimate"] == "ruptures_pct") & (found["kind"] == "level")].set_index("arm")["value"]
    assert levels["treat"] == 50.0
    assert math.isnan(levels["wait"])


def test_without_sessions_there_are_no_estimates_of_them(tmp_path: Path, write_point: Write) -> None:
    write_point(tmp_path, "00001", {"arm": "a"}, people({1: [9.0, 8.0, 7.0]}), None)
    names = set(estimate(open_results(tmp_path), "a")["estimate"])
    assert "pre_post_d" in names
    assert "ruptures_pct" not in names


def test_a_pooled_correlation_lies_inside_its_interval_and_below_one() -> None:
    values = {1: np.array([0.90, 0.97, 0.99])}
    summary = combine(values, Combination("level", "a", "", {}, {1: 1.0}), fisher=True)
    assert summary.low < summary.value < summary.high < 1.0
    assert summary.value == pytest.approx(np.tanh(np.arctanh(values[1]).mean()))


def test_a_difference_of_correlations_is_the_difference_of_the_pooled_ones() -> None:
    values = {1: np.array([0.2, 0.4, 0.3]), 2: np.array([0.1, 0.2, 0.4])}
    level = [combine(values, Combination("level", "a", "", {}, {k: 1.0}), fisher=True).value for k in (1, 2)]
    contrast = combine(values, Combination("contrast", "a", "b", {}, {1: 1.0, 2: -1.0}), fisher=True)
    assert contrast.value == pytest.approx(level[0] - level[1])


def test_a_replicate_that_one_side_does_not_define_is_left_out_of_the_comparison() -> None:
    values = {1: np.array([1.0, np.nan, 3.0]), 2: np.array([0.0, 5.0, 1.0])}
    found = combine(values, Combination("contrast", "a", "b", {}, {1: 1.0, 2: -1.0}), fisher=False)
    assert (found.value, found.replicates) == (1.5, 2)


def test_an_arm_or_a_setting_may_be_called_anything(tmp_path: Path, write_point: Write) -> None:
    cells = [(arm, setting) for setting in ("none", "null") for arm in ("NA", "7")]
    for k, (arm, setting) in enumerate(cells, start=1):
        write_point(tmp_path, f"{k:05d}", {"arm": arm, "world": setting}, people({1: [9.0, 8.0, 7.0]}), None)
    (tmp_path / "estimates.csv").write_text(estimates_csv(estimate(open_results(tmp_path), "NA")), encoding="utf-8")
    again = read_estimates(tmp_path / "estimates.csv")
    assert set(again["arm"]) == {"NA", "7"}
    assert {"none", "null"} <= set(again["world"])
