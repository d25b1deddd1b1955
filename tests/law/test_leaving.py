"""Stage 10: stay or leave."""

import pytest

from alliance_sim.chance import Draws
from alliance_sim.law.leaving import leaving
from alliance_sim.law.state import Left
from tests.law.people import CLIENT, P

STAYS, GOES = 0.999, 1e-6


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
def test_who_leaves_and_as_what(distress, week, dropout, completion, expected):
    draws = Draws(0.5, dropout, completion, 0.5)
    assert leaving(P.leaving, week, CLIENT._replace(distress=distress), 0.6, 2.0, draws) == expected
