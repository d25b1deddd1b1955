"""What can be seen of a clinic, whether it is a real one or a simulated one that is looked at as a real one would be.

Columns have the names of the tables that a run writes; what cannot be known (true states and events) is not there.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.clinics import Flags, Floats, Rows, Words, groups_of

Column: TypeAlias = NDArray[np.generic] | Words
Columns: TypeAlias = Mapping[str, Column]

UNKNOWN = -2
"""Code of a word that is not known; it is no word of the column, not even by mistake."""

MEASURES = ("wai_goal", "wai_task", "wai_bond", "wai_client", "wai_therapist", "symptoms")
"""Numbers that may be seen in a session."""

REPORTS = ("rupture_client", "rupture_therapist", "rupture_observer")
"""Reports of ruptures that may be seen in a session."""


class ClinicRows(NamedTuple):
    """Rows of clients and of their sessions, by replicate, therapist, client and session.

    Both have the columns `replicate` and `client`; clients are numbered within their replicate. `without` names
    estimands whose columns are there and would mean something else here.
    """

    clients: Columns
    sessions: Columns
    without: frozenset[str] = frozenset()

    @property
    def people(self) -> int:
        """How many client rows there are."""
        return len(number_of(self.clients))


def number_of(columns: Columns) -> Rows:
    """The replicate of every row."""
    column = columns["replicate"]
    assert not isinstance(column, Words)
    return column.astype(np.int64)


def values(columns: Columns, name: str) -> Floats:
    """A column of numbers or flags as floats."""
    column = columns[name]
    if isinstance(column, Words):
        raise TypeError(f"column {name} holds words")
    return column.astype(np.float64, copy=False)


def word(columns: Columns, name: str) -> Words:
    """A column of words."""
    column = columns[name]
    if not isinstance(column, Words):
        raise TypeError(f"column {name} holds no words")
    return column


def known(column: Column) -> Flags:
    """Where a column says something."""
    if isinstance(column, Words):
        return np.asarray(column.codes >= 0)
    return np.isfinite(column) if column.dtype.kind == "f" else np.ones(len(column), bool)


def columns_of(columns: Columns, names: Collection[str]) -> dict[str, Column]:
    """Some columns, all rows."""
    return {name: column for name, column in columns.items() if name in names}


def rows_of(columns: Columns, rows: Rows, names: Collection[str] | None = None) -> dict[str, Column]:
    """Some of the rows, in the order asked for; of all columns or of some."""
    kept = columns if names is None else columns_of(columns, names)
    return {name: c.take(rows) if isinstance(c, Words) else c[rows] for name, c in kept.items()}


def session_ranges(seen: ClinicRows) -> tuple[Rows, Rows]:
    """First session row of every client row, and how many the client has; both tables are in the same order."""
    own = number_of(seen.clients) * (1 << 32) + values(seen.clients, "client").astype(np.int64)
    theirs = number_of(seen.sessions) * (1 << 32) + values(seen.sessions, "client").astype(np.int64)
    found = groups_of(theirs)
    order = np.argsort(own, kind="stable")
    place = order[np.searchsorted(own[order], theirs[found.starts])]
    starts, sizes = np.zeros(len(own), np.int64), np.zeros(len(own), np.int64)
    starts[place], sizes[place] = found.starts, found.sizes
    return starts, sizes


def ranges_of(starts: Rows, sizes: Rows) -> Rows:
    """Row numbers of ranges one after the other, each from its start.

    >>> ranges_of(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(sizes)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - sizes), sizes), np.int64)


def part(seen: ClinicRows, rows: Rows) -> ClinicRows:
    """Some client rows, in order, with their sessions."""
    starts, sizes = session_ranges(seen)
    own = ranges_of(starts[rows], sizes[rows])
    return seen._replace(clients=rows_of(seen.clients, rows), sessions=rows_of(seen.sessions, own))


def ratings(seen: ClinicRows, weeks: int, column: str = "wai_client") -> Floats:
    """A number of sessions as a matrix (clients, weeks): a row a client row, nan where there is none.

    This is what detection of ruptures from ratings takes. Missed sessions and sessions without a rating are nan.
    """
    matrix = np.full((seen.people, weeks), np.nan)
    _, sizes = session_ranges(seen)
    who = np.repeat(np.arange(seen.people), sizes)
    matrix[who, values(seen.sessions, "session").astype(np.int64) - 1] = values(seen.sessions, column)
    return matrix
