"""The therapist's share of the variance."""

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.clinics import Clinics
from alliance_sim.estimands.therapists import icc1, icc_interval


def clinic(values: list[list[float]]) -> tuple[Clinics, np.ndarray]:
    rows = [(j, v) for j, own in enumerate(values) for v in own]
    frame = pd.DataFrame({"replicate": 1, "therapist": [j for j, _ in rows]})
    return Clinics.from_frame(frame), np.array([v for _, v in rows])


def test_clients_alike_within_and_not_between_therapists_are_all_the_therapists() -> None:
    assert icc1(*clinic([[1, 1], [5, 5], [9, 9]]))[0] == pytest.approx(1.0)


def test_the_value_is_that_of_the_anova_by_hand() -> None:
    # MSB = 2 * ((2-4)^2 + (6-4)^2) / 1 = 16, MSW = (4 * 1) / 2 = 2 -> (16 - 2) / (16 + 2) = 7/9
    assert icc1(*clinic([[1, 3], [5, 7]]))[0] == pytest.approx(7.0 / 9.0)


def test_therapists_alike_make_it_negative() -> None:
    assert icc1(*clinic([[1, 9], [1, 9], [1, 9]]))[0] < 0.0


def test_it_is_unbiased_for_caseloads_of_unequal_size() -> None:
    rng = np.random.default_rng(5)
    found = []
    for _ in range(400):
        own = [(rng.normal(0.0, 0.5) + rng.normal(size=n)).tolist() for n in (3, 5, 8, 12, 20, 4, 6, 15)]
        found.append(icc1(*clinic(own))[0])
    error = np.std(found, ddof=1) / np.sqrt(len(found))
    assert np.mean(found) == pytest.approx(0.2, abs=4.0 * error + 0.01)  # .25 / 1.25


def test_one_therapist_has_no_share() -> None:
    assert np.isnan(icc1(*clinic([[1, 2, 3]]))[0])


def test_the_interval_of_the_therapists_share_holds_it_as_often_as_it_says() -> None:
    """400 clinics of 12 therapists, true share .2: 95 % within .03 but in fewer than 1 of 100 tests."""
    rng = np.random.default_rng(3)
    therapist = np.repeat(np.arange(12), 8)
    held, shares = 0, []
    for _ in range(400):
        y = 0.5 * rng.standard_normal(12)[therapist] + rng.standard_normal(96)
        share = icc_interval(y, therapist)
        held += share.low <= 0.2 <= share.high
        shares.append(share.value)
    assert held / 400 == pytest.approx(0.95, abs=0.03)
    assert np.mean(shares) == pytest.approx(0.2, abs=0.02)


def test_a_share_needs_two_therapists_and_clients_that_differ() -> None:
    assert not icc_interval(np.arange(4.0), np.zeros(4, np.int64)).known
    assert not icc_interval(np.repeat([1.0, 2.0], 3), np.repeat([0, 1], 3)).known
    unequal = icc_interval(np.array([1.0, 2.0, 4.0, 3.0, np.nan, 5.0]), np.array([0, 0, 1, 1, 1, 2]))
    assert unequal.low < unequal.value < unequal.high
