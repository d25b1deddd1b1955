"""Before and after ruptures, in one arm and between twins."""

from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim.estimands import aligned
from alliance_sim.estimands.clinics import Clinics

Make = Callable[[list[dict[str, object]]], Clinics]


def life(alliance: list[float], rupture: int | None = None, repaired: bool = False, **also: object) -> list[dict]:
    """A client's weeks from 1 on, with a rupture in one of them."""
    weeks = range(1, len(alliance) + 1)
    return [
        {
            "session": week, "alliance": value, "rupture": "withdrawal" if week == rupture else "none",
            "repaired": repaired and week == rupture, **also,
        }
        for week, value in zip(weeks, alliance, strict=True)
    ]  # fmt: skip


def test_change_is_counted_from_the_session_before(sessions: Make) -> None:
    rows = sessions(life([0.5, 0.6, 0.3, 0.4, 0.5, 0.7], rupture=3, repaired=True))
    assert aligned.change_after(rows, True, "alliance")[0] == pytest.approx(0.1)
    assert aligned.change_after(rows, True, "alliance", step=0)[0] == pytest.approx(-0.3)


def test_the_next_clients_sessions_are_not_taken_for_this_ones(sessions: Make) -> None:
    rows = sessions(life([0.5, 0.3], rupture=2) + life([0.9] * 6, client=2))
    assert np.isnan(aligned.change_after(rows, False, "alliance")[0])


def test_a_rupture_in_the_first_session_has_no_before(sessions: Make) -> None:
    assert np.isnan(aligned.change_after(sessions(life([0.5] * 6, rupture=1)), False, "alliance", step=0)[0])


def test_repaired_and_unrepaired_ruptures_are_kept_apart(sessions: Make) -> None:
    rows = sessions(
        life([0.5, 0.6, 0.6, 0.6, 0.6], rupture=2, repaired=True) + life([0.5, 0.1, 0.1, 0.1, 0.1], rupture=2, client=2)
    )
    assert aligned.change_after(rows, True, "alliance")[0] == pytest.approx(0.1)
    assert aligned.change_after(rows, False, "alliance")[0] == pytest.approx(-0.4)


def test_rises_after_low_points_look_like_growth_though_nothing_was_done(sessions: Make) -> None:
    """Regression to the mean: ruptures at low points of pure noise show a rise after them."""
    rng = np.random.default_rng(6)
    rows = []
    for client in range(1, 301):
        alliance = 0.5 + 0.1 * rng.normal(size=12)
        low = int(np.argmin(alliance[2:8])) + 3
        rows += life(alliance.tolist(), rupture=low, client=client)
    table = sessions(rows)
    assert aligned.change_after(table, False, "alliance", step=0)[0] < -0.05
    gain = aligned.change_after(table, False, "alliance")[0] - aligned.change_after(table, False, "alliance", step=0)[0]
    assert gain > 0.05


def test_twins_are_compared_at_the_rupture_that_both_had(sessions: Make) -> None:
    own = sessions(life([0.5, 0.6, 0.5, 0.6, 0.7, 0.8], rupture=3, repaired=True))
    twin = sessions(life([0.5, 0.6, 0.2, 0.2, 0.2, 0.2], rupture=3))
    assert aligned.gain_over_twin(own, twin)[0] == pytest.approx(0.6)
    curves, share = aligned.aligned_twins(own, twin)
    assert share == 1.0
    assert curves["own", 3][0] == pytest.approx(0.2)
    assert curves["twin", 3][0] == pytest.approx(-0.4)


def test_a_rupture_of_another_week_or_type_is_not_the_same(sessions: Make) -> None:
    own = sessions(life([0.5] * 6, rupture=3, repaired=True))
    assert aligned.shared_ruptures(own, sessions(life([0.5] * 6, rupture=4)))[2] == 0.0
    shouting = [{**row, "rupture": "confrontation" if row["session"] == 3 else "none"} for row in life([0.5] * 6)]
    assert aligned.shared_ruptures(own, sessions(shouting))[2] == 0.0


def test_only_a_clients_first_rupture_is_compared(sessions: Make) -> None:
    two = life([0.5] * 8, rupture=3)
    two[5]["rupture"] = "withdrawal"
    assert aligned.first_ruptures(sessions(two)).tolist() == [2]
