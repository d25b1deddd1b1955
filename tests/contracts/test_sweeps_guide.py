"""The guide to sweeps: its commands work, and what it shows is what they print."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def maker(script: Callable[[str], ModuleType]) -> ModuleType:
    """The script that runs the commands of the guide."""
    return script("make_sweeps")


def test_every_output_in_the_guide_is_one_of_a_command_that_did_not_fail(maker: ModuleType) -> None:
    page = (DOCS / "sweeps.md").read_text(encoding="utf-8")
    blocks = [found[3] for found in maker.BLOCK.finditer(page) if found[1] == "console"]
    assert len(blocks) >= 9
    for block in blocks:
        assert block.startswith("$ ")
        assert "Traceback" not in block
        assert "command not found" not in block


@pytest.mark.slow
def test_the_commands_of_the_guide_still_print_what_it_shows(maker: ModuleType) -> None:
    page = (DOCS / "sweeps.md").read_text(encoding="utf-8")
    if shutil.which("Rscript") is None:  # the example for R, where there is none
        page = page[: page.index("From R, read")] + page[page.index("## Many cores") :]
    shown, printed = (re.sub(r"\s+", " ", maker.VARYING.sub("…", text)) for text in (page, maker.made(page)))
    assert printed == shown
