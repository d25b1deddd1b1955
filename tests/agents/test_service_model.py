"""A service agent by agent: who comes, who waits, who is taken on, and what depends on what."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from alliance_sim.agents import ReferredClient, ServiceModel, ServiceTherapist
from alliance_sim.law.about import declared
from alliance_sim.law.policy import Plan, Policy
from alliance_sim.law.service import Service, Standing
from alliance_sim.law.state import ClientTraits
from alliance_sim.scenario.scenario import Clinic, Scenario

SCENARIO = Scenario(clinic=Clinic(therapists=3, caseload=3, weeks=8))
SERVICE = Service(warm_up=4, year=30, horizon=10, load=0.0, referrals=1.8, give_up=0.1)
AT_REFERRAL = ["replicate", "client", "referred", *ClientTraits._fields, "symptoms_referral"]
LEAVE_ALONE = Policy()._replace(acknowledge=0.0)


@cache
def played(scenario: Scenario = SCENARIO, service: Service = SERVICE, **how: object) -> ServiceModel:
    """A service that has been run to its last week."""
    return ServiceModel(scenario, service, seed=3, **how).run()


def clinic(**changed: int) -> Scenario:
    """The scenario with another clinic."""
    return SCENARIO._replace(clinic=SCENARIO.clinic._replace(**changed))


def test_every_referral_has_a_row_and_ends_somewhere():
    rows = played().clients()
    assert list(rows.client) == list(range(1, len(rows) + 1))
    assert set(rows.standing) == set(map(float, Standing))
    treated = rows[rows.started.notna()]
    assert (treated.started == treated.referred + treated.waited).all()
    assert (rows.therapist > 0).equals(rows.started.notna())
    assert rows.ended.isna().equals(rows.standing.isin([Standing.WAITING, Standing.IN_TREATMENT]))


def test_no_therapist_ever_has_more_clients_than_places():
    staff = played().staff()
    assert staff.filled.max() == SCENARIO.clinic.caseload
    rows = played().clients()
    there = [((rows.started <= week) & ~(rows.ended < week)).sum() for week in staff.week.unique()]
    assert there == staff.groupby("week").filled.sum().to_list()


def test_clients_are_taken_on_in_the_order_of_referral_and_no_place_stays_empty_while_someone_waits():
    rows, staff = played().clients(), played().staff()
    assert rows.started.dropna().is_monotonic_increasing
    for week, filled in staff.groupby("week").filled.sum().items():
        waits = ((rows.referred <= week) & ~(rows.started <= week) & ~(rows.ended < week)).sum()
        assert waits == 0 or filled == 9


def test_a_treatment_is_planned_for_as_many_weeks_as_the_clinic_says():
    rows = played().clients()
    planned = rows[rows.standing == Standing.PLANNED_END]
    assert set(planned.ended - planned.started + 1) == {8}
    assert set(planned.sessions_scheduled) == {8}
    assert set(rows.left[rows.standing == Standing.DROPPED_OUT]) == {1}


def test_everybody_is_measured_at_the_horizon_treated_or_not():
    rows = played().clients()
    last = SERVICE.warm_up + SERVICE.year
    assert rows.distress_later.notna().equals(rows.referred <= last)
    assert rows[rows.referred <= last].standing.nunique() > 3


def test_who_ends_treatment_in_the_week_of_the_horizon_is_measured_once():
    service = SERVICE._replace(horizon=8, referrals=0.8)
    rows = played(service=service).clients()
    same = rows[(rows.ended == rows.referred + 7) & (rows.therapist > 0)]
    assert len(same) > 5
    assert same.symptoms_end.equals(same.symptoms_later)
    assert same.distress_end.equals(same.distress_later)


def test_who_does_not_wait_begins_with_the_score_of_the_referral():
    rows = played().clients()
    at_once = rows[(rows.waited == 0) & rows.started.notna()]
    assert len(at_once) > 5
    assert at_once.symptoms_start.equals(at_once.symptoms_referral)
    assert (at_once.distress_start != at_once.intake_distress).all()  # the week of intake departs from what lasts
    p = SCENARIO.world.parameters
    even = SCENARIO.world._replace(parameters=p._replace(change=p.change._replace(week=0.0)))
    calm = played(SCENARIO._replace(world=even)).clients()
    at_once = calm[(calm.waited == 0) & calm.started.notna()]
    assert at_once.distress_start.equals(at_once.intake_distress)
    later = rows[(rows.waited > 0) & rows.started.notna()]
    assert (later.distress_start != later.intake_distress).all()


def test_therapists_carry_what_they_have_learned_through_the_year():
    learned = played().staff().pivot_table(index="week", columns="therapist", values="learned")
    assert (learned.diff().dropna() >= 0).all().all()
    assert (learned.iloc[-1] > 0).any()


@pytest.mark.parametrize("name", Service._fields)
def test_no_setting_of_a_service_does_nothing(name):
    about = next(setting.about for setting in declared(Service) if setting.path == name)
    usual = SERVICE._replace(load=0.3)
    other = min(getattr(usual, name) * 2, about.high)
    tables = [played(service=service).clients() for service in (usual, usual._replace(**{name: other}))]
    assert not tables[0].equals(tables[1])


def test_a_therapist_more_changes_nobody_who_is_referred_and_no_date_of_referral():
    few, more = played().clients(), played(clinic(therapists=4)).clients()
    assert few[AT_REFERRAL].equals(more[AT_REFERRAL])
    assert not few.started.equals(more.started)


def test_a_policy_changes_nobody_who_is_referred_and_no_therapist():
    mended, left = played(), played(policy=LEAVE_ALONE)
    assert mended.clients()[AT_REFERRAL].equals(left.clients()[AT_REFERRAL])
    assert not mended.clients().distress_later.equals(left.clients().distress_later)
    assert [t.traits for t in mended.therapist_set] == [t.traits for t in left.therapist_set]


def test_a_longer_year_repeats_the_shorter_one():
    short, long = (played(service=SERVICE._replace(year=year)) for year in (30, 40))
    a, b = short.staff(), long.staff()
    pd.testing.assert_frame_equal(a, b[b.week <= a.week.max()].reset_index(drop=True), check_exact=True)
    over = ~short.clients().standing.isin([Standing.WAITING, Standing.IN_TREATMENT])
    seen = short.clients()[over & short.clients().distress_later.notna()]
    pd.testing.assert_frame_equal(seen, long.clients().loc[seen.index], check_exact=True)


def test_another_replicate_is_another_service():
    ours, theirs = (played(replicate=replicate).clients() for replicate in (1, 2))
    assert not set(ours.anxiety) & set(theirs.anxiety)


def test_the_draws_of_a_week_of_treatment_are_the_same_whenever_and_by_whomever_it_is_given():
    class Noted(ReferredClient):
        def attend(self) -> None:
            notes[self.number, self.lived] = self.luck, self.therapist.number, self.model.week
            super().attend()

    both = []
    for caseload in (2, 4):
        notes: dict[tuple[int, int], tuple[object, int, int]] = {}
        played(clinic(caseload=caseload), client_class=Noted)
        both.append(notes)
    shared = both[0].keys() & both[1].keys()
    assert len(shared) > 30
    assert all(both[0][at][0] == both[1][at][0] for at in shared)
    assert any(both[0][at][1:] != both[1][at][1:] for at in shared)


def test_a_person_can_step_a_service_and_watch_it():
    model = ServiceModel(SCENARIO, SERVICE, seed=3)
    for _ in range(8):
        model.step()
    rows = model.datacollector.get_model_vars_dataframe()
    assert list(rows.columns) == ["waiting", "in_treatment", "ruptures", "alliance", "strain", "learned"]
    assert len(rows) == 8
    assert rows.in_treatment.iloc[-1] == sum(client.in_treatment for client in model.client_set)
    assert model.running
    assert model.run().clients().equals(played().clients())
    assert not model.running
    with pytest.raises(RuntimeError, match="there is no next week"):
        model.step()


def test_sessions_of_a_service_are_those_of_its_clients():
    sessions, rows = played().sessions(), played().clients()
    counts = sessions.groupby("client").size()
    assert rows.set_index("client").sessions_scheduled[counts.index].eq(counts).all()
    assert counts.sum() == rows.sessions_scheduled.sum()


def test_a_client_class_decides_who_goes_on_waiting():
    class Patient(ReferredClient):
        def gives_up(self) -> bool:
            return self.waited > 3

    rows = played(client_class=Patient).clients()
    gone = rows[rows.standing == Standing.GAVE_UP]
    assert len(gone) > 3
    assert set(gone.waited) == {4}


def test_a_policy_may_be_a_therapist_classs_own_or_a_function():
    class Numb(ServiceTherapist):
        policy = LEAVE_ALONE

    assert played(therapist_class=Numb).clients().equals(played(policy=LEAVE_ALONE).clients())
    rows = played(policy=lambda policy, view: Plan(0.0, 0.0, 0.0, 0.0, 0.0)).clients()
    assert rows.repaired_sessions.sum() == 0


def test_a_replaced_stage_is_used_in_treatment_and_on_the_list():
    stages = {
        "life_outside": lambda p, distress, resting, z: 1.0,
        "week_outside": lambda p, week, z: 0.0,
        "hour_felt": lambda p, mechanism, rise: 0.0,
    }
    rows = ServiceModel(SCENARIO, SERVICE, seed=3, stages=stages).run().clients()
    assert set(rows.distress_later.dropna()) == {1.0}
    assert set(rows.distress_start[rows.waited > 0].dropna()) == {1.0}


def test_a_service_to_which_nobody_is_referred_can_be_run_too():
    model = ServiceModel(SCENARIO, SERVICE._replace(referrals=0.0)).run()
    assert len(model.clients()) == 0
    assert (model.staff().filled == 0).all()
    assert model.staff().met.isna().all()
    assert np.isnan(model.alliance)
