"""Questionnaires of the alliance: what a mapping states, completed by the scoring key of its form."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alliance_sim.inquiry.owndata import messages
from alliance_sim.inquiry.owndata.mapping import MODEL_SCALE, Rated
from alliance_sim.scenario import catalog
from alliance_sim.scenario.catalog import Entry
from alliance_sim.scenario.library import entry_label
from alliance_sim.scenario.problem import ConfigError, Place
from alliance_sim.scenario.sections import looks_like_a_path

PARTS = ("goal", "task", "bond")


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


def forms_of(count: int) -> list[str]:
    """Questionnaires of the catalogue that have so many items."""
    return [name for name in catalog.forms() if catalog.entry("instruments", name).details["items"] == count]


def form_of(count: int) -> str | None:
    """The questionnaires of the catalogue that have so many items, as a setting; None where there are none."""
    found = forms_of(count)
    return f"form: {' or '.join(found)}" if found else None


def needs_rescaling(rated: Rated) -> Sequence[tuple[float, float]]:
    """The scales of its columns that are not the model's."""
    used = {rated.total_span if name == "total" else rated.scale for name in rated.columns}
    return sorted(used - {MODEL_SCALE})
