"""What a study in silico is: it asks of a simulated practice what a published study asked of a real one."""

from collections.abc import Callable
from typing import NamedTuple

from alliance_sim.evidence.practice import Practice


class Earlier(NamedTuple):
    """How an earlier edition asked for the same finding; shown beside, in no count."""

    name: str  # of the number, in words
    measure: Callable[[Practice], tuple[float, ...]]
    formula: str


class Study(NamedTuple):
    """The estimand of one finding: as many numbers as the finding has parts."""

    finding: str  # id in findings.csv
    parts: tuple[str, ...]  # what each number is, in words
    measure: Callable[[Practice], tuple[float, ...]]  # nan where the practice does not define it
    formula: str  # what is computed, from which observed columns, in one sentence
    source: str  # of the method (author, year)
    people: int | None = None  # clients that one re-enactment observes; None: as many as the finding says, or all
    earlier: Earlier | None = None
