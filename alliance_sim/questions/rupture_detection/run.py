"""Which runs: every scenario at every setting, with what criteria report and find in each clinic."""

from functools import partial
from pathlib import Path

import pandas as pd

from alliance_sim.experiment.kept import Stage, key_of
from alliance_sim.experiment.workers import Workers
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.frame.run import run_experiment
from alliance_sim.questions.rupture_detection.measure import measure
from alliance_sim.questions.rupture_detection.section import plan_of

PIECE_WEEKS = 40_000
"""Client-weeks that one piece of work holds: some seconds, most of them on null samples."""


def run(question: Question, folder: Path, workers: Workers, stage: Stage) -> pd.DataFrame:
    """The rows of `measure` for every setting and replicate."""
    plan, experiment = plan_of(question), question.experiment
    measured, about = partial(measure, plan, experiment.baseline), key_of(plan, experiment.baseline)
    words = "Simulating, and looking for ruptures"
    return run_experiment(experiment, measured, about, folder, workers, stage, words, PIECE_WEEKS)
