"""What may be wrong with a table although every cell of it is allowed: facts for notes, which reading.txt.j2 writes."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from math import isclose
from typing import Any

import numpy as np

from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.seen import values, word
from alliance_sim.law.rating import SymptomScale
from alliance_sim.questions.data.characters import look, named, quoted
from alliance_sim.questions.data.occasions import plain_code
from alliance_sim.questions.data.patterns import SESSION, Match
from alliance_sim.questions.data.ranges import numbered
from alliance_sim.questions.data.reading.accounting import look_alikes, mapped
from alliance_sim.questions.data.reading.clinic import FEWEST_CLIENTS, Clinic
from alliance_sim.questions.data.reading.columns import group_column
from alliance_sim.questions.data.reading.questionnaires import HIGH, LOW, Items, item_patterns
from alliance_sim.questions.data.tallies import CHANGES
from alliance_sim.scenario import catalog
from alliance_sim.scenario.problem import listing, number

SMALL_PART = 0.25
"""Where the largest number lies below such a part of its scale, the scale may be another one. Clients at intake lie
about the middle of a symptom scale (2 SD above the community mean), so that the largest of ten is above that."""

MOST_WORSE = 0.75
"""Where more clients than such a part are reliably worse, the scale is probably read the wrong way round."""

Note = dict[str, Any]
"""What a note is about (`about`), and its facts."""


def notes_of(clinic: Clinic, ids: bool = False) -> list[Note]:
    """What the owner of the table should look at; labels of clients are there only where `ids` may be shown."""
    of_cells: list[Callable[[Clinic], Iterator[Note]]] = [_items, _look_alikes, _read_twice, _taken]
    of_labels: list[Callable[[Clinic], Iterator[Note]]] = [partial(_labels, ids=ids), _kinds, partial(_alone, ids=ids)]
    finders = [*of_cells, *of_labels, _unknown, _without_scores, _empty_cells]
    if clinic.seen.people >= FEWEST_CLIENTS:
        finders = [_small_scores, _small_ratings, _wrong_direction, *finders]
    return [note for find in finders for note in find(clinic)]


# ---- numbers -------------------------------------------------------------------------------------------------------


def _known(clinic: Clinic, *names: str) -> Floats:
    """Every number of some columns of sessions and clients."""
    tables = (clinic.seen.sessions, clinic.seen.clients)
    columns = [values(table, name) for name in names for table in tables if name in table]
    numbers = np.concatenate([np.empty(0), *columns])
    return np.asarray(numbers[np.isfinite(numbers)])


def in_a_small_part(largest: float, low: float, high: float) -> bool:
    """Whether the largest of some numbers lies in the lowest quarter of their scale.

    >>> in_a_small_part(27, 0, 180), in_a_small_part(27, 0, 40)
    (True, False)
    """
    return largest - low < SMALL_PART * (high - low)


def _small_scores(clinic: Clinic) -> Iterator[Note]:
    """A symptom scale of which only the lowest part is used, as where its name is that of another instrument."""
    found, scale, plan = _known(clinic, "symptoms", "symptoms_intake", "symptoms_end"), clinic.scale, clinic.plan
    if scale is not None and plan.higher_is_better:
        found = scale.low + scale.high - found  # points as they stand in the table
    if scale is None or len(found) == 0 or not in_a_small_part(float(found.max()), scale.low, scale.high):
        return
    fitting = [
        f"{entry.name} ({number(own.low)} to {number(own.high)})"
        for entry in (catalog.entry("instruments", name) for name in catalog.measures())
        if entry.name != plan.instrument
        and entry.higher_is_better == plan.higher_is_better
        and _fits(found, own := SymptomScale(**entry.law_values))
    ]
    lowest, highest = number(float(found.min())), number(float(found.max()))
    yield {
        "about": "small scores", "count": len(found), "lowest": lowest, "highest": highest,
        "low": number(scale.low), "high": number(scale.high), "fitting": " or ".join(fitting),
    }  # fmt: skip


def _fits(scores: Floats, scale: SymptomScale) -> bool:
    """Whether scores are possible on a scale, and use more than its lowest part."""
    low, high = float(scores.min()), float(scores.max())
    steps = (scores - scale.low) / scale.step
    whole = not isclose(scale.step, 1.0) or bool(np.allclose(steps, np.round(steps)))
    return scale.low <= low and high <= scale.high and not in_a_small_part(high, scale.low, scale.high) and whole


def _small_ratings(clinic: Clinic) -> Iterator[Note]:
    """Ratings that use only the lowest part of their scale."""
    for key, name in (("alliance", "wai_client"), ("therapist_alliance", "wai_therapist")):
        found = _known(clinic, name)
        if len(found) and in_a_small_part(float(found.max()), LOW, HIGH):
            low, high = map(number, clinic.plan.questionnaires[key].scale)
            yield {"about": "small ratings", "count": len(found), "setting": key, "low": low, "high": high}


def _wrong_direction(clinic: Clinic) -> Iterator[Note]:
    """Nearly all clients reliably worse, as where a scale is read the wrong way round."""
    clients = clinic.seen.clients
    if "reliable_change" not in clients:
        return
    codes = word(clients, "reliable_change").codes
    known, worse = int((codes >= 0).sum()), int((codes == CHANGES.index("deteriorated")).sum())
    if known and worse / known >= MOST_WORSE:
        now, other = ("higher", "lower") if clinic.plan.higher_is_better else ("lower", "higher")
        yield {"about": "direction", "worse": worse, "known": known, "now": now, "other": other}


# ---- items ---------------------------------------------------------------------------------------------------------


def _items(clinic: Clinic) -> Iterator[Note]:
    """Items that were not read, items without a column, and items that run against the others."""
    for loc, items in item_patterns(clinic.plan).items():
        setting = ".".join(map(str, loc))
        inside, found = clinic.table.of_items(items)
        columns = {match.item: match.name for match in reversed(found)}  # the first of each
        beyond = sorted(columns)
        if beyond:
            own = {"count": len(beyond), "which": numbered(beyond), "setting": setting, "size": items.size}
            first, last = columns[beyond[0]], columns[beyond[-1]]
            yield {"about": "items beyond", **own, "first": first, "last": last, "owner": items.owner}
        yield from _lacking(clinic, items, inside, setting)
        read = clinic.items.get(str(loc[1])) if loc[0] == "symptoms" else None
        against = clinic.against.get(str(loc[0]), ()) if read is None else read.against
        if against:
            yield {"about": "items against", "count": len(against), "which": numbered(against), "setting": setting}


def _lacking(clinic: Clinic, items: Items, found: list[Match], setting: str) -> Iterator[Note]:
    """Sessions of a wide table that lack columns of some items, which others have."""
    held: dict[int | None, list[Match]] = {}
    for match in found if SESSION in items.pattern else ():
        held.setdefault(clinic.table.occasion(match), []).append(match)
    for columns in held.values():
        lacking = sorted(set(range(1, items.size + 1)) - {match.item for match in columns})
        if lacking:
            pattern = items.pattern.replace(SESSION, columns[0].session)
            words = numbered(lacking)
            yield {
                "about": "items lacking",
                "count": len(lacking),
                "which": words,
                "pattern": pattern,
                "setting": setting,
            }


# ---- columns and codes ---------------------------------------------------------------------------------------------


def _look_alikes(clinic: Clinic) -> Iterator[Note]:
    found = look_alikes(clinic)
    if found:
        yield {"about": "look-alikes", "count": len(found), "columns": ", ".join(map(named, found))}


def _read_twice(clinic: Clinic) -> Iterator[Note]:
    """Columns that several settings read, as where a line of the mapping was copied and not changed."""
    once = ("rows.column", "session.number", "session.date", "attended.column", "left.column", "clients.client")
    names = [name for setting, name in mapped(clinic) if setting not in once and not setting.startswith("reports.")]
    for name, count in Counter(names).items():
        if name and count > 1:
            yield {"about": "read twice", "count": count, "column": named(name)}


def _taken(clinic: Clinic) -> Iterator[Note]:
    """Values that a code for an empty cell took away although they are possible in their column."""
    for (column, code), count in clinic.taken.items():
        yield {"about": "taken", "count": count, "column": column, "code": quoted(code)}


def _kinds(clinic: Clinic) -> Iterator[Note]:
    """Kinds of rows that are not read, and whose code looks like one that is."""
    kinds = clinic.section.rows
    if kinds is None:
        return
    codes = (*kinds.sessions, *kinds.client)
    stated = {look(code): code for code in codes if code}
    for text in dict.fromkeys(clinic.sheet.column(kinds.column)):
        near = stated.get(look(text))
        if text and near is not None and plain_code(text) != near and text not in codes:
            yield {"about": "kinds", "code": quoted(text), "column": kinds.column, "near": quoted(near)}


# ---- labels and clients --------------------------------------------------------------------------------------------


def _labelled(clinic: Clinic) -> dict[str, str]:
    """The columns that hold labels, by what they are of."""
    section = clinic.section
    columns = {
        "client": section.client,
        "therapist": section.therapist,
        "group": group_column(section),
    }
    return {noun: column for noun, column in columns.items() if column is not None}


def _labels(clinic: Clinic, ids: bool) -> Iterator[Note]:
    """Labels that are written with and without decimals, and those that differ in nothing that one sees."""
    table = clinic.table
    for noun, column in _labelled(clinic).items():
        cells = table.clients() if noun == "client" else table.labels(column)
        if count := table.merged.get(column, 0):
            yield {"about": "merged", "count": count, "column": column, "noun": noun}
        first: dict[str, int] = {}
        for k, text in enumerate(cells.texts):
            first.setdefault(text, k)
        held: dict[str, list[str]] = {}
        for text in filter(None, first):
            held.setdefault(look(text), []).append(text)
        for labels in held.values():
            if len(labels) > 1:
                lines = [str(table.line(first[label])) for label in labels]
                where = " and ".join(map(quoted, labels)) if ids or noun != "client" else f"in lines {listing(lines)}"
                yield {"about": "same look", "column": column, "noun": noun, "where": where}


def _alone(clinic: Clinic, ids: bool) -> Iterator[Note]:
    """Clients that one of two tables lacks."""
    table = clinic.table
    for own in (0, 1):
        clients = [client for client, sheet in clinic.alone.items() if sheet == own]
        if clients:
            texts = table.clients().texts.tolist()
            who = [quoted(client) if ids else f"line {table.line(texts.index(client))}" for client in clients]
            where, other = table.sheets[own].file, table.sheets[1 - own].file
            yield {
                "about": "alone", "count": len(clients), "where": where, "other": other, "who": listing(who),
                "with_sessions": own == 0,
            }  # fmt: skip


def _unknown(clinic: Clinic) -> Iterator[Note]:
    """Rows of sessions in which nothing is known."""
    if clinic.unknown:
        yield {"about": "unknown", "count": clinic.unknown}


def _without_scores(clinic: Clinic) -> Iterator[Note]:
    """Clients whose scores all come too late for an intake; a score at intake or at the end that nobody has."""
    clients, stated = clinic.seen.clients, clinic.stated
    there = {
        name: np.isfinite(values(clients, name)) if name in clients else np.zeros(clinic.seen.people, bool)
        for name in ("symptoms_last", "symptoms_intake", "symptoms_end")
    }
    late = int((there["symptoms_last"] & ~there["symptoms_intake"]).sum())
    if "symptoms_intake" not in stated and late:
        yield {"about": "no intake", "count": late}
    if clinic.scale is None:
        return
    intake, end = there["symptoms_intake"].any(), there["symptoms_end"].any()
    for name, when, known in (("symptoms_intake", "intake", intake), ("symptoms_end", "the end", end)):
        if name in stated and not known:
            yield {"about": "no scores", "when": when}
    if intake and not end and clinic.follow_ups and "symptoms_end" not in stated:
        yield {"about": "only follow-ups"}


def _empty_cells(clinic: Clinic) -> Iterator[Note]:
    """Empty cells of therapists and groups in a long table, which other rows of the same client fill."""
    table, section = clinic.table, clinic.section
    if section.wide:
        return
    own = [k for k, row in enumerate(table.rows) if not row.of_client]
    who = table.clients().texts
    for noun, column in _labelled(clinic).items():
        if noun == "client" or column not in clinic.sheet.names:
            continue
        texts = table.labels(column).texts
        filled = [who[k] for k in own if texts[k]]
        lines = [str(table.line(k)) for k in own if not texts[k]]
        if lines and len(filled) != len(set(filled)):  # else one row of each client holds it, as it may
            yield {"about": "empty cells", "count": len(lines), "noun": noun, "column": column, "lines": listing(lines)}
