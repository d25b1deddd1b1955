"""Strict reading of YAML 1.2: every value keeps its line, and nothing is guessed or silently dropped."""

import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from alliance_sim.scenario import errors
from alliance_sim.scenario.names import wrong_names, wrong_text
from alliance_sim.scenario.opening import MOST_YAML, content, limited
from alliance_sim.scenario.paths import STDIN
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest_file
from alliance_sim.scenario.tree import Node

_CORE = "tag:yaml.org,2002:"
_SCALARS = ("int", "float", "bool", "null")

MOST_DIGITS = 300
"""More digits than any number has that fits into 64 bits with a decimal point (about 10^308)."""


def read(path: Path, shown: str, origin: str, asked: Place | None = None, *, pipe: bool = False) -> Node:
    """The mapping in a YAML file; `shown` is how the file is named to people, `asked` the place that named it, and
    it may be a `pipe` where that is said.

    Raises ConfigError: no such file, a folder, unreadable, no text, empty, no mapping, or mistakes in its YAML.
    """
    place = asked or Place(shown)
    try:
        held = limited(sys.stdin.buffer, MOST_YAML) if path == STDIN else content(path, MOST_YAML, pipe=pipe)
        text = held.decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError([errors.no_such_file(place, shown, _neighbour(path))]) from None
    except IsADirectoryError:
        raise ConfigError([errors.is_folder(place, shown)]) from None
    except UnicodeDecodeError:
        raise ConfigError([errors.not_text(Place(shown))]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError([errors.unreadable(place, reason)]) from None
    return read_text(text, shown, origin)


def read_text(text: str, shown: str, origin: str) -> Node:
    """The mapping that a YAML text holds. Raises ConfigError with all duplicate keys, anchors and tags at once."""
    node = value_of(text, shown, origin)
    if node is None:
        raise ConfigError([errors.empty_file(Place(shown))])
    if not isinstance(node.value, dict):
        raise ConfigError([errors.not_a_mapping(Place(shown, node.line), node.value)])
    return node


def value_of(text: str, shown: str, origin: str, lines: bool = True) -> Node | None:
    """Any YAML value, or None for a text without one; `lines` is False where line numbers mean nothing."""
    composed = _composed(text, shown, lines)
    if composed is None:
        return None
    convert = _Converter(shown, origin, lines)
    node = convert.node(composed, composed.start_mark.line + 1, "")
    if convert.problems:
        raise ConfigError(convert.problems)
    return node


def _composed(text: str, shown: str, lines: bool) -> Any:
    """The library's own tree of a YAML text."""
    try:
        return YAML(typ="safe", pure=True).compose(text)
    except RecursionError:
        raise ConfigError([errors.nested_too_deeply(Place(shown))]) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(shown, mark.line + 1 if mark is not None and lines else None)
        raise ConfigError([_syntax(place, str(error.problem or error.context or ""))]) from None
    except YAMLError:
        raise ConfigError([errors.not_text(Place(shown))]) from None


def _syntax(place: Place, reason: str) -> Problem:
    """A mistake of YAML itself, in plain words where it is a common one."""
    if r"'\t'" in reason:
        return errors.tab(place)
    if "mapping values are not allowed" in reason:
        return errors.stray_colon(place)
    return errors.bad_yaml(place, reason)


def _neighbour(path: Path) -> str | None:
    """The YAML file beside a missing one that is named most like it, as a path."""
    try:
        names = [file.name for file in path.parent.iterdir() if file.suffix in (".yaml", ".yml")]
    except OSError:
        return None
    near = nearest_file(path.name, names)
    return str(path.parent / near) if near else None


class _Converter:
    """Turns the library's tree into nodes, and collects what strict YAML does not allow."""

    def __init__(self, shown: str, origin: str, lines: bool) -> None:
        """Remember how places are named."""
        self._shown, self._origin, self._lines = shown, origin, lines
        self._scalars = YAML(typ="safe", pure=True).constructor
        self.problems: list[Problem] = []

    def _made(self, value: Any, line: int) -> Node:
        return Node(value, self._shown, line if self._lines else None, self._origin)

    def _wrong(self, problem: Problem, line: int) -> Node:
        self.problems.append(problem)
        return self._made(None, line)

    def node(self, composed: Any, line: int, path: str) -> Node:
        """A node of ours; `line` is that of its key."""
        own = composed.start_mark.line + 1
        place = Place(self._shown, own if self._lines else None, path)
        if composed.anchor is not None:
            return self._wrong(errors.anchor(place, composed.anchor), line)
        kind = str(composed.tag).removeprefix(_CORE)
        if isinstance(composed, MappingNode) and kind == "map":
            return self._made(self._mapping(composed, path), line)
        if isinstance(composed, SequenceNode) and kind == "seq":
            return self._made(
                [self.node(item, item.start_mark.line + 1, f"{path}[{k}]") for k, item in enumerate(composed.value, 1)],
                line,
            )
        if isinstance(composed, ScalarNode) and kind in (*_SCALARS, "str", "timestamp"):
            # YAML 1.2 has no dates; a date is a text here, as it was written.
            value = self._scalar(composed, place) if kind in _SCALARS else composed.value
            if isinstance(value, str):
                self.problems += wrong_text(value, place)
            return self._made(value, line if value is None else own)
        return self._wrong(errors.tag(place, str(composed.tag)), line)

    def _scalar(self, composed: Any, place: Place) -> Any:
        """A number, truth value or nothing; numbers that no computer calculates with are a mistake."""
        if len(composed.value) > MOST_DIGITS:
            self.problems.append(errors.huge_number(place, sum(map(str.isdigit, composed.value))))
            return None
        return self._scalars.construct_object(composed)

    def _mapping(self, composed: Any, path: str) -> dict[str, Node]:
        made: dict[str, Node] = {}
        first: dict[str, int] = {}
        names: list[tuple[str, Place]] = []
        for key, value in composed.value:
            line = key.start_mark.line + 1
            place = Place(self._shown, line if self._lines else None, path)
            if not isinstance(key, ScalarNode):
                self.problems.append(errors.key_no_text(place))
                continue
            name = key.value
            inside = f"{path}.{name}" if path else name
            if name in first:
                self.problems.append(errors.duplicate_key(place._replace(path=inside), name, first[name]))
                continue
            first[name] = line
            names.append((name, place._replace(path=inside)))
            made[name] = self.node(value, line, inside)
        self.problems += wrong_names(names, path)
        return made
