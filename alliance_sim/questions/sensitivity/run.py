"""Which runs: settings spread evenly, a screening, designs of what matters in it, and draws of the posterior."""

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimands.clinics import among
from alliance_sim.estimands.estimand import Estimand, TwinEstimand
from alliance_sim.estimands.measuring import needs_sessions
from alliance_sim.experiment.kept import Stage, StageSize, key_of
from alliance_sim.experiment.workers import Workers
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.frame.run import Change, Runs, Simulated, run_changes
from alliance_sim.questions.sensitivity.designs import (
    effects_of,
    even_design,
    fixing_design,
    going_on,
    indices_design,
    screening_design,
)
from alliance_sim.questions.sensitivity.ranges import settings_of, varied
from alliance_sim.questions.sensitivity.section import RANGES, WantedEstimate, described, numbers_of, population, wanted
from alliance_sim.scenario.names import POSTERIOR
from alliance_sim.scenario.registry import Label
from alliance_sim.stats.montecarlo import on_scale

Floats = NDArray[np.float64]

PIECE_WEEKS = 4_000_000
"""Client-weeks of all arms together that one piece of work simulates: about a second."""


class Values(NamedTuple):
    """Numbers (settings, replicates of all blocks, estimates) of each design; empty where it was not run."""

    even: Floats = np.empty((0, 0, 0))  # row 0 as configured; after the estimates, what treatments are like
    screening: Floats = np.empty((0, 0, 0))
    kept: tuple[int, ...] = ()  # settings that have indices, by their place among those varied
    indices: Floats = np.empty((0, 0, 0))
    fixing: Floats = np.empty((0, 0, 0))
    posterior: Floats = np.empty((0, 0, 0))


def run(question: Question, folder: Path, workers: Workers, stage: Stage) -> Values:
    """Run the designs; which settings have indices follows from the screening."""
    numbers, asked, over = numbers_of(question), wanted(question), question.section.over

    def at(label: str, changes: Sequence[Change], of: tuple[WantedEstimate, ...] = asked) -> Floats:
        return simulated(question, of, changes, folder, workers, stage, label)

    found = Values()
    if RANGES in over:
        settings = varied(question)
        width = len(settings)
        changes = partial(settings_of, settings)
        everything = (*asked, *described(asked))
        even = at("Settings spread evenly", changes(even_design(width, numbers)), everything)
        screening = at("Screening", changes(screening_design(width, numbers)))
        effects = [effects_of(screening[:, :, k], width, numbers) for k in range(len(asked))]
        kept = going_on(effects, numbers)
        found = found._replace(even=even, screening=screening, kept=tuple(kept))
        if kept:
            found = found._replace(indices=at("Sobol indices", changes(indices_design(width, kept, numbers))))
        if 0 < len(kept) < width:
            found = found._replace(fixing=at("What fixing costs", changes(fixing_design(width, kept, numbers))))
    if POSTERIOR in over:
        draws = population(question)
        paths = [f"parameters.{path}" for path in draws.paths]
        rows = [dict(zip(paths, draw, strict=True)) for draw in draws.draws]
        found = found._replace(posterior=at("Draws of the posterior", rows))
    return found


def simulated(
    question: Question,
    asked: tuple[WantedEstimate, ...],
    changes: Sequence[Change],
    folder: Path,
    workers: Workers,
    stage: Stage,
    label: str,
) -> Floats:
    """Estimates (settings, replicates, estimates), in the arms that they are about."""
    experiment = question.experiment
    arms = {name for each in asked for name in (each.of, each.minus) if name}
    points = tuple(point for point in experiment.points if point.arm in arms)
    runs = Runs.of(experiment, sessions=any(needs_sessions(each.estimate) for each in asked))._replace(
        replicates=range(1, experiment.replicates * question.section.blocks + 1),
        columns=frozenset(name for each in asked for name in BY_NAME[each.estimate].columns),
    )
    about = key_of([(each.estimate, each.of, each.minus) for each in asked])
    places: dict[tuple[tuple[str, Label], ...], int] = {}  # of a mechanism many places in a range are the same option
    order = [places.setdefault(tuple(change.items()), len(places)) for change in changes]
    once, advance = list(map(dict, places)), stage(label, len(places))
    rows = run_changes(points, once, partial(measure, asked), about, runs, folder, workers, advance, PIECE_WEEKS)
    return cube(rows, len(once), asked)[order]


def measure(asked: tuple[WantedEstimate, ...], arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """A row a replicate: each estimate in its own arm and, for a difference, in the other (0 for a level)."""
    columns: dict[str, object] = {"replicate": np.array(next(iter(arms.values())).replicates)}
    for k, each in enumerate(asked):
        known, own, other = BY_NAME[each.estimate], arms[each.of], arms.get(each.minus)
        nothing = np.zeros(len(own.replicates))
        if isinstance(known, TwinEstimand):
            assert other is not None  # checked in the section
            columns[f"own_{k}"], columns[f"other_{k}"] = _measured(known, own, other), nothing
        else:
            columns[f"own_{k}"] = _measured(known, own)
            columns[f"other_{k}"] = _measured(known, other) if other is not None else nothing
    return pd.DataFrame(columns)


def _measured(known: Estimand | TwinEstimand, *arms: Simulated) -> Floats:
    """An estimate of one arm or two, nan in replicates of which one has no rows (nobody had a session)."""
    sides = [arm.sessions if known.table == "sessions" else arm.clients for arm in arms]
    both = reduce(np.intersect1d, [side.numbers for side in sides])
    values = known.measure(*(side.of(both) for side in sides)) if len(both) else None
    return among(np.array(arms[0].replicates), both, values)


def cube(rows: pd.DataFrame, settings: int, asked: Sequence[WantedEstimate]) -> Floats:
    """Numbers (settings, replicates, estimates) from rows in their order.

    Correlations are on the scale whose mean over replicates is the correlation that Fisher's z pools (`on_scale`), so
    that they can be averaged and compared like any other number.
    """
    found = []
    for k, each in enumerate(asked):
        known = BY_NAME[each.estimate]
        own, other = (rows[f"{side}_{k}"].to_numpy(np.float64).reshape(settings, -1) for side in ("own", "other"))
        if isinstance(known, Estimand) and known.fisher:
            own = np.array([on_scale(row, True) for row in own])
            other = np.array([on_scale(row, True) for row in other]) if each.minus else other
        found.append(own - other)
    return np.stack(found, axis=2)


def stages(question: Question) -> list[StageSize]:
    """The settings of each design; of those that follow from the screening, the most that there can be."""
    section, found = question.section, []
    if RANGES in section.over:
        width = len(varied(question))
        most = min(width, section.most * len(wanted(question)))
        found = [
            StageSize("Settings spread evenly", section.places + 1),
            StageSize("Screening", section.trajectories * (width + 1)),
            StageSize("Sobol indices", section.base * ((2 if section.second_order else 1) * most + 2)),
            StageSize("What fixing costs", 3 * section.checks),
        ]
    return [*found, *([StageSize("Draws", len(population(question).draws))] if POSTERIOR in section.over else [])]
