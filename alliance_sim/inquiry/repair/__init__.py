"""Does repair strengthen, or do better therapists have both? Twins beside what studies of the same clients see."""

from alliance_sim.inquiry.kind import Kind
from alliance_sim.inquiry.repair.conducting import conduct
from alliance_sim.inquiry.repair.section import KEY, MODEL, size, wrong

KIND = Kind(
    KEY,
    "what repairing ruptures causes (twins), beside what studies of the same clients conclude, world by world",
    MODEL,
    conduct,
    size,
    wrong,
)
