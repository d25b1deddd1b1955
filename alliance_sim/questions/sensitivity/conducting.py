"""The whole analysis: play, screen, compute indices, check; then the posterior; then the answer."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alliance_sim.experiment.kept import Stage
from alliance_sim.questions.frame.question import Answer, Question
from alliance_sim.questions.sensitivity.answer import Found, answered
from alliance_sim.questions.sensitivity.around import Around, look_around, told_of
from alliance_sim.questions.sensitivity.basis import basis_of
from alliance_sim.questions.sensitivity.draws import over_posterior
from alliance_sim.questions.sensitivity.playing import Play, player_of_settings
from alliance_sim.questions.sensitivity.section import RANGES, Numbers, population, varied, wanted
from alliance_sim.questions.sensitivity.steps import Evaluate, check_fixing, decompose, screen, together
from alliance_sim.questions.sensitivity.tables import OverRanges
from alliance_sim.questions.sensitivity.varying import Varied, settings_of
from alliance_sim.scenario.names import POSTERIOR
from alliance_sim.scenario.scenario import Population


def conduct(asked: Question, folder: Path, workers: int, stage: Stage) -> Answer:
    """Answer a sensitivity analysis; finished pieces of play are kept in the folder."""
    section = asked.section
    numbers = Numbers(**{name: getattr(section, name) for name in Numbers._fields})
    estimates, draws = wanted(asked), population(asked)
    play = player_of_settings(asked, estimates, folder, workers, stage)
    ranges = None
    if RANGES in section.over:
        settings = varied(asked)
        told = player_of_settings(asked, (*estimates, *told_of(estimates)), folder, workers, stage)
        around = look_around(evaluating(told, settings), len(settings), estimates, numbers)
        ranges = over_ranges(evaluating(play, settings), settings, draws, numbers, around)
    drawn = over_posterior(play, draws, numbers) if POSTERIOR in section.over else []
    return answered(Found(estimates, numbers, draws, ranges, drawn))


def evaluating(play: Play, settings: tuple[Varied, ...]) -> Evaluate:
    """What plays a design in the unit cube, nan where a setting is as configured."""

    def evaluate(words: str, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        return play(words, settings_of(settings, unit))

    return evaluate


def over_ranges(
    evaluate: Evaluate, settings: tuple[Varied, ...], draws: Population, numbers: Numbers, around: Around
) -> OverRanges:
    """Screening, indices of what matters, and what fixing the rest costs."""
    width = len(settings)
    bases = [basis_of(one, draws) for one in settings]
    screened = screen(evaluate, width, numbers)
    kept = together(screened)
    if not kept:
        return OverRanges(settings, bases, around, screened, [], [])
    decomposed = decompose(evaluate, width, kept, numbers)
    fixed = check_fixing(evaluate, width, kept, numbers) if len(kept) < width else []
    return OverRanges(settings, bases, around, screened, decomposed, fixed)
