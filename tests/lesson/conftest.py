"""Lessons as pages, in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from alliance_sim.lesson.library import find, shipped
from alliance_sim.lesson.reading import load
from alliance_sim.lesson.writing import write


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages of all shipped lessons, written once."""
    folder = tmp_path_factory.mktemp("lessons")
    for name in shipped():
        write(load(find(name)), folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in shipped()}


@pytest.fixture(params=shipped())
def lesson_name(request: pytest.FixtureRequest) -> str:
    """Each shipped lesson in turn."""
    return request.param


class Opened:
    """A page in a browser that keeps what went wrong and what was asked of the network."""

    def __init__(self, browser: Browser, file: Path, fragment: str = "", **context: object) -> None:
        self.context = browser.new_context(**context)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri() + fragment)

    def screens(self, more: str = "") -> Iterator[str]:
        """Go to each screen, with more in the fragment (NAME is the screen's); gives its name."""
        for name in self.page.evaluate("lesson.screens.map((screen) => screen.id)"):
            self.go(f"s={name}" + more.replace("NAME", name))
            yield name

    def go(self, fragment: str) -> None:
        """Set the fragment of the address."""
        self.page.evaluate("(text) => { location.hash = text; }", fragment)
        # the page answers to hashchange in a task of its own
        self.page.wait_for_timeout(30)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Open a file as (file, fragment, settings of the browser); closed when the test ends."""
    made: list[Opened] = []

    def opening(file: Path, fragment: str = "", **context: object) -> Opened:
        made.append(Opened(browser, file, fragment, **context))
        return made[-1]

    yield opening
    for one in made:
        one.context.close()


@pytest.fixture
def opened(open_page: Callable[..., Opened], pages: dict[str, Path], lesson_name: str) -> Opened:
    """Each shipped lesson, opened by double-click."""
    return open_page(pages[lesson_name])
