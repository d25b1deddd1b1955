"""Which design points are compared with which in sampled designs, and how their estimates are read."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.estimates import of_run as estimates
from alliance_sim.estimates.combination import Combination, all_combinations
from alliance_sim.estimates.of_run import combine, estimate
from alliance_sim.estimates.tables import Point, Results, open_results
from alliance_sim.experiment.run import run
from alliance_sim.scenario import load

CONFIG = """\
replicates: 5
clinic: {therapists: 3, caseload: 5, weeks: 6}
arms: {a: {policy: ignore}, b: {policy: repair}}
factors: {mechanisms.change: [gate, additive]}
design: {method: latin_hypercube, points: 6, ranges: {parameters.rupture.base: plausible}}
outputs: {sessions: false, figures: false, story: false}
"""


def design(samples: list[dict[str, object]], arms: tuple[str, ...] = ("a", "b")) -> Results:
    cells = [(arm, sample) for sample in samples for arm in arms]
    points = tuple(Point(k, arm, {}, sample, (), (), ()) for k, (arm, sample) in enumerate(cells, 1))  # type: ignore[arg-type]
    return Results(Path(), points, arms, (), tuple(samples[0]))


def of(found: list[Combination], kind: str) -> list[Combination]:
    return [c for c in found if c.kind == kind]


ALONE = design(
    [
        {"sample": 1, "varied": "nothing", "x": 0.0, "y": "p"},
        {"sample": 2, "varied": "x", "x": 1.0, "y": "p"},
        {"sample": 3, "varied": "y", "x": 0.0, "y": "q"},
    ]
)


def test_one_at_a_time_every_sample_is_compared_with_the_configured_one() -> None:
    found = of(all_combinations(ALONE, "a"), "factor")
    assert [(c.arm, c.factors["sample"], c.weights) for c in found] == [
        ("a", 2, {3: 1.0, 1: -1.0}),
        ("b", 2, {4: 1.0, 2: -1.0}),
        ("a", 3, {5: 1.0, 1: -1.0}),
        ("b", 3, {6: 1.0, 2: -1.0}),
    ]
    apart = of(all_combinations(ALONE, "a"), "interaction")
    assert [c.weights for c in apart] == [
        {4: 1.0, 2: -1.0, 3: -1.0, 1: 1.0},
        {6: 1.0, 2: -1.0, 5: -1.0, 1: 1.0},
    ]


def test_one_at_a_time_has_no_slopes() -> None:
    assert not of(all_combinations(ALONE, "a"), "slope")


@given(low=st.floats(-5, 5), slopes=st.tuples(st.floats(-3, 3), st.floats(-3, 3)), seed=st.integers(0, 1000))
def test_slopes_of_samples_find_a_plane_again(low: float, slopes: tuple[float, float], seed: int) -> None:
    places = np.random.default_rng(seed).uniform(-1, 1, (12, 2))
    results = design([{"sample": k, "x": float(x), "y": float(y)} for k, (x, y) in enumerate(places, 1)], ("a",))
    values = {
        p.number: np.full(2, low + slopes[0] * float(p.sampled["x"]) + slopes[1] * float(p.sampled["y"]))
        for p in results.points
    }
    found = {c.baseline: combine(values, c, False).value for c in of(all_combinations(results, "a"), "slope")}
    assert found["per unit of x"] == pytest.approx(slopes[0], abs=1e-8)
    assert found["per unit of y"] == pytest.approx(slopes[1], abs=1e-8)


def test_a_few_more_samples_than_numbers_are_needed_for_slopes() -> None:
    few = design([{"sample": k, "x": float(k), "y": float(k * k)} for k in range(1, 6)], ("a",))
    assert not of(all_combinations(few, "a"), "slope")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sampled design, crossed with a factor and two arms, played."""
    home = tmp_path_factory.mktemp("sampled")
    (home / "small.yaml").write_text(CONFIG, encoding="utf-8")
    run(load(home / "small.yaml"), home / "out")
    return home / "out"


def test_what_is_opened_is_what_was_designed(folder: Path) -> None:
    results = open_results(folder)
    points = load(folder.parent / "small.yaml").points
    assert results.factors == ("change",)
    assert results.sampled == ("sample", "base")
    assert [(p.number, p.arm, p.factors, p.sampled) for p in results.points] == [
        (p.number, p.arm, p.factors, p.sampled) for p in points
    ]
    assert all(results.at(p.arm, p.setting) is p for p in results.points)


def test_estimates_do_not_depend_on_how_many_are_read_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = open_results(folder)
    at_once = estimate(results, "a")
    monkeypatch.setattr(estimates, "MOST_NUMBERS", 1)
    pd.testing.assert_frame_equal(estimate(results, "a"), at_once, check_exact=True)


def test_an_average_over_samples_is_that_of_all_settings(folder: Path) -> None:
    rows = pd.read_parquet(folder / "replicates.parquet")
    table = estimate(open_results(folder), "a")
    overall = table[(table["kind"] == "level") & (table["estimate"] == "symptoms_end") & table["sample"].isna()]
    for arm, value in zip(overall["arm"], overall["value"], strict=True):
        assert value == pytest.approx(rows[rows["arm"] == arm]["symptoms_end"].mean())
