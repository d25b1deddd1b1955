"""Ratings, agreement, and alliance with outcome."""

from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim.estimands import ratings
from alliance_sim.estimands.clinics import Clinics

Make = Callable[[list[dict[str, object]]], Clinics]


def test_therapist_ratings_are_averaged_over_a_clients_sessions_first(sessions: Make) -> None:
    rows = sessions(
        [{"session": s, "wai_therapist": 2.0} for s in range(1, 10)] + [{"client": 2, "wai_therapist": 4.0}]
    )
    assert ratings.wai_therapist(rows)[0] == 3.0


def test_agreement_takes_the_first_session_attended_in_week_three_or_later(sessions: Make) -> None:
    rows = []
    for client, (mine, theirs) in enumerate(((2.0, 3.0), (3.0, 4.0), (4.0, 5.0)), start=1):
        rows += [
            {"client": client, "session": 2, "wai_client": mine, "wai_therapist": -theirs},  # too early
            {"client": client, "session": 3, "attended": False, "wai_client": np.nan, "wai_therapist": np.nan},
            {"client": client, "session": 4, "wai_client": mine, "wai_therapist": theirs},
            {"client": client, "session": 5, "wai_client": mine, "wai_therapist": -theirs},  # too late
        ]
    assert ratings.agreement(sessions(rows))[0] == pytest.approx(1.0)


def test_agreement_of_a_clinic_that_nobody_stayed_in_is_not_defined(sessions: Make) -> None:
    rows = sessions([{"client": c, "session": 3, "wai_client": 1.0 + c, "wai_therapist": 2.0 * c} for c in (1, 2, 3)])
    both = sessions([*({"client": c, "session": 3, "wai_client": 1.0 + c, "wai_therapist": c} for c in (1, 2, 3)),
                     {"replicate": 2, "session": 1}])  # fmt: skip
    assert ratings.agreement(rows).tolist() == pytest.approx([1.0])
    assert np.isnan(ratings.agreement(both)[1])


def test_improvement_is_positive_in_alliance_and_outcome(clients: Make) -> None:
    # All begin alike; the better the early alliance, the fewer symptoms at the end.
    rows = clients([{"wai_early": a, "symptoms_end": 10.0 - a} for a in (1.0, 2.0, 3.0)])
    assert ratings.alliance_outcome_raw(rows)[0] == pytest.approx(1.0)


def test_adjusting_for_intake_removes_what_intake_foretells(clients: Make) -> None:
    # End = intake exactly: nothing is left for the alliance, though it goes with intake.
    rows = clients(
        [{"wai_early": a, "symptoms_intake": 9.0 - a, "symptoms_end": 9.0 - a} for a in (1.0, 2.0, 4.0, 3.0)]
    )
    assert ratings.alliance_outcome_raw(rows)[0] == pytest.approx(1.0)
    adjusted = ratings.alliance_outcome(rows)[0]
    assert np.isnan(adjusted) or abs(adjusted) < 1e-6


def test_clients_who_left_before_the_first_rating_are_left_out(clients: Make) -> None:
    rows = clients([{"wai_early": a, "symptoms_end": -a} for a in (1.0, 2.0, 3.0)] + [{"wai_early": np.nan}])
    assert ratings.alliance_outcome_raw(rows)[0] == pytest.approx(1.0)
