"""Stage 10: stay or leave."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.chance import Draws
from alliance_sim.law.leaving import drops_out, leaving
from alliance_sim.law.state import Left

shares = st.floats(0.0, 1.0)
loads = st.floats(0.0, 10.0)
distresses = st.floats(-3.0, 6.0)
STAYS = 0.999
GOES = 1e-6


@given(shares, shares)
def test_a_weaker_alliance_means_more_dropout(p, client, a, b):
    low, high = sorted((a, b))
    assert drops_out(p.leaving, client, low, 2.0) >= drops_out(p.leaving, client, high, 2.0)
    assert drops_out(p.leaving, client, 0.0, 2.0) > drops_out(p.leaving, client, 1.0, 2.0)


@given(loads, loads)
def test_more_unresolved_means_more_dropout(p, client, a, b):
    low, high = sorted((a, b))
    few, many = (drops_out(p.leaving, client._replace(unresolved=load), 0.6, 2.0) for load in (low, high))
    assert few <= many


@given(distresses, distresses)
def test_less_change_means_more_dropout(p, client, a, b):
    well, ill = sorted((a, b))
    few, many = (drops_out(p.leaving, client._replace(distress=x), 0.6, 2.0) for x in (well, ill))
    assert few <= many


@given(shares, loads, distresses, distresses)
def test_dropping_out_is_a_probability(p, client, alliance, load, distress, intake):
    chance = drops_out(p.leaving, client._replace(unresolved=load, distress=distress), alliance, intake)
    assert 0.0 < chance < 1.0


@pytest.mark.parametrize(
    ("distress", "week", "dropout", "completion", "expected"),
    [
        (0.0, 10, STAYS, GOES, Left.COMPLETED),
        (0.0, 10, GOES, GOES, Left.COMPLETED),
        (0.0, 10, STAYS, STAYS, Left.NO),
        (0.0, 2, STAYS, GOES, Left.NO),
        (2.0, 10, STAYS, GOES, Left.NO),
        (2.0, 10, GOES, STAYS, Left.DROPOUT),
        (2.0, 1, GOES, STAYS, Left.DROPOUT),
    ],
    ids=[
        "well and ready to go", "well comes before dropping out", "well and stays", "well but too early",
        "not well", "drops out", "drops out after the first session",
    ],
)  # fmt: skip
def test_who_leaves_and_as_what(p, client, distress, week, dropout, completion, expected):
    luck = Draws(0.5, dropout, completion, 0.5)
    assert leaving(p.leaving, week, client._replace(distress=distress), 0.6, 2.0, luck) == expected
