"""What names a parameter of the first edition of the law is told its successor, or that there is none."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from alliance_sim.law.about import declared
from alliance_sim.law.world import World
from alliance_sim.scenario import load
from alliance_sim.scenario.errors import GONE

Said = Callable[..., tuple[int, str, str]]

WORDS = {
    "alliance.coupling": "allowed: alliance.negotiation (now only goals and tasks pull together); "
    "alliance-sim 0.1.0 has the old one",
    "alliance.drag": "allowed: nothing in its place (a rupture's hurt is now felt as long as it lasts; "
    "alliance.healing says how fast it passes); alliance-sim 0.1.0 has it",
    "alliance.fading": "allowed: alliance.healing (hurt, unresolved load and mask now pass together); "
    "alliance-sim 0.1.0 has the old one",
    "alliance.mask_decay": "allowed: alliance.healing (hurt, unresolved load and mask now pass together); "
    "alliance-sim 0.1.0 has the old one",
    "alliance.reciprocity": "allowed: sustain.improvement (another unit: log-odds per SD of improvement since intake, "
    "not in the last week); alliance-sim 0.1.0 has the old one",
    "repair.restoration": "allowed: nothing in its place (a repair now takes off as much of the damage as it "
    "resolves); alliance-sim 0.1.0 has it",
}


ONE = "\n\n1 mistake; nothing was run or written."


def words(path: str) -> str:
    """What is found and what is allowed, of a removed parameter."""
    return f'found the parameter "{path}", which the second edition of the law no longer has; {WORDS[path]}'


def test_every_removed_parameter_is_gone_and_every_successor_is_there() -> None:
    paths = {setting.path.removeprefix("parameters.") for setting in declared(World)}
    assert set(GONE) == set(WORDS)
    assert not set(GONE) & paths
    assert {each.successor for each in GONE.values()} - {None} <= paths


@pytest.mark.parametrize("path", WORDS)
@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("parameters.{path}", "parameters: {{{group}: {{{name}: 0.1}}}}\n"),
        ("arms.old.parameters.{path}", "arms: {{old: {{parameters: {{{group}: {{{name}: 0.1}}}}}}, new: {{}}}}\n"),
        ("factors.parameters.{path}", "factors: {{parameters.{path}: [0.1, 0.2]}}\n"),
        ("factors.f.a.parameters.{path}", "factors: {{f: {{a: {{parameters.{path}: 0.1}}, b: {{}}}}}}\n"),
        (
            "design.ranges.parameters.{path}",
            "design: {{method: sobol, points: 4, ranges: {{parameters.{path}: plausible}}}}\n",
        ),
    ],
)
def test_a_config_that_names_a_removed_parameter(said: Said, tmp_path: Path, path: str, place: str, text: str) -> None:
    group, name = path.split(".")
    config = tmp_path / "config.yaml"
    config.write_text(text.format(path=path, group=group, name=name), encoding="utf-8")
    status, _, err = said("check", str(config))
    assert status == 2
    assert err.strip() == f"{config}, line 1: {place.format(path=path)}: {words(path)}{ONE}"


@pytest.mark.parametrize("path", WORDS)
def test_a_setting_of_the_command_line_that_names_a_removed_parameter(said: Said, tmp_path: Path, path: str) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("replicates: 2\n", encoding="utf-8")
    status, _, err = said("check", str(config), "--set", f"parameters.{path}=0.1")
    assert status == 2
    assert err.strip() == f"--set parameters.{path}=0.1: parameters.{path}: {words(path)}{ONE}"


def test_draws_of_removed_parameters(said: Said, tmp_path: Path) -> None:
    draws, config = tmp_path / "draws.csv", tmp_path / "config.yaml"
    draws.write_text(f"rupture.base,{','.join(WORDS)}\n-2,{','.join('0.1' for _ in WORDS)}\n", encoding="utf-8")
    config.write_text("parameters: {base: draws.csv}\n", encoding="utf-8")
    status, _, err = said("check", str(config))
    assert status == 2
    assert err.splitlines()[:-2] == [f"{draws}, line 1: {words(path)}" for path in WORDS]


def test_a_fit_that_frees_a_removed_parameter(said: Said, tmp_path: Path) -> None:
    config = tmp_path / "fit.yaml"
    config.write_text("free:\n  rupture.base: [-3, -1]\n  alliance.reciprocity: [0, 1]\n", encoding="utf-8")
    status, _, err = said("calibrate", str(config))
    assert status == 2
    assert f"fit.yaml, line 3: free.alliance.reciprocity: {words('alliance.reciprocity')}" in err


def test_the_manifest_of_a_run_by_the_first_law(said: Said, tmp_path: Path) -> None:
    """A manifest holds the complete config of its run: every parameter that it had."""
    small = tmp_path / "small.yaml"
    small.write_text("replicates: 1\n", encoding="utf-8")
    config = load(small).resolved
    config = json.loads(json.dumps(config))
    for path in WORDS:
        group, name = path.split(".")
        config["parameters"][group][name] = 0.1
    manifest = tmp_path / "old" / "manifest.json"
    manifest.parent.mkdir()
    content = {"format": 2, "name": "old", "config": config, "origins": {}, "versions": {"law": "0123456789abcdef"}}
    manifest.write_text(json.dumps(content, indent=1), encoding="utf-8")
    status, _, err = said("run", str(manifest), "--out", str(tmp_path / "again"))
    assert status == 2
    *lines, _, last = err.splitlines()
    assert last == "6 mistakes; nothing was run or written."
    assert len(lines) == len(WORDS)
    for path in WORDS:
        assert sum(line.endswith(f": parameters.{path}: {words(path)}") for line in lines) == 1
    assert not (tmp_path / "again").exists()
    assert yaml.safe_load(manifest.read_text(encoding="utf-8")) == content
