"""Which repair policy for whom? Effects of policies among clients of prespecified profiles, against a baseline."""

from alliance_sim.questions.frame.question import Kind
from alliance_sim.questions.repair_for_whom.section import SECTION, size, wrong

KIND = Kind(
    "repair_for_whom",
    "the effect of each policy among clients of prespecified profiles, and whether the best policy differs",
    SECTION,
    size,
    wrong,
)
