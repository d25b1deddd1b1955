"""The therapist's share of the variance."""

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.clinics import Clinics
from alliance_sim.estimands.therapists import icc1


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
