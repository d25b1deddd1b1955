"""The config of an inquiry: a section of its own beside an experiment; every mistake is told at its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.questions.frame.config import is_question, load_question, read_config
from alliance_sim.scenario import ConfigError, load

Toy = Callable[..., Path]


def mistakes(file: Path, *overrides: str, key: str | None = None) -> list[str]:
    """The messages about a config, without its folder."""
    with pytest.raises(ConfigError) as caught:
        load_question(file, overrides, key)
    return str(caught.value).replace(f"{file.parent}/", "").splitlines()


def test_an_inquiry_is_an_experiment_with_a_section_of_its_own(toy: Toy) -> None:
    asked = load_question(toy())
    assert (asked.title, asked.question) == ("How high?", "How high is the alliance at the end?")
    assert [point.arm for point in asked.experiment.points] == ["ignore", "repair"] * 2
    assert (asked.section.week, asked.section.columns) == (4, ["bond", "alliance"])
    assert (asked.ademp.aims, asked.caveats) == ("To see.", ("It is a toy.",))


def test_what_the_section_leaves_out_is_as_declared(toy: Toy) -> None:
    assert load_question(toy("toy:\n")).section.week == 2


def test_any_path_can_be_set(toy: Toy) -> None:
    asked = load_question(toy(), ["toy.week=3", "clinic.weeks=3"])
    assert (asked.section.week, asked.experiment.points[0].scenario.clinic.weeks) == (3, 3)


def test_mistakes_in_the_section_and_in_the_experiment_are_told_at_once(toy: Toy) -> None:
    told = mistakes(toy("replicates: none\ntoy:\n  wek: 3\n  week: 99\nademp: {aim: x}\n"))
    assert told == [
        'high.yaml, line 1: replicates: found the text "none"; allowed: a whole number from 1 to 1000000 (replicates)',
        'high.yaml, line 3: toy.wek: found the unknown name "wek"; allowed: week, columns '
        "(alliance-sim parameters toy lists them); did you mean week?".replace(
            " (alliance-sim parameters toy lists them)", ""
        ),
        "high.yaml, line 4: toy.week: found the number 99; allowed: a whole number from 1 to 52 (weeks)",
        (
            'high.yaml, line 5: ademp.aim: found the unknown name "aim"; allowed: aims, data, estimands, methods, '
            "performance; did you mean aims?"
        ),
    ]


def test_an_unknown_name_in_a_list_is_told_with_the_nearest(toy: Toy) -> None:
    assert mistakes(toy("toy:\n  columns: [bond, aliance, bond]\n")) == [
        (
            'high.yaml, line 2: toy.columns[2]: found the unknown column "aliance"; allowed: goal, task, bond, '
            "alliance; did you mean alliance?"
        ),
        'high.yaml, line 2: toy.columns[3]: found the column "bond" a second time; allowed: each once',
    ]


def test_a_config_without_a_question_is_told(toy: Toy) -> None:
    assert mistakes(toy("title: x\n"))[0].startswith(
        "high.yaml: found no section that asks a question; allowed: one of "
    )


def test_a_command_of_one_kind_wants_its_section(toy: Toy) -> None:
    told = mistakes(toy(), key="power")
    allowed = "a config with a section power (for this one: alliance-sim run high.yaml)"
    assert told == [f"high.yaml: found a section toy, and no section power; allowed: {allowed}"]


def test_a_command_of_one_kind_names_the_one_that_runs_an_experiment(toy: Toy) -> None:
    told = mistakes(toy("replicates: 3\n"), key="power")
    assert told[0].startswith("high.yaml: found an experiment, and no section power; allowed: ")
    assert told[0].endswith("(for this one: alliance-sim run high.yaml)")


def test_mistakes_that_only_the_kind_sees_are_told_beside_those_of_its_model(tmp_path: Path) -> None:
    config = "arms: {usual: {policy: repair}, b: {policy: ignore}}\npower: {wanted: 90, arm: c, analyses: [mixd]}\n"
    (tmp_path / "c.yaml").write_text(config)
    with pytest.raises(ConfigError) as caught:
        load_question(tmp_path / "c.yaml")
    assert sorted(problem.place.path for problem in caught.value.problems) == [
        "power.analyses[1]", "power.arm", "power.wanted",
    ]  # fmt: skip


def test_what_may_only_follow_from_a_mistake_is_not_told(tmp_path: Path) -> None:
    config = (
        "arms: {usual: {policy: repair}, b: {policy: ignore}}\npower: {most_therapists: 1e3, therapists: [4, 800]}\n"
    )
    (tmp_path / "c.yaml").write_text(config)
    with pytest.raises(ConfigError) as caught:
        load_question(tmp_path / "c.yaml")
    assert [problem.place.path for problem in caught.value.problems] == ["power.most_therapists"]


@pytest.mark.parametrize("key", ["power", None])
def test_a_section_that_is_misspelt_is_told_at_its_line_with_the_one_that_was_meant(
    tmp_path: Path, key: str | None
) -> None:
    (tmp_path / "c.yaml").write_text("seed: 1\npowr: {}\n")
    with pytest.raises(ConfigError) as caught:
        load_question(tmp_path / "c.yaml", key=key)
    (told,) = str(caught.value).splitlines()
    assert "line 2: powr: found the unknown name" in told
    assert told.endswith("did you mean power?")


def test_settings_of_an_experiment_are_taken_for_no_section(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("seed: 1\nrivals: [x]\nparameters: {}\n")
    assert not is_question(read_config(tmp_path / "c.yaml"))


def test_two_inquiries_in_one_config_are_told(toy: Toy) -> None:
    told = mistakes(toy("toy: {}\nrival_mechanisms: {}\n"))
    assert len(told) == 1
    assert told[0].endswith("allowed: one question in a config")


def test_an_inquiry_is_no_experiment(toy: Toy) -> None:
    with pytest.raises(ConfigError, match="a question is answered by: alliance-sim run CONFIG"):
        load(toy())
