"""The catalogue: treatments, repair policies and instruments as data, each value with its source.

An entry is a YAML file with a title, a description, and values with sources; an instrument may state too how its items
become a score, and which direction of a score is better.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_type_hints

from pydantic import BaseModel, Field, create_model

from alliance_sim.scenario import errors
from alliance_sim.scenario.models import MAPPING, STRICT, Form, Text, check, checked_field
from alliance_sim.scenario.problem import Place, Problem, refuse, span
from alliance_sim.scenario.reading import read, read_text
from alliance_sim.scenario.registry import SECTIONS
from alliance_sim.scenario.tree import Node, at

KINDS = tuple(section.kind for section in SECTIONS.values())
"""Kinds of entries: treatments, policies, instruments."""

LOWER, HIGHER = "lower", "higher"
"""Which scores are better."""

# ---- what a file states --------------------------------------------------------------------------------------------

ITEM_LIST = Annotated[
    list[Annotated[int, Field(ge=1), Form("the number of an item, from 1")]],
    Form("a list of item numbers, such as [3, 4]; [] for none"),
]


def _count(words: str, least: int = 0, most: int | None = None) -> Any:
    """A whole number."""
    return Annotated[int, Field(ge=least, le=most), Form(words)]


def _two_ends(words: str) -> Any:
    """A list of two numbers."""
    return Annotated[list[Annotated[float, Form("a number")]], Field(min_length=2, max_length=2), Form(words)]


KEY_FIELDS: dict[str, Any] = {
    "count": _count("a whole number from 1: how many items there are", 1, 500),
    "answers": _two_ends("the lowest and the highest answer to an item, such as [0, 3]"),
    "score": Annotated[Literal["sum", "mean"], Form("sum or mean (of the items)")],
    "times": Annotated[float, Field(gt=0), Form("a number above 0, by which the sum or mean is multiplied")],
    "reversed": ITEM_LIST,
    "missing": _count("a whole number from 0: how many items may be missing at most"),
}
"""What a scoring key states; the same in a file of the catalogue and in a mapping of one's own table."""

_DEFAULTS: Mapping[str, Any] = {"times": 1.0, "reversed": [], "missing": 0, "printed": []}
"""What need not be stated of a key; `printed` are items whose numbers on the printed form run the other way already."""


@cache
def _entry_model(kind: str) -> type[BaseModel]:
    """The form of an entry: every field of its group, as {value, source}."""
    fields: dict[str, Any] = {"title": Text, "about": Text}
    source = Annotated[str, Field(min_length=1), Form('where the value comes from, or "assumption: why"')]
    group = next(section.group for section in SECTIONS.values() if section.kind == kind)
    for name, hint in get_type_hints(group, include_extras=True).items():
        stated = create_model(f"{name}_stated", __config__=STRICT, value=checked_field(hint), source=source)
        base, about = get_args(hint)[:2]
        form = f'{{value: {span(about, whole=base is int)}, source: "where it comes from"}}'
        fields[name] = Annotated[stated, Form(form)]
    if kind == "instruments":
        stated_key = {**KEY_FIELDS, "printed": ITEM_LIST, "source": Text}
        key = {name: (form, _DEFAULTS.get(name, ...)) for name, form in stated_key.items()}
        words = "lower (higher scores are worse, the default) or higher (higher scores are better)"
        fields["better"] = (Annotated[Literal["lower", "higher"], Form(words)], LOWER)
        fields["key"] = (Annotated[create_model("Key", __config__=STRICT, **key), MAPPING], None)  # type: ignore[call-overload]
        fields["licence"] = (Text, "")
    return create_model(kind, __config__=STRICT, **fields)


@cache
def _described_model() -> type[BaseModel]:
    """The form of a questionnaire of the alliance: which items belong to which part, and how they are scored."""
    ends = _two_ends("the lowest and the highest number, such as [1, 7]")
    fields: dict[str, Any] = {
        **dict.fromkeys(("title", "about", "scoring", "source"), Text),
        "items": _count("how many items there are", 1),
        "subscales": Annotated[dict[str, list[int]], Form("goal, task and bond, each with a list of its items")],
        "reversed": (ITEM_LIST, []),
        "span": ends,
        "total": (ends, None),
        "missing": (_count("how many items of a part may be missing at most"), 0),
        **dict.fromkeys(("answers", "versions"), dict[str, Text]),
        "licence": (Text, ""),
    }
    return create_model("Questionnaire", __config__=STRICT, **fields)


# ---- scoring keys --------------------------------------------------------------------------------------------------


class ScoringKey(NamedTuple):
    """How items become a score. With up to `missing` items missing, the others' mean stands in for them."""

    size: int  # items
    answers: tuple[float, float]
    score: str  # sum or mean
    times: float
    reversed: frozenset[int]
    missing: int
    printed: frozenset[int] = frozenset()  # numbers on the form run the other way already

    @property
    def span(self) -> tuple[float, float]:
        """The lowest and the highest score that the items can give."""
        factor = self.times * (self.size if self.score == "sum" else 1)
        return factor * self.answers[0], factor * self.answers[1]


