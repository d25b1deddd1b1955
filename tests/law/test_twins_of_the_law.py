"""Twins: scenarios that differ in one thing share all draws that the thing does not touch, to the last bit."""

import numpy as np
import pytest

from alliance_sim.law.policy import Policy
from alliance_sim.law.state import ClientTraits, TherapistTraits
from alliance_sim.law.world import Mechanisms, World
from tests.law.people import play, with_parameters

STORMY = with_parameters(World(), "rupture", base=-0.5)
LEAVE_ALONE = Policy()._replace(acknowledge=0.0)
MEASURED = {
    "wai_goal", "wai_task", "wai_bond", "wai_client", "wai_therapist", "rupture_client", "rupture_therapist",
    "rupture_observer", "resolved_observer", "symptoms",
}  # fmt: skip


def differing(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> set[str]:
    """Columns that are not the same to the last bit."""
    return {name for name in a if not np.array_equal(a[name], b[name], equal_nan=a[name].dtype.kind == "f")}


def only(columns: dict[str, np.ndarray], where: np.ndarray) -> dict[str, np.ndarray]:
    """The rows for which a condition holds."""
    return {name: values[where] for name, values in columns.items()}


def test_seed_and_replicate_decide_who_the_people_are():
    assert differing(play(STORMY).columns, play(STORMY).columns) == set()
    first, second = np.split(play(STORMY, replicates=2).clients["anxiety"], 2)
    other = play(STORMY, seed=0).clients["anxiety"]
    assert len({*first, *second, *other}) == len(first) + len(second) + len(other)


@pytest.mark.parametrize(
    "changed",
    [
        {"candour": 0.1, "slope": 1.0, "occasion": 1.0, "report_base": -1.0, "observer_base": 0.0, "resolved_error": 2},
        {"therapist_weight": 2.0, "therapist_false": 0.3},
    ],
)
def test_the_way_of_measuring_changes_nothing_but_measurements(changed):
    assert (
        set() < differing(play(STORMY).columns, play(with_parameters(STORMY, "rating", **changed)).columns) <= MEASURED
    )


@pytest.mark.parametrize("what", ["therapist", "replicate"])
def test_a_therapist_or_replicate_more_changes_nothing_for_the_others(what):
    few, more = (play(STORMY, **{f"{what}s": n}).columns for n in (2, 3))
    assert differing(few, only(more, more[what] <= 2)) == set()


def test_a_longer_treatment_repeats_the_shorter_one_but_for_leaving_after_its_last_session():
    short, long = (play(STORMY, weeks=n).columns for n in (8, 14))
    shared = only(long, long["session"] <= 8)
    assert differing(short, shared) <= {"left"}
    before = short["session"] < 8
    assert np.array_equal(short["left"][before], shared["left"][before])


def test_two_policies_share_everything_until_the_first_rupture_of_a_therapist():
    left, mended = (play(STORMY._replace(policy=policy)).columns for policy in (LEAVE_ALONE, Policy()))
    assert differing(left, mended)
    for therapist in (1, 2):
        mine = left["therapist"] == therapist
        quiet = min(left["session"][mine & (left["rupture"] > 0)])
        early = [only(c, (c["therapist"] == therapist) & (c["session"] < quiet)) for c in (left, mended)]
        assert differing(*early) == set()


def test_twins_have_the_same_traits_whatever_is_done_with_them():
    worlds = (STORMY, STORMY._replace(policy=LEAVE_ALONE, mechanisms=Mechanisms(ruptures=0, change=2)))
    names = [*ClientTraits._fields, *(f"therapist_{name}" for name in TherapistTraits._fields), "symptoms_intake"]
    mended, quiet = ([play(world).clients[name] for name in names] for world in worlds)
    assert np.array_equal(mended, quiet)


def test_twins_stay_closer_than_strangers():
    def end(policy, seed):
        return play(STORMY._replace(policy=policy), therapists=20, caseload=5, seed=seed).clients["distress_end"]

    twins = np.var(end(Policy(), 7) - end(LEAVE_ALONE, 7))
    strangers = np.var(end(Policy(), 7) - end(LEAVE_ALONE, 8))
    assert twins < 0.5 * strangers


RARE = with_parameters(World(), "rupture", base=-4.5)
"""Few ruptures, so that there are clients without any, and caseloads that begin without."""


def rare(policy, spillover=1):
    """One arm of a clinic with few ruptures: session columns and client columns."""
    world = RARE._replace(policy=policy, mechanisms=Mechanisms(spillover=spillover))
    return play(world, therapists=12, caseload=4)


PRESS_ON = Policy(acknowledge=0.0, explore=0.0, negotiate=0.0, press=1.0)


def first_rupture(columns, therapist):
    """The first rupture of a caseload, in the order in which clients are seen in a week."""
    rows = only(columns, (columns["therapist"] == therapist) & (columns["rupture"] > 0))
    turn = (rows["client"] - 1 - rows["session"]) % 4
    order = np.lexsort((turn, rows["session"]))[:1]
    return {name: values[order].tolist() for name, values in rows.items() if name in ("client", "session", "severity")}


def test_the_first_rupture_of_a_caseload_is_the_same_in_both_arms():
    mended, pressed = (rare(policy).columns for policy in (Policy(), PRESS_ON))
    firsts = [(first_rupture(mended, k), first_rupture(pressed, k)) for k in range(1, 13)]
    assert all(one == other for one, other in firsts)
    assert sum(len(one["client"]) for one, _ in firsts) >= 5


@pytest.mark.parametrize("spillover", [0, 1])
def test_a_client_without_a_rupture_differs_only_where_strain_spills_over(spillover):
    ours, theirs = (rare(policy, spillover) for policy in (Policy(), PRESS_ON))
    spared = (ours.clients["ruptures"] == 0) & (theirs.clients["ruptures"] == 0)
    assert 3 <= spared.sum() < len(spared)
    numbers = np.flatnonzero(spared) + 1
    sessions = (only(each.columns, np.isin(each.columns["client"], numbers)) for each in (ours, theirs))
    clients = (only(each.clients, spared) for each in (ours, theirs))
    assert bool(differing(*clients)) == bool(differing(*sessions)) == bool(spillover)
