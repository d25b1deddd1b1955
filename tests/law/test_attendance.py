"""Stage 1: attend or miss."""

from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.attendance import attendance

shares = st.floats(0.0, 1.0)
loads = st.floats(0.0, 10.0)


@given(shares, loads)
def test_attendance_is_a_probability(p, client, engagement, load):
    came = attendance(p.attendance, client._replace(engagement=engagement, unresolved=load))
    assert 0.0 < came < 1.0


@given(shares, shares)
def test_the_less_engaged_miss_more(p, client, a, b):
    low, high = sorted((a, b))
    seldom = attendance(p.attendance, client._replace(engagement=low))
    often = attendance(p.attendance, client._replace(engagement=high))
    assert seldom <= often


@given(loads, loads)
def test_an_unresolved_rupture_keeps_clients_away(p, client, a, b):
    low, high = sorted((a, b))
    often = attendance(p.attendance, client._replace(unresolved=low))
    seldom = attendance(p.attendance, client._replace(unresolved=high))
    assert seldom <= often


def test_an_average_client_misses_about_one_session_in_ten(p, client):
    assert 0.05 < 1.0 - attendance(p.attendance, client) < 0.15
