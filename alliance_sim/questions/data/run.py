"""Which runs: the clinic of the data, estimated, and simulated clinics that are looked at in the same way."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.estimated import Estimated
from alliance_sim.estimands.observed import courses, measure_seen
from alliance_sim.estimands.seen import number_of, part, values
from alliance_sim.experiment.kept import Stage, StageSize, key_of
from alliance_sim.experiment.workers import Workers
from alliance_sim.questions.data.check import clinic_of, scenario_of
from alliance_sim.questions.data.intervals import estimates_of
from alliance_sim.questions.data.look import Observation, look_of, looked_at
from alliance_sim.questions.data.reading.clinic import ClinicData
from alliance_sim.questions.data.tables import keep_tables
from alliance_sim.questions.data.tallies import AT, turned
from alliance_sim.questions.frame.question import Question, one_stage
from alliance_sim.questions.frame.run import Simulated, run_experiment


class OwnRuns(NamedTuple):
    """What was measured."""

    clinic: ClinicData
    own: Estimated
    simulated: pd.DataFrame  # rows of `measure`


def run(question: Question, folder: Path, workers: Workers, stage: Stage) -> OwnRuns:
    """Read and estimate the clinic, keep its tables in the folder, and simulate clinics of its size."""
    clinic, section, experiment = clinic_of(question), question.section, question.experiment
    folder.mkdir(parents=True, exist_ok=True)
    keep_tables(clinic, folder, section.dependability)
    advance = stage("Estimating", section.resamples)
    own = estimates_of(clinic, section.resamples, experiment.seed, section.dependability, advance)
    look = look_of(clinic, experiment.points[0].scenario.clinic.caseload)
    given = (look, clinic.groups, section.dependability)
    simulated = run_experiment(
        experiment, partial(measure, *given), _key(*given), folder, workers, stage, "Simulating clinics like yours"
    )
    return OwnRuns(clinic, own, simulated)


def measure(
    look: Observation, groups: tuple[str, ...], dependability: float, arms: Mapping[str, Simulated]
) -> pd.DataFrame:
    """Every estimate and course of each group in simulated clinics: a row a replicate, scenario and group.

    Courses are columns such as wai_client@3, the mean in session 3.
    """
    frames = []
    for simulated in arms.values():
        seen = looked_at(simulated, look)
        group = look.group[values(seen.clients, "client").astype(np.int64) - 1]
        for g, name in enumerate(groups):
            own = seen if len(groups) == 1 else part(seen, np.flatnonzero(group == g))
            columns = measure_seen(own, look.weeks, dependability)
            columns |= {f"{quantity}{AT}{week}": v for (quantity, week), v in courses(own, look.weeks).items()}
            replicates = np.unique(number_of(own.clients))
            labels = {"replicate": replicates, "scenario": scenario_of(simulated.point), "group": name}
            frames.append(pd.DataFrame({**labels, **turned(columns, look.turned)}))
    return pd.concat(frames, ignore_index=True)


def _key(look: Observation, groups: tuple[str, ...], dependability: float) -> str:
    """A text that distinguishes what is measured from anything else."""
    exact: dict[str, Any] = {
        name: {key: column.tolist() for key, column in value.items()} if isinstance(value, dict) else value
        for name, value in look._asdict().items()
    }
    exact |= {name: np.asarray(exact[name]).tolist() for name in ("place", "therapist", "group", "held")}
    return key_of(exact | {"without": sorted(look.without)}, groups, dependability)


def stages(question: Question) -> list[StageSize]:
    """Resamples of the clients of the data, and simulated clinics; a step of these has one clinic of each scenario."""
    [simulated] = one_stage(question)
    return [
        StageSize("Estimating", question.section.resamples),
        StageSize("Simulating clinics like yours", simulated.steps, len(question.experiment.arms)),
    ]
