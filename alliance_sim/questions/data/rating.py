"""Ratings of the alliance from a total, from subscales or from items, on the scale of the model (1 to 5)."""

from typing import NamedTuple

import numpy as np

from alliance_sim.questions.data.columns import Complaints, Floats, Table, numbers
from alliance_sim.questions.data.forms import PARTS
from alliance_sim.questions.data.items import against_the_rest, answers_of, mean_of
from alliance_sim.questions.data.mapping import MODEL_SCALE, Rated

LOW, HIGH = MODEL_SCALE
"""Ends of the model's scale of ratings."""


class Ratings(NamedTuple):
    """Columns of ratings by their name, and the items that run against the others."""

    columns: dict[str, Floats]
    against: tuple[int, ...] = ()


def rated(table: Table, plan: Rated, prefix: str, total: str, told: Complaints) -> Ratings:
    """Columns of ratings by their name: subscales (`prefix` and the part) where they are known, and the total."""
    if "items" in plan.columns:
        pattern = plan.columns["items"]
        answers = answers_of(
            lambda item: table.cells(pattern, item),
            pattern, plan.size, plan.scale, plan.reversed, table.sheet.decimal, told,
        )  # fmt: skip
        parts = {part: _mean(answers, plan, items, plan.missing) for part, items in plan.parts.items()}
        made = {f"{prefix}{part}": parts[part] for part in PARTS}
        every = tuple(range(1, plan.size + 1))
        made[total] = _mean(answers, plan, every, 0) if plan.of_all else _of_parts(parts)
        return Ratings(made, against_the_rest(answers))
    parts = {part: _scaled(table, plan.columns[part], plan.scale, told) for part in PARTS if part in plan.columns}
    made = {f"{prefix}{part}": column for part, column in parts.items()}
    if "total" in plan.columns:
        made[total] = _scaled(table, plan.columns["total"], plan.total_span, told)
    else:
        made[total] = _of_parts(parts)
    return Ratings(made)


def _of_parts(parts: dict[str, Floats]) -> Floats:
    """The total as the mean of goal, task and bond."""
    return np.asarray(np.mean([parts[part] for part in PARTS], axis=0))


def _scaled(table: Table, name: str, scale: tuple[float, float], told: Complaints) -> Floats:
    """Numbers of a column on the model's scale."""
    low, high = scale
    return on_scale(numbers(table.cells(name), name, low, high, table.sheet.decimal, told), low, high)


def on_scale(values: Floats, low: float, high: float) -> Floats:
    """Ratings from low to high, put on 1 to 5 by a straight line; those that are on it already are left as they are.

    >>> on_scale(np.array([1.0, 4.0, 7.0]), 1.0, 7.0).tolist()
    [1.0, 3.0, 5.0]
    """
    if (low, high) == (LOW, HIGH):
        return values
    return np.asarray(LOW + (values - low) * ((HIGH - LOW) / (high - low)))


def _mean(answers: Floats, plan: Rated, items: tuple[int, ...], missing: int) -> Floats:
    """Mean of some items on the model's scale, where at most so many are missing."""
    own = answers[[item - 1 for item in items]]
    return on_scale(mean_of(own, len(items) - missing), *plan.scale)
