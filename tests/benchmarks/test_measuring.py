"""How times are taken and compared."""

import pytest
from engine import within
from measure import Spread, in_document, interleave, marks, ratio, spread
from subjects import Subject


def test_everybody_plays_once_a_round_in_turn() -> None:
    played: list[str] = []

    def subject(key: str) -> Subject:
        def play(number: int) -> int:
            played.append(f"{key}{number}")
            return 10

        return Subject(key, key, play)

    interleave([subject("a"), subject("b")], rounds=3)
    assert played == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_a_time_is_that_of_one_client_session() -> None:
    taken = interleave([Subject("a", "a", lambda _: 1_000_000_000)], rounds=2)
    assert all(0.0 < time < 1.0 for time in taken["a"])


def test_tidying_up_is_done_after_every_round() -> None:
    tidied: list[int] = []
    interleave([Subject("a", "a", lambda _: 1, lambda: tidied.append(1))], rounds=3)
    assert len(tidied) == 3


def test_ratios_are_formed_within_a_round_before_their_median_is_taken() -> None:
    taken = {"slow": [10.0, 20.0, 90.0], "fast": [1.0, 10.0, 30.0]}
    assert ratio(taken, "slow", "fast").median == 3.0


def test_the_spread_is_the_middle_half_of_the_rounds() -> None:
    assert spread([5.0, 1.0, 3.0, 2.0, 4.0]) == Spread(3.0, 2.0, 4.0)


@pytest.mark.parametrize(
    ("value", "goal", "met"),
    [
        (151.0, ">= 150", True),
        (149.0, ">= 150", False),
        (1.4, "<= 1.5", True),
        (1.6, "<= 1.5", False),
        (7.0, "", True),
    ],
)
def test_a_goal_is_met_on_its_own_side(value: float, goal: str, met: bool) -> None:
    assert within(value, goal) is met


def test_what_is_printed_takes_the_place_of_the_last_result_in_a_document() -> None:
    start, end = marks("engine")
    once = in_document(f"before\n{start}old\n{end}after\n", "first  \nsecond\n", "engine")
    assert once == f"before\n{start}\n```text\nfirst\nsecond\n```\n\n{end}after\n"
    assert in_document(once, "first\nsecond", "engine") == once


def test_a_document_without_a_place_for_the_result_is_left_alone() -> None:
    with pytest.raises(ValueError, match="no lines"):
        in_document("no marks here", "result", "engine")
