"""Rupture detection: criteria on observed ratings, compared with the ruptures that happened."""

from alliance_sim.questions.frame.question import Kind
from alliance_sim.questions.rupture_detection.section import SECTION, size, wrong

KIND = Kind(
    "rupture_detection",
    "criteria that find ruptures in session ratings, compared with the ruptures that happened and with null ratings",
    SECTION,
    size,
    wrong,
)
