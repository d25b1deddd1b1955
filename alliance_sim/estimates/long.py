"""The long table of estimates: key columns, then value, low, high, error and unit; asked by key."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from alliance_sim.stats.estimate import UNKNOWN, Estimate

NUMBERS = Estimate._fields
"""The last columns of every long table."""

Key = str | float | int | bool
"""What a row is found by; a key that a row does not have is "" or nan."""

Keyed = Iterator[tuple[Mapping[str, Any], Estimate]]
"""Estimates, each with its keys: what the parts of an analysis give."""


@dataclass(frozen=True)
class Row:
    """One estimate and the keys that it has."""

    key: Mapping[str, Any]
    estimate: Estimate

    def __getitem__(self, name: str) -> Any:
        """A key by its name."""
        return self.key[name]


class Estimates:
    """A long table of estimates."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame.reset_index(drop=True)
        self._by_keys: dict[tuple[str, ...], dict[tuple[Any, ...], list[Estimate]]] = {}

    @classmethod
    def of(cls, rows: Iterable[tuple[Mapping[str, Key], Estimate]]) -> "Estimates":
        """A table of estimates with their keys; a key that a row lacks is left empty."""
        made = [{**key, **estimate._asdict()} for key, estimate in rows]
        names = list(dict.fromkeys(name for row in made for name in row if name not in NUMBERS))
        frame = pd.DataFrame(made, columns=[*names, *NUMBERS])
        for name in names:  # texts are "" where a row lacks them; numbers are nan
            if any(isinstance(value, str) for value in frame[name]):
                frame[name] = frame[name].fillna("")
        return cls(frame)

    @classmethod
    def together(cls, *tables: "Estimates") -> "Estimates":
        """Several tables one below the other."""
        return cls.of((row.key, row.estimate) for table in tables for row in table)

    @classmethod
    def read(cls, file: Any) -> "Estimates":
        """The table of an estimates.csv."""
        frame = pd.read_csv(file, keep_default_na=False, na_values={name: [""] for name in NUMBERS[:-1]})
        for name in [name for name in frame.columns if name not in NUMBERS]:  # a key of numbers that some rows lack
            stated = frame[name] != ""
            numbers = pd.to_numeric(frame[name].where(stated, None), errors="coerce")
            if not stated.all() and (numbers.notna() == stated).all():
                frame[name] = numbers
        return cls(frame)

    @property
    def keys(self) -> list[str]:
        """The key columns."""
        return [name for name in self.frame.columns if name not in NUMBERS]

    def where(self, **key: Key) -> "Estimates":
        """The rows with these keys, in their order; none is an empty table."""
        frame = self.frame
        for name, value in key.items():
            frame = frame[frame[self._column(name)] == value]
        return Estimates(frame)

    def one(self, **key: Key) -> Estimate:
        """The one estimate with these keys. Raises KeyError that lists the keys there are."""
        found = self._with(key)
        if len(found) != 1:
            there = {name: self.options(name) for name in key}
            raise KeyError(f"{len(found)} estimates with {key}; there are {there}")
        return found[0]

    def get(self, **key: Key | None) -> Estimate:
        """The one estimate with these keys; unknown where there is none. Raises KeyError where there are several."""
        found = self._with(key)
        if len(found) > 1:
            raise KeyError(f"{len(found)} estimates with {key}")
        return found[0] if found else UNKNOWN

    def several(self, abouts: Iterable[str], **key: Key | None) -> dict[str, Estimate]:
        """What they say of the same thing: the estimates with these keys by their key `about`."""
        return {about: self.get(about=about, **key) for about in abouts}

    def wide(self, by: Sequence[str], across: str = "about", **key: Key) -> list[dict[str, Any]]:
        """A row for each combination of the keys `by`, in order, with its estimates by their key `across`.

        Of the estimates with all of these keys, the given ones, and no others.
        """
        rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in self.where(**key):
            if set(row.key) == {*by, across, *key}:
                here = tuple(row[name] for name in by)
                rows.setdefault(here, dict(zip(by, here, strict=True)))[row[across]] = row.estimate
        return list(rows.values())

    def _with(self, key: Mapping[str, Any]) -> list[Estimate]:
        """The estimates with some keys, by a dictionary of all rows that is made once for each set of names."""
        names = tuple(key)
        if names not in self._by_keys:
            columns = [self.frame[name].tolist() if name in self.frame else [None] * len(self) for name in names]
            found = self._by_keys.setdefault(names, {})
            for k, row in enumerate(self):
                found.setdefault(tuple(column[k] for column in columns), []).append(row.estimate)
        return self._by_keys[names].get(tuple(key.values()), [])

    def options(self, name: str) -> list[Any]:
        """The values of a key, in the order of the table; rows without it do not count."""
        values = dict.fromkeys(self.frame[self._column(name)].tolist())
        return [value for value in values if value != "" and not (isinstance(value, float) and math.isnan(value))]

    def _column(self, name: str) -> str:
        if name not in self.frame.columns:
            raise KeyError(f"no key {name!r}; there are {', '.join(self.keys)}")
        return name

    def __len__(self) -> int:
        """How many estimates there are."""
        return len(self.frame)

    def __iter__(self) -> Iterator[Row]:
        """The rows in order; a row has only the keys that are not empty in it."""
        for record in self.frame.to_dict("records"):
            value, low, high, error = (float(record[name]) for name in NUMBERS[:-1])
            numbers = Estimate(value, low, high, error, str(record["unit"]))
            key = {str(name): value for name, value in record.items() if name not in NUMBERS and _stated(value)}
            yield Row(key, numbers)


def _stated(value: Any) -> bool:
    return value != "" and not (isinstance(value, float) and math.isnan(value))


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as plain mappings."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
