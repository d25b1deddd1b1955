"""What an estimand is: a question that every replicate answers with one number."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from alliance_sim.estimands.clinics import Clinics, Floats


class Estimand(NamedTuple):
    """One number per replicate, from the rows of one table of one design point."""

    name: str  # short name, as in estimates.csv
    label: str  # as a reader would call it
    unit: str
    better: int  # 1 when more is better for the client, -1 when less is, 0 when neither
    table: Literal["clients", "sessions", "null"]  # null: sessions of the same world without consequences of ruptures
    columns: tuple[str, ...]  # what `measure` reads, beside replicate
    measure: Callable[[Clinics], Floats]
    meaning: str  # population, quantity, time and summary, in one sentence
    fisher: bool = False  # a correlation: pooled on Fisher's z


class TwinEstimand(NamedTuple):
    """One number per replicate, from the rows of an arm and of the baseline at the same setting: twins."""

    name: str
    label: str
    unit: str
    better: int
    table: Literal["clients", "sessions"]
    columns: tuple[str, ...]
    measure: Callable[[Clinics, Clinics], Floats]  # (arm, baseline)
    meaning: str
