"""Which policy for whom: profiles in a config, mistakes in them, and a small answer."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from alliance_sim.estimands.conditional import ByGroup
from alliance_sim.estimands.profiles import Condition
from alliance_sim.estimates.long import Estimates
from alliance_sim.experiment.kept import silent
from alliance_sim.questions.frame.answer import Answered, answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.profiles import profiles_of
from alliance_sim.questions.frame.question import Tables
from alliance_sim.questions.repair_for_whom.estimates import ScenarioRows, shares_of_draws
from alliance_sim.scenario import ConfigError
from tests.questions.golden import read

Messages = Callable[..., list[str]]

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
def messages(tmp_path: Path) -> Messages:
    """The messages about a config in which a text is replaced."""

    def messages(old: str, new: str) -> list[str]:
        assert old in CONFIG
        file = tmp_path / "whom.yaml"
        file.write_text(CONFIG.replace(old, new), encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load_question(file)
        return str(caught.value).replace(f"{tmp_path}/", "").splitlines()

    return messages


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
def test_mistakes_in_profiles_are_told_at_their_place(messages: Messages, old: str, new: str, words: str) -> None:
    assert messages(old, new) == [f"whom.yaml, line 17: repair_for_whom.profiles.{words}"]


def test_a_question_about_profiles_needs_one(messages: Messages) -> None:
    none = "repair_for_whom: {decide_by: symptoms_end}"
    given = CONFIG[CONFIG.index("repair_for_whom:") : CONFIG.index("ademp:")]
    (message,) = messages(given, none + "\n")
    assert message.startswith("whom.yaml: repair_for_whom.profiles: found no profile; allowed: one or more, such as")


def test_unknown_estimates_are_told_with_the_nearest(messages: Messages) -> None:
    (message,) = messages("repair_for_whom:\n", "repair_for_whom:\n  decide_by: symptom_end\n")
    assert message.startswith(
        'whom.yaml, line 15: repair_for_whom.decide_by: found the text "symptom_end"; allowed: pre_'
    )
    assert message.endswith("did you mean symptoms_end?")


def test_too_little_to_choose_and_judge_on_is_messages(messages: Messages) -> None:
    assert messages("replicates: 8", "replicates: 4") == [
        "whom.yaml: repair_for_whom: found 4 replicates; allowed: 8 or more: half of them choose, half of them judge"
    ]


def test_a_single_policy_is_messages(messages: Messages) -> None:
    assert messages("  repair: {policy: repair}\n  monitor: {policy: monitor_and_repair}\n", "") == [
        "whom.yaml: repair_for_whom: found one arm; allowed: two arms or more, one of them the baseline"
    ]


def test_effects_are_estimated_for_every_policy_profile_and_scenario(answered: Answered) -> None:
    effects = Estimates(answered.tables["estimates"]).where(about="effect")
    assert effects.options("policy") == ["repair", "monitor"]
    assert effects.options("group") == ["everyone", "trauma", "avoidant"]
    assert effects.options("scenario") == ["as it is", "repair does nothing"]
    assert len(effects) == 2 * 3 * 2 * 3


def test_a_share_of_draws_is_that_under_which_the_first_policy_is_better() -> None:
    rows = [
        {"arm": arm, "replicate": r + 1, "group": group, "clients": 5, "symptoms_end": worse + 0.1 * r}
        for arm, worse in (("ignore", 1.0), ("repair", 0.0))
        for group in ("everyone", "trauma", "all but trauma")
        for r in range(8)
    ]
    shares = Estimates.of(
        shares_of_draws(ScenarioRows("", ByGroup(pd.DataFrame(rows), 8), ("trauma",)), "symptoms_end")
    )
    assert shares.one(policy="repair", other="ignore", group="trauma").value == 100.0
    assert shares.one(policy="ignore", other="repair", group="everyone").value == 0.0


def test_shares_of_draws_of_two_policies_are_complements(answered: Answered) -> None:
    shares = Estimates(answered.tables["estimates"]).where(about="share of draws", group="trauma")
    one, other = (shares.one(policy=a, other=b) for a, b in (("ignore", "repair"), ("repair", "ignore")))
    assert one[:3] == pytest.approx((100 - other.value, 100 - other.high, 100 - other.low))


def test_a_profile_without_clients_is_left_out_and_named(tmp_path: Path) -> None:
    text = CONFIG.replace("avoidant: {avoidance: [0, inf]}", "odd: {avoidance: [9, inf]}")
    (tmp_path / "whom.yaml").write_text(text.replace("    repair does nothing: {mechanisms.repair_effect: none}\n", ""))
    question = load_question(tmp_path / "whom.yaml")
    answered = answer_question(question, tmp_path / "out", 1, silent)
    assert answered.answer.view is not None
    assert answered.answer.view["left_out"] == ["odd"]
    assert Estimates(answered.tables["estimates"]).where(about="effect").options("group") == ["everyone", "trauma"]


def facts(**changed: tuple[float, float, float]) -> Mapping[str, Any]:
    """The facts of the golden page, where *repair* is best for the profile trauma by a loss of `loss`, `lead` ..."""
    kept = read("repair_for_whom")
    frame = kept.tables.estimates.frame.copy()
    main = (frame["scenario"] == "as fitted") & (frame["group"] == "trauma")
    for about, numbers in changed.items():
        own = main & (frame["about"] == about)
        frame.loc[own, ["value", "low", "high"]] = numbers
        if about == "loss":
            frame.loc[own, ["policy", "other"]] = ["repair", "monitor and repair"]
            frame.loc[main & (frame["about"] == "lead"), ["policy", "other"]] = ["repair", "monitor and repair"]
    tables = Tables(Estimates(frame), kept.tables.more)
    return kept.question.kind.view(kept.question, tables)


@pytest.mark.parametrize(
    ("loss", "needed", "unclear"),
    [((0.2, 0.1, 0.3), 1, 0), ((0.02, 0.01, 0.03), 0, 0), ((0.05, -0.05, 0.15), 0, 1), ((-0.2, -0.3, -0.1), 0, 0)],
)
def test_another_policy_counts_only_where_it_gains_what_matters(
    loss: tuple[float, float, float], needed: int, unclear: int
) -> None:
    found = facts(loss=loss)
    assert [row["policy"] for row in found["others"]] == ["repair"]
    assert (len(found["needed"]), len(found["unclear"])) == (needed, unclear)


def test_a_lead_within_the_margin_is_a_tie() -> None:
    by_group = {row["group"]: row for row in facts(lead=(0.02, 0.01, 0.03))["best"]}
    assert by_group["trauma"]["tie"]
    assert not {row["group"]: row for row in facts(lead=(0.04, -0.02, 0.1))["best"]}["trauma"]["tie"]


def test_a_scenario_changes_a_choice_only_where_the_two_are_no_tie() -> None:
    assert facts()["elsewhere"] == {"repair does nothing": ["everyone"]}
    assert facts(loss=(0.2, 0.1, 0.3))["elsewhere"]["repair does nothing"] == ["everyone", "trauma"]
