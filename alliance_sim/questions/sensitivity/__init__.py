"""Sensitivity: which settings an estimate depends on, over their ranges or over the posterior."""

from alliance_sim.questions.frame.question import Kind
from alliance_sim.questions.sensitivity.section import SECTION, size, wrong

KIND = Kind(
    "sensitivity",
    "which settings an estimate depends on, apart from random draws",
    SECTION,
    size,
    wrong,
    command="sensitivity",
    fewest=4,  # replicates show how large random draws are; intervals come from the sampled settings
)
