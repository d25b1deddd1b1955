"""What the tests of several rooms need: the experiments that are shipped."""

from pathlib import Path

import pytest

CONFIGS = sorted((Path(__file__).parents[1] / "configs").glob("*.yaml"))
EXPERIMENTS = [file for file in CONFIGS if file.stem != "calibration"]  # which is no experiment


@pytest.fixture(scope="session")
def experiments() -> list[Path]:
    """The configs of all experiments that are shipped."""
    return EXPERIMENTS


@pytest.fixture(params=EXPERIMENTS, ids=lambda file: file.stem)
def shipped_experiment(request: pytest.FixtureRequest) -> Path:
    """The config of an experiment that is shipped: each of them in turn."""
    return request.param
