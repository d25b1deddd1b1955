"""The scoring key of symptom items: that of the instrument, with what the mapping states in its place."""

from collections.abc import Iterator
from math import isclose
from typing import Any

from alliance_sim.inquiry.owndata import messages
from alliance_sim.scenario.catalog import Entry
from alliance_sim.scenario.catalog.scoring import ScoringKey, key_of, key_problems, listed_twice
from alliance_sim.scenario.problem import ConfigError, Place, Problem

NEEDED = ("count", "answers", "score")


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
