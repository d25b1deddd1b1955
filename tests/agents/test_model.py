"""The model as Mesa knows it: steps, tables, data collector, seeds and memory."""

import gc
import weakref

import numpy as np
import pandas as pd
import pytest

from alliance_sim.agents import AllianceModel, Client, Therapist
from alliance_sim.engine import loops
from alliance_sim.law.attention import Treatment
from alliance_sim.law.state import Events, Levels
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.law.world import World
from alliance_sim.scenario.scenario import Clinic, Scenario


def same(ours: AllianceModel, theirs: AllianceModel) -> bool:
    """Whether two models have the same sessions and clients, to the bit."""
    return bool(ours.sessions().equals(theirs.sessions()) and ours.clients().equals(theirs.clients()))


def test_steps_and_then_running_on_give_the_same_as_running(small: Scenario) -> None:
    stepped = AllianceModel(small)
    for _ in range(5):
        stepped.step()
    assert same(stepped.run(), AllianceModel(small).run())


def test_mesas_own_run_model_stops_at_the_planned_end(small: Scenario) -> None:
    model = AllianceModel(small)
    model.run_model()
    assert (model.week, model.running) == (small.clinic.weeks, False)


def test_tables_can_be_read_while_the_model_runs(small: Scenario) -> None:
    model = AllianceModel(small)
    assert model.sessions().empty
    assert model.clients().symptoms_end.equals(model.clients().symptoms_intake.rename("symptoms_end"))
    model.step()
    assert set(model.sessions().session) == {1}


def test_no_week_follows_the_planned_end(small: Scenario) -> None:
    model = AllianceModel(small).run()
    with pytest.raises(RuntimeError, match=r"planned end of treatment \(week 12\)"):
        model.step()


def test_session_rows_are_sorted_by_client_and_session(small: Scenario) -> None:
    rows = AllianceModel(small).run().sessions()
    assert rows.sort_values(["therapist", "client", "session"]).equals(rows)


def test_columns_of_the_client_table_are_the_engines() -> None:
    assert CLIENT_COLUMNS == loops.CLIENT_COLUMNS


def test_data_collector_has_the_columns_of_the_session_table(small: Scenario) -> None:
    frame = AllianceModel(small).run().datacollector.get_agenttype_vars_dataframe(Client)
    assert list(frame.columns) == [*Levels._fields, *Events._fields]


def test_data_collector_has_the_numbers_of_the_session_table(small: Scenario) -> None:
    model = AllianceModel(small).run()
    numbers = {client.unique_id: client.number for client in model.client_set}
    frame = model.datacollector.get_agenttype_vars_dataframe(Client).reset_index()
    frame = frame[frame.session > 0].assign(client=frame.AgentID.map(numbers)).sort_values(["client", "session"])
    columns = ["client", *Levels._fields, *Events._fields]
    expected = model.sessions()[columns].to_numpy(float)
    assert np.array_equal(frame[columns].to_numpy(float), expected, equal_nan=True)


def test_data_collector_counts_weeks_from_one(small: Scenario) -> None:
    frame = AllianceModel(small).run().datacollector.get_agenttype_vars_dataframe(Client)
    assert sorted(set(frame.index.get_level_values("Step"))) == list(range(1, 13))


def test_data_collector_follows_clients_of_a_subclass(small: Scenario) -> None:
    class Regular(Client):
        pass

    collector = AllianceModel(small, client_class=Regular).run().datacollector
    assert len(collector.get_agenttype_vars_dataframe(Client)) == 4 * 5 * 12


def test_weekly_means_are_those_of_the_session_table(small: Scenario) -> None:
    model = AllianceModel(small).run()
    weekly = model.datacollector.get_model_vars_dataframe()
    by_week = model.sessions().groupby("session")
    assert np.allclose(weekly.alliance, by_week.alliance.mean())
    assert list(weekly.ruptures) == list(by_week.rupture.agg(lambda r: (r > 0).sum()))


