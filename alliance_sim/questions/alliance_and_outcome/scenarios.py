"""Which scenarios are run: every set of distortions, each at one strength, and further arms where all are at work."""

from typing import NamedTuple

from alliance_sim.experiment.parts import settings
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.scenario import DesignPoint

Level = float | str | bool

SCENARIO = ["strength", "on", "arm"]
"""The columns that name a scenario: strength of its distortions, which are at work, and the arm."""


class Names(NamedTuple):
    """What a config calls things."""

    distortions: tuple[str, ...]
    strengths: tuple[str, ...]
    strength: str  # the calibrated one
    effect: str  # arm in which the alliance has its effect
    null: str  # arm in which it has none

    @property
    def everything(self) -> str:
        """The column `on` where all distortions are at work."""
        return ", ".join(self.distortions)


class NamedScenario(NamedTuple):
    """A scenario; the factors of its point are the columns that name it."""

    strength: str  # empty where nothing distorts
    on: tuple[str, ...]
    arm: str
    point: DesignPoint
    crossed: bool  # whether its arm meets every set of distortions
    main: bool  # whether none, one or all of the distortions are at work
    calibrated: bool  # whether all are at work as calibrated

    @property
    def drawn(self) -> bool:
        """Whether every replicate has its own draw of the parameters."""
        return self.point.scenario.population is not None


def levels_of(experiment: Experiment) -> dict[str, list[Level]]:
    """The levels of every factor, in order; the first of each means that it is off."""
    found: dict[str, list[Level]] = {}
    for point in experiment.points:
        for factor, level in point.factors.items():
            levels = found.setdefault(factor, [])
            if level not in levels:
                levels.append(level)
    return found


def names_of(question: Question) -> Names:
    """What the config calls things."""
    levels, section = levels_of(question.experiment), question.section
    strengths = tuple(str(level) for level in next(iter(levels.values()))[1:])
    return Names(tuple(levels), strengths, section.strength, section.effect, section.null)


def drawn_arms(question: Question) -> list[str]:
    """The arms whose replicates have their own draws of the parameters."""
    points = question.experiment.points
    return list(dict.fromkeys(point.arm for point in points if point.scenario.population is not None))


def scenarios(question: Question) -> list[NamedScenario]:
    """Every set of distortions at every strength in the arms with and without the effect; further arms in one only.

    Further arms are run where all distortions are at work as calibrated. Distortions of different strengths never
    meet, so that k distortions at s strengths make 1 + s (2^k - 1) scenarios an arm.
    """
    levels, names, found = levels_of(question.experiment), names_of(question), []
    for points in settings(question.experiment):
        labels = points[0].factors
        on = tuple(factor for factor, level in labels.items() if level != levels[factor][0])
        strengths = {str(labels[factor]) for factor in on}
        strength = next(iter(strengths), "")
        calibrated = strength == names.strength and len(on) == len(levels)
        for point in points if len(strengths) < 2 else ():
            crossed = point.arm in (names.effect, names.null)
            if crossed or calibrated:
                own = point._replace(factors={"strength": strength, "on": ", ".join(on), "arm": point.arm})
                main = len(on) in (0, 1, len(levels))
                found.append(NamedScenario(strength, on, point.arm, own, crossed, main, calibrated))
    return found
