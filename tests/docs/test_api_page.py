"""The page about Python: every name is on it, and every block runs as it is printed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import alliance_sim as al

Blocks = Callable[[str, str], list[str]]
PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_every_public_name_is_on_the_page_with_an_example(blocks: Blocks) -> None:
    text, code = PAGE.read_text(encoding="utf-8"), "\n".join(blocks("api.md", "python"))
    for name in al.__all__:
        assert f"`{name}" in text, name
        if name not in ("Experiment", "Scenario", "Study"):  # what others give back
            assert f"al.{name}" in code, name


@pytest.mark.slow
@pytest.mark.usefixtures("laid_out")
def test_every_block_of_the_page_runs(blocks: Blocks, capsys: pytest.CaptureFixture[str]) -> None:
    shared: dict[str, Any] = {"__name__": "page"}
    for number, block in enumerate(blocks("api.md", "python"), 1):
        exec(compile(block, f"api.md, block {number}", "exec"), shared)
    printed = capsys.readouterr().out
    assert "The data hold 112 clients of 14 therapists" in printed
    assert 'config: replicates: found the text "many"' in printed
    assert shared["ratings"].shape == (112, 12)
    assert len(shared["twins"]) == 200
