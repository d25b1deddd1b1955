"""Lessons as a class meets them: opened from disk, in a real browser."""

import json
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


@pytest.fixture
def first(open_page: Opening, pages: dict[str, Path]) -> Opened:
    """The lesson on ruptures and repair."""
    return open_page(pages["rupture-repair"])


def test_a_page_is_small(pages: dict[str, Path], lesson_name: str) -> None:
    assert pages[lesson_name].stat().st_size < 3_000_000


def test_a_page_asks_nothing_of_the_network(opened: Opened) -> None:
    for screen in opened.screens():
        opened.go(f"s={screen}&r.{screen}=1")
    assert opened.errors == []
    assert [url for url in opened.requests if not url.startswith("file:")] == []
    assert len(opened.requests) == 1


def test_there_are_at_least_four_commitments_before_a_reveal(opened: Opened) -> None:
    assert opened.page.evaluate("lesson.screens.filter((screen) => screen.predict).length") >= 4


def test_nothing_is_seen_before_the_prediction(opened: Opened) -> None:
    for screen in opened.screens():
        opened.go(f"s={screen}")
        if opened.page.evaluate("lesson.screens[state.screen].predict !== null"):
            assert opened.page.locator(".after").inner_text() == ""
            assert opened.page.locator("#commit").is_disabled()


def test_every_number_in_a_text_is_there(opened: Opened) -> None:
    for screen in opened.screens():
        opened.go(f"s={screen}&r.{screen}=1")
        for words in opened.page.locator("[data-readout]").all_inner_texts():
            assert any(letter.isdigit() for letter in words), f"{screen}: {words!r}"


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


def test_numbers_equal_the_engines(first: Opened) -> None:
    loaded = load(find("rupture-repair"))
    experiment, data = loaded.experiments["main"], loaded.lesson.data["main"]
    levels = {"repair_skill": "high", "noticing": "much", "work": "gentle", "technique": "poor"}
    words = "&".join(f"c.{name}={level}" for name, level in levels.items())
    first.go(f"s=sandbox&{words}&client=anxious")
    shown = first.page.evaluate(
        "(() => { const screen = lesson.screens[state.screen];"
        " return ['here_gap', 'here_points', 'here_higher'].map("
        "(name) => readoutOf(screen.readouts[name], chosenOn(screen, state), screen).value); })()"
    )
    points = {point.arm: point for point in experiment.points if point.factors == levels}
    clients = {arm: play_point(experiment, points[arm], range(1, 2))[1].to_pandas() for arm in points}
    rows = np.flatnonzero(belongs(data.groups["anxious"], clients["repair"]))[: data.clients]
    gap = (clients["repair"]["alliance_end"] - clients["press on"]["alliance_end"]).to_numpy()[rows]
    fall = (clients["repair"]["symptoms_end"] - clients["press on"]["symptoms_end"]).to_numpy()[rows]
    assert shown[0] == pytest.approx(np.nanmean(gap), abs=0.002)  # a byte is half of 1/250 off at most
    assert shown[1] == pytest.approx(fall.mean(), abs=1e-9)
    assert shown[2] == pytest.approx(100 * np.mean(gap[np.isfinite(gap)] > 0.01), abs=2)
    text = first.page.locator("[data-readout='here_points']").inner_text()
    assert text.startswith(f"{fall.mean():.2f}".replace("-", "−"))


def test_lines_equal_the_engines(first: Opened) -> None:
    loaded = load(find("rupture-repair"))
    experiment, data = loaded.experiments["main"], loaded.lesson.data["main"]
    middle = {"repair_skill": "average", "noticing": "average", "work": "usual", "technique": "average"}
    point = next(p for p in experiment.points if p.arm == "repair" and p.factors == middle)
    rows, clients = (table.to_pandas() for table in play_point(experiment, point, range(1, 2)))
    third = clients.iloc[np.flatnonzero(belongs(data.groups["secure"], clients))[2]]
    own = rows[rows["client"] == third["client"]]
    first.go("s=sandbox&client=secure&luck=2")
    for name, within in (("goal", 0.0021), ("symptoms", 1e-9)):
        shown = first.page.evaluate(
            f"(() => {{ const b = lesson.blocks.main, c = chosenOn(lesson.screens[state.screen], state);"
            f" return weekly(b, '{name}', settingOf(b, c.levels, 'repair'), shownFollowed(b, c))"
            f".map((value) => Number.isNaN(value) ? null : value); }})()"
        )
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


