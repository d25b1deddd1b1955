"""Which runs: every level of technique with every level of the alliance, in every scenario, for matched twins."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Clinics
from alliance_sim.estimands.profiles import BY_NAME
from alliance_sim.experiment.kept import Stage, StageSize, key_of
from alliance_sim.experiment.workers import Workers
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.frame.run import Simulated, run_experiment
from alliance_sim.questions.technique_and_alliance.section import ATTUNEMENT, COMPETENCE, LEVELS, axes, own_fit
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.registry import Label, with_settings, with_shift
from alliance_sim.scenario.scenario import DesignPoint, Scenario

MEASURES = ("d", "recovery", "dropout", "felt", "felt_sd", "left")
"""What is measured of a clinic: improvement (d), recovered (%), dropped out (%), felt alliance (mean over clients of
their mean over sessions, 0-1), its SD among clients, and minus the logarithm of the share of distress that is left."""

NOBODY_LEAVES: dict[str, Label] = {
    "parameters.leaving.base": -8.0,
    "parameters.leaving.alliance": 0.0,
    "parameters.leaving.unresolved": 0.0,
    "parameters.leaving.change": 0.0,
    "parameters.leaving.complete": 0.0,
}
ALL_IS_BORNE: dict[str, Label] = {
    "parameters.technique.tolerance_base": 1.0,
    "parameters.technique.tolerance_bond": 0.0,
    "parameters.technique.tolerance_security": 0.0,
}
ALL_ENGAGE: dict[str, Label] = {
    "parameters.engagement.base": 0.8,
    "parameters.engagement.alliance": 0.0,
    "parameters.engagement.withdrawal": 0.0,
}
CHANNELS: dict[str, dict[str, Label]] = {
    "everything as it is": {},
    "nobody leaves early": NOBODY_LEAVES,
    "every client bears any challenge": ALL_IS_BORNE,
    "all clients engage equally": ALL_ENGAGE,
    "all three": NOBODY_LEAVES | ALL_IS_BORNE | ALL_ENGAGE,
}
"""Channels by which technique needs the alliance without a gate too, closed one by one and together."""

CORNERS = ((-1.0, 1.0), (-1.0, 0.0))
"""Technique (SD) and alliance (shift, log-odds) at which channels are compared."""


def measure(arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """`MEASURES` of every clinic: a row an arm and replicate."""
    frames = []
    pre_post, recovery, dropout = (BY_NAME[name].measure for name in ("pre_post_d", "recovery_pct", "dropout_pct"))
    for arm, runs in arms.items():
        people, rows = runs.clients, runs.sessions
        felt, felt_sd = _felt(rows, runs.replicates)
        intake, end = people.mean(people.floats("intake_distress")), people.mean(people.floats("distress_end"))
        known = (intake > 0) & (end > 0)
        left = np.full(len(intake), np.nan)
        left[known] = -np.log(end[known] / intake[known])
        frames.append(
            pd.DataFrame(
                {
                    "replicate": np.array(runs.replicates), "arm": arm, "d": pre_post(people),
                    "recovery": recovery(people), "dropout": dropout(people), "felt": felt, "felt_sd": felt_sd,
                    "left": left,
                }
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _felt(rows: Clinics, replicates: range) -> tuple[np.ndarray, np.ndarray]:
    """Mean and SD among clients of each client's mean felt alliance over the sessions attended."""
    here = rows.take(np.flatnonzero(rows.flags("attended")), ("client", "alliance"))
    own = here.clients.means(here.floats("alliance"))
    people = Clinics({"replicate": here.replicate[here.clients.starts], "alliance": own})
    mean, sd = np.full(len(replicates), np.nan), np.full(len(replicates), np.nan)
    at = people.numbers - replicates.start
    mean[at], sd[at] = people.mean(own), people.sd(own)
    return mean, sd


Place = tuple[dict[str, Label], dict[str, Label], float]
"""Columns of a point, the settings that make it, and its shift of the alliance."""


class SurfaceRows(NamedTuple):
    """Measures of every clinic: columns of the place, replicate, arm, and MEASURES."""

    levels: pd.DataFrame
    attunement: pd.DataFrame | None
    channels: pd.DataFrame | None


def run(question: Question, folder: Path, workers: Workers, stage: Stage) -> SurfaceRows:
    """Technique by alliance in every arm; by attunement, and with channels closed, in those with their own fit."""
    at, own, every = axes(question), own_fit(question), tuple(question.experiment.arms)

    def at_places(arms: Sequence[str], places: Iterable[Place], label: str) -> pd.DataFrame:
        experiment = _points(question.experiment, arms, list(places))
        return run_experiment(experiment, measure, "", folder, workers, stage, label)

    by_alliance: Iterable[Place] = (
        ({"technique": c, "alliance": s}, {COMPETENCE: c}, s) for c in at.technique for s in at.alliance
    )
    levels = at_places(every, by_alliance, "Technique and alliance")
    attunement = channels = None
    if at.attunement:
        by_attunement: Iterable[Place] = (
            ({"technique": c, "alliance": a}, {COMPETENCE: c, ATTUNEMENT: a}, 0.0)
            for c in at.technique
            for a in at.attunement
        )
        attunement = at_places(own, by_attunement, "Technique and attunement")
    if question.section.channels:
        channels = at_places(own, channel_places(), "Closing channels one by one")
    return SurfaceRows(levels, attunement, channels)


def channel_places() -> Iterator[Place]:
    """Four places of the surface with channels of an interaction closed."""
    for channel, closed in CHANNELS.items():
        for c in CORNERS[0]:
            for s in CORNERS[1]:
                yield {"channel": channel, "technique": c, "alliance": s}, {**closed, COMPETENCE: c}, s


def _points(experiment: Experiment, arms: Sequence[str], places: Sequence[Place]) -> Experiment:
    """An experiment with points at some places, in some arms."""
    points: list[DesignPoint] = []
    for labels, settings, shift in places:
        for point in experiment.points:
            if point.arm in arms:
                scenario: Scenario = with_shift(with_settings(point.scenario, settings), LEVELS, shift)
                address = key_of(point.address, sorted(settings.items()), shift)
                points.append(
                    point._replace(number=len(points) + 1, factors=labels, scenario=scenario, address=address)
                )
    return replace(experiment, arms=tuple(arms), points=tuple(points))


def stages(asked: Question) -> list[StageSize]:
    """The clinics of each surface; a step has one of each arm."""
    at, experiment, own = axes(asked), asked.experiment, len(own_fit(asked))
    times = len(at.technique) * experiment.replicates
    return [
        StageSize("Technique and alliance", times * len(at.alliance), len(experiment.arms)),
        StageSize("Technique and attunement", times * len(at.attunement), own),
        StageSize("Closing channels", 4 * len(CHANNELS) * experiment.replicates * bool(asked.section.channels), own),
    ]
