"""Every estimator on studies made by hand, whose slopes are known."""

from collections.abc import Mapping

import numpy as np
import pytest

from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, ESTIMATORS, LABELS, WITHIN, cross_lagged
from alliance_sim.questions.alliance_and_outcome.study import StudyClients, smaller
from tests.questions.golden import folder_of

BY_KEY = {each.key: each for each in ESTIMATORS}
R = 0.4


def study(
    seed: int = 1, error: float = 0.0, therapists: int = 60, caseload: int = 20, dropouts: bool = False
) -> StudyClients:
    """Outcome correlates by .4 with an alliance that does not move from session to session; .5 with intake.

    `error`: SD of the error of one rating, the alliance having SD 1. Dropouts are those with a low alliance.
    """
    random = np.random.default_rng(seed)
    n = therapists * caseload
    code = np.repeat(np.arange(therapists), caseload)
    alliance = np.sqrt(0.2) * random.standard_normal(therapists)[code] + np.sqrt(0.8) * random.standard_normal(n)
    intake = random.standard_normal(n)
    end = 0.5 * intake - R * alliance + np.sqrt(1.0 - 0.25 - R * R) * random.standard_normal(n)
    ratings = alliance[:, None] + error * random.standard_normal((n, 10))
    weeks = np.linspace(0.0, 1.0, 11)
    distress = intake[:, None] * (1.0 - weeks) + end[:, None] * weeks + 0.3 * random.standard_normal((n, 11))
    return StudyClients(code, intake, end, ~(dropouts & (alliance < -1.0)), ratings, distress)


def values(made: StudyClients) -> Mapping[str, float]:
    """Estimates between clients by key."""
    return {key: each.compute(made).value for key, each in BY_KEY.items() if each.estimand == BETWEEN}


def test_without_error_every_estimator_between_clients_gives_the_same() -> None:
    found = values(study(therapists=150))
    fine = set(found) - {"subsequent"}  # which gives away the change that came before
    assert {key: found[key] for key in fine} == pytest.approx(dict.fromkeys(fine, R), abs=0.09)
    assert np.mean([found[key] for key in fine]) == pytest.approx(R, abs=0.03)
    assert found["subsequent"] < R


def test_rating_error_makes_one_session_too_small_and_the_correction_undoes_it() -> None:
    found = values(study(error=1.0, therapists=150))
    assert found["adjusted"] == pytest.approx(R * np.sqrt(0.5), abs=0.03)
    assert found["several"] == pytest.approx(R * np.sqrt(7 / 8), abs=0.03)
    assert found["corrected"] == pytest.approx(R, abs=0.04)
    assert found["corrected_several"] == pytest.approx(R, abs=0.04)


def test_completers_are_those_who_did_not_drop_out() -> None:
    made = study(dropouts=True)
    whole, completers = BY_KEY["adjusted"].compute(made), BY_KEY["completers"].compute(made)
    assert completers == BY_KEY["adjusted"].compute(made.part(made.stayed))
    assert completers.value < whole.value  # the range of the alliance is cut


def test_the_last_observation_stands_in_for_the_end() -> None:
    made = study()
    gone = made.distress.copy()
    gone[:, 6:] = np.nan
    assert BY_KEY["carried"].compute(made._replace(distress=gone)) == BY_KEY["adjusted"].compute(
        made._replace(end=made.distress[:, 5])
    )


def test_a_first_rating_is_taken_in_session_three_or_later() -> None:
    made = study()
    ratings = made.alliance.copy()
    ratings[:, :2] = 0.0
    ratings[:7, 2:] = np.nan
    alone = BY_KEY["raw"].compute(made._replace(alliance=ratings))
    assert alone.value == pytest.approx(np.corrcoef(ratings[7:, 2], -made.end[7:])[0, 1])


def test_estimators_within_clients_give_less_distress_as_positive() -> None:
    random = np.random.default_rng(3)
    alliance = random.standard_normal((200, 8))
    distress = np.column_stack([random.standard_normal(200), -0.5 * alliance + 0.1 * random.standard_normal((200, 8))])
    made = StudyClients(np.arange(200) // 10, distress[:, 0], distress[:, -1], np.ones(200, bool), alliance, distress)
    for each in (*ESTIMATORS, cross_lagged(6)):
        if each.estimand == WITHIN:
            found = each.compute(made)
            if each.key != "cross_lagged":  # nothing lasts here: no proper solution
                assert found.value > 0.5, each.key


def test_a_study_that_nobody_came_to_gives_nothing_and_no_error() -> None:
    nobody = np.full((20, 8), np.nan)
    made = StudyClients(
        np.arange(20) // 4, np.zeros(20), np.zeros(20), np.ones(20, bool), nobody, np.full((20, 9), np.nan)
    )
    for each in (*ESTIMATORS, cross_lagged(6)):
        assert not each.compute(made).known, each.key


def test_a_smaller_study_has_the_first_clients_of_the_first_therapists() -> None:
    made = smaller(study(), 3, 4)
    assert made.therapist.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert made.alliance.shape == (12, 10)


def test_every_estimator_has_a_label_and_the_appendix_says_how_it_is_computed() -> None:
    assert set(LABELS) == {each.key for each in ESTIMATORS} | {"cross_lagged"}
    assert len(set(LABELS.values())) == len(LABELS)
    appendix = (folder_of("alliance_and_outcome") / "appendix.md").read_text(encoding="utf-8")
    assert all(f"| {label} |" in appendix for label in LABELS.values())
