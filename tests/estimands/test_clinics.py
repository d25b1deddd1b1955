"""Statistics of each simulated clinic."""

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.clinics import Clinics, groups_of


def clinics(replicate: list[int], **columns: list[float]) -> Clinics:
    return Clinics.from_frame(pd.DataFrame({"replicate": replicate, **columns}))


def test_means_and_spreads_leave_out_what_is_not_known() -> None:
    rows = clinics([1, 1, 1, 1, 2], x=[1.0, 2.0, 3.0, np.nan, 5.0])
    assert rows.mean(rows.floats("x")).tolist() == [2.0, 5.0]
    assert rows.sd(rows.floats("x")) == pytest.approx([1.0, np.nan], nan_ok=True)  # one value has no spread


def test_a_correlation_is_that_of_each_clinic_over_rows_where_both_are_known() -> None:
    rows = clinics(
        [1] * 6 + [2] * 3 + [3] * 3,
        x=[1, 2, 3, 4, 9, np.nan, 1, 2, 3, 2, 2, 2],
        y=[1, 3, 2, 5, np.nan, 9, 3, 2, 1, 1, 2, 3],
    )
    found = rows.correlation(rows.floats("x"), rows.floats("y"))
    whole = np.corrcoef([1, 2, 3, 4], [1, 3, 2, 5])[0, 1]
    assert found == pytest.approx([whole, -1.0, np.nan], nan_ok=True)  # no spread, no correlation


def test_a_residual_does_not_go_with_what_was_taken_out() -> None:
    rows = clinics([1] * 5, x=[1, 2, 3, 4, 5], y=[1, 4, 2, 6, 5])
    left = rows.residual(rows.floats("y"), rows.floats("x"))
    assert rows.correlation(left, rows.floats("x"))[0] == pytest.approx(0.0, abs=1e-12)
    assert left.sum() == pytest.approx(0.0, abs=1e-12)


def test_a_percentage_of_nothing_is_not_defined() -> None:
    rows = clinics([1, 2], x=[1, 1])
    share = rows.percent(np.array([True, False]), np.array([True, False]))
    assert share[0] == 100.0
    assert np.isnan(share[1])


def test_rows_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="sorted by replicate"):
        clinics([2, 1])


def test_groups_are_runs_of_equal_keys() -> None:
    groups = groups_of(np.array([1, 1, 2, 2]), np.array([1, 1, 1, 2]))
    assert groups.starts.tolist() == [0, 2, 3]
    assert groups.sizes.tolist() == [2, 1, 1]


def test_words_are_found_by_their_word_whatever_their_code() -> None:
    frame = pd.DataFrame({"replicate": [1, 1], "left": pd.Categorical(["dropout", "no"], ["no", "x", "dropout"])})
    words = Clinics.from_frame(frame).words("left")
    assert words.are("dropout").tolist() == [True, False]
    assert not words.are("never heard of").any()
