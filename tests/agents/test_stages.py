"""Replacing one stage of the law, and what is said when that goes wrong."""

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from alliance_sim.agents import AllianceModel, StageError, replaceable
from alliance_sim.agents.stages import ROOTS, called
from alliance_sim.compiled import plain
from alliance_sim.law.attendance import AttendanceParameters, attendance
from alliance_sim.law.change import life_outside
from alliance_sim.law.policy import Plan, Policy, View
from alliance_sim.law.rupture import Break
from alliance_sim.law.state import ClientState
from alliance_sim.scenario.scenario import Scenario


def always(p: AttendanceParameters, client: ClientState) -> float:
    """A client who never misses a session."""
    return 1.0


def test_a_replaced_stage_is_the_one_that_is_played(small: Scenario) -> None:
    assert set(AllianceModel(small, stages={"attendance": always}).run().sessions().attended) == {1}


@pytest.mark.parametrize("name", ["attendance", "hazard", "symptoms", "life_outside", "client_traits", "after_week"])
def test_a_stage_replaced_by_itself_changes_nothing(small: Scenario, name: str) -> None:
    ours = AllianceModel(small, stages={name: replaceable()[name]}).run()
    theirs = AllianceModel(small).run()
    assert ours.sessions().equals(theirs.sessions())
    assert ours.clients().equals(theirs.clients())


def test_a_stage_may_call_the_one_that_it_replaces(small: Scenario) -> None:
    def half(p: AttendanceParameters, client: ClientState) -> float:
        return 0.5 * attendance(p, client)

    share = AllianceModel(small, stages={"attendance": half}).run().sessions().attended.mean()
    assert 0.3 < share < 0.6


def test_a_stage_is_replaced_wherever_the_law_calls_it(small: Scenario) -> None:
    stages = {
        "life_outside": lambda p, distress, resting, z: 1.0,
        "week_outside": lambda p, week, z: 0.0,
        "hour_felt": lambda p, mechanism, rise: 0.0,
    }
    clients = AllianceModel(small, stages=stages).run().clients()
    assert clients.left.nunique() > 1  # some are in treatment to the end and some are not
    assert set(clients.distress_end) == {1.0}


def test_a_rule_inside_a_stage_can_be_replaced(small: Scenario) -> None:
    rows = AllianceModel(small, stages={"hazard": lambda p, strain: 0.0}).run().sessions()
    assert rows.rupture.sum() == 0


def test_whole_numbers_are_taken_where_floats_are_meant(small: Scenario) -> None:
    ours = AllianceModel(small, policy=lambda policy, view: Plan(1, 0, 0, 1, 0)).run()
    theirs = AllianceModel(small, policy=lambda policy, view: Plan(1.0, 0.0, 0.0, 1.0, 0.0)).run()
    assert ours.sessions().equals(theirs.sessions())


def test_every_name_of_a_stage_means_one_rule() -> None:
    rules: dict[str, set[Callable[..., Any]]] = {}
    waiting = list(ROOTS)
    while waiting:
        rule = waiting.pop()
        if plain(rule) not in rules.setdefault(rule.__name__, set()):
            rules[rule.__name__].add(plain(rule))
            waiting += called(rule).values()
    assert {name: len(found) for name, found in rules.items() if len(found) > 1} == {}
    assert len(rules) > 40


def test_an_unknown_stage_is_refused_with_the_nearest_name_and_the_list(small: Scenario) -> None:
    with pytest.raises(ValueError, match=r"no stage 'attendence'\. Did you mean 'attendance'\? .*, leaving,"):
        AllianceModel(small, stages={"attendence": always})


def test_a_function_with_other_arguments_is_refused(small: Scenario) -> None:
    with pytest.raises(ValueError, match=r"'attendance' is called with \(p, client\), which .* does not take"):
        AllianceModel(small, stages={"attendance": lambda client: 1.0})


