"""What may be wrong with a table although every cell of it is allowed: facts for notes, which reading.txt.j2 writes."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from math import isclose
from typing import Any

import numpy as np

from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.seen import values, word
from alliance_sim.law.rating import SymptomScale
from alliance_sim.questions.data.names import SESSION, Match
from alliance_sim.questions.data.reading.accounting import look_alikes, mapped
from alliance_sim.questions.data.reading.clinic import FEWEST_CLIENTS, ClinicData
from alliance_sim.questions.data.reading.questionnaires import HIGH, LOW
from alliance_sim.questions.data.tallies import CHANGES
from alliance_sim.questions.data.text import look, named, numbered, plain_code, quoted
from alliance_sim.scenario import catalog
from alliance_sim.scenario.problem import listing, number

SMALL_PART = 0.25
"""Where the largest number lies below such a part of its scale, the scale may be another one. Clients at intake lie
about the middle of a symptom scale (2 SD above the community mean), so that the largest of ten is above that."""

MOST_WORSE = 0.75
"""Where more clients than such a part are reliably worse, the scale is probably read the wrong way round."""

Note = dict[str, Any]
"""What a note is about (`about`), and its facts."""


def notes_of(clinic: ClinicData, ids: bool = False) -> list[Note]:
    """What the owner of the table should look at; labels of clients are there only where `ids` may be shown."""
    found: list[Note] = []
    if clinic.seen.people >= FEWEST_CLIENTS:
        found += [*_small_scores(clinic), *_small_ratings(clinic), *_wrong_direction(clinic)]
    found += [*_items(clinic), *_columns(clinic), *_labels(clinic, ids), *_kinds(clinic), *_alone(clinic, ids)]
    if clinic.unknown:
        found.append({"about": "unknown", "count": clinic.unknown})
    return [*found, *_without_scores(clinic), *_empty_cells(clinic)]


# ---- numbers -------------------------------------------------------------------------------------------------------


def _known(clinic: ClinicData, *names: str) -> Floats:
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


def _small_scores(clinic: ClinicData) -> Iterator[Note]:
    """A symptom scale of which only the lowest part is used, as where its name is that of another instrument."""
    found, scale, plan = _known(clinic, "symptoms", "symptoms_intake", "symptoms_end"), clinic.scale, clinic.plan
    if clinic.turned is not None:
        found = clinic.turned.low + clinic.turned.high - found  # points as they stand in the table
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


def _small_ratings(clinic: ClinicData) -> Iterator[Note]:
    """Ratings that use only the lowest part of their scale."""
    for key, name in (("alliance", "wai_client"), ("therapist_alliance", "wai_therapist")):
        found = _known(clinic, name)
        if len(found) and in_a_small_part(float(found.max()), LOW, HIGH):
            low, high = map(number, clinic.plan.questionnaires[key].scale)
            yield {"about": "small ratings", "count": len(found), "setting": key, "low": low, "high": high}


def _wrong_direction(clinic: ClinicData) -> Iterator[Note]:
    """Nearly all clients reliably worse, as where a scale is read the wrong way round."""
    if "reliable_change" not in clinic.seen.clients:
        return
    codes = word(clinic.seen.clients, "reliable_change").codes
    known, worse = int((codes >= 0).sum()), int((codes == CHANGES.index("deteriorated")).sum())
    if known and worse / known >= MOST_WORSE:
        now, other = ("higher", "lower") if clinic.plan.higher_is_better else ("lower", "higher")
        yield {"about": "direction", "worse": worse, "known": known, "now": now, "other": other}


def _without_scores(clinic: ClinicData) -> Iterator[Note]:
    """Clients whose scores all come too late for an intake; a score at intake or at the end that nobody has."""
    clients, stated = clinic.seen.clients, clinic.stated
    names = ("symptoms_last", "symptoms_intake", "symptoms_end")
    nobody = np.zeros(clinic.seen.people, bool)
    last, intake, end = (np.isfinite(values(clients, name)) if name in clients else nobody for name in names)
    late = int((last & ~intake).sum())
    if "symptoms_intake" not in stated and late:
        yield {"about": "no intake", "count": late}
    if clinic.scale is None:
        return
    for name, when, known in (("symptoms_intake", "intake", intake), ("symptoms_end", "the end", end)):
        if name in stated and not known.any():
            yield {"about": "no scores", "when": when}
    if intake.any() and not end.any() and clinic.follow_ups and "symptoms_end" not in stated:
        yield {"about": "only follow-ups"}


# ---- items, columns and codes --------------------------------------------------------------------------------------


def _items(clinic: ClinicData) -> Iterator[Note]:
    """Items that were not read, items without a column, and items that run against the others."""
    for setting, items in clinic.plan.items.items():
        inside, beyond = clinic.table.of_items(items)
        columns = {match.item: match.name for match in reversed(beyond)}  # the first of each
        if which := sorted(columns):
            yield {
                "about": "items beyond", "count": len(which), "which": numbered(which), "setting": setting,
                "size": items.size, "first": columns[which[0]], "last": columns[which[-1]], "owner": items.owner,
            }  # fmt: skip
        held: dict[int | None, list[Match]] = defaultdict(list)
        for match in inside if SESSION in items.pattern else ():
            held[clinic.table.occasion(match)].append(match)
        for matches in held.values():  # sessions of a wide table that lack columns which others have
            lacking = sorted(set(range(1, items.size + 1)) - {match.item for match in matches})
            if lacking:
                yield {
                    "about": "items lacking", "count": len(lacking), "which": numbered(lacking), "setting": setting,
                    "pattern": items.pattern.replace(SESSION, matches[0].session),
                }  # fmt: skip
        if against := clinic.items[setting].against:
            yield {"about": "items against", "count": len(against), "which": numbered(against), "setting": setting}


def _columns(clinic: ClinicData) -> Iterator[Note]:
    """Columns that look like those of a pattern, those that several settings read, and values that codes took away."""
    if found := look_alikes(clinic):
        yield {"about": "look-alikes", "count": len(found), "columns": ", ".join(map(named, found))}
    once = ("rows.column", "session.number", "session.date", "attended.column", "left.column", "clients.client")
    names = [name for setting, name in mapped(clinic) if setting not in once and not setting.startswith("reports.")]
    for name, count in Counter(names).items():
        if name and count > 1:
            yield {"about": "read twice", "count": count, "column": named(name)}
    for (column, code), cells in clinic.table.complaints.taken.items():
        yield {"about": "taken", "count": len(cells), "column": column, "code": quoted(code)}


def _kinds(clinic: ClinicData) -> Iterator[Note]:
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


def _labels(clinic: ClinicData, ids: bool) -> Iterator[Note]:
    """Labels that are written with and without decimals, and those that differ in nothing that one sees."""
    table = clinic.table
    for noun, column in clinic.section.labels.items():
        cells = table.clients() if noun == "client" else table.labels(column)
        if count := table.merged.get(column, 0):
            yield {"about": "merged", "count": count, "column": column, "noun": noun}
        first: dict[str, int] = {}
        for row, text in zip(table.rows, cells.texts, strict=True):
            first.setdefault(text, row.line)
        held: dict[str, list[str]] = defaultdict(list)
        for text in filter(None, first):
            held[look(text)].append(text)
        for labels in held.values():
            if len(labels) > 1:
                lines = listing([str(first[label]) for label in labels])
                where = " and ".join(map(quoted, labels)) if ids or noun != "client" else f"in lines {lines}"
                yield {"about": "same look", "column": column, "noun": noun, "where": where}


def _alone(clinic: ClinicData, ids: bool) -> Iterator[Note]:
    """Clients that one of two tables lacks."""
    table = clinic.table
    first: list[dict[str, int]] = [{} for _ in table.sheets]  # client -> line, in each
    for row, client in zip(table.rows, table.clients().texts, strict=True):
        first[row.sheet].setdefault(client, row.line)
    for own in (0, 1) if len(first) > 1 else ():
        clients = {client: line for client, line in first[own].items() if client not in first[1 - own]}
        if clients:
            who = [quoted(client) if ids else f"line {line}" for client, line in clients.items()]
            yield {
                "about": "alone", "count": len(clients), "where": table.sheets[own].file,
                "other": table.sheets[1 - own].file, "who": listing(who), "with_sessions": own == 0,
            }  # fmt: skip


def _empty_cells(clinic: ClinicData) -> Iterator[Note]:
    """Empty cells of therapists and groups in a long table, which other rows of the same client fill."""
    table = clinic.table
    own = np.flatnonzero(~table.of_client)
    who = table.clients().texts[own]
    for noun, column in clinic.section.labels.items():
        if clinic.section.wide or noun == "client" or column not in clinic.sheet.names:
            continue
        texts = table.labels(column).texts[own]
        filled = who[texts != ""].tolist()
        lines = [str(table.rows[k].line) for k in own[texts == ""]]
        if lines and len(filled) != len(set(filled)):  # else one row of each client holds it, as it may
            yield {"about": "empty cells", "count": len(lines), "noun": noun, "column": column, "lines": listing(lines)}
