"""The live page, started, stepped and stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from alliance_sim.live.model import LiveModel
from alliance_sim.scenario import load

pytestmark = pytest.mark.slow


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The live page in a browser; the server is stopped as Ctrl-C stops it, and must end well."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "alliance_sim.cli", "explore", "--no-browser", "--port", str(port)]
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, cwd=tmp_path, start_new_session=True, **told) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split()[3]
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        try:
            opened = context.new_page()
            opened.set_default_timeout(
                120_000
            )  # a machine may be busy: how quick the page is, is no matter of this test
            elsewhere: list[str] = []
            opened.on("request", lambda asked: elsewhere.append(asked.url) if "127.0.0.1" not in asked.url else None)
            _open(opened, address)
            yield opened
            assert [url for url in elsewhere if not url.startswith("data:")] == []
        finally:
            context.close()
            os.killpg(server.pid, signal.SIGINT)
            assert server.wait(timeout=30) == 0


def _open(page: Page, address: str) -> None:
    """Open an address as soon as it is served."""
    deadline = time.monotonic() + 60
    while True:
        try:
            page.goto(address)
            break
        except Error:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    page.wait_for_selector(".clinic svg")


def test_the_page_steps_plays_resets_and_saves(page: Page) -> None:
    words = page.locator(".clinic p")
    page.get_by_role("button", name="Step").click()
    page.wait_for_function("document.querySelector('.clinic p').innerText.startsWith('Week 1:')")
    model = LiveModel(seed=1)
    model.step()
    assert f"{model.in_treatment} of 200 clients in treatment, {model.ruptures} ruptures" in words.inner_text()

    page.get_by_role("button", name="▶").click()
    page.wait_for_function("parseInt(document.querySelector('.clinic p').innerText.slice(5)) >= 3")
    page.get_by_role("button", name="❚❚").click()

    page.get_by_label("further settings").fill("clinic.therapists=7; parameters.rupture.base=-6")
    page.get_by_label("further settings").press("Enter")
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("document.querySelector('.clinic p').innerText.includes('70 of 70')")

    page.get_by_role("tab", name="Page 1").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this as a config").click()
    saved = load(download.value.path())
    assert saved.points[0].scenario.clinic.therapists == 7
    assert saved.points[0].scenario.world.parameters.rupture.base == -6
