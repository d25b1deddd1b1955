"""A clinic of one's own: the mapping checked against itself and its tables, and the tables as those of a run."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Floats, Rows
from alliance_sim.estimands.seen import ClinicRows
from alliance_sim.law.rating import SymptomScale
from alliance_sim.questions.data.names import SESSION
from alliance_sim.questions.data.reading import people
from alliance_sim.questions.data.reading.column_checks import column_mistakes
from alliance_sim.questions.data.reading.items import Fate
from alliance_sim.questions.data.reading.mapping_checks import mapping_mistakes
from alliance_sim.questions.data.reading.questionnaires import ReadingPlan, plan_of
from alliance_sim.questions.data.reading.sessions import SessionRows, read_sessions
from alliance_sim.questions.data.reading.sheet import Sheet, read_sheet, with_decimal
from alliance_sim.questions.data.reading.table import DataTable
from alliance_sim.questions.data.section import DataMapping
from alliance_sim.questions.data.tallies import IN_POINTS, left_in_sessions, turned, with_tallies
from alliance_sim.questions.data.text import plain_code, quoted
from alliance_sim.scenario.problem import ConfigError, Place, Problem, collected, listing, nearest, refuse
from alliance_sim.scenario.tree import Node, at, written

KEY = "data"

FEWEST_CLIENTS = 10
"""A group of fewer clients has neither intervals nor a place among simulated clinics: one client moves a share by more
than ten points, and resamples of so few hold the truth too seldom (Hesterberg, 2015)."""

ONLY_GROUP = "clinic"  # name of the one group of a table without groups


@dataclass(frozen=True)
class ClinicData:
    """A clinic as its mapping and tables state it. Client rows are in order of therapist and client, from 1."""

    plan: ReadingPlan
    table: DataTable
    seen: ClinicRows  # replicate 1
    group: Rows  # number of each client's group, from 0
    groups: tuple[str, ...]  # the one that the others are compared with first
    client_ids: tuple[str, ...]
    therapist_ids: tuple[str, ...]  # in order of their number; none where therapists are not known
    left_out: int  # numbers that stand in sessions that were missed
    packed: bool  # missed sessions leave no trace: those held are counted one after the other
    unseen: int  # the planned number of sessions where the table says nothing about any; else 0
    unknown: int  # sessions in which nothing is known, of a long table that does not say who came
    stated: frozenset[str]  # scores that are no session's: symptoms_intake, symptoms_end
    follow_ups: Mapping[str, Floats]  # symptom scores by the code of their occasion, in the order of client rows
    items: Mapping[str, Fate]  # by setting: what became of items

    @property
    def section(self) -> DataMapping:
        """The mapping."""
        return self.plan.section

    @property
    def planned(self) -> int:
        """Planned number of sessions."""
        return self.section.planned

    @property
    def scale(self) -> SymptomScale | None:
        """The symptom scale, turned round where higher is better; None without symptoms."""
        return self.plan.scale

    @property
    def turned(self) -> SymptomScale | None:
        """The symptom scale where its scores were turned round, since higher is better; None for any other."""
        return self.plan.scale if self.plan.higher_is_better else None

    @property
    def sheet(self) -> Sheet:
        """The table itself, without that of clients."""
        return self.table.sheet

    def of(self, group: int) -> Rows:
        """Client rows of a group."""
        return np.flatnonzero(self.group == group)


def read_clinic(section: DataMapping, tree: Node, path: Path) -> ClinicData:
    """The clinic that the checked section of a config describes; paths are seen from the folder of `path`.

    Raises ConfigError with every mistake in the mapping, then with every mistake in the table.
    """
    data = tree.fields[KEY]

    def place(*loc: str | int) -> Place:
        """The place of a setting of the section, or of what is around it."""
        return at(data, loc).place(written((KEY, *loc)))

    problems: list[Problem] = []
    plan = plan_of(section, path.resolve().parent, path.parent, place, problems)
    problems += [Problem(place(*loc), *words) for loc, *words in mapping_mistakes(plan)]
    files = [(section.file, place("file"))]
    if section.clients is not None:
        files.append((section.clients.file, place("clients", "file")))
    sheets: list[Sheet] = []
    for file, asked in files:
        with collected(problems):
            shown = os.path.normpath(path.parent / file)
            sheets.append(read_sheet(path.resolve().parent / file, shown, section, asked))
    if len(sheets) < len(files):
        raise ConfigError(problems)
    problems += [Problem(place(*loc), *words) for loc, *words in column_mistakes(plan, sheets)]
    refuse(problems)
    table = DataTable(with_decimal(sheets, section), section)
    return _clinic_of(plan, table, _reference(table, place("group", "reference")))


def _reference(table: DataTable, place: Place) -> str | None:
    """The stated reference group as rows of the table have it: 1.0 and 01 are 1, where nothing else is.

    Raises ConfigError where no row is of that group.
    """
    given = table.section.group
    if given is None or given.reference is None:
        return None
    groups = [str(text) for text in dict.fromkeys(table.labels(given.column).texts) if text]
    same = [text for text in groups if plain_code(text) == plain_code(given.reference)]
    if given.reference in groups or len(same) == 1:
        return given.reference if given.reference in groups else same[0]
    files = " and ".join(sheet.file for sheet in table.sheets if given.column in sheet.names)
    found = f"the group {quoted(given.reference)}, which column {given.column} of {files} does not have"
    raise ConfigError([Problem(place, found, listing(groups), nearest(given.reference, groups))])


def _clinic_of(plan: ReadingPlan, table: DataTable, reference: str | None) -> ClinicData:
    """The clinic in a table. Raises ConfigError with everything that is wrong in its cells."""
    section = plan.section
    if not table.rows:
        assert section.rows is not None  # nothing else leaves rows out
        found = f"no row with a code of data.rows in the column {quoted(section.rows.column)}"
        raise ConfigError([Problem(Place(table.sheet.file), found, "codes that stand in this column")])
    sessions = read_sessions(plan, table)
    everybody = clients = people.read_people(plan, table, sessions)
    table.complaints.problems += _unused_occasions(table, sessions)
    table.complaints.check()
    if "therapist" in clients:
        clients = clients.assign(number=pd.factorize(clients["therapist"])[0] + 1).sort_values("number", kind="stable")
    own, left_out = people.session_rows(plan, table, sessions, clients)
    columns = people.client_columns(clients)
    unseen = 0 if people.says_sessions(table, sessions) else section.planned
    if unseen:
        own = {name: column for name, column in own.items() if name not in sessions.measures}
    if plan.scale is not None and plan.higher_is_better:
        columns, own = turned(columns, plan.scale), turned(own, plan.scale)
    seen = with_tallies(ClinicRows(columns, own, people.not_estimated(section, sessions)), plan.scale, unseen)
    if "left" in clients:
        seen = seen._replace(sessions={**seen.sessions, "left": left_in_sessions(seen)})
    groups = tuple(dict.fromkeys(everybody["group"])) if "group" in clients else (ONLY_GROUP,)
    groups = tuple(sorted(groups, key=lambda group: group != reference))  # the others keep their order
    return ClinicData(
        plan,
        table,
        seen,
        np.array([groups.index(group) for group in clients.get("group", [ONLY_GROUP] * len(clients))]),
        groups,
        tuple(clients.index),
        tuple(dict.fromkeys(clients["therapist"])) if "therapist" in clients else (),
        left_out,
        section.attended is None and people.without_gaps(own, len(clients)),
        unseen,
        sessions.unknown,
        frozenset(name for name in IN_POINTS if name in clients),
        {name[1]: clients[name].to_numpy() for name in clients if isinstance(name, tuple)},
        sessions.items,
    )


def _unused_occasions(table: DataTable, sessions: SessionRows) -> list[Problem]:
    """Occasions that are stated and that no row or column is of."""
    what, allowed = "row", "what stands in the column of sessions"
    there = set(sessions.rows["session"])
    if table.section.wide:
        what, allowed = "column", "a name or number that a column of a pattern has"
        patterns = [own.name for own in table.section.columns if SESSION in own.name]
        there = {at for pattern in patterns for at in table.occasions_of(pattern)}
    return [
        Problem(Place(table.sheet.file), f"no {what} of {quoted(code)} (data.session.{key})", allowed)
        for key, code, at in table.section.occasions.stated()
        if at not in there
    ]
