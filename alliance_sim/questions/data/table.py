"""A table as rows of sessions and of clients, which remembers of every cell whether and how it was read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.questions.data.characters import without_zeros
from alliance_sim.questions.data.codes import Missing
from alliance_sim.questions.data.mapping import Codes, Plan
from alliance_sim.questions.data.occasions import NO_SESSION, plain_code
from alliance_sim.questions.data.patterns import SESSION, Match, matches
from alliance_sim.questions.data.settings import Items
from alliance_sim.questions.data.sheet import Sheet

Floats = NDArray[np.float64]

READ, AS_NOTHING = "read", "read as empty (codes of data.missing)"
OTHER_ROWS = "in rows of another kind (data.rows)"
MISSED = "in sessions that were missed"
OF_CLIENTS = "in rows that are no session"
OUTSIDE = "at intake, the end or a follow-up, where only symptoms count"
"""What becomes of a cell that is not empty."""


class Line(NamedTuple):
    """A line of a file."""

    number: int
    file: str

    def __str__(self) -> str:
        """The number alone."""
        return str(self.number)


class Row(NamedTuple):
    """A row of a sheet as one session of a client; in a wide table every row of the sheet is several of them."""

    sheet: int  # 0: the table; 1: that of clients
    row: int
    occasion: int | None  # of a wide table; None: the row itself says it
    client: bool = False  # a row of the client, which is no session


class Cell(NamedTuple):
    """Where a cell is."""

    sheet: int
    row: int
    column: str


class Cells(NamedTuple):
    """The cells of one thing in every row: their texts ("" where nothing is said), lines and names of their columns.

    `written` are the texts as they stand in the table, with those that are codes for nothing.
    """

    texts: list[str]
    lines: list[Line]
    names: list[str]
    written: list[str]
    places: list[Cell | None]


class Table:
    """The rows of a table, and of the table of clients beside it."""

    def __init__(self, sheet: Sheet, plan: Plan, people: Sheet | None = None) -> None:
        """Nothing is read yet."""
        self.sheet, self.plan = sheet, plan
        self.sheets = (sheet,) if people is None else (sheet, people)
        self._fates: dict[tuple[int, str], list[str]] = {}
        self.merged: dict[str, int] = {}
        self.read: dict[tuple[int, str], set[str]] = {}  # sheet, column -> the names and patterns by which it is read
        self._measured: list[Cells] = []
        self._matches: dict[str, list[Match]] = {}
        self._texts: dict[tuple[int, str, frozenset[str]], list[str]] = {}
        self.rows = [*self._own_rows(), *(Row(1, row, NO_SESSION, True) for row in range(self._height(1)))]
        self.lines = [Line(self.sheets[row.sheet].lines[row.row], self.sheets[row.sheet].file) for row in self.rows]

    def _height(self, sheet: int) -> int:
        return len(self.sheets[sheet].rows) if sheet < len(self.sheets) else 0

    def _own_rows(self) -> Iterable[Row]:
        """The rows of the table itself."""
        if self.plan.wide:
            slots = [*range(1, self.plan.planned + 1), *(n for *_, n in self.plan.occasions.stated() if n < 0)]
            return [Row(0, row, slot) for row in range(self._height(0)) for slot in slots]
        kinds = self.plan.rows
        if kinds is None:
            return [Row(0, row, None) for row in range(self._height(0))]
        made = []
        self.read[0, kinds.column] = {kinds.column}
        for row, text in enumerate(self.sheet.cells(kinds.column)):
            self._mark(Cell(0, row, kinds.column), text, READ)
            if text in kinds.sessions or plain_code(text) in kinds.sessions:
                made.append(Row(0, row, None))
            elif text in kinds.client or plain_code(text) in kinds.client:
                made.append(Row(0, row, NO_SESSION, True))
            else:
                for name, other in zip(self.sheet.names, self.sheet.rows[row], strict=True):
                    self._mark(Cell(0, row, name), other, OTHER_ROWS)
        return made

    def fates(self, sheet: int, column: str) -> list[str]:
        """What became of the cells of a column, row by row; nothing where no setting read them."""
        if (sheet, column) not in self._fates:
            self._fates[sheet, column] = [""] * self._height(sheet)
        return self._fates[sheet, column]

    def _mark(self, cell: Cell, text: str, fate: str) -> None:
        if text:
            self.fates(cell.sheet, cell.column)[cell.row] = fate

    def matches(self, pattern: str) -> list[Match]:
        """The columns that have the form of a pattern of sessions, and that no setting of clients names."""
        if pattern not in self._matches:
            self._matches[pattern] = matches(pattern, self.plan.free(self.sheet.names))
        return self._matches[pattern]

    def _at(self, match: Match) -> int | None:
        """The occasion that a column is of; None where it is of none."""
        return self.plan.occasions.of(match.session) if match.session else NO_SESSION

    def columns_of(self, pattern: str, item: int | None = None) -> dict[int, str]:
        """The columns of a pattern by the occasion that they are of; occasion 0 for a name without {session}."""
        if SESSION not in pattern and item is None:
            return {NO_SESSION: pattern}
        found = {}
        for match in self.matches(pattern):
            at = self._at(match)
            if at is not None and item in (None, match.item):
                found[at] = match.name
        return found

    def cells(self, pattern: str, item: int | None = None, codes: Codes | None = None, measured: bool = True) -> Cells:
        """The cells of a column of sessions (or of one item of it), in every row; `codes` are never nothing.

        What is not `measured` stays as read where nobody came, such as the statement that nobody came.
        """
        by_occasion = self.columns_of(pattern, item)
        names = [None if row.sheet else by_occasion.get(row.occasion or NO_SESSION) for row in self.rows]
        cells = self._cells(names, pattern, codes)
        if measured:
            self._measured.append(cells)
        return cells

    def every_occasion(self, pattern: str) -> set[int]:
        """The occasions of the columns of a pattern, whatever their item."""
        found = (self._at(match) for match in self.matches(pattern))
        return {at for at in found if at is not None}

    def of_items(self, items: Items) -> tuple[list[Match], list[Match]]:
        """The columns of a pattern of items that the questionnaire has, and those of items that it does not have."""
        if items.of_clients:
            found = matches(items.pattern, [name for sheet in self.sheets for name in sheet.names])
        else:
            found = [match for match in self.matches(items.pattern) if self._at(match) is not None]
        inside = [match for match in found if 1 <= match.item <= items.size]
        return inside, [match for match in found if match not in inside]

    def anything(self) -> Floats:
        """1 where a row says anything of what was measured in sessions, 0 elsewhere."""
        made = np.zeros(len(self.rows))
        for cells in self._measured:
            made[np.array([bool(text) for text in cells.texts], bool)] = 1.0
        return made

    def once(self, name: str, item: int | None = None, codes: Codes | None = None) -> Cells:
        """The cells of a column of clients (or of one item of it), in every row."""
        there = [self._of_clients(name, item, sheet) for sheet in self.sheets]
        return self._cells([there[row.sheet] for row in self.rows], name, codes)

    def _of_clients(self, name: str, item: int | None, sheet: Sheet) -> str | None:
        """The column of a sheet that holds something of clients; None where it has none."""
        if item is None:
            return name if name in sheet.names else None
        return next((match.name for match in matches(name, sheet.names) if match.item == item), None)

    def own_ids(self) -> Cells:
        """The client of every row."""
        plan = self.plan
        if plan.client is None:
            made = self._cells([None] * len(self.rows), "client", None)
            return made._replace(texts=[f"line {line}" for line in made.lines])
        names = [plan.client, plan.people.client if plan.people else ""]
        return self._plain(self._cells([names[row.sheet] for row in self.rows], plan.client, None), plan.client)

    def labels(self, name: str) -> Cells:
        """The same as `once`, for labels: where all of a column are whole numbers, 1.0 is 1."""
        return self._plain(self.once(name), name)

    def _plain(self, cells: Cells, name: str) -> Cells:
        """Labels that are all whole numbers without decimals."""
        plain = {text: without_zeros(text) for text in set(cells.texts)}
        if not all(text.lstrip("+-").isdecimal() for text in plain.values() if text):
            return cells
        several = Counter(plain.values())
        self.merged[name] = sum(1 for text, n in several.items() if n > 1 and text)
        return cells._replace(texts=[plain[text] for text in cells.texts])

    def _cells(self, names: Sequence[str | None], key: str, codes: Codes | None) -> Cells:
        """The cells of one column for each row; none where there is no column."""
        kept = frozenset(code for own in codes.meanings.values() for code in own) if codes else frozenset()
        held = {
            (row.sheet, name): (self._column(row.sheet, name, kept), self._column(row.sheet, name, None))
            for row, name in set(zip((row._replace(row=0, occasion=0) for row in self.rows), names, strict=True))
            if name is not None
        }
        for place in held:
            self.read.setdefault(place, set()).add(key)
        texts: list[str] = []
        written: list[str] = []
        places: list[Cell | None] = []
        for row, name in zip(self.rows, names, strict=True):
            if name is None:
                texts.append("")
                written.append("")
                places.append(None)
            else:
                known, own = held[row.sheet, name]
                texts.append(known[row.row])
                written.append(own[row.row])
                places.append(Cell(row.sheet, row.row, name))
        return Cells(texts, self.lines, [name or key for name in names], written, places)

    def _column(self, sheet: int, name: str, kept: frozenset[str] | None) -> list[str]:
        """The texts of a column without codes for nothing; as they are written where `kept` is None."""
        key = (sheet, name, frozenset({"\0"}) if kept is None else kept)
        if key not in self._texts:
            own = self.sheets[sheet].cells(name)
            if kept is not None:
                own = self._known(sheet, name, own, kept, self.plan.missing)
            self._texts[key] = own
        return self._texts[key]

    def _known(self, sheet: int, name: str, texts: list[str], kept: frozenset[str], missing: Missing) -> list[str]:
        """Texts without those that stand for nothing; every one is marked as read."""
        nothing, fates = missing.of(name), self.fates(sheet, name)
        said = {
            text: bool({text, plain_code(text)} & kept) or not {text, plain_code(text)} & nothing for text in set(texts)
        }
        for row, text in enumerate(texts):
            if text and fates[row] not in (OTHER_ROWS, READ):
                fates[row] = READ if said[text] else AS_NOTHING
        return [text if said[text] else "" for text in texts]

    def set_aside(self, rows: Iterable[int], reason: str, but: Iterable[str] = ()) -> None:
        """Remember that what was measured in some rows does not count, `but` for the columns of some patterns."""
        kept = {match.name for pattern in but for match in matches(pattern, self.sheet.names)}
        chosen = list(rows)
        for cells in self._measured:
            for row in chosen:
                place = cells.places[row]
                if place is not None and place.column not in kept:
                    fates = self.fates(place.sheet, place.column)
                    if fates[place.row] == READ:
                        fates[place.row] = reason
