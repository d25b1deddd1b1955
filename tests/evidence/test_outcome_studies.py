"""Studies of alliance and outcome, of ratings, attachment, therapists, leaving and treatments."""

import numpy as np
import pytest

from alliance_sim.evidence.practice import BONA_FIDE
from tests.evidence.made_practice import NAN, WEEKS, N, Z, asked, cohort, noise, numbers, with_correlation

THERAPIST = np.repeat(np.random.default_rng(3).standard_normal(N // 20), 20)


@pytest.mark.parametrize(
    ("finding", "column"),
    [("A01", "wai_client"), ("A05", "wai_client"), ("S01", "wai_goal"), ("S02", "wai_task")],
)
def test_alliance_and_outcome_correlate_as_they_were_made_to(finding: str, column: str) -> None:
    made = cohort({"symptoms_end": -with_correlation(0.5)}, **{column: Z[0]})
    assert asked(finding, made) == pytest.approx(0.5, abs=0.05)


def test_task_and_bond_are_distinguished() -> None:
    outcome = 0.5 * Z[0] + 0.2 * Z[1] + np.sqrt(1 - 0.29) * Z[2]
    found = numbers("S09", cohort({"symptoms_end": -outcome}, wai_task=Z[0], wai_bond=Z[1]))
    assert found == pytest.approx((0.5, 0.2), abs=0.05)


@pytest.mark.parametrize(("sign", "share"), [(1.0, 0.0), (-1.0, 100.0)])
def test_negative_studies_are_those_in_which_a_better_alliance_goes_with_a_worse_end(sign: float, share: float) -> None:
    made = cohort({"symptoms_end": -sign * with_correlation(0.9)}, wai_client=Z[0])
    assert asked("A03", made) == pytest.approx(share)


def test_one_rating_explains_its_squared_correlation() -> None:
    ratings = np.where(np.arange(WEEKS) == 2, Z[0][:, None], Z[1][:, None])
    made = cohort({"symptoms_end": -with_correlation(0.6, 0, 2)}, wai_client=ratings)
    assert asked("A18", made) == pytest.approx(36, abs=4)


def test_seven_ratings_explain_more_than_one_when_ratings_err() -> None:
    made = cohort({"symptoms_end": -with_correlation(0.6, 0, 2)}, wai_client=Z[0][:, None] + noise(1))
    assert asked("A18", made) == pytest.approx(18, abs=4)
    assert asked("A19", made) == pytest.approx(36 / (1 + 1 / 7), abs=4)


def test_observers_in_cbt_see_what_is_shown_with_their_error_and_only_in_cbt() -> None:
    cbt = np.arange(N) % 2 == 1
    end = np.where(cbt, -with_correlation(0.6), -10 * Z[0])
    treatment = np.where(cbt, BONA_FIDE.index("cbt"), BONA_FIDE.index("humanistic"))
    made = cohort({"symptoms_end": end}, treatment=treatment, expressed=np.where(cbt, Z[0], 0.0), symptoms=Z[3])
    assert asked("A21", made) == pytest.approx(0.6 * np.sqrt(0.75), abs=0.05)


def test_dependability_is_the_share_of_variance_between_clients() -> None:
    assert asked("A20", cohort(wai_client=Z[0])) == pytest.approx(1)
    ratings = np.sqrt(0.7) * Z[0][:, None] + np.sqrt(0.3) * noise(2)
    assert asked("A20", cohort(wai_client=ratings)) == pytest.approx(0.7, abs=0.02)


def test_level_and_sd_are_those_of_single_ratings() -> None:
    assert numbers("S13", cohort(wai_client=4 + 0.7 * Z[0])) == pytest.approx((4, 0.7), abs=0.03)


def test_subscales_correlate_as_they_were_made_to_in_one_session() -> None:
    columns = {"wai_task": Z[0], "wai_goal": with_correlation(0.8), "wai_bond": with_correlation(0.4, 0, 2)}
    third = {name: np.where(np.arange(WEEKS) == 2, each[:, None], Z[5][:, None]) for name, each in columns.items()}
    assert asked("N50", cohort(**third)) == pytest.approx(0.8, abs=0.03)
    # covariance of bond with the mean of goal and task, over that mean's SD
    assert asked("N51", cohort(**third)) == pytest.approx((0.4 + 0.4 * 0.8) / 2 / np.sqrt((1 + 0.8) / 2), abs=0.05)


def test_perfect_ratings_are_shares_of_attended_sessions() -> None:
    ratings = np.full((N, WEEKS), NAN)
    ratings[:, :4] = [5.0, 4.9, 4.8, 3.0]
    assert asked("N05", cohort(wai_client=ratings)) == 50.0


def test_client_and_therapist_agree_as_they_were_made_to() -> None:
    made = cohort(wai_client=Z[0], wai_therapist=with_correlation(0.4))
    assert asked("S15", made) == pytest.approx(0.4, abs=0.04)


def test_clients_rate_above_their_therapists_case_by_case() -> None:
    client = np.full((40, 16), 4.0)
    therapist = client - np.tile([0.2, 0.6], 20)[:, None]
    therapist[1::2, 4:] = NAN  # a case counts once, however many sessions it has
    assert asked("N11", cohort(wai_client=client, wai_therapist=therapist)) == pytest.approx(0.4)


def test_agreement_of_cases_is_that_of_means_and_moving_together_that_within_them() -> None:
    one, off = noise(7), -0.6 * noise(7) + 0.8 * noise(8)
    yours = with_correlation(0.5)
    made = cohort(
        wai_client=Z[0][:, None] + one - one.mean(axis=1, keepdims=True),
        wai_therapist=yours[:, None] + off - off.mean(axis=1, keepdims=True),
    )
    assert asked("N12", made) == pytest.approx(np.corrcoef(Z[0], yours)[0, 1])
    assert asked("N14", made) == pytest.approx(-0.6, abs=0.03)


def test_insecurity_is_seen_through_a_questionnaire_of_reliability_point_nine() -> None:
    rating = -0.3 * Z[0] - 0.4 * Z[1] + np.sqrt(0.75) * Z[2]
    made = cohort({"anxiety": Z[0], "avoidance": Z[1]}, wai_client=rating)
    for finding, r in (("B02", -0.3), ("B03", -0.4), ("B01", 0.7 / np.sqrt(2))):
        assert asked(finding, made) == pytest.approx(r * np.sqrt(0.9), abs=0.05)


@pytest.mark.parametrize("finding", ["T02", "T09"])
def test_the_therapists_share_is_that_of_the_variance_between_caseloads(finding: str) -> None:
    score = np.sqrt(0.3) * THERAPIST + np.sqrt(0.7) * Z[0]
    made = cohort({"symptoms_end": score, "symptoms_intake": Z[1]}, wai_client=score)
    assert asked(finding, made) == pytest.approx(30, abs=5)


def test_variance_between_therapists_is_set_against_that_between_their_clients() -> None:
    ratings = (np.sqrt(0.2) * THERAPIST + np.sqrt(0.5) * Z[0])[:, None] + noise(13)
    assert asked("N87", cohort(wai_client=ratings)) == pytest.approx(0.2 - 0.5, abs=0.07)


def test_dropouts_are_not_those_who_leave_because_they_are_well() -> None:
    assert asked("D01", cohort({"left": np.tile([1.0, 2.0, 0.0, 0.0], N // 4)})) == 25.0


def test_completers_are_compared_with_dropouts_on_an_early_rating() -> None:
    left = np.tile([1.0, 0.0], N // 2)
    early = Z[0] + np.where(left == 0, 0.6, 0.0)
    ratings = np.where(np.arange(WEEKS) < 3, early[:, None], 99.0)  # what is rated later does not count
    assert asked("D05", cohort({"left": left}, wai_client=ratings)) == pytest.approx(0.6, abs=0.06)


def test_improvement_by_a_week_leaves_out_who_had_dropped_out_and_keeps_who_finished() -> None:
    symptoms = np.full((N, WEEKS), 20.0)
    symptoms[0::4, 3:] = 5.0  # improved
    symptoms[1::4, 4:] = NAN  # dropped out in week 4
    symptoms[2::4, 2:] = 5.0
    symptoms[2::4, 5:] = NAN  # well, and finished
    left, week = np.tile([0.0, 1.0, 2.0, 0.0], N // 4), np.tile([26.0, 4.0, 5.0, 26.0], N // 4)
    clients = {"symptoms_intake": np.full(N, 20.0), "left": left, "left_week": week}
    assert numbers("O01", cohort(clients, symptoms=symptoms)) == pytest.approx((200 / 3, 200 / 3))


@pytest.mark.parametrize(("treatment", "sign"), [("cbt", 1.0), ("psychodynamic", -1.0)])
def test_the_pair_of_treatments_that_differs_most_counts_with_its_sign(treatment: str, sign: float) -> None:
    base, better = cohort({"symptoms_end": Z[0]}), cohort({"symptoms_end": Z[0] - 0.5})
    assert asked("X01", base, **{treatment: better}) == pytest.approx(sign * 0.5, abs=0.03)


def test_change_is_in_units_of_the_sd_at_intake() -> None:
    treated = cohort({"symptoms_intake": 20 + 2 * Z[0], "symptoms_end": 18 + 5 * Z[1]})
    waiting = cohort({"symptoms_intake": 20 + 2 * Z[0], "symptoms_end": 19 + 2 * Z[1]})
    assert asked("X12", treated) == pytest.approx(1.0, abs=0.05)
    assert numbers("X13", treated, waiting_list=waiting) == pytest.approx((0.5, 1.0), abs=0.06)


@pytest.mark.parametrize(
    ("intake", "treated", "waiting", "findings", "shares"),
    [
        (20.0, [10.0, 11, 10, 11], [10.0, 20, 20, 20], ("X16", "N71"), (50, 25)),  # half of the symptoms
        (12.0, [18.0, 17, 12, 0], [18.0, 20, 12, 0], ("N72", "N73"), (25, 50)),  # six points more
    ],
)
def test_response_is_half_of_the_symptoms_and_deterioration_a_rise_of_six_points(
    intake: float, treated: list[float], waiting: list[float], findings: tuple[str, str], shares: tuple[float, float]
) -> None:
    one, other = (
        cohort({"symptoms_intake": np.full(N, intake), "symptoms_end": np.tile(ends, N // 4)})
        for ends in (treated, waiting)
    )
    assert tuple(asked(finding, one, short_waiting_list=other) for finding in findings) == shares


def test_outcomes_widen_among_clients_who_came_twice() -> None:
    came = np.tile([2.0, 1.0], N // 2)
    end = 10 + np.where(came == 2, 3, 30) * Z[1]
    made = cohort({"symptoms_intake": 14 + 2 * Z[0], "symptoms_end": end, "sessions_attended": came})
    assert asked("N76", made) == pytest.approx(1.5, abs=0.07)


def test_routine_change_is_that_of_one_treatment_and_of_clients_who_came_twice() -> None:
    treatment, came = np.arange(N) % 4, np.where(np.arange(N) < N // 2, 2.0, 1.0)
    end = 20 - treatment - np.where(came == 2, 0.0, 99.0) + Z[1]
    clients = {"symptoms_intake": 20 + 2 * Z[0], "symptoms_end": end, "sessions_attended": came}
    for finding, name in (("N77a", "cbt"), ("N77b", "humanistic"), ("N77c", "psychodynamic")):
        found = asked(finding, cohort(clients, treatment=treatment))
        assert found == pytest.approx(BONA_FIDE.index(name) / 2, abs=0.15)
