"""Which repair policy for whom? Effects of policies among clients of prespecified profiles, against a baseline."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field

from alliance_sim.estimands.conditional import ByGroup, effects, interactions, tailoring
from alliance_sim.estimands.profiles import BY_NAME, EVERYONE, Profile
from alliance_sim.experiment.failing import UndefinedError
from alliance_sim.experiment.kept import Advance, Piece, Stage, kept, key_of
from alliance_sim.experiment.parts import settings
from alliance_sim.figures import by_profile
from alliance_sim.law.about import About
from alliance_sim.questions.frame.config import names_of, section_model, wrong_names, wrong_value
from alliance_sim.questions.frame.groups import Survey, measure_groups, ranges
from alliance_sim.questions.frame.profiles import JUDGING, PROFILES, judging, profiles_of, read_profiles
from alliance_sim.questions.frame.question import Answer, Kind, Question
from alliance_sim.questions.repair_for_whom.page import parts
from alliance_sim.questions.repair_for_whom.telling import short
from alliance_sim.questions.repair_for_whom.world import Findings, World
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.problem import Place, Problem, nearest
from alliance_sim.scenario.scenario import DesignPoint
from alliance_sim.stats.draws import draw_of
from alliance_sim.stats.over_draws import OverDraws, over_draws

OUTCOMES = ["symptoms_end", "alliance_end", "dropout_pct"]


class Numbers(NamedTuple):
    """What counts as the same."""

    indifference: Annotated[
        float,
        About("difference of what decides that does not matter", "unit of decide_by", 0.0, 1e6, "your judgement"),
    ] = 0.05


def worlds(asked: Question, folder: Path, workers: int, stage: Stage) -> list[World]:
    """What was measured in the world of each setting, the first of which is the main one."""
    experiment, section = asked.experiment, asked.section
    profiles = profiles_of(asked)
    names = tuple(dict.fromkeys([*section.outcomes, section.decide_by]))
    advance = stage("Playing", experiment.replicates * sum(1 for _ in settings(experiment)))
    made = []
    for points in settings(experiment):
        ordered = tuple(sorted(points, key=lambda point: point.arm != experiment.baseline))
        rows = _played(ordered, experiment, profiles, names, folder, workers, advance)
        draws = ordered[0].scenario.draws
        measured = ByGroup(rows, draws)
        if not _defined(measured, EVERYONE, section.decide_by):
            raise UndefinedError(f"{section.decide_by} is not defined in enough of the clinics that were played.")
        known = tuple(each for each in profiles if _defined(measured, each.name, section.decide_by))
        unknown = tuple(each for each in profiles if each not in known)
        made.append(World(_label(points[0]), measured, known, unknown, draws))
    return made


def _defined(measured: ByGroup, group: str, name: str) -> bool:
    """Whether an estimate of a group is defined under every arm, twice or more in each half of the replicates."""
    half = len(measured.replicates) // 2
    there = [np.isfinite(measured.of(arm, group, name)) for arm in measured.arms]
    return all(min(own[:half].sum(), own[half:].sum()) >= 2 for own in there)


def _label(point: DesignPoint) -> str:
    """A setting in words."""
    return ", ".join(str(value) for value in point.factors.values())


def _played(
    points: tuple[DesignPoint, ...],
    experiment: Experiment,
    profiles: tuple[Profile, ...],
    names: tuple[str, ...],
    folder: Path,
    workers: int,
    advance: Advance,
) -> pd.DataFrame:
    """The arms of one setting, the baseline first, in every replicate."""
    survey = Survey(experiment.seed, experiment.path.resolve().parent, profiles, names)
    pieces = []
    for part in ranges(points, range(1, experiment.replicates + 1)):
        where = [(point.arm, point.address) for point in points]
        key = key_of(where, part.start, part.stop, profiles, names)
        pieces.append(Piece(key, (points, part, survey), len(part)))
    return kept(measure_groups, pieces, folder / "pieces", workers, advance)


def over_parameters(world: World, name: str) -> pd.DataFrame:
    """For each profile and every two policies: the share of draws of the parameters under which the first is better."""
    rows = []
    arms = world.measured.arms
    draw = draw_of(world.measured.replicates, world.draws)
    for group in world.groups if world.draws else ():
        for k, one in enumerate(arms):
            for other in arms[k + 1 :]:
                found = over_draws(world.measured.gain(one, other, group, name), draw)
                rows.append({"profile": group, "policy": one, "other": other, **found._asdict()})
    return pd.DataFrame(rows, columns=["profile", "policy", "other", *OverDraws._fields])


def conduct(asked: Question, folder: Path, workers: int, stage: Stage) -> Answer:
    """Play the arms, contrast them within profiles, and tell who gains from what."""
    section, baseline = asked.section, asked.experiment.baseline
    outcomes = list(dict.fromkeys([*section.outcomes, section.decide_by]))
    played = worlds(asked, folder, workers, stage)
    main = played[0]
    found = Findings(
        tuple(played),
        baseline,
        section.decide_by,
        section.indifference,
        _stacked(played, lambda world: effects(world.measured, baseline, world.groups, outcomes)),
        _stacked(played, lambda world: interactions(world.measured, baseline, world.named, outcomes)),
        _stacked(played, lambda world: _tailoring(world, section.decide_by)),
        over_parameters(main, section.decide_by),
    )
    pictures = [
        by_profile.draw(found.of_main(found.effects), main.groups, baseline),
        *([by_profile.draw_interactions(found.of_main(found.interactions), baseline)] if main.named else []),
    ]
    tables = {
        "effects": found.effects,
        "interactions": found.interactions,
        "best_policies": found.best,
        "over_draws": found.over_draws,
        "profiles": who(main),
    }
    return Answer(short(found), parts(found, who(main), pictures), tables, pictures)


def _stacked(played: Sequence[World], table: Callable[[World], pd.DataFrame]) -> pd.DataFrame:
    """A table of every world, after a column that names it."""
    return pd.concat([table(world).assign(world=world.label) for world in played], ignore_index=True)


def _tailoring(world: World, name: str) -> pd.DataFrame:
    """Policies chosen on the first half of the replicates and judged on the other."""
    choosing = np.arange(len(world.measured.replicates)) < len(world.measured.replicates) // 2
    return tailoring(world.measured, world.named, name, choosing)


def who(world: World) -> pd.DataFrame:
    """Each profile in words, its share of all clients (0-1), and how many of them were played."""
    rows = world.measured.rows
    own = rows[rows["arm"] == rows["arm"].iloc[0]]
    count = own.groupby("group")["clients"].sum()
    return pd.DataFrame(
        {
            "profile": [profile.name for profile in world.profiles],
            "who": [profile.words() for profile in world.profiles],
            "share": [count[name] / count[EVERYONE] for name in world.named],
            "clients": [int(count[name]) for name in world.named],
            "fewest": [int(own.loc[own["group"] == name, "clients"].min()) for name in world.named],
        }
    )


def wrong(asked: Question) -> Iterator[Problem]:
    """Outcomes, profiles and designs that cannot be asked about."""
    section, experiment = asked.section, asked.experiment
    yield from wrong_names(asked, "outcomes", section.outcomes, list(BY_NAME), "estimate")
    if section.decide_by not in JUDGING:
        yield wrong_value(
            asked, "decide_by", section.decide_by, ", ".join(JUDGING), nearest(section.decide_by, JUDGING)
        )
    stated = read_profiles(asked)
    yield from stated.problems
    if not stated.profiles and not stated.problems:
        here = Place(str(asked.path), None, f"{asked.kind.key}.profiles")
        yield Problem(here, "no profile", "one or more, such as anxious: {anxiety: [1, inf]}")
    place = Place(str(asked.path), None, asked.kind.key)
    if len(experiment.arms) < 2:
        yield Problem(place, "one arm", "two arms or more, one of them the baseline")
    if experiment.replicates < 8:
        yield Problem(
            place, f"{experiment.replicates} replicates", "8 or more: half of them choose, half of them judge"
        )
    if experiment.sampled:
        yield Problem(place, "a sampled design", "factors, whose settings are the worlds that are compared")


def size(asked: Question) -> Sequence[str]:
    """How much is played, and who is asked about."""
    experiment = asked.experiment
    clinic = experiment.points[0].scenario.clinic
    count = sum(1 for _ in settings(experiment))
    played = (
        f"{len(experiment.arms)} policies in {count} world{'s' if count > 1 else ''}, the same "
        f"{experiment.replicates:,} simulated clinics of {clinic.therapists * clinic.caseload:,} clients in each, "
        f"{clinic.weeks} weeks."
    )
    return [
        played,
        *(f"Profile {profile.name}: {profile.words()}." for profile in profiles_of(asked)),
    ]


_OUTCOMES: Any = (
    names_of(list(BY_NAME), "estimates"),
    Field(default=OUTCOMES, description="the estimates that are compared"),
)

KIND = Kind(
    "repair_for_whom",
    "the effect of each policy among clients of prespecified profiles, and whether the best policy differs",
    section_model("RepairForWhom", Numbers, outcomes=_OUTCOMES, decide_by=judging(), profiles=PROFILES),
    conduct,
    size,
    lambda asked: list(wrong(asked)),
)
