"""Twins: worlds that differ in one thing share all luck that the thing does not touch, to the last bit."""

import numpy as np
import pytest

from alliance_sim.law.policy import Policy
from alliance_sim.law.state import ClientTraits, TherapistTraits
from alliance_sim.law.world import Mechanisms, Parameters, World

BIRTH = Parameters()
STORMY = World()._replace(parameters=BIRTH._replace(rupture=BIRTH.rupture._replace(base=-0.5)))
LEAVE_ALONE = Policy()._replace(acknowledge=0.0)
MEASURED = {
    "wai_goal", "wai_task", "wai_bond", "wai_client", "wai_therapist", "rupture_client", "rupture_therapist",
    "rupture_observer", "resolved_observer", "symptoms",
}  # fmt: skip


def with_parameters(world: World, group: str, **changed: float) -> World:
    """The same world with some parameters of one group changed."""
    parameters = world.parameters
    return world._replace(parameters=parameters._replace(**{group: getattr(parameters, group)._replace(**changed)}))


def differing(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> set[str]:
    """Columns that are not the same to the last bit."""
    return {name for name in a if not np.array_equal(a[name], b[name], equal_nan=a[name].dtype.kind == "f")}


def only(columns: dict[str, np.ndarray], where: np.ndarray) -> dict[str, np.ndarray]:
    """The rows for which a condition holds."""
    return {name: values[where] for name, values in columns.items()}


def test_the_same_world_and_seed_give_the_same_tables(play_world):
    assert differing(play_world(STORMY).columns, play_world(STORMY).columns) == set()


def test_another_seed_gives_other_people_and_other_luck(play_world):
    a, b = (play_world(STORMY, seed=seed).clients["anxiety"] for seed in (0, 1))
    assert not set(a) & set(b)


def test_another_replicate_gives_other_people_and_other_luck(play_world):
    first, second = np.split(play_world(STORMY, replicates=2).clients["anxiety"], 2)
    assert not set(first) & set(second)


@pytest.mark.parametrize(
    ("group", "changed"),
    [
        (
            "rating",
            {
                "candour": 0.1,
                "slope": 1.0,
                "occasion": 1.0,
                "report_base": -1.0,
                "observer_base": 0.0,
                "resolved_error": 2.0,
            },
        ),
        ("rating", {"therapist_weight": 2.0, "therapist_false": 0.3}),
    ],
)
def test_the_way_of_measuring_changes_nothing_but_measurements(play_world, group, changed):
    usual = play_world(STORMY).columns
    other = play_world(with_parameters(STORMY, group, **changed)).columns
    assert set() < differing(usual, other) <= MEASURED


def test_a_therapist_more_in_the_clinic_changes_nothing_for_the_others(play_world):
    few, more = (play_world(STORMY, therapists=n).columns for n in (2, 3))
    assert differing(few, only(more, more["therapist"] <= 2)) == set()


def test_replicates_more_change_nothing_for_those_before(play_world):
    few, more = (play_world(STORMY, replicates=n).columns for n in (1, 2))
    assert differing(few, only(more, more["replicate"] == 1)) == set()


def test_a_longer_treatment_repeats_the_shorter_one_but_for_leaving_after_its_last_session(play_world):
    short, long = (play_world(STORMY, weeks=n).columns for n in (8, 14))
    shared = only(long, long["session"] <= 8)
    assert differing(short, shared) <= {"left"}
    before = short["session"] < 8
    assert np.array_equal(short["left"][before], shared["left"][before])


def test_two_policies_share_everything_until_the_first_rupture_of_a_therapist(play_world):
    left, mended = (play_world(STORMY._replace(policy=policy)).columns for policy in (LEAVE_ALONE, Policy()))
    assert differing(left, mended)
    for therapist in (1, 2):
        mine = left["therapist"] == therapist
        quiet = min(left["session"][mine & (left["rupture"] > 0)])
        early = [only(c, (c["therapist"] == therapist) & (c["session"] < quiet)) for c in (left, mended)]
        assert differing(*early) == set()


def test_twins_have_the_same_traits_whatever_is_done_with_them(play_world):
    worlds = (STORMY, STORMY._replace(policy=LEAVE_ALONE, mechanisms=Mechanisms(ruptures=0, change=2)))
    names = [*ClientTraits._fields, *(f"therapist_{name}" for name in TherapistTraits._fields), "symptoms_intake"]
    mended, quiet = ([play_world(world).clients[name] for name in names] for world in worlds)
    assert np.array_equal(mended, quiet)


def test_twins_stay_closer_than_strangers(play_world):
    def end(policy, seed):
        return play_world(STORMY._replace(policy=policy), therapists=20, caseload=5, seed=seed).clients["distress_end"]

    twins = np.var(end(Policy(), 7) - end(LEAVE_ALONE, 7))
    strangers = np.var(end(Policy(), 7) - end(LEAVE_ALONE, 8))
    assert twins < 0.5 * strangers
