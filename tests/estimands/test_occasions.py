"""The alliance after ruptures, on made-up treatments whose truth is known."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

from alliance_sim.estimands.occasions import (
    AfterRupture,
    RuptureOccasions,
    before_and_after,
    given_level,
    occasions,
    own_sessions,
)

CLIENTS, WEEKS = 600, 14
THERAPIST = np.arange(CLIENTS) // 20


class Made(NamedTuple):
    """Ratings, and sessions with a repaired and with an unrepaired rupture (clients, weeks)."""

    ratings: np.ndarray
    repaired: np.ndarray
    unrepaired: np.ndarray

    def occasions(self, step: int = 1, base: int = -1) -> RuptureOccasions:
        return occasions(self.ratings, self.ratings, self.repaired, self.unrepaired, THERAPIST, step, base)


def made(seed: int, gain: float = 0.0, harm: float = 0.0, low: bool = False, lasts: bool = False) -> Made:
    """Ratings around each client's own level. A repaired rupture adds `gain`, an unrepaired one takes `harm`: in its
    session, or for good if it `lasts`. With `low`, ruptures fall on sessions after a low one, else on any.
    """
    rng = np.random.default_rng(seed)
    level = rng.standard_normal((CLIENTS, 1))
    noise = 0.4 * rng.standard_normal((CLIENTS, WEEKS))
    chance = np.full((CLIENTS, WEEKS), 0.1)
    if low:
        chance[:, 1:] = np.where(noise[:, :-1] < -0.3, 0.3, 0.02)
    rupture = rng.random((CLIENTS, WEEKS)) < chance
    repaired = rupture & (rng.random((CLIENTS, WEEKS)) < 0.5)
    change = gain * repaired - harm * (rupture & ~repaired)
    ratings = level + noise + (np.cumsum(change, axis=1) if lasts else change)
    return Made(ratings, repaired.astype(float), (rupture & ~repaired).astype(float))


def test_a_session_is_placed_between_the_one_before_and_the_one_later() -> None:
    ratings = np.arange(6.0)[None, :] ** 2
    repaired = np.array([[0, 0, 1.0, 0, 0, 0]])
    o = occasions(ratings, ratings, repaired, 0.0 * repaired, np.zeros(1, np.int64), 2)
    # sessions 3 and 4: the first has no level two sessions before, the last ones no rating two later
    assert o.change.tolist() == [16.0 - 1.0, 25.0 - 4.0]
    assert o.before.tolist() == [1.0, 4.0]
    assert o.earlier.tolist() == [0.0, 1.0]
    assert o.mended.tolist() == [1.0, 0.0]


def test_the_negative_control_looks_at_the_session_before() -> None:
    ratings = np.arange(6.0)[None, :] ** 2
    repaired = np.array([[0, 0, 0, 1.0, 0, 0]])
    o = occasions(ratings, ratings, repaired, 0.0 * repaired, np.zeros(1, np.int64), -1, -2)
    assert o.change.tolist() == [4.0 - 1.0, 9.0 - 4.0, 16.0 - 9.0]
    assert o.mended.tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("ratings", "step"),
    [([1.0, 2.0, 3.0, np.nan, 5.0, 6.0], 1), ([1.0, 1.0, 1.0], 3)],
    ids=["a rating is missing", "too short to look ahead"],
)
def test_sessions_that_cannot_be_looked_at_are_no_occasions(ratings: list[float], step: int) -> None:
    one = np.array([ratings])
    assert len(occasions(one, one, 0.0 * one, 0.0 * one, np.zeros(1, np.int64), step).change) == 0


WAYS = (before_and_after, given_level, own_sessions)


def test_low_points_rise_again_without_any_repair() -> None:
    """Regression to the mean: nothing is gained, and before-and-after says that something is."""
    o = made(1, low=True).occasions(0)
    assert before_and_after(o).mended.low > 0.2
    within = own_sessions(o).mended
    assert within.low < 0.0 < within.high


def test_the_level_before_corrects_for_it_where_clients_do_not_differ() -> None:
    m = made(1, low=True)
    m = m._replace(ratings=m.ratings - m.ratings.mean(axis=1, keepdims=True))
    level = given_level(m.occasions(0)).mended
    assert before_and_after(m.occasions(0)).mended.low > 0.2
    assert abs(level.value) < 0.1


@pytest.mark.parametrize("way", WAYS)
def test_a_gain_that_is_there_is_found(way: Callable[[RuptureOccasions], AfterRupture]) -> None:
    assert way(made(2, gain=0.5).occasions(0)).mended.value == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("way", WAYS)
def test_repaired_ruptures_are_set_against_unrepaired_ones(way: Callable[[RuptureOccasions], AfterRupture]) -> None:
    assert way(made(3, gain=0.2, harm=0.3).occasions(0)).gap.value == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("treatments", "sign"),
    [(made(4), 0), (made(4, gain=0.5), -1), (made(5, low=True), -1)],
    ids=["at random, without effect", "with an effect", "at low points"],
)
def test_before_the_rupture_there_is_nothing_only_where_ruptures_fall_at_random_and_do_nothing(
    treatments: Made, sign: int
) -> None:
    """A client's ruptures are few: who has one now had fewer of them before, and so less of what they do."""
    assert own_sessions(treatments.occasions(-1, -2)).mended.sign == sign


def test_within_clients_what_lasts_is_found_too_small_and_the_more_so_further_ahead() -> None:
    """A rupture that falls at random and takes 0.6 for good: the client's other sessions carry it too."""
    m = made(6, gain=-0.6, lasts=True)
    near, far = (own_sessions(m.occasions(step)).mended.value for step in (0, 4))
    assert -0.5 < near < far - 0.1
    assert before_and_after(m.occasions(0)).mended.value == pytest.approx(-0.6, abs=0.08)


def test_few_therapists_with_a_repair_give_no_estimate() -> None:
    m = made(7)
    few = m._replace(repaired=m.repaired * (THERAPIST[:, None] < 4))
    for way in WAYS:
        assert not np.isfinite(way(few.occasions()).mended.value)
    assert not np.isfinite(before_and_after(m._replace(repaired=0.0 * m.repaired).occasions()).gap.value)
