"""extends, the file itself, --set: what is on top wins, and every value knows where it came from."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.attention import Treatment
from alliance_sim.scenario import load
from alliance_sim.scenario.layers import merge
from alliance_sim.scenario.tree import Node, plain
from tests.scenario.conftest import Loaded, Write, addresses


def test_a_file_wins_over_the_one_that_it_extends_and_set_over_both(write: Write) -> None:
    write("seed: 3\nreplicates: 5\nclinic: {therapists: 4, weeks: 8}\n", "parent.yaml")
    file = write("extends: parent.yaml\nreplicates: 6\nclinic: {weeks: 9}\n")
    experiment = load(str(file))
    assert (experiment.seed, experiment.replicates, experiment.points[0].scenario.clinic) == (3, 6, (4, 10, 9))
    assert load(file, ["seed=0", "replicates=2", "replicates=7"]).replicates == 7
    assert load(file, ["seed=0"]).seed == 0


def test_extends_is_seen_from_its_own_file(write: Write) -> None:
    write("seed: 3\n", "deep/grand.yaml")
    write("extends: grand.yaml\n", "deep/parent.yaml")
    assert load(write("extends: deep/parent.yaml\n")).seed == 3


def test_arms_of_the_extended_file_come_first(write: Write) -> None:
    write("arms: {b: {policy: ignore}, a: {policy: repair}}", "parent.yaml")
    assert load(write("extends: parent.yaml\narms: {c: {policy: press_on}}")).arms == ("b", "a", "c")


def test_set_values_are_yaml(loaded: Loaded) -> None:
    experiment = loaded("seed: 1", "rivals=[one, two]", "mechanisms={ruptures: false}", "title=a b")
    assert (experiment.rivals, experiment.title) == (("one", "two"), "a b")
    assert experiment.points[0].scenario.world.mechanisms.ruptures == 0


@pytest.mark.parametrize(
    ("override", "policies"),
    [
        ("arms.press on.policy=apologise", ["apologise", "ignore"]),
        ("arms.Dr. No.policy=apologise", ["press_on", "apologise"]),
        ('arms."press on".policy=apologise', ["apologise", "ignore"]),
        ('arms."Dr. Who".policy=repair', ["press_on", "ignore", "repair"]),
    ],
)
def test_arms_whose_names_hold_spaces_or_dots_are_reached(loaded: Loaded, override: str, policies: list[str]) -> None:
    experiment = loaded("arms:\n  press on: {policy: press_on}\n  Dr. No: {policy: ignore}\n", override)
    assert [point.scenario.policy for point in experiment.points] == policies


def test_a_path_below_factors_is_one_name_and_a_linked_factor_is_reached_by_label_and_path(loaded: Loaded) -> None:
    assert loaded("seed: 1", "factors.parameters.intake.repair_mean=[0, 1]").factors == ("repair_mean",)
    text = "factors: {h: {a: {parameters.intake.repair_mean: 0}, b: {parameters.intake.repair_mean: 1}}}"
    points = loaded(text, "factors.h.b.parameters.intake.repair_mean=2").points
    assert [point.scenario.world.parameters.intake.repair_mean for point in points] == [0.0, 2.0]


@pytest.mark.parametrize(
    ("above", "override", "name", "values"),
    [
        ("{}", "treatment.challenge=1.2", "cbt", {"challenge": 1.2, "structure": 0.9}),
        ("{profile: humanistic, target: 0.1}", "seed=1", "humanistic", {"challenge": 1.2, "target": 0.1}),
        ("{target: 0.1}", "seed=1", "cbt", {"challenge": 1.5, "target": 0.1, "structure": 0.9}),
    ],
)
def test_a_name_starts_an_entry_afresh_and_values_without_one_amend_it(
    write: Write, above: str, override: str, name: str, values: dict[str, float]
) -> None:
    write("treatment: {profile: cbt, challenge: 1.5}", "parent.yaml")
    scenario = load(write(f"extends: parent.yaml\ntreatment: {above}"), [override]).points[0].scenario
    assert scenario.treatment == name
    assert {key: getattr(scenario.world.treatment, key) for key in values} == values


def test_empty_sections_change_nothing(loaded: Loaded) -> None:
    empty = loaded("parameters:\nmechanisms:\n  # ruptures: false\nclinic:\narms:\nfactors:\noutputs:\n")
    assert addresses(empty) == addresses(loaded("seed: 1"))


def test_origins_say_where_each_value_was_set(write: Write) -> None:
    write("seed: 3\nparameters: {rupture: {base: -2}}", "parent.yaml")
    arms = "arms: {a: {policy: ignore}, b: {policy: {vigilance: 1}}}"
    origins = load(write(f"extends: parent.yaml\nreplicates: 5\ntreatment: cbt\n{arms}"), ["clinic.weeks=9"]).origins
    expected = {
        "extends": ("seed", "parameters.rupture.base"),
        "file": ("replicates", "treatment.profile", "arms.a.policy.base", "arms.b.policy.vigilance"),
        "catalogue": ("treatment.challenge", "policy.vigilance", "arms.a.policy.press"),
        "default": ("policy.base", "clinic.therapists", "parameters.rupture.slope"),
        "--set": ("clinic.weeks",),
    }
    assert {path: origins[path] for paths in expected.values() for path in paths} == {
        path: origin for origin, paths in expected.items() for path in paths
    }


def test_a_catalogue_file_is_seen_from_the_file_or_folder_that_names_it(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = Treatment(challenge=0.77)._asdict()
    values = [f"{key}: {{value: {value}, source: test}}" for key, value in fields.items()]
    write("\n".join(["title: Own", "about: own", *values]), "deep/own.yaml")
    write("treatment: own.yaml\n", "deep/mine.yaml")
    scenario = load(write("extends: deep/mine.yaml\n")).points[0].scenario
    assert (scenario.treatment, scenario.world.treatment.challenge) == ("own", 0.77)
    file = write("seed: 1\n", "elsewhere/config.yaml")
    monkeypatch.chdir(tmp_path / "deep")
    scenario = load(Path(os.path.relpath(file)), ["treatment=own.yaml"]).points[0].scenario
    assert scenario.world.treatment.challenge == 0.77


def node(value: object) -> Node:
    """Plain data as a tree."""
    if isinstance(value, dict):
        value = {key: node(child) for key, child in value.items()}
    return Node(value, "a.yaml", 1, "file")


trees = st.recursive(
    st.integers(), lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=3), max_leaves=12
).filter(lambda value: isinstance(value, dict))


@given(trees, trees)
def test_merging_with_itself_or_nothing_changes_nothing_and_what_is_on_top_stays(below: object, above: object) -> None:
    assert plain(merge(node(below), node(below))) == below
    assert plain(merge(node(below), node({}))) == plain(merge(node({}), node(below))) == below
    merged = plain(merge(node(below), node(above)))
    assert plain(merge(node(merged), node(above))) == merged
