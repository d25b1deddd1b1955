"""Sensitivity: which settings an estimate depends on, over their ranges or over the posterior."""

from alliance_sim.questions.frame.question import Kind
from alliance_sim.questions.sensitivity.estimates import estimate
from alliance_sim.questions.sensitivity.figures import draw
from alliance_sim.questions.sensitivity.run import run
from alliance_sim.questions.sensitivity.section import SECTION, size, wrong
from alliance_sim.questions.sensitivity.view import view

KIND = Kind(
    "sensitivity",
    "which settings an estimate depends on, apart from random draws",
    SECTION,
    size,
    wrong,
    command="sensitivity",
    fewest=4,  # replicates show how large random draws are; intervals come from the sampled settings
    run=run,
    estimate=estimate,
    view=view,
    draw=draw,
)
