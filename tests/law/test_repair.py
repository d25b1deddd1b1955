"""Stage 5: notice, acknowledge, explore, negotiate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.chance import Draws
from alliance_sim.law.policy import Plan
from alliance_sim.law.repair import Repair, RepairEffect, as_felt
from alliance_sim.law.rupture import Break
from alliance_sim.law.scales import expit
from alliance_sim.law.state import Source
from tests.law.people import CALM, WHOLE_REPAIR, P, grid
from tests.law.rules import ALL_STEPS, LUCKY, mend

shares = st.floats(0.0, 1.0)
draw = st.floats(0.001, 0.999)
DECIDED_BY = {"acknowledged": "a", "explored": "b", "negotiated": "c"}  # a step, and the draw that decides it


def test_a_lucky_repair_goes_through_all_steps_and_resolves_the_rupture():
    done = mend()
    assert (done.noticed, done.acknowledged, done.explored, done.negotiated, done.repaired) == (1, 1, 1, 1, 1)
    assert done.resolution == 1.0


@pytest.mark.parametrize(
    ("skipped", "steps"), [("acknowledge", (0, 0, 0)), ("explore", (1, 0, 0)), ("negotiate", (1, 1, 0))]
)
def test_a_step_that_is_skipped_is_not_taken_nor_any_after_it(skipped, steps):
    done = mend(ALL_STEPS._replace(**{skipped: 0.0}))
    assert (done.acknowledged, done.explored, done.negotiated) == steps


def test_what_is_not_noticed_is_not_repaired():
    done = mend(noticed=False)
    assert (done.noticed, done.acknowledged, done.explored, done.negotiated, done.repaired) == (0, 0, 0, 0, 0)
    assert done.resolution == done.time == 0.0


plans = st.builds(Plan, shares, shares, shares, st.floats(0.0, 2.0), shares)
four_draws = st.builds(Draws, draw, draw, draw, draw)


@given(plans, four_draws, four_draws, st.floats(-4, 4), st.integers(0, 3))
def test_steps_come_in_order_and_resolve_a_share(plan, first, steps, skill, source):
    done = mend(plan, Break(1, source, 0.6) if source else CALM, first=first, steps=steps, skill=skill)
    assert done.noticed >= done.acknowledged >= done.explored >= done.negotiated
    assert 0.0 <= done.resolution <= 1.0
    assert done.repaired <= done.explored
    assert not (done.defensive and done.acknowledged)
    assert not (done.pressed_on and done.acknowledged)
    assert min(done.harm, done.hurt) >= 0.0
    assert 0.0 <= done.time <= 0.9


@pytest.mark.parametrize(
    ("source", "main"), [(Source.GOAL, "negotiate"), (Source.TASK, "negotiate"), (Source.BOND, "explore")]
)
def test_the_step_that_fits_the_source_resolves_most_today_and_of_what_is_older(source, main):
    broken = Break(1, int(source), 0.6)
    acknowledged, explored = (
        mend(ALL_STEPS._replace(**{step: 0.0}), broken).resolution for step in ("explore", "negotiate")
    )
    gains = {"explore": explored - acknowledged, "negotiate": mend(broken=broken).resolution - explored}
    assert max(gains, key=gains.get) == main
    older = mend(ALL_STEPS._replace(negotiate=0.0), CALM, unresolved=1.0, about=float(source))
    assert (older.resolution > 0.6) == (main == "explore")
    assert mend(ALL_STEPS._replace(negotiate=0.0), broken).repaired == (main == "explore")


def share_of(step, **settings):
    """Share of a fine grid of draws of one step at which it succeeds."""
    return np.mean([getattr(mend(steps=LUCKY._replace(**{DECIDED_BY[step]: u}), **settings), step) for u in grid()])


@pytest.mark.parametrize("step", DECIDED_BY)
def test_a_step_succeeds_as_often_as_it_is_tried_times_its_chance_whoever_taught_the_skill(step):
    for tried in (1.0, 0.4):
        plan = ALL_STEPS._replace(**{step.removesuffix("d"): tried})
        assert share_of(step, plan=plan) == pytest.approx(tried * expit(P.repair.step), abs=0.001)
    assert share_of(step, skill=0.7) == share_of(step, learned=0.7) > share_of(step)


def test_a_secure_client_is_easier_to_repair_with():
    assert share_of("explored", security=0.9) > share_of("explored", security=0.1)


def test_over_apology_makes_exploring_harder_and_hurts_the_bond():
    excessive, sorry = ALL_STEPS._replace(apology=2.0), Draws(0.5, 0.999, 0.001, 0.5)
    assert share_of("explored", plan=excessive, first=sorry) < share_of("explored")
    assert mend(excessive, first=sorry).over_apologised == 1
    assert mend(excessive, first=sorry).hurt > mend().hurt == 0.0


@given(shares, draw)
def test_owning_ones_part_is_never_over_apology(apology, u):
    assert mend(ALL_STEPS._replace(apology=apology), first=Draws(0.5, 0.999, u, 0.5)).over_apologised == 0


def test_acknowledging_without_owning_ones_part_resolves_less():
    assert mend(ALL_STEPS._replace(apology=0.0)).resolution < mend(ALL_STEPS._replace(apology=1.0)).resolution


def test_a_defensive_answer_ends_the_repair_and_does_harm():
    done = mend(first=Draws(0.5, 0.001, 0.999, 0.5))
    assert (done.defensive, done.acknowledged, done.repaired, done.resolution) == (1, 0, 0, 0.0)
    assert done.harm > 0.0


@pytest.mark.parametrize("likelier", [{"broken": Break(2, 3, 0.6)}, {"defensiveness": 1.0}, {"tension": 2.0}])
def test_defensiveness_is_likelier_in_a_confrontation_with_the_trait_and_under_strain(likelier):
    def share(**settings):
        return np.mean([mend(first=Draws(0.5, u, 0.999, 0.5), **settings).defensive for u in grid(1000)])

    assert share(**likelier) > share()


@pytest.mark.parametrize("noticed", [True, False])
def test_pressing_on_harms_a_rupture_that_is_left_alone_and_nothing_else(noticed):
    pressing = Plan(0.0, 0.0, 0.0, 0.0, 1.0)
    done = mend(pressing, noticed=noticed)
    assert done.pressed_on == 1
    assert done.harm > 0.0
    quiet = mend(pressing, CALM, noticed, unresolved=1.0)
    assert (quiet.pressed_on, quiet.harm) == (0, 0.0)


def test_every_step_takes_time_whether_it_succeeds_or_not():
    failing = Draws(0.001, 0.999, 0.001, 0.5)
    taken = [mend(ALL_STEPS._replace(explore=0.0)).time, mend(steps=failing).time, mend().time]
    assert taken == pytest.approx([P.repair.time, 2 * P.repair.time, 3 * P.repair.time])


def test_a_repair_is_felt_as_it_was_done_unless_its_effect_is_switched_off():
    for effect in (RepairEffect.CORRECTIVE, RepairEffect.RESTORATION_ONLY):
        assert as_felt(effect, WHOLE_REPAIR) == WHOLE_REPAIR
    for done in (WHOLE_REPAIR, WHOLE_REPAIR._replace(defensive=1, harm=0.6, hurt=0.1)):
        felt = as_felt(RepairEffect.NONE, done)
        assert (felt.resolution, felt.harm, felt.hurt, felt.repaired, felt.negotiated) == (0.0, 0.0, 0.0, 0, 0)
        assert felt.time == done.time


def test_pressing_on_is_no_repair_and_harms_under_every_repair_effect():
    nothing = Repair(*(0 if kind is int else 0.0 for kind in Repair.__annotations__.values()))
    pressed = nothing._replace(pressed_on=1, harm=0.4)
    assert all(as_felt(effect, pressed).harm == 0.4 for effect in RepairEffect)
