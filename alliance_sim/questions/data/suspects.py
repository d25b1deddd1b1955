"""What in a table may have been meant otherwise: labels and columns that look alike, codes that take values away."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from alliance_sim.estimands.seen import values
from alliance_sim.questions.data.accounting import look_alikes
from alliance_sim.questions.data.characters import look, named, quoted
from alliance_sim.questions.data.clinic import Clinic
from alliance_sim.questions.data.deriving import FIRST_SESSIONS
from alliance_sim.questions.data.occasions import plain_code
from alliance_sim.questions.data.table import Cells
from alliance_sim.scenario.problem import counted, listing


def suspects_of(clinic: Clinic, ids: bool) -> Iterator[str]:
    """Notes, a sentence or two each; labels of clients are named only where `ids` may be shown, else their lines."""
    yield from _columns(clinic)
    yield from _twice(clinic)
    yield from _taken(clinic)
    yield from _labels(clinic, ids)
    yield from _kinds(clinic)
    yield from _alone(clinic, ids)
    yield from _unknown(clinic)
    yield from _without_intake(clinic)
    yield from _without_outcome(clinic)


def _columns(clinic: Clinic) -> Iterator[str]:
    found = look_alikes(clinic)
    if found:
        yield (
            f"Note: {counted(len(found), 'column')} {'looks' if len(found) == 1 else 'look'} like one of a pattern and "
            f"{'is' if len(found) == 1 else 'are'} not read: {', '.join(map(named, found))}."
        )


def _twice(clinic: Clinic) -> Iterator[str]:
    """Columns that several settings read, as where a line of the mapping was copied and not changed."""
    plan = clinic.plan
    for name, count in Counter(filter(None, (plan.client, plan.therapist, plan.group, *plan.numbers))).items():
        if count > 1:
            yield f"Note: {count} settings read column {named(name)}. Is each of them meant?"


def _taken(clinic: Clinic) -> Iterator[str]:
    """Values that a code for nothing took away although they are possible in their column."""
    for (column, code), count in clinic.loaded.taken.items():
        yield (
            f"Note: {counted(count, 'cell')} of {column} with {quoted(code)} {'is' if count == 1 else 'are'} read as "
            f"empty (data.missing), although {quoted(code)} is a possible value there. Where the code holds for "
            "another column alone: missing: {COLUMN: [CODE]}."
        )


def _labels(clinic: Clinic, ids: bool) -> Iterator[str]:
    """Labels that differ in nothing that one sees, and those that were read as one."""
    table, plan = clinic.table, clinic.plan
    columns = {"client": plan.client, "therapist": plan.therapist, "group": plan.group}
    for noun, column in columns.items():
        if column is None:
            continue
        cells = table.own_ids() if noun == "client" else table.labels(column)
        if merged := table.merged.get(column, 0):
            yield (
                f"Note: {counted(merged, 'number')} of column {column} {'is' if merged == 1 else 'are'} written with "
                f"and without decimals (1 and 1.0); since the column holds whole numbers alone, each is one {noun}."
            )
        for lines, labels in _alike(cells):
            where = " and ".join(map(quoted, labels)) if ids or noun != "client" else f"in lines {listing(lines)}"
            yield (
                f"Note: labels of column {column} that differ only in case, blanks, width, zeros or invisible "
                f"characters count as different {noun}s: {where}."
            )


def _kinds(clinic: Clinic) -> Iterator[str]:
    """Kinds of rows that are not read, and whose code looks like one that is."""
    kinds = clinic.plan.rows
    if kinds is None:
        return
    stated = {look(code): code for code in (*kinds.sessions, *kinds.client) if code}
    for text in dict.fromkeys(clinic.sheet.cells(kinds.column)):
        near = stated.get(look(text))
        if text and near is not None and plain_code(text) != near and text not in (*kinds.sessions, *kinds.client):
            told = f"rows with {quoted(text)} in column {kinds.column} are not read"
            yield f"Note: {told}; data.rows lists {quoted(near)}."


def _alike(cells: Cells) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Lines and labels that look the same, of each label the first line."""
    first = {text: str(line) for text, line in reversed(list(zip(cells.texts, cells.lines, strict=True))) if text}
    held: dict[str, list[str]] = {}
    for text in dict.fromkeys(cells.texts):
        if text:
            held.setdefault(look(text), []).append(text)
    for labels in held.values():
        if len(labels) > 1:
            yield [first[label] for label in labels], labels


def _alone(clinic: Clinic, ids: bool) -> Iterator[str]:
    """Clients that one of two tables lacks."""
    loaded, table = clinic.loaded, clinic.table
    said = ("its therapist and what else stands there is not known", "read as clients without a session")
    for own, words in enumerate(said):
        clients = [client for client, sheet in loaded.alone.items() if sheet == own]
        if clients:
            where, other = table.sheets[own].file, table.sheets[1 - own].file
            cells = table.own_ids()
            lines = dict(zip(reversed(cells.texts), reversed(cells.lines), strict=True))
            who = [quoted(client) if ids else f"line {lines[client]}" for client in clients]
            words = words if own or len(clients) == 1 else words.replace("its therapist", "their therapists")
            yield (
                f"Note: {counted(len(clients), 'client')} of {where} {'is' if len(clients) == 1 else 'are'} not in "
                f"{other} ({listing(who)}); {words}."
            )


def _without_intake(clinic: Clinic) -> Iterator[str]:
    """Clients whose scores all come too late for an intake."""
    loaded = clinic.loaded
    clients = loaded.seen.clients
    if "symptoms_intake" in loaded.stated or "symptoms_last" not in clients:
        return
    known = np.isfinite(values(clients, "symptoms_last"))
    count = int((known & ~np.isfinite(values(clients, "symptoms_intake"))).sum())
    if count:
        yield (
            f"Note: {counted(count, 'client')} {'has' if count == 1 else 'have'} symptom scores, but none in the first "
            f"{FIRST_SESSIONS} sessions: intake is not known, and what became of symptoms neither."
        )


def _without_outcome(clinic: Clinic) -> Iterator[str]:
    """A score at intake or at the end that nobody has."""
    loaded = clinic.loaded
    if clinic.scale is None:
        return
    intake, end = (
        name in loaded.seen.clients and bool(np.isfinite(values(loaded.seen.clients, name)).any())
        for name in ("symptoms_intake", "symptoms_end")
    )
    told = "what became of symptoms is not known"
    for name, when, known in (("symptoms_intake", "intake", intake), ("symptoms_end", "the end", end)):
        if name in loaded.stated and not known:
            yield f"Note: no client has a score at {when}, where the mapping says that it stands: {told}."
    if intake and not end and loaded.follow_ups and "symptoms_end" not in loaded.stated:
        yield f"Note: every score after intake is one of a follow-up, and none of them is taken for the end: {told}."


def _unknown(clinic: Clinic) -> Iterator[str]:
    """Rows of sessions in which nothing is known."""
    count = clinic.loaded.unknown
    if count:
        yield (
            f"Note: nothing is known in {counted(count, 'row')} of a session, and the table does not say whether "
            "these sessions were held. They are not counted, and nothing is said about how many sessions there were; "
            "a column that says who came is stated as data.attended."
        )
