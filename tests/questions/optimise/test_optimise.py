"""The search for a policy in a config: its space, mistakes in it, stopping, and a small answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from alliance_sim.experiment.failing import UndefinedError
from alliance_sim.experiment.kept import silent
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.optimise import defined_groups, evaluating, judge_of, stages_of
from alliance_sim.questions.optimise.around import spread_points
from alliance_sim.questions.optimise.evaluating import Policy
from alliance_sim.questions.optimise.space import DEFAULT, Dimension, at, read_space, searchable
from alliance_sim.scenario import ConfigError
from alliance_sim.scenario.library import shipped
from alliance_sim.scenario.scenario import Scenario

Told = Callable[..., list[str]]

CONFIG = """\
title: The best
question: Which is best?
parameters: posterior
replicates: 4
clinic: {therapists: 2, caseload: 6, weeks: 5}
arms:
  repair: {policy: repair}
  monitor: {policy: monitor_and_repair}
optimise:
  start: monitor
  no_worse: {dropout_pct: 5}
  space:
    policy.checkin: [0, 0.3]
    policy.threshold: [0.1, 1]
  profiles:
    trauma: {trauma: [0.5, 1]}
  trials: 8
  startup: 4
  finalists: 2
  first: 5
  fresh: 8
  confirm: 6
  around: 4
  map: 4
  slice: 2
