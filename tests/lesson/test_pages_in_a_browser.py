"""Lessons as a class meets them: opened from disk, in a real browser."""

import functools
import http.server
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from alliance_sim.experiment.run import play_point
from alliance_sim.lesson.lattice import belongs
from alliance_sim.lesson.library import find
from alliance_sim.lesson.reading import load

pytestmark = pytest.mark.slow

Opened = Any
"""A page that the fixtures of this folder have opened."""

Opening = Callable[..., Opened]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
REVEALED = "&r.NAME=1"

SMALL_LETTERS = """[...document.querySelectorAll('#screen *, header *, nav *, footer *')].filter((one) =>
    [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
    && one.getClientRects().length && parseFloat(getComputedStyle(one).fontSize) < 23.9
).map((one) => one.tagName + ': ' + one.textContent.slice(0, 40))"""
SMALL_TARGETS = """[...document.querySelectorAll('button, input, summary')].filter((one) => {
    const box = one.getBoundingClientRect(); return box.width && (box.width < 24 || box.height < 24);
}).map((one) => one.outerHTML)"""
OUTSIDE = """[...document.querySelectorAll('#screen svg text')].filter((text) => {
    const box = text.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1;
}).map((text) => text.textContent)"""
VALUES = """(() => { const screen = lesson.screens[state.screen]; return ['here_gap', 'here_points', 'here_higher'].map(
    (name) => readoutOf(screen.readouts[name], chosenOn(screen, state), screen).value); })()"""
WEEKLY = """(name) => { const b = lesson.blocks.main, c = chosenOn(lesson.screens[state.screen], state);
    return weekly(b, name, settingOf(b, c.levels, 'repair'), shownFollowed(b, c))
        .map((value) => Number.isNaN(value) ? null : value); }"""


@pytest.fixture
def first(open_page: Opening, pages: dict[str, Path]) -> Opened:
    """The lesson on ruptures and repair."""
    return open_page(pages["rupture-repair"])


def test_a_page_is_small_and_asks_nothing_of_the_network(
    opened: Opened, pages: dict[str, Path], lesson_name: str
) -> None:
    assert pages[lesson_name].stat().st_size < 3_000_000
    assert list(opened.screens(REVEALED))
    assert opened.errors == []
    assert [url.partition(":")[0] for url in opened.requests] == ["file"]


def test_nothing_is_seen_before_a_prediction_and_there_are_at_least_four(opened: Opened) -> None:
    predictions = 0
    for _ in opened.screens():
        if opened.page.evaluate("lesson.screens[state.screen].predict !== null"):
            predictions += 1
            assert opened.page.locator(".after").inner_text() == ""
            assert opened.page.locator("#commit").is_disabled()
    assert predictions >= 4


def test_every_number_in_a_text_is_there_and_every_figure_has_words_for_screen_readers(opened: Opened) -> None:
    for screen in opened.screens(REVEALED):
        for words in opened.page.locator("[data-readout]").all_inner_texts():
            assert any(letter.isdigit() for letter in words), f"{screen}: {words!r}"
        for words in opened.page.locator("#screen figure:not([hidden]) .unseen").all_text_contents():
            assert len(words) > 20, screen


def test_every_control_changes_the_numbers(opened: Opened) -> None:
    opened.go("s=sandbox")
    for name in opened.page.evaluate("lesson.screens[state.screen].controls"):
        opened.page.evaluate("reset()")
        opened.go("s=sandbox")
        seen = set()
        choices = opened.page.locator(f"input[name='control-{name}']").count()
        for number in range(choices):
            opened.page.locator(f"input[name='control-{name}']").nth(number).check()
            figures = opened.page.locator("#screen figure").all_inner_texts()
            seen.add(opened.page.locator(".after").inner_text() + "".join(figures))
        assert len(seen) == choices, name


@pytest.fixture(scope="module")
def played() -> Callable[..., Any]:
    """The tables of the engine for an arm of the lesson on repair: sessions, clients, and whose rows a group shows."""
    loaded = load(find("rupture-repair"))
    experiment, data = loaded.experiments["main"], loaded.lesson.data["main"]

    def played(arm: str, group: str, **levels: str) -> Any:
        point = next(p for p in experiment.points if p.arm == arm and p.factors == levels)
        sessions, clients = (table.to_pandas() for table in play_point(experiment, point, range(1, 2)))
        return sessions, clients, np.flatnonzero(belongs(data.groups[group], clients))[: data.clients]

    return played


