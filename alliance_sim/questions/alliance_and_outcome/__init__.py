"""What the observed correlation of alliance and outcome estimates, and which analysis recovers which effect."""

from alliance_sim.questions.alliance_and_outcome.estimates import estimate
from alliance_sim.questions.alliance_and_outcome.figures import draw
from alliance_sim.questions.alliance_and_outcome.run import run
from alliance_sim.questions.alliance_and_outcome.section import SECTION, size, wrong
from alliance_sim.questions.alliance_and_outcome.view import view
from alliance_sim.questions.frame.question import Kind

KIND = Kind(
    "alliance_and_outcome",
    "what the observed correlation of alliance and outcome estimates, and which analysis recovers which effect",
    SECTION,
    size,
    wrong,
    run=run,
    estimate=estimate,
    view=view,
    draw=draw,
)
