"""The same clients in two arms."""

from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim.estimands import twins
from alliance_sim.estimands.clinics import Clinics

Make = Callable[[list[dict[str, object]]], Clinics]


def test_shares_of_better_worse_and_same_add_up(clients: Make) -> None:
    base = clients([{"client": c, "symptoms_end": 10.0} for c in range(1, 6)])
    own = clients([{"client": c, "symptoms_end": v} for c, v in enumerate((8.0, 9.0, 10.0, 10.0, 12.0), start=1)])
    shares = [twins.share(own, base, "symptoms_end", -1, 0.0, which)[0] for which in (1, 0, -1)]
    assert shares == [40.0, 40.0, 20.0]  # fewer symptoms are better


def test_the_mean_gain_is_the_difference_of_means_when_all_are_known(clients: Make) -> None:
    base = clients([{"client": c, "alliance_end": 0.1 * c} for c in (1, 2, 3)])
    own = clients([{"client": c, "alliance_end": 0.1 * c + 0.05 * c} for c in (1, 2, 3)])
    assert twins.mean_gain(own, base, "alliance_end", 1)[0] == pytest.approx(0.1)


def test_clients_without_an_alliance_in_one_arm_are_left_out(clients: Make) -> None:
    base = clients([{"client": 1, "alliance_end": np.nan}, {"client": 2, "alliance_end": 0.5}])
    own = clients([{"client": 1, "alliance_end": 0.9}, {"client": 2, "alliance_end": 0.6}])
    assert twins.mean_gain(own, base, "alliance_end", 1)[0] == pytest.approx(0.1)
    assert twins.share(own, base, "alliance_end", 1, 0.01, 1)[0] == 100.0


def test_twins_are_found_by_their_number_and_not_by_their_row(clients: Make) -> None:
    base = clients([{"client": 1, "alliance_end": 0.2}, {"client": 3, "alliance_end": 0.6}])
    own = clients([{"client": 2, "alliance_end": 0.9}, {"client": 3, "alliance_end": 0.7}])
    assert twins.mean_gain(own, base, "alliance_end", 1)[0] == pytest.approx(0.1)
