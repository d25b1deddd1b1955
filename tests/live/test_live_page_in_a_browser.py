"""The live page, started, stepped and stopped."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from alliance_sim.live.model import LiveModel
from alliance_sim.scenario import load

pytestmark = pytest.mark.slow


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    """The live page in a browser, which asks nothing of anybody else."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    opened = context.new_page()
    opened.set_default_timeout(120_000)  # a machine may be busy: how quick the page is, is no matter of this test
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(served)
    opened.wait_for_selector(".clinic svg")
    yield opened
    context.close()
    assert [url for url in asked if "127.0.0.1" not in url and not url.startswith("data:")] == []


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
