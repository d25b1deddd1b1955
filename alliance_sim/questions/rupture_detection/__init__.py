"""Rupture detection: criteria on observed ratings, compared with the ruptures that happened."""

from alliance_sim.questions.frame.question import Kind
from alliance_sim.questions.rupture_detection.estimates import estimate
from alliance_sim.questions.rupture_detection.figures import draw
from alliance_sim.questions.rupture_detection.run import run
from alliance_sim.questions.rupture_detection.section import SECTION, size, wrong
from alliance_sim.questions.rupture_detection.view import view

KIND = Kind(
    "rupture_detection",
    "criteria that find ruptures in session ratings, compared with the ruptures that happened and with null ratings",
    SECTION,
    size,
    wrong,
    run=run,
    estimate=estimate,
    view=view,
    draw=draw,
)