def test_a_waiting_list_has_no_sessions_but_a_course_of_distress() -> None:
    waiting = Scenario(World(treatment=Treatment(every=0)), Clinic(2, 3, 6))
    model = AllianceModel(waiting).run()
    assert model.sessions().empty
    assert (model.clients().sessions_scheduled == 0).all()
    assert model.datacollector.get_model_vars_dataframe().distress.nunique() == 6


def test_agents_are_found_by_type(small: Scenario) -> None:
    model = AllianceModel(small)
    assert (len(model.therapist_set), len(model.client_set)) == (4, 20)
    assert len(model.agents_by_type[Therapist]) == 4


def test_unique_ids_are_unique_and_start_anew_in_every_model(small: Scenario) -> None:
    for _ in range(2):
        assert sorted(AllianceModel(small).agents.get("unique_id")) == list(range(1, 25))


def test_another_seed_is_another_world(small: Scenario) -> None:
    assert not same(AllianceModel(small, seed=0).run(), AllianceModel(small, seed=1).run())


def test_another_replicate_is_another_world(small: Scenario) -> None:
    ours, theirs = AllianceModel(small, replicate=1).clients(), AllianceModel(small, replicate=2).clients()
    assert not (ours.anxiety == theirs.anxiety).any()


def test_draws_from_mesas_generators_change_no_result(small: Scenario) -> None:
    disturbed = AllianceModel(small)
    for _ in range(small.clinic.weeks):
        disturbed.random.random()
        disturbed.rng.random()
        disturbed.step()
    assert same(disturbed, AllianceModel(small).run())


def test_mesas_generators_are_seeded(small: Scenario) -> None:
    draws = [AllianceModel(small, seed=0).rng.random() for _ in range(2)]
    assert draws[0] == draws[1]
    assert AllianceModel(small, seed=0).random.random() == AllianceModel(small, seed=0).random.random()


@pytest.mark.parametrize("seed", [None, -1, 1.5, True, "1"])
def test_a_seed_that_is_no_whole_number_is_refused(small: Scenario, seed: object) -> None:
    with pytest.raises(ValueError, match=r"seed is .*, expected a whole number from 0"):
        AllianceModel(small, seed=seed)  # type: ignore[arg-type]


@pytest.mark.parametrize("replicate", [0, -1, 1.5, None])
def test_a_replicate_before_the_first_is_refused(small: Scenario, replicate: object) -> None:
    with pytest.raises(ValueError, match=r"replicate is .*, expected a whole number from 1"):
        AllianceModel(small, replicate=replicate)  # type: ignore[arg-type]


def test_models_are_freed_when_nobody_holds_them(small: Scenario) -> None:
    models = [weakref.ref(AllianceModel(small, seed=seed).run()) for seed in range(3)]
    gc.collect()
    assert [model() for model in models] == [None, None, None]


def test_clients_take_turns_in_coming_first(small: Scenario) -> None:
    seen: list[int] = []

    class Watched(Client):
        def step(self) -> None:
            if self.therapist.number == 1:
                seen.append(self.slot)
            super().step()

    model = AllianceModel(small, client_class=Watched)
    model.step()
    model.step()
    assert seen == [2, 3, 4, 5, 1, 3, 4, 5, 1, 2]


def test_history_of_a_client_is_that_clients_rows(small: Scenario) -> None:
    model = AllianceModel(small).run()
    client = next(iter(model.client_set))
    rows = model.sessions().query("client == 1")
    assert [record.levels.distress for record in client.history] == list(rows.distress)


def test_ids_of_a_client_are_unique_within_a_replicate(small: Scenario) -> None:
    assert list(AllianceModel(small).clients().client) == list(range(1, 21))


def test_events_are_whole_numbers(small: Scenario) -> None:
    rows = AllianceModel(small).run().sessions()
    assert all(pd.api.types.is_integer_dtype(rows[name]) for name in Events._fields)