def test_numbers_equal_the_engines(first: Opened, played: Callable[..., Any]) -> None:
    levels = {"repair_skill": "high", "noticing": "much", "work": "gentle", "technique": "poor"}
    first.go("s=sandbox&" + "&".join(f"c.{name}={level}" for name, level in levels.items()) + "&client=anxious")
    shown = first.page.evaluate(VALUES)
    (_, mended, rows), (_, pressed, _) = (played(arm, "anxious", **levels) for arm in ("repair", "press on"))
    gap, fall = ((mended[name] - pressed[name]).to_numpy()[rows] for name in ("alliance_end", "symptoms_end"))
    assert shown[0] == pytest.approx(np.nanmean(gap), abs=0.002)  # a byte is half of 1/250 off at most
    assert shown[1] == pytest.approx(fall.mean(), abs=1e-9)
    assert shown[2] == pytest.approx(100 * np.mean(gap[np.isfinite(gap)] > 0.01), abs=2)
    text = first.page.locator("[data-readout='here_points']").inner_text()
    assert text.startswith(f"{fall.mean():.2f}".replace("-", "−"))


def test_lines_equal_the_engines(first: Opened, played: Callable[..., Any]) -> None:
    middle = {"repair_skill": "average", "noticing": "average", "work": "usual", "technique": "average"}
    sessions, clients, rows = played("repair", "secure", **middle)
    own = sessions[sessions["client"] == clients["client"].iloc[rows[2]]]
    first.go("s=sandbox&client=secure&luck=2")
    for name, within in (("goal", 0.0021), ("symptoms", 1e-9)):
        shown = first.page.evaluate(WEEKLY, name)
        wanted = own[name].where(own["attended"]) if name == "symptoms" else own[name]
        for value, week in zip(wanted, own["session"], strict=True):
            assert (shown[week - 1] is None) == bool(np.isnan(value))
            assert shown[week - 1] is None or shown[week - 1] == pytest.approx(value, abs=within)
        assert all(value is None for value in shown[int(own["session"].max()) :])


def test_a_drawn_prediction_stays_over_the_result_and_the_gap_is_named(first: Opened) -> None:
    page = first.page
    page.locator("svg.draw").scroll_into_view_if_needed()
    box = page.locator("svg.draw").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.4 * box["height"], steps=8)
    page.mouse.up()
    drawn = page.locator(".line.guess").get_attribute("d")
    page.locator("#commit").click()
    assert page.locator(".line.guess").get_attribute("d") == drawn
    assert "off on average" in page.locator(".gap").inner_text()
    page.locator("#next").click()
    page.locator("#back").click()
    assert page.locator(".line.guess").get_attribute("d") == drawn


@pytest.mark.parametrize(
    ("screen", "guess", "said"),
    [
        ("twins", None, ("You said: “The alliance is weaker", "The model says")),
        ("many", "25", ("You said 25 %", "percentage points")),
    ],
)
def test_a_prediction_is_compared(first: Opened, screen: str, guess: str | None, said: tuple[str, ...]) -> None:
    first.go(f"s={screen}")
    if guess is None:
        first.page.locator(".option input").nth(0).check()
    else:
        first.page.locator("input[type=range]").fill(guess)
    first.page.locator("#commit").click()
    found = first.page.locator(".gap").inner_text()
    assert all(words in found for words in said)


def test_a_guessed_amount_stays_drawn_over_the_result(first: Opened) -> None:
    for screen in ("many", "v_shapes"):
        first.go(f"s={screen}&g.{screen}=60&r.{screen}=1")
        assert first.page.locator("svg text.guess").all_text_contents() == ["you said 60 %"]


def test_many_clients_are_drawn_one_at_a_time_before_the_distribution(first: Opened) -> None:
    first.go("s=many")
    page = first.page
    assert page.locator(".dot").count() == 1
    page.locator("[data-draw='1']").click()
    assert page.locator(".dot").count() == 2
    page.locator("[data-draw='10']").click()
    assert page.locator(".dot").count() == 12
    page.locator("button", has_text="All of them").click()
    assert page.locator(".dot").count() > 90


def test_a_link_restores_the_state(first: Opened, open_page: Opening, pages: dict[str, Path]) -> None:
    page = first.page
    page.locator("#screen input[type=range]").nth(1).fill("0.3")
    page.locator("#commit").click()
    first.page.evaluate("state.screen = 5; show(true)")
    page.locator("input[name='control-noticing']").nth(2).check()
    page.locator("#luck").click()
    fragment = page.evaluate("location.hash")
    other = open_page(pages["rupture-repair"], fragment)
    assert other.page.locator("#screen").inner_html() == page.locator("#screen").inner_html()
    other.go("s=meet&" + fragment.partition("&")[2])
    assert other.page.locator(".line.guess").count() == 1


