"""Studies of ruptures: as they are reported, as drops of ratings show them, and what follows them."""

import numpy as np
import pytest

from alliance_sim.evidence.studies.drops import CLASSES, EARLIER, NULL, TRUTH, followed, longest_falls
from alliance_sim.evidence.studies.reports import gain_after, resolved_last
from tests.evidence.made_practice import NAN, WEEKS, Floats, N, Z, asked, cohort, numbers, practice, with_correlation

TEN = 10
"""Sessions of the courses below."""

STEADY = [4.0] * TEN
COURSES = {
    "back after one session": [4, 4, 2, 4, 4, 4, 4, 4, 4, 4],
    "no return": [4, 4, 2, 2, 2.1, 2, 2, 2, 2, 2],
    "slow return": [4, 4, 2, 2.4, 2.8, 2.8, 3.4, 4, 4, 4],
    "late sudden return": [4, 4, 2, 2.1, 2, 2, 4, 4, 4, 4],
    "stepwise return": [4, 4, 2, 2.5, 2.2, 2.7, 3.1, 3.6, 4, 4],
}
RELIABLE = 0.9
"""Dependability with which a reliable change of the samples below is between .4 and .9 points."""


def sample(*courses: list[float], steady: int = 30) -> Floats:
    """These courses among clients whose ratings never change, some high, some low."""
    return np.array([*courses, *[[3.0 + (k % 3)] * TEN for k in range(steady)]], dtype=float)


def filled(*sessions: float, n: int = 40, weeks: int = 16, rest: float = 0.0) -> Floats:
    """Reports of n clients: the same in these sessions, and another value in the rest."""
    return np.tile([*sessions, *[rest] * (weeks - len(sessions))], (n, 1))


def test_reports_of_ruptures_are_counted_among_rated_sessions() -> None:
    reports = filled(0, 1, 2, 0, rest=NAN)
    made = cohort(rupture_client=reports, rupture_observer=reports)
    assert (asked("P01", made), asked("P02", made)) == (50.0, 50.0)
    assert asked("P18", cohort(rupture_observer=filled(1, 1, 1, 2))) == 0.5  # withdrawals minus confrontations


def test_clients_who_report_any_rupture_are_counted_once() -> None:
    reports = np.zeros((40, 26))
    reports[:10, 2:6] = 1
    reports[10:20, 20] = 2  # after the sixteen sessions that count
    reports[30:] = NAN  # never came
    assert asked("N22", cohort(rupture_client=reports)) == pytest.approx(100 / 3)


def test_therapists_are_set_against_clients_in_the_same_sessions() -> None:
    client = filled(*[1.0] * 4, *[0.0] * 8, rest=NAN)
    therapist = filled(0, 0, *[2.0] * 6, *[0.0] * 4, rest=1)  # at the end without an answer of the client
    assert asked("N23", cohort(rupture_client=client, rupture_therapist=therapist)) == pytest.approx(6 / 4)
    assert np.isnan(asked("N23", cohort(rupture_client=client * 0, rupture_therapist=therapist)))


def test_reports_agree_within_clients_whatever_clients_differ_in() -> None:
    random = np.random.default_rng(7)
    shared = (random.random((400, 16)) < 0.5).astype(float)
    assert asked("N24", cohort(rupture_client=shared, rupture_therapist=2 * shared)) == pytest.approx(1)
    # both report more of the same clients, in sessions of their own
    often = np.where(Z[0][:400] > 0, 0.9, 0.1)[:, None]
    one, other = ((random.random((400, 16)) < often).astype(float) for _ in range(2))
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.5
    assert asked("N24", cohort(rupture_client=one, rupture_therapist=other)) == pytest.approx(0, abs=0.04)


def test_cbt_is_set_against_psychodynamic_therapy_in_the_first_six_sessions() -> None:
    reports = np.ones((40, 16))
    reports[0::4, 3:6] = 0  # CBT
    made = cohort(treatment=np.arange(40) % 4, rupture_client=reports)
    assert asked("N34", made) == pytest.approx(50 - 100)


def ratings_with_drops() -> Floats:
    """A quarter drops and recovers, a quarter drops for good, half is steady."""
    ratings = 4 + 0.05 * np.random.default_rng(4).standard_normal((N, WEEKS))
    ratings[0::4, 9] -= 3
    ratings[1::4, 9:] -= 3
    return ratings


def test_drops_are_found_and_judged_by_what_follows() -> None:
    assert numbers("P06", cohort(wai_client=ratings_with_drops())) == (25.0, 25.0, 50.0)


def test_what_truly_happened_to_the_same_clients_is_by_their_last_rupture() -> None:
    rupture, repaired = np.zeros((40, 16)), np.zeros((40, 16))
    rupture[:30, 3], repaired[:20, 3] = 1, 1
    rupture[:10, 7] = 2  # a later one that nobody repaired
    made = practice(cohort(hidden={"rupture": rupture, "repaired": repaired}))
    assert TRUTH["P06"](made) == (25.0, 50.0, 25.0)


