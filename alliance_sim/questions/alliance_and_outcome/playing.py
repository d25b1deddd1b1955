"""Everything that is played for the question, in pieces that are kept."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from alliance_sim.experiment.kept import Piece, Stage, kept, key_of
from alliance_sim.questions.alliance_and_outcome.jolt import Jolts, jolted
from alliance_sim.questions.alliance_and_outcome.measuring import (
    RATED,
    TRUE,
    WAYS,
    WHOLE_ALLIANCE,
    Raise,
    Wanted,
    estimated,
    twins,
)
from alliance_sim.questions.alliance_and_outcome.worlds import World, is_main, levels_of, worlds
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario.scenario import DesignPoint

HALOS = ("ratings, halo", "ratings, double halo")


class Found(NamedTuple):
    """What was played: rows of studies, of twins, and of jolted sessions, each with its world."""

    estimates: pd.DataFrame
    twins: pd.DataFrame
    jolts: pd.DataFrame


def worlds_of(asked: Question) -> list[World]:
    """The worlds that a config asks for."""
    section = asked.section
    return worlds(asked.experiment, (section.effect, section.null), section.strength)


def played_as(world: World, larger: int) -> DesignPoint:
    """The design point of a world; with more therapists where every replicate has a draw of parameters of its own."""
    scenario = world.point.scenario
    if scenario.population is None:
        return world.point
    clinic = scenario.clinic._replace(therapists=scenario.clinic.therapists * larger)
    return world.point._replace(scenario=scenario._replace(clinic=clinic))


def wanted_of(asked: Question, world: World) -> Wanted:
    """What is estimated in a world."""
    section = asked.section
    everything = len(world.on) == len(levels_of(asked.experiment)) and world.strength == section.strength
    crossed = world.arm in (section.effect, section.null)
    drawn = world.point.scenario.population is not None
    data = [(RATED, False, 0.0)]
    if crossed or drawn:
        data.insert(0, (TRUE, True, 0.0))
    if everything and world.arm == section.effect:
        data += [(name, False, size * section.halo) for size, name in enumerate(HALOS, 1)]
    main = crossed and is_main(world, len(levels_of(asked.experiment)))
    small = None if drawn else (section.small_therapists, section.small_caseload)
    return Wanted(tuple(data), small, section.waves, section.cross_lagged if main else 0)


def jolts_of(asked: Question) -> Jolts:
    """Which sessions are jolted."""
    section = asked.section
    return Jolts(tuple(section.jolted), section.follow, section.jolt, section.relief)


def play_all(asked: Question, folder: Path, workers: int, stage: Stage) -> Found:
    """Play everything, or read what is finished."""
    found = []
    for words, pieces in (
        ("Studies", list(_studies(asked))),
        ("Twins of the whole treatment", list(_twins(asked))),
        ("Twins of one session", list(_jolts(asked))),
    ):
        advance = stage(words, sum(piece.steps for piece in pieces))
        found.append(kept(work, pieces, folder / "pieces", workers, advance))
    return Found(*found)


def work(kind: str, world: dict[str, str], given: tuple[Any, ...]) -> pd.DataFrame:
    """Do one piece: rows with the world in front."""
    kinds: dict[str, Callable[..., pd.DataFrame]] = {"studies": estimated, "twins": twins, "jolts": jolted}
    rows = kinds[kind](*given)
    return rows.assign(**world)[[*world, *rows.columns]]


def _labels(world: World) -> dict[str, str]:
    return {"strength": world.strength, "on": ", ".join(world.on), "arm": world.arm}


def _chunks(asked: Question, world: World, size: int) -> Iterator[range]:
    """The replicates of a world, some at a time."""
    size = 1 if world.point.scenario.population is not None else size
    for first in range(1, asked.experiment.replicates + 1, size):
        yield range(first, min(first + size, asked.experiment.replicates + 1))


def _studies(asked: Question) -> Iterator[Piece]:
    for world in worlds_of(asked):
        wanted = wanted_of(asked, world)
        for replicates in _chunks(asked, world, 20):
            yield _piece(asked, "studies", world, replicates, (wanted,))


def _twins(asked: Question) -> Iterator[Piece]:
    section = asked.section
    whole = (Raise(WHOLE_ALLIANCE, section.raised), Raise(WHOLE_ALLIANCE, section.raised_more))
    parts = tuple(Raise(way, section.raised) for way in WAYS if way != WHOLE_ALLIANCE)
    for world in worlds_of(asked):
        if world.arm in (section.effect, section.null) or world.point.scenario.population is not None:
            main = world.arm == section.effect and is_main(world, len(levels_of(asked.experiment)))
            for replicates in _chunks(asked, world, 20):
                yield _piece(asked, "twins", world, replicates, ((*whole, *parts) if main else whole,))


def _jolts(asked: Question) -> Iterator[Piece]:
    section, jolts = asked.section, jolts_of(asked)
    for world in worlds_of(asked):
        drawn = world.point.scenario.population is not None
        if world.arm not in (section.effect, section.null) and not drawn:
            continue
        last = section.jolted_draws if drawn else section.jolted_clinics
        for replicates in [range(k, k + 1) for k in range(1, last + 1)] if drawn else [range(1, last + 1)]:
            key = key_of("jolts", world.point.address, _labels(world), replicates.start, replicates.stop, jolts)
            given = (world.point, asked.experiment.seed, replicates, jolts)
            yield Piece(key, ("jolts", _labels(world), given), len(replicates))


def _piece(asked: Question, kind: str, world: World, replicates: range, more: tuple[Any, ...]) -> Piece:
    """Some replicates of a world."""
    larger = asked.section.larger
    key = key_of(kind, world.point.address, _labels(world), replicates.start, replicates.stop, larger, more)
    home = asked.experiment.path.resolve().parent
    given = (played_as(world, larger), asked.experiment.seed, replicates, home, *more)
    return Piece(key, (kind, _labels(world), given), len(replicates))
