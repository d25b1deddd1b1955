"""Technique and alliance: whether excellence in the one can make up for a lack of the other."""

from alliance_sim.inquiry.kind import Kind
from alliance_sim.inquiry.surface.conducting import conduct
from alliance_sim.inquiry.surface.section import SECTION, size, wrong

KIND = Kind(
    "technique_and_alliance", "whether technical excellence makes up for a weak alliance", SECTION, conduct, size, wrong
)
