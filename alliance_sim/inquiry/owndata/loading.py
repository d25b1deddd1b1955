"""A clinic from its table: checked, numbered and brought into the columns that a run writes."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from alliance_sim.analysis.clinics import Floats, Rows, Words
from alliance_sim.analysis.seen import UNKNOWN, Column, Columns, Seen, values
from alliance_sim.inquiry.owndata import messages
from alliance_sim.inquiry.owndata.columns import Cells, Complaints, Table, coded, labels, numbers, one_each
from alliance_sim.inquiry.owndata.deriving import LEFT, left_in_sessions, with_tallies
from alliance_sim.inquiry.owndata.direction import turned
from alliance_sim.inquiry.owndata.items import ItemsRead, item_columns, scored, with_item
from alliance_sim.inquiry.owndata.mapping import Codes, Plan
from alliance_sim.inquiry.owndata.rating import rated
from alliance_sim.inquiry.owndata.sheet import Sheet
from alliance_sim.inquiry.owndata.timing import session_numbers
from alliance_sim.law.rating import SymptomScale

REPORTED = ["none", "withdrawal", "confrontation", "rupture"]
"""What a rater may report of a session; "rupture" where the type is not told."""

ONLY_GROUP = "clinic"
"""Name of the one group of a table without groups."""


class Loaded(NamedTuple):
    """A clinic as it was loaded. Client rows are in order of therapist and client, numbered from 1."""

    seen: Seen  # replicate 1
    group: Rows  # number of each client's group, from 0
    groups: tuple[str, ...]
    client_ids: tuple[str, ...]
    therapist_ids: tuple[str, ...]  # in order of their number; none where therapists are not known
    rows: int  # of the table
    left_out: int  # numbers that stand in sessions that were missed
    packed: bool  # missed sessions leave no trace: those held are counted one after the other
    items: Mapping[str, ItemsRead] = {}  # by key of the section symptoms: what became of items
    against: Mapping[str, tuple[int, ...]] = {}  # by key of the section: items of ratings that run against the others

    def of(self, group: int) -> Rows:
        """Client rows of a group."""
        return np.flatnonzero(self.group == group)


class _Read(NamedTuple):
    """The rows of a table after its cells were read: who, which session, and what is known of it."""

    who: list[str]
    session: Rows  # 0 where there was none
    attended: Floats  # 1, 0; nan in a planned session of a wide table of which nothing is known
    measures: dict[str, Floats]
    reports: dict[str, list[str]]
    items: dict[str, ItemsRead]
    against: dict[str, tuple[int, ...]]


class _People(NamedTuple):
    """What is known of each client; keys are the labels of clients."""

    therapist: Mapping[str, str] | None
    group: Mapping[str, str] | None
    left: Mapping[str, str] | None
    scores: dict[str, dict[str, float]]  # symptoms_intake, symptoms_end
    items: dict[str, ItemsRead]


def load_sheet(sheet: Sheet, plan: Plan, scale: SymptomScale | None, higher_is_better: bool = False) -> Loaded:
    """The clinic in a table. Raises ConfigError with everything that is wrong in its cells.

    With `higher_is_better`, scores are turned round within the ends of the scale, which is turned round already.
    """
    told = Complaints(sheet.file)
    table = Table(sheet, plan)
    read = _read(table, scale, told)
    people = _people(table, read.who, scale, told)
    told.check()
    return _numbered(plan, read, people, scale, len(sheet.rows), higher_is_better)


def _who(table: Table, told: Complaints) -> list[str]:
    """The client of every row; in a wide table, each client has one row of the sheet."""
    ids = table.once(table.plan.client)
    first: dict[str, int] = {}
    for text, line, name in zip(ids.texts, ids.lines, ids.names, strict=True):
        if not text:
            told.say(name, name, line, "nothing", "the client whose row it is")
        elif table.plan.wide and first.setdefault(text, line) != line:
            found = f'client "{text}" a second time (first in line {first[text]})'
            told.say(name, name, line, found, f"one row a client: {messages.DELETE_ONE}")
    return ids.texts


def _read(table: Table, scale: SymptomScale | None, told: Complaints) -> _Read:
    plan = table.plan
    who = _who(table, told)
    measures: dict[str, Floats] = {}
    against: dict[str, tuple[int, ...]] = {}
    items: dict[str, ItemsRead] = {}
    if plan.alliance is not None:
        given = rated(table, plan.alliance, "wai_", "wai_client", told)
        measures |= given.columns
        against["alliance"] = given.against
    if plan.therapist_alliance is not None:
        theirs = rated(table, plan.therapist_alliance, "", "wai_therapist", told)
        measures["wai_therapist"] = theirs.columns["wai_therapist"]
        against["therapist_alliance"] = theirs.against
    if plan.symptoms is not None and plan.symptoms.items is not None:
        items["items"] = _from_items(table, plan.symptoms.items, table.cells, told)
        measures["symptoms"] = items["items"].scores
    if plan.symptoms is not None and plan.symptoms.score is not None and scale is not None:
        name = plan.symptoms.score
        measures["symptoms"] = numbers(table.cells(name), name, scale.low, scale.high, table.sheet.decimal, told)
    reports = {
        f"rupture_{rater}": coded(table.cells(codes.column), codes, table.sheet.decimal, told)
        for rater, codes in plan.reports.items()
    }
    attended = _attended(table, measures, reports, told)
    return _Read(who, session_numbers(table, who, attended, told), attended, measures, reports, items, against)


def _from_items(table: Table, pattern: str, cells_of: Callable[[str], Cells], told: Complaints) -> ItemsRead:
    """Scores from the items of a pattern; `cells_of` gives the cells of a column."""
    key = table.plan.symptoms and table.plan.symptoms.key
    assert key is not None  # the mapping was checked
    found = item_columns(table.sheet.names, pattern)
    return scored(lambda item: cells_of(with_item(pattern, item, found)), key, pattern, table.sheet.decimal, told)


def _attended(table: Table, measures: dict[str, Floats], reports: dict[str, list[str]], told: Complaints) -> Floats:
    """Whether the client came: as stated; where nothing is stated, a row of a long table is a session that was held."""
    codes = table.plan.attended
    if codes is not None:
        cells = table.cells(codes.column)
        meanings = coded(cells, codes, table.sheet.decimal, told)
        for text, meaning, line in zip(cells.texts, meanings, cells.lines, strict=True):
            if not text and not meaning and not table.plan.wide:
                told.say(codes.column, codes.column, line, "nothing", "whether the client came, in every row")
        return np.array([{"yes": 1.0, "no": 0.0}.get(meaning, np.nan) for meaning in meanings])
    if not table.plan.wide:
        return np.ones(len(table.sheet.rows))
    something = np.zeros(len(table.row_of), bool)
    for column in measures.values():
        something |= np.isfinite(column)
    for texts in reports.values():
        something |= np.array([bool(text) for text in texts])
    return np.where(something, 1.0, np.nan)


def _people(table: Table, who: list[str], scale: SymptomScale | None, told: Complaints) -> _People:
    plan = table.plan
    named: dict[str, Mapping[str, str] | None] = {"therapist": None, "group": None}
    for noun, column in (("therapist", plan.therapist), ("group", plan.group)):
        if column is not None:
            cells = table.once(column)
            named[noun] = labels(one_each(cells, who, noun, told), cells, who, noun, told)
    left = None if plan.left is None else _left(table, plan.left, who, told)
    scores: dict[str, dict[str, float]] = {}
    for when, name in (
        ("intake", plan.symptoms and plan.symptoms.intake),
        ("end", plan.symptoms and plan.symptoms.end),
    ):
        if name and scale is not None:
            cells = table.once(name)
            one_each(cells, who, "score", told)
            found = numbers(cells, name, scale.low, scale.high, table.sheet.decimal, told)
            held = scores.setdefault(f"symptoms_{when}", {})
            for client, value in zip(who, found, strict=True):
                held[client] = value if np.isfinite(value) else held.get(client, np.nan)
    items: dict[str, ItemsRead] = {}
    for when in ("intake", "end"):
        pattern = plan.symptoms and getattr(plan.symptoms, f"{when}_items")
        if pattern:
            read = _from_items(table, pattern, lambda name: _of_clients(table, name, who, told), told)
            items[f"{when}_items"] = read
            scores[f"symptoms_{when}"] = dict(zip(dict.fromkeys(who), read.scores.tolist(), strict=True))
    return _People(named["therapist"], named["group"], left, scores, items)


def _of_clients(table: Table, name: str, who: list[str], told: Complaints) -> Cells:
    """The cells of a column of clients, one for each client: empty cells say nothing, where others do."""
    cells = table.once(name)
    texts = one_each(cells, who, "answer", told)
    line_of: dict[str, int] = {}  # of the first answer
    for client, text, line in zip(who, cells.texts, cells.lines, strict=True):
        if text:
            line_of.setdefault(client, line)
    clients = list(dict.fromkeys(who))
    return Cells(
        [texts[client] for client in clients], [line_of.get(client, 0) for client in clients], [name] * len(clients)
    )


def _left(table: Table, codes: Codes, who: list[str], told: Complaints) -> dict[str, str]:
    """Whether each client left early; a client whose cells are all empty stayed, if an empty code says so."""
    cells = table.once(codes.column)
    texts = one_each(cells, who, "way of leaving", told)
    first = {client: k for k, client in reversed(list(enumerate(who)))}
    own = cells._replace(
        texts=[texts[client] for client in first],
        lines=[cells.lines[k] for k in first.values()],
        names=[codes.column] * len(first),
    )
    found = dict(zip(first, coded(own, codes, table.sheet.decimal, told), strict=True))
    for (client, meaning), line in zip(found.items(), own.lines, strict=True):
        if not meaning and not texts[client]:
            allowed = 'a code of data.left; add "" to one of its lists if an empty cell has a meaning'
            told.say(codes.column, codes.column, line, f'nothing for client "{client}"', allowed)
    return found


def _numbered(
    plan: Plan, read: _Read, people: _People, scale: SymptomScale | None, rows: int, higher_is_better: bool
) -> Loaded:
    """Clients in order of therapist and appearance, sessions below them in their order."""
    ids = list(dict.fromkeys(read.who))
    therapists = tuple(dict.fromkeys(people.therapist[c] for c in ids)) if people.therapist is not None else ()
    place = {name: k for k, name in enumerate(therapists)}
    if people.therapist is not None:
        own = people.therapist
        ids.sort(key=lambda client: place[own[client]])
    groups = _groups(plan, people)
    n = len(ids)
    clients: dict[str, Column] = {"replicate": np.ones(n, np.int64)}
    if people.therapist is not None:
        clients["therapist"] = np.array([place[people.therapist[client]] + 1 for client in ids])
    clients["client"] = np.arange(1, n + 1)
    for name, held in people.scores.items():
        clients[name] = np.array([held[client] for client in ids])
    if people.left is not None:
        clients["left"] = Words(np.array([LEFT.index(people.left[client]) for client in ids]), LEFT)
    sessions, left_out = _sessions(read, {client: k + 1 for k, client in enumerate(ids)}, clients)
    if scale is not None and higher_is_better:
        clients, sessions = turned(clients, scale), turned(sessions, scale)
    seen = with_tallies(Seen(clients, sessions, _without(plan)), scale, plan.unseen)
    if people.left is not None:
        seen = seen._replace(sessions={**seen.sessions, "left": left_in_sessions(seen)})
    own_group = [groups.index(people.group[client]) if people.group is not None else 0 for client in ids]
    packed = plan.attended is None and _without_gaps(sessions, n)
    return Loaded(
        seen, np.array(own_group), groups, tuple(ids), therapists, rows, left_out, packed,
        {**read.items, **people.items}, read.against,
    )  # fmt: skip


def _groups(plan: Plan, people: _People) -> tuple[str, ...]:
    """The groups, the one that the others are compared with first."""
    if people.group is None:
        return (ONLY_GROUP,)
    groups = dict.fromkeys(people.group.values())
    first = {plan.reference: None} if plan.reference in groups else {}
    return tuple(str(group) for group in {**first, **groups})


def _without_gaps(sessions: Columns, people: int) -> bool:
    """Whether every client's sessions are numbered 1, 2, 3 ... without a gap."""
    client, session = (values(sessions, name).astype(np.int64) for name in ("client", "session"))
    last = np.zeros(people + 1, np.int64)
    np.maximum.at(last, client, session)
    return bool((last == np.bincount(client, minlength=people + 1)).all())


