"""`alliance-sim optimise` when something is in its way."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Said = Callable[..., Any]
CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.mark.parametrize("command", ["optimise", "run"])
def test_a_missing_optimiser_is_named_with_what_to_install(
    said: Said, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    done = said(command, str(CONFIGS / "optimise.yaml"))
    assert done.status == 2
    assert done.err == "optimise needs the optional package optuna: pip install 'alliance-sim[optimise]'\n"


def test_a_config_of_another_kind_is_told(said: Said) -> None:
    done = said("optimise", str(CONFIGS / "repair_for_whom.yaml"))
    assert done.status == 2
    assert "no section optimise; allowed: a config with a section optimise" in done.err


def test_the_size_is_told_before_anything_is_played(said: Said) -> None:
    done = said("check", str(CONFIGS / "optimise.yaml"))
    assert done.status == 0
    assert "80 points of policy.vigilance" in done.out
    assert "Profile avoidant: attachment avoidance 1 or more" in " ".join(done.out.split())
