"""Items of a questionnaire: their answers, and how they become a score or a rating."""

from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np

from alliance_sim.estimands.clinics import Floats
from alliance_sim.questions.data.reading.complaints import Complaints
from alliance_sim.questions.data.reading.questionnaires import HIGH, LOW, MODEL_SCALE, Questionnaire, Span
from alliance_sim.questions.data.reading.table import Cells, Table
from alliance_sim.questions.data.reading.values import numbers
from alliance_sim.questions.data.settings import PARTS, Ratings
from alliance_sim.scenario.catalog import ScoringKey

FEWEST_ROWS = 30
"""With fewer complete questionnaires nothing is said about items that run against the others."""

AGAINST = 3.0
"""An item runs against the others where its correlation with them lies so many standard errors below 0."""


class Scores(NamedTuple):
    """Scores from the items of a pattern, and what became of the items."""

    scores: Floats
    prorated: int  # scores in which the mean of the others stands for missing items
    incomplete: int  # questionnaires with some answers, but too few for a score
    against: tuple[int, ...]  # items that run against the others


def answers_of(
    cells_of: Callable[[int], Cells], count: int, span: Span, turned: Collection[int], decimal: str, told: Complaints
) -> Floats:
    """Answers (items, rows), some items turned round; `cells_of` gives the cells of one item in every row."""
    made = []
    for item in range(1, count + 1):
        found = numbers(cells_of(item), *span, decimal, told)
        made.append(sum(span) - found if item in turned else found)
    return np.array(made)


def scored(answers: Floats, key: ScoringKey) -> Scores:
    """Scores from answers (items, rows)."""
    there = np.isfinite(answers).sum(axis=0)
    fewest = key.size - key.missing
    scores = mean_of(answers, fewest) * key.times * (key.size if key.score == "sum" else 1)
    prorated = int(((there >= fewest) & (there < key.size)).sum())
    incomplete = int(((there < fewest) & (there > 0)).sum())
    return Scores(scores, prorated, incomplete, against_the_rest(answers))


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


# ---- ratings of the alliance ---------------------------------------------------------------------------------------


class Rated(NamedTuple):
    """Ratings on the model's scale: goal, task and bond where they are known, the total, and contrary items."""

    parts: dict[str, Floats]
    total: Floats
    against: tuple[int, ...] = ()  # items that run against the others


def rated(table: Table, given: Ratings, form: Questionnaire, told: Complaints) -> Rated:
    """Ratings from a total, from subscales or from items."""
    if given.items is not None:
        pattern = given.items
        answers = answers_of(
            lambda item: table.of_sessions(pattern, item), form.size, form.scale, form.reversed, table.decimal, told
        )
        parts = {part: _mean(answers, form, form.parts[part], form.missing) for part in PARTS}
        total = _mean(answers, form, range(1, form.size + 1), 0) if form.of_all else _mean_of_parts(parts)
        return Rated(parts, total, against_the_rest(answers))

    def column(name: str, scale: Span) -> Floats:
        cells = table.of_sessions(given.columns[name])
        return on_scale(numbers(cells, *scale, table.decimal, told), *scale)

    parts = {part: column(part, form.scale) for part in PARTS if part in given.columns}
    return Rated(parts, column("total", form.total_scale) if given.total is not None else _mean_of_parts(parts))


def _mean(answers: Floats, form: Questionnaire, items: Collection[int], missing: int) -> Floats:
    """Mean of some items on the model's scale, where at most so many are missing."""
    return on_scale(mean_of(answers[[item - 1 for item in items]], len(items) - missing), *form.scale)


def _mean_of_parts(parts: dict[str, Floats]) -> Floats:
    return np.asarray(np.mean([parts[part] for part in PARTS], axis=0))


def on_scale(values: Floats, low: float, high: float) -> Floats:
    """Ratings from low to high, put on 1 to 5 by a straight line; those that are on it already are left as they are.

    >>> on_scale(np.array([1.0, 4.0, 7.0]), 1.0, 7.0).tolist()
    [1.0, 3.0, 5.0]
    """
    if (low, high) == MODEL_SCALE:
        return values
    return np.asarray(LOW + (values - low) * ((HIGH - LOW) / (high - low)))
