"""Pages that are made by commands: each states what it was made from, and is of the law and the inputs as they are."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from alliance_sim.compiled import LAW_VERSION

ROOT = Path(__file__).parents[2]
CONFIG = "arms: {a: {policy: repair}}\nreplicates: 3\n"


@pytest.fixture
def maker(script: Callable[[str], ModuleType]) -> ModuleType:
    """The script that makes all pages."""
    return script("make_pages")


@pytest.fixture
def pages(maker: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in a folder with one page of which the script knows, made from config.yaml."""
    for name, folder in (("ROOT", tmp_path), ("DOCS", tmp_path), ("LOGS", tmp_path), ("SECONDS", tmp_path / "s.json")):
        monkeypatch.setattr(maker, name, folder)
    command = "python -c \"open('page.md', 'w').write('# Title\\n\\nd = 0.5\\n')\""
    monkeypatch.setattr(maker, "PAGES", {"page": maker.Page("page.md", ("config.yaml",), (command,))})
    monkeypatch.setattr(maker, "commit", lambda: "abc1234")
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def test_a_page_states_law_inputs_and_commit_below_its_title(maker: ModuleType, pages: Path) -> None:
    assert maker.main([]) == 0
    title, _, stamp, _, rest = (pages / "page.md").read_text(encoding="utf-8").splitlines()
    assert (title, rest) == ("# Title", "d = 0.5")
    assert stamp == (
        f"*Made by `python docs/make_pages.py page`: law {LAW_VERSION}, "
        f"inputs {maker.digest(maker.PAGES['page'])}, commit abc1234.*"
    )
    assert json.loads((pages / "s.json").read_text(encoding="utf-8")).keys() == {"page"}


def test_only_what_is_not_of_today_is_made(maker: ModuleType, pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = maker.PAGES["page"]
    assert not maker.is_of_today(page)
    maker.main([])
    assert maker.is_of_today(page)
    (pages / "config.yaml").write_text(f"# a comment\n{CONFIG}", encoding="utf-8")
    assert maker.is_of_today(page)
    (pages / "config.yaml").write_text(CONFIG.replace("3", "4"), encoding="utf-8")
    assert not maker.is_of_today(page)
    maker.main([])
    assert maker.is_of_today(page)
    monkeypatch.setattr(maker, "LAW_VERSION", "0" * 16)
    assert not maker.is_of_today(page)


def test_a_file_that_a_config_names_is_one_of_its_inputs(maker: ModuleType, pages: Path) -> None:
    (pages / "draws.csv").write_text("rupture.base\n-2\n", encoding="utf-8")
    (pages / "config.yaml").write_text(CONFIG + "parameters: {base: draws.csv}\n", encoding="utf-8")
    maker.main([])
    (pages / "draws.csv").write_text("rupture.base\n-3\n", encoding="utf-8")
    assert not maker.is_of_today(maker.PAGES["page"])


def test_a_notebook_states_it_in_its_first_cell(maker: ModuleType, pages: Path) -> None:
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Title\n", "\n", "Words."]}
    (pages / "n.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    page = maker.Page("n.ipynb", ("config.yaml",), ())
    for _ in range(2):
        maker.stamp("n", page)
        assert maker.is_of_today(page)
    lines = maker.text_of(page).splitlines()
    assert (lines[0], lines[2][:8], lines[4:]) == ("# Title", "*Made by", ["Words."])


def test_a_page_whose_command_fails_is_named_and_keeps_what_it_was(
    maker: ModuleType, pages: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = maker.Page("page.md", ("config.yaml",), ('python -c "raise SystemExit(3)"',))
    monkeypatch.setattr(maker, "PAGES", {"page": failing})
    (pages / "page.md").write_text("# Before\n", encoding="utf-8")
    assert maker.main([]) == 1
    assert "page could not be made; see results/pages/page.log" in capsys.readouterr().out
    assert (pages / "page.md").read_text(encoding="utf-8") == "# Before\n"


def test_an_unknown_page_is_refused(maker: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert maker.main(["pwer"]) == 2
    assert capsys.readouterr().err.startswith("pwer is no page; pages are face_validity, ")


def test_every_page_that_a_command_makes_is_in_the_list(maker: ModuleType) -> None:
    listed = {page.file for page in maker.PAGES.values()}
    questions = {f"questions/{file.name}" for file in (ROOT / "docs" / "questions").glob("[!R]*.md")}
    notebooks = {f"notebooks/{file.name}" for file in (ROOT / "docs" / "notebooks").glob("*.ipynb")}
    assert questions | notebooks <= listed


def test_every_page_is_of_todays_law_and_inputs_or_says_that_it_is_not(maker: ModuleType) -> None:
    old = [name for name, page in maker.PAGES.items() if not maker.is_of_today(page)]
    assert [name for name in old if "*Made by the earlier law" not in maker.text_of(maker.PAGES[name])] == []
