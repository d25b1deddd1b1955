"""The search: it finds a known optimum through noise, goes the same way again, and its winner is seen through."""

import math
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from alliance_sim.questions.optimise.search import Evaluate, Tried, finalists, search
from alliance_sim.questions.optimise.space import Axis
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.regret import optimism

Settings = Mapping[str, float]

SPACE = (Axis("policy.checkin", 0.0, 1.0, whole=False), Axis("policy.followup", -1.0, 1.0, whole=False))
BEST = {"policy.checkin": 0.7, "policy.followup": -0.2}


def clinics(settings: Settings, first: int, count: int, noise: float, height: float = 1.0) -> np.ndarray:
    """Gains in some clinics: a parabola about BEST, and noise that belongs to a point and a clinic."""
    away = sum((settings[path] - best) ** 2 for path, best in BEST.items())
    seed = [first, *(int(1e4 * (value + 1)) for value in settings.values())]
    return height * (1.0 - 4.0 * away) + np.random.default_rng(seed).normal(0.0, noise, count)


def free(gain: Callable[[Settings], float]) -> Evaluate:
    """An evaluation without constraints."""
    return lambda settings: (Estimate(gain(settings)), {})


def noisy(noise: float, height: float = 1.0) -> Evaluate:
    """An evaluation in 40 clinics."""
    return free(lambda settings: float(clinics(settings, 0, 40, noise, height).mean()))


def test_a_known_optimum_is_found_through_noise() -> None:
    best = finalists(search(SPACE, noisy(0.3), trials=60, startup=15, seed=5), 1)[0]
    assert best.settings == pytest.approx(BEST, abs=0.15)


def test_the_same_seed_goes_the_same_way_also_after_a_stop() -> None:
    whole = search(SPACE, noisy(0.3), 30, 10, seed=5)
    assert search(SPACE, noisy(0.3), 30, 10, seed=6) != whole
    kept: dict[tuple[float, ...], tuple[Estimate, Mapping[str, float]]] = {}

    def evaluate(settings: Settings, most: int) -> tuple[Estimate, Mapping[str, float]]:
        key = tuple(settings.values())
        if key not in kept:
            if len(kept) == most:
                raise KeyboardInterrupt
            kept[key] = noisy(0.3)(settings)
        return kept[key]

    with pytest.raises(KeyboardInterrupt):
        search(SPACE, lambda settings: evaluate(settings, 17), 30, 10, seed=5)
    assert search(SPACE, lambda settings: evaluate(settings, 30), 30, 10, seed=5) == whole
    assert len(kept) == 30


def test_new_clinics_take_away_the_optimism_that_was_planted() -> None:
    """Nothing gains anything; six searches of 40 points. The winners seem to gain, and do not on new clinics."""
    seemed, found = [], []
    for seed in range(6):
        winner = finalists(search(SPACE, noisy(1.0, height=0.0), 40, 10, seed), 1)[0].settings
        curse = optimism(clinics(winner, 0, 40, 1.0, 0.0), clinics(winner, 1, 400, 1.0, 0.0))
        seemed.append(curse.chosen_on.value)
        found.append(curse.new.value)
    assert np.mean(seemed) > 0.25
    assert np.mean(found) == pytest.approx(0.0, abs=3 * 0.05 / math.sqrt(6))


def test_points_that_are_given_are_tried_first() -> None:
    assert search(SPACE, noisy(0.3), 4, 2, seed=1, first=[BEST])[0].settings == BEST


def test_whole_settings_are_tried_in_whole_numbers() -> None:
    space = (Axis("treatment.every", 1.0, 4.0, whole=True),)
    tried = search(space, free(lambda settings: -settings["treatment.every"]), 12, 4, seed=1)
    assert {each.settings["treatment.every"] for each in tried} <= {1.0, 2.0, 3.0, 4.0}


def test_a_constraint_keeps_the_search_from_a_better_point() -> None:
    def evaluate(settings: Settings) -> tuple[Estimate, Mapping[str, float]]:
        gain = Estimate(float(clinics(settings, 0, 1, 0.0)[0]))
        return gain, {"dropout_pct": settings["policy.checkin"] - 0.4}

    best = finalists(search(SPACE, evaluate, 60, 15, seed=5), 1)[0]
    assert best.feasible
    assert best.settings["policy.checkin"] == pytest.approx(0.4, abs=0.06)


def test_points_without_a_gain_have_failed_and_never_win() -> None:
    def gain(settings: Settings) -> float:
        return math.nan if settings["policy.checkin"] > 0.5 else settings["policy.checkin"]

    tried = search(SPACE, free(gain), 30, 10, seed=5)
    assert not all(each.gain.known for each in tried)
    assert all(each.settings["policy.checkin"] <= 0.5 for each in finalists(tried, 30))


def point(number: int, x: float, gain: float, excess: float = 0.0) -> Tried:
    """A point that was tried."""
    return Tried(number, {"x": x}, Estimate(gain), {"dropout_pct": excess})


def test_finalists_differ_and_come_best_first() -> None:
    tried = [point(k, x, gain) for k, (x, gain) in enumerate([(1, 0.1), (2, 0.3), (2, 0.3), (3, 0.2)], 1)]
    assert [each.settings["x"] for each in finalists(tried, 3)] == [2, 3, 1]


def test_where_no_point_is_allowed_those_that_violate_least_are_finalists() -> None:
    tried = [point(1, 1, 0.9, 3.0), point(2, 2, 0.1, 1.0), point(3, 3, 0.5, 2.0)]
    assert [each.settings["x"] for each in finalists(tried, 2)] == [2, 3]