def key_of(stated: Mapping[str, Any]) -> ScoringKey:
    """The key that a mapping of its fields states; raises KeyError for a field that is needed and not there."""
    given = {**_DEFAULTS, **stated}
    low, high = map(float, given["answers"])
    items = frozenset(given["reversed"]), int(given["missing"]), frozenset(given["printed"])
    return ScoringKey(int(given["count"]), (low, high), given["score"], float(given["times"]), *items)


def key_problems(key: ScoringKey, place: Place) -> Iterator[Problem]:
    """What is wrong with a key in itself; `place` is that of the mapping that states it."""

    def inside(name: str) -> Place:
        return place._replace(path=f"{place.path}.{name}" if place.path else name)

    low, high = key.answers
    if not low < high:
        yield errors.answers_out_of_order(inside("answers"), low, high)
    for item in sorted(key.reversed | key.printed):
        if item > key.size:
            yield errors.no_such_item(inside("reversed"), item, key.size)
    if key.missing >= key.size:
        yield errors.all_items_missing(inside("missing"), key.missing, key.size)


def listed_twice(items: Sequence[int], place: Place) -> Iterator[Problem]:
    """Items that a list of items has twice."""
    for k, item in enumerate(items):
        if item in items[:k]:
            yield errors.item_twice(place, item)


def direction_problems(tree: Node) -> Iterator[Problem]:
    """A direction that the numbers of a symptom scale contradict: a negative unit, a community on the wrong side."""
    numbers = {name: node.fields["value"] for name, node in tree.fields.items() if "value" in node.fields}
    unit, mean, cutoff = (numbers.get(name, tree) for name in ("unit", "community_mean", "cutoff"))
    higher = "better" in tree.fields and tree.fields["better"].value == HIGHER
    if isinstance(unit.value, int | float) and unit.value < 0:
        message = errors.negative_unit_higher if higher else errors.negative_unit
        yield message(unit.place("unit.value"), unit.value, -unit.value)
    elif isinstance(mean.value, int | float) and isinstance(cutoff.value, int | float):
        message = errors.direction_contradicted_higher if higher else errors.direction_contradicted
        if (mean.value < cutoff.value) if higher else (mean.value > cutoff.value):
            yield message(cutoff.place("cutoff.value"), cutoff.value, mean.value)


# ---- entries -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """An entry of the catalogue or a user's file in the same form."""

    kind: str
    name: str
    title: str
    about: str
    values: dict[str, float | int]  # numbers of the law; none for a questionnaire that is described only
    sources: dict[str, str]  # where each value comes from
    details: dict[str, Any]  # what else is known, such as `better` and `key` of a symptom scale

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
    return _entry(kind, name, read_text(_text(kind, name), f"catalogue {kind}/{name}.yaml", "catalogue"))


def title(kind: str, name: str) -> str:
    """The title of such an entry, which is its first line; the rest is not read."""
    first, _, _ = _text(kind, name).partition("\n")
    return str(read_text(first, name, "catalogue").fields["title"].value)


def _text(kind: str, name: str) -> str:
    if name not in names(kind):
        raise KeyError(name)
    return (resources.files(__package__) / kind / f"{name}.yaml").read_text(encoding="utf-8")


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
    described = kind == "instruments" and "subscales" in tree.fields
    wrong = list(direction_problems(tree)) if kind == "instruments" else []
    checked = check(tree, _described_model() if described else _entry_model(kind))
    places = {problem.place for problem in wrong}
    refuse([*wrong, *(problem for problem in checked.problems if problem.place not in places)])
    data = checked.model.model_dump(exclude_unset=True)
    head = {"title": data.pop("title"), "about": " ".join(data.pop("about").split())}
    if described:
        refuse(list(_of_items(data, tree)))
        return Entry(kind, name, **head, values={}, sources={}, details=data)
    details = {name: data.pop(name) for name in ("better", "key", "licence") if name in data}
    if "key" in details:
        place = tree.fields["key"].place("key")
        twice = listed_twice(details["key"].get("reversed", []), place._replace(path="key.reversed"))
        refuse([*key_problems(key_of(details["key"]), place), *twice])
    values = {key: stated["value"] for key, stated in data.items()}
    sources = {key: " ".join(stated["source"].split()) for key, stated in data.items()}
    return Entry(kind, name, **head, values=values, sources=sources, details=details)


def _of_items(details: dict[str, Any], tree: Node) -> Iterator[Problem]:
    """Items of subscales, and reversed ones, that a questionnaire does not have or has twice."""
    own = [(("subscales", part), item) for part, items in details["subscales"].items() for item in items]
    turned = [(("reversed",), item) for item in details.get("reversed", [])]
    for listed in (own, turned):
        for k, (loc, item) in enumerate(listed):
            place = at(tree, loc).place(".".join(loc))
            if not 1 <= item <= details["items"]:
                yield errors.no_such_item(place, item, details["items"])
            elif item in [earlier for _, earlier in listed[:k]]:
                yield errors.item_twice(place, item)
