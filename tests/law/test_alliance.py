"""Stage 6: drift, negotiation, hurt, healing, repair, and trust that is earned."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.chance import Draws
from alliance_sim.law.alliance import alliance, apart, left_of_hurt
from alliance_sim.law.attention import Attention, Treatment, divide
from alliance_sim.law.rupture import Break
from alliance_sim.law.security import Learning
from alliance_sim.law.sustain import Sustainable, expressed_alliance, felt_alliance

shares = st.floats(0.0, 1.0)
severities = st.floats(0.05, 3.0)
NO_ATTENTION = Attention(0.0, 0.0, 0.0, 1.0, 0.0)
COMPONENTS = ("goal", "task", "bond")
LEVEL = Sustainable(1.3, 1.3, 1.4)
WITHDRAWAL, CONFRONTATION = 1, 2


@pytest.fixture(scope="module")
def week(p, client, middle, calm, nothing_done):
    """The client after a week with average luck; a test names what differs from a calm session."""

    def of(hour=None, present=True, broken=calm, mended=nothing_done, luck=middle, learned=0.0,
           settings=None, **changed):  # fmt: skip
        before = client._replace(**changed)
        return alliance(
            p.alliance._replace(**(settings or {})),
            p.engagement,
            p.repair,
            LEVEL,
            hour or divide(Treatment(), 0.0),
            present,
            broken,
            mended,
            Learning(before.security, learned),
            before,
            luck,
        )

    return of


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_without_attention_decays(week, component):
    alone = {"negotiation": 0.0}
    assert getattr(week(NO_ATTENTION, settings=alone), component) < getattr(week(settings=alone), component)
    assert getattr(week(NO_ATTENTION, settings=alone, **{component: 1.5}), component) < 1.5


@pytest.mark.parametrize("component", COMPONENTS)
def test_attention_brings_a_neglected_component_back(week, component):
    hour = NO_ATTENTION._replace(**{component: 0.6, "technique": 0.4})
    assert getattr(week(hour, **{component: -1.0}), component) > -1.0


def test_in_a_missed_session_nothing_is_gained_from_attention_planned(week):
    everything = Attention(0.3, 0.3, 0.3, 0.1, 0.0)
    missed = week(everything, present=False)
    assert all(getattr(missed, c) < getattr(week(everything), c) for c in COMPONENTS)
    assert missed.met == 0.0


@given(st.floats(0.01, 0.98), st.integers(0, 2))
def test_better_luck_of_a_week_lifts_the_component_it_is_for_and_no_other(week, u, which):
    lucky = [0.5, 0.5, 0.5, 0.5]
    plain = week(luck=Draws(*lucky[:which], u, *lucky[which + 1 :]))
    better = week(luck=Draws(*lucky[:which], u + 0.01, *lucky[which + 1 :]))
    assert getattr(better, COMPONENTS[which]) > getattr(plain, COMPONENTS[which])
    assert all(getattr(better, c) == getattr(plain, c) for c in COMPONENTS if c != COMPONENTS[which])


def test_goals_and_tasks_pull_together_and_the_bond_stays_apart(week):
    tied = {"negotiation": 0.2}
    usual = week(settings=tied)
    assert week(settings=tied, goal=3.0).task > usual.task
    assert week(settings=tied, task=3.0).goal > usual.goal
    assert week(settings=tied, bond=3.0)[:2] == usual[:2]
    assert week(settings=tied, goal=3.0, task=3.0).bond == usual.bond


def test_goals_and_tasks_come_nearer_by_negotiation_and_their_mean_stays(week):
    apart_, tied = (week(NO_ATTENTION, settings={"negotiation": n}, goal=2.0, task=0.0) for n in (0.0, 0.2))
    assert tied.goal - tied.task == pytest.approx(apart_.goal - apart_.task - 2 * 0.2 * 2.0)
    assert tied.goal + tied.task == pytest.approx(apart_.goal + apart_.task)


def test_nothing_is_negotiated_in_a_missed_session(week):
    missed = [week(present=False, settings={"negotiation": n}, goal=3.0) for n in (0.0, 0.5)]
    assert missed[0] == missed[1]


STILL = {"neglect_rate": 0.0, "negotiation": 0.0, "noise": 0.0}


def healed(week, security, weeks, **settings):
    """How much lower the bond is felt each week after a rupture that nobody repairs, log-odds."""
    broken = Break(WITHDRAWAL, 3, 0.8)
    quiet = {"hour": NO_ATTENTION, "settings": STILL | settings}
    state = week(**quiet, broken=broken, security=security)
    course = [1.0 - state.bond]
    for _ in range(weeks):
        state = week(**quiet, **state._asdict())
        course.append(1.0 - state.bond)
    return course


def test_a_hurt_that_nobody_repairs_heals_and_the_component_comes_back(week):
    course = healed(week, 0.5, 20, healing=0.6)
    assert course[0] > 0.5
    assert all(later < before for before, later in pairwise(course))
    assert course[20] < 0.01 * course[0]
    assert course[1] == pytest.approx(0.7 * course[0])


def test_hurts_heal_sooner_in_clients_who_feel_secure(week):
    insecure, secure = (np.array(healed(week, s, 6, healing=0.6, fragility=0.0)) for s in (0.2, 0.8))
    assert insecure[0] == pytest.approx(secure[0])
    assert np.all(secure[1:] < insecure[1:])


def test_without_healing_a_hurt_stays(week):
    course = healed(week, 0.8, 6, healing=0.0)
    assert course == pytest.approx([course[0]] * 7)


@given(shares, shares)
def test_what_a_week_leaves_of_a_hurt_is_a_share(p, healing, security):
    assert 0.0 <= left_of_hurt(p.alliance._replace(healing=healing), security) <= 1.0


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_hurt_is_felt_as_long_as_it_lasts_and_attention_goes_to_what_is_behind_it(week, component):
    """A hurt client is where another is without the hurt, and lower by what is left of it."""
    settings = {"healing": 0.4}
    whole = week(settings=settings, **{component: 1.5})
    hurt = week(settings=settings, **{component: 1.5 - 0.6, f"hurt_{component}": 0.6})
    left = 0.6 * (1.0 - 0.4 * 0.5)
    assert getattr(hurt, f"hurt_{component}") == pytest.approx(left)
    assert getattr(whole, component) - getattr(hurt, component) == pytest.approx(left)


@given(st.floats(0.01, 0.99))
def test_repair_takes_off_older_hurt_as_far_as_it_resolves(week, nothing_done, part):
    old = {"goal": 0.2, "hurt_goal": 0.6, "hurt_task": 0.4, "hurt_bond": 0.8, "unresolved": 1.0, "about": 3.0}
    alone = week(**old)
    mended = week(**old, mended=nothing_done._replace(noticed=1, acknowledged=1, resolution=part))
    for c in COMPONENTS:
        taken = part * getattr(alone, f"hurt_{c}")
        assert getattr(mended, c) - getattr(alone, c) == pytest.approx(taken)
        assert getattr(mended, f"hurt_{c}") == pytest.approx(getattr(alone, f"hurt_{c}") - taken)


def test_an_older_load_lowers_nothing_by_itself(week):
    assert week(unresolved=2.0)[:6] == week()[:6]


def test_what_is_learned_from_repair_is_added_to_trust_and_nothing_takes_it_away(week):
    assert week(learned=0.05, trust=0.1).trust == pytest.approx(0.15)
    assert week(trust=0.1).trust == 0.1
    assert week(trust=0.1, broken=Break(WITHDRAWAL, 3, 1.5)).trust == 0.1


@pytest.mark.parametrize("source", [1, 2, 3])
def test_a_rupture_damages_most_what_it_is_about(week, source):
    calm, broken = week(), week(broken=Break(WITHDRAWAL, source, 0.8))
    loss = [getattr(calm, c) - getattr(broken, c) for c in COMPONENTS]
    assert min(loss) > 0.0
    assert loss.index(max(loss)) == source - 1


def test_the_bond_is_quick_to_hurt(week):
    losses = [getattr(week(), c) - getattr(week(broken=Break(1, k + 1, 0.8)), c) for k, c in enumerate(COMPONENTS)]
    assert losses[2] > max(losses[:2])


@given(severities)
def test_insecure_clients_are_hurt_more(week, severity):
    broken = Break(WITHDRAWAL, 3, severity)
    assert week(broken=broken, security=0.1).bond < week(broken=broken, security=0.9).bond


@given(severities, shares)
def test_repair_restores_part_of_the_damage_and_never_more(week, whole_repair, severity, part):
    broken = Break(CONFRONTATION, 3, severity)
    hurt, calm = week(broken=broken), week()
    mended = week(broken=broken, mended=whole_repair._replace(resolution=part))
    assert all(getattr(hurt, c) <= getattr(mended, c) <= getattr(calm, c) for c in COMPONENTS)


def test_a_defensive_answer_adds_to_the_damage(week, nothing_done):
    broken = Break(CONFRONTATION, 3, 0.8)
    defended = week(broken=broken, mended=nothing_done._replace(defensive=1, harm=0.6))
    assert all(getattr(defended, c) < getattr(week(broken=broken), c) for c in COMPONENTS)
    assert defended.unresolved > week(broken=broken).unresolved


def test_over_apology_hurts_the_bond_alone(week, nothing_done):
    apologised = week(mended=nothing_done._replace(over_apologised=1, hurt=0.2))
    assert apologised.bond < week().bond
    assert apologised[:2] == week()[:2]


@given(severities, shares)
def test_withdrawal_lowers_what_is_felt_and_hardly_what_is_shown(week, severity, security):
    calm = week(security=security)
    gone = week(broken=Break(WITHDRAWAL, 3, severity), security=security)
    felt = felt_alliance(calm) - felt_alliance(gone)
    shown = expressed_alliance(calm, 0.3) - expressed_alliance(gone, 0.3)
    assert felt > 0.0
    assert -0.02 < shown < 0.5 * felt


@given(severities)
def test_confrontation_shows(week, severity):
    broken = Break(CONFRONTATION, 3, severity)
    shown = expressed_alliance(week(), 0.3) - expressed_alliance(week(broken=broken), 0.3)
    masked = expressed_alliance(week(), 0.3) - expressed_alliance(week(broken=Break(WITHDRAWAL, 3, severity)), 0.3)
    assert shown > masked


def test_confronting_and_exploring_take_the_mask_down(week, whole_repair):
    still = week(mask=1.0).mask
    assert week(mask=1.0, broken=Break(CONFRONTATION, 3, 0.1)).mask < still
    assert week(mask=1.0, mended=whole_repair).mask < still < 1.0


def test_what_is_not_repaired_stays_as_a_load_that_passes_as_the_hurt_does(week):
    left = week(broken=Break(WITHDRAWAL, 2, 0.8))
    assert (left.unresolved, left.about) == (0.8, 2.0)
    later = week(settings={"healing": 0.5}, security=0.6, unresolved=1.0, about=2.0, mask=1.0, hurt_bond=1.0)
    assert (later.unresolved, later.mask, later.hurt_bond) == pytest.approx((0.7, 0.7, 0.7))


def test_repair_takes_todays_and_older_load_off(week, whole_repair):
    mended = week(broken=Break(WITHDRAWAL, 2, 0.8), mended=whole_repair, unresolved=1.0, about=3.0)
    assert (mended.unresolved, mended.about, mended.known) == (0.0, 0.0, 0.0)


def test_a_load_is_about_its_larger_part(week):
    small, large = (week(broken=Break(WITHDRAWAL, 2, s), unresolved=1.0, about=3.0) for s in (0.2, 1.5))
    assert (small.about, large.about) == (3.0, 2.0)


def test_a_therapist_knows_of_a_load_once_noticed_until_nothing_is_left(week, nothing_done, p):
    seen = nothing_done._replace(noticed=1)
    assert week(broken=Break(CONFRONTATION, 3, 0.8), mended=seen).known == 1.0
    assert week(broken=Break(CONFRONTATION, 3, 0.8)).known == 0.0
    assert week(unresolved=1.0, known=1.0).known == 1.0
    assert week(unresolved=0.9 * p.repair.open_load, known=1.0).known == 0.0


def test_attention_to_goals_and_negotiated_repair_meet_part_of_the_difference(week, whole_repair):
    assert week(NO_ATTENTION).met == 0.0
    assert 0.0 < week().met < week(mended=whole_repair).met < 1.0


def test_a_week_apart_is_a_week_of_neglect(p, client):
    later = apart(p.alliance, p.repair, client._replace(unresolved=1.0, mask=1.0, about=3.0, known=1.0))
    assert all(getattr(later, c) < getattr(client, c) for c in COMPONENTS)
    assert later.unresolved < 1.0
    assert later.mask < 1.0
    assert (later.about, later.known, later.security, later.met) == (3.0, 1.0, client.security, client.met)


def test_hurts_heal_in_a_week_apart_as_in_a_missed_session(p, client, week):
    before = {"hurt_goal": 0.5, "hurt_task": 0.3, "hurt_bond": 0.7, "unresolved": 1.0, "about": 3.0, "mask": 0.4}
    later, missed = apart(p.alliance, p.repair, client._replace(**before)), week(present=False, **before)
    assert later[:6] == pytest.approx(missed[:6])
    assert (later.unresolved, later.mask) == pytest.approx((missed.unresolved, missed.mask))


@given(st.lists(st.floats(0.001, 0.999), min_size=4, max_size=4), st.floats(-6, 6), severities, st.floats(0, 3))
def test_states_keep_within_their_bounds(week, nothing_done, draws, level, severity, harm):
    after = week(
        luck=Draws(*draws), goal=level, task=-level, bond=level, unresolved=10.0, mask=6.0,
        hurt_goal=6.0, hurt_task=3.0, hurt_bond=abs(level),
        broken=Break(WITHDRAWAL, 1, severity), mended=nothing_done._replace(harm=harm),
    )  # fmt: skip
    assert all(-6.0 <= getattr(after, c) <= 6.0 for c in COMPONENTS)
    assert all(0.0 <= getattr(after, f"hurt_{c}") <= 6.0 for c in COMPONENTS)
    assert 0.0 <= after.engagement <= 1.0
    assert 0.0 <= after.unresolved <= 10.0
    assert 0.0 <= after.mask <= 6.0
    assert 0.0 <= after.met <= 1.0
