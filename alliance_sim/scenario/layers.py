"""One config from its layers: what it extends, the config itself, and what a command or a program sets on top."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from alliance_sim.scenario import errors
from alliance_sim.scenario.examples import by_name
from alliance_sim.scenario.names import WORLD_KEYS
from alliance_sim.scenario.paths import STDIN, config_name, folder_name, home, looks_like_a_path
from alliance_sim.scenario.problem import ConfigError, Place, Problem, collected, refuse
from alliance_sim.scenario.reading import node_of, read, read_text, value_of
from alliance_sim.scenario.registry import SECTIONS
from alliance_sim.scenario.tree import Node, nest

Override: TypeAlias = str | tuple[str, Node]
"""PATH=VALUE as on the command line, or a path and its value."""

Source: TypeAlias = str | Path | Mapping[str, Any]
"""The path of a YAML file; a text in YAML, which has a line end or a colon followed by a blank; or a mapping."""

Changes: TypeAlias = Mapping[str, Any] | Sequence[str] | str | None
"""Paths with their values, such as {"parameters.rupture.base": -3}, or PATH=VALUE as on the command line."""

DEEPEST = 50
"""More dots than any path of the command line has."""

ONLY_ARM = "base"
"""Name of the one arm of a config without arms."""

_NO_FILE = Path("config")
"""What a config that is no file is called in messages; files that it names are seen from the current folder."""

_NAME_FILES = {*SECTIONS, *(section.name_key for section in SECTIONS.values()), "parameters", "file", "extends"}
"""Names of a config below which the path of a file may stand."""

_SCENARIOS = (*WORLD_KEYS, "arms", "baseline", "factors", "design")
"""What a config says about scenarios; not its texts, its size, its seed or its outputs."""


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
        path = by_name(home(source))
        return GivenConfig(path, read_layers(path, overrides, below), config_name(path))
    shown = str(_NO_FILE)
    own = read_text(source, shown, "file") if isinstance(source, str) else node_of(source, shown, "file")
    tree = _combined(_onto_parent(own, _NO_FILE, shown, []), _NO_FILE, overrides, below)
    title = tree.fields.get("title")
    words = re.sub(r"[\W_]+", "_", str(title.value).lower()).strip("_") if title is not None else ""
    return GivenConfig(_NO_FILE, tree, folder_name(words[:40].rstrip("_") or shown))


def is_text(source: str) -> bool:
    """Whether a text is a config and not the path of one.

    >>> is_text("configs/quickstart.yaml"), is_text("replicates: 3")
    (False, True)
    """
    return "\n" in source or ": " in source


def _overrides(changes: Changes) -> list[Override]:
    if isinstance(changes, Mapping):
        return [(path, node_of(value, "changes", path=path)) for path, value in changes.items()]
    return [changes] if isinstance(changes, str) else list(changes or ())


def read_layers(path: Path, overrides: Sequence[Override], below: Path | None = None) -> Node:
    """The merged tree of a config; with `below`, on top of the scenarios of that config, as if it extended them.

    Raises ConfigError for what cannot be read, all overrides at once.
    """
    shown = "standard input" if path == STDIN else str(path)
    return _combined(_with_parent(path, shown, "file", [], None), path, overrides, below)


def _combined(tree: Node, path: Path, overrides: Sequence[Override], below: Path | None) -> Node:
    """The settings of a config at a path, on the scenarios of another one, and with overrides on top of them.

    Raises ConfigError with all overrides that cannot be.
    """
    if {"format", "name", "config", "origins"} <= tree.fields.keys():  # the manifest of a run
        tree = _spelt_out(tree.fields["config"])
    folder = path.resolve().parent
    if below is not None:
        base = _with_parent(below, str(below), "extends", [], None)
        scenarios = base.holding({name: child for name, child in base.fields.items() if name in _SCENARIOS})
        tree = merge(moved(scenarios, below.resolve().parent, folder), tree)
    problems: list[Problem] = []
    for override in overrides:
        with collected(problems):
            tree = overridden(tree, override, folder)
    refuse(problems)
    return tree


def merge(base: Node, over: Node, key: str = "") -> Node:
    """`over` on top of `base`: mappings are merged name by name, anything else replaces what was there.

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
    return dict(given.fields if given is not None else {}) or {ONLY_ARM: tree.holding({})}


def _spelt_out(tree: Node) -> Node:
    """A config's tree in which `parameters: NAME`, at the top or in arms, is written `parameters: {base: NAME}`.

    So layers of a config can be merged name by name.
    """
    changed = {}
    given, arms = tree.fields.get("parameters"), tree.fields.get("arms")
    if given is not None and isinstance(given.value, str):
        changed["parameters"] = given.holding({"base": given})
    if arms is not None and arms.fields:
        changed["arms"] = arms.holding({name: _spelt_out(arm) for name, arm in arms.fields.items()})
    return tree.holding({**tree.fields, **changed}) if changed else tree


def _with_parent(path: Path, shown: str, origin: str, chain: list[Path], asked: Place | None) -> Node:
    """A file merged onto the file that it extends, if any; `chain` are the files that led here."""
    return _onto_parent(read(path, shown, origin, asked, pipe=asked is None), path, shown, chain)


def _onto_parent(tree: Node, path: Path, shown: str, chain: list[Path]) -> Node:
    """The settings of a file merged onto those of the file that they extend, if any."""
    tree = _with_files(_spelt_out(tree), _at_home)
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
        raise ConfigError([errors.extends_cycle(place, " -> ".join(names))])
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
    names_file = isinstance(node.value, str) and key.rpartition(".")[2] in _NAME_FILES
    return node.holding(renamed(node.value)) if names_file else node


def overridden(tree: Node, override: Override, folder: Path) -> Node:
    """The tree with one PATH=VALUE, or a path and its value, on top; paths in it are seen from the current folder."""
    if isinstance(override, str):
        match = re.match(r'((?:"[^"]*"|[^="])+)=(.*)$', override, re.DOTALL)
        if match is None:
            raise ConfigError([errors.not_an_override(Place("--set"), override)])
        shown, where = f"--set {override}", match[1]
        value = value_of(match[2], shown, "--set", lines=False) or Node(None, shown, None, "--set")
    else:
        where, value = override
    path = _split(where.strip(), tree) if where.count(".") <= DEEPEST else []
    if not path or not all(path):
        raise ConfigError([errors.not_an_override(Place("--set"), override if isinstance(override, str) else where)])
    if path[0] == "extends":
        raise ConfigError([errors.extends_in_override(Place(value.file))])
    return merge(tree, moved(_spelt_out(_with_files(nest(path, value), _at_home)), Path.cwd(), folder))


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
        known = (n for n in range(len(rest), 0, -1) if ".".join(rest[:n]) in node.fields)
        count = next(known, len(rest) if new_factor_path else 1)
        name, rest = ".".join(rest[:count]), rest[count:]
        names.append(name)
        node = node.fields.get(name, node.holding(None))
    return names