def test_ratings_in_which_nothing_happens_have_few_drops() -> None:
    found = NULL["P06"](practice(cohort(wai_client=4 + 0.5 * Z[0][:, None] + 0.3 * np.tile(Z[1:5].T, 4))))
    assert sum(found) == pytest.approx(100)
    assert found[2] > 60


def test_trauma_is_compared_by_shares() -> None:
    history = (np.arange(N) % 4 == 1).astype(float)  # all of those who drop for good
    assert abs(asked("P09", cohort({"trauma": history}, wai_client=ratings_with_drops()))) == pytest.approx(1)


def test_repair_goes_with_outcome_where_the_repaired_end_better() -> None:
    end = np.where(np.arange(N) % 4 == 0, -1.0, 0.0) + Z[0]
    made = cohort({"symptoms_end": end}, wai_client=ratings_with_drops())
    assert asked("R01", made) == pytest.approx(0.5 / np.sqrt(1.25), abs=0.05)
    assert EARLIER["R03"](practice(made)) == pytest.approx(np.sqrt(0.1875) / np.sqrt(1.1875), abs=0.05)


def test_resolution_that_an_observer_rates_goes_with_outcome_in_clients_who_were_rated() -> None:
    rated = np.full((N, WEEKS), NAN)
    rated[::2, 3:9] = 3 + 0.3 * Z[0][::2, None]
    end = np.where(np.arange(N) % 2 == 0, -with_correlation(0.4), 10 * Z[2])
    assert asked("R03", cohort({"symptoms_end": end}, resolved_observer=rated)) == pytest.approx(0.4, abs=0.05)


def test_early_markers_go_with_outcome_beyond_intake() -> None:
    early = np.arange(400) % 5
    own, other = Z[:2, :400]
    codes = (early[:, None] > np.arange(16)).astype(float)
    codes[:, 5:] = 1 + (own > 0)[:, None]  # later ones do not count
    intake = 15 + early + other  # those with more markers begin with more symptoms
    still = cohort({"symptoms_intake": intake, "symptoms_end": intake - 5 + own}, rupture_observer=codes)
    assert asked("N32a", still) == pytest.approx(0, abs=0.1)
    worse = cohort({"symptoms_intake": other, "symptoms_end": early + own * np.sqrt(2)}, rupture_observer=codes)
    assert asked("N32a", worse) == pytest.approx(-np.sqrt(0.5), abs=0.06)


def test_late_repairs_are_those_in_the_last_third_of_the_sessions_that_were_attended() -> None:
    late = np.arange(N) % 2 == 0
    repaired = np.zeros((N, 16))
    repaired[late, 6] = 1  # the seventh of nine
    repaired[~late, 5] = 1
    clients = {"symptoms_end": np.where(late, -1.0, 1.0) + Z[0], "symptoms_intake": Z[1]}
    made = cohort(clients, {"repaired": repaired}, attended=filled(*[1.0] * 9, n=N))
    assert asked("N32b", made) == pytest.approx(np.sqrt(0.5), abs=0.05)


def groups() -> tuple[Floats, Floats]:
    """Ratings and ends of clients with a repaired drop, an unrepaired one, and none; thirty of each."""
    repaired, broken = [4, 4, 4, 2, 4, 4, 4, 4, 4, 4], [4, 4, 4, 2, 2, 2, 2, 2, 2, 2]
    return np.array([repaired] * 30 + [broken] * 30 + [STEADY] * 30, float), np.repeat([5.0, 9.0, 6.0], 30)


def test_patterns_are_compared_in_outcome_in_units_of_its_sd() -> None:
    ratings, end = groups()
    made, sd = cohort({"symptoms_end": end}, wai_client=ratings), end.std(ddof=1)
    assert (asked("N31a", made), asked("N31b", made)) == pytest.approx((-3 / sd, 1 / sd))


def test_repaired_drops_are_compared_in_longer_treatments_only() -> None:
    ratings, end = groups()
    ratings[:15, 8:] = NAN  # eight sessions
    end[:15] = 30.0
    assert asked("N31b", cohort({"symptoms_end": end}, wai_client=ratings)) == pytest.approx(1 / end.std(ddof=1))
    ratings[:, 8:] = NAN
    assert np.isnan(asked("N31b", cohort({"symptoms_end": end}, wai_client=ratings)))


@pytest.mark.parametrize("name", CLASSES)
def test_every_course_after_a_drop_has_its_class(name: str) -> None:
    shares = followed(sample(COURSES[name]), RELIABLE)
    assert dict(zip(CLASSES, shares, strict=True)) == {other: float(other == name) for other in CLASSES}


def test_missed_sessions_are_closed_up_and_without_a_drop_that_is_followed_there_are_no_shares() -> None:
    assert followed(sample([4, 4, 2, NAN, NAN, 4, 4, 4, 4, 2]), RELIABLE)[0] == 1  # nothing follows the last one
    for ratings in (sample(), np.full((3, TEN), NAN)):
        assert np.isnan(followed(ratings, RELIABLE)).all()


