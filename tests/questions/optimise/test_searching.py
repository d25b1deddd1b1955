"""The search: it finds a known optimum through noise, goes the same way again, and its winner is seen through."""

import math
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from alliance_sim.questions.optimise.searching import Outcome, Tried, finalists, search
from alliance_sim.questions.optimise.space import Dimension
from alliance_sim.stats.regret import optimism

SPACE = (Dimension("policy.checkin", 0.0, 1.0, whole=False), Dimension("policy.followup", -1.0, 1.0, whole=False))
BEST = {"policy.checkin": 0.7, "policy.followup": -0.2}


def clinics(settings: Mapping[str, float], first: int, count: int, noise: float, height: float = 1.0) -> np.ndarray:
    """Gains in some clinics: a parabola about BEST, and luck that belongs to a point and a clinic."""
    away = sum((settings[path] - best) ** 2 for path, best in BEST.items())
    seed = [first, *(int(1e4 * (value + 1)) for value in settings.values())]
    return height * (1.0 - 4.0 * away) + np.random.default_rng(seed).normal(0.0, noise, count)


def noisy(noise: float, height: float = 1.0) -> Callable[[Mapping[str, float]], Outcome]:
    """An evaluation in 40 clinics."""
    return lambda settings: Outcome(float(clinics(settings, 0, 40, noise, height).mean()), noise / math.sqrt(40), {})


def test_a_known_optimum_is_found_through_noise() -> None:
    best = finalists(search(SPACE, noisy(0.3), trials=60, startup=15, seed=5), 1)[0]
    for path, value in BEST.items():
        assert best.settings[path] == pytest.approx(value, abs=0.15)


def test_the_same_seed_goes_the_same_way() -> None:
    assert search(SPACE, noisy(0.3), 30, 10, seed=5) == search(SPACE, noisy(0.3), 30, 10, seed=5)
    assert search(SPACE, noisy(0.3), 30, 10, seed=6) != search(SPACE, noisy(0.3), 30, 10, seed=5)


def test_a_search_that_was_stopped_ends_as_one_that_was_not() -> None:
    whole = search(SPACE, noisy(0.3), 30, 10, seed=5)
    kept: dict[tuple[float, ...], Outcome] = {}
    played = 0

    def evaluate(settings: Mapping[str, float], most: int) -> Outcome:
        nonlocal played
        key = tuple(settings.values())
        if key not in kept:
            if played == most:
                raise KeyboardInterrupt
            played += 1
            kept[key] = noisy(0.3)(settings)
        return kept[key]

    with pytest.raises(KeyboardInterrupt):
        search(SPACE, lambda settings: evaluate(settings, 17), 30, 10, seed=5)
    assert played == 17
    assert search(SPACE, lambda settings: evaluate(settings, 30), 30, 10, seed=5) == whole
    assert played == 30


def test_new_clinics_take_away_the_optimism_that_was_planted() -> None:
    """Nothing gains anything; six searches of 40 points. The winners seem to gain, and do not on new clinics."""
    seemed, found = [], []
    for seed in range(6):
        winner = finalists(search(SPACE, noisy(1.0, height=0.0), 40, 10, seed), 1)[0].settings
        curse = optimism(clinics(winner, 0, 40, 1.0, 0.0), clinics(winner, 1, 400, 1.0, 0.0))
        seemed.append(curse.chosen_on)
        found.append(curse.new)
    assert np.mean(seemed) > 0.25
    assert np.mean(found) == pytest.approx(0.0, abs=3 * 0.05 / math.sqrt(6))


def test_points_that_are_given_are_tried_first() -> None:
    assert search(SPACE, noisy(0.3), 4, 2, seed=1, first=[BEST])[0].settings == BEST


def test_whole_settings_are_tried_in_whole_numbers() -> None:
    space = (Dimension("treatment.every", 1.0, 4.0, whole=True),)
    tried = search(space, lambda settings: Outcome(-settings["treatment.every"], 0.1, {}), 12, 4, seed=1)
    assert {each.settings["treatment.every"] for each in tried} <= {1.0, 2.0, 3.0, 4.0}


def test_a_constraint_keeps_the_search_from_a_better_point() -> None:
    def evaluate(settings: Mapping[str, float]) -> Outcome:
        return Outcome(float(clinics(settings, 0, 1, 0.0)[0]), 0.0, {"dropout_pct": settings["policy.checkin"] - 0.4})

    best = finalists(search(SPACE, evaluate, 60, 15, seed=5), 1)[0]
    assert best.feasible
    assert best.settings["policy.checkin"] == pytest.approx(0.4, abs=0.06)


def test_points_without_a_gain_are_failed_and_never_win() -> None:
    def evaluate(settings: Mapping[str, float]) -> Outcome:
        return Outcome(math.nan if settings["policy.checkin"] > 0.5 else settings["policy.checkin"], 0.1, {})

    tried = search(SPACE, evaluate, 30, 10, seed=5)
    assert any(math.isnan(each.outcome.gain) for each in tried)
    assert all(each.settings["policy.checkin"] <= 0.5 for each in finalists(tried, 30))


def test_finalists_differ_and_come_best_first() -> None:
    points = [(1.0, 0.1), (2.0, 0.3), (2.0, 0.3), (3.0, 0.2)]
    tried = [Tried(k, {"x": x}, Outcome(gain, 0.1, {})) for k, (x, gain) in enumerate(points, 1)]
    assert [each.settings["x"] for each in finalists(tried, 3)] == [2.0, 3.0, 1.0]


def test_where_nothing_is_allowed_the_least_violation_is_taken() -> None:
    tried = [Tried(k, {"x": k}, Outcome(1.0, 0.1, {"dropout_pct": excess})) for k, excess in enumerate([3.0, 1.0, 2.0])]
    assert [each.number for each in finalists(tried, 2)] == [1, 2]
