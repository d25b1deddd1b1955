"""How items become ratings and scores: questionnaires of the alliance, and scoring keys of symptom scales."""

import os
from collections.abc import Mapping
from math import isclose
from pathlib import Path
from typing import Any, NamedTuple

from alliance_sim.law.rating import SymptomScale
from alliance_sim.questions.data.section import DataMapping
from alliance_sim.questions.data.settings import PARTS, RatingsMapping, Symptoms
from alliance_sim.questions.data.text import quoted
from alliance_sim.scenario import catalog
from alliance_sim.scenario.catalog import Entry, ScoringKey, key_of, key_problems, listed_twice
from alliance_sim.scenario.library import Library, entry_label
from alliance_sim.scenario.paths import looks_like_a_path
from alliance_sim.scenario.problem import ConfigError, Place, Problem, collected, nearest, refuse
from alliance_sim.scenario.registry import SECTIONS

DEFAULT_FORM = "wai_sr"  # the questionnaire of the alliance where none is named

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

    def other_scales(self, given: RatingsMapping) -> list[Span]:
        """The scales of the columns given that are not the model's."""
        used = {self.total_scale if name == "total" else self.scale for name in given.columns}
        return sorted(used - {MODEL_SCALE})


class Items(NamedTuple):
    """A pattern of the items of a questionnaire."""

    pattern: str
    size: int  # of the questionnaire, in items
    owner: str  # what the questionnaire is called
    assumed: bool = False  # the mapping does not say that it is this one
    of_clients: bool = False  # at intake or at the end, and not in sessions


class ReadingPlan(NamedTuple):
    """A mapping, with everything that its names stand for."""

    section: DataMapping
    questionnaires: Mapping[str, Questionnaire]  # by setting: alliance, therapist_alliance
    scale: SymptomScale | None = None  # None without symptoms; turned round where higher is better
    instrument: str = ""  # name of the symptom scale
    higher_is_better: bool = False  # on the scale of the table
    key: ScoringKey | None = None  # how items become a symptom score

    @property
    def items(self) -> dict[str, Items]:
        """Patterns of items whose questionnaire is known, by the setting that names them."""
        made: dict[str, Items] = {}
        for setting, given in self.section.ratings.items():
            form = self.questionnaires[setting]
            if form.parts and given.items is not None:
                made[f"{setting}.items"] = Items(given.items, form.size, form.name, given.form is None)
        for name in ("items", "intake_items", "end_items"):
            pattern = getattr(self.section.symptoms, name, None)
            if pattern is not None and self.key is not None:
                own = Items(pattern, self.key.size, self.instrument, of_clients=name != "items")
                made[f"symptoms.{name}"] = own
        return made


def plan_of(section: DataMapping, folder: Path, shown: Path, place: Any, problems: list[Problem]) -> ReadingPlan:
    """The mapping with its questionnaires and its symptom scale, as far as they can be found; else `problems` grow.

    Files are seen from `folder`, which is `shown` so to people; `place` gives the place of a setting.
    """
    forms = {}
    for setting, given in section.ratings.items():
        forms[setting] = _as_stated(given)
        with collected(problems):
            forms[setting] = _questionnaire_of(given, forms[setting], folder, shown, place(setting, "form"))
    plan, scores = ReadingPlan(section, forms), section.symptoms
    with collected(problems):
        if scores is not None:
            library = Library(folder, shown, either_way=True)
            entry = library.find(SECTIONS["symptoms"], scores.instrument, place("symptoms", "instrument"))
            label = entry_label(scores.instrument)
            key = _key_of(scores, entry, label, place("symptoms"), place("symptoms", "key"))
            return ReadingPlan(section, forms, SymptomScale(**entry.law_values), label, entry.higher_is_better, key)
    return plan


# ---- questionnaires of the alliance --------------------------------------------------------------------------------


