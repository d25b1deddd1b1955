"""Strict reading of YAML 1.2 and of Python values as trees of settings; nothing is guessed or silently dropped."""

import sys
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from alliance_sim.scenario import errors
from alliance_sim.scenario.examples import named_most_like
from alliance_sim.scenario.letters import hidden, same
from alliance_sim.scenario.paths import MOST_YAML, STDIN, content, limited, looks_like_a_path
from alliance_sim.scenario.problem import ConfigError, Place, Problem, digits, refuse
from alliance_sim.scenario.tree import Node

MOST_DIGITS = 300
"""More digits than any number has that fits into 64 bits with a decimal point (about 10^308)."""

YAML_FILE = "the path of a YAML file"
NAME_OR_FILE = f"{YAML_FILE}, or the name of an example (alliance-sim examples lists them)"

_SCALARS = ("int", "float", "bool", "null")
_scalar = YAML(typ="safe", pure=True).constructor.construct_object


def read(path: Path, shown: str, origin: str, asked: Place | None = None, *, pipe: bool = False) -> Node:
    """The mapping in a YAML file; `shown` is how the file is named to people, `asked` the place that named it, and
    it may be a `pipe` where that is said.

    Raises ConfigError: no such file, a folder, unreadable, no text, empty, no mapping, or mistakes in its YAML.
    """
    place = asked or Place(shown)
    try:
        found = limited(sys.stdin.buffer, MOST_YAML) if path == STDIN else content(path, MOST_YAML, pipe=pipe)
        text = found.decode("utf-8-sig")
    except FileNotFoundError:
        example = asked is None and not looks_like_a_path(shown)
        wrong = errors.no_such_file(place, shown, named_most_like(path), NAME_OR_FILE if example else YAML_FILE)
    except IsADirectoryError:
        wrong = errors.is_folder(place, shown)
    except UnicodeDecodeError:
        wrong = errors.not_text(Place(shown))
    except (OSError, ValueError) as error:
        wrong = errors.unreadable(place, getattr(error, "strerror", None) or str(error))
    else:
        return read_text(text, shown, origin)
    raise ConfigError([wrong])


def read_text(text: str, shown: str, origin: str) -> Node:
    """The mapping that a YAML text holds. Raises ConfigError with all duplicate keys, anchors and tags at once."""
    node = value_of(text, shown, origin)
    if node is None:
        raise ConfigError([errors.empty_file(Place(shown))])
    if not isinstance(node.value, dict):
        raise ConfigError([errors.not_a_mapping(node.place(), node.value)])
    return node


def value_of(text: str, shown: str, origin: str, lines: bool = True) -> Node | None:
    """Any YAML value, or None for a text without one; `lines` is False where line numbers mean nothing."""
    try:
        composed = YAML(typ="safe", pure=True).compose(text)
    except RecursionError:
        wrong = errors.nested_too_deeply(Place(shown))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        wrong = _syntax(Place(shown, mark.line + 1 if mark is not None and lines else None), error)
    except YAMLError:
        wrong = errors.not_text(Place(shown))
    else:
        problems: list[Problem] = []
        base = Node(None, shown, 1 if lines else None, origin)
        node = _node(composed, composed, "", base, problems) if composed is not None else None
        refuse(problems)
        return node
    raise ConfigError([wrong])


def _syntax(place: Place, error: MarkedYAMLError) -> Problem:
    """A mistake of YAML itself, in plain words where it is a common one."""
    reason = str(error.problem or error.context or "")
    if r"'\t'" in reason:
        return errors.tab(place)
    if "mapping values are not allowed" in reason:
        return errors.stray_colon(place)
    hint = "such as 5, text or [1, 2]" if place.line is None else "look at this line and the one above it"
    return errors.bad_yaml(place, reason, hint)


