"""Dropout, completion, attendance, and survival week by week."""

from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim.estimands import staying
from alliance_sim.estimands.clinics import Clinics

Make = Callable[[list[dict[str, object]]], Clinics]


def test_dropout_completion_and_early_completion(clients: Make) -> None:
    rows = clients([{"left": left} for left in ("no", "no", "dropout", "completed")])
    assert staying.dropout(rows)[0] == 25.0
    assert staying.completion(rows)[0] == 75.0
    assert staying.early_completion(rows)[0] == 25.0


def test_who_waits_can_neither_drop_out_nor_attend(clients: Make) -> None:
    rows = clients([{"sessions_scheduled": 0, "sessions_attended": 0}])
    assert np.isnan(staying.dropout(rows)[0])
    assert np.isnan(staying.attendance(rows)[0])


def test_attendance_is_over_sessions_and_not_over_clients(clients: Make) -> None:
    rows = clients(
        [{"sessions_scheduled": 10, "sessions_attended": 10}, {"sessions_scheduled": 2, "sessions_attended": 0}]
    )
    assert staying.attendance(rows)[0] == pytest.approx(100.0 * 10 / 12)


def test_the_curve_is_kaplan_and_meiers(clients: Make) -> None:
    # Of 4: one drops out in week 1; one finishes well in week 2; one of the 2 at risk drops out in week 3.
    rows = clients(
        [
            {"left": "dropout", "left_week": 1.0},
            {"left": "completed", "left_week": 2.0},
            {"left": "dropout", "left_week": 3.0},
            {},
        ]
    )
    assert staying.staying_curve(rows, 4)[0].tolist() == pytest.approx([100.0, 75.0, 75.0, 37.5, 37.5])


def test_without_early_completion_the_curve_ends_where_dropout_says(clients: Make) -> None:
    rows = clients([{"left": "dropout", "left_week": float(w)} for w in (1, 2, 2)] + [{}] * 5)
    assert staying.staying_curve(rows, 4)[0, -1] == pytest.approx(100.0 - staying.dropout(rows)[0])


def test_a_waiting_list_has_no_curve(clients: Make) -> None:
    assert np.isnan(staying.staying_curve(clients([{"sessions_scheduled": 0}]), 3)).all()
