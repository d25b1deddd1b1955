"""Words of the user on pages: shown as they are written, never HTML, never a script."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from alliance_sim import report
from alliance_sim.experiment.kept import silent
from alliance_sim.experiment.run import run
from alliance_sim.lesson.reading import load as load_lesson
from alliance_sim.lesson.writing import write as write_lesson
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.report.markdown import environment
from alliance_sim.scenario import load
from alliance_sim.scenario.pages import escaped, policy, renderer

SCRIPT = "<script>document.title='run'</script>"
IMAGE = "\"><img src=x onerror=document.title='run'>"
NAMES = [
    SCRIPT, IMAGE, "a|b", "*a*b*", "_ab_", "`ab`", "[ab](javascript:alert(1))", "![ab](http://x.y/z.png)", "# ab",
    "1. ab", "a\\*b", "&lt;ab", "<https://x.y>", "a~~b~~", "$$ab$$", "ab_cd", "修复",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_sentence_and_in_a_cell_is_shown_as_it_is_written(name: str) -> None:
    shown = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    assert renderer().render(escaped(name)) == f"<p>{shown}</p>\n"
    template = environment().from_string("Under “{{ name }}” it is **0.5**.\n\n{{ table(rows, columns) }}")
    html = renderer().render(template.render(name=name, rows=[{"a": name, "n": 1}], columns={name: "a", "n": "n"}))
    assert f"<p>Under “{shown}” it is <strong>0.5</strong>.</p>" in html
    assert f"<th>{shown}</th>" in html
    assert f"<td>{shown}</td>" in html
    assert html.count("<td") == 2


@pytest.mark.parametrize(
    "address", ["https://x.y/z", "http://x.y", "#words", "figures/a.png", "../a.md", "mailto:a@b.c"]
)
def test_links_to_pages_are_links(address: str) -> None:
    assert f'href="{address}"' in renderer().render(f"[a]({address})")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "x:y"]
)
def test_other_links_are_text(address: str) -> None:
    assert "href" not in renderer().render(f"[a]({address})")


def test_a_page_may_run_the_scripts_that_it_names_and_no_others() -> None:
    assert "script-src 'none';" in policy()
    assert "script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';" in policy([""])


CONFIG = f"""
title: {json.dumps("T " + SCRIPT)}
question: {json.dumps("Q " + IMAGE)}
hypothesis: {json.dumps("H " + SCRIPT)}
rivals: [{json.dumps("R " + IMAGE)}]
replicates: 3
clinic: {{therapists: 2, caseload: 3, weeks: 5}}
arms:
  {json.dumps("A " + SCRIPT)}: {{policy: ignore}}
  {json.dumps("B " + IMAGE)}: {{policy: repair}}
outputs: {{figures: false, story: false}}
"""

FACTORS = f"""
factors:
  {json.dumps("F " + SCRIPT)}:
    {json.dumps("L " + IMAGE)}: {{parameters.rupture.base: -3}}
    {json.dumps("M " + SCRIPT)}: {{parameters.rupture.base: -1}}
"""


class Seen:
    """A page in a browser, and what it complained of."""

    def __init__(self, browser: Browser, file: Path) -> None:
        self.page = browser.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda said: self.said.append(said.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())
        self.page.wait_for_timeout(200)

    def holds(self, *words: str) -> None:
        """Whether nothing of the user's ran, our own page broke no rule, and the words stand there as text."""
        assert self.page.title() != "run"
        assert self.said == []
        assert [url for url in self.asked if not url.startswith(("file:", "data:"))] == []
        text = self.page.inner_text("body")
        for each in words:
            assert each in text
        self.page.close()


@pytest.mark.slow
def test_nothing_of_the_users_runs_in_a_report(tmp_path: Path, browser: Browser) -> None:
    (tmp_path / "small.yaml").write_text(CONFIG + FACTORS, encoding="utf-8")
    experiment = load(tmp_path / "small.yaml")
    run(experiment, tmp_path / "out", workers=1)
    report.write(tmp_path / "out", experiment)
    Seen(browser, tmp_path / "out" / "report.html").holds(f"A {SCRIPT}", f"B {IMAGE}", f"Q {IMAGE}", f"F {SCRIPT}")


@pytest.mark.slow
def test_nothing_of_the_users_runs_in_the_page_of_a_question(
    toy: Callable[[str], Path], tmp_path: Path, browser: Browser
) -> None:
    caveats = json.dumps(f"C {SCRIPT} [x](javascript:alert(1))")
    more = f"factors: {{parameters.rupture.base: [-3, -1]}}\ntoy: {{week: 4}}\ncaveats: [{caveats}]\n"
    asked = load_question(toy(f"{CONFIG}{more}ademp: {{aims: {json.dumps(IMAGE)}}}\n"))
    answer_question(asked, tmp_path / "out", 1, silent)
    page = Seen(browser, tmp_path / "out" / "report.html")
    assert page.page.locator("a[href^='javascript']").count() == 0
    page.holds(f"T {SCRIPT}", f"A {SCRIPT}", f"B {IMAGE}", f"Q {IMAGE}", f"C {SCRIPT}")


@pytest.mark.slow
def test_nothing_of_the_users_runs_in_a_lesson(tmp_path: Path, browser: Browser) -> None:
    text = (Path(__file__).parents[2] / "lesson" / "small.yaml").read_text(encoding="utf-8")
    lines = [
        f"question: {json.dumps('Q ' + IMAGE)}" if line.startswith("question:") else line for line in text.split("\n")
    ]
    lines = [f"title: {json.dumps('T ' + SCRIPT)}" if line.startswith("title:") else line for line in lines]
    (tmp_path / "small.yaml").write_text("\n".join(lines), encoding="utf-8")
    write_lesson(load_lesson(tmp_path / "small.yaml"), tmp_path / "small.html")
    page = Seen(browser, tmp_path / "small.html")
    assert page.page.evaluate("typeof lesson") == "object"  # the page's own script did run
    page.page.evaluate("document.querySelector('a.skip').click()")
    assert page.page.evaluate("document.activeElement.id") == "screen-title"
    page.holds(f"T {SCRIPT}")


@pytest.mark.slow
def test_a_script_that_a_page_does_not_name_is_stopped(tmp_path: Path, browser: Browser) -> None:
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy()}"><title>still</title>'
    (tmp_path / "page.html").write_text(f"<html><head>{head}</head><body>{SCRIPT}</body></html>", encoding="utf-8")
    seen = Seen(browser, tmp_path / "page.html")
    assert seen.page.title() == "still"
    assert any("Content Security Policy" in each for each in seen.said)
    seen.page.close()
