"""Accuracy of a criterion against known ruptures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.estimands.detection import Criterion, Falls, LastFall, detect
from alliance_sim.estimands.detection_accuracy import (
    TrueRuptures,
    area,
    client_accuracy,
    curve,
    last_repaired,
    session_accuracy,
    stretches,
)

DROP = Criterion("previous", "points", 1.0)


def truth(ruptured: np.ndarray, **also: np.ndarray) -> TrueRuptures:
    """Ruptures, none of them a withdrawal, severe or repaired unless said."""
    nothing = np.zeros(ruptured.shape, bool)
    return TrueRuptures(ruptured, *(also.get(name, nothing) for name in ("withdrawal", "severe", "repaired")))


def at(weeks: int, *places: int) -> np.ndarray:
    """One client with marks at some weeks (from 1)."""
    made = np.zeros((1, weeks), bool)
    made[0, [place - 1 for place in places]] = True
    return made


def flags(marks: np.ndarray) -> Falls:
    """Falls wherever there is a mark."""
    some = marks.any(axis=1)
    return Falls(marks, np.where(marks, 2.0, 0.0), LastFall(some, some & False, some & False))


@pytest.mark.parametrize(
    ("flagged", "missed", "right"),
    [(6, (), True), (7, (), True), (8, (), False), (5, (), False), (10, (6, 7, 8), True)],
    ids=["the same", "the next", "two later", "before", "the next that was rated"],
)
def test_a_fall_in_the_session_of_a_rupture_or_the_next_is_right(
    flagged: int, missed: tuple[int, ...], right: bool
) -> None:
    ratings = np.full((1, 12), 4.0)
    ratings[0, list(missed)] = np.nan
    found = session_accuracy(ratings, truth(at(12, 6)), flags(at(12, flagged)), window=1)
    assert (found["sensitivity_all"], found["right"]) == ((100.0, 100.0) if right else (0.0, 0.0))


def test_free_stretches_have_no_rupture_near_them() -> None:
    found = stretches(np.full((1, 10), 4.0), truth(at(10, 5)), flags(at(10, 1)), window=1)
    assert (np.flatnonzero(found.ruptured[0]) + 1).tolist() == [5]
    assert (np.flatnonzero(found.free[0]) + 1).tolist() == [1, 2, 3, 7, 8, 9, 10]
    assert (np.flatnonzero(found.flagged[0]) + 1).tolist() == [1]


@pytest.mark.parametrize("window", [0, 1, 2])
def test_flags_at_random_find_as_much_as_they_raise_in_vain(window: int) -> None:
    """4000 clients of 12 sessions: errors of the three numbers are below half a percentage point and .005."""
    rng = np.random.default_rng(window)
    ruptured, marked = rng.random((4000, 12)) < 0.15, rng.random((4000, 12)) < 0.1
    score = np.where(marked, 1.0, 0.0) + 0.5 * rng.random(marked.shape)
    falls = flags(marked)._replace(score=score)
    found = session_accuracy(np.full(marked.shape, 4.0), truth(ruptured), falls, window)
    assert abs(found["youden"]) < 2.0
    assert found["right"] == pytest.approx(found["base"], abs=2.0)
    assert found["area"] == pytest.approx(0.5, abs=0.02)


def test_kinds_of_rupture_are_told_apart() -> None:
    ruptured = np.vstack([at(9, 2, 8), at(9, 5)])
    hidden, heavy = np.vstack([at(9, 2), at(9, 5)]), np.vstack([at(9, 8), at(9, 5)])
    found = session_accuracy(
        np.full((2, 9), 4.0),
        truth(ruptured, withdrawal=hidden, severe=heavy),
        flags(np.vstack([at(9, 8), at(9, 1)])),
        1,
    )
    assert found["sensitivity_all"] == pytest.approx(100 / 3)
    assert (found["sensitivity_withdrawal"], found["sensitivity_confrontation"]) == (0.0, 100.0)
    assert found["sensitivity_severe"] == 50.0
    assert found["flags"] == pytest.approx(100 * 2 / 18)


def test_clients_are_judged_by_any_rupture_and_by_their_last() -> None:
    ruptured = np.vstack([at(6, 2, 4), at(6, 3), at(6, 3), np.zeros((1, 6), bool)])
    mended = np.vstack([at(6, 5), np.zeros((1, 6), bool), at(6, 2), at(6, 1)])
    assert last_repaired(ruptured, mended).tolist() == [True, False, False, False]
    falls = flags(np.vstack([at(6, 4), at(6, 3), np.zeros((1, 6), bool), at(6, 2)]))
    outcome = falls.outcome._replace(repaired=np.array([True, True, False, False]))
    found = client_accuracy(truth(ruptured, repaired=mended), outcome)
    assert found["client_flagged_if_any"] == pytest.approx(200 / 3)
    assert found["client_flagged_if_none"] == 100.0
    assert found["client_repaired_if_repaired"] == 100.0
    assert found["client_repaired_if_not"] == 50.0
    assert found["client_repaired_right"] == 50.0
    assert np.isnan(found["client_flagged_if_severe"])


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.lists(st.integers(0, 5), min_size=1, max_size=20))
def test_the_area_is_the_share_of_pairs_in_the_right_order(one: list[int], other: list[int]) -> None:
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in one for b in other]
    assert area(np.array(one, float), np.array(other, float)) == pytest.approx(np.mean(pairs))


def test_the_area_is_that_under_the_curve_over_all_thresholds() -> None:
    rng = np.random.default_rng(5)
    ratings = np.round(12 * rng.uniform(1, 5, (300, 10))) / 12
    ruptured = rng.random(ratings.shape) < 0.2
    falls = detect(ratings - ruptured, DROP, 0.77)
    found = stretches(ratings, truth(ruptured), falls, 1)
    sizes = np.unique(found.score[np.isfinite(found.score)])[::-1]
    points = np.vstack([[0, 0], curve(found, sizes), [100, 100]]) / 100
    trapezium = np.sum(np.diff(points[:, 1]) * (points[1:, 0] + points[:-1, 0]) / 2)
    assert trapezium == pytest.approx(session_accuracy(ratings, truth(ruptured), falls, 1)["area"], abs=1e-3)
    assert np.all(np.diff(points, axis=0) >= 0)


def test_what_there_is_none_of_is_not_defined() -> None:
    found = session_accuracy(np.full((2, 4), 4.0), truth(np.zeros((2, 4), bool)), flags(np.zeros((2, 4), bool)), 1)
    assert np.isnan(found["sensitivity_all"])
    assert np.isnan(found["right"])
    assert np.isnan(found["area"])
    assert found["false_alarms"] == 0.0
