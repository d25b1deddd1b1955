"""Stage 3: technique work makes challenge."""

from hypothesis import given
from hypothesis import strategies as st

from tests.law.rules import work

shares = st.floats(0.0, 1.0)


def test_what_is_not_done_does_nothing():
    assert tuple(work(share=0.0)) == (0.0, 0.0, 0.0)
    assert work(challenge=0.0).dose == work(engaged=0.0).dose == 0.0


def test_challenge_past_tolerance_adds_overload_and_no_dose():
    bearable, hard, harder = (work(challenge=x, bond=0.0, security=0.0) for x in (0.1, 1.5, 2.0))
    assert harder.overload > hard.overload > bearable.overload == 0.0
    assert harder.dose == hard.dose


@given(st.floats(0.0, 2.0), shares, shares, shares, shares, st.floats(-4.0, 4.0))
def test_dose_is_never_more_than_what_was_borne(challenge, share, bond, security, engaged, skill):
    done = work(challenge, 1.0, share, skill, bond, security, engaged)
    assert 0.0 <= done.dose <= done.challenge - done.overload + 1e-12
