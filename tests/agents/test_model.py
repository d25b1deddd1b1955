"""The model as Mesa knows it: steps, tables, data collector, seeds and memory."""

import gc
import weakref

import numpy as np
import pandas as pd
import pytest

from alliance_sim.agents import AllianceModel, Client, Therapist
from alliance_sim.law.attention import Treatment
from alliance_sim.law.state import Events, Levels
from alliance_sim.law.world import World
from alliance_sim.scenario.scenario import Clinic, Scenario


def same(ours: AllianceModel, theirs: AllianceModel) -> bool:
    """Whether two models have the same sessions and clients, to the bit."""
    return bool(ours.sessions().equals(theirs.sessions()) and ours.clients().equals(theirs.clients()))


def test_a_model_can_be_stepped_and_read_on_the_way_and_no_week_follows_the_planned_end(
    small: Scenario, usual: AllianceModel
) -> None:
    model = AllianceModel(small)
    assert model.sessions().empty
    assert model.clients().symptoms_end.equals(model.clients().symptoms_intake.rename("symptoms_end"))
    for week in range(1, 6):
        model.step()
        assert set(model.sessions().session) == set(range(1, week + 1))
    assert same(model.run(), usual)
    with pytest.raises(RuntimeError, match=r"planned end of treatment \(week 12\)"):
        model.step()


def test_mesas_own_run_model_stops_at_the_planned_end(small: Scenario, usual: AllianceModel) -> None:
    model = AllianceModel(small)
    model.run_model()
    assert (model.week, model.running) == (small.clinic.weeks, False)
    assert same(model, usual)


def test_tables_are_sorted_and_typed_and_clients_are_numbered(usual: AllianceModel) -> None:
    rows = usual.sessions()
    assert rows.sort_values(["therapist", "client", "session"]).equals(rows)
    assert all(pd.api.types.is_integer_dtype(rows[name]) for name in Events._fields)
    assert list(usual.clients().client) == list(range(1, 21))
    client = next(iter(usual.client_set))
    assert [record.levels.distress for record in client.history] == list(rows.query("client == 1").distress)


def test_the_data_collector_has_the_columns_and_numbers_of_the_session_table_by_week(usual: AllianceModel) -> None:
    collected = usual.datacollector.get_agenttype_vars_dataframe(Client)
    assert list(collected.columns) == [*Levels._fields, *Events._fields]
    assert sorted(set(collected.index.get_level_values("Step"))) == list(range(1, 13))
    numbers = {client.unique_id: client.number for client in usual.client_set}
    frame = collected.reset_index()
    frame = frame[frame.session > 0].assign(client=frame.AgentID.map(numbers)).sort_values(["client", "session"])
    columns = ["client", *Levels._fields, *Events._fields]
    expected = usual.sessions()[columns].to_numpy(float)
    assert np.array_equal(frame[columns].to_numpy(float), expected, equal_nan=True)


def test_weekly_means_are_those_of_the_session_table(usual: AllianceModel) -> None:
    weekly, by_week = usual.datacollector.get_model_vars_dataframe(), usual.sessions().groupby("session")
    assert np.allclose(weekly.alliance, by_week.alliance.mean())
    assert list(weekly.ruptures) == list(by_week.rupture.agg(lambda r: (r > 0).sum()))


def test_the_data_collector_follows_clients_of_a_subclass(small: Scenario) -> None:
    class Regular(Client):
        pass

    collector = AllianceModel(small, client_class=Regular).run().datacollector
    assert len(collector.get_agenttype_vars_dataframe(Client)) == 4 * 5 * 12


def test_a_waiting_list_has_no_sessions_but_a_course_of_distress() -> None:
    model = AllianceModel(Scenario(World(treatment=Treatment(every=0)), Clinic(2, 3, 6))).run()
    assert model.sessions().empty
    assert (model.clients().sessions_scheduled == 0).all()
    assert model.datacollector.get_model_vars_dataframe().distress.nunique() == 6


def test_agents_are_found_by_type_and_numbered_anew_in_every_model(small: Scenario) -> None:
    for _ in range(2):
        model = AllianceModel(small)
        assert (len(model.therapist_set), len(model.client_set)) == (4, 20)
        assert len(model.agents_by_type[Therapist]) == 4
        assert sorted(model.agents.get("unique_id")) == list(range(1, 25))


def test_another_seed_or_replicate_has_other_people(small: Scenario) -> None:
    addresses = ({"seed": 0}, {"seed": 1}, {"seed": 1, "replicate": 2})
    people = [set(AllianceModel(small, **address).clients().anxiety) for address in addresses]
    assert len(set.union(*people)) == sum(map(len, people))


def test_mesas_generators_are_seeded_and_drawing_from_them_changes_no_result(
    small: Scenario, usual: AllianceModel
) -> None:
    disturbed, other = AllianceModel(small), AllianceModel(small)
    assert disturbed.rng.random() == other.rng.random()
    assert disturbed.random.random() == other.random.random()
    for _ in range(small.clinic.weeks):
        disturbed.random.random()
        disturbed.rng.random()
        disturbed.step()
    assert same(disturbed, usual)


@pytest.mark.parametrize(
    ("name", "low", "value"),
    [*(("seed", 0, value) for value in (None, -1, 1.5, True, "1")), *(("replicate", 1, x) for x in (0, -1, 1.5, None))],
)
def test_an_address_that_is_no_whole_number_in_range_is_refused(
    small: Scenario, name: str, low: int, value: object
) -> None:
    with pytest.raises(ValueError, match=rf"{name} is .*, expected a whole number from {low}"):
        AllianceModel(small, **{name: value})  # type: ignore[arg-type]


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
