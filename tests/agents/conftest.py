"""A small clinic for tests of the Mesa driver."""

import pytest

from alliance_sim.scenario.scenario import Clinic, Scenario


@pytest.fixture(scope="session")
def small() -> Scenario:
    """A scenario with the defaults of the law and a few people."""
    return Scenario(clinic=Clinic(therapists=4, caseload=5, weeks=12))
