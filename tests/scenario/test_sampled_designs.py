# ruff: noqa: E501 - messages are written as they are shown
"""Designs that are sampled, listed or varied one at a time."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from SALib.sample import morris, sobol

from alliance_sim.scenario import Experiment
from alliance_sim.scenario.registry import by_path
from alliance_sim.scenario.sampling import unit_points

Loaded = Callable[..., Experiment]
Mistakes = Callable[..., list[str]]
Write = Callable[..., object]

RANGES = "{parameters.rupture.base: [-4, 0], parameters.intake.repair_mean: plausible}"


def sampled(experiment: Experiment, column: str) -> list[object]:
    """A column of the samples, in order."""
    return [point.sampled[column] for point in experiment.points if point.arm == experiment.arms[0]]


# ---- sampling --------------------------------------------------------------------------------------------------


@given(count=st.integers(2, 60), dimensions=st.integers(1, 5), seed=st.integers(0, 2**32 - 1))
def test_a_latin_hypercube_has_one_sample_in_each_slice_of_every_range(count: int, dimensions: int, seed: int) -> None:
    points = unit_points("latin_hypercube", count, dimensions, seed)
    for column in points.T:
        assert sorted(np.floor(column * count).astype(int)) == list(range(count))


@given(power=st.integers(1, 7), dimensions=st.integers(1, 5), seed=st.integers(0, 2**32 - 1))
def test_a_sobol_sequence_has_as_many_samples_in_each_half_of_every_range(
    power: int, dimensions: int, seed: int
) -> None:
    points = unit_points("sobol", 2**power, dimensions, seed)
    assert ((points < 0.5).sum(axis=0) == 2 ** (power - 1)).all()


@pytest.mark.parametrize(("second", "size"), [(False, 8 * (3 + 2)), (True, 8 * (2 * 3 + 2))])
def test_saltelli_samples_are_those_of_salib_in_its_order(second: bool, size: int) -> None:
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
    expected = sobol.sample(problem, 8, calc_second_order=second, scramble=True, seed=3)
    found = unit_points("saltelli", 8, 3, 3, second)
    assert found.shape == (size, 3)
    np.testing.assert_array_equal(found, expected)


@given(count=st.integers(1, 8), dimensions=st.integers(1, 6), half=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_a_morris_trajectory_moves_one_setting_at_a_time_and_every_setting_once(
    count: int, dimensions: int, half: int, seed: int
) -> None:
    levels = 2 * half
    points = unit_points("morris", count, dimensions, seed, levels=levels)
    assert points.shape == (count * (dimensions + 1), dimensions)
    np.testing.assert_allclose(points * (levels - 1), np.rint(points * (levels - 1)), atol=1e-9)
    for trajectory in points.reshape(count, dimensions + 1, dimensions):
        steps = np.abs(np.diff(trajectory, axis=0))
        assert (np.sort(steps > 0, axis=1).sum(axis=1) == 1).all()
        assert ((steps > 0).sum(axis=0) == 1).all()
        np.testing.assert_allclose(steps.max(axis=1), half / (levels - 1))


def test_morris_samples_are_those_of_salib_in_its_order() -> None:
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
    np.testing.assert_array_equal(
        unit_points("morris", 5, 3, 0, levels=6), morris.sample(problem, 5, num_levels=6, seed=0)
    )


@pytest.mark.parametrize("method", ["latin_hypercube", "sobol", "saltelli", "morris"])
def test_the_same_seed_gives_the_same_design_and_another_seed_another(method: str, loaded: Loaded) -> None:
    text = f"design: {{method: {method}, points: 8, ranges: {RANGES}, seed: %d}}"
    one, again, other = (sampled(loaded(text % seed), "base") for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_sampled_numbers_lie_in_their_ranges_and_reach_the_law(loaded: Loaded) -> None:
    experiment = loaded(f"design: {{method: sobol, points: 16, ranges: {RANGES}}}")
    about = by_path()["parameters.intake.repair_mean"].about
    for point in experiment.points:
        parameters = point.scenario.world.parameters
        assert -4 <= point.sampled["base"] <= 0
        assert about.low <= point.sampled["repair_mean"] <= about.high  # type: ignore[union-attr]
        assert parameters.rupture.base == point.sampled["base"]
        assert parameters.intake.repair_mean == point.sampled["repair_mean"]


def test_whole_numbers_are_sampled_as_whole_numbers_with_equal_shares(loaded: Loaded) -> None:
    experiment = loaded("design: {method: latin_hypercube, points: 40, ranges: {clinic.caseload: [5, 8]}}")
    found = sampled(experiment, "caseload")
    assert {value: found.count(value) for value in found} == {5: 10, 6: 10, 7: 10, 8: 10}
    assert all(isinstance(value, int) for value in found)


def test_options_have_equal_shares(loaded: Loaded) -> None:
    text = "design: {method: latin_hypercube, points: 12, ranges: {mechanisms.change: [gate, additive], policy: [ignore, repair, apologise]}}"
    experiment = loaded(text)
    assert sorted(sampled(experiment, "change")) == ["additive"] * 6 + ["gate"] * 6
    assert sorted(sampled(experiment, "policy")) == ["apologise"] * 4 + ["ignore"] * 4 + ["repair"] * 4
    assert all(point.scenario.policy == point.sampled["policy"] for point in experiment.points)


def test_linked_settings_move_together_from_their_first_to_their_second_end(loaded: Loaded) -> None:
    text = (
        "design: {method: sobol, points: 8, ranges: {difficult: "
        "{parameters.rupture.base: [-4, 0], parameters.intake.repair_mean: [1, -1]}}}"
    )
    for point in loaded(text).points:
        share = point.sampled["difficult"]
        parameters = point.scenario.world.parameters
        assert parameters.rupture.base == pytest.approx(-4 + 4 * share)  # type: ignore[operator]
        assert parameters.intake.repair_mean == pytest.approx(1 - 2 * share)  # type: ignore[operator]


# ---- one at a time, lists --------------------------------------------------------------------------------------


def test_one_at_a_time_begins_as_configured_and_then_moves_one_factor_alone(loaded: Loaded) -> None:
    text = (
        "parameters: {rupture: {base: -2}}\n"
        "design: {method: one_at_a_time, factors: {parameters.rupture.base: [-3, -2, -1], "
        "clients: {all traumatised: {parameters.intake.trauma_prevalence: 1}}, policy: [ignore]}}"
    )
    experiment = loaded(text)
    assert experiment.sampled == ("sample", "varied", "base", "clients", "policy")
    rows = [tuple(point.sampled.values()) for point in experiment.points]
    assert rows == [
        (1, "nothing", -2.0, "as configured", "repair"),
        (2, "base", -3.0, "as configured", "repair"),
        (3, "base", -1.0, "as configured", "repair"),
        (4, "clients", -2.0, "all traumatised", "repair"),
        (5, "policy", -2.0, "as configured", "ignore"),
    ]


def test_a_list_is_read_from_a_table_and_kept_in_the_resolved_config(loaded: Loaded, write: Write) -> None:
    write("parameters.rupture.base,mechanisms.change\n-2.5,gate\n-1,additive\n", "settings.csv")
    experiment = loaded("design: {method: list, file: settings.csv}")
    assert [tuple(point.sampled.values()) for point in experiment.points] == [(1, -2.5, "gate"), (2, -1.0, "additive")]
    assert experiment.resolved["design"]["settings"] == [
        {"parameters.rupture.base": -2.5, "mechanisms.change": "gate"},
        {"parameters.rupture.base": -1, "mechanisms.change": "additive"},
    ]


def test_a_list_may_stand_in_the_config_itself(loaded: Loaded, write: Write) -> None:
    write("parameters.rupture.base,mechanisms.change\n-2.5,gate\n-1,additive\n", "settings.csv")
    rows = "[{parameters.rupture.base: -2.5, mechanisms.change: gate}, {parameters.rupture.base: -1, mechanisms.change: additive}]"
    here = loaded(f"design: {{method: list, settings: {rows}}}")
    there = loaded("design: {method: list, file: settings.csv}")
    assert [p.address for p in here.points] == [p.address for p in there.points]


# ---- products --------------------------------------------------------------------------------------------------


def test_a_design_is_crossed_with_factors_and_arms_factors_outermost_and_arms_innermost(loaded: Loaded) -> None:
    experiment = loaded(
        "arms: {a: {policy: ignore}, b: {policy: repair}}\n"
        "factors: {mechanisms.change: [gate, additive]}\n"
        "design: {method: latin_hypercube, points: 3, ranges: {parameters.rupture.base: plausible}}"
    )
    found = [(p.factors["change"], p.sampled["sample"], p.arm) for p in experiment.points]
    assert found == [(f, s, a) for f in ("gate", "additive") for s in (1, 2, 3) for a in ("a", "b")]
    assert len({point.address for point in experiment.points}) == 12


def test_a_manifest_holds_the_whole_design(loaded: Loaded, write: Write, tmp_path: Path) -> None:
    write("parameters.rupture.base\n-2.5\n-1\n", "settings.csv")
    for design in (
        "{method: list, file: settings.csv}",
        f"{{method: sobol, points: 4, ranges: {RANGES}}}",
        "{method: one_at_a_time, factors: {parameters.rupture.base: [-3, -1]}}",
    ):
        before = loaded(f"design: {design}")
        (tmp_path / "settings.csv").rename(tmp_path / "gone.csv")
        again = loaded(json.dumps({k: v for k, v in before.resolved.items() if k in ("design", "factors", "arms")}))
        (tmp_path / "gone.csv").rename(tmp_path / "settings.csv")
        assert [p.address for p in again.points] == [p.address for p in before.points]
        assert [p.sampled for p in again.points] == [p.sampled for p in before.points]


def test_the_command_line_can_change_a_range(loaded: Loaded) -> None:
    text = f"design: {{method: sobol, points: 4, ranges: {RANGES}}}"
    experiment = loaded(text, "design.ranges.parameters.rupture.base=[-1, 0]", "design.points=8")
    assert len(experiment.points) == 8
    assert all(-1 <= value <= 0 for value in sampled(experiment, "base"))  # type: ignore[operator]


# ---- mistakes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("design", "message"),
    [
        ("{method: sobl, points: 4}", 'design.method: found the text "sobl"; allowed: latin_hypercube, sobol, saltelli, morris, one_at_a_time, list; did you mean sobol?'),
        ("{points: 4}", "design.method: found nothing; allowed: latin_hypercube, sobol, saltelli, morris, one_at_a_time, list"),
        ("{method: sobol, points: 4}", "design.ranges: found nothing; allowed: ranges, for sobol"),
        (f"{{method: sobol, points: 100, ranges: {RANGES}}}", "design.points: found the number 100; allowed: a power of two, for sobol; did you mean 128?"),
        (f"{{method: morris, points: 4, levels: 5, ranges: {RANGES}}}", "design.levels: found the number 5; allowed: an even number of levels"),
        (f"{{method: sobol, points: 4, levels: 4, ranges: {RANGES}}}", "design.levels: found levels, which does nothing for sobol; allowed: points, ranges, seed"),
        (f"{{method: sobol, points: 4, ranges: {RANGES}, file: a.csv}}", "design.file: found file, which does nothing for sobol; allowed: points, ranges, seed"),
        (f"{{method: latin_hypercube, points: 1, ranges: {RANGES}}}", "design.points: found the number 1; allowed: a whole number from 2 to 99999"),
        ("{method: sobol, points: 4, ranges: {parameters.rupture.base: [0, -4]}}", "design.ranges.parameters.rupture.base: found a list; allowed: two numbers, the lower one first"),
        ("{method: sobol, points: 4, ranges: {parameters.rupture.base: wide}}", 'design.ranges.parameters.rupture.base: found the text "wide"; allowed: two numbers such as [-6, 0], or plausible'),
        ("{method: sobol, points: 4, ranges: {parameters.rupture.base: [-99, 0]}}", "design.ranges.parameters.rupture.base[1]: found the number -99; allowed:"),
        ("{method: sobol, points: 4, ranges: {parameters.rupture.bas: plausible}}", 'design.ranges.parameters.rupture.bas: found the unknown name "bas"; allowed:'),
        ("{method: sobol, points: 4, ranges: {policy: [ignore, repare]}}", 'design.ranges.policy: found the unknown repair policy "repare"'),
        ("{method: sobol, points: 4, ranges: {mechanisms.change: [gate]}}", "design.ranges.mechanisms.change: found a list; allowed: at least two options"),
        ("{method: one_at_a_time, factors: {parameters.rupture.base: 1}}", "design.factors.parameters.rupture.base: found the number 1; allowed: a list of values"),
        ("{method: list}", "design.file: found nothing; allowed: either file or settings, for list"),
        ("{method: list, file: setings.csv}", 'design.file: found no file "setings.csv"; allowed: the path of a CSV file: a line of paths, and below it a setting a line; did you mean settings.csv?'),
        ("{method: list, file: empty.csv}", "empty.csv: found no settings"),
        ("{method: list, file: wide.csv}", "wide.csv, line 3: found 2 values; allowed: 1,"),
        ("{method: list, file: twice.csv}", "twice.csv, line 3: design.settings[2]: found setting 2, which is the same as setting 1"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_design_is_told_where_it_is(design: str, message: str, mistakes: Mistakes, write: Write) -> None:
    write("parameters.rupture.base\n-2.5\n", "settings.csv")
    write("parameters.rupture.base\n", "empty.csv")
    write("parameters.rupture.base\n-1\n-2,3\n", "wide.csv")
    write("parameters.rupture.base\n-1\n-1.0\n", "twice.csv")
    found = mistakes(f"design: {design}")
    assert len(found) == 1, found
    assert message in found[0]


def test_a_setting_that_design_and_factor_or_arm_both_set_is_told(mistakes: Mistakes) -> None:
    design = "design: {method: sobol, points: 4, ranges: {parameters.rupture.base: plausible}}"
    for other in (
        "factors: {parameters.rupture.base: [-1, 0]}",
        "arms: {a: {}, b: {parameters: {rupture: {base: -1}}}}",
    ):
        found = mistakes(f"{design}\n{other}")
        assert len(found) == 1
        assert "parameters.rupture.base, which" in found[0]


def test_a_design_that_is_too_large_is_told(mistakes: Mistakes) -> None:
    found = mistakes(
        "factors: {mechanisms.change: [gate, additive]}\n"
        f"design: {{method: latin_hypercube, points: 60000, ranges: {RANGES}}}"
    )
    assert len(found) == 1
    assert "a design of 120000 points" in found[0]


# ---- precision -------------------------------------------------------------------------------------------------


def test_a_wanted_precision_is_read_with_its_defaults(loaded: Loaded) -> None:
    wanted = loaded("precision: {estimate: pre_post_d, mcse: 0.01}").precision
    assert wanted is not None
    assert (wanted.estimate, wanted.mcse, wanted.of, wanted.first) == ("pre_post_d", 0.01, "level", 20)


@pytest.mark.parametrize(
    ("precision", "message"),
    [
        ("{mcse: 0.01}", "precision.estimate: found nothing; allowed: the name of an estimate, such as pre_post_d"),
        ("{estimate: pre_post_d}", "precision.mcse: found nothing; allowed: a number above 0"),
        ("{estimate: pre_post_d, mcse: 0}", "precision.mcse: found the number 0; allowed: a number above 0"),
        ("{estimate: pre_post_d, mcse: 1, of: mean}", 'precision.of: found the text "mean"; allowed: level or contrast'),
        ("{estimate: pre_post_d, mcse: 1, first: 1}", "precision.first: found the number 1; allowed: a whole number from 2"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_precision_is_told_where_it_is(precision: str, message: str, mistakes: Mistakes) -> None:
    found = mistakes(f"precision: {precision}")
    assert len(found) == 1
    assert message in found[0]
