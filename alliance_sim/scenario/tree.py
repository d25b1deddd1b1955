"""Settings as a tree in which every value knows where it was written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alliance_sim.scenario.problem import Place

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
