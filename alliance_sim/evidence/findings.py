"""Published findings, as they stand in findings.csv: what was measured, how surely, by whom."""

import csv
import math
import re
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, get_args

Tier = Literal["fit", "validate", "context", "retired"]
"""fit: may set parameters; validate: a check; context: shown, in no count; retired: superseded, in no statistic."""

TIERS: tuple[Tier, ...] = get_args(Tier)

ONLY_DIRECTION = "only the direction was verified"


class PublishedNumber(NamedTuple):
    """One published number; most findings have one, some have two or three."""

    value: float  # nan where only a direction was published
    low: float  # 95 % interval (or range over studies); nan where none was published
    high: float

    @property
    def bounded(self) -> bool:
        """Whether an interval was published."""
        return math.isfinite(self.low) and math.isfinite(self.high)


class Finding(NamedTuple):
    """A row of findings.csv: what a field has measured."""

    id: str
    tier: Tier
    seen: bool  # whether it was looked at while rules were chosen
    quantity: str
    statistic: str  # r, d, %, direction, ...
    printed: str  # the value as it is printed in the file
    parts: tuple[PublishedNumber, ...]
    studies: int | None  # k; the first where several numbers were given
    people: int | None  # n, clients in all; the least where the file says "more than"
    source: str
    year: str
    doi: str
    status: str  # how well the number was verified
    read_at: str  # where it was read, with what was judged
    estimand: str
    remark: str  # for a retired finding the reason, for others what to mind

    @property
    def verified(self) -> str:
        """What of it was verified, in words: the number, the direction alone, or nothing."""
        if self.status.startswith("direction"):
            return ONLY_DIRECTION
        return "not verified" if self.status.startswith("unverified") else "the number was verified"


def published(tier: Tier | None = None) -> tuple[Finding, ...]:
    """The published findings in the order of the file; those of one tier only, if one is named."""
    return tuple(finding for finding in _by_id().values() if tier is None or finding.tier == tier)


def finding(name: str) -> Finding:
    """The published finding of an id. Raises KeyError where there is none."""
    return _by_id()[name]


@cache
def _by_id() -> dict[str, Finding]:
    return {row["id"]: _finding(row) for row in _in_full(rows("findings.csv"))}


def _in_full(short: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows with what they take from others written out: "the same" and "same" (the row before), "as N50"."""
    made: dict[str, dict[str, str]] = {}
    before: dict[str, str] = {}
    for row in short:
        quantity, source = row["quantity"], row["source"]
        if quantity.startswith("the same, "):
            quantity = before["quantity"].partition(",")[0] + quantity.removeprefix("the same")
        if source.startswith("same"):
            source = before["source"] + source.removeprefix("same").removeprefix(" study")
        elif source.startswith("as "):
            source = made[source.removeprefix("as ")]["source"]
        before = made[row["id"]] = {**row, "quantity": quantity, "source": source}
    return list(made.values())


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of this package, by the names of its columns."""
    text = files("alliance_sim.evidence").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _finding(row: dict[str, str]) -> Finding:
    """A row as a finding. Raises ValueError for numbers that cannot be read."""
    read = {
        "seen": row["seen"] == "yes",
        "printed": row["value"],
        "parts": parts_of(row["value"], row["low"], row["high"]),
        "studies": _whole(row["k"]),
        "people": _whole(row["n"]),
    }
    return Finding(**({field: row.get(field) for field in Finding._fields} | read))  # type: ignore[arg-type]


_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"
_WITH_SD = re.compile(rf"({_NUMBER}) \(({_NUMBER})\)")  # mean (SD)
_RANGE = re.compile(r"\D*?((?:\d+\.?\d*|\.\d+))–((?:\d+\.?\d*|\.\d+))")  # named in words: task–goal .8–.9
_DIVIDER = re.compile(r" / |; ")


def parts_of(value: str, low: str = "", high: str = "") -> tuple[PublishedNumber, ...]:
    """The numbers of a printed value.

    Parts are divided by " / " or by "; ", or are a mean and its SD in brackets. A part is a number or a range named in
    words. Intervals are divided in the same way; a single one belongs to the first part. A direction ("+" or "-") is
    an interval that begins, or ends, at zero. Raises ValueError for a text that is none of these, and for an interval
    that does not hold its value.

    >>> parts_of(".28 / .16")[1].value
    0.16
    >>> parts_of(".56; 10.7", ".44; 8.2", ".66; 12.1")[1]
    PublishedNumber(value=10.7, low=8.2, high=12.1)
    >>> parts_of("task–goal .8–.9; bond–others .6–.8")[0]
    PublishedNumber(value=0.8500000000000001, low=0.8, high=0.9)
    >>> parts_of("+").__repr__()
    '(PublishedNumber(value=nan, low=0.0, high=inf),)'
    """
    if value in ("+", "-"):
        if low or high:
            raise ValueError("a direction with an interval")
        return (
            PublishedNumber(math.nan, 0.0, math.inf) if value == "+" else PublishedNumber(math.nan, -math.inf, 0.0),
        )
    pair = _WITH_SD.fullmatch(value)
    pieces = pair.groups() if pair else _DIVIDER.split(value)
    lows, highs = _bounds(low, len(pieces)), _bounds(high, len(pieces))
    return tuple(_part(*cell) for cell in zip(pieces, lows, highs, strict=True))


def _bounds(text: str, count: int) -> list[float]:
    """One end of the interval of each of some parts; nan where none was printed."""
    known = [_number(piece) for piece in _DIVIDER.split(text)] if text else []
    if len(known) not in (0, 1, count):
        raise ValueError(f"{len(known)} bounds for {count} numbers: {text!r}")
    return known + [math.nan] * (count - len(known))


def _part(piece: str, low: float, high: float) -> PublishedNumber:
    span = _RANGE.fullmatch(piece)
    if span:
        low, high = float(span[1]), float(span[2])
    part = PublishedNumber((low + high) / 2.0 if span else _number(piece), low, high)
    if math.isfinite(low) != math.isfinite(high):
        raise ValueError(f"half an interval for {piece!r}")
    if part.bounded and not low <= part.value <= high:
        raise ValueError(f"{piece!r} is outside of its interval")
    return part


def _number(text: str) -> float:
    if not re.fullmatch(_NUMBER, text):
        raise ValueError(f"{text!r} is no number")
    return float(text)


def _whole(text: str) -> int | None:
    """The first whole number in a text such as >30000 or "10 patients, 187 sessions"; None without one."""
    found = re.search(r"\d+", text)
    return int(found[0]) if found else None