def test_the_v_is_set_against_the_next_frequent_course() -> None:
    v, no, slow = (COURSES[name] for name in ("back after one session", "no return", "slow return"))
    ratings = sample(*[v] * 5, *[no] * 3, *[slow] * 2, steady=60)
    assert asked("N26", cohort(wai_client=ratings)) == pytest.approx(0.5 - 0.3)


def test_the_longest_run_of_falls_goes_over_missed_sessions_and_ends_where_a_rating_stays() -> None:
    ratings = np.array([
        [5, 4.9, NAN, 4.8, 4.8, 4.7, 5, 4.9, 5, 5],
        [5, 4, 3, 2, 1, 1, 1, 1, 1, 1],
        STEADY,
        [4, *[NAN] * 9],
    ])  # fmt: skip
    assert list(longest_falls(ratings)) == [2, 4, 0]


@pytest.mark.parametrize(("long", "most"), [(5, 1), (6, 8)])
def test_ninety_five_percent_of_clients_do_not_exceed_the_number_of_falls(long: int, most: int) -> None:
    falling, once = np.linspace(5, 4, TEN)[:9], [5.0, 4, *[4] * 7]
    assert asked("N27", cohort(wai_client=np.array([falling] * long + [once] * (100 - long)))) == most


@pytest.mark.parametrize(("right", "with_outcome", "value"), [(2, False, -0.3), (8, False, 0.3), (2, True, 1 - 0.3)])
def test_drops_are_poor_markers_where_few_are_ruptures_and_none_goes_with_outcome(
    right: int, with_outcome: bool, value: float
) -> None:
    """Ten of forty clients drop; in `right` of them a rupture happened in the session of the drop."""
    ratings, rupture = sample(*[COURSES["back after one session"]] * 10), np.zeros((40, TEN))
    rupture[:right, 2] = 2
    rupture[10:, :] = 1  # others have ruptures without a drop
    end = np.where(np.arange(40) < 10, 1.0, 0.0) if with_outcome else np.tile([-1.0, 1.0], 20)
    assert asked("N28", cohort({"symptoms_end": end}, {"rupture": rupture}, wai_client=ratings)) == pytest.approx(value)


def test_without_ruptures_clients_are_counted_who_are_back_within_a_quarter_of_the_drop() -> None:
    near, far = [4, 4, 2, 3.5, 3, 3, 3, 3, 3, 3], [4, 4, 2, 3.4, 3, 3, 3, 3, 3, 3]
    calm, restless = cohort(wai_client=sample(near, far, far, far)), cohort(wai_client=sample(near))
    assert asked("N29", restless, calm=calm) == pytest.approx(25)
    assert asked("N29", calm, calm=restless) == pytest.approx(100)


@pytest.mark.parametrize(
    ("ratings", "reports", "repaired", "well"),
    [
        ([4, 3, 3, 4, 4], [0, 1, 2, 0, 0], [], True),
        ([4, 3, 3, 3.9, 5], [0, 1, 2, 0, 0], [], False),
        ([4, 3, NAN, 4, 4], [0, 1, NAN, 0, 0], [], True),  # a missed session is closed up
        ([4, 3, 4, 4, 3], [0, 1, 0, 0, 1], [], False),  # nothing is known after the last one
        ([3, 4, 4, 4, 4], [1, 0, 0, 0, 0], [], False),  # nor before the first session
        ([4, 3, 4, 4, 3], [0, 1, 0, 0, 1], [0, 0, 0, 0, 1], True),
        ([4, 3, 4, 4, 3], [0, 1, 0, 0, 1], [0, 1, 0, 0, 0], False),  # an earlier one was repaired
        ([4, 4, 4, 4, 4], [0, 0, 0, 0, 0], [], False),
    ],
)
def test_the_last_episode_ended_well_where_the_rating_came_back_or_where_it_was_repaired(
    ratings: list[float], reports: list[float], repaired: list[float], well: bool
) -> None:
    mended = np.array([repaired or [0.0] * 5]) == 1
    assert resolved_last(np.array([ratings]), np.array([reports]), mended).tolist() == [well]


def test_clients_are_counted_among_those_who_report_any() -> None:
    ratings = np.array([[4, 3, 4, 4.0]] * 2 + [[4, 3, 3, 3.0]] * 3 + [[4, 4, 4, 4.0]] * 15)
    reports = np.zeros((20, 4))
    reports[:5, 1] = 1
    assert asked("N21", cohort(wai_client=ratings, rupture_client=reports)) == pytest.approx(40)


def test_the_session_after_a_report_is_set_against_those_after_none_within_clients() -> None:
    ratings = np.array([[4, 3, NAN, 4, 4.1, 4.2], [1, 2, 3, 4, 5, 5]])
    reports = np.array([[0, 1, NAN, 0, 0, 0], [0, 0, 0, 0, 0, 0]])  # the second client has no report
    assert gain_after(ratings, reports) == pytest.approx(1 - (-1 + 0.1 + 0.1) / 3)
    made = cohort(wai_client=ratings, wai_therapist=np.full((2, 6), 4.0), rupture_therapist=reports)
    assert asked("N25", made) == pytest.approx((1 - (-0.8) / 3) / 2)
