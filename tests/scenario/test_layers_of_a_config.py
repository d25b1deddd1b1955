"""extends, the file itself, --set: what lies on top wins, and every value knows where it came from."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.scenario import ConfigError, Experiment, load
from alliance_sim.scenario.layers import merge
from alliance_sim.scenario.tree import Node, plain

Write = Callable[..., Path]
Loaded = Callable[..., Experiment]
Mistakes = Callable[..., list[str]]


def test_a_file_wins_over_the_one_that_it_extends(write: Write) -> None:
    write("seed: 3\nreplicates: 5\nclinic: {therapists: 4, weeks: 8}\n", "parent.yaml")
    experiment = load(write("extends: parent.yaml\nreplicates: 6\nclinic: {weeks: 9}\n"))
    assert (experiment.seed, experiment.replicates) == (3, 6)
    assert experiment.points[0].scenario.clinic == (4, 10, 9)


def test_extends_is_seen_from_its_own_file(write: Write) -> None:
    write("seed: 3\n", "deep/grand.yaml")
    write("extends: grand.yaml\n", "deep/parent.yaml")
    assert load(write("extends: deep/parent.yaml\n")).seed == 3


def test_arms_of_the_extended_file_come_first(write: Write) -> None:
    write("arms: {b: {policy: ignore}, a: {policy: repair}}", "parent.yaml")
    assert load(write("extends: parent.yaml\narms: {c: {policy: press_on}}")).arms == ("b", "a", "c")


def test_a_circle_of_files_is_told(write: Write, mistakes: Mistakes) -> None:
    write("extends: config.yaml\n", "parent.yaml")
    assert mistakes("extends: parent.yaml\n") == [
        (
            "parent.yaml, line 1: extends: found a circle of files: config.yaml -> parent.yaml -> config.yaml; "
            "allowed: a file that does not lead back to this one"
        )
    ]


def test_a_file_that_extends_itself_is_told(mistakes: Mistakes) -> None:
    assert "a circle of files: config.yaml -> config.yaml" in mistakes("extends: config.yaml\n")[0]


def test_a_missing_parent_is_told_with_the_nearest_file(write: Write, mistakes: Mistakes) -> None:
    write("seed: 1", "parent.yaml")
    (message,) = mistakes("seed: 2\nextends: parents.yaml\n")
    assert message.startswith('config.yaml, line 2: extends: found no file "parents.yaml"; allowed: the path of a YAML')
    assert message.endswith("did you mean parent.yaml?")


@pytest.mark.parametrize("value", ["5", "[a.yaml, b.yaml]", ""])
def test_extends_must_be_a_path(mistakes: Mistakes, value: str) -> None:
    assert "allowed: the path of a YAML file, seen from this one" in mistakes(f"extends: {value}\n")[0]


def test_set_wins_over_the_file(loaded: Loaded) -> None:
    experiment = loaded(
        "seed: 3\nparameters: {rupture: {base: -2, slope: 1}}\n", "seed=0", "parameters.rupture.base=-3"
    )
    rupture = experiment.points[0].scenario.world.parameters.rupture
    assert (experiment.seed, rupture.base, rupture.slope) == (0, -3.0, 1.0)


def test_the_last_set_of_a_path_wins(loaded: Loaded) -> None:
    assert loaded("seed: 1", "seed=2", "seed=3").seed == 3


def test_set_values_are_yaml(loaded: Loaded) -> None:
    experiment = loaded("seed: 1", "rivals=[one, two]", "mechanisms={ruptures: false}", "title=a b")
    assert experiment.rivals == ("one", "two")
    assert experiment.points[0].scenario.world.mechanisms.ruptures == 0
    assert experiment.title == "a b"


def test_set_below_a_catalogue_name_amends_that_entry(loaded: Loaded) -> None:
    scenario = loaded("treatment: cbt", "treatment.challenge=1.2").points[0].scenario
    assert (scenario.treatment, scenario.world.treatment.challenge, scenario.world.treatment.structure) == (
        "cbt",
        1.2,
        0.9,
    )


@pytest.mark.parametrize(
    ("override", "policy"),
    [
        ("arms.press on.policy=apologise", "apologise"),
        ("arms.Dr. No.policy=apologise", "press_on"),
        ('arms."press on".policy=apologise', "apologise"),
    ],
)
def test_arms_whose_names_hold_spaces_or_dots_are_reached(loaded: Loaded, override: str, policy: str) -> None:
    text = "arms:\n  press on: {policy: press_on}\n  Dr. No: {policy: ignore}\n"
    experiment = loaded(text, override)
    assert experiment.arms == ("press on", "Dr. No")
    assert experiment.points[0].scenario.policy == policy


def test_a_quoted_name_with_a_dot_makes_a_new_arm(loaded: Loaded) -> None:
    assert loaded("arms: {a: {policy: ignore}}", 'arms."Dr. No".policy=repair').arms == ("a", "Dr. No")


def test_a_path_below_factors_is_one_name(loaded: Loaded) -> None:
    assert loaded("seed: 1", "factors.parameters.intake.repair_mean=[0, 1]").factors == ("repair_mean",)


def test_a_linked_factor_is_reached_by_label_and_path(loaded: Loaded) -> None:
    text = "factors: {h: {a: {parameters.intake.repair_mean: 0}, b: {parameters.intake.repair_mean: 1}}}"
    points = loaded(text, "factors.h.b.parameters.intake.repair_mean=2").points
    assert [point.scenario.world.parameters.intake.repair_mean for point in points] == [0.0, 2.0]


@pytest.mark.parametrize("text", ["replicates", "=5", "", "a.=1", "a..b=1", "x" + ".x" * 3000 + "=1"])
def test_a_set_that_is_no_path_and_value_is_told(mistakes: Mistakes, text: str) -> None:
    (message,) = mistakes("seed: 1", text)
    assert message.startswith("--set: found the text")
    assert message.endswith("allowed: PATH=VALUE, such as replicates=5 or parameters.rupture.base=-3")


def test_a_set_value_that_is_no_yaml_is_told(mistakes: Mistakes) -> None:
    (message,) = mistakes("seed: 1", "rivals=[a")
    assert message.startswith("--set rivals=[a: found text that is not valid YAML")


def test_extends_cannot_be_set(mistakes: Mistakes) -> None:
    assert mistakes("seed: 1", "extends=a.yaml") == [
        "--set extends=a.yaml: found a change of 'extends'; allowed: 'extends' inside the file only"
    ]


def test_a_name_starts_an_entry_afresh(write: Write) -> None:
    write("treatment: {profile: cbt, challenge: 1.5}", "parent.yaml")
    scenario = load(write("extends: parent.yaml\ntreatment: {profile: humanistic, target: 0.1}")).points[0].scenario
    assert (scenario.treatment, scenario.world.treatment.challenge, scenario.world.treatment.target) == (
        "humanistic",
        1.2,
        0.1,
    )


def test_values_without_a_name_amend_the_entry_below(write: Write) -> None:
    write("treatment: {profile: cbt, challenge: 1.5}", "parent.yaml")
    scenario = load(write("extends: parent.yaml\ntreatment: {target: 0.1}")).points[0].scenario
    assert (scenario.treatment, scenario.world.treatment.challenge, scenario.world.treatment.target) == (
        "cbt",
        1.5,
        0.1,
    )


def test_empty_sections_change_nothing(loaded: Loaded) -> None:
    empty = loaded("parameters:\nmechanisms:\n  # ruptures: false\nclinic:\narms:\nfactors:\noutputs:\n")
    assert empty.points[0].address == loaded("seed: 1").points[0].address


def test_origins_tell_where_each_value_was_set(write: Write) -> None:
    write("seed: 3\nparameters: {rupture: {base: -2}}", "parent.yaml")
    text = (
        "extends: parent.yaml\nreplicates: 5\ntreatment: cbt\narms: {a: {policy: ignore}, b: {policy: {vigilance: 1}}}"
    )
    origins = load(write(text), ["clinic.weeks=9"]).origins
    expected = {
        "seed": "extends",
        "parameters.rupture.base": "extends",
        "replicates": "file",
        "treatment.profile": "file",
        "treatment.challenge": "catalogue",
        "policy.base": "default",
        "policy.vigilance": "catalogue",
        "clinic.weeks": "--set",
        "clinic.therapists": "default",
        "parameters.rupture.slope": "default",
        "arms.a.policy.base": "file",
        "arms.a.policy.press": "catalogue",
        "arms.b.policy.vigilance": "file",
    }
    assert {path: origins[path] for path in expected} == expected


def test_a_catalogue_file_is_seen_from_the_file_that_names_it(write: Write) -> None:
    write("extends: mine.yaml\n")
    from_catalogue(write, "deep/own.yaml")
    write("treatment: own.yaml\n", "deep/mine.yaml")
    scenario = load(write("extends: deep/mine.yaml\n")).points[0].scenario
    assert (scenario.treatment, scenario.world.treatment.challenge) == ("own", 0.77)


def test_a_catalogue_file_on_the_command_line_is_seen_from_the_current_folder(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_catalogue(write, "elsewhere/own.yaml")
    file = write("seed: 1\n", "deep/config.yaml")
    monkeypatch.chdir(tmp_path / "elsewhere")
    scenario = load(Path(os.path.relpath(file)), ["treatment=own.yaml"]).points[0].scenario
    assert scenario.world.treatment.challenge == 0.77


def from_catalogue(write: Write, name: str) -> None:
    """A treatment file of one's own."""
    fields = {"goal": 0.2, "task": 0.2, "bond": 0.2, "technique": 0.4, "challenge": 0.77, "structure": 0.5}
    fields |= {"target": 0.5, "efficacy": 1.0, "every": 1}
    values = "".join(f'{key}: {{value: {value}, source: "assumption: test"}}\n' for key, value in fields.items())
    write(f"title: Own\nabout: A treatment of one's own.\n{values}", name)


def node(value: object) -> Node:
    """Plain data as a tree."""
    if isinstance(value, dict):
        value = {key: node(child) for key, child in value.items()}
    return Node(value, "a.yaml", 1, "file")


trees = st.recursive(
    st.integers(),
    lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=12,
).filter(lambda value: isinstance(value, dict))


@given(trees)
def test_merging_a_tree_with_itself_or_with_nothing_changes_nothing(tree: object) -> None:
    assert plain(merge(node(tree), node(tree))) == tree
    assert plain(merge(node(tree), node({}))) == tree
    assert plain(merge(node({}), node(tree))) == tree


@given(trees, trees)
def test_what_is_merged_on_top_is_found_unchanged(below: object, above: object) -> None:
    merged = plain(merge(node(below), node(above)))
    assert plain(merge(node(merged), node(above))) == merged


def test_load_takes_a_path_as_text(write: Write) -> None:
    assert load(str(write("seed: 4"))).seed == 4


def test_an_error_lists_each_problem_once(write: Write) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write("treatment: nope\narms: {a: {parameters: {rupture: {base: -2}}}, b: {}}"))
    assert len(caught.value.problems) == 1
