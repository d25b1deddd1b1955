"""One session from beginning to end: what each stage passes on, and what its switches switch off."""

import numpy as np
import pytest

from alliance_sim.chance import Luck, key_of
from alliance_sim.law.attention import Treatment
from alliance_sim.law.change import Change, present_distress
from alliance_sim.law.policy import Policy
from alliance_sim.law.repair import RepairEffect
from alliance_sim.law.session import first_state, first_week, intake_score, outside, score, session
from alliance_sim.law.sustain import felt_alliance
from alliance_sim.law.world import Mechanisms, Parameters, World

IGNORE = Policy()._replace(acknowledge=0.0)
REPAIR = Policy()
STORMY = Parameters()._replace(rupture=Parameters().rupture._replace(base=0.0))


def world(policy: Policy = REPAIR, parameters: Parameters = STORMY, **mechanisms: int) -> World:
    """A world with many ruptures; a test names what differs."""
    return World()._replace(policy=policy, parameters=parameters, mechanisms=Mechanisms()._replace(**mechanisms))


def same(a: dict, b: dict, names) -> dict[str, bool]:
    """Which of the columns are the same to the last bit."""
    return {name: np.array_equal(a[name], b[name], equal_nan=True) for name in names}


def test_where_strain_never_breaks_out_there_is_nothing_to_repair(play_world):
    played = play_world(world(ruptures=0)).columns
    for name in ("rupture", "source", "severity", "unresolved", "noticed", "acknowledged", "repaired", "resolution"):
        assert not np.any(played[name]), name


def test_in_a_world_without_ruptures_every_policy_is_the_same(play_world):
    quiet = [play_world(world(policy, ruptures=0)).columns for policy in (IGNORE, REPAIR)]
    assert all(same(*quiet, quiet[0]).values())


def test_where_strain_may_break_out_it_does(play_world):
    assert np.mean(play_world(world()).columns["rupture"] > 0) > 0.2


def test_where_repair_has_no_effect_only_its_time_and_the_therapist_tell_repair_from_none(play_world):
    free = STORMY._replace(repair=STORMY.repair._replace(time=0.0), strain=STORMY.strain._replace(learning=0.0))
    ignored, repaired = (
        play_world(world(policy, free, repair_effect=int(RepairEffect.NONE))).columns for policy in (IGNORE, REPAIR)
    )
    flags = {"noticed", "acknowledged", "explored", "negotiated", "repaired", "defensive"}
    flags |= {"resolution", "resolved_observer"}
    assert {name for name, alike in same(ignored, repaired, ignored).items() if not alike} <= flags
    assert np.any(repaired["repaired"])


def test_where_repair_has_no_effect_its_time_is_still_taken_from_the_hour(play_world):
    ignored, repaired = (
        play_world(world(policy, repair_effect=int(RepairEffect.NONE))).columns for policy in (IGNORE, REPAIR)
    )
    assert not same(ignored, repaired, ["goal"])["goal"]


def test_where_repair_only_restores_security_never_rises(play_world):
    played = play_world(world(repair_effect=int(RepairEffect.RESTORATION_ONLY))).columns
    rises = np.diff(played["security"])[np.diff(played["client"]) == 0]
    assert rises.max() <= 0.0


def test_where_repair_corrects_security_rises_after_repair_and_only_then(play_world):
    played = play_world(world()).columns
    within = np.diff(played["client"]) == 0
    rises = np.diff(played["security"])[within] > 1e-12
    assert rises.any()
    assert np.all(played["repaired"][1:][within][rises] == 1)


def test_skipping_a_step_leaves_it_and_all_later_ones_out(play_world):
    for step, later in (("acknowledge", ["acknowledged", "explored", "negotiated"]), ("negotiate", ["negotiated"])):
        played = play_world(world(REPAIR._replace(**{step: 0.0}))).columns
        assert not any(np.any(played[name]) for name in later)


def test_pressing_on_happens_only_under_a_policy_that_presses(play_world):
    assert not np.any(play_world(world(IGNORE)).columns["pressed_on"])
    assert np.any(play_world(world(IGNORE._replace(press=1.0))).columns["pressed_on"])


def test_without_spill_over_no_strain_reaches_anyone(play_world):
    assert not np.any(play_world(world(spillover=0)).columns["therapist_strain"])
    assert np.any(play_world(world()).columns["therapist_strain"])


def test_what_one_client_suffers_reaches_others_of_the_caseload_only_through_the_therapist(play_world):
    """With strain and learning switched off, clients of one therapist live as if alone."""
    apart = STORMY._replace(strain=STORMY.strain._replace(learning=0.0))
    many = play_world(world(REPAIR, apart, spillover=0), therapists=1, caseload=6).columns
    alone = play_world(world(REPAIR, apart, spillover=0), therapists=1, caseload=1).columns
    first = many["client"] == 1
    assert np.array_equal(many["distress"][first], alone["distress"])


