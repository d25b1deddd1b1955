"""Points of a design: arms crossed with factors, in order, at addresses that depend on content alone."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.scenario import Experiment, load

Write = Callable[..., Path]
Loaded = Callable[..., Experiment]
Mistakes = Callable[..., list[str]]

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


def addresses(experiment: Experiment) -> list[str]:
    return [point.address for point in experiment.points]


def test_factors_are_outermost_in_their_order_and_arms_innermost(loaded: Loaded) -> None:
    points = loaded(GRID).points
    expected = itertools.product((-1.0, 0.0, 1.0), ("none", "all"), ("ignore", "repair"))
    assert [(p.factors["repair_mean"], p.factors["history"], p.arm) for p in points] == list(expected)
    assert [point.number for point in points] == list(range(1, 13))


def test_a_point_has_the_world_of_its_arm_and_levels(loaded: Loaded) -> None:
    point = loaded(GRID).points[-1]
    intake = point.scenario.world.parameters.intake
    assert (point.arm, point.scenario.policy) == ("repair", "repair")
    assert (intake.repair_mean, intake.trauma_prevalence) == (1.0, 1.0)


def test_a_config_without_arms_has_one(loaded: Loaded) -> None:
    experiment = loaded("treatment: cbt")
    assert (experiment.arms, experiment.baseline, len(experiment.points)) == (("base",), "base", 1)


def test_the_first_arm_is_the_baseline_unless_one_is_named(loaded: Loaded) -> None:
    assert loaded(GRID).baseline == "ignore"
    assert loaded(f"baseline: repair\n{GRID}").baseline == "repair"


def test_an_arm_may_change_nothing(loaded: Loaded) -> None:
    experiment = loaded("policy: repair\narms:\n  as usual:\n  ignore: {policy: ignore}\n")
    assert [point.scenario.policy for point in experiment.points] == ["repair", "ignore"]


@pytest.mark.parametrize(
    ("factors", "columns"),
    [
        ("parameters.intake.repair_mean: [0]", ("repair_mean",)),
        ("policy: [repair]", ("policy",)),
        ("clinic.weeks: [8]", ("weeks",)),
        (
            "parameters.rupture.base: [-2]\n  parameters.leaving.base: [-3]",
            ("parameters.rupture.base", "parameters.leaving.base"),
        ),
        ("treatment.goal: [0.1]", ("treatment.goal",)),
        ("mechanisms.ruptures: [true]", ("mechanisms.ruptures",)),
        ("base: {a: {policy.apology: 1}}\n  parameters.rupture.base: [-2]", ("base", "parameters.rupture.base")),
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
    points = loaded(f"factors: {{{factor}}}").points
    found = [next(iter(point.factors.values())) for point in points]
    assert found == labels
    assert list(map(type, found)) == list(map(type, labels))


def test_a_factor_may_vary_the_entry_and_another_a_value_in_it(loaded: Loaded) -> None:
    for order in (
        ("treatment.challenge: [0.5]", "treatment: [cbt]"),
        ("treatment: [cbt]", "treatment.challenge: [0.5]"),
    ):
        (point,) = loaded(f"factors: {{{', '.join(order)}}}").points
        assert (point.scenario.treatment, point.scenario.world.treatment.challenge) == ("cbt", 0.5)
        assert point.scenario.world.treatment.structure == 0.9


def test_a_factor_amends_what_an_arm_names(loaded: Loaded) -> None:
    text = "arms: {a: {policy: ignore}, b: {policy: repair}}\nfactors: {policy.vigilance: [0, 1]}"
    worlds = [point.scenario.world.policy for point in loaded(text).points]
    assert [(policy.acknowledge, policy.vigilance) for policy in worlds] == [
        (0.0, 0.0),
        (1.0, 0.0),
        (0.0, 1.0),
        (1.0, 1.0),
    ]


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        (
            "policy.vigilance: [0, 1]",
            'factors.policy.vigilance: found a factor that sets policy.vigilance, which the arm "a" sets too',
        ),
        ("policy: [ignore, repair]", 'factors.policy: found a factor that sets policy, which the arm "a" sets too'),
        (
            "parameters.intake.repair_sd: [1], h: {x: {parameters.intake.repair_sd: 0}}",
            (
                "factors.h: found a factor that sets parameters.intake.repair_sd, which the factor "
                "parameters.intake.repair_sd "
                "sets too"
            ),
        ),
    ],
)
def test_a_setting_has_one_owner(mistakes: Mistakes, factors: str, message: str) -> None:
    found = mistakes(f"factors: {{{factors}}}\narms: {{a: {{policy: {{vigilance: 0.5}}}}, b: {{}}}}\n")
    assert found == [f"config.yaml, line 1: {message}; allowed: one of the two"]


@pytest.mark.parametrize("name", ["arm", "client", "distress", "anxiety", "therapist_attunement", "wai_mean"])
def test_a_linked_factor_cannot_have_the_name_of_a_column(mistakes: Mistakes, name: str) -> None:
    assert mistakes(f"factors: {{{name}: {{a: {{policy.vigilance: 1}}}}}}") == [
        (
            f'config.yaml, line 1: factors.{name}: found the name "{name}", which is a column of the tables already; '
            "allowed: another name"
        )
    ]


def test_a_grid_that_is_too_large_is_refused(mistakes: Mistakes) -> None:
    values = list(range(-200, 200))
    halves = [value / 100 for value in values]
    text = f"factors:\n  parameters.intake.repair_mean: {halves}\n  parameters.intake.competence_mean: {halves}\n"
    assert mistakes(text)[0] == (
        "config.yaml: factors: found a design of 160000 points; allowed: at most 99999; leave out values or factors"
    )


def test_names_comments_and_order_do_not_move_an_address(loaded: Loaded) -> None:
    one = loaded("title: One\narms: {a: {policy: ignore}, b: {policy: repair}}")
    two = loaded("# Two\narms: {second: {policy: repair}, first: {policy: ignore}}\nrivals: [x]")
    assert addresses(one) == list(reversed(addresses(two)))


def test_an_address_knows_a_value_however_it_came_about(loaded: Loaded) -> None:
    assert addresses(loaded("treatment: cbt")) == addresses(loaded("treatment: {profile: cbt, challenge: 0.8}"))
    assert addresses(loaded("replicates: 40")) == addresses(loaded("seed: 1"))


def test_more_replicates_leave_the_address_as_it_is(loaded: Loaded) -> None:
    assert addresses(loaded("seed: 1")) == addresses(loaded("seed: 1", "replicates=41"))


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
def test_whatever_decides_a_row_moves_the_address(loaded: Loaded, override: str) -> None:
    assert addresses(loaded("seed: 1")) != addresses(loaded("seed: 1", override))


def test_an_address_moves_with_the_law(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    before = addresses(loaded("seed: 1"))
    monkeypatch.setattr("alliance_sim.scenario.points.LAW_VERSION", "another")
    assert addresses(loaded("seed: 1")) != before


def test_addresses_of_a_design_differ(loaded: Loaded) -> None:
    assert len(set(addresses(loaded(GRID)))) == 12


def test_an_address_is_the_same_from_any_folder(write: Write) -> None:
    here, there = write("treatment: cbt"), write("treatment: cbt", "deep/other.yaml")
    assert addresses(load(here)) == addresses(load(there))
