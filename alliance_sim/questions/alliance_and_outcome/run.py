"""Which runs: studies of every scenario, twins whose alliance is raised for a treatment, and twins of one session."""

from collections.abc import Hashable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import pandas as pd

from alliance_sim.experiment.kept import Piece, Stage, kept, key_of
from alliance_sim.questions.alliance_and_outcome.measure import (
    WAYS,
    WHOLE_ALLIANCE,
    Raise,
    Wanted,
    compare_twins,
    estimate_studies,
    twin_arms,
)
from alliance_sim.questions.alliance_and_outcome.scenarios import Scenario, scenarios
from alliance_sim.questions.alliance_and_outcome.session_twins import Jolts, jolt_sessions
from alliance_sim.questions.alliance_and_outcome.study import HALOS, RATED, TRUE
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.frame.run import Runs, run_settings
from alliance_sim.scenario.scenario import DesignPoint

STUDY_WEEKS = 160_000
"""Client-weeks of one piece of studies: to estimate takes longer than to simulate."""

T = TypeVar("T", bound=Hashable)


class Rows(NamedTuple):
    """Rows of studies, of twins of a treatment, and of twins of single sessions, each with its scenario."""

    studies: pd.DataFrame
    twins: pd.DataFrame
    jolts: pd.DataFrame


def run(question: Question, folder: Path, workers: int, stage: Stage) -> Rows:
    """Run everything, or read what is kept."""
    every, runs, larger = scenarios(question), Runs.of(question.experiment), question.section.larger
    parts: list[pd.DataFrame] = []
    advance = stage("Studies", len(every) * question.experiment.replicates)
    for wanted, own in _grouped([(wanted_of(question, each), each) for each in every]).items():
        settings, measure = [(run_as(each, larger),) for each in own], partial(estimate_studies, wanted)
        parts.append(
            run_settings(settings, measure, key_of("studies", wanted), runs, folder, workers, advance, STUDY_WEEKS)
        )
    studies = pd.concat(parts, ignore_index=True)

    twins = [(raises_of(question, each), each) for each in every if each.crossed or each.drawn]
    advance = stage("Twins of the whole treatment", len(twins) * question.experiment.replicates)
    parts = []
    for raises, own in _grouped(twins).items():
        arms, measure = [twin_arms(run_as(each, larger), raises) for each in own], partial(compare_twins, raises)
        parts.append(run_settings(arms, measure, key_of("twins", raises), runs, folder, workers, advance))

    pieces = list(_jolts(question, every))
    advance = stage("Twins of one session", sum(piece.steps for piece in pieces))
    jolts = kept(jolt_sessions, pieces, folder / "pieces", workers, advance)
    return Rows(studies, pd.concat(parts, ignore_index=True), jolts)


def _grouped(pairs: list[tuple[T, Scenario]]) -> dict[T, list[Scenario]]:
    found: dict[T, list[Scenario]] = {}
    for key, scenario in pairs:
        found.setdefault(key, []).append(scenario)
    return found


def run_as(scenario: Scenario, larger: int) -> DesignPoint:
    """The design point of a scenario; with more therapists where every replicate has its own draw of the parameters."""
    point, own = scenario.point, scenario.point.scenario
    if not scenario.drawn:
        return point
    clinic = own.clinic._replace(therapists=own.clinic.therapists * larger)
    return point._replace(scenario=own._replace(clinic=clinic))


def wanted_of(question: Question, scenario: Scenario) -> Wanted:
    """What is estimated in a scenario."""
    section = question.section
    data = [(RATED, 0.0)]
    if scenario.crossed or scenario.drawn:
        data.insert(0, (TRUE, 0.0))
    if scenario.calibrated and scenario.arm == section.effect:
        data += [(name, size * section.halo) for size, name in enumerate(HALOS, 1)]
    small = None if scenario.drawn else (section.small_therapists, section.small_caseload)
    fitted = section.cross_lagged if scenario.crossed and scenario.main else 0
    return Wanted(tuple(data), small, section.waves, fitted)


def raises_of(question: Question, scenario: Scenario) -> tuple[Raise, ...]:
    """What is raised in a scenario: the alliance, twice as much, and in the main ones parts of it alone."""
    section = question.section
    whole = (Raise(WHOLE_ALLIANCE, section.raised), Raise(WHOLE_ALLIANCE, section.raised_more))
    if scenario.main and scenario.arm == section.effect:
        return (*whole, *(Raise(way, section.raised) for way in WAYS if way != WHOLE_ALLIANCE))
    return whole


def _jolts(question: Question, every: list[Scenario]) -> Iterator[Piece]:
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
