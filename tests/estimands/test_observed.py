"""Measuring what can be seen: only estimands whose columns are there, only rows in which they are known."""

import numpy as np
import pytest

from alliance_sim.estimands.clinics import Words
from alliance_sim.estimands.estimated import estimated
from alliance_sim.estimands.observed import compare_groups, courses, measurable, measure_seen
from alliance_sim.estimands.seen import UNKNOWN, ClinicRows, ratings

CHANGES = ["deteriorated", "unchanged", "improved"]


def seen(**sessions: object) -> ClinicRows:
    """Four clients of two therapists; the fourth has no score at the end. Two sessions each."""
    clients = {
        "replicate": np.ones(4, np.int64), "therapist": np.array([1, 1, 2, 2]), "client": np.arange(1, 5),
        "symptoms_intake": np.array([10.0, 20.0, 30.0, 99.0]), "symptoms_end": np.array([5.0, 10.0, 15.0, np.nan]),
        "reliable_change": Words(np.array([2, 2, 1, UNKNOWN]), CHANGES),
        "recovered": np.array([True, False, False, False]),
    }  # fmt: skip
    rows = np.repeat(np.arange(4), 2)
    weeks = {
        "replicate": np.ones(8, np.int64), "client": rows + 1, "session": np.tile([1, 2], 4),
        "attended": np.ones(8, bool), **sessions,
    }  # fmt: skip
    return ClinicRows(clients, weeks)


def test_what_has_no_column_or_only_a_simulation_can_run_is_not_measured_and_a_fall_is_counted_once() -> None:
    assert measurable(seen()) == (
        "pre_post_d", "symptoms_intake", "symptoms_end", "recovery_pct", "improvement_pct", "deterioration_pct",
        "therapist_outcome_pct",
    )  # fmt: skip
    names = measurable(seen(wai_client=np.full(8, 4.0)))
    assert "drops_pct" in names
    assert not [name for name in names if "null" in name or name.startswith("falls")]


def test_clients_without_both_scores_are_left_out_of_change() -> None:
    found = measure_seen(seen(), 2)
    assert found["pre_post_d"][0] == pytest.approx((20 - 10) / 10)
    assert found["improvement_pct"][0] == pytest.approx(200 / 3)
    assert found["recovery_pct"][0] == pytest.approx(100 / 3)
    assert found["symptoms_intake"][0] == pytest.approx(159 / 4)  # all who have one
    empty = measure_seen(seen(wai_client=np.full(8, np.nan)), 2)  # a column that nobody filled in
    assert np.isnan([empty["drops_pct"][0], empty["drops_recovered_pct"][0]]).all()


def test_sessions_without_a_report_are_left_out_of_its_rate() -> None:
    codes = np.array([1, 0, UNKNOWN, UNKNOWN, 0, 0, 1, UNKNOWN])
    found = measure_seen(seen(rupture_client=Words(codes, ["none", "withdrawal"])), 2)
    assert found["ruptures_client_pct"][0] == pytest.approx(100 * 2 / 5)


def test_agreement_takes_the_first_session_in_which_both_rated() -> None:
    client = np.array([np.nan, 1.0, np.nan, 2.0, np.nan, 3.0, np.nan, 4.0])
    own = seen(wai_client=client, wai_therapist=np.where(np.isnan(client), 5.0, client))
    own.sessions["session"][:] = np.tile([3, 4], 4)  # type: ignore[index]
    assert measure_seen(own, 4)["agreement_r"][0] == pytest.approx(1.0)


def test_ratings_are_a_matrix_with_gaps() -> None:
    rated = np.array([3.0, np.nan, 4.0, 5.0, np.nan, np.nan, 1.0, 2.0])
    matrix = ratings(seen(wai_client=rated), 3)
    np.testing.assert_array_equal(matrix, [[3, np.nan, np.nan], [4, 5, np.nan], [np.nan] * 3, [1, 2, np.nan]])


def test_courses_are_means_by_session() -> None:
    found = courses(seen(wai_client=np.array([1.0, 2, 3, 4, 5, np.nan, 7, 8])), 2)
    assert found["wai_client", 1][0] == pytest.approx(4.0)
    assert found["wai_client", 2][0] == pytest.approx(14 / 3)


def test_groups_are_compared_without_twins() -> None:
    own = seen()
    baseline = own._replace(clients={**own.clients, "symptoms_end": np.array([10.0, 15.0, 20.0, np.nan])})
    assert compare_groups(own, baseline)["between_d"][0] == pytest.approx(1.0)


def test_estimates_of_groups_come_with_intervals_and_differences() -> None:
    rng = np.random.default_rng(4)
    n = 60
    group = np.repeat([0, 1], n // 2)
    clients = {
        "replicate": np.ones(n, np.int64), "client": np.arange(1, n + 1),
        "symptoms_intake": 14 + rng.standard_normal(n), "symptoms_end": 8 - 4 * group + rng.standard_normal(n),
    }  # fmt: skip
    empty = {name: np.empty(0, np.int64) for name in ("replicate", "client", "session")}
    found = estimated(ClinicRows(clients, empty), group, ("before", "after"), 4, resamples=300)
    rows = found.estimates.set_index(["arm", "kind", "estimate"])
    gap = rows.loc[("after", "contrast", "symptoms_end")]
    assert gap["low"] < -4 < gap["high"]
    assert gap["high"] - gap["low"] == pytest.approx(2 * 1.96 * np.sqrt(2 / 30), rel=0.25)
    assert rows.loc[("after", "contrast", "between_d"), "low"] > 2
    assert rows.loc[("before", "level", "symptoms_intake"), "se"] == pytest.approx(1 / np.sqrt(30), rel=0.3)
    assert found.by_group == (30, 30)
