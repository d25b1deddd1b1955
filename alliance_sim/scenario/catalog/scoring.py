"""Scoring keys: how the items of a questionnaire become a score; and which direction of a score is better."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from alliance_sim.scenario import errors
from alliance_sim.scenario.models import TEXT, Form
from alliance_sim.scenario.problem import Place, Problem
from alliance_sim.scenario.tree import Node, plain

LOWER, HIGHER = "lower", "higher"

BETTER = Annotated[
    Literal["lower", "higher"],
    Form("lower (higher scores are worse, the default) or higher (higher scores are better)"),
]

_item = Annotated[int, Field(ge=1), Form("the number of an item, from 1")]
ITEM_LIST = Annotated[list[_item], Form("a list of item numbers, such as [3, 4]; [] for none")]
ANSWERS = Annotated[
    list[Annotated[float, Form("a number")]],
    Field(min_length=2, max_length=2),
    Form("the lowest and the highest answer to an item, such as [0, 3]"),
]

KEY_FIELDS: dict[str, Any] = {
    "count": Annotated[int, Field(ge=1, le=500), Form("a whole number from 1: how many items there are")],
    "answers": ANSWERS,
    "score": Annotated[Literal["sum", "mean"], Form("sum or mean (of the items)")],
    "times": Annotated[float, Field(gt=0), Form("a number above 0, by which the sum or mean is multiplied")],
    "reversed": ITEM_LIST,
    "missing": Annotated[int, Field(ge=0), Form("a whole number from 0: how many items may be missing at most")],
}
"""What a scoring key states; the same in a file of the catalogue and in a mapping of one's own table."""

_DEFAULTS: Mapping[str, Any] = {"times": 1.0, "reversed": [], "missing": 0}

FILE_FIELDS: dict[str, Any] = {
    **{name: (kind, _DEFAULTS.get(name, ...)) for name, kind in KEY_FIELDS.items()},
    "printed": (ITEM_LIST, []),
    "source": (Annotated[str, TEXT], ...),
}
"""The key in a file: `printed` are items whose numbers on the printed form run the other way already."""


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
    low, high = given["answers"]
    return ScoringKey(
        int(given["count"]), (float(low), float(high)), given["score"], float(given["times"]),
        frozenset(given["reversed"]), int(given["missing"]), frozenset(given.get("printed", ())),
    )  # fmt: skip


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
    numbers = {
        name: node.fields["value"]
        for name, node in tree.fields.items()
        if "value" in node.fields and isinstance(node.fields["value"].value, int | float)
    }
    unit = numbers.get("unit")
    higher = tree.fields["better"].value == HIGHER if "better" in tree.fields else False
    if unit is not None and unit.value < 0:
        yield errors.negative_unit(Place(unit.file, unit.line, "unit.value"), plain(unit), higher)
        return
    mean, cutoff = numbers.get("community_mean"), numbers.get("cutoff")
    if mean is None or cutoff is None:
        return
    if (mean.value < cutoff.value) if higher else (mean.value > cutoff.value):
        place = Place(cutoff.file, cutoff.line, "cutoff.value")
        yield errors.direction_contradicted(place, plain(cutoff), plain(mean), higher)
