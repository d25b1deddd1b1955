"""The scenario that the live page runs: one arm of a config, with what is changed on the page."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from alliance_sim.scenario import ConfigError, Experiment, Problem
from alliance_sim.scenario.combinations import BYTES_PER_AGENT, check_memory, needed
from alliance_sim.scenario.experiment import experiment_of
from alliance_sim.scenario.layers import arms_of, merge, overridden, read_layers
from alliance_sim.scenario.problem import Place, collected, nearest, refuse
from alliance_sim.scenario.tree import Node, plain

NOTHING = Node({}, "the default scenario", None, "file")
LEFT_OUT = ("arms", "baseline", "factors", "design", "precision", "replicates", "outputs", "hypothesis", "rivals")
"""What a single scenario has no use for."""


class LiveSetup(NamedTuple):
    """A config with one arm: its tree, the folder that its files are seen from, its name, and what it says in full."""

    tree: Node
    path: Path
    name: str
    experiment: Experiment


def setup_of(config: Path | None, overrides: Sequence[str] = (), arm: str | None = None) -> LiveSetup:
    """One arm (the baseline, if none is named) of a config, or of the defaults.

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
    kept = tree.holding({key: child for key, child in tree.fields.items() if key not in LEFT_OUT})
    title = f"{whole.title}: {name}" if len(whole.arms) > 1 else whole.title
    return _setup(merge(kept, arms_of(tree)[name]), path, title)


def changed(setup: LiveSetup, changes: Sequence[str]) -> LiveSetup:
    """A setup with PATH=VALUE changes on top. Raises ConfigError with all mistakes in them."""
    tree = setup.tree
    problems: list[Problem] = []
    for text in changes:
        with collected(problems):
            tree = overridden(tree, text, setup.path.resolve().parent)
    refuse(problems)
    return _setup(tree, setup.path, setup.name)


def _setup(tree: Node, path: Path, name: str) -> LiveSetup:
    """A checked setup. Raises ConfigError, also for a clinic whose agents do not fit into memory."""
    experiment = experiment_of(path, tree, path.stem)
    clinic = experiment.points[0].scenario.clinic
    agents = clinic.therapists * clinic.caseload * BYTES_PER_AGENT
    check_memory(str(path), clinic, needed(clinic, sessions=True) + agents)
    return LiveSetup(tree, path, name, experiment)


def as_config(setup: LiveSetup) -> str:
    """A setup as the text of a config for `alliance-sim run`."""
    settings: dict[str, Any] = {"title": setup.name, "seed": setup.experiment.seed}
    settings |= {key: value for key, value in plain(setup.tree).items() if key not in ("title", "seed", "question")}
    yaml = YAML()
    yaml.default_flow_style = False
    text = io.StringIO()
    yaml.dump(settings, text)
    seen_from = setup.path.resolve().parent
    return f"# Saved from the live page. Files that it names are seen from {seen_from}.\n{text.getvalue()}"
