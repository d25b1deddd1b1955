"""Which policy for whom: profiles in a config, mistakes in them, and a small answer."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from alliance_sim.estimands.conditional import ByGroup
from alliance_sim.estimands.profiles import Condition
from alliance_sim.experiment.kept import silent
from alliance_sim.questions.frame.answer import Answered, answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.groups import Survey, measure_groups
from alliance_sim.questions.frame.profiles import profiles_of
from alliance_sim.scenario import ConfigError

Told = Callable[..., list[str]]

CONFIG = """\
title: For whom?
question: For whom?
parameters: posterior
replicates: 8
clinic: {therapists: 3, caseload: 6, weeks: 6}
arms:
  ignore: {policy: ignore}
  repair: {policy: repair}
  monitor: {policy: monitor_and_repair}
factors:
  world:
    as it is: {}
    repair does nothing: {mechanisms.repair_effect: none}
repair_for_whom:
  profiles:
    trauma: {trauma: [0.5, 1]}
    avoidant: {avoidance: [0, inf]}
ademp: {aims: To see.}
"""


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """The messages about a config in which a text is replaced."""

    def told(old: str, new: str) -> list[str]:
        assert old in CONFIG
        file = tmp_path / "whom.yaml"
        file.write_text(CONFIG.replace(old, new), encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load_question(file)
        return str(caught.value).replace(f"{tmp_path}/", "").splitlines()

    return told


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    folder = tmp_path_factory.mktemp("whom")
    (folder / "whom.yaml").write_text(CONFIG, encoding="utf-8")
    return answer_question(load_question(folder / "whom.yaml"), folder / "out", 1, silent)


def test_open_ends_are_written_as_inf(tmp_path: Path) -> None:
    (tmp_path / "whom.yaml").write_text(CONFIG, encoding="utf-8")
    trauma, avoidant = profiles_of(load_question(tmp_path / "whom.yaml"))
    assert trauma.conditions == (Condition("trauma", 0.5, 1.0),)
    assert avoidant.conditions == (Condition("avoidance", 0.0, float("inf")),)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "avoidance: [0, inf]", "avoidence: [0, inf]",
            ('avoidant.avoidence: found the unknown trait "avoidence"; allowed: '
            "anxiety, avoidance, trauma, priority, preference, intake_distress, symptoms_intake; "
            "did you mean avoidance?"),
        ),
        (
            "avoidance: [0, inf]", "avoidance: [0, much]",
            ('avoidant.avoidance: found the text "[0, much]"; allowed: two '
            "numbers, the lowest and the highest that belong to the profile; -inf or inf for an open end"),
        ),
        (
            "avoidance: [0, inf]", "avoidance: [2, 1]",
            "avoidant.avoidance: found 2 before 1; allowed: the lower end first",
        ),
        (
            "avoidance: [0, inf]", "avoidance: [-inf, inf]",
            ("avoidant.avoidance: found a range that leaves nobody out; "
            "allowed: at least one end that is a number"),
        ),
        (
            "avoidant: {avoidance: [0, inf]}", "avoidant: {}",
            ("avoidant: found nothing; allowed: one trait or more, each with its "
            "range"),
        ),
        (
            "avoidant:", "everyone:",
            ('everyone: found the name "everyone", which has a meaning of its '
            "own; allowed: another name"),
        ),
    ],
)  # fmt: skip
def test_mistakes_in_profiles_are_told_at_their_place(told: Told, old: str, new: str, words: str) -> None:
    assert told(old, new) == [f"whom.yaml, line 17: repair_for_whom.profiles.{words}"]


def test_a_question_about_profiles_needs_one(told: Told) -> None:
    none = "repair_for_whom: {decide_by: symptoms_end}"
    given = CONFIG[CONFIG.index("repair_for_whom:") : CONFIG.index("ademp:")]
    (message,) = told(given, none + "\n")
    assert message.startswith("whom.yaml: repair_for_whom.profiles: found no profile; allowed: one or more, such as")


def test_unknown_estimates_are_told_with_the_nearest(told: Told) -> None:
    (message,) = told("repair_for_whom:\n", "repair_for_whom:\n  decide_by: symptom_end\n")
    assert message.startswith(
        'whom.yaml, line 15: repair_for_whom.decide_by: found the text "symptom_end"; allowed: pre_'
    )
    assert message.endswith("did you mean symptoms_end?")


def test_too_little_to_choose_and_judge_on_is_told(told: Told) -> None:
    assert told("replicates: 8", "replicates: 4") == [
        "whom.yaml: repair_for_whom: found 4 replicates; allowed: 8 or more: half of them choose, half of them judge"
    ]


def test_a_single_policy_is_told(told: Told) -> None:
    assert told("  repair: {policy: repair}\n  monitor: {policy: monitor_and_repair}\n", "") == [
        "whom.yaml: repair_for_whom: found one arm; allowed: two arms or more, one of them the baseline"
    ]


def test_effects_are_told_for_every_policy_profile_and_world(answered: Answered) -> None:
    effects = answered.answer.tables["effects"]
    assert set(effects["policy"]) == {"repair", "monitor"}
    assert set(effects["profile"]) == {"everyone", "trauma", "avoidant"}
    assert set(effects["world"]) == {"as it is", "repair does nothing"}
    assert (effects["replicates"] == 8).all()
    assert len(effects) == 2 * 3 * 2 * 3


def test_the_answer_says_what_it_is_not(answered: Answered) -> None:
    assert "no advice for treatment" in answered.answer.short
    assert "How many single clients a policy helps or harms is not reported" in answered.answer.short
    assert "nan" not in answered.text.split()


def test_draws_that_are_played_once_are_said_to_hold_luck(answered: Answered) -> None:
    assert "(luck included)" in answered.answer.short


def test_rows_do_not_depend_on_threads(tmp_path: Path) -> None:
    (tmp_path / "whom.yaml").write_text(CONFIG, encoding="utf-8")
    asked = load_question(tmp_path / "whom.yaml")
    survey = Survey(1, tmp_path, profiles_of(asked), ("symptoms_end", "wai_therapist"))
    given = (asked.experiment.points[:3], range(1, 8), survey)
    alone, beside = measure_groups(*given), measure_groups(*given, threads=3)
    pd.testing.assert_frame_equal(alone, beside)
    assert ByGroup(alone).arms == ("ignore", "repair", "monitor")


def test_a_profile_without_clients_is_left_out_and_said_to_be(tmp_path: Path) -> None:
    text = CONFIG.replace("avoidant: {avoidance: [0, inf]}", "odd: {avoidance: [9, inf]}")
    (tmp_path / "whom.yaml").write_text(text.replace("    repair does nothing: {mechanisms.repair_effect: none}\n", ""))
    answered = answer_question(load_question(tmp_path / "whom.yaml"), tmp_path / "out", 1, silent)
    assert "Left out, for want of clients in the clinics: odd." in answered.text
    assert set(answered.answer.tables["effects"]["profile"]) == {"everyone", "trauma"}
