"""What the tests of several rooms need: the experiments that are shipped, scripts of docs/, and a browser."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from alliance_sim.questions.frame.config import is_question, read_config

# no deadline: the first example may compile the law
settings.register_profile("ours", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("ours")

ROOT = Path(__file__).parents[1]
CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUESTION_CONFIGS = [file for file in CONFIGS if is_question(read_config(file))]
EXPERIMENTS = [file for file in CONFIGS if file.stem != "calibration" and file not in QUESTION_CONFIGS]


@pytest.fixture(scope="session")
def experiments() -> list[Path]:
    """The configs of all experiments that are shipped."""
    return EXPERIMENTS


@pytest.fixture(params=EXPERIMENTS, ids=lambda file: file.stem)
def shipped_experiment(request: pytest.FixtureRequest) -> Path:
    """The config of an experiment that is shipped: each of them in turn."""
    return request.param


@pytest.fixture(params=QUESTION_CONFIGS, ids=lambda file: file.stem)
def shipped_question(request: pytest.FixtureRequest) -> Path:
    """The config of a question that is shipped: each of them in turn."""
    return request.param


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """A script of docs/ by its name, as a module."""

    def script(name: str) -> Any:
        monkeypatch.syspath_prepend(ROOT / "docs")
        spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module: ModuleType = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return script


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


@pytest.fixture(scope="session")
def luminance() -> Callable[[str], float]:
    """Relative luminance of a colour such as #0072b2 (WCAG 2)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    return luminance
