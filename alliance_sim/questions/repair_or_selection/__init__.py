"""Does repair strengthen, or do better therapists have both? Twins versus studies of the same clients."""

from alliance_sim.questions.frame.question import Kind
from alliance_sim.questions.repair_or_selection.section import SECTION, size, wrong

KIND = Kind(
    "repair_or_selection",
    "what repairing ruptures causes (twins), compared with what studies of the same clients conclude, by scenario",
    SECTION,
    size,
    wrong,
)
