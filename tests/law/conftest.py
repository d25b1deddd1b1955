"""People and worlds that the tests of the law start from: average, so that a test changes only what it is about."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

from alliance_sim.chance import Draws
from alliance_sim.engine.block import play_block
from alliance_sim.law.attention import Treatment
from alliance_sim.law.repair import Repair
from alliance_sim.law.rupture import Break
from alliance_sim.law.state import ClientState, ClientTraits, Events, Levels, TherapistState, TherapistTraits
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.law.world import Parameters, World
from alliance_sim.scenario.scenario import Clinic, Scenario


def zeros(kind: type[Any], **changed: float) -> Any:
    """A NamedTuple of floats that are all zero but for the named ones."""
    return kind(**{**dict.fromkeys(kind._fields, 0.0), **changed})


@pytest.fixture(scope="session")
def p() -> Parameters:
    """The law's parameters at their defaults."""
    return Parameters()


@pytest.fixture(scope="session")
def client() -> ClientState:
    """A client in the middle of a treatment that goes reasonably well, with nothing unresolved."""
    return zeros(
        ClientState,
        goal=0.8, task=0.6, bond=1.0, engagement=0.6, security=0.5, distress=1.5, resting=1.2,
        last_rating=3.5, usual_rating=3.5, ratings=4.0,
    )  # fmt: skip


@pytest.fixture(scope="session")
def traits() -> ClientTraits:
    """An average client without a trauma history, whose aims are near the treatment's."""
    return zeros(ClientTraits, priority=0.4, preference=0.5, deference=0.3, resting=1.2, intake_distress=2.0,
                 responsiveness=1.0)  # fmt: skip


@pytest.fixture(scope="session")
def therapist() -> TherapistTraits:
    """A therapist of average skill in everything."""
    return zeros(TherapistTraits)


@pytest.fixture(scope="session")
def rested() -> TherapistState:
    """A therapist without strain, who has learned nothing yet."""
    return TherapistState(0.0, 0.0)


@pytest.fixture(scope="session")
def calm() -> Break:
    """No rupture."""
    return Break(0, 0, 0.0)


@pytest.fixture(scope="session")
def nothing_done() -> Repair:
    """No repair."""
    return Repair(0, 0, 0, 0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 0.0)


@pytest.fixture(scope="session")
def whole_repair() -> Repair:
    """A repair that went through all four steps and resolved everything."""
    return Repair(1, 1, 1, 1, 1, 0, 0, 0, 1.0, 0.0, 0.0, 0.3)


@pytest.fixture(scope="session")
def middle() -> Draws:
    """Luck that is neither good nor bad: the deviate of each draw is zero."""
    return Draws(0.5, 0.5, 0.5, 0.5)


class Played(NamedTuple):
    """A small clinic played to the end: columns of sessions (rows in order of client and week) and of clients."""

    columns: dict[str, np.ndarray]
    clients: dict[str, np.ndarray]


@pytest.fixture(scope="session")
def play_world() -> Callable[..., Played]:
    """A function that plays a world: `play_world(world, therapists=, caseload=, weeks=, replicates=, seed=)`."""

    def played(
        world: World, therapists: int = 2, caseload: int = 4, weeks: int = 12, replicates: int = 1, seed: int = 7
    ) -> Played:
        scenario = Scenario(world, Clinic(therapists, caseload, weeks))
        block = play_block(scenario, seed, range(1, replicates + 1))
        ids, levels, events = (np.concatenate(parts, axis=1) for parts in zip(*block.sessions, strict=True))
        columns = dict(zip(("replicate", "therapist", "client"), ids, strict=True))
        columns |= dict(zip(Levels._fields, levels, strict=True)) | dict(zip(Events._fields, events, strict=True))
        return Played(columns, dict(zip(CLIENT_COLUMNS, block.clients.T, strict=True)))

    return played


CASES = range(15)
KINDS = ("calm", "withdrawal", "confrontation")


def shaken(group, rng):
    """A group of parameters, each moved to a random place in the middle of its range."""
    values = {}
    for name, note in type(group).__annotations__.items():
        about = note.__metadata__[0]
        values[name] = float(about.low + (0.2 + 0.6 * rng.random()) * (about.high - about.low))
    return group._replace(**values)


@pytest.fixture(params=CASES)
def case(request):
    """Random people, states, events and parameters; no parameter is at an end, so that no term is zero by chance."""
    rng = np.random.default_rng(request.param)
    kind = request.param % 3
    severity = float(rng.uniform(0.1, 1.5)) if kind else 0.0
    share = rng.random
    return SimpleNamespace(
        rng=rng,
        p=Parameters(*(shaken(group, rng) for group in Parameters())),
        client=ClientState(
            *rng.normal(0.5, 1.0, 3), *rng.uniform(0.1, 1.0, 3), share(), share(), rng.uniform(0, 0.5),
            rng.uniform(0.5, 2.0), float(rng.integers(1, 4)), share(), rng.uniform(0, 2),
            rng.uniform(0.2, 3), rng.normal(0, 0.3), rng.uniform(0, 2), 0.0, 3.0, 3.5, 4.0,
        ),
        traits=ClientTraits(
            *rng.normal(size=2), share(), share(), share(), rng.normal(0, 0.5), rng.normal(), share(), 1.2, 2.0,
            rng.uniform(0.3, 3.0),
        ),
        helper=TherapistTraits(*rng.normal(size=5)),
        therapist=TherapistState(rng.uniform(0, 2), rng.uniform(0, 0.5)),
        treatment=Treatment(*rng.uniform(0.1, 1.0, 4), rng.uniform(0.5, 1.5), *rng.random(2), rng.uniform(0.5, 1.5)),
        broken=Break(kind, int(rng.integers(1, 4)) if kind else 0, severity),
        kind=KINDS[kind],
    )  # fmt: skip
