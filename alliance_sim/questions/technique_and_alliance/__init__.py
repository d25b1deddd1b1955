"""Technique and alliance: whether excellence in the one can make up for a lack of the other."""

from alliance_sim.questions.frame.question import Kind
from alliance_sim.questions.technique_and_alliance.section import SECTION, size, wrong

KIND = Kind(
    "technique_and_alliance",
    "whether technical excellence makes up for a weak alliance",
    SECTION,
    size,
    wrong,
)
