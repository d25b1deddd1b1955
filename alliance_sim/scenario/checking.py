"""A tree against a model: every mistake becomes one message at its own place."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from alliance_sim.law.about import About, Choice
from alliance_sim.law.switch import Switch
from alliance_sim.scenario import errors
from alliance_sim.scenario.models import allowed, option_names, spot
from alliance_sim.scenario.problem import Place, Problem, likely, nearest
from alliance_sim.scenario.registry import paths_ending_in
from alliance_sim.scenario.sections import INQUIRIES
from alliance_sim.scenario.tree import Loc, Node, at, plain, without, written

DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")

_SWITCH_WORDS = {"no": "false", "off": "false", "yes": "true", "on": "true"}


class Checked(NamedTuple):
    """What is left of a tree without its mistakes, the mistakes with their locations, and, without any, the model."""

    tree: Node
    problems: list[Problem]
    where: list[Loc]
    model: Any = None


def check(tree: Node, model: type[BaseModel], label: Callable[[Loc], str] = written) -> Checked:
    """Hold a tree against a model; `label` writes a location of the tree as a path for people."""
    try:
        return Checked(tree, [], [], model.model_validate(plain(tree)))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    problems = []
    where: list[Loc] = []
    for mistake in found:
        loc: Loc = tuple(mistake["loc"])
        problems.append(_problem(mistake["type"], loc, tree, model, label))
        where.append(loc)
    kept = tree
    for loc in where:
        kept = without(kept, loc) if loc else kept.holding({})
    return Checked(kept, problems, where)


def _problem(kind: str, loc: Loc, tree: Node, model: type[BaseModel], label: Callable[[Loc], str]) -> Problem:
    """The message for one mistake that pydantic found."""
    node = at(tree, loc)
    place = Place(node.file, node.line, label(loc))
    if kind == "extra_forbidden":
        around = spot(model, loc[:-1])
        names = around.names if around is not None else ()
        name = str(loc[-1])
        told = _written_otherwise(tree, loc, names, node, place)
        if told is not None:
            return told
        return errors.unknown_name(place, name, names, _group(loc[:-1]), likely(name, names, _elsewhere(name)))
    here = spot(model, loc)
    if here is None:
        return errors.wrong_value(place, node.value, "a value of another kind")
    words = allowed(here.marker, whole=here.kind is int)
    if kind == "missing":
        return errors.missing(place, words)
    if isinstance(here.marker, About) and isinstance(node.value, str) and DECIMAL_COMMA.fullmatch(node.value.strip()):
        return errors.decimal_comma(place, node.value.strip(), words)
    if here.kind is int and isinstance(node.value, float) and node.value.is_integer():
        return errors.whole_with_decimals(place, node.value, words)
    near = _near_option(here.marker, node.value) if isinstance(here.marker, Choice) else None
    return errors.wrong_value(place, node.value, words, near)


def _written_otherwise(tree: Node, loc: Loc, names: Sequence[str], node: Node, place: Place) -> Problem | None:
    """A name that there is not because a path, or a number with a comma, was written; None for any other."""
    name = str(loc[-1])
    first, dot, _ = name.partition(".")
    if dot and (first in names or first in INQUIRIES):
        return errors.dotted(place, name, plain(node))
    beside = at(tree, loc[:-1]).fields
    before = list(beside)[list(beside).index(name) - 1] if name in beside and name != next(iter(beside)) else None
    if name.isdigit() and node.value is None and before is not None:
        start = beside[before].value  # {a: 0,3} is a: 0 and a name 3
        if isinstance(start, int) and not isinstance(start, bool) and beside[before].line == node.line:
            around = place.path.rpartition(".")[0]
            here = place._replace(path=f"{around}.{before}" if around else before)
            return errors.decimal_comma(here, f"{start},{name}", "a number")
    return None


def _near_option(choice: Choice, value: Any) -> str | None:
    """The option that a wrong value probably means."""
    if not isinstance(value, str):
        return None
    if choice.options is Switch:
        return _SWITCH_WORDS.get(value.lower()) or nearest(value, ("false", "true"))
    return nearest(value, [str(name) for name in option_names(choice)])


def _group(loc: Loc) -> str:
    """The path of a group of settings, wherever in a config it is set."""
    return written(loc[2:] if loc[:1] == ("arms",) else loc)


def _elsewhere(name: str) -> str | None:
    """The full path of a setting of this very name, when there is exactly one."""
    found = paths_ending_in(name)
    return found[0] if len(found) == 1 and found[0] != name else None
