"""The guide on extending the model runs as it is printed."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from alliance_sim.scenario import load

GUIDE = Path(__file__).parents[2] / "docs" / "extending.md"


def blocks(language: str) -> list[str]:
    """The code blocks of the guide in a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.M | re.S)


@pytest.fixture
def at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that Python looks in, with the files that the guide shows by name."""
    for block in blocks("python"):
        if name := re.match(r"# (\w+\.py)\n", block):
            (tmp_path / name[1]).write_text(block, encoding="utf-8")
            monkeypatch.delitem(sys.modules, name[1].removesuffix(".py"), raising=False)  # of an earlier run
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("at_hand")
def test_every_python_block_of_the_guide_runs(capsys: pytest.CaptureFixture[str]) -> None:
    shared: dict[str, Any] = {"__name__": "guide"}
    assert len(blocks("python")) >= 8
    for number, block in enumerate(blocks("python"), 1):
        exec(compile(block, f"extending.md, block {number}", "exec"), shared)
    printed = capsys.readouterr().out
    assert "returned 1.7, expected a number from 0 to 1" in printed
    assert "compiles" in printed.splitlines()[-1]
    assert "does not compile" not in printed


def test_the_config_of_the_guide_is_a_config(at_hand: Path) -> None:
    config = at_hand / "gentle.yaml"
    config.write_text("title: Gentle\nquestion: Does it help?\n" + blocks("yaml")[0], encoding="utf-8")
    points = load(config).points
    assert [point.scenario.policy_function for point in points] == [None, "my_policies:gentle"]
