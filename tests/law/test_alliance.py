"""Stage 6: drift, coupling, damage, restoration."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.chance import Draws
from alliance_sim.law.alliance import (
    alliance,
    apart,
    expressed_alliance,
    felt_alliance,
    first_impression,
    sustainable,
)
from alliance_sim.law.attention import Attention, Treatment, divide
from alliance_sim.law.rupture import Break
from alliance_sim.law.scales import expit
from alliance_sim.law.security import Learning

shares = st.floats(0.0, 1.0)
severities = st.floats(0.05, 3.0)
NO_ATTENTION = Attention(0.0, 0.0, 0.0, 1.0, 0.0)
COMPONENTS = ("goal", "task", "bond")
WITHDRAWAL, CONFRONTATION = 1, 2


@pytest.fixture(scope="module")
def pair_level(p, therapist, traits, client):
    """What an average pair can sustain; a test names what differs."""

    def of(treatment=None, goal=0.7, met=0.0, security=0.5, strain=0.0, therapist=therapist, **changed):
        who = traits._replace(**changed)
        chosen = treatment or Treatment()
        return sustainable(p.alliance, chosen, therapist, who, goal, met, security, strain)

    return of


@pytest.fixture(scope="module")
def week(p, client, traits, middle, calm, nothing_done, pair_level):
    """The client after a week with average luck; a test names what differs from a calm session."""

    def of(hour=None, present=True, broken=calm, mended=nothing_done, reciprocity=1, luck=middle,
           level=None, settings=None, **changed):  # fmt: skip
        before = client._replace(**changed)
        return alliance(
            p.alliance._replace(**(settings or {})),
            p.repair,
            reciprocity,
            level or pair_level(),
            traits,
            hour or divide(Treatment(), 0.0),
            present,
            broken,
            mended,
            Learning(before.security, 0.0),
            before,
            luck,
        )

    return of


def test_felt_alliance_is_the_mean_of_goal_task_and_bond(client):
    assert felt_alliance(client) == pytest.approx((expit(0.8) + expit(0.6) + expit(1.0)) / 3.0)


@given(st.floats(0.0, 1.5), st.floats(0.0, 6.0))
def test_what_is_shown_is_never_less_than_what_is_felt(client, deference, mask):
    assert expressed_alliance(client._replace(mask=mask), deference) >= felt_alliance(client)


def test_the_further_apart_aims_are_the_less_agreement_can_be_sustained(pair_level):
    treatment = Treatment(target=0.0)
    levels = [pair_level(treatment, priority=x).goal for x in (0.1, 0.5, 0.9)]
    assert levels == sorted(levels, reverse=True)


def test_goal_mismatch_lowers_what_rests_on_it(pair_level):
    assert pair_level(goal=0.2).task < pair_level(goal=0.8).task


def test_negotiating_brings_aims_and_ways_together(pair_level):
    treatment = Treatment(target=0.0, structure=0.0)
    apart_, near = (pair_level(treatment, met=met, priority=0.9, preference=0.9) for met in (0.0, 0.8))
    assert near.goal > apart_.goal
    assert near.task > apart_.task


def test_when_everything_is_met_the_differences_no_longer_count(pair_level):
    levels = [pair_level(met=1.0, priority=x, preference=x)[:2] for x in (0.0, 0.5, 1.0)]
    assert levels[0] == levels[1] == levels[2]


def test_the_bond_rests_on_attunement_and_security_and_suffers_from_strain(pair_level, therapist):
    usual = pair_level()
    assert pair_level(therapist=therapist._replace(attunement=1.0)).bond > usual.bond
    assert pair_level(security=0.9).bond > usual.bond
    assert pair_level(strain=2.0).bond < usual.bond


def test_a_convincing_rationale_comes_with_competence(pair_level, therapist):
    assert pair_level(therapist=therapist._replace(competence=1.0)).task > pair_level().task


def test_a_pair_begins_below_what_it_can_sustain(p, therapist, traits, middle, pair_level):
    start = first_impression(p.alliance, Treatment(), therapist, traits, 0.5, middle)
    level = pair_level(goal=expit(start.goal))
    gap = p.alliance.start_gap
    assert (start.goal, start.task, start.bond) == pytest.approx(
        (level.goal - gap, level.task - gap, level.bond - gap)
    )
    assert (start.unresolved, start.mask, start.met, start.ratings) == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_without_attention_decays(week, component):
    alone = {"coupling": 0.0}
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


@pytest.mark.parametrize("component", COMPONENTS)
def test_components_pull_each_other(week, component):
    others = dict.fromkeys(set(COMPONENTS) - {component}, 3.0)
    assert getattr(week(**others), component) > getattr(week(), component)


def test_improvement_lifts_every_component_and_deterioration_lowers_it(week):
    usual, better, worse = week(), week(improvement=0.5), week(improvement=-0.5)
    assert all(getattr(worse, c) < getattr(usual, c) < getattr(better, c) for c in COMPONENTS)


def test_without_reciprocity_improvement_leaves_the_alliance_alone(week):
    assert week(reciprocity=0, improvement=0.5)[:3] == week(reciprocity=0)[:3]


def test_an_unresolved_load_drags_on_every_component(week):
    assert all(getattr(week(unresolved=2.0), c) < getattr(week(), c) for c in COMPONENTS)


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


def test_withdrawal_lowers_engagement_beyond_what_the_alliance_explains(week):
    gone, objected = (week(broken=Break(kind, 3, 0.8)) for kind in (WITHDRAWAL, CONFRONTATION))
    assert gone.engagement < objected.engagement <= week().engagement


def test_repair_brings_engagement_back(week, whole_repair):
    broken = Break(WITHDRAWAL, 3, 0.8)
    assert week(broken=broken, mended=whole_repair).engagement > week(broken=broken).engagement


def test_confronting_and_exploring_take_the_mask_down(week, whole_repair):
    still = week(mask=1.0).mask
    assert week(mask=1.0, broken=Break(CONFRONTATION, 3, 0.1)).mask < still
    assert week(mask=1.0, mended=whole_repair).mask < still < 1.0


def test_what_is_not_repaired_stays_as_a_load_that_fades(week):
    left = week(broken=Break(WITHDRAWAL, 2, 0.8))
    assert 0.7 < left.unresolved < 0.8
    assert left.about == 2.0
    assert week(unresolved=1.0, about=2.0).unresolved < 1.0


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


@given(st.lists(st.floats(0.001, 0.999), min_size=4, max_size=4), st.floats(-6, 6), severities, st.floats(0, 3))
def test_states_keep_within_their_bounds(week, nothing_done, draws, level, severity, harm):
    after = week(
        luck=Draws(*draws), goal=level, task=-level, bond=level, improvement=5.0 * level, unresolved=10.0, mask=6.0,
        broken=Break(WITHDRAWAL, 1, severity), mended=nothing_done._replace(harm=harm),
    )  # fmt: skip
    assert all(-6.0 <= getattr(after, c) <= 6.0 for c in COMPONENTS)
    assert 0.0 <= after.engagement <= 1.0
    assert 0.0 <= after.unresolved <= 10.0
    assert 0.0 <= after.mask <= 6.0
    assert 0.0 <= after.met <= 1.0
