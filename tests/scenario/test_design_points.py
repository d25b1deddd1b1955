"""Points of a design: arms crossed with factors, in order, at addresses that depend on content alone."""

import itertools

import pytest

from alliance_sim.scenario import load
from tests.scenario.conftest import Loaded, Write, addresses

GRID = """\
arms:
  ignore: {policy: ignore}
  repair: {policy: repair}
factors:
  parameters.intake.repair_mean: [-1, 0, 1]
  history:
    none: {parameters.intake.trauma_prevalence: 0}
    all: {parameters.intake.trauma_prevalence: 1}
"""


def test_factors_are_outermost_in_their_order_and_arms_innermost(loaded: Loaded) -> None:
    points = loaded(GRID).points
    expected = itertools.product((-1.0, 0.0, 1.0), ("none", "all"), ("ignore", "repair"))
    assert [(p.factors["repair_mean"], p.factors["history"], p.arm) for p in points] == list(expected)
    assert [point.number for point in points] == list(range(1, 13))
    last = points[-1].scenario
    intake = last.world.parameters.intake
    assert (last.policy, intake.repair_mean, intake.trauma_prevalence) == ("repair", 1.0, 1.0)


@pytest.mark.parametrize(
    ("text", "arms", "baseline", "policies"),
    [
        ("treatment: cbt", ("base",), "base", ["repair"]),
        ("arms: {a: {policy: ignore}, b: {}}", ("a", "b"), "a", ["ignore", "repair"]),
        ("arms: {a: {policy: ignore}, b: {}}\nbaseline: b", ("a", "b"), "b", ["ignore", "repair"]),
        ("arms:\n  as usual:\n  ignore: {policy: ignore}", ("as usual", "ignore"), "as usual", ["repair", "ignore"]),
    ],
)
def test_arms_and_their_baseline(
    loaded: Loaded, text: str, arms: tuple[str, ...], baseline: str, policies: list[str]
) -> None:
    experiment = loaded(text)
    assert (experiment.arms, experiment.baseline) == (arms, baseline)
    assert [point.scenario.policy for point in experiment.points] == policies


BASES = ("parameters.rupture.base", "parameters.leaving.base")


@pytest.mark.parametrize(
    ("factors", "columns"),
    [
        ("parameters.intake.repair_mean: [0]", ("repair_mean",)),
        ("policy: [repair]", ("policy",)),
        ("clinic.weeks: [8]", ("weeks",)),
        ("parameters.rupture.base: [-2]\n  parameters.leaving.base: [-3]", BASES),
        ("treatment.goal: [0.1]", ("treatment.goal",)),
        ("mechanisms.ruptures: [true]", ("mechanisms.ruptures",)),
        ("base: {a: {policy.apology: 1}}\n  parameters.rupture.base: [-2]", ("base", BASES[0])),
    ],
)
def test_a_column_is_the_last_part_of_a_path_or_all_of_it_where_that_would_clash(
    loaded: Loaded, factors: str, columns: tuple[str, ...]
) -> None:
    assert loaded(f"factors:\n  {factors}\n").factors == columns


@pytest.mark.parametrize(
    ("factor", "labels"),
    [
        ("parameters.intake.repair_mean: [0, 1]", [0.0, 1.0]),
        ("clinic.weeks: [8, 16]", [8, 16]),
        ("mechanisms.change: [gate, additive]", ["gate", "additive"]),
        ("mechanisms.spillover: [false, true]", [False, True]),
        ("treatment: [cbt, humanistic]", ["cbt", "humanistic"]),
        ("treatment.profile: [cbt, humanistic]", ["cbt", "humanistic"]),
        ("history: {1: {policy.vigilance: 1}, no: {policy.vigilance: 0}}", ["1", "no"]),
    ],
)
def test_labels_have_the_type_of_the_setting(loaded: Loaded, factor: str, labels: list[object]) -> None:
    found = [next(iter(point.factors.values())) for point in loaded(f"factors: {{{factor}}}").points]
    assert (found, list(map(type, found))) == (labels, list(map(type, labels)))


@pytest.mark.parametrize("order", [1, -1])
def test_a_factor_may_vary_the_entry_and_another_a_value_in_it(loaded: Loaded, order: int) -> None:
    factors = ("treatment.challenge: [0.5]", "treatment: [cbt]")[::order]
    (point,) = loaded(f"factors: {{{', '.join(factors)}}}").points
    treatment = point.scenario.world.treatment
    assert (point.scenario.treatment, treatment.challenge, treatment.structure) == ("cbt", 0.5, 0.9)


def test_a_factor_amends_what_an_arm_names(loaded: Loaded) -> None:
    text = "arms: {a: {policy: ignore}, b: {policy: repair}}\nfactors: {policy.vigilance: [0, 1]}"
    policies = [point.scenario.world.policy for point in loaded(text).points]
    assert [(p.acknowledge, p.vigilance) for p in policies] == [(0, 0), (1, 0), (0, 1), (1, 1)]


# ---- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("treatment: cbt", "treatment: {profile: cbt, challenge: 0.8}"),
        ("replicates: 40", "seed: 1"),
        ("replicates: 40", "replicates: 41"),
        ("title: One", "# Two\nrivals: [x]"),
    ],
)
def test_an_address_does_not_depend_on_words_or_on_how_a_value_came_about(
    loaded: Loaded, text: str, other: str
) -> None:
    assert addresses(loaded(text)) == addresses(loaded(other))


@pytest.mark.parametrize(
    "override",
    [
        "seed=0",
        "clinic.weeks=17",
        "parameters.rupture.base=-2.0000000000000004",
        "mechanisms.ruptures=false",
        "treatment.target=0.51",
        "policy.threshold=0.41",
        "symptoms=oq45",
    ],
)
def test_whatever_decides_a_row_changes_the_address(loaded: Loaded, override: str) -> None:
    assert addresses(loaded("seed: 1")) != addresses(loaded("seed: 1", override))


def test_an_address_changes_with_the_law(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    before = addresses(loaded("seed: 1"))
    monkeypatch.setattr("alliance_sim.scenario.points.LAW_VERSION", "another")
    assert addresses(loaded("seed: 1")) != before


def test_addresses_differ_within_a_design_and_not_with_order_or_folder(loaded: Loaded, write: Write) -> None:
    assert len(set(addresses(loaded(GRID)))) == 12
    one = loaded("arms: {a: {policy: ignore}, b: {policy: repair}}")
    two = loaded("arms: {second: {policy: repair}, first: {policy: ignore}}")
    assert addresses(one) == addresses(two)[::-1]
    assert addresses(load(write("treatment: cbt", "deep/other.yaml"))) == addresses(loaded("treatment: cbt"))
