"""A table as rows of sessions and of clients, which remembers of every cell whether and how it was read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.questions.data.characters import without_zeros
from alliance_sim.questions.data.occasions import NO_SESSION, plain_code
from alliance_sim.questions.data.patterns import SESSION, Match, matches
from alliance_sim.questions.data.reading.columns import free
from alliance_sim.questions.data.reading.questionnaires import Items
from alliance_sim.questions.data.reading.sheet import Sheet
from alliance_sim.questions.data.section import DataMapping
from alliance_sim.questions.data.settings import Coded

Texts = NDArray[np.object_]

READ, AS_NOTHING = "read", "read as empty (codes of data.missing)"
OTHER_ROWS = "in rows of another kind (data.rows)"
MISSED = "in sessions that were missed"
OF_CLIENTS = "in rows that are no session"
OUTSIDE = "at intake, the end or a follow-up, where only symptoms count"
"""What becomes of a cell that is not empty."""


class Row(NamedTuple):
    """A row of a sheet as one session of a client; in a wide table every row of the sheet is several of them."""

    sheet: int  # 0: the table; 1: that of clients
    row: int
    occasion: int = NO_SESSION  # of a wide table
    of_client: bool = False  # no session


class Cell(NamedTuple):
    """Where a cell is."""

    sheet: int
    row: int
    column: str


class Cells(NamedTuple):
    """The cells of one thing, one for each row of a table.

    `texts` are "" where nothing is said; `written` are the texts as they stand, with codes for an empty cell.
    """

    key: str  # the column or pattern of the mapping
    texts: Texts
    written: Texts
    places: list[Cell | None]  # None: there is no column in this row

    def column(self, k: int) -> str:
        """The name of the column in a row."""
        place = self.places[k]
        return self.key if place is None else place.column


class Table:
    """The rows of a table, and of the table of clients where there is one."""

    def __init__(self, sheets: Sequence[Sheet], section: DataMapping) -> None:
        """Nothing is read yet."""
        self.sheets, self.section = tuple(sheets), section
        self.fates = {  # sheet, column -> what became of its cells, row by row; "" where no setting read them
            (s, name): np.full(len(sheet.cells), "", object) for s, sheet in enumerate(sheets) for name in sheet.names
        }
        self.read: dict[tuple[int, str], set[str]] = {}  # sheet, column -> the names and patterns by which it is read
        self.merged: dict[str, int] = {}  # column -> labels that are written with and without decimals
        self._measured: list[Cells] = []
        self._free = free(section, self.sheet.names)
        self._matches: dict[str, list[Match]] = {}
        self._texts: dict[tuple[int, str, frozenset[str]], Texts] = {}
        people = [Row(1, row, NO_SESSION, True) for sheet in sheets[1:] for row in range(len(sheet.cells))]
        self.rows = [*self._own_rows(), *people]

    @property
    def sheet(self) -> Sheet:
        """The table itself."""
        return self.sheets[0]

    @property
    def decimal(self) -> str:
        """The decimal sign."""
        return self.sheet.decimal

    def line(self, k: int) -> int:
        """The line of a row in its file."""
        return self.sheets[self.rows[k].sheet].lines[self.rows[k].row]

    def file(self, k: int) -> str:
        """The file of a row."""
        return self.sheets[self.rows[k].sheet].file

    def _own_rows(self) -> Iterable[Row]:
        """The rows of the table itself."""
        section, kinds = self.section, self.section.rows
        height = len(self.sheet.cells)
        if section.wide:
            no_session = [at for *_, at in section.occasions.stated() if at < NO_SESSION]
            slots = [*range(1, section.planned + 1), *no_session]
            return [Row(0, row, slot) for row in range(height) for slot in slots]
        if kinds is None:
            return [Row(0, row) for row in range(height)]
        made = []
        self.read[0, kinds.column] = {kinds.column}
        codes = self.sheet.column(kinds.column)
        self.fates[0, kinds.column][codes != ""] = READ
        for row, text in enumerate(codes):
            if {text, plain_code(text)} & set(kinds.sessions):
                made.append(Row(0, row))
            elif {text, plain_code(text)} & set(kinds.client):
                made.append(Row(0, row, of_client=True))
            else:
                for name, cell in zip(self.sheet.names, self.sheet.cells[row], strict=True):
                    self.fates[0, name][row] = OTHER_ROWS if cell else ""
        return made

    # ---- which columns a name or pattern means ---------------------------------------------------------------------

    def matches(self, pattern: str) -> list[Match]:
        """The columns that have the form of a pattern of sessions, and that no setting of clients names."""
        if pattern not in self._matches:
            self._matches[pattern] = matches(pattern, self._free)
        return self._matches[pattern]

    def occasion(self, match: Match) -> int | None:
        """The occasion that a column is of; None where it is of none."""
        return self.section.occasions.of(match.session) if match.session else NO_SESSION

    def columns_of(self, pattern: str, item: int | None = None) -> dict[int, str]:
        """The columns of a pattern by the occasion that they are of; occasion 0 for a name without {session}."""
        if SESSION not in pattern and item is None:
            return {NO_SESSION: pattern}
        found = {}
        for match in self.matches(pattern):
            at = self.occasion(match)
            if at is not None and item in (None, match.item):
                found[at] = match.name
        return found

    def occasions_of(self, pattern: str) -> set[int]:
        """The occasions of the columns of a pattern, whatever their item."""
        return {at for match in self.matches(pattern) if (at := self.occasion(match)) is not None}

    def of_items(self, items: Items) -> tuple[list[Match], list[Match]]:
        """The columns of a pattern of items that the questionnaire has, and those of items that it does not have."""
        if items.of_clients:
            found = matches(items.pattern, [name for sheet in self.sheets for name in sheet.names])
        else:
            found = [match for match in self.matches(items.pattern) if self.occasion(match) is not None]
        inside = [match for match in found if 1 <= match.item <= items.size]
        return inside, [match for match in found if match not in inside]

    # ---- cells -----------------------------------------------------------------------------------------------------

    def of_sessions(
        self, pattern: str, item: int | None = None, codes: Coded | None = None, measured: bool = True
    ) -> Cells:
        """The cells of a column of sessions (or of one item of it); `codes` never stand for an empty cell.

        What is not `measured` stays as read where nobody came, such as the statement that nobody came.
        """
        columns = self.columns_of(pattern, item)
        cells = self._cells([None if row.sheet else columns.get(row.occasion) for row in self.rows], pattern, codes)
        if measured:
            self._measured.append(cells)
        return cells

    def of_clients(self, name: str, item: int | None = None, codes: Coded | None = None) -> Cells:
        """The cells of a column of clients (or of one item of it)."""
        there: list[str | None] = []
        for sheet in self.sheets:
            found = [match.name for match in matches(name, sheet.names) if match.item == item] if item else [name]
            there.append(next((own for own in found if own in sheet.names), None))
        return self._cells([there[row.sheet] for row in self.rows], name, codes)

    def labels(self, name: str) -> Cells:
        """The same for labels: where all of a column are whole numbers, 1.0 is 1."""
        return self._plain(self.of_clients(name))

    def clients(self) -> Cells:
        """The client of every row; that of its line where the mapping names no column of clients."""
        section = self.section
        if section.client is None:
            made = self._cells([None] * len(self.rows), "client", None)
            return made._replace(texts=np.array([f"line {self.line(k)}" for k in range(len(self.rows))], object))
        names = [section.client, section.clients.client if section.clients else ""]
        return self._plain(self._cells([names[row.sheet] for row in self.rows], section.client, None))

    def _plain(self, cells: Cells) -> Cells:
        """Labels that are all whole numbers without decimals."""
        plain = {text: without_zeros(text) for text in set(cells.texts)}
        if not all(text.lstrip("+-").isdecimal() for text in plain.values() if text):
            return cells
        several = Counter(plain.values())
        self.merged[cells.key] = sum(1 for text, count in several.items() if count > 1 and text)
        return cells._replace(texts=np.array([plain[text] for text in cells.texts], object))

    def _cells(self, names: Sequence[str | None], key: str, codes: Coded | None) -> Cells:
        """The cells of one column for each row; none where there is no column."""
        kept = frozenset(code for own in codes.meanings.values() for code in own) if codes else frozenset()
        places = [Cell(row.sheet, row.row, name) if name else None for row, name in zip(self.rows, names, strict=True)]
        texts, written = np.full(len(places), "", object), np.full(len(places), "", object)
        held = {
            (sheet, name): (self._known(sheet, name, kept), self.sheets[sheet].column(name))
            for sheet, name in {(place.sheet, place.column) for place in places if place is not None}
        }
        for column in held:
            self.read.setdefault(column, set()).add(key)
        for k, place in enumerate(places):
            if place is not None:
                known, own = held[place.sheet, place.column]
                texts[k], written[k] = known[place.row], own[place.row]
        return Cells(key, texts, written, places)

    def _known(self, sheet: int, name: str, kept: frozenset[str]) -> Texts:
        """The texts of a column without codes for an empty cell; every one is marked as read."""
        if (sheet, name, kept) not in self._texts:
            texts, fates = self.sheets[sheet].column(name), self.fates[sheet, name]
            nothing = self.section.missing_by_column.of(name)
            empty = {
                text: bool({text, plain_code(text)} & nothing) and not {text, plain_code(text)} & kept
                for text in set(texts)
            }
            known = np.array(["" if empty[text] else text for text in texts], object)
            new = (texts != "") & (fates != OTHER_ROWS) & (fates != READ)
            fates[new] = np.where(known[new] == "", AS_NOTHING, READ)
            self._texts[sheet, name, kept] = known
        return self._texts[sheet, name, kept]

    # ---- what was measured in sessions -----------------------------------------------------------------------------

    def anything(self) -> NDArray[np.bool_]:
        """Whether a row says anything of what was measured in sessions."""
        made = np.zeros(len(self.rows), bool)
        for cells in self._measured:
            made |= cells.texts != ""
        return made

    def set_aside(self, rows: Iterable[int], reason: str, kept: str | None = None) -> None:
        """Remember that what was measured in some rows does not count, but for the columns of a pattern to be kept."""
        spared = {match.name for match in matches(kept, self.sheet.names)} if kept else set()
        chosen = list(rows)
        for cells in self._measured:
            for place in (cells.places[row] for row in chosen):
                if place is not None and place.column not in spared:
                    fates = self.fates[place.sheet, place.column]
                    fates[place.row] = reason if fates[place.row] == READ else fates[place.row]
