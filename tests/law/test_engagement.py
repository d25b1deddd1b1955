"""Engagement follows the alliance, and a withdrawal takes it away."""

from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.engagement import engagement_level
from alliance_sim.law.rupture import Break
from tests.law.people import CONFRONTATION, WITHDRAWAL, P
from tests.law.rules import engaged

shares = st.floats(0.0, 1.0)


@given(shares, shares)
def test_engagement_approaches_the_level_that_the_alliance_leads_to(alliance, before):
    level, now = engagement_level(P.engagement, alliance), engaged(alliance, before=before)
    assert min(before, level) - 1e-12 <= now <= max(before, level) + 1e-12


def test_withdrawal_takes_engagement_away_more_with_a_defensive_answer_and_less_when_repaired():
    gone = engaged(broken=WITHDRAWAL)
    assert gone < engaged(broken=CONFRONTATION) == engaged()
    assert engaged(broken=WITHDRAWAL, kept=0.2) > gone > engaged(broken=WITHDRAWAL, harm=1.6)


@given(shares, st.floats(0, 6), st.floats(1, 5), shares, shares, st.floats(-6.5, 6.5))
def test_engagement_is_a_share(alliance, severity, harm, kept, before, z):
    assert 0.0 <= engaged(alliance, Break(1, 3, severity), harm, kept, before, z) <= 1.0
