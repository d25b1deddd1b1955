"""Which runs: a search for each group, a race of its finalists on new clinics, and what judges the chosen policies.

All policies that a search tries meet the same people, so that its winner is the best for these people, and part of its
lead is chance. Clinics are therefore used once: for the search, for the race, or to judge.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import qmc

from alliance_sim.estimands.profiles import EVERYONE
from alliance_sim.experiment.failing import UndefinedError
from alliance_sim.experiment.kept import Stage, StageSize
from alliance_sim.experiment.workers import Workers
from alliance_sim.questions.frame.profiles import profiles_of
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.optimise.evaluate import Candidate, Evaluator, Floats
from alliance_sim.questions.optimise.search import Tried, finalists, search
from alliance_sim.questions.optimise.section import start_arm
from alliance_sim.questions.optimise.space import Axis, axes_of
from alliance_sim.scenario.registry import value_at
from alliance_sim.stats.draws import Whole
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.selection import Chosen, choose


class Stages(NamedTuple):
    """Which clinics are for what: no clinic is used twice."""

    search: range
    selection: range
    confirmation: range
    around: range  # the first of the confirmation


class Won(NamedTuple):
    """What a search came to for one group."""

    group: str
    finalists: tuple[Candidate, ...]  # best of the search first
    race: Chosen
    shipped: str  # the arm that did best in the clinics of the search

    @property
    def chosen(self) -> Candidate:
        """The finalist that won the race."""
        return self.finalists[self.race.best]


class SearchResult(NamedTuple):
    """What was tried and chosen, and the evaluator that has simulated it."""

    evaluator: Evaluator
    tried: Mapping[str, Sequence[Tried]]  # by group
    won: tuple[Won, ...]


def stages_of(question: Question) -> Stages:
    """Clinics 1 to n are for the search, the next for the selection, the next for the confirmation."""
    section, first = question.section, question.experiment.replicates + 1
    judging = first + section.fresh
    return Stages(
        range(1, first),
        range(first, judging),
        range(judging, judging + section.confirm),
        range(judging, judging + section.around),
    )


def run(question: Question, folder: Path, workers: Workers, stage: Stage) -> SearchResult:
    """Search for each group, choose on new clinics, and simulate all that judges the choice on others."""
    evaluator, stages = Evaluator(question, folder, workers), stages_of(question)
    groups = defined_groups(question, evaluator, stages.search)
    tried = {group: searched(question, evaluator, group, stages.search, stage) for group in groups}
    advance = stage("Choosing on new clinics", len(groups))
    won = []
    for group, points in tried.items():
        won.append(chosen(question, evaluator, group, points))
        advance(1)
    wanted = list(judges(question, won))
    advance = stage("Judging on new clinics", len(wanted))
    for policy, clinics in wanted:
        evaluator.measured(policy, clinics)
        advance(1)
    return SearchResult(evaluator, tried, tuple(won))


def defined_groups(question: Question, evaluator: Evaluator, clinics: range) -> list[str]:
    """Everyone, and the profiles for which the objective is defined in some clinic of the search.

    Raises UndefinedError when it is not even defined for everyone.
    """
    groups = [EVERYONE, *(profile.name for profile in profiles_of(question))]
    known = [group for group in groups if evaluator.defines(evaluator.default, group, clinics)]
    if EVERYONE not in known:
        name = evaluator.objective
        raise UndefinedError(f"The objective {name} is not defined in any of the clinics that were simulated.")
    return known


def searched(question: Question, evaluator: Evaluator, group: str, clinics: range, stage: Stage) -> list[Tried]:
    """The search for one group, from the point at which the start arm lies, if that is in the space."""
    section, axes, start = question.section, axes_of(question), start_values(question)
    advance = stage(f"Searching for {group}", section.trials)

    def evaluate(settings: Mapping[str, float]) -> tuple[Estimate, Mapping[str, float]]:
        judged = evaluator.judged(_laid(question, settings), group, clinics)
        advance(1)
        return judged

    inside = all(each.low <= start[each.path] <= each.high for each in axes)
    tried = search(axes, evaluate, section.trials, section.startup, question.experiment.seed, [start] if inside else [])
    if not finalists(tried, 1):
        raise UndefinedError(f"The objective {section.objective} is not defined under any of the policies tried.")
    return tried


def chosen(question: Question, evaluator: Evaluator, group: str, tried: Sequence[Tried]) -> Won:
    """Let the best points of a search compete on new clinics; next to them, the arm that did best in the search."""
    section, stages = question.section, stages_of(question)
    best = [_laid(question, each.settings) for each in finalists(tried, section.finalists)]
    there = np.isfinite(evaluator.values(evaluator.default, group, stages.selection))
    race = raced(evaluator, best, group, np.asarray(stages.selection)[there], section)
    arms = [Candidate(arm) for arm in question.experiment.arms]
    known = [arm for arm in arms if evaluator.defines(arm, group, stages.search)]
    shipped = max(known, key=lambda arm: evaluator.judged(arm, group, stages.search)[0].value)
    return Won(group, tuple(best), race, shipped.arm)


def raced(evaluator: Evaluator, best: Sequence[Candidate], group: str, clinics: Whole, section: Any) -> Chosen:
    """Let finalists compete until one is left (Kim & Nelson, 2001), on the clinics in which a group has clients.

    With fewer than `first` such clinics the best of the search is taken, and no guarantee is given.
    """
    if len(clinics) < section.first:
        return Chosen(0, (0,) * len(best), guaranteed=False)

    def sample(which: Sequence[int], start: int, stop: int) -> Floats:
        block = range(int(clinics[start]), int(clinics[stop - 1]) + 1)
        wanted = np.isin(np.asarray(block), clinics[start:stop])
        return evaluator.matrix([best[k] for k in which], group, block)[:, wanted]

    return choose(sample, len(best), section.indifference, section.error, section.first, len(clinics))


def judges(question: Question, won: Sequence[Won]) -> Iterator[tuple[Candidate, range]]:
    """Every policy that is simulated to judge the chosen ones, and the clinics."""
    stages, start = stages_of(question), start_values(question)
    for each in won:
        for policy in (Candidate(each.shipped), each.chosen, each.finalists[0]):
            yield policy, stages.confirmation
        for path, value in start.items():
            yield each.chosen.moved(path, value), stages.confirmation
        for axis in axes_of(question):
            for value in steps(axis, question.section.slice):
                yield each.chosen.moved(axis.path, value), stages.around
    for policy in spread_points(question):
        yield policy, stages.around


def start_values(question: Question) -> dict[str, float]:
    """The values that the start arm has in the space."""
    experiment = question.experiment
    start = experiment.points[experiment.arms.index(start_arm(question))].scenario
    return {each.path: float(value_at(start, each.path)) for each in axes_of(question)}


def spread_points(question: Question) -> list[Candidate]:
    """Points spread evenly over the space: a scrambled Sobol sequence (Owen, 1998)."""
    axes = axes_of(question)
    unit = qmc.Sobol(len(axes), seed=question.experiment.seed % 2**32).random(question.section.map)
    return [
        _laid(question, {each.path: each.rounded(each.low + (each.high - each.low) * u) for each, u in row})
        for row in (zip(axes, values, strict=True) for values in unit)
    ]


def steps(axis: Axis, count: int) -> list[float]:
    """Values of a setting from end to end; whole ones each once."""
    return sorted({axis.rounded(step) for step in np.linspace(axis.low, axis.high, count)})


def _laid(question: Question, settings: Mapping[str, float]) -> Candidate:
    """A point of the space, laid on the start arm."""
    return Candidate(start_arm(question), tuple(settings.items()))


def stages(question: Question) -> list[StageSize]:
    """The search for each group, the race of its finalists, and what judges the choice, by clinics."""
    section, axes = question.section, len(axes_of(question))
    groups = [EVERYONE, *(profile.name for profile in profiles_of(question))]
    judging = len(groups) * (3 + axes) * section.confirm
    around = (len(groups) * axes * section.slice + section.map) * section.around
    steps = len(groups) * (3 + axes + axes * section.slice) + section.map
    return [
        *(StageSize(f"Searching for {group}", section.trials, question.experiment.replicates) for group in groups),
        StageSize("Choosing", len(groups), section.finalists * section.fresh),
        StageSize("Judging", steps, (judging + around) / steps),
    ]
