"""Configs that are given in a program: the path of a file, a text in YAML, or a mapping; and changes of them."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from alliance_sim.scenario.layers import Override, complete, laid, read_layers
from alliance_sim.scenario.problem import ConfigError, Place, Problem
from alliance_sim.scenario.reading import read_text
from alliance_sim.scenario.tree import Node

Source: TypeAlias = str | Path | Mapping[str, Any]
"""The path of a YAML file; a text in YAML, which has a line end or a colon followed by a blank; or a mapping."""

Changes: TypeAlias = Mapping[str, Any] | Sequence[str] | str | None
"""Paths with their values, such as {"parameters.rupture.base": -3}, or PATH=VALUE as on the command line."""

SHOWN = "config"
"""What a config that is no file is called in messages."""

CHANGED = "changes"
"""What changes of a config are called in messages."""

LONGEST_NAME = 40


class Given(NamedTuple):
    """A config as it was given: its settings, where files that they name are looked for, and its name."""

    path: Path
    tree: Node
    name: str


def given(
    source: Source, changes: Changes = None, settings: Mapping[str, Any] | None = None, below: Path | None = None
) -> Given:
    """A config with changes on top, and with settings at its top (such as replicates=5) on top of those.

    Files that a text or mapping names are seen from the current folder. `below` is a config whose worlds it is laid on.
    Raises ConfigError for what cannot be read.
    """
    overrides = [*_overrides(changes), *_overrides(settings or {})]
    if isinstance(source, Path) or (isinstance(source, str) and not is_text(source)):
        path = Path(source)
        tree = read_layers(path, overrides, below)
        # a manifest lies in the result folder, which has the name of the config
        return Given(path, tree, path.resolve().parent.name if path.name == "manifest.json" else path.stem)
    path = Path(SHOWN)
    own = read_text(source, SHOWN, "file") if isinstance(source, str) else node_of(source, SHOWN, "file")
    tree = laid(complete(own, path), path, overrides, below)
    return Given(path, tree, _name(tree))


def is_text(source: str) -> bool:
    """Whether a text is a config and not the path of one.

    >>> is_text("configs/quickstart.yaml"), is_text("replicates: 3")
    (False, True)
    """
    return "\n" in source or ": " in source


def node_of(value: Any, shown: str, origin: str = "--set") -> Node:
    """A Python value as settings; `shown` is where it stands, for messages.

    Raises ConfigError for what is no text, number, truth value, list or mapping.
    """
    if isinstance(value, Mapping):
        return Node({str(name): node_of(child, shown, origin) for name, child in value.items()}, shown, None, origin)
    if isinstance(value, list | tuple):
        return Node([node_of(child, shown, origin) for child in value], shown, None, origin)
    if hasattr(value, "item") and not isinstance(value, str | bytes):  # a number of numpy
        value = value.item()
    if isinstance(value, Path):
        value = str(value)
    if value is not None and not isinstance(value, str | int | float | bool):
        allowed = "a text, a number, a truth value, a list or a mapping"
        raise ConfigError([Problem(Place(shown), f"a value of type {type(value).__name__}", allowed)])
    return Node(value, shown, None, origin)


def _overrides(changes: Changes) -> list[Override]:
    if changes is None:
        return []
    if isinstance(changes, str):
        return [changes]
    if isinstance(changes, Mapping):
        return [(path, node_of(value, CHANGED)) for path, value in changes.items()]
    return list(changes)


def _name(tree: Node) -> str:
    """A name for a config that is no file: its title in small letters."""
    title = tree.fields.get("title")
    words = re.sub(r"[^a-z0-9]+", "_", str(title.value).lower()).strip("_") if title is not None else ""
    return words[:LONGEST_NAME].rstrip("_") or SHOWN
