"""How items become ratings and scores: questionnaires of the alliance, and scoring keys of symptom scales."""

import os
from collections.abc import Iterator, Mapping
from math import isclose
from pathlib import Path
from typing import NamedTuple

from alliance_sim.law.rating import SymptomScale
from alliance_sim.questions.data.characters import quoted
from alliance_sim.questions.data.section import DataMapping
from alliance_sim.questions.data.settings import PARTS, Ratings, Symptoms
from alliance_sim.scenario import catalog
from alliance_sim.scenario.catalog import Entry, ScoringKey, key_of, key_problems, listed_twice
from alliance_sim.scenario.library import Library, entry_label
from alliance_sim.scenario.paths import looks_like_a_path
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest, refuse
from alliance_sim.scenario.registry import SECTIONS
from alliance_sim.scenario.tree import Loc

DEFAULT_FORM = "wai_sr"
"""The questionnaire of the alliance where none is named."""

LOW, HIGH = MODEL_SCALE = (1.0, 5.0)
"""The model's scale of ratings."""

Span = tuple[float, float]


class Questionnaire(NamedTuple):
    """How ratings of the alliance are made; what the mapping states itself goes before what the form has."""

    name: str = DEFAULT_FORM
    size: int = 12  # items
    parts: Mapping[str, tuple[int, ...]] = {}  # goal, task, bond -> items; none where no form was looked up
    scale: Span = MODEL_SCALE  # of answers, and of parts and totals that are means of them
    total_scale: Span = MODEL_SCALE  # of a column of totals
    reversed: frozenset[int] = frozenset()
    missing: int = 0  # items of a part that may be missing at most
    of_all: bool = False  # the total is the mean of all items, and not of the parts

    def other_scales(self, given: Ratings) -> list[Span]:
        """The scales of the columns given that are not the model's."""
        used = {self.total_scale if name == "total" else self.scale for name in given.columns}
        return sorted(used - {MODEL_SCALE})


class Plan(NamedTuple):
    """A mapping, with everything that its names stand for."""

    section: DataMapping
    questionnaires: Mapping[str, Questionnaire] = {}  # by setting: alliance, therapist_alliance
    scale: SymptomScale | None = None  # None without symptoms; turned round where higher is better
    instrument: str = ""  # name of the symptom scale
    higher_is_better: bool = False  # on the scale of the table
    key: ScoringKey | None = None  # how items become a symptom score


class Items(NamedTuple):
    """A pattern of the items of a questionnaire."""

    pattern: str
    size: int  # of the questionnaire, in items
    owner: str  # what the questionnaire is called
    assumed: bool  # the mapping does not say that it is this one
    of_clients: bool = False  # at intake or at the end, and not in sessions


def item_patterns(plan: Plan) -> dict[Loc, Items]:
    """Patterns of items whose questionnaire is known, by the setting that names them."""
    made: dict[Loc, Items] = {}
    for key, given in plan.section.ratings.items():
        form = plan.questionnaires[key]
        if form.parts and given.items is not None:
            made[key, "items"] = Items(given.items, form.size, form.name, given.form is None)
    scores = plan.section.symptoms
    for name in ("items", "intake_items", "end_items"):
        pattern = getattr(scores, name, None)
        if pattern is not None and plan.key is not None:
            made["symptoms", name] = Items(pattern, plan.key.size, plan.instrument, False, name != "items")
    return made


# ---- questionnaires of the alliance --------------------------------------------------------------------------------


def questionnaire_of(given: Ratings, folder: Path, shown: Path, place: Place) -> Questionnaire:
    """The questionnaire that ratings come from; `place` is that of its name. Raises ConfigError where there is none."""
    own = as_stated(given)
    if given.form is None and given.items is None:
        return own
    name = given.form or DEFAULT_FORM
    details = _form_named(name, folder, shown, place).details
    scale = own.scale if given.scale is not None else _span(details["span"])
    total = details.get("total")
    return Questionnaire(
        entry_label(name),
        details["items"],
        {part: tuple(items) for part, items in details["subscales"].items()},
        scale,
        scale if given.scale is not None or total is None else _span(total),
        own.reversed if given.reversed is not None else frozenset(details.get("reversed", ())),
        details.get("missing", 0),
        total is not None,
    )


