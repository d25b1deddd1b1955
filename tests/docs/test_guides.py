"""Guides with examples: their commands work, and what they show is what the commands print."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = ("sweeps", "own_data", "optimise")


@pytest.fixture
def maker(script: Callable[[str], ModuleType]) -> ModuleType:
    """The script that runs the commands of guides."""
    return script("make_guides")


def page_of(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", GUIDES)
def test_every_output_in_a_guide_is_one_of_a_command_that_did_not_fail(maker: ModuleType, name: str) -> None:
    blocks = [found[3] for found in maker.BLOCK.finditer(page_of(name)) if found[1] == "console"]
    assert blocks
    for block in blocks:
        assert block.startswith("$ ")
        assert "\n" in block.strip()
        assert "Traceback" not in block
        assert "command not found" not in block


@pytest.mark.slow
@pytest.mark.parametrize("name", GUIDES)
def test_the_commands_of_a_guide_still_print_what_it_shows(maker: ModuleType, name: str) -> None:
    page = page_of(name)
    if name == "sweeps" and shutil.which("Rscript") is None:  # the example for R, where there is none
        page = page[: page.index("From R, read")] + page[page.index("## Many cores") :]
    assert maker.differences(page, maker.made(page)) == []


def test_what_differs_from_machine_to_machine_is_no_difference(maker: ModuleType) -> None:
    assert maker.differences("took about 3 seconds\nd = 0.5", "took about 9 seconds\nd = 0.5") == []
    assert maker.differences("d = 0.5", "d = 0.6") == ["@@ -3 +3 @@", "-0.5", "+0.6"]
