"""A config that is given in a program: the path of a file, a text in YAML or a mapping, with changes on top."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePath
from typing import Any, NamedTuple, TypeAlias

from alliance_sim.scenario import errors
from alliance_sim.scenario.layers import Override, combined, complete, read_layers
from alliance_sim.scenario.paths import config_name, folder_name, home
from alliance_sim.scenario.problem import ConfigError, Place, Problem, digits, refuse
from alliance_sim.scenario.tree import MOST_DIGITS, Node, read_text, wrong_names, wrong_text

Source: TypeAlias = str | Path | Mapping[str, Any]
"""The path of a YAML file; a text in YAML, which has a line end or a colon followed by a blank; or a mapping."""

Changes: TypeAlias = Mapping[str, Any] | Sequence[str] | str | None
"""Paths with their values, such as {"parameters.rupture.base": -3}, or PATH=VALUE as on the command line."""

SHOWN = "config"
"""What a config that is no file is called in messages."""

CHANGED = "changes"
"""What changes of a config are called in messages."""

LONGEST_NAME = 40


class GivenConfig(NamedTuple):
    """A config as it was given: its settings, where files that they name are looked for, and its name."""

    path: Path
    tree: Node
    name: str


def given(
    source: Source, changes: Changes = None, settings: Mapping[str, Any] | None = None, below: Path | None = None
) -> GivenConfig:
    """A config with changes on top, and with settings at its top (such as replicates=5) on top of those.

    Files that a text or mapping names are seen from the current folder. `below` is a config from which scenarios are
    taken. Raises ConfigError for what cannot be read.
    """
    overrides = [*_overrides(changes), *_overrides(settings or {})]
    if isinstance(source, Path) or (isinstance(source, str) and not is_text(source)):
        path = home(source)
        tree = read_layers(path, overrides, below)
        return GivenConfig(path, tree, config_name(path))
    path = Path(SHOWN)
    own = read_text(source, SHOWN, "file") if isinstance(source, str) else node_of(source, SHOWN, "file")
    tree = combined(complete(own, path), path, overrides, below)
    return GivenConfig(path, tree, _name(tree))


def is_text(source: str) -> bool:
    """Whether a text is a config and not the path of one.

    >>> is_text("configs/quickstart.yaml"), is_text("replicates: 3")
    (False, True)
    """
    return "\n" in source or ": " in source


def node_of(value: Any, shown: str, origin: str = "--set", path: str = "") -> Node:
    """A Python value as settings; `shown` is where it stands, for messages, and `path` where inside.

    What notebooks hold is taken too: arrays, ranges, the columns of frames, numbers and texts of NumPy, paths. Raises
    ConfigError with all that is no text, number, truth value, list or mapping.
    """
    problems: list[Problem] = []
    try:
        node = _node_of(value, shown, origin, path, problems)
    except RecursionError:  # a mapping that holds itself
        raise ConfigError([errors.nested_too_deeply(Place(shown, None, path))]) from None
    refuse(problems)
    return node


def _node_of(value: Any, shown: str, origin: str, path: str, problems: list[Problem]) -> Node:
    place = Place(shown, None, path)
    if hasattr(value, "to_dict") and value.ndim == 1 and len(value) and all(isinstance(k, str) for k in value.index):
        value = value.to_dict()  # a series of pandas whose values have names
    if isinstance(value, Mapping):
        names = [(str(name), place._replace(path=f"{path}.{name}" if path else str(name))) for name in value]
        problems += wrong_names(names, path)
        children = zip(names, value.values(), strict=True)
        fields = {name: _node_of(child, shown, origin, here.path, problems) for (name, here), child in children}
        return Node(fields, shown, None, origin)
    value = plain_value(value)
    if isinstance(value, list):
        items = [_node_of(child, shown, origin, f"{path}[{k}]", problems) for k, child in enumerate(value, 1)]
        return Node(items, shown, None, origin)
    if isinstance(value, str):
        problems += wrong_text(value, place)
    elif isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        problems.append(errors.huge_number(place, digits(value)))
    elif value is not None and not isinstance(value, int | float):
        allowed = "a text, a number, a truth value, a list or a mapping"
        problems.append(Problem(place, f"a value of type {type(value).__name__}", allowed))
    return Node(value, shown, None, origin)


def plain_value(value: Any) -> Any:
    """A list, text, number or truth value of Python in the place of what NumPy, pandas or pathlib have for it.

    >>> import numpy as np
    >>> plain_value(np.linspace(0, 1, 3)), plain_value(np.str_("additive")), plain_value(np.int64(3))
    ([0.0, 0.5, 1.0], 'additive', 3)
    """
    if isinstance(value, str | PurePath):
        return str(value)
    if isinstance(value, tuple | range):
        return list(value)
    if hasattr(value, "tolist"):  # arrays, indexes, series, and NumPy's numbers and truth values
        return value.tolist()
    return float(value) if isinstance(value, Decimal | Fraction) else value


def whole_number(name: str, value: Any, low: int, most: int | None = None) -> int:
    """An argument that is a whole number, NumPy's included. Raises ConfigError for anything else."""
    value = plain_value(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < low or (most is not None and value > most):
        allowed = f"a whole number from {low}" + (f" to {most}" if most is not None else "")
        raise ConfigError([errors.wrong_value(Place(name), value, allowed)])
    return value


def _overrides(changes: Changes) -> list[Override]:
    if changes is None:
        return []
    if isinstance(changes, str):
        return [changes]
    if isinstance(changes, Mapping):
        return [(path, node_of(value, CHANGED, path=path)) for path, value in changes.items()]
    return list(changes)


def _name(tree: Node) -> str:
    """A name for a config that is no file: its title in small letters."""
    title = tree.fields.get("title")
    words = re.sub(r"[\W_]+", "_", str(title.value).lower()).strip("_") if title is not None else ""
    return folder_name(words[:LONGEST_NAME].rstrip("_") or SHOWN)
