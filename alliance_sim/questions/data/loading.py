"""A clinic from its table: checked, numbered and brought into the columns that a run writes."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from alliance_sim.estimands.clinics import Floats, Rows, Words
from alliance_sim.estimands.seen import UNKNOWN, Column, Columns, Seen, values
from alliance_sim.law.rating import SymptomScale
from alliance_sim.questions.data import messages
from alliance_sim.questions.data.characters import quoted
from alliance_sim.questions.data.columns import Cells, Complaints, Table, coded, labels, numbers, one_each, shown
from alliance_sim.questions.data.deriving import LEFT, left_in_sessions, with_tallies
from alliance_sim.questions.data.direction import turned
from alliance_sim.questions.data.items import ItemsRead, answers_of, scored
from alliance_sim.questions.data.mapping import Codes, Plan
from alliance_sim.questions.data.occasions import FOLLOW_UP, NO_SESSION
from alliance_sim.questions.data.patterns import SESSION
from alliance_sim.questions.data.rating import rated
from alliance_sim.questions.data.table import MISSED, OF_CLIENTS, OUTSIDE, Cell
from alliance_sim.questions.data.timing import occasions
from alliance_sim.scenario.catalog import ScoringKey
from alliance_sim.scenario.problem import ConfigError

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
    unseen: int  # the planned number of sessions where the table says nothing about any; else 0
    unknown: int  # rows of sessions in which nothing is known, of a long table that does not say who came
    stated: frozenset[str]  # scores that are no session's: symptoms_intake, symptoms_end
    follow_ups: Mapping[str, Floats]  # symptom scores by the code of their occasion, in the order of client rows
    taken: Mapping[tuple[str, str], int]  # column, code -> values that the code took away
    alone: Mapping[str, int]  # clients that only one of two tables has, and which (0: sessions, 1: clients)
    items: Mapping[str, ItemsRead]  # by key of the section symptoms: what became of items
    against: Mapping[str, tuple[int, ...]]  # by key of the section: items of ratings that run against the others

    def of(self, group: int) -> Rows:
        """Client rows of a group."""
        return np.flatnonzero(self.group == group)


class _Read(NamedTuple):
    """The rows of a table after its cells were read: who, which session, and what is known of it."""

    who: list[str]
    session: Rows  # 0 where there was none; below 0: an occasion that is no session
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
    follow_ups: dict[str, dict[str, float]]  # by code
    items: dict[str, ItemsRead]


def load_table(table: Table, scale: SymptomScale | None, higher_is_better: bool, reference: str | None) -> Loaded:
    """The clinic in a table. Raises ConfigError with everything that is wrong in its cells.

    With `higher_is_better`, scores are turned round within the ends of the scale, which is turned round already; those
    of follow-ups stay as they are. `reference` is the first group; None: that of the first row.
    """
    told = Complaints()
    if not table.rows:
        assert table.plan.rows is not None  # nothing else leaves rows out
        raise ConfigError([messages.no_such_rows(table.sheet.file, table.plan.rows.column)])
    read, unknown = _read(table, scale, told)
    people = _people(table, read, scale, told)
    _unused_occasions(table, read, told)
    told.check()
    loaded = _numbered(table, read, people, _groups(people, reference), scale, higher_is_better)
    taken = {key: len(cells) for key, cells in told.taken.items()}
    return loaded._replace(unknown=unknown, taken=taken)


def _who(table: Table, told: Complaints) -> list[str]:
    """The client of every row; in a wide table, each client has one row of the sheet."""
    ids = table.own_ids()
    first: dict[tuple[str, int], Cell | None] = {}
    for k, (text, line, name) in enumerate(zip(ids.texts, ids.lines, ids.names, strict=True)):
        row = table.rows[k]
        place = Cell(row.sheet, row.row, "")
        if not text:
            own = ids.written[k]
            found = f"{shown(own)}, which data.missing takes for nothing" if own else "nothing"
            told.say(name, name, line, found, "the client whose row it is" + (f"; {messages.OWN_CODES}" if own else ""))
        elif (table.plan.wide or row.sheet) and first.setdefault((text, row.sheet), place) != place:
            earlier = first[text, row.sheet]
            assert earlier is not None
            found = f"client {quoted(text)} a second time (first in line {table.sheets[row.sheet].lines[earlier.row]})"
            told.say(name, name, line, found, f"one row a client: {messages.DELETE_ONE}")
    return ids.texts


def _read(table: Table, scale: SymptomScale | None, told: Complaints) -> tuple[_Read, int]:
    """What the rows say, and of how many sessions of a long table nothing is known."""
    plan = table.plan
    who = _who(table, told)
    measures: dict[str, Floats] = {}
    items: dict[str, ItemsRead] = {}
    against: dict[str, tuple[int, ...]] = {}
    if plan.alliance is not None:
        clients = rated(table, plan.alliance, "wai_", "wai_client", told)
        measures |= clients.columns
        against["alliance"] = clients.against
    if plan.therapist_alliance is not None:
        theirs = rated(table, plan.therapist_alliance, "", "wai_therapist", told)
        measures["wai_therapist"] = theirs.columns["wai_therapist"]
        against["therapist_alliance"] = theirs.against
    if plan.symptoms is not None and plan.symptoms.items is not None and plan.symptoms.key is not None:
        pattern, key = plan.symptoms.items, plan.symptoms.key
        items["items"] = scored(_answers(table, lambda item: table.cells(pattern, item), pattern, key, told), key)
        measures["symptoms"] = items["items"].scores
    if plan.symptoms is not None and plan.symptoms.score is not None and scale is not None:
        name = plan.symptoms.score
        measures["symptoms"] = numbers(table.cells(name), name, scale.low, scale.high, table.sheet.decimal, told)
    reports = {
        f"rupture_{rater}": coded(table.cells(codes.column, codes=codes), codes, table.sheet.decimal, told)
        for rater, codes in plan.reports.items()
    }
    something = table.anything()
    for texts in reports.values():  # an empty cell may have a meaning
        something = np.maximum(something, [bool(text) for text in texts])
    stated = None if plan.attended is None else _stated(table, plan.attended, told)
    needed = something if stated is None else np.maximum(something, np.isfinite(stated))
    session = occasions(table, who, needed, told)
    if stated is not None:
        name = plan.attended.column if plan.attended else ""
        empty = np.array([not text for text in table.cells(name, codes=plan.attended, measured=False).texts], bool)
        for k in np.flatnonzero((session > 0) & ~np.isfinite(stated) & empty & ((something > 0) | (not plan.wide))):
            own = table.columns_of(name).get(int(session[k]), name) if plan.wide else name
            told.say(name, own, table.lines[k], "nothing", "whether the client came, in every session")
        return _Read(who, session, stated, measures, reports, items, against), 0
    unknown = 0
    attended = np.where(plan.wide, np.nan, np.ones(len(who)))
    if plan.of_sessions:
        attended = np.where(something > 0, 1.0, np.nan)
        unknown = 0 if plan.wide else int(((session > 0) & (something == 0)).sum())
    return _Read(who, session, attended, measures, reports, items, against), unknown


def _answers(table: Table, cells_of: Callable[[int], Cells], pattern: str, key: ScoringKey, told: Complaints) -> Floats:
    """Answers to the items of a symptom scale."""
    return answers_of(cells_of, pattern, key.size, key.answers, key.reversed, table.sheet.decimal, told)


def _stated(table: Table, codes: Codes, told: Complaints) -> Floats:
    """Whether the client came, as the table says it: 1, 0, or nan where it does not."""
    cells = table.cells(codes.column, codes=codes, measured=False)
    meanings = coded(cells, codes, table.sheet.decimal, told)
    return np.array([{"yes": 1.0, "no": 0.0}.get(meaning, np.nan) for meaning in meanings])


def _unused_occasions(table: Table, read: _Read, told: Complaints) -> None:
    """An occasion that is stated and that no row or column is of."""
    there = set(np.unique(read.session).tolist())
    if table.plan.wide:
        names = [pattern for pattern in table.plan.columns if SESSION in pattern]
        there = {at for name in names for at in table.every_occasion(name)}
    for key, code, at in table.plan.occasions.stated():
        if at not in there:
            told.problems.append(messages.no_such_occasion(table.sheet.file, key, code, table.plan.wide))


def _people(table: Table, read: _Read, scale: SymptomScale | None, told: Complaints) -> _People:
    plan, who = table.plan, read.who
    named: dict[str, Mapping[str, str] | None] = {"therapist": None, "group": None}
    for noun, column in (("therapist", plan.therapist), ("group", plan.group)):
        if column is not None:
            cells = table.labels(column)
            named[noun] = labels(one_each(cells, who, noun, told), cells, who, noun, told)
    left = None if plan.left is None else _left(table, plan.left, who, told)
    scores: dict[str, dict[str, float]] = {}
    items: dict[str, ItemsRead] = {}
    for when in ("intake", "end"):
        name, pattern = (plan.symptoms and getattr(plan.symptoms, key) for key in (when, f"{when}_items"))
        if name and scale is not None:
            cells = table.once(name)
            one_each(cells, who, "score", told, table.sheet.decimal)
            found = numbers(cells, name, scale.low, scale.high, table.sheet.decimal, told)
            made = _of_clients(who, found[None])[0].tolist()
        elif pattern and plan.symptoms is not None and plan.symptoms.key is not None:
            items[f"{when}_items"] = _items_of_clients(table, who, pattern, plan.symptoms.key, told)
            made = items[f"{when}_items"].scores.tolist()
        else:
            continue
        scores[f"symptoms_{when}"] = dict(zip(dict.fromkeys(who), made, strict=True))
    own = read.measures.get("symptoms")
    follow_ups: dict[str, dict[str, float]] = {}
    for key, code, at in plan.occasions.stated():
        if own is not None and at < NO_SESSION:
            held = {client: float(value) for client, value, k in zip(who, own, read.session, strict=True) if k == at}
            held = {client: held.get(client, np.nan) for client in who}
            if at <= FOLLOW_UP:
                follow_ups[code] = held
            else:
                _add(scores.setdefault(f"symptoms_{key}", {}), held)
    return _People(named["therapist"], named["group"], left, scores, follow_ups, items)


def _items_of_clients(table: Table, who: list[str], pattern: str, key: ScoringKey, told: Complaints) -> ItemsRead:
    """Scores of clients, in their order, from items that stand in one row of a client or in several."""

    def cells_of(item: int) -> Cells:
        cells = table.once(pattern, item)
        one_each(cells, who, "answer", told, table.sheet.decimal)
        return cells

    return scored(_of_clients(who, _answers(table, cells_of, pattern, key, told)), key)


def _of_clients(who: list[str], numbers: Floats) -> Floats:
    """The one number of every client, in their order, of each of several columns of numbers (columns, rows)."""
    place = {client: k for k, client in enumerate(dict.fromkeys(who))}
    own = np.array([place[client] for client in who])
    made = np.full((len(numbers), len(place)), np.nan)
    for column, found in zip(numbers, made, strict=True):
        there = np.isfinite(column)
        found[own[there]] = column[there]
    return made


def _add(held: dict[str, float], further: Mapping[str, float]) -> None:
    """Put scores where none are known yet."""
    for client, value in further.items():
        if not np.isfinite(held.get(client, np.nan)):
            held[client] = value


def _left(table: Table, codes: Codes, who: list[str], told: Complaints) -> dict[str, str]:
    """Whether each client left early; a client whose cells are all empty stayed, if an empty code says so."""
    cells = table.once(codes.column, codes=codes)
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
            told.say(codes.column, codes.column, line, f"nothing for client {quoted(client)}", allowed)
    return found


def _numbered(
    table: Table,
    read: _Read,
    people: _People,
    groups: tuple[str, ...],
    scale: SymptomScale | None,
    higher_is_better: bool,
) -> Loaded:
    """Clients in order of therapist and appearance, sessions below them in their order."""
    plan = table.plan
    ids = list(dict.fromkeys(read.who))
    therapists = tuple(dict.fromkeys(people.therapist[c] for c in ids)) if people.therapist is not None else ()
    place = {name: k for k, name in enumerate(therapists)}
    if people.therapist is not None:
        own = people.therapist
        ids.sort(key=lambda client: place[own[client]])
    n = len(ids)
    clients: dict[str, Column] = {"replicate": np.ones(n, np.int64)}
    if people.therapist is not None:
        clients["therapist"] = np.array([place[people.therapist[client]] + 1 for client in ids])
    clients["client"] = np.arange(1, n + 1)
    for name, held in people.scores.items():
        clients[name] = np.array([held[client] for client in ids])
    if people.left is not None:
        clients["left"] = Words(np.array([LEFT.index(people.left[client]) for client in ids]), LEFT)
    sessions, left_out = _sessions(table, read, {client: k + 1 for k, client in enumerate(ids)}, clients)
    unseen = 0 if _any_sessions(table, read) else plan.planned
    if unseen:
        sessions = {name: column for name, column in sessions.items() if name not in read.measures}
    if scale is not None and higher_is_better:
        clients, sessions = turned(clients, scale), turned(sessions, scale)
    unsure = plan.attended is None and plan.of_sessions and bool(np.isnan(read.attended[read.session > 0]).any())
    seen = with_tallies(Seen(clients, sessions, _without(plan, unsure)), scale, unseen)
    if people.left is not None:
        seen = seen._replace(sessions={**seen.sessions, "left": left_in_sessions(seen)})
    own_group = [groups.index(people.group[client]) if people.group is not None else 0 for client in ids]
    packed = plan.attended is None and _without_gaps(sessions, n)
    follow_ups = {code: np.array([held[client] for client in ids]) for code, held in people.follow_ups.items()}
    alone = _alone(table, read)
    return Loaded(
        seen, np.array(own_group), groups, tuple(ids), therapists, len(table.sheet.rows), left_out, packed, unseen,
        0, frozenset(people.scores), follow_ups, {}, alone, {**read.items, **people.items}, read.against,
    )  # fmt: skip


def _groups(people: _People, reference: str | None) -> tuple[str, ...]:
    """The groups, the one that the others are compared with first."""
    if people.group is None:
        return (ONLY_GROUP,)
    groups = list(dict.fromkeys(people.group.values()))
    return tuple(sorted(groups, key=lambda group: group != reference))  # the others keep their order


def _any_sessions(table: Table, read: _Read) -> bool:
    """Whether the table says anything about sessions: in wide tables by its columns, in long ones by its rows."""
    if not table.plan.wide:
        return bool((read.session > 0).any()) or not (read.session < 0).any()
    coded = [own.column for own in (table.plan.attended, *table.plan.reports.values()) if own]
    patterns = [name for name in (*table.plan.numbers, *coded) if SESSION in name]
    return any(at > 0 for pattern in patterns for at in table.every_occasion(pattern))


def _alone(table: Table, read: _Read) -> dict[str, int]:
    """Clients that only one of two tables has, and the number of the sheet that has them."""
    if table.plan.people is None:
        return {}
    where: dict[str, set[int]] = {}
    for client, row in zip(read.who, table.rows, strict=True):
        where.setdefault(client, set()).add(row.sheet)
    return {client: min(sheets) for client, sheets in where.items() if len(sheets) == 1}


def _without_gaps(sessions: Columns, people: int) -> bool:
    """Whether every client's sessions are numbered 1, 2, 3 ... without a gap."""
    client, session = (values(sessions, name).astype(np.int64) for name in ("client", "session"))
    last = np.zeros(people + 1, np.int64)
    np.maximum.at(last, client, session)
    return bool((last == np.bincount(client, minlength=people + 1)).all())


