"""Rows of whole simulated clinics (replicates), and small statistics of each of them at once.

Columns are arrays; statistics give one number per clinic, in the order of `numbers`. What a clinic does not define
(no ruptures, no spread) is nan. Sums run over the rows in their order, so that the same rows give the same bits.
"""

from collections.abc import Callable, Collection, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = NDArray[np.int64]


class Words(NamedTuple):
    """A column of words: a code for each row, and what the codes mean."""

    codes: NDArray[np.integer]
    names: list[str]

    def are(self, word: str) -> Flags:
        """Where the column has this word."""
        code = self.names.index(word) if word in self.names else -1
        return np.asarray(self.codes == code)

    def take(self, rows: Rows) -> "Words":
        """Some of the rows."""
        return Words(self.codes[rows], self.names)


class Groups(NamedTuple):
    """Groups of consecutive rows: where each begins, and how many rows it has."""

    starts: Rows
    sizes: Rows

    def sums(self, values: NDArray[np.generic]) -> Floats:
        """Sum of each group, nan counted as nothing."""
        if len(self.starts) == 0:
            return np.empty(0)
        if values.dtype == np.bool_:  # counts are the same in whole numbers, and cheaper
            return np.asarray(np.add.reduceat(values, self.starts, dtype=np.int32), np.float64)
        numbers = values.astype(np.float64, copy=False)
        gaps = np.isnan(numbers)
        if gaps.any():
            numbers = np.where(gaps, 0.0, numbers)
        return np.asarray(np.add.reduceat(numbers, self.starts), np.float64)

    def means(self, values: Floats) -> Floats:
        """Mean of each group, nan left out; nan for a group without a number."""
        return divided(self.sums(values), self.sums(np.isfinite(values)))


def divided(above: Floats, below: Floats) -> Floats:
    """Above / below, nan where below is not positive."""
    result: Floats = np.full(above.shape, np.nan)
    np.divide(above, below, out=result, where=below > 0)
    return result


def mean_by_code(values: Floats, codes: Rows, count: int) -> Floats:
    """Mean of the values of each code from 0 to count - 1 (count,); nan without any."""
    sums, n = np.bincount(codes, values, count), np.bincount(codes, minlength=count)
    return divided(sums.astype(np.float64), n.astype(np.float64))


def among(numbers: Rows, some: Rows, values: Floats | None) -> Floats:
    """Numbers of some replicates (`values`; None: of none of them) among all `numbers`, in order; nan elsewhere."""
    if values is not None and len(some) == len(numbers):
        return values
    found: Floats = np.full(len(numbers), np.nan)
    if values is not None:
        found[np.searchsorted(numbers, some)] = values
    return found


def groups_of(*keys: NDArray[np.generic]) -> Groups:
    """Groups of consecutive rows that agree in all keys."""
    n = len(keys[0])
    new = np.arange(n) == 0
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    starts = np.flatnonzero(new)
    return Groups(starts, np.diff(np.append(starts, n)))


Column: TypeAlias = NDArray[np.generic] | Words
"""Numbers, flags or words, one a row."""


