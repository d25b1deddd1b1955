"""The law gives the same bits whether or not it was compiled."""

import json
import os
import subprocess
import sys

import pytest

PLAY = """
import json
from alliance_sim.chance import Luck, key_of
from alliance_sim.law.attention import Treatment
from alliance_sim.law.intake import client_traits, therapist_traits
from alliance_sim.law.policy import Policy
from alliance_sim.law.session import first_state, intake_score, outside, score, session
from alliance_sim.law.state import TherapistState
from alliance_sim.law.strain import after_week
from alliance_sim.law.tally import empty_tally, tally
from alliance_sim.law.world import Parameters, World

stormy = Parameters()._replace(rupture=Parameters().rupture._replace(base=-0.5))
policy = Policy()._replace(apology=1.7, press=0.5, acknowledge=0.8, checkin=0.05, followup=0.1, monitor=1.0)
world = World()._replace(parameters=stormy, policy=policy)
told = []

def tell(values):
    told.extend(float(x).hex() for x in values)

key = key_of(20261123)
helper = therapist_traits(world.parameters.intake, 1, Luck(*key, 1, 1, 0, 0))
therapist = TherapistState(0.0, 0.0)
for client in (1, 2, 3):
    luck = Luck(*key, 1, 1, client, 0)
    traits = client_traits(world.parameters.intake, luck)
    state = first_state(world, luck, helper, traits)
    counted = empty_tally()
    tell([*traits, *state, intake_score(world, luck, traits)])
    for week in range(1, 9):
        luck = luck._replace(week=week)
        therapist = after_week(world.parameters.strain, therapist)
        if week == 5:
            state = outside(world, luck, state)
        else:
            hour = session(world, luck, helper, traits, therapist, state, week == 8)
            state, therapist, counted = hour.client, hour.therapist, tally(counted, hour.record)
            tell([*hour.record.levels, *hour.record.events])
        tell([*state, *therapist, *counted, score(world, luck, state)])
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told():
    """What a small treatment gives, as hexadecimal floats, without and with compiling."""

    def run(disabled: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", PLAY],
            env={**os.environ, "NUMBA_DISABLE_JIT": disabled},
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    return {"plain": run("1"), "compiled": run("0")}


def test_plain_and_compiled_treatments_agree_to_the_last_bit(told):
    assert told["plain"] == told["compiled"]


def test_the_compared_treatment_has_something_to_compare(told):
    assert len(told["plain"]) > 1000
    assert len(set(told["plain"])) > 300
