"""Items of a questionnaire: their answers, and how they become a score or a rating."""

from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import NamedTuple

import numpy as np

from alliance_sim.estimands.clinics import Floats
from alliance_sim.questions.data.reading.cells import Cells
from alliance_sim.questions.data.reading.questionnaires import HIGH, LOW, MODEL_SCALE, Questionnaire, Span
from alliance_sim.questions.data.reading.table import DataTable
from alliance_sim.questions.data.settings import PARTS, RatingsMapping
from alliance_sim.scenario.catalog import ScoringKey

FEWEST_ROWS = 30  # with fewer complete questionnaires nothing is said about items that run against the others

AGAINST = 3.0  # an item runs against the others where its correlation with them lies so many standard errors below 0


class Fate(NamedTuple):
    """What became of the items of a pattern."""

    against: tuple[int, ...]  # items that run against the others
    prorated: int = 0  # scores in which the mean of the others stands for missing items
    incomplete: int = 0  # questionnaires with some answers, but too few for a score


def answers_of(cells_of: Callable[[int], Cells], count: int, span: Span, turned: Collection[int]) -> Floats:
    """Answers (items, rows), some items turned round; `cells_of` gives the cells of one item in every row."""
    found = ((item, cells_of(item).numbers(*span)) for item in range(1, count + 1))
    return np.array([sum(span) - own if item in turned else own for item, own in found])


def scored(answers: Floats, key: ScoringKey) -> tuple[Floats, Fate]:
    """Scores from answers (items, rows)."""
    there = np.isfinite(answers).sum(axis=0)
    fewest = key.size - key.missing
    scores = mean_of(answers, fewest) * key.times * (key.size if key.score == "sum" else 1)
    prorated = int(((there >= fewest) & (there < key.size)).sum())
    return scores, Fate(against_the_rest(answers), prorated, int(((there < fewest) & (there > 0)).sum()))


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


def rated(table: DataTable, given: RatingsMapping, form: Questionnaire) -> tuple[dict[str, Floats], Fate]:
    """Ratings on the model's scale from a total, subscales or items: the parts that are known, and `total`."""
    made: dict[str, Floats] = {}
    fate = Fate(())
    if given.items is not None:
        cells_of = partial(table.of_sessions, given.items)
        answers = answers_of(cells_of, form.size, form.scale, form.reversed)
        fate = Fate(against_the_rest(answers))

        def mean(items: Iterable[int], missing: int) -> Floats:
            own = answers[[item - 1 for item in items]]
            return on_scale(mean_of(own, len(own) - missing), *form.scale)

        made = {part: mean(form.parts[part], form.missing) for part in PARTS}
        if form.of_all:
            made["total"] = mean(range(1, form.size + 1), 0)
    else:
        for name in (name for name in (*PARTS, "total") if name in given.columns):
            scale = form.total_scale if name == "total" else form.scale
            made[name] = on_scale(table.of_sessions(given.columns[name]).numbers(*scale), *scale)
    if "total" not in made:
        made["total"] = np.asarray(np.mean([made[part] for part in PARTS], axis=0))
    return made, fate


def on_scale(values: Floats, low: float, high: float) -> Floats:
    """Ratings from low to high, put on 1 to 5 by a straight line; those that are on it already are left as they are.

    >>> on_scale(np.array([1.0, 4.0, 7.0]), 1.0, 7.0).tolist()
    [1.0, 3.0, 5.0]
    """
    if (low, high) == MODEL_SCALE:
        return values
    return np.asarray(LOW + (values - low) * ((HIGH - LOW) / (high - low)))
