"""Searching the repair policy that is best for each profile of clients, and testing the winner on new people."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from alliance_sim.estimands.profiles import EVERYONE
from alliance_sim.experiment.failing import UndefinedError
from alliance_sim.experiment.kept import Stage
from alliance_sim.questions.frame.profiles import profiles_of
from alliance_sim.questions.frame.question import Answer, Kind, Question
from alliance_sim.questions.optimise.around import mapped, put_back, sliced, spread_points
from alliance_sim.questions.optimise.evaluating import Clinics, Evaluator, Objective, Policy
from alliance_sim.questions.optimise.findings import Findings
from alliance_sim.questions.optimise.fresh import Stages, Won, best_arm, confirmed, exchanged, kept_margins, race
from alliance_sim.questions.optimise.page import answer
from alliance_sim.questions.optimise.searching import Outcome, Tried, finalists, search
from alliance_sim.questions.optimise.section import MODEL, margins_of, size, start_arm, wrong
from alliance_sim.questions.optimise.space import inside, read_space, values_of


def stages_of(asked: Question) -> Stages:
    """Clinics 1 to n are for the search, the next for the selection, the next for the confirmation."""
    section = asked.section
    searched = asked.experiment.replicates
    selected = searched + section.fresh
    return Stages(
        range(1, searched + 1),
        range(searched + 1, selected + 1),
        range(selected + 1, selected + section.confirm + 1),
        range(selected + 1, selected + section.around + 1),
    )


def judge_of(asked: Question, folder: Path, threads: int) -> Evaluator:
    """What plays policies and keeps what came of them."""
    experiment = asked.experiment
    points = {point.arm: point for point in experiment.points}
    clinics = Clinics(
        points,
        experiment.seed,
        experiment.path.resolve().parent,
        profiles_of(asked),
        points[experiment.baseline].scenario.draws,
    )
    default = Policy(experiment.baseline, experiment.baseline)
    return Evaluator(clinics, Objective(asked.section.objective, default, margins_of(asked)), folder, threads)


def defined_groups(asked: Question, judge: Evaluator, clinics: range) -> list[str]:
    """Everyone, and the profiles for which the objective is defined in some clinic of the search.

    Raises UndefinedError when it is not even defined for everyone.
    """
    name = judge.question.objective
    groups = [EVERYONE, *(profile.name for profile in profiles_of(asked))]
    known = [group for group in groups if judge.defined(judge.question.default, group, clinics)]
    if EVERYONE not in known:
        raise UndefinedError(f"The objective {name} is not defined in any of the clinics that were played.")
    return known


def searched(asked: Question, judge: Evaluator, group: str, clinics: range, stage: Stage) -> list[Tried]:
    """The search for one group, from the point at which the start arm lies, if that is in the space."""
    section, dimensions = asked.section, read_space(asked).dimensions
    arm = start_arm(asked)
    own = values_of(asked.experiment.points[asked.experiment.arms.index(arm)].scenario, dimensions)
    advance = stage(f"Searching for {group}", section.trials)

    def evaluate(values: Mapping[str, float]) -> Outcome:
        outcome = judge.outcome(_laid(asked, values), group, clinics)
        advance(1)
        return outcome

    first = [own] if inside(own, dimensions) else []
    tried = search(dimensions, evaluate, section.trials, section.startup, asked.experiment.seed, first)
    if not finalists(tried, 1):
        raise UndefinedError(f"The objective {section.objective} is not defined under any of the policies tried.")
    return tried


def raced(
    asked: Question, judge: Evaluator, tried: Mapping[str, list[Tried]], clinics: range, stage: Stage
) -> list[Won]:
    """For each group, the finalist that wins on new clinics."""
    section = asked.section
    advance = stage("Choosing on new clinics", len(tried))
    won = []
    for group, points in tried.items():
        best = [_laid(asked, each.settings) for each in finalists(points, section.finalists)]
        won.append(race(judge, best, group, clinics, section.first, section.indifference, section.error))
        advance(1)
    return won


def _laid(asked: Question, settings: Mapping[str, float]) -> Policy:
    """A point of the space, laid on the start arm."""
    return Policy("", start_arm(asked), tuple(settings.items()))


def conduct(asked: Question, folder: Path, workers: int, stage: Stage) -> Answer:
    """Search for each group, choose on new clinics, judge on others, and look around the optimum."""
    section, dimensions = asked.section, read_space(asked).dimensions
    judge, stages = judge_of(asked, folder, workers), stages_of(asked)
    groups = defined_groups(asked, judge, stages.search)
    tried = {group: searched(asked, judge, group, stages.search, stage) for group in groups}
    won = raced(asked, judge, tried, stages.selection, stage)
    arms = [Policy(name, name) for name in asked.experiment.arms]
    shipped = {group: best_arm(judge, arms, group, stages.search) for group in groups}
    advance = stage("Judging on new clinics", 1)
    table = confirmed(judge, won, shipped, stages)
    advance(1)
    points = [_laid(asked, each) for each in spread_points(dimensions, section.map, asked.experiment.seed)]
    advance = stage("Mapping the space", len(points))
    shares, lost = mapped(judge, won, points, stages.around, section.indifference, advance)
    start = values_of(asked.experiment.points[asked.experiment.arms.index(start_arm(asked))].scenario, dimensions)
    advance = stage("Putting settings back", len(groups) * len(dimensions))
    back = put_back(judge, won, start, shipped, stages.confirmation, advance)
    advance = stage("Slicing", len(groups) * len(dimensions) * section.slice)
    found = Findings(
        judge.question,
        dimensions,
        section.indifference,
        start_arm(asked),
        stages,
        judge.clinics.draws,
        tuple(won),
        _trials(tried),
        table,
        kept_margins(judge, won, stages),
        exchanged(judge, won, list(dict.fromkeys([judge.question.default, *shipped.values()])), stages),
        shares,
        lost,
        sliced(judge, won, dimensions, section.slice, stages.around, advance),
        back,
    )
    return answer(found, profiles_of(asked))


def _trials(tried: dict[str, list[Tried]]) -> pd.DataFrame:
    """Every point that was tried: a row a group and point."""
    return pd.DataFrame(
        [
            {
                "profile": group,
                "number": each.number,
                **each.settings,
                "gain": each.outcome.gain,
                "mcse": each.outcome.error,
                **{f"excess_{name}": excess for name, excess in each.outcome.excess.items()},
                "feasible": each.feasible,
            }
            for group, rows in tried.items()
            for each in rows
        ]
    )


KIND = Kind(
    "optimise",
    "a search for a good policy for each profile, tested on new people",
    MODEL,
    conduct,
    size,
    lambda asked: list(wrong(asked)),
    needs=("optuna",),
    command="optimise",
)
