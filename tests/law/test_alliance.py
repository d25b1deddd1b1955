"""Stage 6: drift, negotiation, hurt, healing, repair, and trust that is earned."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.chance import Draws
from alliance_sim.law.alliance import apart, left_of_hurt
from alliance_sim.law.attention import Attention
from alliance_sim.law.rupture import Break
from alliance_sim.law.sustain import expressed_alliance, felt_alliance
from tests.law.people import CLIENT, CONFRONTATION, MIDDLE, NOTHING_DONE, WHOLE_REPAIR, WITHDRAWAL, P
from tests.law.rules import week

shares = st.floats(0.0, 1.0)
severities = st.floats(0.05, 3.0)
NO_ATTENTION = Attention(0.0, 0.0, 0.0, 1.0, 0.0)
COMPONENTS = ("goal", "task", "bond")
each_component = pytest.mark.parametrize("component", COMPONENTS)


def felt(**changed):
    """Goal, task and bond after a session."""
    return np.array(week(**changed)[:3])


@each_component
def test_a_component_without_attention_decays_and_attention_brings_it_back(component):
    alone = {"negotiation": 0.0}
    assert getattr(week(NO_ATTENTION, settings=alone), component) < getattr(week(settings=alone), component)
    assert getattr(week(NO_ATTENTION, settings=alone, **{component: 1.5}), component) < 1.5
    hour = NO_ATTENTION._replace(**{component: 0.6, "technique": 0.4})
    assert getattr(week(hour, **{component: -1.0}), component) > -1.0


def test_in_a_missed_session_nothing_is_gained_from_attention_planned_and_nothing_negotiated():
    everything = Attention(0.3, 0.3, 0.3, 0.1, 0.0)
    missed = week(everything, present=False)
    assert np.all(np.array(missed[:3]) < felt(hour=everything))
    assert missed.met == 0.0
    negotiating = [week(present=False, settings={"negotiation": n}, goal=3.0) for n in (0.0, 0.5)]
    assert negotiating[0] == negotiating[1]


@given(st.floats(0.01, 0.98), st.integers(0, 2))
def test_a_higher_draw_of_a_week_lifts_the_component_it_is_for_and_no_other(u, which):
    draws = [MIDDLE._replace(**{"abc"[which]: each}) for each in (u, u + 0.01)]
    plain, higher = (felt(draws=each) for each in draws)
    assert [k for k in range(3) if higher[k] != plain[k]] == [which]
    assert higher[which] > plain[which]


def test_goals_and_tasks_pull_together_and_the_bond_stays_apart():
    tied = {"negotiation": 0.2}
    usual = week(settings=tied)
    assert week(settings=tied, goal=3.0).task > usual.task
    assert week(settings=tied, task=3.0).goal > usual.goal
    assert week(settings=tied, bond=3.0)[:2] == usual[:2]
    assert week(settings=tied, goal=3.0, task=3.0).bond == usual.bond


def test_goals_and_tasks_come_nearer_by_negotiation_and_their_mean_stays():
    free, tied = (week(NO_ATTENTION, settings={"negotiation": n}, goal=2.0, task=0.0) for n in (0.0, 0.2))
    assert tied.goal - tied.task == pytest.approx(free.goal - free.task - 2 * 0.2 * 2.0)
    assert tied.goal + tied.task == pytest.approx(free.goal + free.task)


def healed(security, weeks, **settings):
    """How much lower the bond is felt each week after a rupture that nobody repairs, log-odds."""
    quiet = {"hour": NO_ATTENTION, "settings": {"neglect_rate": 0.0, "negotiation": 0.0, "noise": 0.0} | settings}
    state = week(**quiet, broken=WITHDRAWAL, security=security)
    course = [1.0 - state.bond]
    for _ in range(weeks):
        state = week(**quiet, **state._asdict())
        course.append(1.0 - state.bond)
    return np.array(course)


def test_a_hurt_that_nobody_repairs_heals_and_the_component_comes_back():
    course = healed(0.5, 20, healing=0.6)
    assert course[0] > 0.5
    assert all(later < before for before, later in pairwise(course))
    assert course[20] < 0.01 * course[0]
    assert course[1] == pytest.approx(0.7 * course[0])
    assert healed(0.8, 6, healing=0.0) == pytest.approx([healed(0.8, 0)[0]] * 7)


def test_hurts_heal_sooner_in_clients_who_feel_secure():
    insecure, secure = (healed(s, 6, healing=0.6, fragility=0.0) for s in (0.2, 0.8))
    assert insecure[0] == pytest.approx(secure[0])
    assert np.all(secure[1:] < insecure[1:])


@given(shares, shares)
def test_what_a_week_leaves_of_a_hurt_is_a_share(healing, security):
    assert 0.0 <= left_of_hurt(P.alliance._replace(healing=healing), security) <= 1.0


@each_component
def test_a_hurt_is_felt_as_long_as_it_lasts_and_attention_goes_to_what_is_behind_it(component):
    """A hurt client is where another is without the hurt, and lower by what is left of it."""
    settings = {"healing": 0.4}
    whole = week(settings=settings, **{component: 1.5})
    hurt = week(settings=settings, **{component: 1.5 - 0.6, f"hurt_{component}": 0.6})
    left = 0.6 * (1.0 - 0.4 * 0.5)
    assert getattr(hurt, f"hurt_{component}") == pytest.approx(left)
    assert getattr(whole, component) - getattr(hurt, component) == pytest.approx(left)


@given(st.floats(0.01, 0.99))
def test_repair_takes_off_older_hurt_as_far_as_it_resolves(part):
    old = {"goal": 0.2, "hurt_goal": 0.6, "hurt_task": 0.4, "hurt_bond": 0.8, "unresolved": 1.0, "about": 3.0}
    alone, mended = week(**old), week(**old, mended=NOTHING_DONE._replace(noticed=1, acknowledged=1, resolution=part))
    for c in COMPONENTS:
        taken = part * getattr(alone, f"hurt_{c}")
        assert getattr(mended, c) - getattr(alone, c) == pytest.approx(taken)
        assert getattr(mended, f"hurt_{c}") == pytest.approx(getattr(alone, f"hurt_{c}") - taken)


def test_an_older_load_lowers_nothing_by_itself():
    assert week(unresolved=2.0)[:6] == week()[:6]


def test_what_is_learned_from_repair_is_added_to_trust_and_nothing_takes_it_away():
    assert week(learned=0.05, trust=0.1).trust == pytest.approx(0.15)
    assert week(trust=0.1).trust == week(trust=0.1, broken=Break(1, 3, 1.5)).trust == 0.1


def test_a_rupture_damages_most_what_it_is_about_and_the_bond_is_quick_to_hurt():
    losses = np.array([felt() - felt(broken=Break(1, source, 0.8)) for source in (1, 2, 3)])
    assert losses.min() > 0.0
    assert losses.argmax(axis=1).tolist() == [0, 1, 2]
    assert losses[2, 2] > max(losses[0, 0], losses[1, 1])


@given(severities)
def test_insecure_clients_are_hurt_more(severity):
    insecure, secure = (week(broken=Break(1, 3, severity), security=s).bond for s in (0.1, 0.9))
    assert insecure < secure


@given(severities, shares)
def test_repair_restores_part_of_the_damage_and_never_more(severity, part):
    broken = Break(2, 3, severity)
    hurt, mended = felt(broken=broken), felt(broken=broken, mended=WHOLE_REPAIR._replace(resolution=part))
    assert np.all((hurt <= mended) & (mended <= felt()))


def test_a_defensive_answer_adds_to_the_damage_and_over_apology_hurts_the_bond_alone():
    hurt, defended = week(broken=CONFRONTATION), NOTHING_DONE._replace(defensive=1, harm=0.6)
    worse = week(broken=CONFRONTATION, mended=defended)
    assert all(a < b for a, b in zip(worse[:3], hurt[:3], strict=True))
    assert worse.unresolved > hurt.unresolved
    apologised = week(mended=NOTHING_DONE._replace(over_apologised=1, hurt=0.2))
    assert apologised.bond < week().bond
    assert apologised[:2] == week()[:2]


def shown(state):
    return expressed_alliance(state, 0.3)


@given(severities, shares)
def test_withdrawal_lowers_what_is_felt_and_hardly_what_is_shown(severity, security):
    calm, gone = week(security=security), week(broken=Break(1, 3, severity), security=security)
    fall = felt_alliance(calm) - felt_alliance(gone)
    assert fall > 0.0
    assert -0.02 < shown(calm) - shown(gone) < 0.5 * fall


@given(severities)
def test_confrontation_shows(severity):
    assert shown(week(broken=Break(2, 3, severity))) < shown(week(broken=Break(1, 3, severity)))


def test_confronting_and_exploring_take_the_mask_down():
    still = week(mask=1.0).mask
    assert week(mask=1.0, broken=Break(2, 3, 0.1)).mask < still
    assert week(mask=1.0, mended=WHOLE_REPAIR).mask < still < 1.0


def test_what_is_not_repaired_stays_as_a_load_that_passes_as_the_hurt_does():
    left = week(broken=Break(1, 2, 0.8))
    assert (left.unresolved, left.about) == (0.8, 2.0)
    later = week(settings={"healing": 0.5}, security=0.6, unresolved=1.0, about=2.0, mask=1.0, hurt_bond=1.0)
    assert (later.unresolved, later.mask, later.hurt_bond) == pytest.approx((0.7, 0.7, 0.7))


def test_repair_takes_todays_and_older_load_off():
    mended = week(broken=Break(1, 2, 0.8), mended=WHOLE_REPAIR, unresolved=1.0, about=3.0)
    assert (mended.unresolved, mended.about, mended.known) == (0.0, 0.0, 0.0)


def test_a_load_is_about_its_larger_part():
    assert [week(broken=Break(1, 2, s), unresolved=1.0, about=3.0).about for s in (0.2, 1.5)] == [3.0, 2.0]


def test_a_therapist_knows_of_a_load_once_noticed_until_nothing_is_left():
    assert week(broken=CONFRONTATION, mended=NOTHING_DONE._replace(noticed=1)).known == 1.0
    assert week(broken=CONFRONTATION).known == 0.0
    assert week(unresolved=1.0, known=1.0).known == 1.0
    assert week(unresolved=0.9 * P.repair.open_load, known=1.0).known == 0.0


def test_attention_to_goals_and_negotiated_repair_meet_part_of_the_difference():
    assert week(NO_ATTENTION).met == 0.0
    assert 0.0 < week().met < week(mended=WHOLE_REPAIR).met < 1.0


def test_a_week_apart_is_a_week_of_neglect_in_which_hurts_heal_as_in_a_missed_session():
    later = apart(P.alliance, P.repair, CLIENT._replace(unresolved=1.0, mask=1.0, about=3.0, known=1.0))
    assert np.all(np.array(later[:3]) < CLIENT[:3])
    assert max(later.unresolved, later.mask) < 1.0
    assert (later.about, later.known, later.security, later.met) == (3.0, 1.0, CLIENT.security, CLIENT.met)
    before = {"hurt_goal": 0.5, "hurt_task": 0.3, "hurt_bond": 0.7, "unresolved": 1.0, "about": 3.0, "mask": 0.4}
    later, missed = apart(P.alliance, P.repair, CLIENT._replace(**before)), week(present=False, **before)
    assert later[:6] == pytest.approx(missed[:6])
    assert (later.unresolved, later.mask) == pytest.approx((missed.unresolved, missed.mask))


@given(st.lists(st.floats(0.001, 0.999), min_size=4, max_size=4), st.floats(-6, 6), severities, st.floats(0, 3))
def test_states_keep_within_their_bounds(draws, level, severity, harm):
    after = week(
        draws=Draws(*draws), goal=level, task=-level, bond=level, unresolved=10.0, mask=6.0,
        hurt_goal=6.0, hurt_task=3.0, hurt_bond=abs(level),
        broken=Break(1, 1, severity), mended=NOTHING_DONE._replace(harm=harm),
    )  # fmt: skip
    assert all(-6.0 <= getattr(after, c) <= 6.0 for c in COMPONENTS)
    assert all(0.0 <= getattr(after, f"hurt_{c}") <= 6.0 for c in COMPONENTS)
    assert min(after.engagement, after.unresolved, after.mask, after.met) >= 0.0
    assert max(after.engagement, after.unresolved / 10.0, after.mask / 6.0, after.met) <= 1.0
