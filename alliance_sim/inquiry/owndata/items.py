"""Items of a questionnaire: which columns hold them, and how they become a score."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from alliance_sim.inquiry.owndata import messages
from alliance_sim.inquiry.owndata.columns import Cells, Complaints, Floats, numbers
from alliance_sim.scenario.catalog.scoring import ScoringKey
from alliance_sim.scenario.problem import Place, Problem

ITEM, SESSION = "{item}", "{session}"

FEWEST_ROWS = 30
"""With fewer complete questionnaires nothing is said about items that run against the others."""

AGAINST = 3.0
"""An item runs against the others where its correlation with them lies so many standard errors below 0."""


class ItemColumns(NamedTuple):
    """The items that a table has for a pattern, each as it is written in the names of columns (1 or 01)."""

    written: dict[int, tuple[str, ...]]
    examples: dict[int, str]  # a column of each

    def beyond(self, count: int) -> list[int]:
        """Items after the last one of a questionnaire, or before its first."""
        return sorted(item for item in self.written if not 1 <= item <= count)


class ItemsRead(NamedTuple):
    """What became of the items of a pattern."""

    scores: Floats
    prorated: int  # scores in which the mean of the others stands for missing items
    incomplete: int  # questionnaires with some answers, but too few for a score
    against: tuple[int, ...]  # items that run against the others


def item_columns(names: Sequence[str], pattern: str) -> ItemColumns:
    """The items that columns of a pattern hold, in whatever order item and session stand in it.

    >>> item_columns(["id", "phq_1_01", "phq_2_01", "phq_1_10"], "phq_{session}_{item}").written
    {1: ('01',), 10: ('10',)}
    """
    if pattern.count(ITEM) != 1:
        return ItemColumns({}, {})  # told as a mistake
    form = re.escape(pattern).replace(re.escape(ITEM), r"(?P<item>\d+)").replace(re.escape(SESSION), r"[^\W_]+")
    written: dict[int, dict[str, None]] = {}
    examples: dict[int, str] = {}
    for name in names:
        found = re.fullmatch(form, name)
        if found:
            item = int(found["item"])
            written.setdefault(item, {})[found["item"]] = None
            examples.setdefault(item, name)
    return ItemColumns({item: tuple(texts) for item, texts in written.items()}, examples)


def with_item(pattern: str, item: int, found: ItemColumns) -> str:
    """The pattern of one item, as the table writes its number."""
    return pattern.replace(ITEM, found.written[item][0] if item in found.written else str(item))


def pattern_problems(pattern: str, place: Place) -> Iterator[Problem]:
    """What is wrong with a pattern of items whatever the table holds."""
    if ITEM not in pattern:
        yield messages.no_item_pattern(place, pattern)
    elif pattern.count(ITEM) > 1 or pattern.count(SESSION) > 1:
        yield messages.placeholder_twice(place, pattern)
    elif ITEM + SESSION in pattern or SESSION + ITEM in pattern:
        yield messages.placeholders_touch(place, pattern)


def column_problems(
    names: Sequence[str],
    pattern: str,
    count: int,
    owner: str,
    table: str,
    place: Place,
    near: Callable[[int], str | None] = lambda _: None,
) -> Iterator[Problem]:
    """Items of a questionnaire that the table lacks or has twice; `owner` is what the questionnaire is called.

    `near` says what else has as many items as the table, if anything has.
    """
    found = item_columns(names, pattern)
    if not found.written:
        yield messages.no_items_like(place, pattern, names, table)
        return
    lacking = [item for item in range(1, count + 1) if item not in found.written]
    if lacking:
        yield messages.items_lacking(place, pattern, lacking, count, owner, table, near(max(found.written)))
    for item, texts in found.written.items():
        if len(texts) > 1:
            columns = [pattern.replace(ITEM, text) for text in texts]
            yield messages.item_column_twice(place, item, columns, table)


def scored(
    cells_of: Callable[[int], Cells], key: ScoringKey, pattern: str, decimal: str, told: Complaints
) -> ItemsRead:
    """Scores from items; `cells_of` gives the cells of one item in every row."""
    low, high = key.answers
    answers = []
    for item in range(1, key.size + 1):
        found = numbers(cells_of(item), pattern, low, high, decimal, told)
        answers.append(low + high - found if item in key.reversed else found)
    each = np.array(answers)
    there = np.isfinite(each).sum(axis=0)
    mean = mean_of(each, key.size - key.missing)
    scores = mean * key.times * (key.size if key.score == "sum" else 1)
    counts = there >= key.size - key.missing
    return ItemsRead(
        scores, int((counts & (there < key.size)).sum()), int((~counts & (there > 0)).sum()), against_the_rest(each)
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
