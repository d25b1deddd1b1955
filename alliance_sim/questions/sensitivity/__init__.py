"""Sensitivity: which settings an estimate depends on, over their ranges or over the posterior, luck kept apart."""

from alliance_sim.questions.frame.question import Kind
from alliance_sim.questions.sensitivity.conducting import conduct
from alliance_sim.questions.sensitivity.section import SECTION, size, wrong

KIND = Kind(
    "sensitivity",
    "which settings an estimate depends on, luck kept apart",
    SECTION,
    conduct,
    size,
    wrong,
    command="sensitivity",
    fewest=4,  # replicates tell luck apart here; intervals come from the sampled places
)
