"""A service is one law with two drivers, to the last bit; and no address of draws is used for two things."""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from alliance_sim.agents import ServiceModel
from alliance_sim.compiled import plain
from alliance_sim.engine import service as engine
from alliance_sim.law.attention import Treatment
from alliance_sim.law.policy import Policy
from alliance_sim.law.service import CASE_COLUMNS, STAFF_COLUMNS, Service
from alliance_sim.law.world import Mechanisms, World
from alliance_sim.questions.frame.config import load_question
from alliance_sim.scenario.scenario import Clinic, Population, Scenario

SEED = 20
REPLICATES = (1, 2)
CONFIG = Path(__file__).parents[2] / "configs" / "service.yaml"
SHRUNK = ["replicates=1", "clinic.therapists=2", "clinic.weeks=6"]

Tables = tuple[NDArray[np.float64], NDArray[np.float64]]
Setting = tuple[Scenario, Service]

CLINIC = Clinic(therapists=2, caseload=4, weeks=9)
SMALL = Service(warm_up=3, year=12, horizon=8, load=2.0, give_up=0.2)
MONITOR = Policy()._replace(monitor=1.0, checkin=0.05, followup=0.1)
TWO = Population("two", ("rupture.base", "strain.hour"), ((-3.0, 0.0), (-1.0, 0.3)))

SETTINGS: dict[str, Setting] = {
    "more come than there are places": (Scenario(clinic=CLINIC), SMALL),
    "places stay empty": (Scenario(clinic=CLINIC), SMALL._replace(load=0.2)),
    "a horizon within treatment": (Scenario(clinic=CLINIC), SMALL._replace(horizon=4)),
    "one therapist with one place": (Scenario(clinic=Clinic(1, 1, 5)), SMALL._replace(warm_up=0)),
    "monitoring": (Scenario(World(policy=MONITOR), CLINIC), SMALL),
    "no spill-over": (Scenario(World(mechanisms=Mechanisms(spillover=0)), CLINIC), SMALL),
    "sessions every other week": (Scenario(World(treatment=Treatment(every=2)), CLINIC), SMALL),
    "no sessions at all": (Scenario(World(treatment=Treatment(every=0)), CLINIC), SMALL),
    "each replicate its own draw": (Scenario(World(), CLINIC, population=TWO), SMALL),
    "nobody is referred": (Scenario(clinic=CLINIC), SMALL._replace(load=0.0)),
}


def mesa(scenario: Scenario, service: Service, replicate: int) -> Tables:
    """A service agent by agent."""
    model = ServiceModel(scenario, service, seed=SEED, replicate=replicate).run()
    staff = model.staff()[list(STAFF_COLUMNS)].to_numpy(np.float64)
    shape = (model.length, scenario.clinic.therapists, len(STAFF_COLUMNS))
    return model.clients()[list(CASE_COLUMNS)].to_numpy(np.float64), staff.reshape(shape)


def same(ours: Tables, theirs: Tables) -> bool:
    """Whether two results are equal to the bit; nan is equal to nan."""
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(ours, theirs, strict=True))


PLAIN = """
import pickle, sys
from alliance_sim.engine.service import play_service
settings, seed, replicates = pickle.load(sys.stdin.buffer)
played = [tuple(play_service(*setting, seed, r)) for setting in settings for r in replicates]
sys.stdout.buffer.write(pickle.dumps(played))
"""

LOG = """
import json
from alliance_sim import chance
from alliance_sim.engine import service as engine
from alliance_sim.law.service import Service
from alliance_sim.scenario.scenario import Clinic, Scenario

now, used = {"week": 0, "for": ""}, {}
philox = chance.philox

def log(*counter):
    used.setdefault(counter, []).append((now["week"], now["for"]))
    return philox(*counter)

def noted(name, about):
    original = getattr(engine, name)
    def call(*arguments):
        before = dict(now)
        now.update(about(arguments))
        made = original(*arguments)
        now.update(before)
        return made
    setattr(engine, name, call)

chance.philox = log
for name, place in {"refer": 4, "begin": 5, "see": 4, "elsewhere": 4, "fill": 3, "close": 3}.items():
    noted(name, lambda arguments, place=place: {"week": arguments[place]})
for name in ("session", "outside", "score", "first_state", "first_week", "intake_score", "client_traits",
             "therapist_traits"):
    noted(name, lambda _, name=name: {"for": name})
service = Service(warm_up=3, year=20, horizon=14, load=1.8, give_up=0.15)
engine.play_service(Scenario(clinic=Clinic(2, 3, 6)), service, 5, 1)
print(json.dumps(list(used.values())))
"""


