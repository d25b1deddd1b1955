"""Items of a questionnaire: their answers, and how they become a score."""

from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np

from alliance_sim.questions.data.columns import Cells, Complaints, Floats, numbers
from alliance_sim.scenario.catalog import ScoringKey

FEWEST_ROWS = 30
"""With fewer complete questionnaires nothing is said about items that run against the others."""

AGAINST = 3.0
"""An item runs against the others where its correlation with them lies so many standard errors below 0."""


class ItemsRead(NamedTuple):
    """What became of the items of a pattern."""

    scores: Floats
    prorated: int  # scores in which the mean of the others stands for missing items
    incomplete: int  # questionnaires with some answers, but too few for a score
    against: tuple[int, ...]  # items that run against the others


def answers_of(
    cells_of: Callable[[int], Cells],
    pattern: str,
    count: int,
    span: tuple[float, float],
    turned_round: Collection[int],
    decimal: str,
    told: Complaints,
) -> Floats:
    """Answers (items, rows), some items turned round; `cells_of` gives the cells of one item in every row."""
    low, high = span
    made = []
    for item in range(1, count + 1):
        found = numbers(cells_of(item), pattern, low, high, decimal, told)
        made.append(low + high - found if item in turned_round else found)
    return np.array(made)


def scored(answers: Floats, key: ScoringKey) -> ItemsRead:
    """Scores from answers (items, rows)."""
    there = np.isfinite(answers).sum(axis=0)
    fewest = key.size - key.missing
    scores = mean_of(answers, fewest) * key.times * (key.size if key.score == "sum" else 1)
    counts = there >= fewest
    return ItemsRead(
        scores,
        int((counts & (there < key.size)).sum()),
        int((~counts & (there > 0)).sum()),
        against_the_rest(answers),
    )


def mean_of(answers: Floats, fewest: int) -> Floats:
    """Mean of the answers (items, rows) of each row; nan where fewer than `fewest` are there.

    >>> mean_of(np.array([[1.0, np.nan], [2.0, 4.0]]), 2).tolist()
    [1.5, nan]
    """
    there = np.isfinite(answers).sum(axis=0)
    made = np.full(answers.shape[1], np.nan)
    np.divide(np.nansum(answers, axis=0), there, out=made, where=there >= max(fewest, 1))
    return made


def against_the_rest(answers: Floats) -> tuple[int, ...]:
    """Items (from 1) whose answers fall where those of the others rise, in answers (items, rows) of some size."""
    complete = answers[:, np.isfinite(answers).all(axis=0)]
    items, rows = complete.shape
    if rows < FEWEST_ROWS or items < 3:
        return ()
    found = []
    for k in range(items):
        own, rest = complete[k], np.delete(complete, k, axis=0).sum(axis=0)
        if own.std() > 0 and rest.std() > 0 and np.corrcoef(own, rest)[0, 1] < -AGAINST / np.sqrt(rows):
            found.append(k + 1)
    return tuple(found)
