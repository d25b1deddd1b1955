"""Claims of direction say no more than the interval bears."""

from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.estimates.claims import claim, recorded
from alliance_sim.stats.estimate import Estimate

numbers = st.floats(-10, 10)


@given(value=numbers, reach=st.floats(0, 10), margin=st.none() | st.floats(0.001, 5))
def test_a_claim_follows_the_interval(value: float, reach: float, margin: float | None) -> None:
    estimate = Estimate(value, value - reach, value + reach)
    words = claim(estimate, "more", "less", "open", "no difference", margin)
    least = margin or 0.0
    assert (words == "more") == (estimate.low > least)
    assert (words == "less") == (estimate.high < -least)
    assert (words == "no difference") == (margin is not None and -margin < estimate.low <= estimate.high < margin)


@given(value=numbers, margin=st.none() | numbers)
def test_without_an_interval_nothing_is_claimed(value: float, margin: float | None) -> None:
    assert claim(Estimate(value), "more", "less", "open", "same", margin) == "open"


def test_nothing_is_called_the_same_unless_there_are_words_for_it() -> None:
    assert claim(Estimate(0.0, -0.1, 0.1), "more", "less", "open", margin=1.0) == "open"


def test_claims_are_recorded_and_marked_for_tests() -> None:
    with recorded() as claims:
        assert claim(Estimate(1.0, 0.5, 1.5), "more", "less") == "⟦more⟧"
    assert [each.kind for each in claims] == [1]
    assert claim(Estimate(1.0, 0.5, 1.5), "more", "less") == "more"
