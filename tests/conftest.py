"""What the tests of several rooms need: the experiments that are shipped, and a browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from alliance_sim.inquiry.asking import is_inquiry, read_config

CONFIGS = sorted((Path(__file__).parents[1] / "configs").glob("*.yaml"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
INQUIRY_CONFIGS = [file for file in CONFIGS if is_inquiry(read_config(file))]
EXPERIMENTS = [file for file in CONFIGS if file.stem != "calibration" and file not in INQUIRY_CONFIGS]


@pytest.fixture(scope="session")
def experiments() -> list[Path]:
    """The configs of all experiments that are shipped."""
    return EXPERIMENTS


@pytest.fixture(params=EXPERIMENTS, ids=lambda file: file.stem)
def shipped_experiment(request: pytest.FixtureRequest) -> Path:
    """The config of an experiment that is shipped: each of them in turn."""
    return request.param


@pytest.fixture(params=INQUIRY_CONFIGS, ids=lambda file: file.stem)
def shipped_inquiry(request: pytest.FixtureRequest) -> Path:
    """The config of an inquiry that is shipped: each of them in turn."""
    return request.param


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium of the machine; skipped where there is none, but never in continuous integration."""
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"continuous integration needs a browser: none of {', '.join(BROWSERS)} is installed")
        pytest.skip(f"no browser to test pages in: none of {', '.join(BROWSERS)} is installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()
