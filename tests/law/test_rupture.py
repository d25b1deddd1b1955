"""Stage 4: strain may become a rupture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.chance import Draws
from alliance_sim.law.rupture import Strain, confronts, hazard, misattunement, rupture, strain
from alliance_sim.law.state import Rupture, Source

shares = st.floats(0.0, 1.0)
traits_sd = st.floats(-4.0, 4.0)
loads = st.floats(0.0, 10.0)


@pytest.fixture(scope="module")
def danger(p, client):
    """Probability of a rupture for a client in a session with given mismatch, overload and misattunement."""

    def of(mismatch=0.2, overload=0.2, out_of_tune=0.3, **changed):
        return hazard(p.rupture, strain(p.rupture, client._replace(**changed), mismatch, overload, out_of_tune))

    return of


@pytest.mark.parametrize(
    ("cause", "highest"), [("overload", 3.0), ("mismatch", 1.0), ("out_of_tune", 1.0), ("unresolved", 5.0)]
)
def test_ruptures_are_likelier_with(danger, cause, highest):
    rising = [danger(**{cause: x}) for x in np.linspace(0.0, highest, 20)]
    assert np.all(np.diff(rising) > 0.0)


def test_ruptures_are_likelier_with_an_insecure_client(danger):
    assert danger(security=0.1) > danger(security=0.5) > danger(security=0.9)


def test_agreement_on_goals_takes_the_strain_out_of_different_aims(danger):
    assert danger(mismatch=0.8, goal=3.0) < danger(mismatch=0.8, goal=-3.0)
    assert danger(mismatch=0.0, goal=3.0) == danger(mismatch=0.0, goal=-3.0)


def test_tasks_that_seem_arbitrary_strain(danger):
    assert danger(task=-3.0) > danger(task=3.0)


def test_a_therapist_is_out_of_tune_with_less_attunement_and_more_strain(p):
    assert misattunement(p.rupture, -1.0, 0.0) > misattunement(p.rupture, 1.0, 0.0)
    assert misattunement(p.rupture, 0.0, 2.0) > misattunement(p.rupture, 0.0, 0.0)


@given(traits_sd, loads)
def test_being_out_of_tune_is_a_share(p, attunement, tension):
    assert 0.0 < misattunement(p.rupture, attunement, tension) < 1.0


@given(loads, loads, loads, loads)
def test_hazard_is_a_probability(p, goal, task, bond, old):
    assert 0.0 < hazard(p.rupture, Strain(goal, task, bond, old)) < 1.0


@given(shares, shares, shares)
def test_confrontation_is_likelier_where_the_bond_is_better(p, traits, a, b, security):
    low, high = sorted((a, b))
    assert confronts(p.rupture, traits, low, security) <= confronts(p.rupture, traits, high, security)
    assert confronts(p.rupture, traits, 0.0, security) < confronts(p.rupture, traits, 1.0, security)


@given(shares, shares, shares)
def test_confrontation_is_likelier_where_security_is_higher(p, traits, a, b, bond):
    low, high = sorted((a, b))
    assert confronts(p.rupture, traits, bond, low) <= confronts(p.rupture, traits, bond, high)
    assert confronts(p.rupture, traits, bond, 0.0) < confronts(p.rupture, traits, bond, 1.0)


def test_avoidant_clients_withdraw_and_anxious_clients_confront(p, traits):
    usual = confronts(p.rupture, traits, 0.5, 0.5)
    assert confronts(p.rupture, traits._replace(avoidance=1.0), 0.5, 0.5) < usual
    assert confronts(p.rupture, traits._replace(anxiety=1.0), 0.5, 0.5) > usual


def test_withdrawal_is_the_more_frequent_type(p, client, traits):
    assert confronts(p.rupture, traits, 0.7, client.security) < 0.5


def test_a_rupture_happens_as_often_as_its_hazard_says(p, client, traits):
    s = Strain(0.2, 0.3, 0.4, 0.1)
    onsets = (np.arange(1000) + 0.5) / 1000
    broken = [rupture(p.rupture, s, traits, client, Draws(u, 0.5, 0.5, 0.5)).type > 0 for u in onsets]
    assert np.mean(broken) == pytest.approx(hazard(p.rupture, s), abs=0.001)


def test_a_session_without_rupture_has_neither_source_nor_severity(p, client, traits):
    broken = rupture(p.rupture, Strain(0.2, 0.3, 0.4, 0.1), traits, client, Draws(0.999, 0.5, 0.5, 0.5))
    assert tuple(broken) == (Rupture.NONE, Source.NONE, 0.0)


def test_the_source_is_drawn_in_proportion_to_the_strains(p, client, traits):
    places = (np.arange(1000) + 0.5) / 1000
    s = Strain(0.1, 0.3, 0.6, 5.0)
    drawn = [rupture(p.rupture, s, traits, client, Draws(1e-9, 0.5, u, 0.5)).source for u in places]
    assert [drawn.count(source) for source in (Source.GOAL, Source.TASK, Source.BOND)] == [100, 300, 600]


def test_a_rupture_without_any_strain_is_about_the_bond(p, client, traits):
    broken = rupture(p.rupture, Strain(0.0, 0.0, 0.0, 0.0), traits, client, Draws(1e-9, 0.5, 0.5, 0.5))
    assert broken.source == Source.BOND


def test_severity_has_the_mean_that_is_set_and_is_mostly_minor(p, client, traits):
    draws = (np.arange(2000) + 0.5) / 2000
    s = Strain(0.2, 0.3, 0.4, 0.1)
    severity = [rupture(p.rupture, s, traits, client, Draws(1e-9, 0.5, 0.5, u)).severity for u in draws]
    assert np.mean(severity) == pytest.approx(p.rupture.severity, rel=1e-3)
    assert np.median(severity) < p.rupture.severity
    assert min(severity) > 0.0


def test_types_come_as_often_as_the_rule_for_confrontation_says(p, client, traits):
    draws = (np.arange(1000) + 0.5) / 1000
    s = Strain(0.2, 0.3, 0.4, 0.1)
    types = [rupture(p.rupture, s, traits, client, Draws(1e-9, u, 0.5, 0.5)).type for u in draws]
    bond = 1.0 / (1.0 + np.exp(-client.bond))
    expected = confronts(p.rupture, traits, bond, client.security)
    assert types.count(Rupture.CONFRONTATION) / 1000 == pytest.approx(expected, abs=0.001)
