"""The models that the engine is measured against play the same law: means of columns agree within their error.

Means are taken per therapist, because therapists share nothing with each other and their clients do. Peers have
chance of their own, so they agree only statistically: a difference counts from 4.9 standard errors on, which one
comparison reaches by chance once in a million times. With fewer than 50 comparisons the tests raise a false alarm
for less than one law in 20,000; for one and the same law, seeds being fixed, they always give the same result.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from peers.mesa_model import PlainModel, Therapist
from peers.numpy_model import NumpyModel

from alliance_sim.engine.block import play_block
from alliance_sim.law.state import Events, Levels
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.law.world import Mechanisms, World
from alliance_sim.scenario.scenario import Scenario

LIMIT = 4.9
MEANS = (
    "alliance", "expressed", "engagement", "security", "unresolved", "distress", "therapist_strain", "challenge",
    "wai_client", "wai_therapist", "resolved_observer", "symptoms", "attended", "noticed", "repaired",
)  # fmt: skip
SHARES = {
    "ruptures": ("rupture", (1, 2)),
    "confrontations": ("rupture", (2,)),
    "about the bond": ("source", (3,)),
    "reported by clients": ("rupture_client", (1, 2)),
    "coded by observers": ("rupture_observer", (1, 2)),
    "dropouts": ("left", (1,)),
    "completions": ("left", (2,)),
}
COLUMNS = (*MEANS, *SHARES, "sessions", "distress squared", "distress at the end")

Means = dict[str, NDArray[np.float64]]
"""Column -> its mean over a therapist's sessions, for every therapist."""


def means(sessions: pd.DataFrame, therapists: pd.Series, distress_end: NDArray[np.float64]) -> Means:
    """Means per therapist of a session table; distress_end: mean final distress of each therapist's clients."""
    columns = sessions[list(MEANS)].astype(float)
    for name, (column, values) in SHARES.items():
        columns[name] = sessions[column].isin(values).astype(float)
    columns["distress squared"] = sessions["distress"] ** 2
    groups = columns.groupby(therapists.to_numpy())
    found = groups.mean()
    kept = {name: found[name].to_numpy() for name in (*MEANS, *SHARES, "distress squared")}
    return kept | {"sessions": groups.size().to_numpy().astype(float), "distress at the end": distress_end}


def by_engine(scenario: Scenario) -> Means:
    """100 replicates played by the engine."""
    block = play_block(scenario, 1, range(1, 101))
    ids = np.concatenate([part.ids for part in block.sessions], axis=1)
    levels = np.concatenate([part.levels for part in block.sessions], axis=1)
    events = np.concatenate([part.events for part in block.sessions], axis=1)
    sessions = pd.DataFrame(levels.T, columns=list(Levels._fields)).join(
        pd.DataFrame(events.T, columns=list(Events._fields))
    )
    ends = block.clients[:, CLIENT_COLUMNS.index("distress_end")]
    therapists = pd.Series(ids[0] * 1000 + ids[1])
    return means(sessions, therapists, ends.reshape(-1, scenario.clinic.caseload).mean(axis=1))


def by_numpy(scenario: Scenario) -> Means:
    """100 replicates played by the NumPy model."""
    model = NumpyModel(scenario, 100)
    model.run(seed=2)
    kept = model.in_treatment
    sessions = pd.DataFrame({name: values[kept] for name, values in model.table.items()})
    return means(sessions, pd.Series(np.nonzero(kept)[2]), (model.clients.distress + model.clients.week).mean(axis=0))


def by_mesa(scenario: Scenario) -> Means:
    """12 replicates played by the plain Mesa model."""
    found: list[Means] = []
    for seed in range(12):
        model = PlainModel(scenario, seed)
        model.run()
        therapists = model.agents_by_type[Therapist]
        owner = {client.unique_id: therapist.unique_id for therapist in therapists for client in therapist.caseload}
        ends = np.array([np.mean([client.distress for client in therapist.caseload]) for therapist in therapists])
        table = model.session_table()
        found.append(means(table, table.index.get_level_values("AgentID").to_series().map(owner), ends))
    return {name: np.concatenate([one[name] for one in found]) for name in found[0]}


def errors_apart(a: Means, b: Means) -> dict[str, float]:
    """How many standard errors of the difference the means of each column are apart."""

    def apart(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
        error = np.sqrt(x.var(ddof=1) / x.size + y.var(ddof=1) / y.size)
        return float(abs(x.mean() - y.mean()) / error) if error > 0.0 else 0.0

    return {name: apart(a[name], b[name]) for name in COLUMNS}


@pytest.fixture(scope="module")
def engine() -> Means:
    return by_engine(Scenario())


@pytest.mark.parametrize("peer", [by_mesa, by_numpy])
def test_a_peer_agrees_with_the_engine_in_every_main_column(peer: Callable[[Scenario], Means], engine: Means) -> None:
    found = errors_apart(peer(Scenario()), engine)
    assert {name: errors for name, errors in found.items() if errors > LIMIT} == {}


@pytest.mark.parametrize(
    ("group", "name", "change"),
    [
        ("rupture", "base", 0.25),
        ("repair", "step", -0.5),
        ("alliance", "healing", -0.15),
        ("change", "week", 0.5),
        ("sustain", "improvement", -0.3),
        ("leaving", "base", 0.25),
    ],
)
def test_a_peer_that_plays_a_slightly_different_law_is_told_apart(
    group: str, name: str, change: float, engine: Means
) -> None:
    world = World()
    before = getattr(world.parameters, group)
    other = before._replace(**{name: getattr(before, name) + change})
    parameters = world.parameters._replace(**{group: other})
    found = errors_apart(by_numpy(Scenario(world=world._replace(parameters=parameters))), engine)
    assert max(found.values()) > LIMIT


@pytest.mark.parametrize("play", [by_numpy, by_mesa])
@pytest.mark.parametrize("rival", [{"change": 1}, {"ruptures": 0}])
def test_a_peer_refuses_a_scenario_that_it_cannot_play(
    play: Callable[[Scenario], Means], rival: dict[str, int]
) -> None:
    with pytest.raises(ValueError, match="default mechanisms"):
        play(Scenario(world=World(mechanisms=Mechanisms(**rival))))
