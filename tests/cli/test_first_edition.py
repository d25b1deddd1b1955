"""A parameter of the first edition of the law: what names it learns its successor, or that there is none."""

import json
from pathlib import Path

import pytest

from alliance_sim.law.about import declared
from alliance_sim.law.world import World
from alliance_sim.scenario import load
from alliance_sim.scenario.errors import GONE
from tests.cli.conftest import Command

PASS = "hurt, unresolved load and mask now pass together"
WHY = {
    "alliance.coupling": ("alliance.negotiation", "now only goals and tasks pull together"),
    "alliance.drag": (
        "",
        "a rupture's hurt is now felt as long as it lasts; alliance.healing says how fast it passes",
    ),
    "alliance.fading": ("alliance.healing", PASS),
    "alliance.mask_decay": ("alliance.healing", PASS),
    "alliance.reciprocity": (
        "sustain.improvement",
        "another unit: log-odds per SD of improvement since intake, not in the last week",
    ),
    "repair.restoration": ("", "a repair now takes off as much of the damage as it resolves"),
}
"""Removed parameters: the successor, if there is one, and the reason."""

PLACES = [
    ("parameters.{path}", "parameters: {{{group}: {{{name}: 0.1}}}}"),
    ("arms.old.parameters.{path}", "arms: {{old: {{parameters: {{{group}: {{{name}: 0.1}}}}}}, new: {{}}}}"),
    ("factors.parameters.{path}", "factors: {{parameters.{path}: [0.1, 0.2]}}"),
    ("factors.f.a.parameters.{path}", "factors: {{f: {{a: {{parameters.{path}: 0.1}}, b: {{}}}}}}"),
    (
        "design.ranges.parameters.{path}",
        "design: {{method: sobol, points: 4, ranges: {{parameters.{path}: plausible}}}}",
    ),
]


def message(path: str) -> str:
    """What is found and what is allowed, of a removed parameter."""
    successor, reason = WHY[path]
    instead, has = (successor, "the old one") if successor else ("nothing in its place", "it")
    allowed = f"{instead} ({reason}); alliance-sim 0.1.0 has {has}"
    return f'found the parameter "{path}", which the second edition of the law no longer has; allowed: {allowed}'


def test_every_removed_parameter_is_gone_and_every_successor_is_there() -> None:
    paths = {setting.path.removeprefix("parameters.") for setting in declared(World)}
    assert set(GONE) == set(WHY)
    assert not set(GONE) & paths
    assert {each.successor for each in GONE.values()} - {None} <= paths


@pytest.mark.parametrize("path", WHY)
@pytest.mark.parametrize(("place", "text"), PLACES)
def test_a_config_that_names_a_removed_parameter(
    command: Command, project: Path, path: str, place: str, text: str
) -> None:
    group, name = path.split(".")
    (project / "c.yaml").write_text(text.format(path=path, group=group, name=name), encoding="utf-8")
    shown = command("check", "c.yaml")
    one = f"c.yaml, line 1: {place.format(path=path)}: {message(path)}"
    assert (shown.status, shown.err.splitlines()[0], "1 mistake" in shown.err) == (2, one, True)


@pytest.mark.parametrize("path", WHY)
def test_a_setting_of_the_command_line_that_names_a_removed_parameter(
    command: Command, project: Path, path: str
) -> None:
    shown = command("check", "small.yaml", "--set", f"parameters.{path}=0.1")
    assert shown.status == 2
    assert shown.err.startswith(f"--set parameters.{path}=0.1: parameters.{path}: {message(path)}\n\n1 mistake")


def test_draws_and_fits_of_removed_parameters(command: Command, project: Path) -> None:
    (project / "draws.csv").write_text(
        f"rupture.base,{','.join(WHY)}\n-2,{','.join('0.1' for _ in WHY)}\n", encoding="utf-8"
    )
    shown = command("check", "small.yaml", "--set", "parameters=draws.csv")
    assert shown.status == 2
    assert shown.err.splitlines()[:-2] == [f"draws.csv, line 1: {message(path)}" for path in WHY]
    fit = "free:\n  rupture.base: [-3, -1]\n  alliance.reciprocity: [0, 1]\n"
    (project / "fit.yaml").write_text(fit, encoding="utf-8")
    shown = command("calibrate", "fit.yaml")
    assert shown.status == 2
    assert f"fit.yaml, line 3: free.alliance.reciprocity: {message('alliance.reciprocity')}" in shown.err


def test_the_manifest_of_a_run_by_the_first_law(command: Command, project: Path) -> None:
    """A manifest holds the complete config of its run: every parameter that it had."""
    config = json.loads(json.dumps(load(project / "small.yaml").resolved))
    for path in WHY:
        group, name = path.split(".")
        config["parameters"][group][name] = 0.1
    content = {"format": 2, "name": "old", "config": config, "origins": {}, "versions": {"law": "0123456789abcdef"}}
    text = json.dumps(content, indent=1)
    (project / "manifest.json").write_text(text, encoding="utf-8")
    shown = command("run", "manifest.json", "--out", "again")
    *lines, _, last = shown.err.splitlines()
    assert (shown.status, last) == (2, "6 mistakes; nothing was run or written.")
    assert sorted(line.partition(": ")[2] for line in lines) == sorted(
        f"parameters.{path}: {message(path)}" for path in WHY
    )
    assert not (project / "again").exists()
    assert (project / "manifest.json").read_text(encoding="utf-8") == text
