"""A small clinic for tests of the Mesa driver."""

import pytest

from alliance_sim.agents import AllianceModel
from alliance_sim.scenario.scenario import Clinic, Scenario

SMALL = Scenario(clinic=Clinic(therapists=4, caseload=5, weeks=12))


@pytest.fixture(scope="session")
def small() -> Scenario:
    """A scenario with the defaults of the law and a few people."""
    return SMALL


@pytest.fixture(scope="session")
def usual() -> AllianceModel:
    """That scenario, run to its end: to be looked at, not to be changed."""
    return AllianceModel(SMALL).run()
