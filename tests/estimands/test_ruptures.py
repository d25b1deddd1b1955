"""Rates of ruptures, and what becomes of them."""

from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim.estimands import ruptures
from alliance_sim.estimands.clinics import Clinics

Make = Callable[[list[dict[str, object]]], Clinics]

WITHDRAWAL = {"rupture": "withdrawal"}
CONFRONTATION = {"rupture": "confrontation"}


def test_rates_are_per_attended_session(sessions: Make) -> None:
    rows = sessions([WITHDRAWAL, CONFRONTATION, {}, {}, {"attended": False}])
    assert ruptures.rate(rows)[0] == 50.0
    assert ruptures.rate(rows, kind="withdrawal")[0] == 25.0


def test_reports_are_counted_from_who_reports(sessions: Make) -> None:
    rows = sessions([{**WITHDRAWAL, "rupture_observer": "confrontation"}, {"rupture_client": "withdrawal"}])
    assert ruptures.rate(rows, "rupture_client")[0] == 50.0
    assert ruptures.rate(rows, "rupture_observer", "confrontation")[0] == 50.0
    assert ruptures.rate(rows, "rupture_therapist")[0] == 0.0


def test_a_step_counts_only_where_there_was_a_rupture_of_that_type(sessions: Make) -> None:
    rows = sessions([{**WITHDRAWAL, "noticed": True}, WITHDRAWAL, CONFRONTATION, {"noticed": True, "repaired": True}])
    assert ruptures.reached(rows, "noticed")[0] == pytest.approx(100.0 / 3)
    assert ruptures.reached(rows, "noticed", "withdrawal")[0] == 50.0
    assert ruptures.reached(rows, "repaired")[0] == 0.0  # what was repaired was an older load


def test_without_ruptures_nothing_can_be_noticed(sessions: Make) -> None:
    assert np.isnan(ruptures.reached(sessions([{}, {}]), "noticed")[0])


def test_the_flow_gives_numbers_per_hundred_sessions_and_shares(sessions: Make) -> None:
    rows = sessions([{**WITHDRAWAL, "noticed": True, "acknowledged": True}, WITHDRAWAL, {}, {}])
    flow = ruptures.flow(rows)
    per_100, share = flow["withdrawal", "noticed"]
    assert (per_100[0], share[0]) == (25.0, 50.0)
    assert flow["withdrawal", "rupture"][0][0] == 50.0
    assert flow["confrontation", "rupture"][0][0] == 0.0
    assert np.isnan(flow["confrontation", "noticed"][1][0])
