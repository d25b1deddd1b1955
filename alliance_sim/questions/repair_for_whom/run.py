"""Which runs: every policy in every scenario, measured among the clients of each profile."""

from functools import partial
from pathlib import Path

import pandas as pd

from alliance_sim.estimands.profiles import BY_NAME
from alliance_sim.experiment.kept import Stage, key_of
from alliance_sim.experiment.parts import settings
from alliance_sim.experiment.workers import Workers
from alliance_sim.questions.frame.groups import by_profile
from alliance_sim.questions.frame.profiles import profiles_of
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.frame.run import PIECE_WEEKS, Runs, run_settings
from alliance_sim.questions.repair_for_whom.section import outcomes
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.scenario import DesignPoint


def scenarios(experiment: Experiment) -> dict[str, tuple[DesignPoint, ...]]:
    """The arms of each setting of the factors by its name, the baseline first; the first setting is the main one."""
    ordered = (sorted(points, key=lambda point: point.arm != experiment.baseline) for points in settings(experiment))
    return {", ".join(map(str, points[0].factors.values())): tuple(points) for points in ordered}


def run(question: Question, folder: Path, workers: Workers, stage: Stage) -> dict[str, pd.DataFrame]:
    """For each scenario the rows of `by_profile`."""
    experiment, profiles, names = question.experiment, profiles_of(question), outcomes(question)
    measure, about = partial(by_profile, profiles, names), key_of(profiles, names)
    there = scenarios(experiment)
    advance = stage("Simulating", experiment.replicates * len(there))
    runs = Runs.of(experiment, any(BY_NAME[name].table == "sessions" for name in names))
    weeks = PIECE_WEEKS if runs.sessions else 5 * PIECE_WEEKS  # clients alone take little time and memory
    return {
        name: run_settings([points], measure, about, runs, folder, workers, advance, weeks)
        for name, points in there.items()
    }
