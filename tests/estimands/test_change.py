"""How much better clients are at the end."""

from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim.estimands import change
from alliance_sim.estimands.clinics import Clinics

Make = Callable[[list[dict[str, object]]], Clinics]


def test_pre_post_d_counts_in_standard_deviations_of_intake(clients: Make) -> None:
    # intake 8, 10, 12 (SD 2), end 5, 7, 9: a fall of 3 points is 1.5 SD
    rows = clients([{"symptoms_intake": i, "symptoms_end": i - 3.0} for i in (8.0, 10.0, 12.0)])
    assert change.pre_post_d(rows).tolist() == pytest.approx([1.5])


def test_clients_who_left_early_count_too(clients: Make) -> None:
    rows = clients([{"symptoms_end": 4.0}, {"symptoms_end": 16.0, "left": "dropout", "left_week": 2.0}])
    assert change.symptoms_end(rows).tolist() == [10.0]


def test_kinds_of_reliable_change_add_up_to_all_clients(clients: Make) -> None:
    kinds = ["improved", "improved", "improved", "unchanged", "deteriorated"]
    rows = clients(
        [{"reliable_change": kind, "recovered": kind == "improved" and k < 1} for k, kind in enumerate(kinds)]
    )
    assert change.improvement(rows)[0] == 60.0
    assert change.deterioration(rows)[0] == 20.0
    assert change.recovery(rows)[0] == 20.0


def test_between_d_is_positive_when_the_arm_ends_with_fewer_symptoms(clients: Make) -> None:
    own = clients([{"symptoms_end": v} for v in (5.0, 7.0, 9.0)])
    base = clients([{"symptoms_end": v} for v in (8.0, 10.0, 12.0)])
    assert change.between_d(own, base)[0] == pytest.approx(1.5)
    assert change.between_d(base, own)[0] == pytest.approx(-1.5)


def test_a_clinic_without_spread_has_no_d(clients: Make) -> None:
    assert np.isnan(change.pre_post_d(clients([{}, {}]))[0])
