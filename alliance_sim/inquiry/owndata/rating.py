"""Ratings of the alliance from a total, from subscales or from items, on the scale of the model (1 to 5)."""

import numpy as np

from alliance_sim.inquiry.owndata.columns import Complaints, Floats, Table, numbers
from alliance_sim.inquiry.owndata.mapping import ITEMS, Rated
from alliance_sim.scenario import catalog

LOW, HIGH = 1.0, 5.0
"""Ends of the model's scale of ratings."""

PARTS = ("goal", "task", "bond")
FEWEST_OF_FOUR = 3
"""A subscale of four items counts when so many are answered; it is the mean of those."""


def rated(table: Table, plan: Rated, prefix: str, total: str, told: Complaints) -> dict[str, Floats]:
    """Columns of ratings by their name: subscales (`prefix` and the part) where they are known, and the total."""
    if "items" in plan.columns:
        parts = _from_items(table, plan, told)
    else:
        parts = {part: _scaled(table, plan, plan.columns[part], told) for part in PARTS if part in plan.columns}
    made = {f"{prefix}{part}": column for part, column in parts.items()}
    if "total" in plan.columns:
        made[total] = _scaled(table, plan, plan.columns["total"], told)
    else:
        made[total] = np.mean([parts[part] for part in PARTS], axis=0)
    return made


def _scaled(table: Table, plan: Rated, name: str, told: Complaints) -> Floats:
    """Numbers of a column on the model's scale."""
    low, high = plan.scale
    return on_scale(numbers(table.cells(name), name, low, high, table.sheet.decimal, told), low, high)


def on_scale(values: Floats, low: float, high: float) -> Floats:
    """Ratings from low to high, put on 1 to 5 by a straight line; those that are on it already are left as they are.

    >>> on_scale(np.array([1.0, 4.0, 7.0]), 1.0, 7.0).tolist()
    [1.0, 3.0, 5.0]
    """
    if (low, high) == (LOW, HIGH):
        return values
    return np.asarray(LOW + (values - low) * ((HIGH - LOW) / (high - low)))


def _from_items(table: Table, plan: Rated, told: Complaints) -> dict[str, Floats]:
    """Means of the four items of each part (numbers of the WAI-SR), reversed items turned round."""
    pattern = plan.columns["items"]
    low, high = plan.scale
    answers = {}
    for item in range(1, ITEMS + 1):
        found = numbers(table.cells(pattern, item), pattern, low, high, table.sheet.decimal, told)
        answers[item] = low + high - found if item in plan.reversed else found
    made = {}
    for part, own in catalog.entry("instruments", "wai_sr").details["subscales"].items():
        four = np.array([answers[item] for item in own])
        there = np.isfinite(four).sum(axis=0)
        mean = np.full(four.shape[1], np.nan)
        np.divide(np.nansum(four, axis=0), there, out=mean, where=there >= FEWEST_OF_FOUR)
        made[part] = on_scale(mean, low, high)
    return made
