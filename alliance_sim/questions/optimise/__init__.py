"""Searching the repair policy that is best for each profile of clients, and judging it on new people."""

from alliance_sim.questions.frame.question import Kind
from alliance_sim.questions.optimise.section import SECTION, size, wrong

KIND = Kind(
    "optimise",
    "a search for a good policy for each profile, tested on new people",
    SECTION,
    size,
    wrong,
    needs=("optuna",),
    command="optimise",
)
