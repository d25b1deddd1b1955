"""report.html: complete, in one file, and readable by everybody."""

import itertools
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from alliance_sim.experiment.run import run
from alliance_sim.report.page import write
from alliance_sim.scenario import load


class Page(HTMLParser):
    """What a test wants to know of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def page(reported) -> Page:
    return Page(reported.html)


def words(page: Page) -> str:
    return " ".join(" ".join(page.text).split())


def test_it_opens_offline(page: Page) -> None:
    links = [attrs.get(name) or "" for _, attrs in page.tags for name in ("src", "href") if name in attrs]
    assert links
    assert all(link.startswith(("data:", "#")) for link in links)
    assert not page.of("script")
    assert not page.of("link")


def test_every_picture_says_in_words_and_numbers_what_it_shows(page: Page) -> None:
    pictures = page.of("img")
    assert len(pictures) >= 7
    assert all(len(re.findall(r"\d", picture["alt"] or "")) >= 4 for picture in pictures)


def test_headings_tables_links_and_language_are_those_of_an_accessible_page(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))  # none skips a level
    assert len(page.of("caption")) + len(page.of("h3")) >= len(page.of("table")) > 3
    assert all(head.get("scope") in ("row", "col") for head in page.of("th"))
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert all((link["href"] or "").removeprefix("#") in ids for link in page.of("a"))
    assert page.of("html")[0]["lang"] == "en"
    assert page.of("meta")[1]["name"] == "viewport"


def test_question_hypothesis_and_rivals_come_before_the_answer(page: Page) -> None:
    parts = ("Does it help to repair ruptures", "It does, most of all with a history of trauma.",
             "What is low rises anyway.", "The answer in plain words")  # fmt: skip
    text = words(page)
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "parts",
    [
        ("What was compared", "What was assumed, and what emerged", "Limits", "Repeating it to the bit"),
        ("Leave ruptures alone", "restores what the rupture of the hour damaged"),  # what differs between arms
        ("share of clients with a history of relational trauma = 1",),
        ("parameters.rupture.base", "−1.5", "config file", "replicates", "command line"),  # settings and their origin
        ("--set mechanisms.change=additive", "--set mechanisms.ruptures=false"),  # how to try the rivals
        ("--set replicates=5", "manifest.json", "Bordin, E. S. (1979)"),  # how to repeat it, what to cite
        ("Week 1.", "In the end."),  # one treatment
        ("Null: matched twins with ruptures by the same rule", "Averaged over all settings of the factors."),
    ],
)
def test_the_report_has_its_parts(page: Page, parts: tuple[str, ...]) -> None:
    text = words(page)
    assert [part for part in parts if part not in text] == []


def test_a_reader_is_shown_no_code_of_the_machine(page: Page) -> None:
    strays = {"Traceback", "nan", "None", "Undefined", "{{", "{%", "dtype", "<function"}
    assert not strays & set(words(page).split())


def test_estimates_and_figures_lie_next_to_it(reported) -> None:  # type: ignore[no-untyped-def]
    figures = {file.name for file in (reported.folder / "figures").iterdir()}
    png, svg = ({name[:-4] for name in figures if name.endswith(ending)} for ending in (".png", ".svg"))
    assert png == svg
    assert "outcome" in png
    assert len(pd.read_csv(reported.folder / "estimates.csv")) > 100


def test_writing_it_again_gives_the_same_bytes(reported) -> None:  # type: ignore[no-untyped-def]
    def everything() -> dict[str, bytes]:
        files = [*reported.folder.glob("figures/*"), reported.folder / "report.html", reported.folder / "estimates.csv"]
        return {file.name: file.read_bytes() for file in files}

    before = everything()
    write(reported.folder, reported.experiment)
    assert everything() == before


def test_text_stands_out_in_light_and_dark(reported, luminance: Callable[[str], float]) -> None:  # type: ignore[no-untyped-def]
    lines = [line for line in reported.html.splitlines() if "--ink:" in line]
    schemes = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", line)) for line in lines]
    assert len(schemes) >= 2
    for scheme, ink, paper in itertools.product(schemes[:2], ("ink", "soft", "accent"), ("paper", "card", "mark")):
        dark, light = sorted(luminance(scheme[name]) for name in (ink, paper))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, paper)  # WCAG AA


SMALL = """\
title: {title}
seed: 1
replicates: {replicates}
clinic: {{therapists: 2, caseload: 3, weeks: 4}}
arms: {{'a <b>': {{policy: ignore}}, 'b & c': {{policy: repair}}}}
outputs: {{sessions: false, figures: false, story: false}}
"""


def small(folder: Path, *overrides: str, replicates: int = 2, title: str = "One", more: str = "") -> Page:
    """The report of a small run without sessions and figures."""
    (folder / "small.yaml").write_text(SMALL.format(title=title, replicates=replicates) + more, encoding="utf-8")
    experiment = load(folder / "small.yaml", overrides)
    run(experiment, folder / "out")
    write(folder / "out", experiment)
    return Page((folder / "out" / "report.html").read_text(encoding="utf-8"))


def test_names_are_shown_and_not_obeyed_and_a_report_without_figures_is_whole(tmp_path: Path) -> None:
    page = small(tmp_path, title="'<script>alert(1)</script>'")
    assert not page.of("script")
    assert not page.of("img")
    assert "b & c" in words(page)
    assert "Outcome by arm" in words(page)
    assert list((tmp_path / "out" / "figures").glob("*")) == []


def test_a_single_clinic_claims_no_error(tmp_path: Path) -> None:
    text = words(small(tmp_path, replicates=1))
    assert "A single clinic does not show how far its numbers may be off." in text


def test_settings_of_the_command_line_are_repeated_also_where_a_path_names_a_factor(tmp_path: Path) -> None:
    given = ("factors.parameters.intake.repair_mean=[0, 2]", "seed=3")
    page = small(tmp_path, *given, more="factors: {parameters.intake.repair_mean: [0, 1]}\n")
    assert all(setting in words(page) for setting in given)
