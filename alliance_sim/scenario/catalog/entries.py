"""How an entry of the catalogue is read: a YAML file with a title, a description, and values with sources."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

from pydantic import BaseModel, Field, create_model

from alliance_sim.scenario import errors
from alliance_sim.scenario.catalog.scoring import (
    BETTER,
    FILE_FIELDS,
    HIGHER,
    ITEM_LIST,
    LOWER,
    ScoringKey,
    direction_problems,
    key_of,
    key_problems,
    listed_twice,
)
from alliance_sim.scenario.checking import check
from alliance_sim.scenario.models import MAPPING, STRICT, TEXT, Form, checked_field
from alliance_sim.scenario.problem import ConfigError, Place, Problem
from alliance_sim.scenario.reading import read, read_text
from alliance_sim.scenario.sections import SECTIONS
from alliance_sim.scenario.tree import Node, at, plain

KINDS = tuple(section.kind for section in SECTIONS.values())
"""Kinds of entries: treatments, policies, instruments."""

_GROUPS = {section.kind: section.group for section in SECTIONS.values()}
_NOT_EMPTY = Annotated[str, Field(min_length=1), Form('where the value comes from, or "assumption: why"')]


@dataclass(frozen=True)
class Entry:
    """An entry of the catalogue or a user's file in the same form.

    `values` are the numbers of the law (a treatment, a policy, a symptom scale); empty for a questionnaire
    that is described only. `sources` says where each value comes from; `details` is what else is known, such as
    `better`, the direction of a symptom scale, and `key`, how its items become a score.
    """

    kind: str
    name: str
    title: str
    about: str
    values: dict[str, float | int]
    sources: dict[str, str]
    details: dict[str, Any]

    @property
    def higher_is_better(self) -> bool:
        """Whether higher scores are better; the law knows scales on which they are worse."""
        return bool(self.details.get("better") == HIGHER)

    @property
    def key(self) -> ScoringKey | None:
        """How the items of a symptom scale become its score; None where the file does not say."""
        return key_of(self.details["key"]) if "key" in self.details else None

    @property
    def law_values(self) -> dict[str, float | int]:
        """The numbers as the law takes them: a scale on which higher is better is turned round within its ends."""
        if not self.higher_is_better:
            return self.values
        ends = self.values["low"] + self.values["high"]
        return {**self.values, **{name: ends - self.values[name] for name in ("community_mean", "cutoff")}}


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


def measures() -> tuple[str, ...]:
    """Names of the instruments that measure symptoms or well-being."""
    return tuple(name for name in names("instruments") if entry("instruments", name).values)


def scales() -> tuple[str, ...]:
    """Those of them on which higher is worse, as the law has it, and that so may be chosen under `symptoms`."""
    return tuple(name for name in measures() if not entry("instruments", name).higher_is_better)


def forms() -> tuple[str, ...]:
    """Names of the questionnaires of the alliance."""
    return tuple(name for name in names("instruments") if not entry("instruments", name).values)


def from_file(kind: str, path: Path, shown: str, asked: Place) -> Entry:
    """An entry of a user's own file; `asked` is the place that named it.

    Raises ConfigError when the file cannot be read or does not state every value with its source.
    """
    return _entry(kind, path.stem, read(path, shown, "catalogue", asked))


def _entry(kind: str, name: str, tree: Node) -> Entry:
    """Check the tree of an entry and take it apart."""
    instrument = kind == "instruments"
    described = instrument and "subscales" in tree.fields
    wrong = list(direction_problems(tree)) if instrument else []
    model = _described_model() if described else _entry_model(kind)
    checked = check(tree, model)
    if wrong or checked.problems:
        told = {problem.place for problem in wrong}
        raise ConfigError([*wrong, *(problem for problem in checked.problems if problem.place not in told)])
    data = model.model_validate(plain(tree)).model_dump(exclude_unset=True)
    head = {"title": data.pop("title"), "about": " ".join(data.pop("about").split())}
    details = {name: data.pop(name) for name in _DETAILS if name in data} if instrument and not described else {}
    if "key" in details:
        node = tree.fields["key"]
        place = Place(node.file, node.line, "key")
        wrong = list(key_problems(key_of(details["key"]), place))
        wrong += listed_twice(details["key"].get("reversed", []), place._replace(path="key.reversed"))
    if described:
        details = data
        wrong = list(_of_items(details, tree))
    if wrong:
        raise ConfigError(wrong)
    if described:
        return Entry(kind, name, values={}, sources={}, details=details, **head)
    values = {key: stated["value"] for key, stated in data.items()}
    sources = {key: " ".join(stated["source"].split()) for key, stated in data.items()}
    return Entry(kind, name, values=values, sources=sources, details=details, **head)


_DETAILS = ("better", "key", "licence")
"""What a symptom scale may state beside its numbers."""


def _of_items(details: dict[str, Any], tree: Node) -> Iterator[Problem]:
    """Items of subscales, and reversed ones, that a questionnaire does not have or has twice."""
    own = [(("subscales", part), item) for part, items in details["subscales"].items() for item in items]
    for k, (loc, item) in enumerate(own):
        place = Place(at(tree, loc).file, at(tree, loc).line, ".".join(loc))
        if not 1 <= item <= details["items"]:
            yield errors.no_such_item(place, item, details["items"])
        elif item in [earlier for _, earlier in own[:k]]:
            yield errors.item_twice(place, item)
    turned = details.get("reversed", [])
    place = Place(at(tree, ("reversed",)).file, at(tree, ("reversed",)).line, "reversed")
    yield from (errors.no_such_item(place, item, details["items"]) for item in turned if item > details["items"])
    yield from listed_twice(turned, place)


@cache
def _entry_model(kind: str) -> type[BaseModel]:
    """The form of an entry: every field of its group, as {value, source}."""
    fields: dict[str, Any] = {"title": Annotated[str, TEXT], "about": Annotated[str, TEXT]}
    for name, hint in get_type_hints(_GROUPS[kind], include_extras=True).items():
        stated = create_model(f"{name}_stated", __config__=STRICT, value=checked_field(hint), source=_NOT_EMPTY)
        base, about = get_args(hint)[:2]
        fields[name] = Annotated[stated, Form(errors.stated_form(about, whole=base is int))]
    if kind == "instruments":
        key = create_model("Key", __config__=STRICT, **FILE_FIELDS)
        fields["better"] = (BETTER, LOWER)
        fields["key"] = (Annotated[key, MAPPING], None)
        fields["licence"] = (Annotated[str, TEXT], "")
    return create_model(kind, __config__=STRICT, **fields)


@cache
def _described_model() -> type[BaseModel]:
    """The form of a questionnaire of the alliance: which items belong to which part, and how they are scored."""
    texts = Annotated[str, TEXT]
    ends = Annotated[
        list[Annotated[float, Form("a number")]],
        Field(min_length=2, max_length=2),
        Form("the lowest and the highest number, such as [1, 7]"),
    ]
    fields: dict[str, Any] = {
        **dict.fromkeys(("title", "about", "scoring", "source"), texts),
        "items": Annotated[int, Field(ge=1), Form("how many items there are")],
        "subscales": Annotated[dict[str, list[int]], Form("goal, task and bond, each with a list of its items")],
        "reversed": (ITEM_LIST, []),
        "span": ends,
        "total": (ends, None),
        "missing": (Annotated[int, Field(ge=0), Form("how many items of a part may be missing at most")], 0),
        "answers": dict[str, texts],
        "versions": dict[str, texts],
        "licence": (texts, ""),
    }
    return create_model("Questionnaire", __config__=STRICT, **fields)
