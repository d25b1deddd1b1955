"""The whole analysis: play, screen, compute indices, check; then the posterior; then the answer."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alliance_sim.experiment.kept import Stage
from alliance_sim.inquiry.kind import Answer, Asked
from alliance_sim.inquiry.sensitivity.answer import Found, answered
from alliance_sim.inquiry.sensitivity.basis import basis_of
from alliance_sim.inquiry.sensitivity.draws import over_posterior
from alliance_sim.inquiry.sensitivity.playing import Play, player_of_settings
from alliance_sim.inquiry.sensitivity.section import RANGES, Numbers, population, varied, wanted
from alliance_sim.inquiry.sensitivity.steps import check_fixing, decompose, means, screen, together
from alliance_sim.inquiry.sensitivity.tables import OverRanges
from alliance_sim.inquiry.sensitivity.varying import Varied, settings_of
from alliance_sim.scenario.population import Population
from alliance_sim.scenario.sections import POSTERIOR


def conduct(asked: Asked, folder: Path, workers: int, stage: Stage) -> Answer:
    """Answer a sensitivity analysis; finished pieces of play are kept in the folder."""
    section = asked.section
    numbers = Numbers(**{name: getattr(section, name) for name in Numbers._fields})
    estimates, draws = wanted(asked), population(asked)
    play = player_of_settings(asked, estimates, folder, workers, stage)
    ranges = over_ranges(play, varied(asked), draws, numbers) if RANGES in section.over else None
    drawn = over_posterior(play, draws, numbers) if POSTERIOR in section.over else []
    return answered(Found(estimates, numbers, draws, ranges, drawn))


def over_ranges(play: Play, settings: tuple[Varied, ...], draws: Population, numbers: Numbers) -> OverRanges:
    """Screening, indices of what matters, and what fixing the rest costs."""
    width = len(settings)

    def evaluate(words: str, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        return play(words, settings_of(settings, unit))

    bases = [basis_of(one, draws) for one in settings]
    as_it_is = evaluate("Playing the config's own setting", np.full((1, width), np.nan))
    configured = [float(means(as_it_is[:, :, k])[0]) for k in range(as_it_is.shape[2])]
    screened = screen(evaluate, width, numbers)
    kept = together(screened)
    if not kept:
        return OverRanges(settings, bases, screened, [], [], configured)
    decomposed = decompose(evaluate, width, kept, numbers)
    fixed = check_fixing(evaluate, width, kept, numbers) if len(kept) < width else []
    return OverRanges(settings, bases, screened, decomposed, fixed, configured)
