"""Settings that are right each for itself and cannot be together are told as such."""

from collections.abc import Callable

import pytest

from alliance_sim.scenario import Experiment
from alliance_sim.scenario.combinations import COMBINATIONS

Loaded = Callable[..., Experiment]
Mistakes = Callable[..., list[str]]

NOTHING = "goal: 0, task: 0, bond: 0, technique: 0"

CASES = [
    (
        "no_attention",
        f"treatment: {{{NOTHING}}}",
        (
            "treatment: found a treatment whose attention shares are all 0; "
            "allowed: goal, task, bond or technique above 0, or every: 0 (no sessions)"
        ),
    ),
    (
        "no_attention",
        f"arms: {{a: {{}}, b: {{treatment: {{{NOTHING}}}}}}}",
        (
            "arms.b.treatment: found a treatment whose attention shares are all 0; "
            "allowed: goal, task, bond or technique above 0, or every: 0 (no sessions)"
        ),
    ),
    (
        "no_attention",
        "factors: {treatment.goal: [0, 1]}\ntreatment: {task: 0, bond: 0, technique: 0}",
        (
            "factors.treatment.goal: found a treatment whose attention shares are all 0; "
            "allowed: goal, task, bond or technique above 0, or every: 0 (no sessions)"
        ),
    ),
    (
        "half_monitor",
        "policy: {monitor: 0.5}",
        "policy.monitor: found monitor: 0.5; allowed: 1 (the client's last rating is used) or 0 (it is not)",
    ),
    (
        "scale_out_of_order",
        "symptoms: {low: 30}",
        "symptoms.low: found low 30 and high 27; allowed: a lowest score below the highest",
    ),
    (
        "scale_out_of_order",
        "symptoms: {cutoff: 64}",
        "symptoms.cutoff: found cutoff 64; allowed: 0 to 27 (the scale)",
    ),
    (
        "scale_out_of_order",
        "symptoms: {instrument: oq45, community_mean: -1}",
        "symptoms.community_mean: found community_mean -1; allowed: 0 to 180 (the scale)",
    ),
    (
        "scale_out_of_order",
        "symptoms: {high: 9, step: 10, cutoff: 5}",
        "symptoms.step: found step 10; allowed: at most 9 (the width of the scale)",
    ),
    (
        "scale_out_of_order",
        "symptoms: {reliable: 28}",
        "symptoms.reliable: found reliable 28; allowed: at most 27 (the width of the scale)",
    ),
    (
        "baseline_no_arm",
        "baseline: repare\narms: {ignore: {policy: ignore}, repair: {policy: repair}}",
        'baseline: found "repare", which is no arm; allowed: ignore, repair; did you mean repair?',
    ),
    ("baseline_no_arm", "baseline: cbt", 'baseline: found "cbt", which is no arm; allowed: base'),
    (
        "story_needs_tables",
        "outputs: {sessions: false}",
        (
            "outputs: found sessions: false with story: true; "
            "allowed: sessions: true, or also story: false (it is told from these tables)"
        ),
    ),
    (
        "same_points",
        "arms: {one: {policy: repair}, two: {policy: {acknowledge: 1}}}",
        'arms.two: found "two", which is the same as "one" in every setting; allowed: arms that differ',
    ),
    (
        "same_points",
        "factors: {h: {x: {policy.vigilance: 0}, y: {policy.press: 0}}}",
        "factors: found h = y, which is the same as h = x in every setting; allowed: levels that differ",
    ),
    (
        "never_used",
        "policy: {vigilance: 1}\narms: {a: {policy: ignore}, b: {policy: {base: repair}}}",
        (
            "policy.vigilance: found a value that is never used, since every arm names another repair policy; "
            "allowed: the value where the entry is named"
        ),
    ),
    (
        "never_used",
        "treatment: {challenge: 1}\nfactors: {treatment: [cbt, humanistic]}",
        (
            "treatment.challenge: found a value that is never used, since the factor treatment names another "
            "treatment; "
            "allowed: the value where the entry is named"
        ),
    ),
]


@pytest.mark.parametrize(("rule", "text", "message"), CASES)
def test_an_impossible_combination_is_told(mistakes: Mistakes, rule: str, text: str, message: str) -> None:
    assert mistakes(text) == [f"config.yaml, line 1: {message}"]


def test_every_rule_of_the_table_has_a_case() -> None:
    assert {rule.__name__ for rule in COMBINATIONS} == {case[0] for case in CASES}


@pytest.mark.parametrize(
    "text",
    [
        f"treatment: {{{NOTHING}, every: 0}}",
        "treatment: waiting_list",
        "outputs: {sessions: false, story: false}",
        "policy: {vigilance: 1}\narms: {a: {}, b: {policy: ignore}}",
        "treatment: {challenge: 1}\nfactors: {h: {x: {treatment: cbt}, y: {policy.vigilance: 1}}}",
    ],
)
def test_what_is_possible_is_accepted(loaded: Loaded, text: str) -> None:
    assert loaded(text).points


def test_combinations_are_told_beside_other_mistakes(mistakes: Mistakes) -> None:
    found = mistakes(f"seed: x\nbaseline: b\ntreatment: {{{NOTHING}}}\noutputs: {{sessions: false}}\n")
    assert [message.split(": ")[1] for message in found] == ["seed", "baseline", "treatment", "outputs"]


def test_arms_are_not_called_equal_when_their_difference_was_a_mistake(mistakes: Mistakes) -> None:
    found = mistakes("arms: {a: {policy: {vigilance: high}}, b: {policy: {vigilance: low}}}")
    assert all("allowed: a number from -4 to 4" in message for message in found)
    assert len(found) == 2
