"""A study in silico asks of a simulated practice what a published study asked of a real one."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.practice import Practice
from alliance_sim.stats.linear import Floats

NAN = float("nan")

Measure = Callable[[Practice], float | tuple[float, ...]]
"""One number, or as many as the finding has parts; nan where the practice does not define it."""


class FindingStudy(NamedTuple):
    """The estimand of one finding: as many numbers as the finding has parts."""

    finding: str  # id in findings.csv
    parts: tuple[str, ...]  # what each number is, in words
    ask: Measure
    formula: str  # what is computed, from which observed columns, in one sentence
    source: str  # of the method (author, year)
    people: int | None = None  # clients that one re-enactment observes; None: as many as the finding says, or all
    # shown next to the finding, in no count:
    truth: Measure | None = None  # what truly happened to the same clients, for a finding that goes by a criterion
    null: Measure | None = None  # what the criterion would find in them if nothing had happened
    earlier: Measure | None = None  # how an earlier edition asked for the same

    def measure(self, practice: Practice) -> tuple[float, ...]:
        """What the study finds in a practice, a number a part."""
        found = self.ask(practice)
        return found if isinstance(found, tuple) else (found,)


def known(values: Floats) -> Floats:
    """The values that are no nan, as one row."""
    return np.asarray(values[np.isfinite(values)])


def mean_of(values: Floats) -> float:
    """Mean of the values that are no nan; nan without any."""
    values = known(values)
    return float(values.mean()) if len(values) else NAN


def percent(happened: NDArray[np.bool_]) -> float:
    """Share of some to whom something happened, percent; nan for nobody."""
    return float(100.0 * np.mean(happened)) if len(happened) else NAN
