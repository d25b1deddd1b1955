"""Groups of clients at intake, and what became of their ruptures."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.estimands import histories as h


def test_groups_are_trauma_and_thirds_of_attachment_security() -> None:
    anxiety = np.arange(9.0)
    groups = h.groups_at_intake(np.array([0, 0.7, 0] * 3), anxiety, np.zeros(9))
    assert tuple(groups) == h.GROUPS
    assert groups[h.TRAUMA].sum() == 3
    assert groups[h.NO_TRAUMA].sum() == 6
    assert groups[h.SECURE].nonzero()[0].tolist() == [0, 1, 2]
    assert groups[h.INSECURE].nonzero()[0].tolist() == [6, 7, 8]


@given(st.integers(1, 40), st.integers(0, 1000))
def test_every_client_is_in_one_third(clients: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    groups = h.groups_at_intake(np.zeros(clients), rng.integers(0, 3, clients) * 1.0, np.zeros(clients))
    thirds = groups[h.SECURE].astype(int) + groups[h.MIDDLE] + groups[h.INSECURE]
    assert (thirds == 1).all()


def test_a_client_is_judged_by_the_last_rupture() -> None:
    ruptures = np.array([[0, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, np.nan]])
    repaired = np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, np.nan]])
    found = h.by_last_rupture(ruptures, repaired)
    assert found.dropped.tolist() == [True, True, True, False]
    assert found.repaired.tolist() == [True, False, True, False]  # in its session; not the last one; later; no rupture


def test_a_rate_is_a_share_of_the_clients_own_sessions() -> None:
    of, among = np.array([[1, 0, 1, np.nan], [0, 0, 0, 0]]), np.array([[1, 1, 0, np.nan], [0, 0, 0, 0]])
    shares = h.rate(of, among)
    assert shares[0] == 0.5
    assert np.isnan(shares[1])


def test_each_client_is_looked_at_in_a_week_of_its_own() -> None:
    matrix = np.arange(8.0).reshape(2, 4)
    assert h.at_week(matrix, np.array([1, 4]), 0).tolist() == [0.0, 7.0]
    assert h.at_week(matrix, np.array([1, 4]), -1)[1] == 6.0
    assert np.isnan(h.at_week(matrix, np.array([1, 4]), -1)[0])
    assert np.isnan(h.at_week(matrix, np.array([1, 4]), 1)[1])


def test_the_first_week_with_a_mark() -> None:
    assert h.first_week(np.array([[0, 1.0, 1.0], [np.nan, 0, 0], [1.0, 0, 0]])).tolist() == [2, 0, 1]
