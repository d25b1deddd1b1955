"""Studies of reported ruptures, and of who agrees with whom, on reports and ratings made by hand."""

import numpy as np
import pytest

from tests.evidence.made_practice import NAN, asked_of, cohort_of

N, WEEKS = 400, 16
LUCK = np.random.default_rng(7)
OWN, SESSION = LUCK.standard_normal((2, N)), LUCK.standard_normal((3, N, WEEKS))


def test_clients_who_report_any_rupture_are_counted_once() -> None:
    reports = np.zeros((40, 26))
    reports[:10, 2:6] = 1
    reports[10:20, 20] = 2  # after the sixteen sessions that count
    reports[30:] = NAN  # never came
    assert asked_of("N22", cohort_of(rupture_client=reports)) == pytest.approx(100 / 3)


def test_therapists_are_set_against_clients_in_the_same_sessions() -> None:
    client, therapist = np.zeros((40, WEEKS)), np.zeros((40, WEEKS))
    client[:, :4], therapist[:, 2:8] = 1, 2
    client[:, 12:] = NAN
    therapist[:, 12:] = 1  # without an answer of the client
    assert asked_of("N23", cohort_of(rupture_client=client, rupture_therapist=therapist)) == pytest.approx(6 / 4)
    assert np.isnan(asked_of("N23", cohort_of(rupture_client=client * 0, rupture_therapist=therapist)))


def test_reports_agree_within_clients_whatever_clients_differ_in() -> None:
    shared = (SESSION[0] > 0).astype(float)
    assert asked_of("N24", cohort_of(rupture_client=shared, rupture_therapist=2 * shared)) == pytest.approx(1)
    often = np.where(OWN[0] > 0, 0.9, 0.1)[:, None]  # both report more of the same clients, in sessions of their own
    one, other = ((LUCK.random((N, WEEKS)) < often).astype(float) for _ in range(2))
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.5
    assert asked_of("N24", cohort_of(rupture_client=one, rupture_therapist=other)) == pytest.approx(0, abs=0.04)


def test_cbt_is_set_against_psychodynamic_therapy_in_the_first_six_sessions() -> None:
    reports = np.zeros((40, WEEKS))
    reports[0::4, :3] = 1  # CBT
    reports[1::4, :] = 1  # psychodynamic
    reports[2::4, :] = 1
    reports[:, 6:] = 1
    assert asked_of("N34", cohort_of(rupture_client=reports)) == pytest.approx(50 - 100)


def test_clients_rate_above_their_therapists_case_by_case() -> None:
    client = np.full((40, WEEKS), 4.0)
    therapist = client - np.tile([0.2, 0.6], 20)[:, None]
    therapist[1::2, 4:] = NAN  # a case counts once, however many sessions it has
    assert asked_of("N11", cohort_of(wai_client=client, wai_therapist=therapist)) == pytest.approx(0.4)


def test_agreement_of_cases_is_that_of_means_and_moving_together_that_within_them() -> None:
    mine = OWN[0]
    yours = 0.5 * OWN[0] + np.sqrt(0.75) * OWN[1]
    one = mine[:, None] + SESSION[0] - SESSION[0].mean(axis=1, keepdims=True)
    off = -0.6 * SESSION[0] + 0.8 * SESSION[1]
    other = yours[:, None] + off - off.mean(axis=1, keepdims=True)
    cohort = cohort_of(wai_client=one, wai_therapist=other)
    assert asked_of("N12", cohort) == pytest.approx(np.corrcoef(mine, yours)[0, 1])
    assert asked_of("N14", cohort) == pytest.approx(-0.6, abs=0.03)


def test_early_markers_go_with_outcome_beyond_intake() -> None:
    codes = np.zeros((N, WEEKS))
    early = np.arange(N) % 5
    for week in range(4):
        codes[:, week] = early > week
    codes[:, 5:] = 1 + (OWN[0] > 0)[:, None]  # later ones do not count
    intake = 15 + early + OWN[1]  # those with more markers begin with more symptoms
    still = cohort_of({"symptoms_intake": intake, "symptoms_end": intake - 5 + OWN[0]}, rupture_observer=codes)
    assert asked_of("N32a", still) == pytest.approx(0, abs=0.1)
    worse = cohort_of({"symptoms_intake": OWN[1], "symptoms_end": early + OWN[0] * np.sqrt(2)}, rupture_observer=codes)
    assert asked_of("N32a", worse) == pytest.approx(-np.sqrt(0.5), abs=0.05)


def test_late_repairs_are_those_in_the_last_third_of_the_sessions_that_were_attended() -> None:
    came = np.zeros((N, WEEKS))
    came[:, :9] = 1
    repaired = np.zeros((N, WEEKS))
    late = np.arange(N) % 2 == 0
    repaired[late, 6] = 1  # the seventh of nine
    repaired[~late, 5] = 1
    end = np.where(late, -1.0, 1.0) + OWN[0]
    cohort = cohort_of({"symptoms_end": end, "symptoms_intake": OWN[1]}, {"repaired": repaired}, attended=came)
    assert asked_of("N32b", cohort) == pytest.approx(np.sqrt(0.5), abs=0.05)
