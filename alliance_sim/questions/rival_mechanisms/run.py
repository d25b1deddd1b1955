"""Which runs: the fit of every rival, then practices under draws of its own posterior, seen by every study."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from alliance_sim.evidence.agreement import asked_of
from alliance_sim.evidence.practice import play_practice
from alliance_sim.evidence.proposed import PROPOSALS
from alliance_sim.evidence.proposed.seen import see
from alliance_sim.evidence.proposed.trials import TRIALS
from alliance_sim.experiment.kept import Advance, Piece, Stage, StageSize, kept, key_of
from alliance_sim.experiment.workers import Workers
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.rival_mechanisms.section import Rival, rivals_of
from alliance_sim.scenario.library import read_population
from alliance_sim.scenario.scenario import Population

CHUNK = 4
"""Practices of one piece of work: a few seconds."""


class Rows(NamedTuple):
    """What studies find under every rival, and how well the chains of each fit have mixed."""

    found: pd.DataFrame  # columns rival, draw, kind, id, part, field, study
    fits: pd.DataFrame  # columns rival, free, largest_r_hat, fewest_draws


def run(question: Question, folder: Path, workers: Workers, stage: Stage) -> Rows:
    """Fit every rival that is not fitted yet, then simulate practices under each."""
    rivals, section, home = rivals_of(question), question.section, folder / "rivals"
    _fit(rivals, home, workers, stage)
    advance = stage("Practices under every rival", len(rivals) * section.draws)
    found = posteriors(rivals, home)
    rows = look_at(found, section.draws, section.seed, folder / "pieces", workers, advance)
    return Rows(rows, _fits(rivals, home))


def _fit(rivals: Sequence[Rival], folder: Path, workers: Workers, stage: Stage) -> None:
    """Fit every rival whose folder does not hold its posterior yet."""
    from alliance_sim.evidence.calibration.fit import calibrate, is_finished

    for rival in rivals:
        if not is_finished(rival.calibration, folder / rival.slug):
            calibrate(
                rival.calibration, folder / rival.slug, workers,
                lambda what, steps, name=rival.name: stage(f"{name}: {what[0].lower()}{what[1:]}", steps),  # type: ignore[misc]
            )  # fmt: skip


def _fits(rivals: Sequence[Rival], folder: Path) -> pd.DataFrame:
    """How well the chains of every fit have mixed: columns rival, free, largest_r_hat, fewest_draws."""
    rows = []
    for rival in rivals:
        table = pd.read_csv(folder / rival.slug / "parameters.csv")
        rows.append(
            {
                "rival": rival.name, "free": len(table), "largest_r_hat": float(table["r_hat"].max()),
                "fewest_draws": float(table["effective_draws"].min()),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


class Posterior(NamedTuple):
    """A rival with the draws of its posterior."""

    rival: Rival
    draws: Population


def posteriors(rivals: Sequence[Rival], folder: Path) -> list[Posterior]:
    """The rivals with the draws that their calibrations have written."""
    return [Posterior(rival, read_population(folder / rival.slug / "posterior.csv")) for rival in rivals]


def look_at(
    found: Sequence[Posterior], draws: int, seed: int, folder: Path, workers: Workers, advance: Advance
) -> pd.DataFrame:
    """Every published and proposed number in every practice: columns rival, draw, kind, id, part, field, study.

    `field`: from all clients of a practice; `study`: from as many as the study has. The same number of practice meets
    the same people with common random numbers under every rival.
    """
    pieces = []
    for rival, population in found:
        mechanisms = rival.calibration.mechanisms
        for first in range(0, draws, CHUNK):
            parameter_sets = [
                population.parameters(Parameters(), k + 1) for k in range(first, min(first + CHUNK, draws))
            ]
            key = key_of(rival.name, list(mechanisms), parameter_sets, seed, first)
            pieces.append(Piece(key, (rival.name, parameter_sets, mechanisms, seed, first), len(parameter_sets)))
    return kept(look_piece, pieces, folder, workers, advance)


def look_piece(
    rival: str, parameter_sets: Sequence[Parameters], mechanisms: Mechanisms, seed: int, first: int
) -> pd.DataFrame:
    """What all studies find in the practices of some draws; `first` is the number of the first one."""
    rows = []
    for k, parameters in enumerate(parameter_sets):
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


PRACTICE = 5.0
"""What a practice costs of which all studies and the proposed trials are asked, measured, in those of a fit."""


def stages(question: Question) -> list[StageSize]:
    """The stages of the fit of every rival, and the practices under each."""
    rivals = rivals_of(question)
    fits = [
        size._replace(label=f"{rival.name}: {size.label[0].lower()}{size.label[1:]}")
        for rival in rivals
        for size in rival.calibration.effort.stages()
    ]
    return [*fits, StageSize("Practices", len(rivals) * question.section.draws, PRACTICE)]
