"""A parameter of the first edition of the law: a fit and a manifest that name it are refused with its successor.

What configs and tables of draws learn stands in tests/scenario/mistakes.txt.
"""

import json
from pathlib import Path

from alliance_sim.law.about import declared
from alliance_sim.law.world import World
from alliance_sim.scenario import load
from alliance_sim.scenario.errors import GONE
from tests.cli.conftest import Command


def message(path: str) -> str:
    """What is found and what is allowed, of a removed parameter; tests/scenario/mistakes.txt has each in full."""
    successor, reason = GONE[path]
    instead, has = (successor, "the old one") if successor else ("nothing in its place", "it")
    allowed = f"{instead} ({reason}); alliance-sim 0.1.0 has {has}"
    return f'found the parameter "{path}", which the second edition of the law no longer has; allowed: {allowed}'


def test_every_removed_parameter_is_gone_and_every_successor_is_there() -> None:
    paths = {setting.path.removeprefix("parameters.") for setting in declared(World)}
    assert not set(GONE) & paths
    assert {each.successor for each in GONE.values()} - {None} <= paths


def test_a_fit_of_a_removed_parameter(command: Command, project: Path) -> None:
    fit = "free:\n  rupture.base: [-3, -1]\n  alliance.reciprocity: [0, 1]\n"
    (project / "fit.yaml").write_text(fit, encoding="utf-8")
    shown = command("calibrate", "fit.yaml")
    assert shown.status == 2
    assert f"fit.yaml, line 3: free.alliance.reciprocity: {message('alliance.reciprocity')}" in shown.err


def test_the_manifest_of_a_run_by_the_first_law(command: Command, project: Path) -> None:
    """A manifest holds the complete config of its run: every parameter that it had."""
    config = json.loads(json.dumps(load(project / "small.yaml").resolved))
    for path in GONE:
        group, name = path.split(".")
        config["parameters"][group][name] = 0.1
    content = {"format": 2, "name": "old", "config": config, "origins": {}, "versions": {"law": "0123456789abcdef"}}
    text = json.dumps(content, indent=1)
    (project / "manifest.json").write_text(text, encoding="utf-8")
    shown = command("run", "manifest.json", "--out", "again")
    *lines, _, last = shown.err.splitlines()
    assert (shown.status, last) == (2, "6 mistakes; nothing was run or written.")
    assert sorted(line.partition(": ")[2] for line in lines) == sorted(
        f"parameters.{path}: {message(path)}" for path in GONE
    )
    assert not (project / "again").exists()
    assert (project / "manifest.json").read_text(encoding="utf-8") == text
