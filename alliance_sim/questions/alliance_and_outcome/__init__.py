"""What the observed correlation of alliance and outcome estimates, and which analysis recovers which effect."""

from alliance_sim.questions.alliance_and_outcome.section import SECTION, size, wrong
from alliance_sim.questions.frame.question import Kind

KIND = Kind(
    "alliance_and_outcome",
    "what the observed correlation of alliance and outcome estimates, and which analysis recovers which effect",
    SECTION,
    size,
    wrong,
)
