"""Stage 5: notice, acknowledge, explore, negotiate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.chance import Draws
from alliance_sim.law.policy import Plan, Policy
from alliance_sim.law.repair import RepairEffect, as_felt, notices, repair
from alliance_sim.law.rupture import Break
from alliance_sim.law.scales import expit
from alliance_sim.law.state import Source

shares = st.floats(0.0, 1.0)
luck = st.floats(0.001, 0.999)
ALL_STEPS = Plan(1.0, 1.0, 1.0, 1.0, 0.0)
CALM = Draws(0.5, 0.999, 0.999, 0.5)  # noticed or not is decided elsewhere; no defensiveness, no over-apology
LUCKY = Draws(0.001, 0.001, 0.001, 0.001)
WITHDRAWAL = Break(1, 3, 0.6)
CONFRONTATION = Break(2, 3, 0.6)
NO_RUPTURE = Break(0, 0, 0.0)
DECIDED_BY = {"acknowledged": "a", "explored": "b", "negotiated": "c"}  # a step, and the draw that decides it


@pytest.fixture(scope="module")
def noticing(p, client, therapist, rested):
    """Probability of noticing; a test names what differs from a usual withdrawal."""

    def of(broken=WITHDRAWAL, flagged=0, asked=0.0, vigilance=0.0, skill=0.0, attunement=0.0, strain=0.0, **changed):
        return notices(
            p.repair,
            Policy()._replace(vigilance=vigilance),
            therapist._replace(repair_skill=skill, attunement=attunement),
            rested._replace(strain=strain),
            client._replace(**changed),
            broken,
            flagged,
            asked,
        )

    return of


@pytest.fixture(scope="module")
def mend(p, client, therapist, rested):
    """What comes of a repair; a test names what differs from a lucky repair of a noticed withdrawal."""

    def of(plan=ALL_STEPS, broken=WITHDRAWAL, noticed=True, first=CALM, steps=LUCKY, skill=0.0, learned=0.0,
           defensiveness=0.0, strain=0.0, **client_changed):  # fmt: skip
        return repair(
            p.repair,
            plan,
            therapist._replace(repair_skill=skill, defensiveness=defensiveness),
            rested._replace(strain=strain, learned=learned),
            client._replace(**client_changed),
            broken,
            noticed,
            first,
            steps,
        )

    return of


@given(shares, shares)
def test_confrontation_is_easier_to_notice_than_withdrawal(noticing, severity, mask):
    shown = noticing(Break(2, 3, severity), mask=mask)
    hidden = noticing(Break(1, 3, severity), mask=mask)
    assert shown > hidden


def test_a_mask_hides_withdrawal_and_not_confrontation(noticing):
    assert noticing(WITHDRAWAL, mask=1.0) < noticing(WITHDRAWAL, mask=0.0)
    assert noticing(CONFRONTATION, mask=1.0) == noticing(CONFRONTATION, mask=0.0)


def test_severity_makes_confrontation_plainer_than_it_makes_withdrawal(noticing):
    def gain(kind):
        odds = [noticing(Break(kind, 3, severity)) for severity in (0.0, 1.0)]
        return np.log(odds[1] / (1 - odds[1])) - np.log(odds[0] / (1 - odds[0]))

    assert gain(2) > gain(1)


@pytest.mark.parametrize("helps", ["vigilance", "skill", "attunement", "asked", "flagged"])
def test_noticing_is_helped_by(noticing, helps):
    assert noticing(**{helps: 1}) > noticing(**{helps: 0})


def test_strain_of_the_therapist_hinders_noticing(noticing):
    assert noticing(strain=2.0) < noticing(strain=0.0)


def test_an_older_load_is_harder_to_notice_unless_it_is_known(noticing):
    unknown = noticing(NO_RUPTURE, unresolved=0.6)
    known = noticing(NO_RUPTURE, unresolved=0.6, known=1.0)
    assert unknown < known


@given(st.floats(0, 6), st.floats(0, 10), st.floats(0, 6), st.floats(-4, 4), st.floats(0, 10), st.integers(0, 2))
def test_noticing_is_a_probability(noticing, severity, load, mask, skill, strain, kind):
    broken = Break(kind, 3 if kind else 0, severity if kind else 0.0)
    assert 0.0 < noticing(broken, skill=skill, strain=strain, unresolved=load, mask=mask) < 1.0


def test_a_lucky_repair_goes_through_all_steps_and_resolves_the_rupture(mend):
    done = mend()
    assert (done.noticed, done.acknowledged, done.explored, done.negotiated, done.repaired) == (1, 1, 1, 1, 1)
    assert done.resolution == 1.0


@pytest.mark.parametrize(
    ("plan", "steps"),
    [
        (ALL_STEPS._replace(acknowledge=0.0), (0, 0, 0)),
        (ALL_STEPS._replace(explore=0.0), (1, 0, 0)),
        (ALL_STEPS._replace(negotiate=0.0), (1, 1, 0)),
    ],
    ids=["acknowledge", "explore", "negotiate"],
)
def test_a_step_that_is_skipped_is_not_taken_nor_any_after_it(mend, plan, steps):
    done = mend(plan)
    assert (done.acknowledged, done.explored, done.negotiated) == steps


def test_what_is_not_noticed_is_not_repaired(mend):
    done = mend(noticed=False)
    assert (done.noticed, done.acknowledged, done.explored, done.negotiated, done.repaired) == (0, 0, 0, 0, 0)
    assert done.resolution == done.time == 0.0


plans = st.builds(Plan, shares, shares, shares, st.floats(0.0, 2.0), shares)
four_draws = st.builds(Draws, luck, luck, luck, luck)


@given(plans, four_draws, four_draws, st.floats(-4, 4), st.integers(0, 3))
def test_steps_come_in_order_and_resolve_a_share(mend, plan, first, steps, skill, source):
    broken = Break(1, source, 0.6) if source else NO_RUPTURE
    done = mend(plan, broken, first=first, steps=steps, skill=skill)
    assert done.noticed >= done.acknowledged >= done.explored >= done.negotiated
    assert 0.0 <= done.resolution <= 1.0
    assert done.repaired <= done.explored
    assert not (done.defensive and done.acknowledged)
    assert not (done.pressed_on and done.acknowledged)
    assert min(done.harm, done.hurt) >= 0.0
    assert 0.0 <= done.time <= 0.9


@pytest.mark.parametrize(
    ("source", "main"),
    [(Source.GOAL, "negotiate"), (Source.TASK, "negotiate"), (Source.BOND, "explore")],
)
def test_the_step_that_fits_the_source_resolves_most(mend, source, main):
    broken = Break(1, int(source), 0.6)
    acknowledged = mend(ALL_STEPS._replace(explore=0.0), broken).resolution
    explored = mend(ALL_STEPS._replace(negotiate=0.0), broken).resolution
    negotiated = mend(ALL_STEPS, broken).resolution
    gains = {"explore": explored - acknowledged, "negotiate": negotiated - explored}
    assert max(gains, key=gains.get) == main


@pytest.mark.parametrize(("about", "main"), [(1.0, "negotiate"), (2.0, "negotiate"), (3.0, "explore")])
def test_what_an_older_rupture_was_about_is_remembered(mend, about, main):
    explored = mend(ALL_STEPS._replace(negotiate=0.0), NO_RUPTURE, unresolved=1.0, about=about).resolution
    assert (explored > 0.6) == (main == "explore")


def test_skipping_negotiation_leaves_a_rupture_about_goals_unrepaired_and_one_about_the_bond_repaired(mend):
    plan = ALL_STEPS._replace(negotiate=0.0)
    assert mend(plan, Break(1, int(Source.GOAL), 0.6)).repaired == 0
    assert mend(plan, Break(1, int(Source.BOND), 0.6)).repaired == 1


def share_of(mend, step, **settings):
    """Share of a fine grid of draws of one step at which it succeeds."""
    grid = (np.arange(2000) + 0.5) / 2000
    return np.mean([getattr(mend(steps=LUCKY._replace(**{DECIDED_BY[step]: u}), **settings), step) for u in grid])


@pytest.mark.parametrize("step", DECIDED_BY)
@pytest.mark.parametrize("tried", [1.0, 0.4])
def test_a_step_succeeds_as_often_as_it_is_tried_times_its_chance(mend, p, step, tried):
    plan = ALL_STEPS._replace(**{step.removesuffix("d"): tried})
    assert share_of(mend, step, plan=plan) == pytest.approx(tried * expit(p.repair.step), abs=0.001)


@pytest.mark.parametrize("step", DECIDED_BY)
def test_learned_skill_counts_as_much_as_skill_that_was_brought(mend, step):
    assert share_of(mend, step, skill=0.7) == share_of(mend, step, learned=0.7) > share_of(mend, step)


def test_a_secure_client_is_easier_to_repair_with(mend):
    assert share_of(mend, "explored", security=0.9) > share_of(mend, "explored", security=0.1)


def test_over_apology_makes_exploring_harder_and_hurts_the_bond(mend):
    excessive = ALL_STEPS._replace(apology=2.0)
    sorry = Draws(0.5, 0.999, 0.001, 0.5)
    assert share_of(mend, "explored", plan=excessive, first=sorry) < share_of(mend, "explored")
    assert mend(excessive, first=sorry).over_apologised == 1
    assert mend(excessive, first=sorry).hurt > mend().hurt == 0.0


@given(shares, luck)
def test_owning_ones_part_is_never_over_apology(mend, apology, u):
    assert mend(ALL_STEPS._replace(apology=apology), first=Draws(0.5, 0.999, u, 0.5)).over_apologised == 0


def test_acknowledging_without_owning_ones_part_resolves_less(mend):
    assert mend(ALL_STEPS._replace(apology=0.0)).resolution < mend(ALL_STEPS._replace(apology=1.0)).resolution


def test_a_defensive_answer_ends_the_repair_and_does_harm(mend):
    done = mend(first=Draws(0.5, 0.001, 0.999, 0.5))
    assert (done.defensive, done.acknowledged, done.repaired, done.resolution) == (1, 0, 0, 0.0)
    assert done.harm > 0.0


def test_defensiveness_is_likelier_in_a_confrontation_with_the_trait_and_under_strain(mend):
    def share(**settings):
        grid = (np.arange(1000) + 0.5) / 1000
        return np.mean([mend(first=Draws(0.5, u, 0.999, 0.5), **settings).defensive for u in grid])

    usual = share()
    assert share(broken=CONFRONTATION) > usual
    assert share(defensiveness=1.0) > usual
    assert share(strain=2.0) > usual


def test_pressing_on_harms_a_rupture_that_is_left_alone(mend):
    pressing = Plan(0.0, 0.0, 0.0, 0.0, 1.0)
    for noticed in (True, False):
        done = mend(pressing, noticed=noticed)
        assert done.pressed_on == 1
        assert done.harm > 0.0


def test_there_is_nothing_to_press_on_against_without_a_rupture_today(mend):
    done = mend(Plan(0.0, 0.0, 0.0, 0.0, 1.0), NO_RUPTURE, unresolved=1.0)
    assert (done.pressed_on, done.harm) == (0, 0.0)


def test_every_step_takes_time_whether_it_succeeds_or_not(mend, p):
    failing = Draws(0.001, 0.999, 0.001, 0.5)
    assert mend(ALL_STEPS._replace(explore=0.0)).time == pytest.approx(p.repair.time)
    assert mend(steps=failing).time == pytest.approx(2 * p.repair.time)
    assert mend().time == pytest.approx(3 * p.repair.time)


def test_a_repair_is_felt_as_it_was_done_unless_its_effect_is_switched_off(whole_repair):
    assert as_felt(RepairEffect.CORRECTIVE, whole_repair) == whole_repair
    assert as_felt(RepairEffect.RESTORATION_ONLY, whole_repair) == whole_repair


def test_without_effect_a_repair_resolves_harms_and_teaches_nothing_but_still_takes_time(whole_repair):
    failed = whole_repair._replace(defensive=1, harm=0.6, hurt=0.1)
    for done in (whole_repair, failed):
        felt = as_felt(RepairEffect.NONE, done)
        assert (felt.resolution, felt.harm, felt.hurt, felt.repaired, felt.negotiated) == (0.0, 0.0, 0.0, 0, 0)
        assert felt.time == done.time


def test_pressing_on_is_no_repair_and_harms_under_every_repair_effect(nothing_done):
    pressed = nothing_done._replace(pressed_on=1, harm=0.4)
    assert all(as_felt(effect, pressed).harm == 0.4 for effect in RepairEffect)
