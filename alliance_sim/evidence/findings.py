"""Published findings, as they stand in findings.csv: what was measured, how surely, by whom."""

import csv
import math
import re
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

Tier = Literal["fit", "validate"]


class Part(NamedTuple):
    """One published number; most findings have one, some have two or three."""

    value: float  # nan where only a direction, or the absence of an effect, was published
    low: float  # 95 % interval (or range over studies); nan where none was published
    high: float

    @property
    def bounded(self) -> bool:
        """Whether an interval was published."""
        return math.isfinite(self.low) and math.isfinite(self.high)


class Finding(NamedTuple):
    """A row of findings.csv: what a field has measured."""

    id: str
    tier: Tier  # fit: may set parameters; validate: checks only
    quantity: str
    statistic: str  # r, d, %, direction, ...
    printed: str  # the value as it is printed in the file
    parts: tuple[Part, ...]
    studies: int | None  # k, where one number was given
    people: int | None  # n, clients in all; the least where the file says "more than"
    source: str
    year: str
    doi: str
    status: str  # how well the number was verified
    estimand: str


def published(tier: Tier | None = None) -> tuple[Finding, ...]:
    """The published findings in the order of the file; those of one tier only, if one is named."""
    return tuple(finding for finding in _all() if tier is None or finding.tier == tier)


@cache
def _all() -> tuple[Finding, ...]:
    return tuple(_finding(row) for row in rows("findings.csv"))


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of this package, by the names of its columns."""
    text = files("alliance_sim.evidence").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _finding(row: dict[str, str]) -> Finding:
    tier: Tier = "fit" if row["tier"] == "fit" else "validate"
    return Finding(
        row["id"],
        tier,
        row["quantity"],
        row["statistic"],
        row["value"],
        parts_of(row["value"], row["low"], row["high"]),
        _whole(row["k"]),
        _whole(row["n"]),
        row["source"],
        row["year"],
        row["doi"],
        row["status"],
        row["estimand"],
    )


_NUMBER = r"[-+]?\d*\.?\d+"


def parts_of(value: str, low: str = "", high: str = "") -> tuple[Part, ...]:
    """The numbers of a printed value.

    Parts are divided by " / ", by ";" (each a range, named in words) or by brackets, as in mean (SD). The interval
    belongs to the first part. A direction ("+" or "-") is an interval that begins, or ends, at zero; "null" has no
    number.

    >>> parts_of(".28 / .16")[1].value
    0.16
    >>> parts_of("task .8–.9; bond .6–.8")[0]
    Part(value=0.8500000000000001, low=0.8, high=0.9)
    >>> parts_of("+").__repr__()
    '(Part(value=nan, low=0.0, high=inf),)'
    """
    if value == "+":
        return (Part(math.nan, 0.0, math.inf),)
    if value == "-":
        return (Part(math.nan, -math.inf, 0.0),)
    if ";" in value:
        return tuple(_range(piece) for piece in value.split(";"))
    numbers = [float(piece) for piece in re.findall(_NUMBER, value)]
    bounds = Part(math.nan, float(low) if low else math.nan, float(high) if high else math.nan)
    if not numbers:
        return (bounds,)
    return (bounds._replace(value=numbers[0]), *(Part(number, math.nan, math.nan) for number in numbers[1:]))


def _range(piece: str) -> Part:
    low, high = (float(number) for number in re.findall(r"\d*\.?\d+", piece))
    return Part((low + high) / 2.0, low, high)


def _whole(text: str) -> int | None:
    """The first whole number in a text such as >30000 or "10 patients, 187 sessions"; None without one."""
    found = re.search(r"\d+", text)
    return int(found[0]) if found else None
