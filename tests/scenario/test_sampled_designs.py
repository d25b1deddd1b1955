"""Designs that are sampled, listed or varied one at a time."""

import json
from pathlib import Path

import numpy as np
import pytest
from SALib.sample import morris, sobol
from scipy.stats import qmc

from alliance_sim.scenario import Experiment
from alliance_sim.scenario.registry import by_path
from alliance_sim.scenario.sampling import unit_points
from tests.scenario.conftest import Loaded, Write, addresses

RANGES = "{parameters.rupture.base: [-4, 0], parameters.intake.repair_mean: plausible}"


def sampled(experiment: Experiment, column: str) -> list[object]:
    """A column of the samples, in order."""
    return [point.sampled[column] for point in experiment.points if point.arm == experiment.arms[0]]


# ---- sampling --------------------------------------------------------------------------------------------------


PROBLEM = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}


@pytest.mark.parametrize(("second", "size"), [(False, 8 * (3 + 2)), (True, 8 * (2 * 3 + 2))])
def test_samples_are_those_of_salib_and_scipy_in_their_order(second: bool, size: int) -> None:
    expected = sobol.sample(PROBLEM, 8, calc_second_order=second, scramble=True, seed=3)
    found = unit_points("saltelli", 8, 3, 3, second)
    assert found.shape == (size, 3)
    np.testing.assert_array_equal(found, expected)
    trajectories = morris.sample(PROBLEM, 5, num_levels=6, seed=0)
    np.testing.assert_array_equal(unit_points("morris", 5, 3, 0, levels=6), trajectories)
    np.testing.assert_array_equal(unit_points("sobol", 8, 3, 5), qmc.Sobol(3, rng=5).random_base2(3))
    np.testing.assert_array_equal(unit_points("latin_hypercube", 9, 3, 5), qmc.LatinHypercube(3, rng=5).random(9))


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
    ranges = "{mechanisms.change: [gate, additive], policy: [ignore, repair, apologise]}"
    experiment = loaded(f"design: {{method: latin_hypercube, points: 12, ranges: {ranges}}}")
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


def test_a_list_is_read_from_a_table_or_from_the_config_itself(loaded: Loaded, write: Write) -> None:
    write("parameters.rupture.base,mechanisms.change\n-2.5,gate\n-1,additive\n", "settings.csv")
    there = loaded("design: {method: list, file: settings.csv}")
    assert [tuple(point.sampled.values()) for point in there.points] == [(1, -2.5, "gate"), (2, -1.0, "additive")]
    rows = there.resolved["design"]["settings"]
    assert rows == [
        {"parameters.rupture.base": -2.5, "mechanisms.change": "gate"},
        {"parameters.rupture.base": -1, "mechanisms.change": "additive"},
    ]
    here = loaded(f"design: {{method: list, settings: {json.dumps(rows)}}}")
    assert addresses(here) == addresses(there)


# ---- products --------------------------------------------------------------------------------------------------


def test_a_design_is_crossed_with_factors_and_arms_factors_outermost_and_arms_innermost(loaded: Loaded) -> None:
    experiment = loaded(
        "arms: {a: {policy: ignore}, b: {policy: repair}}\n"
        "factors: {mechanisms.change: [gate, additive]}\n"
        "design: {method: latin_hypercube, points: 3, ranges: {parameters.rupture.base: plausible}}"
    )
    found = [(p.factors["change"], p.sampled["sample"], p.arm) for p in experiment.points]
    assert found == [(f, s, a) for f in ("gate", "additive") for s in (1, 2, 3) for a in ("a", "b")]
    assert len(set(addresses(experiment))) == 12


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
        assert addresses(again) == addresses(before)
        assert [p.sampled for p in again.points] == [p.sampled for p in before.points]


def test_the_command_line_can_change_a_range(loaded: Loaded) -> None:
    text = f"design: {{method: sobol, points: 4, ranges: {RANGES}}}"
    experiment = loaded(text, "design.ranges.parameters.rupture.base=[-1, 0]", "design.points=8")
    assert len(experiment.points) == 8
    assert all(-1 <= value <= 0 for value in sampled(experiment, "base"))  # type: ignore[operator]


def test_a_wanted_precision_is_read_with_its_defaults(loaded: Loaded) -> None:
    assert loaded("precision: {estimate: pre_post_d, mcse: 0.01}").precision == ("pre_post_d", 0.01, "level", 20)