def _sessions(
    table: Table, read: _Read, number: dict[str, int], clients: Mapping[str, Column]
) -> tuple[dict[str, Column], int]:
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
    scores = table.plan.symptoms
    table.set_aside(np.flatnonzero(read.session == NO_SESSION).tolist(), OF_CLIENTS)
    table.set_aside(rows[~came].tolist(), MISSED)
    table.set_aside(
        np.flatnonzero(read.session < 0).tolist(),
        OUTSIDE,
        (scores.in_sessions,) if scores and scores.in_sessions else (),
    )
    for name, column in read.measures.items():
        left_out += int(np.isfinite(column[rows][~came]).sum())
        made[name] = np.where(came, column[rows], np.nan)
    for name, texts in read.reports.items():
        left_out += sum(1 for row in rows[~came] if texts[row] not in ("", "none"))
        codes = np.array([REPORTED.index(texts[row]) if texts[row] else UNKNOWN for row in rows])
        made[name] = Words(np.where(came, codes, 0), REPORTED)  # nobody reports of a missed session
    return made, left_out


def _without(plan: Plan, unsure: bool) -> frozenset[str]:
    """Estimates whose columns are there, but which this table says nothing about."""
    without = {"attendance_pct"} if plan.attended is None else set()
    if unsure or (plan.attended is None and plan.wide):  # a session without any number may have been held
        without.add("sessions_attended")
    if plan.left is not None and not plan.left.meanings["completed"]:
        without.add("early_completion_pct")
    return frozenset(without)