def test_with_spill_over_the_caseload_matters(play_world):
    many = play_world(world(), therapists=1, caseload=6).columns
    alone = play_world(world(), therapists=1, caseload=1).columns
    assert not np.array_equal(many["distress"][many["client"] == 1], alone["distress"])


def test_without_reciprocity_the_alliance_does_not_know_how_distress_went(play_world):
    staying = Parameters().leaving._replace(base=-8.0, alliance=0.0, change=0.0, complete=0.0)
    calm = Parameters()._replace(leaving=staying)
    mild = calm._replace(change=calm.change._replace(technique=0.0, relationship=0.0))
    helped, unhelped = (
        play_world(world(REPAIR, p, reciprocity=0, ruptures=0), caseload=1).columns for p in (calm, mild)
    )
    assert np.array_equal(helped["alliance"], unhelped["alliance"])
    assert not np.array_equal(helped["distress"], unhelped["distress"])


def test_with_reciprocity_what_clients_have_gained_since_intake_raises_their_alliance(play_world):
    staying = Parameters().leaving._replace(base=-8.0, alliance=0.0, change=0.0, complete=0.0)
    calm = Parameters()._replace(leaving=staying, sustain=Parameters().sustain._replace(improvement=1.0))
    mild = calm._replace(change=calm.change._replace(technique=0.0, relationship=0.0))
    helped, unhelped = (play_world(world(REPAIR, p, ruptures=0), caseload=1).columns for p in (calm, mild))
    last = helped["session"] == 12
    better = helped["distress"][last] < unhelped["distress"][last]
    assert better.any()
    assert np.all(helped["alliance"][last][better] > unhelped["alliance"][last][better])


def test_trust_is_earned_only_where_repair_corrects_and_raises_the_alliance_after(play_world):
    """Trust is no column: what it raises is seen where its weight is the only difference."""
    shares = {}
    for effect in RepairEffect:
        plain, trusting = (
            STORMY._replace(
                sustain=STORMY.sustain._replace(trust=weight),
                security=STORMY.security._replace(corrective=0.12),
                leaving=STORMY.leaving._replace(base=-40.0, complete=0.0),
                change=STORMY.change._replace(impact=0.0),
            )
            for weight in (0.0, 5.0)
        )
        off = {"repair_effect": int(effect), "reciprocity": 0, "spillover": 0}
        a, b = (play_world(world(REPAIR, p, **off)).columns for p in (plain, trusting))
        shares[effect] = (np.mean(b["alliance"] > a["alliance"]), np.mean(b["alliance"]) - np.mean(a["alliance"]))
    assert shares[RepairEffect.CORRECTIVE][0] > 0.2
    assert shares[RepairEffect.CORRECTIVE][1] > 0.0
    assert shares[RepairEffect.RESTORATION_ONLY] == shares[RepairEffect.NONE] == (0.0, 0.0)


@pytest.fixture(scope="module")
def one_session(traits, therapist, rested, client):
    """One session at a given address; a test names what differs."""

    def of(week=5, played=None, last=False, **changed):
        luck = Luck(*key_of(3), 1, 1, 1, week)
        return session(played or world(), luck, therapist, traits, rested, client._replace(**changed), last)

    return of


def missing(parameters: Parameters = STORMY) -> World:
    """A world in which nobody comes."""
    return world(parameters=parameters._replace(attendance=parameters.attendance._replace(base=-40.0)))


def coming(parameters: Parameters, **mechanisms: int) -> World:
    """A world in which everybody comes."""
    sure = parameters._replace(attendance=parameters.attendance._replace(base=40.0))
    return world(parameters=sure, **mechanisms)


def test_a_missed_session_has_neither_work_nor_rupture_nor_ratings(one_session):
    levels, events = one_session(played=missing()).record
    assert events.attended == 0
    assert (events.rupture, events.noticed, events.rupture_client, events.rupture_observer) == (0, 0, 0, 0)
    assert levels.challenge == 0.0
    assert np.all(np.isnan([levels.wai_goal, levels.wai_task, levels.wai_bond, levels.wai_client]))
    assert np.all(np.isnan([levels.wai_therapist, levels.resolved_observer, levels.symptoms]))


def test_an_hour_that_is_felt_in_the_week_lowers_its_distress_by_what_it_did_to_the_alliance(one_session, client):
    felt, unfelt = (
        one_session(played=coming(STORMY._replace(change=STORMY.change._replace(impact=x)))) for x in (2.0, 0.0)
    )
    rise = felt.record.levels.alliance - felt_alliance(client)
    assert unfelt.client.week - felt.client.week == pytest.approx(2.0 * rise)
    assert felt.client.distress == unfelt.client.distress
    assert felt.record.levels.alliance == unfelt.record.levels.alliance


