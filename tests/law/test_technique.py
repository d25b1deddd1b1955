"""Stage 3: technique work makes challenge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.technique import technique

shares = st.floats(0.0, 1.0)
challenges = st.floats(0.0, 2.0)


@pytest.fixture(scope="module")
def work(p):
    """Work of a session of average challenge; a test changes what it is about."""

    def done(**changed):
        usual = {
            "challenge": 1.0, "efficacy": 1.0, "share": 0.4, "competence": 0.0,
            "bond": 0.6, "security": 0.5, "engagement": 0.6,
        }  # fmt: skip
        return technique(p.technique, *{**usual, **changed}.values())

    return done


def test_no_time_for_technique_means_no_challenge_and_no_dose(work):
    assert tuple(work(share=0.0)) == (0.0, 0.0, 0.0)


def test_work_without_challenge_does_nothing(work):
    assert work(challenge=0.0).dose == 0.0


@given(challenges, challenges)
def test_more_challenge_never_means_less_overload(work, a, b):
    low, high = sorted((a, b))
    assert work(challenge=low).overload <= work(challenge=high).overload


@given(shares, shares)
def test_a_better_bond_makes_challenge_bearable(work, a, b):
    low, high = sorted((a, b))
    assert work(challenge=2.0, bond=high).overload <= work(challenge=2.0, bond=low).overload
    assert work(challenge=2.0, bond=1.0).overload < work(challenge=2.0, bond=0.0).overload


@given(shares, shares)
def test_learned_security_makes_challenge_bearable(work, a, b):
    low, high = sorted((a, b))
    assert work(challenge=2.0, security=high).overload <= work(challenge=2.0, security=low).overload
    assert work(challenge=2.0, security=1.0).overload < work(challenge=2.0, security=0.0).overload


def test_challenge_past_tolerance_adds_overload_and_no_dose(work):
    hard, harder = work(challenge=1.5, bond=0.0, security=0.0), work(challenge=2.0, bond=0.0, security=0.0)
    assert harder.overload > hard.overload > 0.0
    assert harder.dose == hard.dose


def test_bearable_challenge_leaves_no_overload(work):
    assert work(challenge=0.5).overload == 0.0


@pytest.mark.parametrize("quantity", ["engagement", "competence", "efficacy"])
def test_dose_grows_with(work, quantity):
    assert work(**{quantity: 0.9}).dose > work(**{quantity: 0.1}).dose


def test_nothing_is_made_of_technique_without_engagement(work):
    assert work(engagement=0.0).dose == 0.0


@given(challenges, shares, shares, shares, shares, st.floats(-4.0, 4.0))
def test_dose_is_never_more_than_what_was_borne(work, challenge, share, bond, security, engagement, skill):
    done = work(challenge=challenge, share=share, bond=bond, security=security, engagement=engagement, competence=skill)
    assert 0.0 <= done.dose <= done.challenge - done.overload + 1e-12