def test_a_chosen_prediction_is_compared(first: Opened) -> None:
    first.go("s=twins")
    first.page.locator(".option input").nth(0).check()
    first.page.locator("#commit").click()
    said = first.page.locator(".gap").inner_text()
    assert "You said: “The alliance is weaker" in said
    assert "The model says" in said


def test_a_guessed_amount_is_compared(first: Opened) -> None:
    first.go("s=many")
    first.page.locator("input[type=range]").fill("25")
    first.page.locator("#commit").click()
    said = first.page.locator(".gap").inner_text()
    assert "You said 25 %" in said
    assert "percentage points" in said


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
    for _ in range(4 * len(opened.screens())):
        page.keyboard.press("PageDown")
    assert page.evaluate("state.screen") == len(opened.screens()) - 1
    for _ in opened.screens():
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
def test_nothing_is_wider_than_the_screen(
    open_page: Opening, pages: dict[str, Path], lesson_name: str, width: int
) -> None:
    made = open_page(pages[lesson_name], viewport={"width": width, "height": 844})
    for screen in made.screens():
        made.go(f"s={screen}&r.{screen}=1&n.{screen}=99")
        assert made.page.evaluate("document.documentElement.scrollWidth") <= width, screen
        outside = made.page.evaluate(
            "[...document.querySelectorAll('#screen svg text')].filter((text) => {"
            " const box = text.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1; }"
            ").map((text) => text.textContent)"
        )
        assert outside == [], screen


def test_text_is_at_least_24_pixels_on_a_projector(
    open_page: Opening, pages: dict[str, Path], lesson_name: str
) -> None:
    made = open_page(pages[lesson_name], viewport={"width": 1920, "height": 1080})
    made.page.keyboard.press("p")
    for screen in made.screens():
        made.go(f"s={screen}&r.{screen}=1")
        small = made.page.evaluate(
            "[...document.querySelectorAll('#screen *, header *, nav *, footer *')].filter((one) =>"
            " [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())"
            " && one.getClientRects().length && parseFloat(getComputedStyle(one).fontSize) < 23.9"
            " ).map((one) => one.tagName + ': ' + one.textContent.slice(0, 40))"
        )
        assert small == [], screen


def test_targets_are_at_least_24_pixels(open_page: Opening, pages: dict[str, Path], lesson_name: str) -> None:
    made = open_page(pages[lesson_name], viewport={"width": 390, "height": 844})
    for screen in made.screens():
        made.go(f"s={screen}")
        small = made.page.evaluate(
            "[...document.querySelectorAll('button, input, summary')].map((one) => [one, one.getBoundingClientRect()])"
            ".filter(([one, box]) => box.width && (box.width < 24 || box.height < 24)).map(([one]) => one.outerHTML)"
        )
        assert small == [], screen


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


def test_every_figure_has_words_for_screen_readers(opened: Opened) -> None:
    for screen in opened.screens():
        opened.go(f"s={screen}&r.{screen}=1")
        for words in opened.page.locator("#screen figure:not([hidden]) .unseen").all_text_contents():
            assert len(words) > 20, screen


def test_worksheet_and_notes_are_pages_of_their_own(opened: Opened) -> None:
    page = opened.page
    for name in ("worksheet", "notes"):
        page.locator(f".tools [data-do={name}]").click()
        assert page.locator(f"#{name}").is_visible()
        assert not page.locator("#screen").is_visible()
        page.keyboard.press("Escape")
        assert page.locator("#screen").is_visible()


def test_a_printed_lesson_is_its_worksheet(opened: Opened) -> None:
    opened.page.emulate_media(media="print")
    assert opened.page.locator("#worksheet").is_visible()
    assert not opened.page.locator("#screen").is_visible()


def test_a_served_page_draws_a_code_for_its_own_address(browser: Browser, pages: dict[str, Path]) -> None:
    import functools
    import http.server
    import threading

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
