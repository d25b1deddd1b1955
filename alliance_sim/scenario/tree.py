"""Strict reading of YAML 1.2 as a tree in which every value knows where it was written.

Nothing is guessed or silently dropped.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from alliance_sim.scenario import errors
from alliance_sim.scenario.letters import hidden, same
from alliance_sim.scenario.paths import MOST_YAML, STDIN, content, limited, neighbour
from alliance_sim.scenario.problem import ConfigError, Place, Problem, refuse

Loc = tuple[str | int, ...]
"""Where a value is in a tree: keys of mappings and positions (from 0) in lists."""


@dataclass(frozen=True, eq=False)
class Node:
    """A value and its place: file as shown to people, line from 1 (None for --set), and origin.

    `value` is a text, number, truth value or None, a list of nodes, or a mapping of texts to nodes. The line of a
    list or mapping is that of its key. `origin` is one of "file", "extends", "--set", "catalogue".
    """

    value: Any
    file: str
    line: int | None
    origin: str

    @property
    def fields(self) -> Mapping[str, "Node"]:
        """The mapping's entries; none when this is no mapping."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> Sequence["Node"]:
        """The list's items; none when this is no list."""
        return self.value if isinstance(self.value, list) else ()

    def holding(self, value: Any) -> "Node":
        """Another value at the same place."""
        return Node(value, self.file, self.line, self.origin)

    def place(self, path: str = "") -> Place:
        """Where this is written, for messages; a node does not know its path itself."""
        return Place(self.file, self.line, path)


# ---- trees --------------------------------------------------------------------------------------------------------


def plain(node: Node) -> Any:
    """The tree as plain dicts, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    return [plain(child) for child in node.value] if isinstance(node.value, list) else node.value


def at(node: Node, loc: Loc) -> Node:
    """The node at a location, or the last one on the way to it that exists."""
    for part in loc:
        if isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        elif isinstance(part, str) and part in node.fields:
            node = node.fields[part]
        else:
            break
    return node


def nest(path: Sequence[str], node: Node) -> Node:
    """A node at a path inside otherwise empty mappings."""
    for key in reversed(path):
        node = node.holding({key: node})
    return node


def without(node: Node, loc: Loc) -> Node:
    """The tree without what is at a location, or without the nearest thing around it that can be left out."""
    if len(loc) > 1 and isinstance(loc[0], str) and loc[0] in node.fields:
        inner = node.fields[loc[0]]
        if isinstance(loc[1], str) and loc[1] in inner.fields:
            return node.holding({**node.fields, loc[0]: without(inner, loc[1:])})
    return node.holding({key: child for key, child in node.fields.items() if key != loc[0]})


def settled(node: Node) -> Node:
    """The tree without empty sections, which change nothing."""
    kept = {key: settled(child) for key, child in node.fields.items() if child.value is not None}
    return node.holding(kept) if isinstance(node.value, dict) else node


def leaves(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every value that is no mapping, with its path; an empty mapping has none."""
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from leaves(child, (*path, key))
    else:
        yield path, node


def written(loc: Loc) -> str:
    """A location as people write it: dots between keys, items of lists counted from 1 in brackets.

    >>> written(("rivals", 0))
    'rivals[1]'
    """
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


# ---- reading ------------------------------------------------------------------------------------------------------

MOST_DIGITS = 300
"""More digits than any number has that fits into 64 bits with a decimal point (about 10^308)."""

_CORE = "tag:yaml.org,2002:"
_SCALARS = ("int", "float", "bool", "null")

_OWN_NAMES = {"arms", "factors", "profiles"}
"""Sections whose names are the user's own, and become labels and columns: case does not distinguish them."""


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
        raise ConfigError([errors.no_such_file(place, shown, neighbour(path, ".yaml", ".yml"))]) from None
    except IsADirectoryError:
        raise ConfigError([errors.is_folder(place, shown)]) from None
    except UnicodeDecodeError:
        raise ConfigError([errors.not_text(Place(shown))]) from None
    except (OSError, ValueError) as error:
        raise ConfigError([errors.unreadable(place, getattr(error, "strerror", None) or str(error))]) from None
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
    try:
        composed = YAML(typ="safe", pure=True).compose(text)
    except RecursionError:
        raise ConfigError([errors.nested_too_deeply(Place(shown))]) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(shown, mark.line + 1 if mark is not None and lines else None)
        raise ConfigError([_syntax(place, str(error.problem or error.context or ""))]) from None
    except YAMLError:
        raise ConfigError([errors.not_text(Place(shown))]) from None
    if composed is None:
        return None
    convert = _Converter(shown, origin, lines)
    node = convert.node(composed, composed.start_mark.line + 1, "")
    refuse(convert.problems)
    return node


