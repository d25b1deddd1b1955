"""Tables of results for readers: chosen estimates with intervals, differences, and what separate groups would find."""

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimates.long import records
from alliance_sim.estimates.notation import digits_for, shown
from alliance_sim.estimates.result import Result, result
from alliance_sim.report.lookup import Lookup
from alliance_sim.report.naming import factor_label, varied_in
from alliance_sim.scenario import Experiment
from alliance_sim.stats.numbers import interval, number, setting

ROWS = pd.read_csv(Path(__file__).with_name("tables.csv")).groupby("table")["estimate"].agg(list)
"""Estimates in the rows of each table; `emerged`: those that no setting states, which come out of the rules."""

NULL_BAND = "… null band"
MOST_INTERACTIONS = 60


class ReportTable(NamedTuple):
    """A table: its name (tables.j2 has caption and note), the head of each column, rows (head of the row first)."""

    name: str
    head: list[str]
    rows: list[list[str]]


def tables(look: Lookup, experiment: Experiment) -> list[ReportTable]:
    """All tables that have a row."""
    arms = [arm for arm in experiment.arms if arm in set(look.table["arm"])]
    base = experiment.baseline
    others = [arm for arm in arms if arm != base]
    studies = ["single clinics, with twins", "two separate clinics"]
    separate = ["difference", "Monte-Carlo error", *studies, "gain by twins"]
    depends = ["setting", "how much larger", "Monte-Carlo error"]
    made = [
        ("outcome", arms, _by_arm(look, ROWS["outcome"], arms)),
        ("ruptures", arms, _by_arm(look, ROWS["ruptures"], arms)),
        ("falls", arms, _falls(look, arms)),
        ("differences", separate, _differences(look, others, base)),
        ("twins", others, _by_arm(look, ROWS["twins"], others, "contrast")),
        ("interactions", depends, list(_interactions(look, experiment))[:MOST_INTERACTIONS]),
        ("slopes", ["setting", "per unit", "from lowest to highest", "sampled"], _slopes(look, arms, experiment)),
    ]
    return [ReportTable(name, ["", *head], kept) for name, head, rows in made if (kept := list(rows))]


def _by_arm(look: Lookup, names: Sequence[str], arms: list[str], kind: str = "level") -> Iterator[list[str]]:
    """A row per estimate, a column per arm."""
    for name in names:
        cells = [look.overall(kind, name, arm) for arm in arms]
        if any(cell and cell.estimate.known for cell in cells):
            yield [_head(name), *(_cell(cell) for cell in cells)]


def _falls(look: Lookup, arms: list[str]) -> Iterator[list[str]]:
    """What a criterion takes for ruptures, and below it the band that it would find if nothing had happened."""
    for name in ROWS["falls"]:
        for row in _by_arm(look, [name], arms):
            null = [look.overall("level", name.replace("_pct", "_null_pct"), arm) for arm in arms]
            yield row
            yield [NULL_BAND, *(_band(cell) for cell in null)]


def _band(row: Result | None) -> str:
    """A null with the interval of its mean and the middle 95 % of single clinics."""
    if row is None or not row.estimate.known:
        return "–"
    return f"{_cell(row)} ({number(row.single[0], 0)} to {number(row.single[1], 0)})"


def _head(name: str) -> str:
    """An estimate with its unit."""
    each = BY_NAME[name]
    return each.label if each.unit == "r" else f"{each.label}, {each.unit}"


def _cell(row: Result | None) -> str:
    """Value and interval; the unit is in the head of the row."""
    return shown(row.estimate, unit=False) if row and row.estimate.known else "–"


def _differences(look: Lookup, arms: list[str], base: str) -> Iterator[list[str]]:
    """Arms minus the baseline, with every kind of error."""
    for arm, name in product(arms, ROWS["differences"]):
        row = look.overall("contrast", name, arm)
        if row and row.estimate.known:
            apart, digits = look.apart(name, arm, base), digits_for(row.estimate)
            yield [
                f"{arm}: {_head(name)}",
                shown(row.estimate, signed=True, unit=False),
                number(row.estimate.error, digits + 1),
                interval(*row.single, digits),
                interval(apart.low, apart.high, digits),
                number(row.variance_ratio, 1 if row.variance_ratio < 10 else 0),
            ]


def _interactions(look: Lookup, experiment: Experiment) -> Iterator[list[str]]:
    """How differences depend on the settings of factors."""
    for name in ROWS["slopes"]:
        for row in records(look.rows("interaction", name)):
            factor, one = varied_in(row, experiment), result(row).estimate
            if one.known:
                first = str(row["baseline"]).rpartition("=")[2]
                yield [
                    f"{row['arm']}: {BY_NAME[name].label}",
                    f"{factor_label(experiment, factor)} {setting(row[factor])} against {first}",
                    shown(one, signed=True, unit=False),
                    number(one.error, digits_for(one) + 1),
                ]


def _slopes(look: Lookup, arms: list[str], experiment: Experiment) -> Iterator[list[str]]:
    """What sampled numbers bring, per unit and from the lowest to the highest that was sampled."""
    for name, arm in product(ROWS["slopes"] if experiment.sampled else (), arms):
        for row in records(look.rows("slope", name, arm)):
            column, one = str(row["baseline"]).removeprefix("per unit of "), result(row).estimate
            if column in experiment.sampled and one.known:
                values = [float(point.sampled[column]) for point in experiment.points]
                low, high = min(values), max(values)
                yield [
                    f"{arm}: {BY_NAME[name].label}",
                    factor_label(experiment, column),
                    shown(one, signed=True, digits=3, unit=False),
                    shown(one.times(high - low), signed=True, unit=False),
                    f"{setting(low)} to {setting(high)}",
                ]