def _node(composed: Any, key: Any, path: str, base: Node, problems: list[Problem]) -> Node:
    """A node of the YAML library as one of ours: with the line of its `key`, or its own if it is a scalar.

    `base` has its file and origin, and a line where lines mean something. What strict YAML does not allow is added to
    the problems, and is None.
    """

    def line(start: Any) -> int | None:
        return start.start_mark.line + 1 if base.line is not None else None

    place = Place(base.file, line(composed), path)
    kind = str(composed.tag).removeprefix("tag:yaml.org,2002:")
    value: Any = None
    if composed.anchor is not None:
        problems.append(errors.anchor(place, composed.anchor))
    elif isinstance(composed, MappingNode) and kind == "map":
        value = {}
        names: dict[str, Place] = {}
        for name, child in composed.value:
            if not isinstance(name, ScalarNode):
                problems.append(errors.key_no_text(place._replace(line=line(name))))
                continue
            inside = place._replace(line=line(name), path=_inside(path, name.value))
            if name.value in names:
                problems.append(errors.duplicate_key(inside, name.value, names[name.value].line or 1))
                continue
            names[name.value] = inside
            value[name.value] = _node(child, name, inside.path, base, problems)
        problems += wrong_names(names, path)
    elif isinstance(composed, SequenceNode) and kind == "seq":
        value = [_node(item, item, f"{path}[{k}]", base, problems) for k, item in enumerate(composed.value, 1)]
    elif isinstance(composed, ScalarNode) and kind in _SCALARS:
        if len(composed.value) > MOST_DIGITS:
            problems.append(errors.huge_number(place, sum(map(str.isdigit, composed.value))))
        else:
            value = _scalar(composed)
    elif isinstance(composed, ScalarNode) and kind in ("str", "timestamp"):  # YAML 1.2 has no dates
        value = composed.value
        problems += wrong_text(value, place)
    else:
        problems.append(errors.tag(place, str(composed.tag)))
    scalar = value is not None and not isinstance(value, dict | list)
    return Node(value, base.file, line(composed if scalar else key), base.origin)


def _inside(path: str, name: str) -> str:
    """The path of a name in a mapping at a path."""
    return f"{path}.{name}" if path else name


# ---- names and texts: what nobody can see or distinguish is refused before anything is run -------------------------

_OWN_NAMES = {"arms", "factors", "profiles"}
"""Sections whose names are the user's own, and become labels and columns: case does not distinguish them."""


def wrong_names(names: Mapping[str, Place], path: str) -> list[Problem]:
    """What is wrong with the names of one mapping at a path: blank, characters nobody sees, or two that look equal."""
    inside = path.split(".")
    own = inside[-1] in _OWN_NAMES or inside[-2:-1] == ["factors"]
    seen: dict[str, str] = {}
    problems = []
    for name, place in names.items():
        strange = hidden(name, "")
        if not name.strip():
            problems.append(errors.blank_name(place, "a name of blanks" if name else "an empty name"))
        elif strange:
            problems.append(errors.hidden_character(place, strange, "a name"))
        elif (first := seen.setdefault(same(name, case=not own), name)) != name:
            problems.append(errors.looks_the_same(place, name, first))
    return problems


def wrong_text(text: str, place: Place) -> list[Problem]:
    """What is wrong with a text: characters that nobody sees; it may have several lines, and tabs."""
    strange = hidden(text, "\n\t\r")
    return [errors.hidden_character(place, strange, "a text")] if strange else []


# ---- values of a program -------------------------------------------------------------------------------------------


def node_of(value: Any, shown: str, origin: str = "--set", path: str = "") -> Node:
    """A Python value as settings; `shown` is where it stands, for messages, and `path` where inside.

    What notebooks hold is taken too: arrays, ranges, the columns of frames, numbers and texts of NumPy, paths. Raises
    ConfigError with all that is no text, number, truth value, list or mapping.
    """
    problems: list[Problem] = []
    try:
        node = _node_of(value, path, Node(None, shown, None, origin), problems)
    except RecursionError:  # a mapping that holds itself
        raise ConfigError([errors.nested_too_deeply(Place(shown, None, path))]) from None
    refuse(problems)
    return node


def _node_of(value: Any, path: str, base: Node, problems: list[Problem]) -> Node:
    place = base.place(path)
    if hasattr(value, "to_dict") and value.ndim == 1 and len(value) and all(isinstance(k, str) for k in value.index):
        value = value.to_dict()  # a series of pandas whose values have names
    if isinstance(value, Mapping):
        children = {str(name): child for name, child in value.items()}
        problems += wrong_names({name: place._replace(path=_inside(path, name)) for name in children}, path)
        made = {name: _node_of(child, _inside(path, name), base, problems) for name, child in children.items()}
        return base.holding(made)
    value = plain_value(value)
    if isinstance(value, list):
        return base.holding([_node_of(child, f"{path}[{k}]", base, problems) for k, child in enumerate(value, 1)])
    if isinstance(value, str):
        problems += wrong_text(value, place)
    elif isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        problems.append(errors.huge_number(place, digits(value)))
    elif value is not None and not isinstance(value, int | float):
        problems.append(errors.no_value_of_config(place, type(value).__name__))
    return base.holding(value)


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