def _syntax(place: Place, reason: str) -> Problem:
    """A mistake of YAML itself, in plain words where it is a common one."""
    if r"'\t'" in reason:
        return errors.tab(place)
    if "mapping values are not allowed" in reason:
        return errors.stray_colon(place)
    return errors.bad_yaml(place, reason)


class _Converter:
    """Turns the library's tree into nodes, and collects what strict YAML does not allow."""

    def __init__(self, shown: str, origin: str, lines: bool) -> None:
        """Remember how places are named."""
        self._shown, self._origin, self._lines = shown, origin, lines
        self._scalars = YAML(typ="safe", pure=True).constructor
        self.problems: list[Problem] = []

    def _place(self, line: int, path: str) -> Place:
        return Place(self._shown, line if self._lines else None, path)

    def node(self, composed: Any, line: int, path: str) -> Node:
        """A node of ours; `line` is that of its key."""
        own = composed.start_mark.line + 1
        value = self._value(composed, self._place(own, path), path)
        scalar = value is not None and not isinstance(value, dict | list)
        return Node(value, self._shown, (own if scalar else line) if self._lines else None, self._origin)

    def _value(self, composed: Any, place: Place, path: str) -> Any:
        """What a node holds; None for what is not allowed, which is then among the problems."""
        kind = str(composed.tag).removeprefix(_CORE)
        if composed.anchor is not None:
            self.problems.append(errors.anchor(place, composed.anchor))
        elif isinstance(composed, MappingNode) and kind == "map":
            return self._mapping(composed, path)
        elif isinstance(composed, SequenceNode) and kind == "seq":
            items = enumerate(composed.value, 1)
            return [self.node(item, item.start_mark.line + 1, f"{path}[{k}]") for k, item in items]
        elif isinstance(composed, ScalarNode) and kind in (*_SCALARS, "str", "timestamp"):
            if kind in _SCALARS and len(composed.value) > MOST_DIGITS:
                self.problems.append(errors.huge_number(place, sum(map(str.isdigit, composed.value))))
                return None
            # YAML 1.2 has no dates; a date is a text here, as it was written.
            value = self._scalars.construct_object(composed) if kind in _SCALARS else composed.value
            self.problems += wrong_text(value, place) if isinstance(value, str) else []
            return value
        else:
            self.problems.append(errors.tag(place, str(composed.tag)))
        return None

    def _mapping(self, composed: Any, path: str) -> dict[str, Node]:
        made: dict[str, Node] = {}
        first: dict[str, int] = {}
        names: list[tuple[str, Place]] = []
        for key, value in composed.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                self.problems.append(errors.key_no_text(self._place(line, path)))
                continue
            name = key.value
            inside = f"{path}.{name}" if path else name
            if name in first:
                self.problems.append(errors.duplicate_key(self._place(line, inside), name, first[name]))
                continue
            first[name] = line
            names.append((name, self._place(line, inside)))
            made[name] = self.node(value, line, inside)
        self.problems += wrong_names(names, path)
        return made


# ---- names and texts: what nobody can see or distinguish is refused before anything is run -------------------------


def wrong_names(names: Iterable[tuple[str, Place]], path: str) -> list[Problem]:
    """What is wrong with the names of one mapping at a path: blank, characters nobody sees, or two that look alike."""
    inside = path.split(".")
    own = inside[-1] in _OWN_NAMES or inside[-2:-1] == ["factors"]
    seen: dict[str, str] = {}
    problems = []
    for name, place in names:
        strange = hidden(name, "")
        if not name.strip():
            problems.append(errors.blank_name(place, name))
        elif strange:
            problems.append(errors.hidden_character(place, strange, "a name"))
        elif (first := seen.setdefault(same(name, case=not own), name)) != name:
            problems.append(errors.looks_the_same(place, name, first))
    return problems


def wrong_text(text: str, place: Place) -> list[Problem]:
    """What is wrong with a text: characters that nobody sees; it may have several lines, and tabs."""
    strange = hidden(text, "\n\t\r")
    return [errors.hidden_character(place, strange, "a text")] if strange else []
