"""Studies of what follows a rupture or a drop of ratings, on courses made by hand."""

import numpy as np
import pytest

from alliance_sim.evidence.studies.after_a_drop import CLASSES, followed, longest_falls
from alliance_sim.evidence.studies.after_a_rupture import gain_after, resolved_last
from tests.evidence.made_practice import NAN, asked_of, cohort_of

WEEKS = 10
STEADY = [4.0] * WEEKS
COURSES = {
    "back after one session": [4, 4, 2, 4, 4, 4, 4, 4, 4, 4],
    "no return": [4, 4, 2, 2, 2.1, 2, 2, 2, 2, 2],
    "slow return": [4, 4, 2, 2.4, 2.8, 2.8, 3.4, 4, 4, 4],
    "late sudden return": [4, 4, 2, 2.1, 2, 2, 4, 4, 4, 4],
    "stepwise return": [4, 4, 2, 2.5, 2.2, 2.7, 3.1, 3.6, 4, 4],
}
RELIABLE = 0.9
"""Dependability with which a reliable change of the samples below is between .4 and .9 points."""


def sample(*courses: list[float], steady: int = 30) -> np.ndarray:
    """These courses among clients whose ratings never change, some high, some low."""
    return np.array([*courses, *[[3.0 + (k % 3)] * WEEKS for k in range(steady)]], dtype=float)


@pytest.mark.parametrize("name", CLASSES)
def test_every_course_after_a_drop_has_its_class(name: str) -> None:
    shares = followed(sample(COURSES[name]), RELIABLE)
    assert dict(zip(CLASSES, shares, strict=True)) == {other: float(other == name) for other in CLASSES}


def test_missed_sessions_are_closed_up_and_drops_at_the_end_are_left_out() -> None:
    missed = [4, 4, 2, NAN, NAN, 4, 4, 4, 4, 2]
    assert followed(sample(missed), RELIABLE)[0] == 1


def test_without_drops_there_are_no_shares() -> None:
    assert np.isnan(followed(sample(), RELIABLE)).all()
    assert np.isnan(followed(np.full((3, WEEKS), NAN), RELIABLE)).all()


def test_the_v_is_set_against_the_next_frequent_course() -> None:
    v, no, slow = (COURSES[name] for name in ("back after one session", "no return", "slow return"))
    ratings = sample(*[v] * 5, *[no] * 3, *[slow] * 2, steady=60)
    assert asked_of("N26", cohort_of(wai_client=ratings)) == pytest.approx(0.5 - 0.3)


def test_the_longest_run_of_falls_goes_over_missed_sessions_and_ends_where_a_rating_stays() -> None:
    ratings = np.array([
        [5, 4.9, NAN, 4.8, 4.8, 4.7, 5, 4.9, 5, 5],
        [5, 4, 3, 2, 1, 1, 1, 1, 1, 1],
        [4, 4, 4, 4, 4, 4, 4, 4, 4, 4],
        [4, *[NAN] * 9],
    ])  # fmt: skip
    assert list(longest_falls(ratings)) == [2, 4, 0]


@pytest.mark.parametrize(("long", "most"), [(5, 1), (6, 8)])
def test_ninety_five_percent_of_clients_do_not_exceed_the_number_of_falls(long: int, most: int) -> None:
    falling, once = np.linspace(5, 4, WEEKS)[:9], [5.0, 4, *[4] * 7]
    ratings = np.array([falling] * long + [once] * (100 - long))
    assert asked_of("N27", cohort_of(wai_client=ratings)) == most


def drops_and_ruptures(right: int) -> tuple[np.ndarray, np.ndarray]:
    """Ten of forty clients drop; in so many of them a rupture happened in the session of the drop."""
    ratings, rupture = sample(*[COURSES["back after one session"]] * 10), np.zeros((40, WEEKS))
    rupture[:right, 2] = 2
    rupture[10:, :] = 1  # others have ruptures without a drop
    return ratings, rupture


@pytest.mark.parametrize(("right", "value"), [(2, -0.3), (8, 0.3)])
def test_drops_are_poor_markers_where_few_of_them_are_ruptures(right: int, value: float) -> None:
    ratings, rupture = drops_and_ruptures(right)
    end = np.tile([-1.0, 1.0], 20)  # nothing to do with drops
    cohort = cohort_of({"symptoms_end": end}, {"rupture": rupture}, wai_client=ratings)
    assert asked_of("N28", cohort) == pytest.approx(value)


