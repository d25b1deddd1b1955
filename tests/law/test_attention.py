"""Stage 2: attention is divided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.attention import Treatment, divide, is_last, is_scheduled

shares = st.floats(0.0, 1.0)
treatments = st.tuples(shares, shares, shares, shares).filter(lambda s: sum(s) > 1e-6).map(lambda s: Treatment(*s))


@given(treatments, st.floats(0.0, 0.9))
def test_shares_of_an_hour_add_up_to_one(treatment, repair):
    hour = divide(treatment, repair)
    assert sum(hour) == pytest.approx(1.0, abs=1e-12)
    assert min(hour) >= 0.0


@given(treatments, st.floats(0.0, 0.9))
def test_time_for_repair_is_taken_from_everything_else_in_proportion(treatment, repair):
    whole = divide(treatment, 0.0)
    rest = divide(treatment, repair)
    assert rest.repair == repair
    for name in ("goal", "task", "bond", "technique"):
        assert getattr(rest, name) == pytest.approx((1.0 - repair) * getattr(whole, name), abs=1e-12)


@pytest.mark.parametrize("favourite", ["goal", "task", "bond", "technique"])
def test_attention_to_one_thing_is_paid_for_by_the_others(favourite):
    before = divide(Treatment(), 0.0)
    after = divide(Treatment()._replace(**{favourite: 0.8}), 0.0)
    assert getattr(after, favourite) > getattr(before, favourite)
    others = {"goal", "task", "bond", "technique"} - {favourite}
    assert all(getattr(after, name) < getattr(before, name) for name in others)


def test_a_waiting_list_never_has_a_session():
    assert not any(is_scheduled(Treatment(every=0), week) for week in range(1, 60))


@pytest.mark.parametrize("every", [1, 2, 3, 52])
def test_sessions_begin_in_the_first_week_and_come_at_the_set_distance(every):
    scheduled = [week for week in range(1, 105) if is_scheduled(Treatment(every=every), week)]
    assert scheduled == list(range(1, 105, every))


@pytest.mark.parametrize(("every", "weeks"), [(1, 16), (2, 16), (3, 16), (2, 1), (4, 13)])
def test_exactly_one_scheduled_session_is_the_last(every, weeks):
    treatment = Treatment(every=every)
    scheduled = [week for week in range(1, weeks + 1) if is_scheduled(treatment, week)]
    assert [week for week in scheduled if is_last(treatment, week, weeks)] == scheduled[-1:]