def _sessions(read: _Read, number: dict[str, int], clients: Mapping[str, Column]) -> tuple[dict[str, Column], int]:
    """Session rows in order; numbers that stand in missed sessions are left out and counted."""
    client = np.array([number[client] for client in read.who])
    there = np.flatnonzero((read.session > 0) & np.isfinite(read.attended))
    rows = there[np.lexsort((read.session[there], client[there]))]
    came = read.attended[rows] == 1.0
    made: dict[str, Column] = {"replicate": np.ones(len(rows), np.int64)}
    if "therapist" in clients:
        therapist = clients["therapist"]
        assert not isinstance(therapist, Words)
        made["therapist"] = therapist[client[rows] - 1]
    made |= {"client": client[rows], "session": read.session[rows], "attended": came}
    left_out = 0
    for name, column in read.measures.items():
        left_out += int(np.isfinite(column[rows][~came]).sum())
        made[name] = np.where(came, column[rows], np.nan)
    for name, texts in read.reports.items():
        codes = np.array([REPORTED.index(texts[row]) if texts[row] else UNKNOWN for row in rows])
        made[name] = Words(np.where(came, codes, 0), REPORTED)  # nobody reports of a missed session
    return made, left_out


def _without(plan: Plan) -> frozenset[str]:
    """Estimates whose columns are there, but which this table says nothing about."""
    without = {"attendance_pct"} if plan.attended is None else set()
    if plan.attended is None and plan.wide:  # a session without any number may have been held
        without.add("sessions_attended")
    if plan.left is not None and not plan.left.meanings["completed"]:
        without.add("early_completion_pct")
    return frozenset(without)
