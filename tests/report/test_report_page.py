"""report.html: complete, in one file, and readable by everybody."""

import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from alliance_sim.experiment.run import run
from alliance_sim.report.page import write
from alliance_sim.scenario import Experiment, load


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
    for picture in pictures:
        assert len(re.findall(r"\d", picture["alt"] or "")) >= 4


def test_headings_do_not_skip_a_level(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_tables_have_captions_and_heads_with_scope(page: Page) -> None:
    assert len(page.of("caption")) + len(page.of("h3")) >= len(page.of("table")) > 3
    assert all(head.get("scope") in ("row", "col") for head in page.of("th"))


def test_links_inside_the_page_lead_somewhere(page: Page) -> None:
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert all((link["href"] or "").removeprefix("#") in ids for link in page.of("a"))


def test_the_language_is_named(page: Page) -> None:
    assert page.of("html")[0]["lang"] == "en"
    assert page.of("meta")[1]["name"] == "viewport"


def test_question_hypothesis_and_rivals_come_before_the_answer(page: Page) -> None:
    text = words(page)
    places = [
        text.index(part)
        for part in (
            "Does it help to repair ruptures",
            "It does, most of all with a history of trauma.",
            "What is low rises anyway.",
            "The answer in plain words",
            "What was compared",
            "What was assumed, and what emerged",
            "Limits",
            "Repeating it to the bit",
        )
    ]
    # The navigation names some sections before they come: look for the last mention of those.
    assert places[:3] == sorted(places[:3])
    assert text.index("What is low rises anyway.") < text.index("The answer in plain words")


def test_it_says_what_differs_between_arms(page: Page) -> None:
    text = words(page)
    assert "Leave ruptures alone" in text
    assert "restores what the rupture of the hour damaged" in text
    assert "share of clients with a history of relational trauma = 1" in text


def test_settings_that_are_not_defaults_are_listed_with_where_they_were_given(page: Page) -> None:
    text = words(page)
    assert "parameters.rupture.base" in text
    assert "−1.5" in text
    assert "config file" in text
    assert "replicates" in text
    assert "command line" in text


def test_it_says_how_to_try_the_rivals(page: Page) -> None:
    text = words(page)
    assert "--set mechanisms.change=additive" in text
    assert "--set mechanisms.ruptures=false" in text


def test_it_says_how_to_repeat_the_run(page: Page, reported) -> None:  # type: ignore[no-untyped-def]
    text = words(page)
    assert "--set replicates=5" in text
    assert "manifest.json" in text
    assert str(reported.experiment.seed) in text


def test_a_reader_is_shown_no_code_of_the_machine(page: Page) -> None:
    text = words(page)
    for stray in ("Traceback", "nan", "None", "Undefined", "{{", "{%", "dtype", "<function"):
        assert stray not in text.split(), stray


def test_one_treatment_is_told(page: Page) -> None:
    assert "Week 1." in words(page)
    assert "In the end." in words(page)


def test_estimates_and_figures_lie_beside_it(reported) -> None:  # type: ignore[no-untyped-def]
    figures = sorted(file.name for file in (reported.folder / "figures").iterdir())
    assert {name.removesuffix(".png") for name in figures if name.endswith(".png")} == {
        name.removesuffix(".svg") for name in figures if name.endswith(".svg")
    }
    assert "outcome.png" in figures
    assert len(pd.read_csv(reported.folder / "estimates.csv")) > 100


def test_writing_it_again_gives_the_same_bytes(reported) -> None:  # type: ignore[no-untyped-def]
    def everything() -> dict[str, bytes]:
        files = [*reported.folder.glob("figures/*"), reported.folder / "report.html", reported.folder / "estimates.csv"]
        return {file.name: file.read_bytes() for file in files}

    before = everything()
    write(reported.folder, reported.experiment)
    assert everything() == before


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_stands_out_in_light_and_dark(reported) -> None:  # type: ignore[no-untyped-def]
    schemes = [
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", line)) for line in reported.html.splitlines() if "--ink:" in line
    ]
    assert len(schemes) >= 2
    for scheme in schemes[:2]:
        for ink in ("ink", "soft", "accent"):
            for paper in ("paper", "card", "mark"):
                assert contrast(scheme[ink], scheme[paper]) >= 4.5, (ink, paper)  # WCAG AA


def small(tmp_path: Path, text: str) -> Experiment:
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    return load(tmp_path / "other.yaml")


def test_without_sessions_and_figures_the_report_is_still_whole(tmp_path: Path) -> None:
    experiment = small(
        tmp_path,
        "{title: One, seed: 1, replicates: 2, clinic: {therapists: 3, caseload: 4, weeks: 6}, "
        "outputs: {sessions: false, figures: false, story: false}}",
    )
    run(experiment, tmp_path / "out")
    write(tmp_path / "out", experiment)
    page = Page((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert "Outcome by arm" in words(page)
    assert not page.of("img")
    assert list((tmp_path / "out" / "figures").glob("*")) == []


def test_titles_are_shown_and_not_obeyed(tmp_path: Path) -> None:
    experiment = small(
        tmp_path,
        "{title: '<script>alert(1)</script>', seed: 1, replicates: 2, clinic: {therapists: 2, caseload: 3, weeks: 4}, "
        "arms: {'a <b>': {policy: ignore}, 'b & c': {policy: repair}}, outputs: {figures: false}}",
    )
    run(experiment, tmp_path / "out")
    write(tmp_path / "out", experiment)
    page = Page((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert not page.of("script")
    assert "b & c" in words(page)


def test_a_single_clinic_claims_no_error(tmp_path: Path) -> None:
    experiment = small(
        tmp_path,
        "{title: One clinic, seed: 1, replicates: 1, clinic: {therapists: 3, caseload: 4, weeks: 6}, "
        "arms: {leave: {policy: ignore}, mend: {policy: repair}}, outputs: {figures: false}}",
    )
    run(experiment, tmp_path / "out")
    write(tmp_path / "out", experiment)
    text = words(Page((tmp_path / "out" / "report.html").read_text(encoding="utf-8")))
    assert "A single clinic does not show how far its numbers may be off." in text
    assert "as far as this simulation can tell" not in text


def test_settings_of_the_command_line_are_repeated_also_where_a_path_names_a_factor(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(
        "replicates: 2\nclinic: {therapists: 2, caseload: 3, weeks: 4}\n"
        "factors: {parameters.intake.repair_mean: [0, 1]}\n"
        "outputs: {sessions: false, figures: false, story: false}\n",
        encoding="utf-8",
    )
    experiment = load(tmp_path / "small.yaml", ["factors.parameters.intake.repair_mean=[0, 2]", "seed=3"])
    run(experiment, tmp_path / "out")
    write(tmp_path / "out", experiment)
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "factors.parameters.intake.repair_mean=[0, 2]" in html
    assert "seed=3" in html
