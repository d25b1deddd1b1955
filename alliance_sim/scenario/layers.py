"""One config from its layers: what it extends, the config itself, and what the command line or a program sets on top.

A config is a file, or given in a program: a text in YAML or a mapping.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePath
from typing import Any, NamedTuple, TypeAlias

from alliance_sim.scenario import errors
from alliance_sim.scenario.names import WORLD_KEYS
from alliance_sim.scenario.paths import STDIN, config_name, folder_name, home, looks_like_a_path
from alliance_sim.scenario.problem import ConfigError, Place, Problem, collected, digits, refuse
from alliance_sim.scenario.registry import SECTIONS
from alliance_sim.scenario.tree import MOST_DIGITS, Node, nest, read, read_text, value_of, wrong_names, wrong_text

Override: TypeAlias = str | tuple[str, Node]
"""PATH=VALUE as on the command line, or a path and its value."""

DEEPEST = 50
"""More dots than any path of the command line has."""

_NAME_FILES = {*SECTIONS, *(section.name_key for section in SECTIONS.values()), "parameters", "file", "extends"}
"""Names of a config below which the path of a file may stand."""

ONLY_ARM = "base"
"""Name of the one arm of a config without arms."""


WORLDS = (*WORLD_KEYS, "arms", "baseline", "factors", "design")
"""What a config says about worlds; not its words, its size, its seed or its outputs."""

Source: TypeAlias = str | Path | Mapping[str, Any]
"""The path of a YAML file; a text in YAML, which has a line end or a colon followed by a blank; or a mapping."""

Changes: TypeAlias = Mapping[str, Any] | Sequence[str] | str | None
"""Paths with their values, such as {"parameters.rupture.base": -3}, or PATH=VALUE as on the command line."""

SHOWN = "config"
"""What a config that is no file is called in messages."""

CHANGED = "changes"
"""What changes of a config are called in messages."""

LONGEST_NAME = 40


def read_layers(path: Path, overrides: Sequence[Override], below: Path | None = None) -> Node:
    """The merged tree of a config; with `below`, on top of the worlds of that config, as if it extended them.

    Raises ConfigError for what cannot be read, all overrides at once.
    """
    shown = "standard input" if path == STDIN else str(path)
    return laid(_with_parent(path, shown, "file", [], None), path, overrides, below)


def complete(tree: Node, path: Path) -> Node:
    """The settings of a config that is no file, with those that it extends, as if they stood in a file at a path.

    Raises ConfigError for what cannot be read.
    """
    return _onto_parent(spelt_out(tree), path, tree.file, [])


def laid(tree: Node, path: Path, overrides: Sequence[Override], below: Path | None = None) -> Node:
    """The settings of a config at a path, on the worlds of another one, and with overrides on top of them.

    Raises ConfigError with all overrides that cannot be.
    """
    if is_manifest(tree):
        tree = spelt_out(tree.fields["config"])
    folder = path.resolve().parent
    if below is not None:
        base = _with_parent(below, str(below), "extends", [], None)
        worlds = base.holding({name: child for name, child in base.fields.items() if name in WORLDS})
        tree = merge(moved(worlds, below.resolve().parent, folder), tree)
    problems: list[Problem] = []
    for override in overrides:
        with collected(problems):
            tree = overridden(tree, override, folder)
    refuse(problems)
    return tree


def is_manifest(tree: Node) -> bool:
    """Whether a file is the manifest of a run, whose `config` is a complete config."""
    return {"format", "name", "config", "origins"} <= tree.fields.keys()


def merge(base: Node, over: Node, key: str = "") -> Node:
    """`over` laid on `base`: mappings are merged name by name, anything else replaces what was there.

    An empty section changes nothing. A catalogue section (`key` treatment, policy or symptoms) that names its
    entry starts afresh, since values given for another entry say nothing about this one; one that names none
    amends the entry below.
    """
    if over.value is None and isinstance(base.value, dict):
        return base
    if not isinstance(over.value, dict):
        return over
    section = SECTIONS.get(key)
    if section is not None:
        if section.name_key in over.value:
            return over
        if isinstance(base.value, str):
            base = base.holding({section.name_key: base})
    merged = dict(base.fields)
    for name, child in over.value.items():
        merged[name] = merge(merged[name], child, name) if name in merged else child
    return over.holding(merged)


def arms_of(tree: Node) -> dict[str, Node]:
    """The arms of a config and what each changes; one that changes nothing where there are none."""
    given = tree.fields.get("arms")
    named = dict(given.fields) if given is not None else {}
    return named or {ONLY_ARM: tree.holding({})}


def spelt_out(tree: Node) -> Node:
    """A config's tree in which `parameters: NAME`, at the top or in arms, is written `parameters: {base: NAME}`.

    So layers of a config can be merged name by name.
    """
    tree = _spelt_out(tree)
    arms = tree.fields.get("arms")
    if arms is None or not arms.fields:
        return tree
    return tree.holding({**tree.fields, "arms": arms.holding({k: _spelt_out(arm) for k, arm in arms.fields.items()})})


def _spelt_out(settings: Node) -> Node:
    given = settings.fields.get("parameters")
    if given is None or not isinstance(given.value, str):
        return settings
    return settings.holding({**settings.fields, "parameters": given.holding({"base": given})})


def _with_parent(path: Path, shown: str, origin: str, chain: list[Path], asked: Place | None) -> Node:
    """A file merged onto the file that it extends, if any; `chain` are the files that led here."""
    return _onto_parent(spelt_out(read(path, shown, origin, asked, pipe=asked is None)), path, shown, chain)


def _onto_parent(tree: Node, path: Path, shown: str, chain: list[Path]) -> Node:
    """The settings of a file merged onto those of the file that they extend, if any."""
    tree = _with_files(tree, _at_home)
    extends = tree.fields.get("extends")
    if extends is None:
        return tree
    place = Place(shown, extends.line, "extends")
    if not isinstance(extends.value, str):
        raise ConfigError([errors.wrong_value(place, extends.value, "the path of a YAML file, seen from this one")])
    parent = path.parent / extends.value
    chain = [*chain, path.resolve()]
    if parent.resolve() in chain:
        names = [file.name for file in (*chain[chain.index(parent.resolve()) :], parent)]
        raise ConfigError([errors.extends_cycle(place, names)])
    below = _with_parent(parent, os.path.normpath(Path(shown).parent / extends.value), "extends", chain, place)
    own = tree.holding({name: child for name, child in tree.fields.items() if name != "extends"})
    return merge(moved(below, parent.resolve().parent, path.resolve().parent), own)


def moved(node: Node, here: Path, there: Path) -> Node:
    """The tree with paths of catalogue files and tables, seen from `here`, rewritten to be seen from `there`."""

    def seen_from_there(name: str) -> str:
        return Path(os.path.relpath(here / name, there)).as_posix() if looks_like_a_path(name) else name

    return node if here == there else _with_files(node, seen_from_there)


def _at_home(name: str) -> str:
    """A path with `~` at its beginning expanded."""
    return home(name).as_posix() if name.startswith("~") else name


def _with_files(node: Node, renamed: Callable[[str], str], key: str = "") -> Node:
    """The tree with another text wherever the path of a file may stand; `key` is the name above the node."""
    if isinstance(node.value, dict):
        return node.holding({name: _with_files(child, renamed, name) for name, child in node.value.items()})
    if isinstance(node.value, list):
        return node.holding([_with_files(child, renamed, key) for child in node.value])
    if isinstance(node.value, str) and key.rpartition(".")[2] in _NAME_FILES:
        return node.holding(renamed(node.value))
    return node


def overridden(tree: Node, override: Override, folder: Path) -> Node:
    """The tree with one PATH=VALUE, or a path and its value, on top; paths in it are seen from the current folder."""
    if isinstance(override, str):
        match = re.match(r'((?:"[^"]*"|[^="])+)=(.*)$', override, re.DOTALL)
        if match is None:
            raise ConfigError([errors.not_an_override(override)])
        shown, where = f"--set {override}", match[1]
        value = value_of(match[2], shown, "--set", lines=False) or Node(None, shown, None, "--set")
    else:
        where, value = override
        shown = value.file
    path = _split(where.strip(), tree) if where.count(".") <= DEEPEST else []
    if not path or not all(path):
        raise ConfigError([errors.not_an_override(override if isinstance(override, str) else where)])
    if path[0] == "extends":
        raise ConfigError([errors.extends_in_override(Place(shown))])
    return merge(tree, moved(spelt_out(_with_files(nest(path, value), _at_home)), Path.cwd(), folder))


def _split(path: str, tree: Node) -> list[str]:
    """The names along a path of the command line, such as arms.press on.policy.

    A name may contain dots where the tree has such a name already (arms, factors), or where it is written in
    double quotes. Of several readings the longest name wins. Below `factors`, and `ranges` of a design, a path is one
    name.
    """
    rest = [part.strip('"') for part in re.findall(r'"[^"]*"|[^.]+|(?<=\.)(?=\.|$)', path)]
    names: list[str] = []
    node = tree
    while rest:
        inside = names[1:] if names[:1] == ["design"] else names
        new_factor_path = inside[:1] in (["factors"], ["ranges"]) and len(inside) in (1, 3)
        count = len(rest) if new_factor_path else 1
        for n in range(len(rest), 0, -1):
            if ".".join(rest[:n]) in node.fields:
                count = n
                break
        name, rest = ".".join(rest[:count]), rest[count:]
        names.append(name)
        node = node.fields.get(name, node.holding(None))
    return names


# ---- configs in a program -----------------------------------------------------------------------------------------


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
        path = home(source)
        tree = read_layers(path, overrides, below)
        return Given(path, tree, config_name(path))
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
