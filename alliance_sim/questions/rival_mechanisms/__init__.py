"""Rival mechanisms: each fitted to the same findings with the same effort; what distinguishes them, and what would."""

from alliance_sim.questions.frame.question import Kind
from alliance_sim.questions.rival_mechanisms.section import KEY, MODEL, size, wrong

KIND = Kind(
    KEY,
    "rival mechanisms are fitted to the same findings with the same effort, and compared by what each reproduces, "
    "by what distinguishes each pair, and by what each predicts of new studies",
    MODEL,
    size,
    wrong,
    has_world=False,
    played=lambda question: int(question.section.draws),
)