def test_drops_that_go_with_outcome_are_no_poor_markers() -> None:
    ratings, rupture = drops_and_ruptures(2)
    end = np.where(np.arange(40) < 10, 1.0, 0.0)
    assert asked_of("N28", cohort_of({"symptoms_end": end}, {"rupture": rupture}, wai_client=ratings)) == pytest.approx(
        1 - 0.3
    )


def test_a_world_without_ruptures_is_asked_who_is_back_within_a_quarter_of_the_drop() -> None:
    near, far = [4, 4, 2, 3.5, 3, 3, 3, 3, 3, 3], [4, 4, 2, 3.4, 3, 3, 3, 3, 3, 3]
    calm = cohort_of(wai_client=sample(near, far, far, far))
    restless = cohort_of(wai_client=sample(near))
    assert asked_of("N29", restless, calm) == pytest.approx(25)
    assert asked_of("N29", calm, restless) == pytest.approx(100)


def ended(ratings: list[float], reports: list[float], repaired: list[float] | None = None) -> bool:
    mended = np.array([repaired or [0.0] * len(ratings)]) == 1
    return bool(resolved_last(np.array([ratings]), np.array([reports]), mended)[0])


def test_the_last_episode_ended_well_where_the_next_rating_is_that_before_it_or_where_it_was_repaired() -> None:
    assert ended([4, 3, 3, 4, 4], [0, 1, 2, 0, 0])
    assert not ended([4, 3, 3, 3.9, 5], [0, 1, 2, 0, 0])
    assert ended([4, 3, NAN, 4, 4], [0, 1, NAN, 0, 0])  # a missed session is closed up
    assert not ended([4, 3, 4, 4, 3], [0, 1, 0, 0, 1])  # nothing is known after the last one
    assert not ended([3, 4, 4, 4, 4], [1, 0, 0, 0, 0])  # nor before the first session
    assert ended([4, 3, 4, 4, 3], [0, 1, 0, 0, 1], [0, 0, 0, 0, 1])
    assert not ended([4, 3, 4, 4, 3], [0, 1, 0, 0, 1], [0, 1, 0, 0, 0])  # an earlier one was repaired
    assert not ended([4, 4, 4, 4, 4], [0, 0, 0, 0, 0])


def test_clients_are_counted_among_those_who_report_any() -> None:
    ratings = np.array([[4, 3, 4, 4.0]] * 2 + [[4, 3, 3, 3.0]] * 3 + [[4, 4, 4, 4.0]] * 15)
    reports = np.zeros((20, 4))
    reports[:5, 1] = 1
    assert asked_of("N21", cohort_of(wai_client=ratings, rupture_client=reports)) == pytest.approx(40)


def test_the_session_after_a_report_is_set_against_those_after_none_within_clients() -> None:
    ratings = np.array([[4, 3, NAN, 4, 4.1, 4.2], [1, 2, 3, 4, 5, 5]])
    reports = np.array([[0, 1, NAN, 0, 0, 0], [0, 0, 0, 0, 0, 0]])  # the second client has no report
    assert gain_after(ratings, reports) == pytest.approx(1 - (-1 + 0.1 + 0.1) / 3)
    steady = np.full((2, 6), 4.0)
    cohort = cohort_of(wai_client=ratings, wai_therapist=steady, rupture_therapist=reports)
    assert asked_of("N25", cohort) == pytest.approx((1 - (-0.8) / 3) / 2)


def groups() -> tuple[np.ndarray, np.ndarray]:
    """Ratings and ends of clients with a repaired drop, an unrepaired one, and none; thirty of each."""
    repaired, broken = [4, 4, 4, 2, 4, 4, 4, 4, 4, 4], [4, 4, 4, 2, 2, 2, 2, 2, 2, 2]
    return np.array([repaired] * 30 + [broken] * 30 + [STEADY] * 30, float), np.repeat([5.0, 9.0, 6.0], 30)


def test_patterns_are_compared_in_outcome_in_units_of_its_spread() -> None:
    ratings, end = groups()
    cohort = cohort_of({"symptoms_end": end}, wai_client=ratings)
    sd = end.std(ddof=1)
    assert asked_of("N31a", cohort) == pytest.approx(-3 / sd)
    assert asked_of("N31b", cohort) == pytest.approx(1 / sd)


def test_repaired_drops_are_compared_in_longer_treatments_only() -> None:
    ratings, end = groups()
    ratings[:15, 8:] = NAN  # eight sessions
    end[:15] = 30.0
    cohort = cohort_of({"symptoms_end": end}, wai_client=ratings)
    assert asked_of("N31b", cohort) == pytest.approx(1 / end.std(ddof=1))
    ratings[:, 8:] = NAN
    assert np.isnan(asked_of("N31b", cohort_of({"symptoms_end": end}, wai_client=ratings)))
