"""What an estimand is: a question that every replicate answers with one number. Its words are in estimands.csv."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

from alliance_sim.estimands.clinics import Clinics, Floats


@cache
def words() -> dict[tuple[str, str], tuple[str, str]]:
    """Label and meaning of each estimand, by what it is of (run, twins, ratings, service) and its name."""
    with Path(__file__).with_name("estimands.csv").open(encoding="utf-8", newline="") as stream:
        return {(row["of"], row["name"]): (row["label"], row["meaning"]) for row in csv.DictReader(stream)}


@dataclass(frozen=True)
class Described:
    """A number with a name, a unit and, in estimands.csv, the words for it."""

    of: ClassVar[str]

    name: str  # short name, as in estimates.csv
    unit: str
    better: int  # 1 when more is better for the client, -1 when less is, 0 when neither

    @property
    def label(self) -> str:
        """The number as a reader would call it."""
        return self._words()[0]

    @property
    def meaning(self) -> str:
        """Population, quantity, time and summary, in one sentence."""
        return self._words()[1]

    def _words(self) -> tuple[str, str]:
        """Label and meaning. Raises KeyError that says which row is missing."""
        if (self.of, self.name) not in words():
            raise KeyError(f"estimands.csv has no row {self.of},{self.name} with its label and meaning")
        return words()[self.of, self.name]


@dataclass(frozen=True)
class Estimand(Described):
    """One number per replicate, from the rows of one table of one design point."""

    of: ClassVar[str] = "run"

    table: Literal["clients", "sessions", "null"]  # null: sessions of the same scenario, ruptures without consequences
    columns: tuple[str, ...]  # what `measure` reads, and the replicate
    measure: Callable[[Clinics], Floats]
    fisher: bool = False  # a correlation: pooled on Fisher's z


@dataclass(frozen=True)
class TwinEstimand(Described):
    """One number per replicate, from the rows of an arm and of the baseline at the same setting: twins."""

    of: ClassVar[str] = "twins"

    table: Literal["clients", "sessions"]
    columns: tuple[str, ...]
    measure: Callable[[Clinics, Clinics], Floats]  # (arm, baseline)
