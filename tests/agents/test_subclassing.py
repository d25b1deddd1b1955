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
ALWAYS, NEVER = ({"attendance": lambda p, client, share=share: share} for share in (1.0, 0.0))


class Faithful(Client):
    stages = ALWAYS


def acknowledged(model: AllianceModel) -> list[int]:
    """How many acknowledged ruptures each of the four therapists has."""
    return [int(n) for n in model.sessions().groupby("therapist").acknowledged.sum()]


def some(model: AllianceModel, number: int) -> Therapist:
    return next(therapist for therapist in model.therapist_set if therapist.number == number)


def test_a_subclass_of_client_may_draw_other_traits(small: Scenario, usual: AllianceModel) -> None:
    class Anxious(Client):
        def draw_traits(self) -> ClientTraits:
            return super().draw_traits()._replace(anxiety=2.0)

    clients = AllianceModel(small, client_class=Anxious).clients()
    assert set(clients.anxiety) == {2.0}
    assert clients.avoidance.equals(usual.clients().avoidance)


def test_a_subclass_of_client_may_replace_a_stage_and_goes_before_the_model(small: Scenario) -> None:
    for stages in (None, NEVER):
        assert set(AllianceModel(small, client_class=Faithful, stages=stages).run().sessions().attended) == {1}


def test_a_single_client_may_replace_a_stage(small: Scenario) -> None:
    model = AllianceModel(small)
    model.client_set.select(lambda client: client.number == 3).set("stages", NEVER)
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

    assert AllianceModel(small, client_class=Reluctant).run().sessions().session.min() == 3


@pytest.mark.parametrize("own", [silent, IGNORE])
def test_a_policy_may_be_a_function_or_data_of_the_model_or_of_a_therapist_class(small: Scenario, own: object) -> None:
    class Silent(Therapist):
        policy = own  # type: ignore[assignment]

    expected = AllianceModel(small._replace(world=small.world._replace(policy=IGNORE))).run().sessions()
    assert AllianceModel(small, policy=own).run().sessions().equals(expected)  # type: ignore[arg-type]
    assert AllianceModel(small, therapist_class=Silent).run().sessions().equals(expected)


def test_a_therapists_policy_may_be_a_method(small: Scenario) -> None:
    class Learner(Therapist):
        def policy(self, policy: Policy, view: View) -> Plan:
            return Plan(1.0, 1.0, 1.0, 1.0, 0.0) if self.number % 2 else silent(policy, view)

    counts = acknowledged(AllianceModel(small, therapist_class=Learner).run())
    assert [count > 0 for count in counts] == [True, False, True, False]


def test_one_therapists_policy_is_no_other_therapists(small: Scenario, usual: AllianceModel) -> None:
    model = AllianceModel(small)
    some(model, 2).policy = silent
    mixed = model.run().sessions()
    assert acknowledged(model)[1] == 0
    spared, expected = (rows[rows.therapist != 2].reset_index(drop=True) for rows in (mixed, usual.sessions()))
    assert spared.equals(expected)


def test_a_therapists_policy_goes_before_the_models(small: Scenario) -> None:
    model = AllianceModel(small, policy=silent)
    some(model, 1).policy = Policy()
    assert [count > 0 for count in acknowledged(model.run())] == [True, False, False, False]


def test_a_therapists_own_stage_goes_before_the_models(small: Scenario) -> None:
    tense, calm = (
        {"after_week": lambda p, therapist, strain=strain: therapist._replace(strain=strain)} for strain in (3.0, 0.0)
    )

    class Tense(Therapist):
        stages = tense

    model = AllianceModel(small, therapist_class=Tense, stages=calm).run()
    assert min(therapist.state.strain for therapist in model.therapist_set) > 0.5


def test_a_policy_may_change_while_the_model_runs(small: Scenario) -> None:
    trained = AllianceModel(small, policy=silent)
    for _ in range(6):
        trained.step()
    trained.therapist_set.set("policy", Policy())
    rows = trained.run().sessions()
    assert rows.acknowledged[rows.session <= 6].sum() == 0
    assert rows.acknowledged[rows.session > 6].sum() > 0


def test_clients_know_whether_they_are_in_treatment(usual: AllianceModel) -> None:
    assert {client.left for client in usual.client_set} > {Left.NO}
    assert usual.in_treatment == sum(client.left == Left.NO for client in usual.client_set)
