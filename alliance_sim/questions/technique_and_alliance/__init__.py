"""Technique and alliance: whether excellence in the one can make up for a lack of the other."""

from alliance_sim.experiment.kept import StageSize
from alliance_sim.questions.frame.question import Kind, Question
from alliance_sim.questions.technique_and_alliance.section import SECTION, axes, own_fit, size, wrong


def stages(asked: Question) -> list[StageSize]:
    """The clinics of each surface; a step has one of each arm."""
    from alliance_sim.questions.technique_and_alliance.run import CHANNELS

    at, experiment, own = axes(asked), asked.experiment, len(own_fit(asked))
    times = len(at.technique) * experiment.replicates
    return [
        StageSize("Technique and alliance", times * len(at.alliance), len(experiment.arms)),
        StageSize("Technique and attunement", times * len(at.attunement), own),
        StageSize("Closing channels", 4 * len(CHANNELS) * experiment.replicates * bool(asked.section.channels), own),
    ]


KIND = Kind(
    "technique_and_alliance",
    "whether technical excellence makes up for a weak alliance",
    SECTION,
    size,
    wrong,
    stages=stages,
)
