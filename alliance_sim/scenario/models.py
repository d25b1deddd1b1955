"""Pydantic models that are derived from the law's declarations, and trees checked against them.

Every mistake becomes one message at its own place.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from alliance_sim.law.about import About, Choice
from alliance_sim.law.switch import Switch
from alliance_sim.scenario import errors
from alliance_sim.scenario.names import QUESTIONS
from alliance_sim.scenario.problem import Place, Problem, in_config, likely, nearest, span
from alliance_sim.scenario.registry import option_names, path_ending_in
from alliance_sim.scenario.tree import Loc, Node, at, plain, without, written

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class Form(NamedTuple):
    """What is allowed at a place that is neither a declared number nor a choice, in words."""

    words: str


TEXT = Form("a text")
MAPPING = Form("a mapping of settings, one 'name: value' on a line")
Text = Annotated[str, TEXT]


def allowed(marker: About | Choice | Form, whole: bool = False) -> str:
    """What a marked field may hold, in words."""
    if isinstance(marker, About):
        return span(marker, whole)
    return " or ".join(map(in_config, option_names(marker))) if isinstance(marker, Choice) else marker.words


def _chosen(choice: Choice, kind: type[Any]) -> BeforeValidator:
    """A validator that turns an option's name into the law's number (or into a truth value)."""
    options: list[tuple[Any, IntEnum]] = list(zip(option_names(choice), choice.options, strict=True))

    def number(value: Any) -> Any:
        """The law's number for an option as it is written; a truth value is no whole number here."""
        for name, option in options:
            if type(value) is type(name) and value == name:
                return kind(option)
        raise PydanticCustomError("choice", "not an option")

    return BeforeValidator(number)


def nothing_set(value: Any) -> Any:
    """An empty section is one that changes nothing."""
    return {} if value is None else value


def checked_field(hint: Any) -> Any:
    """A checked type for a declared field of the law."""
    base, marker, *_ = get_args(hint)
    if isinstance(marker, Choice):
        shape = WithJsonSchema({"enum": list(option_names(marker)), "description": marker.meaning})
        return Annotated[base, _chosen(marker, base), shape, marker]
    finite: dict[str, Any] = {"allow_inf_nan": False} if base is float else {}
    limits = Field(ge=marker.low, le=marker.high, description=f"{marker.meaning} ({marker.unit})", **finite)
    return Annotated[base, limits, marker]


def optional(annotation: Any) -> tuple[Any, Any]:
    """A field that may be left out; what was left out is read off `model_fields_set`, not off the default."""
    return annotation, Field(default=None)


def make_model(name: str, meaning: str | None, fields: dict[str, Any]) -> type[BaseModel]:
    """A strict model of some fields."""
    return create_model(name, __config__=STRICT, __doc__=meaning, **fields)


def mapping_of(kind: Any, words: str = MAPPING.words) -> Any:
    """The type of a section that may be left empty: a model, or a mapping with names of the user's own."""
    return Annotated[kind, BeforeValidator(nothing_set), Form(words)]


@cache
def group_model(group: type[Any]) -> type[BaseModel]:
    """The model of a NamedTuple of declared settings, nested groups included."""
    return make_model(group.__name__, group.__doc__, fields_of(group))


def fields_of(group: type[Any]) -> dict[str, Any]:
    """The fields of a NamedTuple of declared settings; each may be left out."""
    return {
        name: optional(mapping_of(group_model(hint)) if hasattr(hint, "_fields") else checked_field(hint))
        for name, hint in get_type_hints(group, include_extras=True).items()
    }


class Spot(NamedTuple):
    """What a model knows of a place: the marker of what is allowed, its Python type, and names inside."""

    marker: About | Choice | Form
    kind: Any
    names: tuple[str, ...]


def bare(kind: Any, notes: Iterable[Any] = ()) -> tuple[Any, list[Any]]:
    """A type without None and without its notes (those of `Annotated`), and these after the others.

    >>> bare(Annotated[int, "a note"] | None)
    (<class 'int'>, ['a note'])
    """
    found = list(notes)
    while True:
        parts = [part for part in get_args(kind) if part is not NoneType]
        if get_origin(kind) is Annotated:
            kind, *own = get_args(kind)
            found += own
        elif get_origin(kind) in (Union, UnionType) and len(parts) == 1:
            kind = parts[0]
        else:
            return kind, found


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def spot(model: type[BaseModel], loc: Iterable[str | int]) -> Spot | None:
    """What is allowed at a location of a model; None where the model has no such place."""
    kind: Any = model
    notes: list[Any] = []
    for part in loc:
        if _is_model(kind) and part in kind.model_fields:
            info = kind.model_fields[part]
            kind, notes = bare(info.annotation, info.metadata)
        elif get_origin(kind) in (dict, list):
            kind, notes = bare(get_args(kind)[-1])
        else:
            return None
    marker = next((note for note in notes if isinstance(note, About | Choice | Form)), MAPPING)
    return Spot(marker, kind, tuple(kind.model_fields) if _is_model(kind) else ())


