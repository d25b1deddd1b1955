"""A table as rows of sessions and of clients, which remembers of every cell whether and how it was read."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from alliance_sim.estimands.clinics import Flags
from alliance_sim.questions.data.names import NO_SESSION, SESSION, Match, matches
from alliance_sim.questions.data.reading.cells import Cells, Complaints, TableRow, Texts
from alliance_sim.questions.data.reading.questionnaires import Items
from alliance_sim.questions.data.reading.sheet import Sheet
from alliance_sim.questions.data.section import DataMapping
from alliance_sim.questions.data.settings import Coded
from alliance_sim.questions.data.text import plain_code, without_zeros

# what becomes of a cell that is not empty
READ, AS_NOTHING = "read", "read as empty (codes of data.missing)"
OTHER_ROWS = "in rows of another kind (data.rows)"
MISSED = "in sessions that were missed"
OF_CLIENTS = "in rows that are no session"
OUTSIDE = "at intake, the end or a follow-up, where only symptoms count"


class DataTable:
    """The rows of a table, and of the table of clients where there is one."""

    def __init__(self, sheets: Sequence[Sheet], section: DataMapping) -> None:
        """Nothing is read yet."""
        self.sheets, self.section, self.complaints = tuple(sheets), section, Complaints()
        self.sheet = self.sheets[0]  # the table itself
        self.fates = {  # sheet, column -> what became of its cells, row by row; "" where no setting read them
            (s, name): np.full(len(sheet.cells), "", object) for s, sheet in enumerate(sheets) for name in sheet.names
        }
        self.read: dict[tuple[int, str], set[str]] = defaultdict(
            set
        )  # sheet, column -> names and patterns that read it
        self.merged: dict[str, int] = {}  # column -> labels that are written with and without decimals
        self._measured: list[Cells] = []
        self._free = section.free(self.sheet.names)
        self._matches: dict[str, list[Match]] = {}
        self._texts: dict[tuple[int, str, frozenset[str]], Texts] = {}
        people = [
            TableRow(1, k, sheet.file, line, of_client=True)
            for sheet in sheets[1:]
            for k, line in enumerate(sheet.lines)
        ]
        self.rows = [*self._own_rows(), *people]
        self.of_client: Flags = np.array([row.of_client for row in self.rows], bool)

    def _own_rows(self) -> list[TableRow]:
        """The rows of the table itself."""
        section, kinds = self.section, self.section.rows
        every = [TableRow(0, k, self.sheet.file, line) for k, line in enumerate(self.sheet.lines)]
        if section.wide:
            no_session = [at for *_, at in section.occasions.stated() if at < NO_SESSION]
            return [row._replace(occasion=at) for row in every for at in (*range(1, section.planned + 1), *no_session)]
        if kinds is None:
            return every
        made = []
        self.read[0, kinds.column] = {kinds.column}
        codes = self.sheet.column(kinds.column)
        self.fates[0, kinds.column][codes != ""] = READ
        for row, text in zip(every, codes, strict=True):
            if {text, plain_code(text)} & {*kinds.sessions, *kinds.client}:
                made.append(row._replace(of_client=not {text, plain_code(text)} & set(kinds.sessions)))
            else:
                for name, cell in zip(self.sheet.names, self.sheet.cells[row.row], strict=True):
                    self.fates[0, name][row.row] = OTHER_ROWS if cell else ""
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
        found = ((self.occasion(match), match) for match in self.matches(pattern))
        return {at: match.name for at, match in found if at is not None and item in (None, match.item)}

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
            return replace(made, texts=np.array([f"line {row.line}" for row in self.rows], object))
        names = [section.client, section.clients.client if section.clients else ""]
        return self._plain(self._cells([names[row.sheet] for row in self.rows], section.client, None))

    def _plain(self, cells: Cells) -> Cells:
        """Labels that are all whole numbers without decimals."""
        plain = {text: without_zeros(text) for text in set(cells.texts)}
        if not all(text.lstrip("+-").isdecimal() for text in plain.values() if text):
            return cells
        self.merged[cells.key] = sum(1 for text, count in Counter(plain.values()).items() if count > 1 and text)
        return replace(cells, texts=np.array([plain[text] for text in cells.texts], object))

    def _cells(self, columns: Sequence[str | None], key: str, codes: Coded | None) -> Cells:
        """The cells of one column for each row; none where there is no column."""
        kept = frozenset(code for own in codes.meanings.values() for code in own) if codes else frozenset()
        texts, written = np.full((2, len(columns)), "", object)
        held = {
            (sheet, name): (self._known(sheet, name, kept), self.sheets[sheet].column(name))
            for sheet, name in {(row.sheet, name) for row, name in zip(self.rows, columns, strict=True) if name}
        }
        for column in held:
            self.read[column].add(key)
        for k, (row, name) in enumerate(zip(self.rows, columns, strict=True)):
            if name:
                known, own = held[row.sheet, name]
                texts[k], written[k] = known[row.row], own[row.row]
        return Cells(key, texts, written, columns, self.rows, self.complaints, self.sheet.decimal)

    def _known(self, sheet: int, name: str, kept: frozenset[str]) -> Texts:
        """The texts of a column without codes for an empty cell; every one is marked as read."""
        if (sheet, name, kept) not in self._texts:
            texts, fates = self.sheets[sheet].column(name), self.fates[sheet, name]
            nothing = self.section.missing_of(name)
            forms = {text: {text, plain_code(text)} for text in set(texts)}
            known = np.array(
                ["" if forms[text] & nothing and not forms[text] & kept else text for text in texts], object
            )
            new = (texts != "") & (fates != OTHER_ROWS) & (fates != READ)
            fates[new] = np.where(known[new] == "", AS_NOTHING, READ)
            self._texts[sheet, name, kept] = known
        return self._texts[sheet, name, kept]

    # ---- what was measured in sessions -----------------------------------------------------------------------------

    def anything(self) -> Flags:
        """Whether a row says anything of what was measured in sessions."""
        nothing = np.zeros(len(self.rows), bool)
        return np.asarray(np.any([nothing, *(cells.texts != "" for cells in self._measured)], axis=0))

    def set_aside(self, rows: Iterable[int], reason: str, kept: str | None = None) -> None:
        """Remember that what was measured in some rows does not count, but for the columns of a pattern to be kept."""
        spared = {match.name for match in matches(kept, self.sheet.names)} if kept else set()
        for k in list(rows):
            for name in (cells.columns[k] for cells in self._measured):
                if name is not None and name not in spared:
                    fates = self.fates[self.rows[k].sheet, name]
                    fates[self.rows[k].row] = reason if fates[self.rows[k].row] == READ else fates[self.rows[k].row]
