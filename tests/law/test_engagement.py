"""Engagement follows the alliance, and a withdrawal takes it away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.engagement import engagement, engagement_level
from alliance_sim.law.rupture import Break

shares = st.floats(0.0, 1.0)
CALM = Break(0, 0, 0.0)


@pytest.fixture(scope="module")
def engaged(p):
    """Engagement after a session; a test names what differs from a calm one with average luck."""

    def of(alliance=0.7, broken=CALM, harm=1.0, kept=1.0, before=0.6, z=0.0):
        return engagement(p.engagement, alliance, broken, harm, kept, before, z)

    return of


@given(shares, shares)
def test_engagement_approaches_the_level_that_the_alliance_leads_to(p, engaged, alliance, before):
    level = engagement_level(p.engagement, alliance)
    after = engaged(alliance, before=before)
    assert min(before, level) - 1e-12 <= after <= max(before, level) + 1e-12


@given(shares, shares)
def test_a_better_alliance_engages_more(p, a, b):
    low, high = sorted((a, b))
    assert engagement_level(p.engagement, low) <= engagement_level(p.engagement, high)


def test_withdrawal_takes_engagement_away_and_confrontation_does_not(engaged):
    assert engaged(broken=Break(1, 3, 0.8)) < engaged(broken=Break(2, 3, 0.8)) == engaged()


def test_repair_brings_engagement_back(engaged):
    assert engaged(broken=Break(1, 3, 0.8), kept=0.2) > engaged(broken=Break(1, 3, 0.8), kept=1.0)


def test_a_defensive_answer_to_a_withdrawal_costs_more_engagement(engaged):
    assert engaged(broken=Break(1, 3, 0.8), harm=1.6) < engaged(broken=Break(1, 3, 0.8), harm=1.0)


@given(shares, st.floats(0, 6), st.floats(1, 5), shares, shares, st.floats(-6.5, 6.5))
def test_engagement_is_a_share(engaged, alliance, severity, harm, kept, before, z):
    assert 0.0 <= engaged(alliance, Break(1, 3, severity), harm, kept, before, z) <= 1.0
