"""Two arms that differ in policy are the same world until the policy has something to do."""

import pandas as pd
import pytest

from alliance_sim.agents import AllianceModel
from alliance_sim.law.policy import Policy
from alliance_sim.law.rupture import RuptureParameters
from alliance_sim.law.state import ClientTraits, TherapistTraits
from alliance_sim.law.switch import Switch
from alliance_sim.law.world import Mechanisms, Parameters, World
from alliance_sim.scenario.scenario import Clinic, Scenario

REPAIR = Policy()
PRESS_ON = Policy(acknowledge=0.0, explore=0.0, negotiate=0.0, press=1.0)


CLINIC = Clinic(therapists=12, caseload=4, weeks=12)
RARE = Parameters(rupture=RuptureParameters(base=-4.5))
"""Few ruptures, so that there are clients without any, and caseloads that begin without."""


def play(policy: Policy, spillover: Switch = Switch.ON) -> AllianceModel:
    """One arm, played to the end."""
    world = World(RARE, policy=policy, mechanisms=Mechanisms(spillover=spillover))
    return AllianceModel(Scenario(world, CLINIC), seed=7).run()


@pytest.fixture(scope="module")
def arms() -> tuple[AllianceModel, AllianceModel]:
    """The same world under two policies."""
    return play(REPAIR), play(PRESS_ON)


def before_first_rupture(sessions: pd.DataFrame, therapist: int) -> pd.DataFrame:
    """The sessions of a caseload in the weeks before anyone in it has a rupture."""
    rows = sessions[sessions.therapist == therapist]
    first = rows.session[rows.rupture > 0].min()
    before: pd.DataFrame = rows[~(rows.session >= first)].reset_index(drop=True)
    return before


def test_both_arms_meet_the_same_people(arms: tuple[AllianceModel, AllianceModel]) -> None:
    traits = [*ClientTraits._fields, *(f"therapist_{name}" for name in TherapistTraits._fields), "symptoms_intake"]
    ours, theirs = (model.clients()[traits] for model in arms)
    pd.testing.assert_frame_equal(ours, theirs, check_exact=True)


def test_a_caseload_is_the_same_until_its_first_rupture(arms: tuple[AllianceModel, AllianceModel]) -> None:
    ours, theirs = (model.sessions() for model in arms)
    compared = 0
    for therapist in ours.therapist.unique():
        a, b = before_first_rupture(ours, therapist), before_first_rupture(theirs, therapist)
        pd.testing.assert_frame_equal(a, b, check_exact=True)
        compared += len(a)
    assert compared > 20


def first_rupture(sessions: pd.DataFrame, therapist: int) -> pd.DataFrame:
    """The first rupture of a caseload (a row, or none), in the order in which clients are seen in a week."""
    rows = sessions[(sessions.therapist == therapist) & (sessions.rupture > 0)]
    turn = (rows.client - 1 - rows.session) % CLINIC.caseload
    ordered = rows.assign(turn=turn).sort_values(["session", "turn"])
    return ordered[["client", "session", "rupture", "source", "severity"]].head(1).reset_index(drop=True)


def test_the_first_rupture_of_a_caseload_is_the_same_in_both_arms(arms: tuple[AllianceModel, AllianceModel]) -> None:
    ours, theirs = (model.sessions() for model in arms)
    compared = 0
    for therapist in ours.therapist.unique():
        a, b = first_rupture(ours, therapist), first_rupture(theirs, therapist)
        pd.testing.assert_frame_equal(a, b, check_exact=True)
        compared += len(a)
    assert compared >= 5


def test_after_ruptures_the_arms_differ(arms: tuple[AllianceModel, AllianceModel]) -> None:
    ours, theirs = (model.clients() for model in arms)
    assert (ours.distress_end != theirs.distress_end).sum() >= 5


def test_without_spill_over_only_clients_who_had_a_rupture_differ() -> None:
    ours, theirs = (play(policy, Switch.OFF) for policy in (REPAIR, PRESS_ON))
    spared = ours.clients().ruptures == 0
    assert 3 <= spared.sum() < len(spared)
    pd.testing.assert_frame_equal(ours.clients()[spared], theirs.clients()[spared], check_exact=True)
    numbers = ours.clients().client[spared]
    left, right = (m.sessions()[m.sessions().client.isin(numbers)].reset_index(drop=True) for m in (ours, theirs))
    pd.testing.assert_frame_equal(left, right, check_exact=True)


def test_with_spill_over_a_client_without_a_rupture_can_differ() -> None:
    ours, theirs = (play(policy, Switch.ON) for policy in (REPAIR, PRESS_ON))
    spared = (ours.clients().ruptures == 0) & (theirs.clients().ruptures == 0)
    assert not ours.clients()[spared].equals(theirs.clients()[spared])
