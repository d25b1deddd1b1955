"""Questionnaires whose items a table holds: the scoring key of their form, and what the mapping states in its place."""

import os
from collections.abc import Iterator, Sequence
from math import isclose
from pathlib import Path
from typing import Any

from alliance_sim.questions.data import messages
from alliance_sim.questions.data.mapping import MODEL_SCALE, Rated
from alliance_sim.scenario import catalog
from alliance_sim.scenario.catalog import Entry, ScoringKey, key_of, key_problems, listed_twice
from alliance_sim.scenario.library import entry_label
from alliance_sim.scenario.paths import looks_like_a_path
from alliance_sim.scenario.problem import ConfigError, Place, Problem

PARTS = ("goal", "task", "bond")
NEEDED = ("count", "answers", "score")
"""What a scoring key of symptoms must state."""


def with_form(rated: Rated, given: Any, folder: Path, shown: Path, place: Place) -> Rated:
    """Ratings with the key of their form; what the mapping states itself goes before it.

    Raises ConfigError where there is no such form.
    """
    details = form_named(rated.form, folder, shown, place).details
    span = (float(details["span"][0]), float(details["span"][1]))
    total = details.get("total")
    stated = given.scale is not None
    return rated._replace(
        form=entry_label(rated.form),
        scale=rated.scale if stated else span,
        total_scale=None if stated or total is None else (float(total[0]), float(total[1])),
        reversed=rated.reversed if given.reversed is not None else frozenset(details.get("reversed", ())),
        size=details["items"],
        parts={part: tuple(items) for part, items in details["subscales"].items()},
        missing=details.get("missing", 0),
        of_all=total is not None,
    )


def form_named(name: str, folder: Path, shown: Path, place: Place) -> Entry:
    """A questionnaire of the catalogue or of a file. Raises ConfigError when there is none."""
    if looks_like_a_path(name):
        found = catalog.from_file("instruments", folder / name, os.path.normpath(shown / name), place)
    elif name in catalog.names("instruments"):
        found = catalog.entry("instruments", name)
    else:
        raise ConfigError([messages.unknown_form(place, name, catalog.forms())])
    if found.values:
        raise ConfigError([messages.no_alliance_form(place, name, catalog.forms())])
    if set(found.details["subscales"]) != set(PARTS):
        raise ConfigError([messages.other_parts(place, name, sorted(found.details["subscales"]))])
    return found


def forms_of_count(count: int) -> list[str]:
    """Questionnaires of the catalogue that have so many items."""
    return [name for name in catalog.forms() if catalog.entry("instruments", name).details["items"] == count]


def form_of_count(count: int) -> str | None:
    """The questionnaires of the catalogue that have so many items, as a setting; None where there are none."""
    found = forms_of_count(count)
    return f"form: {' or '.join(found)}" if found else None


def needs_rescaling(rated: Rated) -> Sequence[tuple[float, float]]:
    """The scales of its columns that are not the model's."""
    used = {rated.total_span if name == "total" else rated.scale for name in rated.columns}
    return sorted(used - {MODEL_SCALE})


def key_of_items(given: Any, entry: Entry, instrument: str, place: Place, own: Place) -> ScoringKey | None:
    """The key of the section `symptoms`; None where no items are given.

    `place` is that of the section, `own` that of its key. Raises ConfigError for a key that is not there, that is wrong
    in itself, or that does not fill the scale.
    """
    stated = {} if given.key is None else given.key.model_dump(exclude_unset=True)
    if not any((given.items, given.intake_items, given.end_items)):
        if given.key is not None:
            raise ConfigError([messages.key_without_items(own)])
        return None
    held = {**entry.details.get("key", {}), **stated}
    lacking = [name for name in NEEDED if held.get(name) is None]
    if lacking:
        raise ConfigError([messages.key_needed(own if given.key is not None else place, instrument, lacking)])
    if "reversed" in stated:
        held["printed"] = []
    key = key_of(held)
    problems = [*key_problems(key, own), *listed_twice(stated.get("reversed", []), _inside(own, "reversed"))]
    problems = problems or list(_beside_the_scale(key, entry, instrument, own))
    if problems:
        raise ConfigError(problems)
    return key


def _inside(place: Place, name: str) -> Place:
    return place._replace(path=f"{place.path}.{name}")


def _beside_the_scale(key: ScoringKey, entry: Entry, instrument: str, own: Place) -> Iterator[Problem]:
    """A key whose scores do not go from the lowest to the highest of the scale."""
    ends = (entry.values["low"], entry.values["high"])
    if not all(isclose(mine, theirs) for mine, theirs in zip(key.span, ends, strict=True)):
        yield messages.key_beside_the_scale(own, key.span, instrument, ends)