ademp: {aims: To see.}
"""


@pytest.fixture
def config(tmp_path: Path) -> Callable[..., Path]:
    """Writes the config, with a text replaced, and gives its path."""

    def config(old: str = "", new: str = "") -> Path:
        assert old in CONFIG
        file = tmp_path / "best.yaml"
        file.write_text(CONFIG.replace(old, new) if old else CONFIG, encoding="utf-8")
        return file

    return config


@pytest.fixture
def told(config: Callable[..., Path]) -> Told:
    """The messages about the config with a text replaced."""

    def told(old: str, new: str) -> list[str]:
        file = config(old, new)
        with pytest.raises(ConfigError) as caught:
            load_question(file)
        return str(caught.value).replace(f"{file.parent}/", "").splitlines()

    return told


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "policy.checkin: [0, 0.3]", "policy.checkin: [0, 0.9]",
            ('line 13: optimise.space.policy.checkin: found the text "[0, 0.9]"; allowed: two numbers, the lower '
            "first, each a number from 0 to 0.4 (share)"),
        ),
        (
            "policy.checkin: [0, 0.3]", "policy.checkin: 0.3",
            ("line 13: optimise.space.policy.checkin: found the number 0.3; allowed: two numbers, the lower "
            "first, each a number from 0 to 0.4 (share)"),
        ),
        (
            "policy.checkin: [0, 0.3]", "policy.checkin: [0.3, 0.3]",
            ("line 13: optimise.space.policy.checkin: found 0.3 before 0.3; allowed: the lower end first, and "
            "below the higher"),
        ),
        (
            "policy.checkin: [0, 0.3]", "parameters.intake.trauma_prevalence: [0, 1]",
            ("line 13: optimise.space.parameters.intake.trauma_prevalence: found the setting "
            '"parameters.intake.trauma_prevalence", which cannot be searched; allowed: a number of policy, treatment '
            "or parameters that leaves clients who they are (no switch, no intake)"),
        ),
        (
            "start: monitor", "start: moniter",
            ('line 10: optimise.start: found the text "moniter"; allowed: an arm: repair, monitor; did you mean '
            "monitor?"),
        ),
        (
            "dropout_pct: 5", "dropout_pct: much",
            ('line 11: optimise.no_worse.dropout_pct: found the text "much"; allowed: a number from 0 (% of '
            "clients)"),
        ),
        ("map: 4", "map: 5", "line 24: optimise.map: found the number 5; allowed: a power of two, such as 64"),
        (
            "startup: 4", "startup: 9",
            "line 18: optimise.startup: found the number 9; allowed: at most as many as trials, 8",
        ),
    ],
)  # fmt: skip
def test_mistakes_are_told_at_their_place(told: Told, old: str, new: str, words: str) -> None:
    assert told(old, new) == [f"best.yaml, {words}"]


def test_one_world_is_searched_at_a_time(told: Told) -> None:
    (message,) = told("optimise:\n", "factors: {clinic.weeks: [5, 6]}\noptimise:\n")
    assert message.startswith("best.yaml: optimise: found factors or a design; allowed: one world; ")


def test_unknown_settings_are_told_with_the_nearest(told: Told) -> None:
    (message,) = told("policy.checkin: [0, 0.3]", "policy.checkins: [0, 0.3]")
    assert message.startswith(
        'best.yaml, line 13: optimise.space.policy.checkins: found the unknown setting "policy.checkins"; allowed: '
    )
    assert message.endswith("more (alliance-sim parameters); did you mean policy.checkin?")


def test_unknown_estimates_are_told_with_the_nearest(told: Told) -> None:
    assert told("dropout_pct: 5", "dropout_pc: 5")[0].endswith("did you mean dropout_pct?")
    assert told("  start:", "  objective: agreement_r\n  start:")[0].startswith(
        'best.yaml, line 10: optimise.objective: found the text "agreement_r"; allowed: pre_post_d, '
    )


def test_a_space_that_is_not_stated_is_attention_time_and_threshold(config: Callable[..., Path]) -> None:
    stated = "  space:\n    policy.checkin: [0, 0.3]\n    policy.threshold: [0.1, 1]\n"
    space = read_space(load_question(config(stated, "")))
    assert {each.path: (each.low, each.high) for each in space.dimensions} == DEFAULT


def test_a_path_without_a_range_is_left_out(config: Callable[..., Path]) -> None:
    space = read_space(load_question(config("policy.checkin: [0, 0.3]", "policy.checkin:")))
    assert [each.path for each in space.dimensions] == ["policy.threshold"]


def test_training_of_therapists_can_be_searched_and_who_clients_are_cannot() -> None:
    options = searchable()
    assert "parameters.intake.repair_mean" in options
    assert "parameters.intake.resting_mean" not in options
    assert "mechanisms.spillover" not in options


def test_a_point_of_the_space_is_the_start_with_these_values() -> None:
    start = Scenario(population=shipped())
    made = at(start, {"policy.checkin": 0.2, "treatment.every": 2.0, "parameters.rupture.base": -2.0})
    assert made.world.policy == start.world.policy._replace(checkin=0.2)
    assert made.world.treatment.every == 2
    assert type(made.world.treatment.every) is int
    assert made.world_of(3).parameters.rupture.base == -2.0  # goes before the draws
    assert made.world_of(3).parameters.leaving == start.world_of(3).parameters.leaving


def test_a_map_is_spread_over_the_whole_space() -> None:
    points = spread_points((Dimension("policy.checkin", 0.0, 0.4, whole=False),), 16, seed=1)
    quarters = [int(point["policy.checkin"] / 0.1) for point in points]
    assert sorted(quarters) == sorted([0, 1, 2, 3] * 4)


def test_no_clinic_is_used_twice(config: Callable[..., Path]) -> None:
    stages = stages_of(load_question(config()))
    assert (stages.search, stages.selection, stages.confirmation) == (range(1, 5), range(5, 13), range(13, 19))
    assert stages.around == range(13, 17)


def test_gains_are_counted_from_the_default_with_the_same_people(config: Callable[..., Path], tmp_path: Path) -> None:
    judge = judge_of(load_question(config()), tmp_path, 1)
    default, other = Policy("repair", "repair"), Policy("", "monitor", (("policy.checkin", 0.2),))
    assert list(judge.gains(default, "trauma", range(1, 4))) == [0.0] * 3
    found = judge.gains(other, "everyone", range(1, 4))
    ends = [judge.measured(each, range(1, 4)).of("", "everyone", "symptoms_end") for each in (default, other)]
    assert list(found) == list(ends[0] - ends[1])  # fewer symptoms are better
    excess = judge.outcome(other, "everyone", range(1, 4)).excess["dropout_pct"]
    rise = judge.gains(other, "everyone", range(1, 4), "dropout_pct").mean()
    assert excess == pytest.approx(-rise - 5.0)


@pytest.mark.slow
def test_a_search_that_was_stopped_ends_with_the_same_answer(
    config: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = load_question(config())
    whole = answer_question(asked, tmp_path / "whole", 1, silent)
    play, played = evaluating.measure_groups, []

    def stopping(*given: Any) -> pd.DataFrame:
        played.append(1)
        if len(played) == 12:
            raise KeyboardInterrupt
        return play(*given)

    stopping.__module__, stopping.__qualname__ = play.__module__, play.__qualname__
    monkeypatch.setattr(evaluating, "measure_groups", stopping)
    with pytest.raises(KeyboardInterrupt):
        answer_question(asked, tmp_path / "again", 1, silent)
    again = answer_question(asked, tmp_path / "again", 2, silent)
    assert again.text == whole.text
    for name, table in whole.answer.tables.items():
        pd.testing.assert_frame_equal(table, again.answer.tables[name])
    pieces = [len(list((tmp_path / name / "pieces").iterdir())) for name in ("whole", "again")]
    assert len(played) == pieces[0] + 1  # only the one that was stopped was begun twice
    assert pieces[0] == pieces[1]
    for words in ("no advice for treatment", "The policy chosen for each profile", "## The race of the finalists"):
        assert words in whole.text
    assert "nan" not in whole.text.split()


def test_profiles_without_clients_are_left_out(config: Callable[..., Path], tmp_path: Path) -> None:
    asked = load_question(config("trauma: {trauma: [0.5, 1]}", "odd: {avoidance: [9, inf]}"))
    judge = judge_of(asked, tmp_path, 1)
    assert defined_groups(asked, judge, range(1, 3)) == ["everyone"]


def test_an_objective_that_no_clinic_defines_is_told(config: Callable[..., Path], tmp_path: Path) -> None:
    asked = load_question(config("  start:", "  objective: attendance_pct\n  start:"), ["treatment=waiting_list"])
    with pytest.raises(UndefinedError, match="attendance_pct is not defined in any of the clinics"):
        defined_groups(asked, judge_of(asked, tmp_path, 1), range(1, 3))
