"""Does repair strengthen, or do better therapists have both? Twins beside what studies of the same clients see."""

from alliance_sim.questions.frame.question import Kind
from alliance_sim.questions.repair_or_selection.conducting import conduct
from alliance_sim.questions.repair_or_selection.section import KEY, MODEL, size, wrong

KIND = Kind(
    KEY,
    "what repairing ruptures causes (twins), beside what studies of the same clients conclude, world by world",
    MODEL,
    conduct,
    size,
    wrong,
)