def _as_stated(given: RatingsMapping) -> Questionnaire:
    """What the mapping states of ratings, without the questionnaire that they come from."""
    scale = MODEL_SCALE if given.scale is None else _span(given.scale)
    name = given.form or DEFAULT_FORM
    return Questionnaire(name, scale=scale, total_scale=scale, reversed=frozenset(given.reversed or ()))


def _span(ends: list[float]) -> Span:
    return float(ends[0]), float(ends[1])


def _questionnaire_of(
    given: RatingsMapping, own: Questionnaire, folder: Path, shown: Path, place: Place
) -> Questionnaire:
    """The questionnaire that ratings come from. Raises ConfigError where there is none."""
    if given.form is None and given.items is None:
        return own
    details = _form_named(own.name, folder, shown, place).details
    total = details.get("total")
    made = own._replace(
        name=entry_label(own.name),
        size=details["items"],
        parts={part: tuple(items) for part, items in details["subscales"].items()},
        reversed=own.reversed if given.reversed is not None else frozenset(details.get("reversed", ())),
        missing=details.get("missing", 0),
        of_all=total is not None,
    )
    if given.scale is not None:
        return made
    return made._replace(scale=_span(details["span"]), total_scale=_span(total or details["span"]))


def _form_named(name: str, folder: Path, shown: Path, place: Place) -> Entry:
    """A questionnaire of the catalogue or of a file. Raises ConfigError when there is none."""
    options = catalog.forms()
    allowed = ", ".join(options)
    if looks_like_a_path(name):
        found = catalog.from_file("instruments", folder / name, os.path.normpath(shown / name), place)
    elif name in catalog.names("instruments"):
        found = catalog.entry("instruments", name)
    else:
        found_name, near = f"the unknown questionnaire {quoted(name)}", nearest(name, options)
        raise ConfigError([Problem(place, found_name, f"{allowed}, or the path of a YAML file", near)])
    if found.values:
        raise ConfigError([Problem(place, f"{quoted(name)}, which does not measure the alliance", allowed)])
    parts = sorted(found.details["subscales"])
    if set(parts) != set(PARTS):
        words = f"{quoted(name)} with the subscales {', '.join(parts)}"
        raise ConfigError([Problem(place, words, "the subscales goal, task and bond")])
    return found


def forms_of_count(count: int) -> list[str]:
    """Questionnaires of the catalogue that have so many items."""
    return [name for name in catalog.forms() if catalog.entry("instruments", name).details["items"] == count]


# ---- symptom scales ------------------------------------------------------------------------------------------------


def _key_of(given: Symptoms, entry: Entry, label: str, place: Place, own: Place) -> ScoringKey | None:
    """How items become a score; None where no items are given. The places are those of the setting and of its key.

    Raises ConfigError for a key that is not there, that is wrong in itself, or that does not fill the scale.
    """
    stated = {} if given.key is None else given.key.model_dump(exclude_unset=True)
    if not any((given.items, given.intake_items, given.end_items)):
        if given.key is not None:
            allowed = "key only together with items, intake_items or end_items"
            raise ConfigError([Problem(own, "a key without items", allowed)])
        return None
    held = {**entry.details.get("key", {}), **stated}
    if lacking := [name for name in ("count", "answers", "score") if held.get(name) is None]:
        found = f"items of {label}, whose file states no scoring key ({', '.join(lacking)})"
        allowed = "key: {count: 21, answers: [0, 3], score: sum}, here or in the file of the instrument"
        raise ConfigError([Problem(own if given.key is not None else place, found, allowed)])
    if "reversed" in stated:
        held["printed"] = []
    key = key_of(held)
    twice = listed_twice(stated.get("reversed", []), own._replace(path=f"{own.path}.reversed"))
    refuse([*key_problems(key, own), *twice])
    low, high = entry.values["low"], entry.values["high"]
    if not (isclose(key.span[0], low) and isclose(key.span[1], high)):
        found = f"a key that gives scores from {key.span[0]:g} to {key.span[1]:g}"
        allowed = f"{low:g} to {high:g}, the scale of {label}; see count, answers, score and times"
        raise ConfigError([Problem(own, found, allowed)])
    return key