def test_a_missed_session_is_felt_in_no_week(one_session):
    weeks = [
        one_session(played=missing(STORMY._replace(change=STORMY.change._replace(impact=x)))).client.week
        for x in (0.0, 2.0)
    ]
    assert weeks[0] == weeks[1]


def test_under_technique_only_no_hour_is_felt_in_the_week(one_session):
    weeks = [
        one_session(
            played=coming(STORMY._replace(change=STORMY.change._replace(impact=x)), change=int(Change.TECHNIQUE_ONLY))
        ).client.week
        for x in (0.0, 2.0)
    ]
    assert weeks[0] == weeks[1]


def test_the_first_week_is_in_the_intake_score_and_carried_into_treatment(traits, therapist):
    lively = STORMY._replace(change=STORMY.change._replace(week=0.5))
    luck = Luck(*key_of(3), 1, 1, 1, 0)
    departs = first_week(world(parameters=lively), luck)
    assert departs != 0.0
    assert first_state(world(parameters=lively), luck, therapist, traits).week == departs
    still = STORMY._replace(change=STORMY.change._replace(week=0.0))
    same_distress = traits._replace(intake_distress=traits.intake_distress + departs)
    assert intake_score(world(parameters=lively), luck, traits) == intake_score(
        world(parameters=still), luck, same_distress
    )


def test_a_score_is_of_the_distress_of_its_week(p, client):
    luck = Luck(*key_of(3), 1, 1, 1, 5)
    here = World()
    assert score(here, luck, client._replace(distress=1.5, week=0.5)) == score(
        here, luck, client._replace(distress=2.0)
    )


def test_resolution_is_rated_where_an_observer_coded_a_marker_and_nowhere_else(play_world):
    played = play_world(world(), caseload=10).columns
    coded = played["rupture_observer"] > 0
    assert np.array_equal(np.isnan(played["resolved_observer"]), ~coded)
    whole, none = (
        played["resolved_observer"][coded & (played["rupture"] > 0) & (played["resolution"] == r)] for r in (1, 0)
    )
    assert np.mean(whole) > np.mean(none) + 2.0


def test_a_missed_session_is_not_remembered_as_a_rating(one_session, client):
    after = one_session(played=missing()).client
    assert (after.last_rating, after.usual_rating, after.ratings) == (
        client.last_rating, client.usual_rating, client.ratings,
    )  # fmt: skip


def test_nobody_leaves_early_from_the_last_session(one_session):
    leaving = STORMY._replace(leaving=STORMY.leaving._replace(base=40.0))
    assert one_session(played=world(parameters=leaving)).record.events.left == 1
    assert one_session(played=world(parameters=leaving), last=True).record.events.left == 0


def test_the_table_shows_the_state_that_is_carried_on(one_session):
    hour = one_session(unresolved=1.0, about=3.0)
    levels = hour.record.levels
    carried = (hour.client.engagement, hour.client.security, hour.client.unresolved)
    carried += (present_distress(hour.client),)
    assert (levels.engagement, levels.security, levels.unresolved, levels.distress) == carried
    assert levels.therapist_strain == hour.therapist.strain


def test_a_week_without_a_session_moves_distress_by_life_alone(p, client):
    luck = Luck(*key_of(3), 1, 1, 1, 5)
    quiet = World()._replace(parameters=p._replace(change=p.change._replace(life=0.0, week=0.0)))
    after = outside(quiet, luck, client._replace(distress=client.resting))
    assert (after.distress, after.week) == (client.resting, 0.0)
    assert outside(World(), luck, client).distress != client.distress


def test_life_outside_is_the_same_luck_in_therapy_and_out_of_it(p, client, traits, therapist, rested):
    """A week of waiting and a missed session meet the same events of life."""
    luck = Luck(*key_of(3), 1, 1, 1, 5)
    missed = session(missing(p), luck, therapist, traits, rested, client, False)
    apart = outside(missing(p), luck, client)
    assert (missed.client.distress, missed.client.week) == (apart.distress, apart.week)


def test_treatment_with_sessions_every_other_week_has_half_as_many(play_world):
    stay = Parameters()._replace(leaving=Parameters().leaving._replace(base=-40.0, complete=0.0))
    weekly, fortnightly = (
        play_world(world(parameters=stay)._replace(treatment=Treatment(every=k)), weeks=12).columns["session"]
        for k in (1, 2)
    )
    assert len(weekly) == 2 * len(fortnightly)
    assert set(fortnightly) == {1, 3, 5, 7, 9, 11}


def test_a_waiting_list_has_no_sessions_and_still_has_outcomes(play_world):
    waiting = play_world(World()._replace(treatment=Treatment(every=0)))
    assert len(waiting.columns["session"]) == 0
    for name in ("symptoms_intake", "symptoms_end", "distress_end"):
        assert np.all(np.isfinite(waiting.clients[name]))
