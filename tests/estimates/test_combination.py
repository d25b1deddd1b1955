"""Which design points are compared with which."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alliance_sim.estimates.combination import Combination, all_combinations
from alliance_sim.estimates.of_run import combine
from alliance_sim.estimates.tables import FactorValue, Point, Results


def design(arms: list[str], settings: list[dict[str, FactorValue]]) -> Results:
    cells = [(arm, factors) for factors in settings for arm in arms]
    points = tuple(Point(k, arm, factors, {}, (), (), ()) for k, (arm, factors) in enumerate(cells, start=1))
    return Results(Path(), points, tuple(arms), tuple(settings[0]))


def of(found: list[Combination], kind: str) -> list[Combination]:
    return [c for c in found if c.kind == kind]


TWO = design(["base", "new"], [{"x": x, "y": y} for x in (0.0, 1.0, 2.0) for y in (0.0, 10.0)])
NAMES = {(p.arm, p.factors["x"], p.factors["y"]): p.number for p in TWO.points}


def surface(low: float, x: float, y: float, both: float) -> dict[int, np.ndarray]:
    """Every point on value low + x * X + y * Y + both * X * Y, alike in two replicates; arm new lies 5 higher."""
    value = {
        p.number: low + x * float(p.factors["x"]) + y * float(p.factors["y"])
        + both * float(p.factors["x"]) * float(p.factors["y"]) + (5.0 if p.arm == "new" else 0.0)
        for p in TWO.points
    }  # fmt: skip
    return {number: np.array([v, v]) for number, v in value.items()}


def test_without_factors_there_are_levels_and_contrasts() -> None:
    found = all_combinations(design(["a", "b", "c"], [{}]), "b")
    assert [c.kind for c in found] == ["level"] * 3 + ["contrast"] * 2
    assert found[3].weights == {1: 1.0, 2: -1.0}
    assert found[4].weights == {3: 1.0, 2: -1.0}


def test_contrasts_compare_arms_at_the_same_setting_and_on_average() -> None:
    found = of(all_combinations(TWO, "base"), "contrast")
    assert len(found) == 7
    assert all(sum(c.weights.values()) == pytest.approx(0.0) for c in found)
    assert found[-1].factors == {}
    values = surface(0.0, 1.0, 2.0, 3.0)
    assert {round(combine(values, c, fisher=False).value, 9) for c in found} == {5.0}


def test_a_factor_is_compared_with_its_first_setting() -> None:
    found = [c for c in of(all_combinations(TWO, "base"), "factor") if c.arm == "base" and c.factors == {"x": 2.0}]
    assert combine(surface(7.0, 1.0, 0.0, 0.0), found[0], fisher=False).value == pytest.approx(2.0)
    assert found[0].baseline == "x=0.0"


def test_an_interaction_is_zero_where_arms_differ_alike_everywhere() -> None:
    for c in of(all_combinations(TWO, "base"), "interaction"):
        assert combine(surface(7.0, 1.0, 2.0, 0.5), c, fisher=False).value == pytest.approx(0.0, abs=1e-9)


def test_slopes_and_products_are_those_of_the_surface() -> None:
    found = {c.baseline: c for c in of(all_combinations(TWO, "base"), "slope") if c.arm == "base"}
    values = surface(1.0, 2.0, 3.0, 0.5)
    assert combine(values, found["per unit of x × y"], fisher=False).value == pytest.approx(0.5)
    assert combine(values, found["per unit of x"], fisher=False).value == pytest.approx(2.0 + 0.5 * 5.0)  # at mean y
    assert combine(values, found["per unit of y"], fisher=False).value == pytest.approx(3.0 + 0.5 * 1.0)  # at mean x


def test_words_and_switches_have_no_slope() -> None:
    assert not of(all_combinations(design(["a"], [{"k": "x"}, {"k": "y"}]), "a"), "slope")
    assert not of(all_combinations(design(["a"], [{"k": False}, {"k": True}]), "a"), "slope")


def test_points_that_are_missing_are_not_compared() -> None:
    whole = design(["base", "new"], [{"x": 0.0}, {"x": 1.0}])
    results = replace(whole, points=whole.points[:3])  # arm new is missing at x = 1
    contrasts = of(all_combinations(results, "base"), "contrast")
    assert [c.factors for c in contrasts] == [{"x": 0.0}, {}]
    assert contrasts[1].weights == {2: 1.0, 1: -1.0}


def test_a_baseline_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="'nobody' is not among the finished arms: a, b"):
        all_combinations(design(["a", "b"], [{}]), "nobody")
