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
from tests.law.people import CLIENT, RESTED, THERAPIST, TRAITS, P, changed_in, play

IGNORE, REPAIR = Policy()._replace(acknowledge=0.0), Policy()
STORMY = changed_in(P, "rupture", base=0.0)
STAYING = changed_in(P, "leaving", base=-40.0, complete=0.0)
HERE = Luck(*key_of(3), 1, 1, 1, 5)


def world(policy: Policy = REPAIR, parameters: Parameters = STORMY, **mechanisms: int) -> World:
    """A scenario with many ruptures; a test names what differs."""
    return World()._replace(policy=policy, parameters=parameters, mechanisms=Mechanisms()._replace(**mechanisms))


def columns(*given, clinic=None, **mechanisms: int) -> dict[str, np.ndarray]:
    """Session columns of a small clinic in such a scenario."""
    return play(world(*given, **mechanisms), **(clinic or {})).columns


def differing(a: dict, b: dict) -> set[str]:
    """Columns that are not the same to the last bit."""
    return {name for name in a if not np.array_equal(a[name], b[name], equal_nan=True)}


def test_where_strain_never_breaks_out_there_is_nothing_to_repair_and_every_policy_is_the_same():
    ignored, repaired = (columns(policy, ruptures=0) for policy in (IGNORE, REPAIR))
    for name in ("rupture", "source", "severity", "unresolved", "noticed", "acknowledged", "repaired", "resolution"):
        assert not np.any(repaired[name]), name
    assert differing(ignored, repaired) == set()
    assert np.mean(columns()["rupture"] > 0) > 0.2


def test_where_repair_has_no_effect_only_its_time_and_the_therapist_distinguish_repair_from_none():
    free = changed_in(changed_in(STORMY, "repair", time=0.0), "strain", learning=0.0)
    none = int(RepairEffect.NONE)
    ignored, repaired = (columns(policy, free, repair_effect=none) for policy in (IGNORE, REPAIR))
    flags = {"noticed", "acknowledged", "explored", "negotiated", "repaired", "defensive"}
    assert differing(ignored, repaired) <= flags | {"resolution", "resolved_observer"}
    assert np.any(repaired["repaired"])
    assert "goal" in differing(*(columns(policy, repair_effect=none) for policy in (IGNORE, REPAIR)))


def rises_of_security(played):
    """Changes of security from session to session of a client, and whether the later one had a repair."""
    within = np.diff(played["client"]) == 0
    return np.diff(played["security"])[within], played["repaired"][1:][within]


def test_security_rises_after_repair_where_repair_corrects_and_never_where_it_only_restores():
    assert rises_of_security(columns(repair_effect=int(RepairEffect.RESTORATION_ONLY)))[0].max() <= 0.0
    rises, repaired = rises_of_security(columns())
    assert (rises > 1e-12).any()
    assert np.all(repaired[rises > 1e-12] == 1)


@pytest.mark.parametrize(
    ("step", "left_out"), [("acknowledge", ["acknowledged", "explored", "negotiated"]), ("negotiate", ["negotiated"])]
)
def test_skipping_a_step_leaves_it_and_all_later_ones_out(step, left_out):
    played = columns(REPAIR._replace(**{step: 0.0}))
    assert not any(np.any(played[name]) for name in left_out)


def test_pressing_on_happens_only_under_a_policy_that_presses():
    assert not np.any(columns(IGNORE)["pressed_on"])
    assert np.any(columns(IGNORE._replace(press=1.0))["pressed_on"])


def test_what_one_client_suffers_reaches_others_of_the_caseload_only_through_the_therapist():
    """With strain and learning switched off, clients of one therapist live as if alone."""
    apart = changed_in(STORMY, "strain", learning=0.0)
    for parameters, spillover in ((apart, 0), (STORMY, 1)):
        many, alone = (
            columns(REPAIR, parameters, spillover=spillover, clinic={"therapists": 1, "caseload": n}) for n in (6, 1)
        )
        same = np.array_equal(many["distress"][many["client"] == 1], alone["distress"])
        assert same == (spillover == 0)
        assert np.any(many["therapist_strain"]) == (spillover == 1)