def as_stated(given: Ratings) -> Questionnaire:
    """What the mapping states of ratings, without the questionnaire that they come from."""
    scale = MODEL_SCALE if given.scale is None else _span(given.scale)
    name = given.form or DEFAULT_FORM
    return Questionnaire(name, scale=scale, total_scale=scale, reversed=frozenset(given.reversed or ()))


def _span(ends: list[float]) -> Span:
    return float(ends[0]), float(ends[1])


def _form_named(name: str, folder: Path, shown: Path, place: Place) -> Entry:
    """A questionnaire of the catalogue or of a file. Raises ConfigError when there is none."""
    options = catalog.forms()
    if looks_like_a_path(name):
        found = catalog.from_file("instruments", folder / name, os.path.normpath(shown / name), place)
    elif name in catalog.names("instruments"):
        found = catalog.entry("instruments", name)
    else:
        allowed = f"{', '.join(options)}, or the path of a YAML file"
        raise ConfigError(
            [Problem(place, f"the unknown questionnaire {quoted(name)}", allowed, nearest(name, options))]
        )
    if found.values:
        words = f"{quoted(name)}, which does not measure the alliance"
        raise ConfigError([Problem(place, words, ", ".join(options))])
    parts = sorted(found.details["subscales"])
    if set(parts) != set(PARTS):
        words = f"{quoted(name)} with the subscales {', '.join(parts)}"
        raise ConfigError([Problem(place, words, "the subscales goal, task and bond")])
    return found


def forms_of_count(count: int) -> list[str]:
    """Questionnaires of the catalogue that have so many items."""
    return [name for name in catalog.forms() if catalog.entry("instruments", name).details["items"] == count]


# ---- symptom scales ------------------------------------------------------------------------------------------------


def with_scale(plan: Plan, folder: Path, shown: Path, place: Place, named: Place, own: Place) -> Plan:
    """The plan with its symptom scale and scoring key; the places are those of the setting, its instrument, its key.

    Raises ConfigError where there is no such scale, or for a key that is not there, that is wrong in itself, or that
    does not fill the scale.
    """
    given = plan.section.symptoms
    if given is None:
        return plan
    library = Library(folder, shown, either_way=True)
    entry = library.find(SECTIONS["symptoms"], given.instrument, named)
    label = entry_label(given.instrument)
    key = _key_of(given, entry, label, place, own)
    return plan._replace(
        scale=SymptomScale(**entry.law_values), instrument=label, higher_is_better=entry.higher_is_better, key=key
    )


def _key_of(given: Symptoms, entry: Entry, label: str, place: Place, own: Place) -> ScoringKey | None:
    """How items become a score; None where no items are given. Raises ConfigError for a wrong key."""
    stated = {} if given.key is None else given.key.model_dump(exclude_unset=True)
    if not any((given.items, given.intake_items, given.end_items)):
        if given.key is not None:
            allowed = "key only together with items, intake_items or end_items"
            raise ConfigError([Problem(own, "a key without items", allowed)])
        return None
    held = {**entry.details.get("key", {}), **stated}
    lacking = [name for name in ("count", "answers", "score") if held.get(name) is None]
    if lacking:
        found = f"items of {label}, whose file states no scoring key ({', '.join(lacking)})"
        allowed = "key: {count: 21, answers: [0, 3], score: sum}, here or in the file of the instrument"
        raise ConfigError([Problem(own if given.key is not None else place, found, allowed)])
    if "reversed" in stated:
        held["printed"] = []
    key = key_of(held)
    twice = listed_twice(stated.get("reversed", []), own._replace(path=f"{own.path}.reversed"))
    refuse([*key_problems(key, own), *twice] or list(_beyond_the_scale(key, entry, label, own)))
    return key


def _beyond_the_scale(key: ScoringKey, entry: Entry, label: str, own: Place) -> Iterator[Problem]:
    """A key whose scores do not go from the lowest to the highest of the scale."""
    low, high = entry.values["low"], entry.values["high"]
    if not (isclose(key.span[0], low) and isclose(key.span[1], high)):
        found = f"a key that gives scores from {key.span[0]:g} to {key.span[1]:g}"
        yield Problem(own, found, f"{low:g} to {high:g}, the scale of {label}; see count, answers, score and times")
