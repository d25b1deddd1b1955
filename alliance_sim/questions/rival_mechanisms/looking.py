"""What published and proposed studies find under every rival: practices played under draws of its own posterior."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from alliance_sim.evidence.agreement import asked_of
from alliance_sim.evidence.practice import play_practice
from alliance_sim.evidence.proposed import PROPOSALS, see
from alliance_sim.evidence.proposed.trials import TRIALS
from alliance_sim.experiment.kept import Advance, Piece, kept, key_of
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.questions.rival_mechanisms.asked import Rival
from alliance_sim.scenario.library import read_population
from alliance_sim.scenario.scenario import Population

CHUNK = 4
"""Practices that one piece of work plays: a few seconds."""


class Posterior(NamedTuple):
    """A rival with the draws of its posterior."""

    rival: Rival
    draws: Population


def posteriors(rivals: Sequence[Rival], folder: Path) -> list[Posterior]:
    """The rivals with the draws that their calibrations have written."""
    return [Posterior(rival, read_population(folder / rival.slug / "posterior.csv")) for rival in rivals]


def look_at(
    found: Sequence[Posterior], draws: int, seed: int, folder: Path, workers: int, advance: Advance
) -> pd.DataFrame:
    """Every published and proposed number in every practice: columns rival, draw, kind, id, part, field, study.

    `field`: from all clients of a practice; `study`: from as many as the study has. The same number of practice meets
    the same people with the same luck under every rival.
    """
    pieces = []
    for rival, population in found:
        mechanisms = rival.calibration.mechanisms
        for first in range(0, draws, CHUNK):
            worlds = [population.parameters(Parameters(), k + 1) for k in range(first, min(first + CHUNK, draws))]
            key = key_of(rival.name, list(mechanisms), worlds, seed, first)
            pieces.append(Piece(key, (rival.name, worlds, mechanisms, seed, first), len(worlds)))
    return kept(look_piece, pieces, folder, workers, advance)


def look_piece(rival: str, worlds: Sequence[Parameters], mechanisms: Mechanisms, seed: int, first: int) -> pd.DataFrame:
    """What all studies find in the practices of some draws; `first` is the number of the first one."""
    rows = []
    for k, parameters in enumerate(worlds):
        practice = play_practice(parameters, seed, first + k, mechanisms=mechanisms)
        for finding, numbers in asked_of(practice).items():
            rows += [
                (rival, first + k, "finding", finding, part, field, study)
                for part, (field, study, *_) in enumerate(numbers.tolist())
            ]
        seen = see(practice, TRIALS, parameters, mechanisms, seed)
        for proposal in PROPOSALS:
            field, study = proposal.measure(seen), proposal.measure(seen.first(proposal.people))
            rows.append((rival, first + k, "proposed", proposal.name, 0, field, study))
    return pd.DataFrame(rows, columns=["rival", "draw", "kind", "id", "part", "field", "study"])
