"""What a study in silico is: it asks of a simulated practice what a published study asked of a real one."""

from collections.abc import Callable
from inspect import getdoc
from typing import NamedTuple, TypeVar

from alliance_sim.evidence.practice import Practice

NAN = float("nan")

Number = Callable[[Practice], float]
Numbers = Callable[[Practice], tuple[float, ...]]
Measure = TypeVar("Measure", Number, Numbers)


class Study(NamedTuple):
    """The estimand of one finding: as many numbers as the finding has parts."""

    finding: str  # id in findings.csv
    parts: tuple[str, ...]  # what each number is, in words
    measure: Numbers  # nan where the practice does not define it
    formula: str  # what is computed, from which observed columns, in one sentence
    source: str  # of the method (author, year)
    people: int | None = None  # clients that one re-enactment observes; None: as many as the finding says, or all
    # shown next to the finding, in no count:
    truth: Numbers | None = None  # what truly happened to the same clients, for a finding that goes by a criterion
    null: Numbers | None = None  # what the criterion would find in them if nothing had happened
    earlier: Number | None = None  # how an earlier edition asked for the same


STUDIES: dict[str, Study] = {}
"""Every study, by the id of its finding."""


def study(
    finding: str,
    *parts: str,
    source: str,
    people: int | None = None,
    truth: Numbers | None = None,
    null: Numbers | None = None,
    earlier: Number | None = None,
) -> Callable[[Measure], Measure]:
    """Declare a function to be the study of a finding; its docstring says what is computed, from which columns."""

    def declare(measure: Measure) -> Measure:
        def numbers(practice: Practice) -> tuple[float, ...]:
            found = measure(practice)
            return found if isinstance(found, tuple) else (found,)

        formula = " ".join((getdoc(measure) or "").split()).removesuffix(".")
        STUDIES[finding] = Study(finding, parts, numbers, formula, source, people, truth, null, earlier)
        return measure

    return declare