def helped_and_not(parameters, **mechanisms):
    """Clients who stay, in a scenario without ruptures: where treatment helps, and where it does nothing."""
    staying = changed_in(parameters, "leaving", base=-8.0, alliance=0.0, change=0.0, complete=0.0)
    mild = changed_in(staying, "change", technique=0.0, relationship=0.0)
    return (columns(REPAIR, p, ruptures=0, clinic={"caseload": 1}, **mechanisms) for p in (staying, mild))


def test_with_reciprocity_what_clients_have_gained_raises_their_alliance_and_without_it_does_not():
    helped, unhelped = helped_and_not(P, reciprocity=0)
    assert np.array_equal(helped["alliance"], unhelped["alliance"])
    assert not np.array_equal(helped["distress"], unhelped["distress"])
    helped, unhelped = helped_and_not(changed_in(P, "sustain", improvement=1.0))
    last = helped["session"] == 12
    better = helped["distress"][last] < unhelped["distress"][last]
    assert better.any()
    assert np.all(helped["alliance"][last][better] > unhelped["alliance"][last][better])


@pytest.mark.parametrize("effect", RepairEffect)
def test_trust_is_earned_only_where_repair_corrects_and_raises_the_alliance_after(effect):
    """Trust is no column: what it raises is seen where its weight is the only difference."""
    p = changed_in(changed_in(STORMY, "security", corrective=0.12), "leaving", base=-40.0, complete=0.0)
    plain, trusting = (changed_in(changed_in(p, "change", impact=0.0), "sustain", trust=w) for w in (0.0, 5.0))
    off = {"repair_effect": int(effect), "reciprocity": 0, "spillover": 0}
    a, b = (columns(REPAIR, p, **off)["alliance"] for p in (plain, trusting))
    if effect == RepairEffect.CORRECTIVE:
        assert np.mean(b > a) > 0.2
        assert np.mean(b) > np.mean(a)
    else:
        assert np.array_equal(a, b)


def one_session(played=None, last=False, **changed):
    """One session at a given address; a test names what differs."""
    return session(played or world(), HERE, THERAPIST, TRAITS, RESTED, CLIENT._replace(**changed), last)


def missing(parameters: Parameters = STORMY, **mechanisms: int) -> World:
    """A scenario in which nobody comes."""
    return world(parameters=changed_in(parameters, "attendance", base=-40.0), **mechanisms)


def coming(parameters: Parameters, **mechanisms: int) -> World:
    """A scenario in which everybody comes."""
    return world(parameters=changed_in(parameters, "attendance", base=40.0), **mechanisms)


def test_a_missed_session_has_neither_work_nor_rupture_nor_ratings_and_is_not_remembered():
    hour = one_session(missing())
    levels, events = hour.record
    assert (events.attended, events.rupture, events.noticed, events.rupture_client, events.rupture_observer) == (0,) * 5
    assert levels.challenge == 0.0
    assert np.all(np.isnan([levels.wai_goal, levels.wai_task, levels.wai_bond, levels.wai_client]))
    assert np.all(np.isnan([levels.wai_therapist, levels.resolved_observer, levels.symptoms]))
    remembered = ("last_rating", "usual_rating", "ratings")
    assert [getattr(hour.client, name) for name in remembered] == [getattr(CLIENT, name) for name in remembered]


def test_an_hour_that_is_felt_in_the_week_lowers_its_distress_by_what_it_did_to_the_alliance():
    felt, unfelt = (one_session(coming(changed_in(STORMY, "change", impact=x))) for x in (2.0, 0.0))
    rise = felt.record.levels.alliance - felt_alliance(CLIENT)
    assert unfelt.client.week - felt.client.week == pytest.approx(2.0 * rise)
    assert felt.client.distress == unfelt.client.distress
    assert felt.record.levels.alliance == unfelt.record.levels.alliance


