"""Studies that nobody has published in this form: what a new study could measure to tell rival mechanisms apart.

proposals.csv says in words what each measures, and how many people it would take.
"""

from collections.abc import Callable
from typing import NamedTuple

from alliance_sim.evidence.findings import rows
from alliance_sim.evidence.proposed import observed, trials
from alliance_sim.evidence.proposed.seen import ProposedRows


class Proposal(NamedTuple):
    """A study that could be done: one number, and how many people it would take."""

    name: str
    words: str  # what is measured, as a reader would say it
    formula: str  # what is computed, from which observed columns
    people: int  # clients of the study; of a trial, clients in each arm
    measure: Callable[[ProposedRows], float]


_MEASURES = trials.MEASURES | observed.MEASURES
PROPOSALS = tuple(
    Proposal(row["name"], row["words"], row["formula"], int(row["people"]), _MEASURES[row["name"]])
    for row in rows("proposals.csv")
)
"""Every proposed study, in the order of the file."""

__all__ = ["PROPOSALS", "Proposal"]