def test_a_broken_link_opens_the_lesson(open_page: Opening, pages: dict[str, Path]) -> None:
    fragment = "#s=nowhere&c.world=x&luck=-7&n.many=abc&g.meet=&c.foo=1&client=nobody"
    made = open_page(pages["rupture-repair"], fragment)
    assert made.errors == []
    assert made.page.locator("#screen h2").inner_text() != ""


def test_reset_begins_again(first: Opened) -> None:
    first.go("s=sandbox&c.noticing=much&client=secure&luck=3")
    first.page.locator("[data-do=reset]").click()
    assert first.page.evaluate("JSON.stringify(state) === JSON.stringify(fresh())")


def test_same_luck_and_new_luck(first: Opened) -> None:
    first.go("s=sandbox")
    page = first.page
    line = page.locator(".line").first
    before = line.get_attribute("d")
    page.locator("#luck").click()
    assert page.locator(".line").first.get_attribute("d") != before
    page.locator("#same-luck").click()
    assert page.locator(".line").first.get_attribute("d") == before


def test_a_preset_sets_what_it_names(first: Opened) -> None:
    first.go("s=sandbox")
    first.page.locator("button", has_text="A master of repair").click()
    assert first.page.evaluate("[state.levels.noticing, state.levels.repair_skill]") == ["much", "high"]


def test_a_clicker_goes_through_the_whole_lesson(opened: Opened) -> None:
    page = opened.page
    count = page.evaluate("lesson.screens.length")
    for _ in range(4 * count):
        page.keyboard.press("PageDown")
    assert page.evaluate("state.screen") == count - 1
    for _ in range(count):
        page.keyboard.press("ArrowLeft")
    assert page.evaluate("state.screen") == 0


def test_a_prediction_can_be_made_with_the_keyboard_alone(first: Opened) -> None:
    page = first.page
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.week !== undefined"):
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("state.screen") == 0
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id === 'commit'"):
            break
    page.keyboard.press("Enter")
    assert "off on average" in page.locator(".gap").inner_text()
    page.keyboard.press("Enter")  # the focus is on Next
    assert page.evaluate("state.screen") == 1


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_nothing_is_wider_than_the_screen_or_too_small(
    open_page: Opening, pages: dict[str, Path], lesson_name: str, width: int
) -> None:
    """On a projector letters have at least 24 pixels, on a phone what is touched."""
    made = open_page(pages[lesson_name], viewport={"width": width, "height": 1080 if width == 1920 else 844})
    if width == 390:
        assert [small for _ in made.screens() for small in made.page.evaluate(SMALL_TARGETS)] == []
    for screen in made.screens(f"{REVEALED}&n.NAME=99"):
        assert made.page.evaluate("document.documentElement.scrollWidth") <= width, screen
        assert made.page.evaluate(OUTSIDE) == [], screen
    if width == 1920:
        made.page.keyboard.press("p")
        assert [small for _ in made.screens(REVEALED) for small in made.page.evaluate(SMALL_LETTERS)] == []


def test_axe_would_find_a_violation(first: Opened) -> None:
    first.page.evaluate("document.getElementById('screen').append(document.createElement('button'))")
    found = Axe().run(first.page, options=RULES).response["violations"]
    assert "button-name" in [one["id"] for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(open_page: Opening, pages: dict[str, Path], lesson_name: str, scheme: str) -> None:
    made = open_page(pages[lesson_name], color_scheme=scheme)
    views = [f"s={screen}{reveal}" for screen in made.screens() for reveal in ("", f"&r.{screen}=1")]
    for view in [*views, "view=worksheet", "view=notes"]:
        made.go(view)
        found = Axe().run(made.page, options=RULES).response["violations"]
        brief = [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found]
        assert brief == [], f"{view}: {json.dumps(brief)}"


def test_worksheet_and_notes_are_pages_of_their_own_and_a_printed_lesson_is_its_worksheet(opened: Opened) -> None:
    page = opened.page
    for name in ("worksheet", "notes"):
        page.locator(f".tools [data-do={name}]").click()
        assert [page.locator(where).is_visible() for where in (f"#{name}", "#screen")] == [True, False]
        page.keyboard.press("Escape")
        assert page.locator("#screen").is_visible()
    page.emulate_media(media="print")
    assert [page.locator(where).is_visible() for where in ("#worksheet", "#screen")] == [True, False]


def test_a_served_page_draws_a_code_for_its_own_address(browser: Browser, pages: dict[str, Path]) -> None:
    file = pages["three-parts"]
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(file.parent))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/{file.name}#s=nod")
        page.locator("[data-do=link]").click()
        assert page.locator("#qr svg").is_visible()
        assert page.locator("#address").input_value().endswith("s=nod")
        context.close()
        server.shutdown()