def test_a_policy_and_a_stage_plan_at_once_are_refused(small: Scenario) -> None:
    plan = replaceable()["plan"]
    with pytest.raises(ValueError, match="not both"):
        AllianceModel(small, policy=plan, stages={"plan": plan})


def late(value: object) -> Callable[..., object]:
    """A stand-in for life outside that gives something else to someone from week 3 on."""
    weeks = iter([True] * 40)
    return lambda p, distress, resting, z: life_outside(p, distress, resting, z) if next(weeks, False) else value


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (float("nan"), "returned nan, expected a number"),
        ("high", "returned 'high', expected a number"),
        (None, "returned None, expected a number"),
        (True, "returned True, expected a number"),
    ],
)
def test_a_wrong_result_is_told_with_stage_client_and_week(small: Scenario, value: object, found: str) -> None:
    with pytest.raises(StageError) as error:
        AllianceModel(small, replicate=2, stages={"life_outside": late(value)}).run()
    assert str(error.value) == f"stage 'life_outside', client 4 of therapist 1, week 3 (replicate 2): {found}"
    assert (error.value.stage, error.value.therapist, error.value.client, error.value.week) == ("life_outside", 1, 4, 3)


@pytest.mark.parametrize(
    ("stage", "stand_in", "found"),
    [
        ("attendance", lambda p, client: 1.7, "returned 1.7, expected a number from 0 to 1"),
        ("leaving", lambda *_: 0.5, "returned 0.5, expected a whole number from 0 to 2"),
        ("leaving", lambda *_: 3, "returned 3, expected a whole number from 0 to 2"),
        ("is_scheduled", lambda t, week: 1, "returned 1, expected True or False"),
        ("rupture", lambda *_: (1, 1, 1.0), "returned (1, 1, 1.0), expected Break(type, source, severity)"),
        ("rupture", lambda *_: Break(1, 1, -1.0), "returned Break with severity = -1.0, expected a number, 0 or more"),
    ],
)
def test_results_out_of_range_are_told(
    small: Scenario, stage: str, stand_in: Callable[..., object], found: str
) -> None:
    with pytest.raises(StageError) as error:
        AllianceModel(small, stages={stage: stand_in}).run()
    assert str(error.value).startswith(f"stage '{stage}', client ")
    assert str(error.value).endswith(found)


def test_a_plan_out_of_range_is_told(small: Scenario) -> None:
    with pytest.raises(StageError, match=r"stage 'plan', .* Plan with explore = 2.0, expected a number from 0 to 1"):
        AllianceModel(small, policy=lambda policy, view: Plan(1.0, 2.0, 1.0, 1.0, 0.0)).run()


def test_a_failure_inside_a_stage_is_told_and_kept_as_the_cause(small: Scenario) -> None:
    def moody(policy: Policy, view: View) -> Plan:
        raise KeyError("mood")

    with pytest.raises(StageError, match=r"'plan', client \d of therapist \d, week \d+ .*KeyError: 'mood'") as error:
        AllianceModel(small, policy=moody).run()
    assert isinstance(error.value.__cause__, KeyError)


def test_a_failure_comes_back_whole_from_a_worker_process(small: Scenario) -> None:
    with pytest.raises(StageError) as error:
        AllianceModel(small, stages={"attendance": lambda p, client: 1.7}).run()
    back = pickle.loads(pickle.dumps(error.value))
    assert (str(back), back.week) == (str(error.value), error.value.week)


def test_a_failure_of_a_therapists_own_stage_names_the_therapist(small: Scenario) -> None:
    with pytest.raises(StageError, match=r"stage 'after_week', therapist 1, week 1 \(replicate 1\): returned None"):
        AllianceModel(small, stages={"after_week": lambda p, therapist: None}).run()


def test_a_failure_at_intake_says_so(small: Scenario) -> None:
    with pytest.raises(StageError, match="stage 'client_traits', client 1 of therapist 1, intake"):
        AllianceModel(small, stages={"client_traits": lambda p, luck: None})
