"""What may be wrong with a table although every cell of it is allowed: notes, not mistakes."""

from collections.abc import Iterator
from math import isclose

import numpy as np

from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.seen import values
from alliance_sim.law.rating import SymptomScale
from alliance_sim.questions.data.clinic import Clinic
from alliance_sim.questions.data.item_notes import direction_note, item_notes
from alliance_sim.questions.data.rating import HIGH, LOW
from alliance_sim.questions.data.sureness import FEWEST_CLIENTS
from alliance_sim.questions.data.suspects import suspects_of
from alliance_sim.scenario import catalog
from alliance_sim.scenario.problem import counted, listing
from alliance_sim.scenario.problem import number as plain

SMALL_PART = 0.25
"""Where the largest number lies below such a part of its scale, the scale may be another one. Clients at intake lie
about the middle of a symptom scale (2 SD above the community mean), so that the largest of ten is above that."""


def notes_of(clinic: Clinic, ids: bool = False) -> list[str]:
    """What the owner of the table should look at, a sentence or two each; `ids`: labels of clients may be shown."""
    said = [*item_notes(clinic), *suspects_of(clinic, ids), *_empty_cells(clinic)]
    if clinic.loaded.seen.people < FEWEST_CLIENTS:
        return said
    return [*_small_scores(clinic), *_small_ratings(clinic), *direction_note(clinic), *said]


def _known(clinic: Clinic, *names: str) -> Floats:
    """Every number of some columns of sessions and clients."""
    seen = clinic.loaded.seen
    tables = (seen.sessions, seen.clients)
    columns = [values(table, name) for name in names for table in tables if name in table]
    numbers = np.concatenate([np.empty(0), *columns])
    return np.asarray(numbers[np.isfinite(numbers)])


def _small_scores(clinic: Clinic) -> Iterator[str]:
    """A symptom scale of which only the lowest part is used, as where its name is that of another instrument."""
    found, scale = _known(clinic, "symptoms", "symptoms_intake", "symptoms_end"), clinic.scale
    if scale is not None and clinic.higher_is_better:
        found = scale.low + scale.high - found  # points as they stand in the table
    if scale is None or len(found) == 0 or not in_a_small_part(float(found.max()), scale.low, scale.high):
        return
    fitting = [
        f"{entry.name} ({plain(own.low)} to {plain(own.high)})"
        for entry in (catalog.entry("instruments", name) for name in catalog.measures())
        if entry.name != clinic.instrument
        and entry.higher_is_better == clinic.higher_is_better
        and _fits(found, own := SymptomScale(**entry.law_values))
    ]
    hint = f"They would fit {' or '.join(fitting)}." if fitting else "They fit no other instrument of the catalogue."
    yield (
        f"Note: all {len(found):,} symptom scores lie from {plain(float(found.min()))} to {plain(float(found.max()))}, "
        f"in the lowest quarter of {clinic.instrument} ({plain(scale.low)} to {plain(scale.high)}). {hint} Is "
        "data.symptoms.instrument the one that was used?"
    )


def _fits(scores: Floats, scale: SymptomScale) -> bool:
    """Whether scores are possible on a scale, and use more than its lowest part."""
    low, high = float(scores.min()), float(scores.max())
    steps = (scores - scale.low) / scale.step
    return (
        scale.low <= low
        and high <= scale.high
        and not in_a_small_part(high, scale.low, scale.high)
        and (not isclose(scale.step, 1.0) or bool(np.allclose(steps, np.round(steps))))
    )


def _small_ratings(clinic: Clinic) -> Iterator[str]:
    """Ratings that use only the lowest part of their scale."""
    plan = clinic.plan
    for key, rated, name in (
        ("alliance", plan.alliance, "wai_client"),
        ("therapist_alliance", plan.therapist_alliance, "wai_therapist"),
    ):
        found = _known(clinic, name)
        if rated is not None and len(found) and in_a_small_part(float(found.max()), LOW, HIGH):
            yield (
                f"Note: all {len(found):,} ratings of data.{key} lie in the lowest quarter of their scale "
                f"({plain(rated.scale[0])} to {plain(rated.scale[1])}). Is data.{key}.scale the one that was used?"
            )


def in_a_small_part(largest: float, low: float, high: float) -> bool:
    """Whether the largest of some numbers lies in the lowest quarter of their scale.

    >>> in_a_small_part(27, 0, 180), in_a_small_part(27, 0, 40)
    (True, False)
    """
    return largest - low < SMALL_PART * (high - low)


def _empty_cells(clinic: Clinic) -> Iterator[str]:
    """Empty cells of therapists and groups in a long table, which other rows of the same client fill."""
    plan, table = clinic.plan, clinic.table
    if plan.wide:
        return
    own = [k for k, row in enumerate(table.rows) if not row.client]
    who = table.own_ids().texts
    for noun, column in (("therapist", plan.therapist), ("group", plan.group)):
        if column is None or column not in clinic.sheet.names:
            continue
        texts = table.labels(column).texts
        told = [who[k] for k in own if texts[k]]
        lines = [table.lines[k].number for k in own if not texts[k]]
        if not lines or len(told) == len(set(told)):  # one row of each client holds it, as it may
            continue
        where = f"line{'' if len(lines) == 1 else 's'} {listing([str(line) for line in lines])}"
        yield (
            f"Note: {counted(len(lines), 'row')} without {noun} in column {column} ({where}); the {noun} is taken from "
            "the other rows of the client."
        )
