"""The question in a config: its space, mistakes in it, the clinics that it uses, stopping, and what is left out."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from alliance_sim.experiment.failing import UndefinedError
from alliance_sim.experiment.kept import silent
from alliance_sim.questions.frame import run as running
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.groups import by_profile
from alliance_sim.questions.frame.profiles import profiles_of
from alliance_sim.questions.optimise.evaluate import Candidate, Evaluator
from alliance_sim.questions.optimise.run import defined_groups, spread_points, stages_of
from alliance_sim.questions.optimise.space import DEFAULT, axes_of, searchable
from alliance_sim.scenario import ConfigError

Messages = Callable[..., list[str]]

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
def messages(config: Callable[..., Path]) -> Messages:
    """The messages about the config with a text replaced."""

    def messages(old: str, new: str) -> list[str]:
        file = config(old, new)
        with pytest.raises(ConfigError) as caught:
            load_question(file)
        return str(caught.value).replace(f"{file.parent}/", "").splitlines()

    return messages


CHECKIN, ENDS = "policy.checkin: [0, 0.3]", "two numbers, the lower first, each a number from 0 to 0.4 (share)"


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        (CHECKIN, "policy.checkin: [0, 0.9]", "13: space.policy.checkin", f'the text "[0, 0.9]"; allowed: {ENDS}'),
        (CHECKIN, "policy.checkin: 0.3", "13: space.policy.checkin", f"the number 0.3; allowed: {ENDS}"),
        (
            CHECKIN, "policy.checkin: [0.3, 0.3]", "13: space.policy.checkin",
            "0.3 before 0.3; allowed: the lower end first, and below the higher",
        ),
        (
            CHECKIN, "parameters.intake.trauma_prevalence: [0, 1]", "13: space.parameters.intake.trauma_prevalence",
            ('the setting "parameters.intake.trauma_prevalence", which cannot be searched; allowed: a number of '
            "policy, treatment or parameters that leaves clients who they are (no switch, no intake)"),
        ),
        (
            "start: monitor", "start: moniter", "10: start",
            'the text "moniter"; allowed: an arm: repair, monitor; did you mean monitor?',
        ),
        (
            "dropout_pct: 5", "dropout_pct: much", "11: no_worse.dropout_pct",
            'the text "much"; allowed: a number from 0 (% of clients)',
        ),
        ("map: 4", "map: 5", "24: map", "the number 5; allowed: a power of two, such as 64"),
        ("startup: 4", "startup: 9", "18: startup", "the number 9; allowed: at most as many as trials, 8"),
        ("first: 5", "first: 9", "20: first", "the number 9; allowed: at most as many as fresh, 8"),
        ("around: 4", "around: 7", "23: around", "the number 7; allowed: at most as many as confirm, 6"),
    ],
)  # fmt: skip
def test_mistakes_are_reported_at_their_place(messages: Messages, old: str, new: str, place: str, message: str) -> None:
    line, path = place.split(": ")
    assert messages(old, new) == [f"best.yaml, line {line}: optimise.{path}: found {message}"]


@pytest.mark.parametrize(
    ("old", "new", "first", "last"),
    [
        (
            CHECKIN, "policy.checkins: [0, 0.3]",
            ', line 13: optimise.space.policy.checkins: found the unknown setting "policy.checkins"; allowed: ',
            "more (alliance-sim parameters); did you mean policy.checkin?",
        ),
        ("dropout_pct: 5", "dropout_pc: 5", ", line 11: optimise.no_worse.dropout_pc: ", "did you mean dropout_pct?"),
        (
            "  start:", "  objective: agreement_r\n  start:",
            ', line 10: optimise.objective: found the text "agreement_r"; allowed: pre_post_d, ', "",
        ),
        (
            "optimise:\n", "factors: {clinic.weeks: [5, 6]}\noptimise:\n",
            ": optimise: found factors or a design; allowed: one world; ", "",
        ),
        ("replicates: 4", "replicates: 3", ": optimise: found 3 replicates; allowed: 4 or more", ""),
    ],
)  # fmt: skip
def test_mistakes_are_reported_with_what_is_allowed_and_near(
    messages: Messages, old: str, new: str, first: str, last: str
) -> None:
    (message,) = messages(old, new)
    assert message.startswith(f"best.yaml{first}")
    assert message.endswith(last)


def test_a_space_that_is_not_stated_is_attention_time_and_threshold(config: Callable[..., Path]) -> None:
    stated = "  space:\n    policy.checkin: [0, 0.3]\n    policy.threshold: [0.1, 1]\n"
    axes = axes_of(load_question(config(stated, "")))
    assert {each.path: (each.low, each.high) for each in axes} == DEFAULT


def test_a_path_without_a_range_is_left_out(config: Callable[..., Path]) -> None:
    axes = axes_of(load_question(config("policy.checkin: [0, 0.3]", "policy.checkin:")))
    assert [each.path for each in axes] == ["policy.threshold"]


def test_training_of_therapists_can_be_searched_and_who_clients_are_cannot() -> None:
    options = searchable()
    assert "parameters.intake.repair_mean" in options
    assert "parameters.intake.resting_mean" not in options
    assert "mechanisms.spillover" not in options


def test_a_map_is_spread_over_the_whole_space(config: Callable[..., Path]) -> None:
    points = spread_points(load_question(config("map: 4", "map: 16")))
    assert {point.arm for point in points} == {"monitor"}
    quarters = [int(dict(point.settings)["policy.checkin"] / 0.075) for point in points]
    assert sorted(quarters) == sorted([0, 1, 2, 3] * 4)


def test_no_clinic_is_used_twice(config: Callable[..., Path]) -> None:
    stages = stages_of(load_question(config()))
    assert (stages.search, stages.selection, stages.confirmation) == (range(1, 5), range(5, 13), range(13, 19))
    assert stages.around == range(13, 17)


def test_gains_are_counted_from_the_default_with_the_same_people(config: Callable[..., Path], tmp_path: Path) -> None:
    evaluator = Evaluator(load_question(config()), tmp_path, 1)
    other, clinics = Candidate("monitor", (("policy.checkin", 0.2),)), range(1, 4)
    assert list(evaluator.gains(evaluator.default, "trauma", clinics)) == [0.0] * 3
    found = evaluator.gains(other, "everyone", clinics)
    ends = [
        evaluator.measured(each, clinics).of(each.arm, "everyone", "symptoms_end")
        for each in (evaluator.default, other)
    ]
    assert list(found) == list(ends[0] - ends[1])  # fewer symptoms are better
    gain, excess = evaluator.judged(other, "everyone", clinics)
    assert gain.value == pytest.approx(found.mean())
    rise = evaluator.gains(other, "everyone", clinics, "dropout_pct").mean()
    assert excess["dropout_pct"] == pytest.approx(-rise - 5.0)


def test_rows_do_not_depend_on_threads(config: Callable[..., Path]) -> None:
    question = load_question(config())
    measure = partial(by_profile, profiles_of(question), ("symptoms_end", "wai_therapist"))
    runs = running.Runs.of(question.experiment)._replace(replicates=range(1, 8))
    alone, threaded = (running.run_piece(measure, question.experiment.points, runs, threads) for threads in (1, 3))
    pd.testing.assert_frame_equal(alone, threaded)


@pytest.mark.slow
def test_a_search_that_was_stopped_ends_with_the_same_answer(
    config: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = load_question(config())
    whole = answer_question(question, tmp_path / "whole", 1, silent)
    simulate, begun = running.run_piece, []

    def stopping(*given: Any) -> pd.DataFrame:
        begun.append(1)
        if len(begun) == 12:
            raise KeyboardInterrupt
        return simulate(*given)

    stopping.__module__, stopping.__qualname__ = simulate.__module__, simulate.__qualname__
    monkeypatch.setattr(running, "run_piece", stopping)
    with pytest.raises(KeyboardInterrupt):
        answer_question(question, tmp_path / "again", 1, silent)
    again = answer_question(question, tmp_path / "again", 2, silent)
    assert again.text == whole.text
    for name, table in whole.answer.tables.items():
        pd.testing.assert_frame_equal(table, again.answer.tables[name])
    pieces = [len(list((tmp_path / name / "pieces").iterdir())) for name in ("whole", "again")]
    assert len(begun) == pieces[0] + 1  # only the one that was stopped was begun twice
    assert pieces[0] == pieces[1]


def test_profiles_without_clients_are_left_out(config: Callable[..., Path], tmp_path: Path) -> None:
    question = load_question(config("trauma: {trauma: [0.5, 1]}", "odd: {avoidance: [9, inf]}"))
    assert defined_groups(question, Evaluator(question, tmp_path, 1), range(1, 3)) == ["everyone"]


def test_an_objective_that_no_clinic_defines_is_reported(config: Callable[..., Path], tmp_path: Path) -> None:
    file = config("  start:", "  objective: attendance_pct\n  start:")
    question = load_question(file, ["treatment=waiting_list"])
    with pytest.raises(UndefinedError, match="attendance_pct is not defined in any of the clinics"):
        defined_groups(question, Evaluator(question, tmp_path, 1), range(1, 3))