def uncompiled(code: str, given: bytes = b"") -> bytes:
    """What code prints in a process in which nothing is compiled."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-c", code], input=given, env=environment, capture_output=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def plain_engine() -> dict[str, list[Tables]]:
    """Every setting played by the engine's loop as plain Python."""
    given = pickle.dumps((list(SETTINGS.values()), SEED, REPLICATES))
    played: Iterator[Tables] = iter(pickle.loads(uncompiled(PLAIN, given)))
    return {name: [next(played) for _ in REPLICATES] for name in SETTINGS}


@pytest.mark.parametrize("name", SETTINGS)
def test_agents_give_the_same_bits_as_the_loop_in_plain_python(
    name: str, plain_engine: dict[str, list[Tables]]
) -> None:
    for replicate, tables in zip(REPLICATES, plain_engine[name], strict=True):
        assert same(mesa(*SETTINGS[name], replicate), tables)


def test_the_compared_services_have_something_to_compare(plain_engine: dict[str, list[Tables]]) -> None:
    at = CASE_COLUMNS.index("standing")
    standings = [cases[:, at] for replicates in plain_engine.values() for cases, _ in replicates]
    assert set(np.concatenate(standings)) == set(range(6))


@pytest.mark.slow
@pytest.mark.parametrize("name", SETTINGS)
def test_agents_give_the_same_bits_as_the_compiled_loop(name: str) -> None:
    for replicate in REPLICATES:
        assert same(mesa(*SETTINGS[name], replicate), engine.play_service(*SETTINGS[name], SEED, replicate))


@pytest.mark.slow
def test_both_drivers_give_the_same_bits_on_the_shipped_config() -> None:
    asked = load_question(CONFIG, SHRUNK)
    for point in asked.experiment.points:
        if point.scenario.clinic.caseload <= 10:
            played = engine.play_service(point.scenario, SMALL, SEED, 1)
            assert same(mesa(point.scenario, SMALL, 1), played), (point.arm, point.factors)


TWICE = ["session", "session"]
RESPONSE = ["client_traits", "first_week"]


def test_no_address_of_draws_is_used_for_two_things() -> None:
    """An address is asked once, by an hour, by a week outside or by who a person is. Beside it the score of the same
    week may look, at its end or when the next begins: the same measurement, however often it is wanted. Of one address
    two numbers are used, one for how much a client responds, one for the week of the referral; the second is asked
    again, and left alone, when the client meets the therapist. An hour looks at its own week twice: for life, and for
    its score."""
    calls = json.loads(uncompiled(LOG))
    assert len(calls) > 1000
    several = 0
    for uses in calls:
        owners = [week for week, name in uses if name not in ("score", "intake_score")]
        scores = [week for week, name in uses if name in ("score", "intake_score")]
        asking = [name for _, name in uses if name not in ("score", "intake_score")]
        assert asking in ([asking[0]], TWICE, RESPONSE, [*RESPONSE, "first_state"])
        assert asking != TWICE or owners[0] == owners[1]
        several += asking[:2] == RESPONSE
        assert {week - owners[0] for week in scores} <= {0, 1}
    asked = {name for uses in calls for _, name in uses}
    clients = sum("client_traits" in {name for _, name in uses} for uses in calls)
    assert several == clients // 4  # of the four addresses of who a client is, one
    assert asked == {
        "session", "outside", "score", "first_state", "first_week", "intake_score", "client_traits",
        "therapist_traits", "",
    }  # fmt: skip


def test_the_loop_is_compiled_code_where_compiling_is_on() -> None:
    assert plain(engine.play) is not engine.play
