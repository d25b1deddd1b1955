"""Which runs: studies of every scenario, twins whose alliance is raised for a treatment, and twins of one session."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from alliance_sim.experiment.kept import Piece, Stage, StageSize, kept, key_of
from alliance_sim.experiment.workers import Workers
from alliance_sim.questions.alliance_and_outcome.measure import (
    WAYS,
    WHOLE_ALLIANCE,
    Raise,
    StudyEstimates,
    compare_twins,
    estimate_studies,
    twin_arms,
)
from alliance_sim.questions.alliance_and_outcome.scenarios import NamedScenario, scenarios
from alliance_sim.questions.alliance_and_outcome.session_twins import Jolts, jolt_sessions
from alliance_sim.questions.alliance_and_outcome.study import HALOS, RATED, TRUE
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.frame.run import PIECE_WEEKS, Runs, run_settings
from alliance_sim.scenario.scenario import DesignPoint

STUDY_WEEKS = 160_000
"""Client-weeks of one piece of studies: to estimate takes longer than to simulate."""


class AssociationRows(NamedTuple):
    """Rows of studies, of twins of a treatment, and of twins of single sessions, each with its scenario."""

    studies: pd.DataFrame
    twins: pd.DataFrame
    jolts: pd.DataFrame


def run(question: Question, folder: Path, workers: Workers, stage: Stage) -> AssociationRows:
    """Run everything, or read what is kept."""
    every, larger = scenarios(question), question.section.larger
    runs = partial(_run, Runs.of(question.experiment), folder, workers, stage)
    studied = [((run_as(each, larger),), wanted_of(question, each)) for each in every]
    studies = runs("Studies", studied, estimate_studies, STUDY_WEEKS)
    raised = [(each, raises_of(question, each)) for each in every if each.crossed or each.drawn]
    arms = [(twin_arms(run_as(each, larger), raises), raises) for each, raises in raised]
    twins = runs("Twins of the whole treatment", arms, compare_twins)
    pieces = list(_jolts(question, every))
    advance = stage("Twins of one session", sum(piece.steps for piece in pieces))
    return AssociationRows(studies, twins, kept(jolt_sessions, pieces, folder / "pieces", workers, advance))


def _run(
    runs: Runs,
    folder: Path,
    workers: Workers,
    stage: Stage,
    label: str,
    settings: Sequence[tuple[tuple[DesignPoint, ...], Hashable]],
    measure: Callable[..., pd.DataFrame],
    weeks: int = PIECE_WEEKS,
) -> pd.DataFrame:
    """The rows of `measure` over settings, each with what is measured there; settings with the same together."""
    advance = stage(label, len(settings) * len(runs.replicates))
    return pd.concat(
        [
            run_settings(own, partial(measure, what), key_of(label, what), runs, folder, workers, advance, weeks)
            for what in dict.fromkeys(what for _, what in settings)
            for own in [[points for points, each in settings if each == what]]
        ],
        ignore_index=True,
    )


def run_as(scenario: NamedScenario, larger: int) -> DesignPoint:
    """The design point of a scenario; with more therapists where every replicate has its own draw of the parameters."""
    point, own = scenario.point, scenario.point.scenario
    if not scenario.drawn:
        return point
    clinic = own.clinic._replace(therapists=own.clinic.therapists * larger)
    return point._replace(scenario=own._replace(clinic=clinic))


def wanted_of(question: Question, scenario: NamedScenario) -> StudyEstimates:
    """What is estimated in a scenario."""
    section = question.section
    data = [(RATED, 0.0)]
    if scenario.crossed or scenario.drawn:
        data.insert(0, (TRUE, 0.0))
    if scenario.calibrated and scenario.arm == section.effect:
        data += [(name, size * section.halo) for size, name in enumerate(HALOS, 1)]
    small = None if scenario.drawn else (section.small_therapists, section.small_caseload)
    fitted = section.cross_lagged if scenario.crossed and scenario.main else 0
    return StudyEstimates(tuple(data), small, section.waves, fitted)


def raises_of(question: Question, scenario: NamedScenario) -> tuple[Raise, ...]:
    """What is raised in a scenario: the alliance, twice as much, and in the main ones parts of it alone."""
    section = question.section
    whole = (Raise(WHOLE_ALLIANCE, section.raised), Raise(WHOLE_ALLIANCE, section.raised_more))
    if scenario.main and scenario.arm == section.effect:
        return (*whole, *(Raise(way, section.raised) for way in WAYS if way != WHOLE_ALLIANCE))
    return whole


def _jolts(question: Question, every: list[NamedScenario]) -> Iterator[Piece]:
    """Pieces of twins of one session: one a scenario, and one a clinic where each has its own draw."""
    section, seed = question.section, question.experiment.seed
    jolts = Jolts(tuple(section.jolted), section.follow, section.jolt, section.relief)
    for scenario in every:
        if scenario.drawn:
            ranges = [range(k, k + 1) for k in range(1, section.jolted_draws + 1)]
        else:
            ranges = [range(1, section.jolted_clinics + 1)] if scenario.crossed else []
        for replicates in ranges:
            point = scenario.point
            key = key_of("jolts", point.address, point.factors, seed, replicates.start, replicates.stop, jolts)
            yield Piece(key, (point, seed, replicates, jolts), len(replicates))


STUDY, JOLT = 20.0, 5.0
"""What the estimates of a study and the twins of one session cost, measured, in twins of the whole treatment."""


def stages(question: Question) -> list[StageSize]:
    """Studies, twins of the whole treatment, and twins of one session."""
    every, section, replicates = scenarios(question), question.section, question.experiment.replicates
    drawn, crossed = (sum(getattr(each, name) for each in every) for name in ("drawn", "crossed"))
    return [
        StageSize("Studies", len(every) * replicates, STUDY),
        StageSize("Twins of the whole treatment", (drawn + crossed) * replicates),
        StageSize("Twins of one session", drawn * section.jolted_draws + crossed * section.jolted_clinics, JOLT),
    ]
