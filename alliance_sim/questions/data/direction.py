"""Scales on which higher is better: turned round within their ends where they are read, back where they are shown.

The model knows symptoms, of which more is worse. A score of 30 on a scale of 0 to 40 on which higher is better counts
as 10, so that change, recovery and correlations have their signs; means in points are shown as the clinic knows them.
"""

from collections.abc import Mapping

import pandas as pd

from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.estimated import Estimated
from alliance_sim.estimands.seen import Column, Columns, values
from alliance_sim.law.rating import SymptomScale

SCORES = ("symptoms", "symptoms_intake", "symptoms_end", "symptoms_last")
"""Columns of scores in points."""

IN_POINTS = ("symptoms_intake", "symptoms_end")
"""Estimates in points."""

AT = "@"
"""Between a quantity and its session in the names of columns."""

HIGHER_IS_BETTER = "on this scale higher is better"


def label_of(name: str, label: str, higher_is_better: bool) -> str:
    """The label of an estimate; of one in points it says which way the scale goes, if higher is better."""
    return f"{label} (higher is better)" if higher_is_better and name in IN_POINTS else label


def turned(columns: Columns, scale: SymptomScale) -> dict[str, Column]:
    """The same columns with scores turned round within the ends of their scale."""
    ends = scale.low + scale.high
    return {name: ends - values(columns, name) if name in SCORES else column for name, column in columns.items()}


def in_own_points(own: Estimated, scale: SymptomScale) -> Estimated:
    """Estimates that were made of scores turned round, in the points of the scale as it is."""
    ends = scale.low + scale.high
    estimates, courses = own.estimates.copy(), own.courses.copy()
    points = estimates["estimate"].isin(IN_POINTS)
    level = points & (estimates["kind"] == "level")
    _turn(estimates, level, ends)
    _turn(estimates, points & ~level, 0.0)
    estimates.loc[points, "meaning"] += f"; {HIGHER_IS_BETTER}"
    _turn(courses, courses["quantity"] == "symptoms", ends)
    return own._replace(estimates=estimates, courses=courses)


def measured_in_own_points(columns: Mapping[str, Floats], scale: SymptomScale) -> dict[str, Floats]:
    """What was measured on simulated clinics, in the points of the scale as it is."""
    ends = scale.low + scale.high
    return {
        name: ends - column if name in IN_POINTS or name.startswith(f"symptoms{AT}") else column
        for name, column in columns.items()
    }


def _turn(table: pd.DataFrame, rows: "pd.Series[bool]", ends: float) -> None:
    """Turn value and interval of some rows round: `ends` is the sum of the scale's ends, 0 for differences."""
    low = table.loc[rows, "low"]
    table.loc[rows, "value"] = ends - table.loc[rows, "value"]
    table.loc[rows, "low"] = ends - table.loc[rows, "high"]
    table.loc[rows, "high"] = ends - low
