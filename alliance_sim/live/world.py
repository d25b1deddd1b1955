"""The world that the live page plays: one arm of a config, and what is changed on the page."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from alliance_sim.scenario import ConfigError, Experiment, Problem
from alliance_sim.scenario.combinations import BYTES_PER_AGENT, check_memory, needed
from alliance_sim.scenario.experiment import experiment_of
from alliance_sim.scenario.layers import arms_of, merge, overridden, read_layers
from alliance_sim.scenario.problem import Place, nearest
from alliance_sim.scenario.tree import Node, plain

NOTHING = Node({}, "the default world", None, "file")
LEFT_OUT = ("arms", "baseline", "factors", "design", "precision", "replicates", "outputs", "hypothesis", "rivals")
"""What a single world has no use for."""


class World(NamedTuple):
    """A config with one arm: its tree, the folder that its files are seen from, its name, and what it says in full."""

    tree: Node
    path: Path
    name: str
    experiment: Experiment


def world_of(config: Path | None, overrides: Sequence[str] = (), arm: str | None = None) -> World:
    """The world of one arm (the baseline, if none is named) of a config, or of the defaults.

    Factors and designs are left out: their settings keep the values of the arm. Raises ConfigError.
    """
    path = config if config is not None else Path("explore.yaml")
    if config is not None:
        tree = read_layers(config, overrides)
    else:
        tree = NOTHING
        for text in overrides:
            tree = overridden(tree, text, Path.cwd())
    whole = experiment_of(path, tree, path.stem)
    name = arm if arm is not None else whole.baseline
    if name not in whole.arms:
        place = Place(str(path), None, "--arm")
        raise ConfigError([Problem(place, f'"{name}"', ", ".join(whole.arms), nearest(name, whole.arms))])
    own = arms_of(tree)[name]
    kept = tree.holding({key: child for key, child in tree.fields.items() if key not in LEFT_OUT})
    single = merge(kept, own)
    title = f"{whole.title}: {name}" if len(whole.arms) > 1 else whole.title
    experiment = experiment_of(path, single, path.stem)
    _check(path, experiment)
    return World(single, path, title, experiment)


def _check(path: Path, experiment: Experiment) -> None:
    """Raise ConfigError for a clinic whose agents do not fit into memory."""
    clinic = experiment.points[0].scenario.clinic
    check_memory(
        str(path), clinic, needed(clinic, sessions=True) + clinic.therapists * clinic.caseload * BYTES_PER_AGENT
    )


def changed(world: World, changes: Sequence[str]) -> World:
    """The world with PATH=VALUE changes on top. Raises ConfigError with all mistakes in them."""
    tree = world.tree
    problems: list[Problem] = []
    for text in changes:
        try:
            tree = overridden(tree, text, world.path.resolve().parent)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    experiment = experiment_of(world.path, tree, world.path.stem)
    _check(world.path, experiment)
    return World(tree, world.path, world.name, experiment)


def as_config(world: World) -> str:
    """The world as the text of a config that `alliance-sim run` plays."""
    settings: dict[str, Any] = {"title": world.name, "seed": world.experiment.seed}
    settings |= {key: value for key, value in plain(world.tree).items() if key not in ("title", "seed", "question")}
    yaml = YAML()
    yaml.default_flow_style = False
    text = io.StringIO()
    yaml.dump(settings, text)
    seen_from = world.path.resolve().parent
    return f"# Saved from the live page. Files that it names are seen from {seen_from}.\n{text.getvalue()}"