@pytest.mark.parametrize(("comes", "change"), [(missing, Change.GATE), (coming, Change.TECHNIQUE_ONLY)])
def test_a_missed_session_and_one_of_technique_only_are_felt_in_no_week(comes, change):
    played = (comes(changed_in(STORMY, "change", impact=x), change=int(change)) for x in (0.0, 2.0))
    assert len({one_session(each).client.week for each in played}) == 1


def test_the_first_week_is_in_the_intake_score_and_carried_into_treatment():
    lively, still = (world(parameters=changed_in(STORMY, "change", week=x)) for x in (0.5, 0.0))
    intake = HERE._replace(week=0)
    departs = first_week(lively, intake)
    assert departs != 0.0
    assert first_state(lively, intake, THERAPIST, TRAITS).week == departs
    as_distressed = TRAITS._replace(intake_distress=TRAITS.intake_distress + departs)
    assert intake_score(lively, intake, TRAITS) == intake_score(still, intake, as_distressed)


def test_a_score_is_of_the_distress_of_its_week():
    apart, together = CLIENT._replace(distress=1.5, week=0.5), CLIENT._replace(distress=2.0)
    assert score(World(), HERE, apart) == score(World(), HERE, together)


def test_resolution_is_rated_where_an_observer_coded_a_marker_and_nowhere_else():
    played = columns(clinic={"caseload": 10})
    coded, rated = played["rupture_observer"] > 0, played["resolved_observer"]
    assert np.array_equal(np.isnan(rated), ~coded)
    whole, none = (rated[coded & (played["rupture"] > 0) & (played["resolution"] == r)] for r in (1, 0))
    assert np.mean(whole) > np.mean(none) + 2.0


def test_nobody_leaves_early_from_the_last_session():
    leaving = world(parameters=changed_in(STORMY, "leaving", base=40.0))
    assert [one_session(leaving, last).record.events.left for last in (False, True)] == [1, 0]


def test_the_table_shows_the_state_that_is_carried_on():
    hour = one_session(unresolved=1.0, about=3.0)
    levels, state = hour.record.levels, hour.client
    shown = (levels.engagement, levels.security, levels.unresolved, levels.distress, levels.therapist_strain)
    carried = (state.engagement, state.security, state.unresolved, present_distress(state), hour.therapist.strain)
    assert shown == carried


def test_a_week_without_a_session_moves_distress_by_life_alone():
    quiet = World()._replace(parameters=changed_in(P, "change", life=0.0, week=0.0))
    after = outside(quiet, HERE, CLIENT._replace(distress=CLIENT.resting))
    assert (after.distress, after.week) == (CLIENT.resting, 0.0)
    assert outside(World(), HERE, CLIENT).distress != CLIENT.distress


def test_life_outside_has_the_same_draws_in_therapy_and_out_of_it():
    """A week of waiting and a missed session meet the same events of life."""
    missed, apart = one_session(missing(P)).client, outside(missing(P), HERE, CLIENT)
    assert (missed.distress, missed.week) == (apart.distress, apart.week)


def test_treatment_with_sessions_every_other_week_has_half_as_many():
    weekly, fortnightly = (
        play(world(parameters=STAYING)._replace(treatment=Treatment(every=k))).columns["session"] for k in (1, 2)
    )
    assert len(weekly) == 2 * len(fortnightly)
    assert set(fortnightly) == {1, 3, 5, 7, 9, 11}


def test_a_waiting_list_has_no_sessions_and_still_has_outcomes():
    waiting = play(World()._replace(treatment=Treatment(every=0)))
    assert len(waiting.columns["session"]) == 0
    for name in ("symptoms_intake", "symptoms_end", "distress_end"):
        assert np.all(np.isfinite(waiting.clients[name]))
