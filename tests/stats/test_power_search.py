"""The search for the smallest design: where it spends trials, and why it ends."""

import numpy as np
import pytest

from alliance_sim.stats.power_curve import NESTED, Counts
from alliance_sim.stats.power_search import NARROW, OUT_OF_REACH, SPENT, Goal, Searched, search
from alliance_sim.stats.trial_power import Significance, t_power

LEVEL = Significance()
GOAL = Goal(wanted=0.8, most=400, close=0.1, refine=20_000, confirm=0, batch=1_000)


class Trials:
    """Trials whose power is known; it keeps what was asked of it."""

    def __init__(self, slope: float) -> None:
        self.slope = slope
        self.asked: list[tuple[int, range]] = []

    def power(self, therapists: float) -> float:
        """Power with so many therapists in each arm."""
        return float(t_power(self.slope * np.sqrt(therapists), NESTED.of(therapists), LEVEL))

    def __call__(self, therapists: int, numbers: range) -> int:
        self.asked.append((therapists, numbers))
        rng = np.random.default_rng([therapists, numbers.start])
        return int(rng.binomial(len(numbers), self.power(therapists)))

    def search(self, sizes: tuple[int, ...], goal: Goal = GOAL, trials: int = 300) -> Searched:
        """From coarse designs on."""
        rng = np.random.default_rng(5)
        made = np.array([float(rng.binomial(trials, self.power(j))) for j in sizes])
        return search(
            Counts(np.array(sizes, float), np.full(len(sizes), float(trials)), made), self, goal, LEVEL, NESTED
        )


def test_it_ends_when_the_interval_is_narrow() -> None:
    trials = Trials(0.33)  # 80 % at 73 therapists
    found = trials.search((6, 24, 96))
    best = found.smallest
    assert found.ended == NARROW
    assert best.high - best.low <= 0.1 * best.therapists
    assert best.low <= 73 <= best.high
    assert trials.asked, "300 trials a design cannot be enough"
    assert all(abs(at - 73) < 20 for at, _ in trials.asked)


def test_trials_of_a_design_are_never_the_same_twice() -> None:
    trials = Trials(0.33)
    trials.search((6, 24, 96), GOAL._replace(close=0.01, refine=10_000))
    by_size: dict[int, list[range]] = {}
    for at, numbers in trials.asked:
        by_size.setdefault(at, []).append(numbers)
    for ranges in by_size.values():
        assert [r.start for r in ranges] == [1, *(r.stop for r in ranges[:-1])]


def test_it_ends_when_the_trials_are_spent() -> None:
    found = Trials(0.33).search((6, 24, 96), GOAL._replace(close=0.01, refine=2_500))
    assert (found.ended, found.spent) == (SPENT, 2_500)
    assert [each.trials for each in found.rounds] == [1_000, 1_000, 500]
    nothing = Trials(0.33)
    assert nothing.search((6, 24, 96), GOAL._replace(refine=0, close=0.01)).ended == SPENT
    assert nothing.asked == []


def test_it_never_looks_beyond_twice_of_what_was_tried() -> None:
    trials = Trials(0.2)
    found = trials.search((4, 6))
    largest = 6
    for at, _ in trials.asked:
        assert at <= 2 * largest
        largest = max(largest, at)
    assert found.ended == NARROW


@pytest.mark.parametrize("slope", [0.0, 0.1])
def test_what_no_allowed_size_can_reach_is_out_of_reach(slope: float) -> None:
    found = Trials(slope).search((6, 24, 96), GOAL._replace(most=200))
    assert found.ended == OUT_OF_REACH
    assert found.smallest.therapists is None


def test_a_power_that_the_smallest_trial_has_is_found_there() -> None:
    assert Trials(4.0).search((6, 24, 96)).smallest.therapists in (2, 3)
