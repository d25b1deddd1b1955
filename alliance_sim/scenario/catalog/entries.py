"""How an entry of the catalogue is read: a YAML file with a title, a description, and values with sources."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

from pydantic import BaseModel, Field, create_model

from alliance_sim.scenario import errors
from alliance_sim.scenario.checking import check
from alliance_sim.scenario.models import STRICT, TEXT, Form, checked_field
from alliance_sim.scenario.problem import ConfigError, Place
from alliance_sim.scenario.reading import read, read_text
from alliance_sim.scenario.sections import SECTIONS
from alliance_sim.scenario.tree import Node, plain

KINDS = tuple(section.kind for section in SECTIONS.values())
"""Kinds of entries: treatments, policies, instruments."""

_GROUPS = {section.kind: section.group for section in SECTIONS.values()}
_NOT_EMPTY = Annotated[str, Field(min_length=1), Form('where the value comes from, or "assumption: why"')]


@dataclass(frozen=True)
class Entry:
    """An entry of the catalogue or a user's file in the same form.

    `values` are the numbers of the law (a treatment, a policy, a symptom scale); empty for a questionnaire
    that is described only. `sources` says where each value comes from; `details` is what else is known.
    """

    kind: str
    name: str
    title: str
    about: str
    values: dict[str, float | int]
    sources: dict[str, str]
    details: dict[str, Any]


@cache
def names(kind: str) -> tuple[str, ...]:
    """Names of all entries of a kind that come with the package, in alphabetical order."""
    files = (resources.files(__package__) / kind).iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


@cache
def entry(kind: str, name: str) -> Entry:
    """An entry that comes with the package. Raises KeyError when there is none of this name."""
    if name not in names(kind):
        raise KeyError(name)
    text = (resources.files(__package__) / kind / f"{name}.yaml").read_text(encoding="utf-8")
    return _entry(kind, name, read_text(text, f"catalogue {kind}/{name}.yaml", "catalogue"))


def scales() -> tuple[str, ...]:
    """Names of the instruments that measure symptoms, and so may be chosen under `symptoms`."""
    return tuple(name for name in names("instruments") if entry("instruments", name).values)


def from_file(kind: str, path: Path, shown: str, asked: Place) -> Entry:
    """An entry of a user's own file; `asked` is the place that named it.

    Raises ConfigError when the file cannot be read or does not state every value with its source.
    """
    return _entry(kind, path.stem, read(path, shown, "catalogue", asked))


def _entry(kind: str, name: str, tree: Node) -> Entry:
    """Check the tree of an entry and take it apart."""
    described = "items" in tree.fields
    model = _described_model() if described and kind == "instruments" else _entry_model(kind)
    checked = check(tree, model)
    if checked.problems:
        raise ConfigError(checked.problems)
    data = model.model_validate(plain(tree)).model_dump()
    head = {"title": data.pop("title"), "about": " ".join(data.pop("about").split())}
    if described:
        return Entry(kind, name, values={}, sources={}, details=data, **head)
    values = {key: stated["value"] for key, stated in data.items()}
    sources = {key: " ".join(stated["source"].split()) for key, stated in data.items()}
    return Entry(kind, name, values=values, sources=sources, details={}, **head)


@cache
def _entry_model(kind: str) -> type[BaseModel]:
    """The form of an entry: every field of its group, as {value, source}."""
    fields: dict[str, Any] = {"title": Annotated[str, TEXT], "about": Annotated[str, TEXT]}
    for name, hint in get_type_hints(_GROUPS[kind], include_extras=True).items():
        stated = create_model(f"{name}_stated", __config__=STRICT, value=checked_field(hint), source=_NOT_EMPTY)
        base, about = get_args(hint)[:2]
        fields[name] = Annotated[stated, Form(errors.stated_form(about, whole=base is int))]
    return create_model(kind, __config__=STRICT, **fields)


@cache
def _described_model() -> type[BaseModel]:
    """The form of an instrument that the law answers item by item, and that is only described here."""
    texts = Annotated[str, TEXT]
    return create_model(
        "Questionnaire",
        __config__=STRICT,
        title=texts,
        about=texts,
        items=Annotated[int, Field(ge=1)],
        subscales=dict[str, list[int]],
        answers=dict[str, texts],
        scoring=texts,
        versions=dict[str, texts],
        source=texts,
    )
