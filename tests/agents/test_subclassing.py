"""Subclasses of therapists and clients, and therapists with policies of their own."""

import pytest

from alliance_sim.agents import AllianceModel, Client, Therapist
from alliance_sim.law.policy import Plan, Policy, View
from alliance_sim.law.state import ClientTraits, Left
from alliance_sim.scenario.scenario import Scenario


def silent(policy: Policy, view: View) -> Plan:
    """Never does anything about a rupture."""
    return Plan(0.0, 0.0, 0.0, 0.0, 0.0)


IGNORE = Policy(acknowledge=0.0, explore=0.0, negotiate=0.0, apology=0.0, press=0.0)


def acknowledged(model: AllianceModel) -> dict[int, int]:
    """How many acknowledged ruptures each therapist has."""
    rows = model.sessions()
    return {number: int(rows.acknowledged[rows.therapist == number].sum()) for number in rows.therapist.unique()}


def test_a_subclass_of_client_may_draw_other_traits(small: Scenario) -> None:
    class Anxious(Client):
        def draw_traits(self) -> ClientTraits:
            return super().draw_traits()._replace(anxiety=2.0)

    model = AllianceModel(small, client_class=Anxious)
    assert set(model.clients().anxiety) == {2.0}
    assert model.clients().avoidance.equals(AllianceModel(small).clients().avoidance)


def test_a_subclass_of_client_may_replace_a_stage(small: Scenario) -> None:
    class Faithful(Client):
        stages = {"attendance": lambda p, client: 1.0}  # noqa: RUF012

    rows = AllianceModel(small, client_class=Faithful).run().sessions()
    assert set(rows.attended) == {1}


def test_a_single_client_may_replace_a_stage(small: Scenario) -> None:
    model = AllianceModel(small)
    model.client_set.select(lambda client: client.number == 3).set("stages", {"attendance": lambda p, client: 0.0})
    rows = model.run().sessions()
    assert set(rows.attended[rows.client == 3]) == {0}
    assert set(rows.attended[rows.client != 3]) == {0, 1}


def test_a_subclass_of_client_may_act_before_a_session(small: Scenario) -> None:
    class Reluctant(Client):
        def attend(self) -> None:
            if self.model.week <= 2:
                self.wait()
            else:
                super().attend()

    rows = AllianceModel(small, client_class=Reluctant).run().sessions()
    assert rows.session.min() == 3


def test_a_policy_function_for_all_is_the_policy_as_data_that_does_the_same(small: Scenario) -> None:
    ours = AllianceModel(small, policy=silent).run()
    theirs = AllianceModel(small._replace(world=small.world._replace(policy=IGNORE))).run()
    assert ours.sessions().equals(theirs.sessions())


def test_a_policy_given_as_data_takes_the_place_of_the_scenarios(small: Scenario) -> None:
    ours = AllianceModel(small, policy=IGNORE).run()
    theirs = AllianceModel(small._replace(world=small.world._replace(policy=IGNORE))).run()
    assert ours.sessions().equals(theirs.sessions())


@pytest.mark.parametrize("own", [silent, IGNORE])
def test_a_therapist_class_may_carry_a_policy(small: Scenario, own: object) -> None:
    class Silent(Therapist):
        policy = own  # type: ignore[assignment]

    assert sum(acknowledged(AllianceModel(small, therapist_class=Silent).run()).values()) == 0


def test_a_therapists_policy_may_be_a_method(small: Scenario) -> None:
    class Learner(Therapist):
        def policy(self, policy: Policy, view: View) -> Plan:
            return Plan(1.0, 1.0, 1.0, 1.0, 0.0) if self.number % 2 else silent(policy, view)

    counts = acknowledged(AllianceModel(small, therapist_class=Learner).run())
    assert counts[1] > 0
    assert counts[3] > 0
    assert counts[2] == counts[4] == 0


def test_one_therapists_policy_is_no_other_therapists(small: Scenario) -> None:
    model = AllianceModel(small)
    model.therapist_set.select(lambda therapist: therapist.number == 2).set("policy", silent)
    mixed, plain = model.run().sessions(), AllianceModel(small).run().sessions()
    assert acknowledged(model)[2] == 0
    spared, expected = (rows[rows.therapist != 2].reset_index(drop=True) for rows in (mixed, plain))
    assert spared.equals(expected)


def test_a_therapists_policy_goes_before_the_models(small: Scenario) -> None:
    model = AllianceModel(small, policy=silent)
    model.therapist_set.select(lambda therapist: therapist.number == 1).set("policy", Policy())
    counts = acknowledged(model.run())
    assert counts[1] > 0
    assert counts[2] == counts[3] == counts[4] == 0


def test_a_therapists_own_stage_goes_before_the_models(small: Scenario) -> None:
    class Tense(Therapist):
        stages = {"after_week": lambda p, therapist: therapist._replace(strain=3.0)}  # noqa: RUF012

    calm = {"after_week": lambda p, therapist: therapist._replace(strain=0.0)}
    model = AllianceModel(small, therapist_class=Tense, stages=calm).run()
    assert model.therapist_set.agg("state", lambda states: min(state.strain for state in states)) > 0.5


def test_a_clients_own_stage_goes_before_the_models(small: Scenario) -> None:
    class Faithful(Client):
        stages = {"attendance": lambda p, client: 1.0}  # noqa: RUF012

    model = AllianceModel(small, client_class=Faithful, stages={"attendance": lambda p, client: 0.0})
    assert set(model.run().sessions().attended) == {1}


def test_a_policy_may_change_while_the_model_runs(small: Scenario) -> None:
    trained = AllianceModel(small, policy=silent)
    for _ in range(6):
        trained.step()
    trained.therapist_set.set("policy", Policy())
    rows = trained.run().sessions()
    assert rows.acknowledged[rows.session <= 6].sum() == 0
    assert rows.acknowledged[rows.session > 6].sum() > 0


def test_clients_know_whether_they_are_in_treatment(small: Scenario) -> None:
    model = AllianceModel(small).run()
    assert {client.left for client in model.client_set} > {Left.NO}
    assert model.in_treatment == sum(client.left == Left.NO for client in model.client_set)
