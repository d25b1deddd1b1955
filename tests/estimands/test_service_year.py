"""What a service brings in a year, on a service of six clients whose year is written down by hand."""

import numpy as np
import pytest

from alliance_sim.estimands.service_year import BY_NAME, CURVES, ESTIMANDS, ServiceYear, curves, in_blocks, waiting
from alliance_sim.law.service import Standing

NAN = float("nan")
WEEKS = 8


@pytest.fixture
def watched() -> ServiceYear:
    """Weeks 3 to 6 count, with one therapist of two places and one of two who has no client.

    Client 1 came before the year and ended treatment in it. 2 dropped out in week 5; 3 waited two weeks and is in
    treatment still; 4 gave up in week 6; 5 waits; 6 came after the year.
    """
    cases = {
        "referred": [1, 3, 3, 5, 6, 7],
        "waited": [0, 0, 2, 2, 3, 2],
        "started": [1, 3, 5, NAN, NAN, NAN],
        "ended": [4, 5, NAN, 6, NAN, NAN],
        "standing": [Standing.PLANNED_END, Standing.DROPPED_OUT, Standing.IN_TREATMENT, Standing.GAVE_UP, 0, 0],
        "symptoms_referral": [20, 15, 14, 13, 12, 11],
        "symptoms_start": [20, 15, 12, NAN, NAN, NAN],
        "symptoms_end": [8, 14, 9, NAN, NAN, NAN],
        "symptoms_later": [9, 11, 8, 12, 12, NAN],
        "recovered_end": [1, 0, 0, 0, 0, 0],
        "recovered_later": [1, 0, 1, 0, 0, 0],
    }
    filled = np.array([[1, 1, 2, 2, 2, 1, 1, 1], [0] * 8], float).T
    staff = {
        "filled": filled,
        "attended": filled,
        "met": np.where(filled > 0, filled / 10, NAN),
        "learned": np.array([np.arange(8) / 10, np.zeros(8)]).T,
        "ruptures": filled - (filled > 0),
        "repaired": np.array([[0, 0, 1, 0, 0, 0, 0, 0], [0] * 8], float).T,
    }
    return ServiceYear({name: np.array(values, float) for name, values in cases.items()}, staff, 3, 6, 2)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("change_referred", (4 + 6 + 1 + 0) / 4),
        ("change_treated", (1 + 3) / 2),
        ("recovered_referred_pct", 25.0),
        ("recovered_year", 0.5),
        ("ended_year", 1.0),
        ("recovered_of_referred", 0.5),
        ("waited", 1.0),
        ("gave_up_pct", 25.0),
        ("dropout_pct", 50.0),
        ("filled_pct", 100 * 7 / 16),
        ("strain", (2 * 0.2 * 3 + 0.1) / 7),
        ("learned", 0.15),
        ("rupture_pct", 100 * 3 / 7),
        ("repaired_pct", 100 / 3),
    ],
)
def test_an_estimate_counts_whom_it_says(watched: ServiceYear, name: str, expected: float) -> None:
    assert BY_NAME[name].measure(watched) == pytest.approx(expected)


def test_a_year_without_anybody_gives_no_numbers_but_counts(watched: ServiceYear) -> None:
    empty = ServiceYear(
        {name: values[:0] for name, values in watched.cases.items()},
        {name: values * (NAN if name == "met" else 0.0) for name, values in watched.staff.items()},
        3, 6, 2,
    )  # fmt: skip
    found = {estimand.name: estimand.measure(empty) for estimand in ESTIMANDS}
    zero = {"recovered_year", "ended_year", "recovered_of_referred", "filled_pct", "learned"}
    assert {name for name, value in found.items() if value == 0.0} == zero
    assert all(np.isnan(value) for name, value in found.items() if name not in zero)
    assert waiting(empty).tolist() == [0.0] * WEEKS


def test_curves_are_means_over_therapists(watched: ServiceYear) -> None:
    found = curves(watched)
    assert waiting(watched).tolist() == [0, 0, 1, 1, 1, 1, 2, 2]  # at the end of each week
    assert set(found) == set(CURVES)
    assert found["learned"] == pytest.approx(np.arange(8) / 20)
    assert found["strain"] == pytest.approx([0.1, 0.1, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1])
    assert found["waiting"][-1] == 1.0


def test_blocks_are_means_of_so_many_weeks() -> None:
    assert in_blocks(np.array([1.0, 3.0, NAN, 5.0, 7.0]), 2).tolist() == [2.0, 5.0, 7.0]