class Clinics:
    """Rows of whole clinics, sorted by replicate (and within it by therapist, client and session).

    A column may be given as a function without arguments, which makes it once it is asked for. Raises ValueError when
    rows are not sorted by replicate.
    """

    def __init__(self, columns: Mapping[str, Column | Callable[[], Column]]) -> None:
        self._columns = dict(columns)
        self._shared: dict[Callable[[Clinics], Floats], Floats] = {}
        self.replicate: Rows = self.array("replicate").astype(np.int64, copy=False)
        if np.any(self.replicate[1:] < self.replicate[:-1]):
            raise ValueError("rows must be sorted by replicate")

    @classmethod
    def from_arrow(cls, table: "pa.Table") -> "Clinics":
        """The rows of a table; dictionary-encoded and string columns become words."""
        import pyarrow as pa

        columns: dict[str, NDArray[np.generic] | Words] = {}
        for name in table.column_names:
            column = table[name].combine_chunks()
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                column = column.dictionary_encode()
            if isinstance(column, pa.DictionaryArray):
                columns[name] = Words(column.indices.to_numpy(), [str(word) for word in column.dictionary.to_pylist()])
            else:
                columns[name] = column.to_numpy(zero_copy_only=False)
        return cls(columns)

    @classmethod
    def from_frame(cls, frame: "pd.DataFrame") -> "Clinics":
        """The rows of a frame."""
        import pyarrow as pa

        return cls.from_arrow(pa.Table.from_pandas(frame, preserve_index=False))

    def __len__(self) -> int:
        return len(self.replicate)

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def _column(self, name: str) -> Column:
        column = self._columns[name]
        if callable(column):
            column = self._columns[name] = column()
        return column

    def array(self, name: str) -> NDArray[np.generic]:
        """A column that is no words, as it is."""
        column = self._column(name)
        if isinstance(column, Words):
            raise TypeError(f"column {name} holds words")
        return column

    def floats(self, name: str) -> Floats:
        """A column of numbers, nan where not known."""
        return self.array(name).astype(np.float64, copy=False)

    def flags(self, name: str) -> Flags:
        """A column that is true or false."""
        return self.array(name).astype(bool, copy=False)

    def words(self, name: str) -> Words:
        """A column of words."""
        column = self._column(name)
        if not isinstance(column, Words):
            raise TypeError(f"column {name} holds no words")
        return column

    def take(self, rows: Rows, names: Collection[str] | None = None) -> "Clinics":
        """Some of the rows, in order; of all columns, or of some and those that number clinics."""
        kept = (n for n in self._columns if names is None or n in names or n in ("replicate", "seed"))
        return Clinics({name: partial(self._taken, name, rows) for name in kept})

    def _taken(self, name: str, rows: Rows) -> Column:
        column = self._column(name)
        return column.take(rows) if isinstance(column, Words) else column[rows]

    def of(self, replicates: Rows) -> "Clinics":
        """The rows of some replicates; the rows themselves where these are all."""
        if np.array_equal(self.numbers, replicates):
            return self
        return self.take(np.flatnonzero(np.isin(self.replicate, replicates)))

    @cached_property
    def groups(self) -> Groups:
        """Rows of one clinic each."""
        return groups_of(self.replicate)

    @cached_property
    def numbers(self) -> Rows:
        """Number (replicate) of each clinic."""
        return self.replicate[self.groups.starts]

    @cached_property
    def seeds(self) -> Rows:
        """The number that each clinic was simulated with: the column `seed`, where clinics are numbered anew."""
        return self.array("seed")[self.groups.starts].astype(np.int64) if "seed" in self else self.numbers

    @cached_property
    def clinic_of_row(self) -> Rows:
        """Place of each row's clinic in `numbers`."""
        return np.repeat(np.arange(len(self.numbers)), self.groups.sizes)

    @cached_property
    def client_codes(self) -> Rows:
        """One whole number for each (replicate, client) of the rows."""
        return self.replicate * (1 << 32) + self.array("client").astype(np.int64)

    @cached_property
    def clients(self) -> Groups:
        """Rows of one client each; rows must be in order of client."""
        return groups_of(self.client_codes)

    def once(self, make: "Callable[[Clinics], Floats]") -> Floats:
        """What `make` gives for these rows; made once, for all that ask for it."""
        if make not in self._shared:
            self._shared[make] = make(self)
        return self._shared[make]

    def mean(self, values: Floats) -> Floats:
        """Mean of the values of each clinic, nan left out; in their own unit."""
        return self.groups.means(values)

    def total(self, values: NDArray[np.generic]) -> Floats:
        """Sum of the values of each clinic, nan left out."""
        return self.groups.sums(values)

    def sd(self, values: Floats) -> Floats:
        """Standard deviation (n - 1) of the values of each clinic; nan for fewer than two."""
        off = self.centred(values)
        return np.sqrt(divided(self.total(off * off), self.total(np.isfinite(values)) - 1.0))

    def percent(self, happened: NDArray[np.generic], among: NDArray[np.generic]) -> Floats:
        """100 * sum(happened) / sum(among) of each clinic; nan where the second sum is 0."""
        return 100.0 * divided(self.total(happened), self.total(among))

    def percent_of_rows(self, happened: Flags) -> Floats:
        """Percentage of each clinic's rows in which something happened."""
        return 100.0 * self.total(happened) / self.groups.sizes

    def centred(self, values: Floats) -> Floats:
        """Values minus the mean of their clinic."""
        return values - np.repeat(self.mean(values), self.groups.sizes)

    def _both_centred(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Both centred in each clinic, over rows where both are known."""
        return self.centred(np.where(np.isnan(y), np.nan, x)), self.centred(np.where(np.isnan(x), np.nan, y))

    def correlation(self, x: Floats, y: Floats) -> Floats:
        """Pearson correlation of each clinic, over rows where both are known; nan where one does not vary."""
        a, b = self._both_centred(x, y)
        return divided(self.total(a * b), np.sqrt(self.total(a * a) * self.total(b * b)))

    def residual(self, y: Floats, x: Floats) -> Floats:
        """What is left of y after least squares on x within each clinic (intercept included)."""
        a, b = self._both_centred(x, y)
        slope = np.nan_to_num(divided(self.total(a * b), self.total(a * a)))
        return b - a * np.repeat(slope, self.groups.sizes)

    def mean_at(self, rows: Rows, values: Floats) -> Floats:
        """Mean of values that belong to some of the rows, of each clinic, nan left out; nan without any."""
        known = np.isfinite(values)
        return mean_by_code(values[known], self.clinic_of_row[rows[known]], len(self.numbers))