# ---- checking a tree -----------------------------------------------------------------------------------------------


class Checked(NamedTuple):
    """What is left of a tree without its mistakes, the mistakes with their locations, and, without any, the model."""

    tree: Node
    problems: list[Problem]
    where: list[Loc]
    model: Any = None


def check(tree: Node, model: type[BaseModel], label: Callable[[Loc], str] = written) -> Checked:
    """Check a tree against a model; `label` writes a location of the tree as a path for people."""
    try:
        return Checked(tree, [], [], model.model_validate(plain(tree)))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    problems = [_problem(mistake["type"], mistake["loc"], tree, model, label) for mistake in found]
    where: list[Loc] = [mistake["loc"] for mistake in found]
    kept = tree
    for loc in where:
        kept = without(kept, loc) if loc else kept.holding({})
    return Checked(kept, problems, where)


def _problem(kind: str, loc: Loc, tree: Node, model: type[BaseModel], label: Callable[[Loc], str]) -> Problem:
    """The message for one mistake that pydantic found."""
    node = at(tree, loc)
    place = node.place(label(loc))
    if kind == "extra_forbidden":
        around = spot(model, loc[:-1])
        return _unknown(tree, loc, around.names if around is not None else (), node, place)
    here = spot(model, loc)
    if here is None:
        return errors.wrong_value(place, node.value, "a value of another kind")
    marker, value, words = here.marker, node.value, allowed(here.marker, whole=here.kind is int)
    if kind == "missing":
        return errors.missing(place, words)
    if isinstance(marker, About) and isinstance(value, str) and re.fullmatch(r"[+-]?\d+,\d+", value.strip()):
        return _decimal_comma(place, value.strip(), words)
    if here.kind is int and isinstance(value, float) and value.is_integer():
        return errors.whole_with_decimals(place, value, words)
    near = _near_option(marker, value) if isinstance(marker, Choice) and isinstance(value, str) else None
    return errors.wrong_value(place, value, words, near)


def _decimal_comma(place: Place, text: str, words: str) -> Problem:
    """A number that is written with a comma."""
    return errors.decimal_comma(place, text, words, near=text.replace(",", "."))


def _unknown(tree: Node, loc: Loc, names: Sequence[str], node: Node, place: Place) -> Problem:
    """The message for a name that a mapping does not have: a path, a number with a comma, or one that is misspelt."""
    name = str(loc[-1])
    first, *rest = name.split(".")
    if rest and (first in names or first in QUESTIONS):
        inner = "a value" if isinstance(node.value, dict | list) or node.value is None else in_config(node.value)
        for part in reversed(rest):
            inner = f"{{{part}: {inner}}}"
        return errors.dotted(place, name, f"{first}: {inner}", place.path)
    fields = at(tree, loc[:-1]).fields
    before = dict(zip(list(fields)[1:], fields, strict=False)).get(name)
    if name.isdigit() and node.value is None and before is not None:
        start = fields[before].value  # {a: 0,3} is a: 0 and a name 3
        if isinstance(start, int) and not isinstance(start, bool) and fields[before].line == node.line:
            around = place.path.rpartition(".")[0]
            here = place._replace(path=f"{around}.{before}" if around else before)
            return _decimal_comma(here, f"{start},{name}", "a number")
    elsewhere = path_ending_in(name) if path_ending_in(name) != name else None
    group = written(loc[2:-1] if loc[:1] == ("arms",) else loc[:-1])  # wherever in a config it is set
    return errors.unknown_name(place, name, names, group, likely(name, names, elsewhere))


def _near_option(choice: Choice, value: str) -> str | None:
    """The option that a wrong value probably means."""
    if choice.options is Switch:
        meant = {"no": "false", "off": "false", "yes": "true", "on": "true"}.get(value.lower())
        return meant or nearest(value, ("false", "true"))
    return nearest(value, map(str, option_names(choice)))
