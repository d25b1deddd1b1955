"""After a rupture: as it was, had it been left alone, had it never happened; the same clients and draws.

In a twin world the sessions of one week are held under another policy, or without ruptures. So the weeks before are the
same to the bit, and what differs after follows from that week.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.engine.one_week import one_week
from alliance_sim.estimands.histories import at_week, first_week
from alliance_sim.evidence.face.clinics import Change, Played, Sample, ignoring, without_ruptures
from alliance_sim.evidence.face.intervals import average, share_of
from alliance_sim.law.world import World
from alliance_sim.stats.estimate import Estimate

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

WEEKS = range(3, 10)
"""Weeks of the ruptures that are followed: two weeks before them and six after them are in treatment."""

STEPS = range(-2, 7)
"""Weeks from the rupture."""

SEVERE = 0.6
"""A rupture of a severity (load) above this is called severe."""

NEAR = 0.02
"""Felt alliance (0-1) that is no farther than this below the week before the rupture is back."""

LATER = (1, 3, 6)
"""Sessions after a rupture at which is looked whether clients are back."""

REPAIRED, ALONE, UNREPAIRED, NEVER = "repaired", "left alone", "not repaired", "never happened"
"""Labels of what was, and of what would have been."""


class Line(NamedTuple):
    """Mean felt alliance around ruptures in one world, minus that of the week before, at each of STEPS."""

    label: str
    points: tuple[Estimate, ...]


class Return(NamedTuple):
    """What becomes of the felt alliance after ruptures; shares in per cent of clients still in treatment."""

    back: tuple[Estimate, ...]  # after LATER sessions
    never: Estimate  # in no later session, of clients who had any, those who left included
    change: tuple[Estimate, ...]  # from the week before, at the rupture and after LATER sessions


class Unrepaired(NamedTuple):
    """First unrepaired ruptures of clients, and the same weeks of the twins to whom they did not happen."""

    policy: str
    severe: bool  # only ruptures above SEVERE, or all
    clients: int
    own: Return
    twin: Return
    further: Estimate  # mean felt alliance six sessions later minus at the rupture: below zero is a further fall


def twins(sample: Sample, world: World, change: Change) -> dict[int, Floats]:
    """Felt alliance (clients, weeks) where the sessions of one week are held in a changed world, by week (WEEKS)."""
    return {week: sample.run(world, ("alliance",), one_week(week, change)).sessions["alliance"] for week in WEEKS}


def own_twin(by_week: Mapping[int, Floats], week: Codes) -> Floats:
    """The felt alliance of each client in the twin world of the client's own week; nan for clients without a week."""
    made = np.full_like(next(iter(by_week.values())), np.nan)
    for number, felt in by_week.items():
        made[week == number] = felt[week == number]
    return made


def severe(played: Played) -> Floats:
    """Where a severe rupture happened (clients, weeks), 1 or 0."""
    return np.asarray((played.sessions["severity"] > SEVERE) & (played.sessions["rupture"] > 0), np.float64)


def unrepaired(played: Played, least: float) -> Floats:
    """Where a rupture of more than some severity happened and was not repaired in its session, 1 or 0."""
    s = played.sessions
    return np.asarray((s["severity"] > least) & (s["rupture"] > 0) & (s["repaired"] == 0), np.float64)


def in_weeks(week: Codes) -> Codes:
    """The week of each client where it is one of WEEKS; 0 for everybody else."""
    return np.where(np.isin(week, WEEKS), week, 0)


def first_repaired(played: Played) -> Codes:
    """The week of each client's first severe rupture where it was repaired in its session; 0 for everybody else."""
    week = first_week(severe(played))
    return np.where(at_week(played.sessions["repaired"], week, 0) == 1, in_weeks(week), 0)


def around(felt: Mapping[str, Floats], week: Codes, clinic: Codes) -> tuple[Line, ...]:
    """Lines of some worlds (felt alliance, clients x weeks, by label) around a week of each client (0 for none).

    Every point is over clients who are in treatment in all of these worlds then.
    """
    base = _at(next(iter(felt.values())), week, -1)
    changes = {label: np.stack([_at(matrix, week, step) - base for step in STEPS]) for label, matrix in felt.items()}
    there = np.isfinite(np.stack(list(changes.values()))).all(axis=0)
    return tuple(
        Line(label, tuple(average(each, clinic) for each in np.where(there, rows, np.nan)))
        for label, rows in changes.items()
    )


def followed(felt: Floats, before: Floats, week: Codes, clinic: Codes) -> Return:
    """Who is back to `before` (clients,) after a week of each client (0 for none); felt alliance (clients, weeks)."""
    gone = {step: _at(felt, week, step) - before for step in (0, *LATER)}
    back = [np.where(np.isfinite(gone[step]), gone[step] >= -NEAR, np.nan) for step in LATER]
    later = np.arange(1, felt.shape[1] + 1) > week[:, None]
    known = later & np.isfinite(felt) & (week > 0)[:, None]
    ever = (known & (felt >= before[:, None] - NEAR)).any(axis=1)
    never = np.where(known.any(axis=1), ~ever, np.nan)
    return Return(
        tuple(share_of(each, clinic) for each in back),
        share_of(never, clinic),
        tuple(average(gone[step], clinic) for step in (0, *LATER)),
    )


def returns(policy: str, played: Played, never: Mapping[int, Floats]) -> tuple[Unrepaired, Unrepaired]:
    """What follows first unrepaired ruptures, all and severe ones, beside the twins without them."""
    return _returns(policy, False, played, never), _returns(policy, True, played, never)


def _returns(policy: str, severe_only: bool, played: Played, never: Mapping[int, Floats]) -> Unrepaired:
    felt = played.sessions["alliance"]
    week = in_weeks(first_week(unrepaired(played, SEVERE if severe_only else 0.0)))
    before = _at(felt, week, -1)
    further = _at(felt, week, STEPS[-1]) - _at(felt, week, 0)
    return Unrepaired(
        policy,
        severe_only,
        int((week > 0).sum()),
        followed(felt, before, week, played.clinic),
        followed(own_twin(never, week), before, week, played.clinic),
        average(further, played.clinic),
    )


class After(NamedTuple):
    """What follows a client's first severe rupture, if it was repaired in its session; and the first that was not."""

    repaired: tuple[Line, ...]  # repaired (as it was), left alone, never happened
    repaired_clients: int
    unrepaired: tuple[Line, ...]  # not repaired (as it was), never happened
    unrepaired_clients: int


def after(sample: Sample, world: World, own: Played, never: Mapping[int, Floats]) -> After:
    """What follows a rupture under a world's policy; `never`: its twins without ruptures in one week."""
    felt = own.sessions["alliance"]
    mended = first_repaired(own)
    alone = twins(sample, world, ignoring)
    left = in_weeks(first_week(unrepaired(own, SEVERE)))
    worlds = {REPAIRED: felt, ALONE: own_twin(alone, mended), NEVER: own_twin(never, mended)}
    return After(
        around(worlds, mended, own.clinic),
        int((mended > 0).sum()),
        around({UNREPAIRED: felt, NEVER: own_twin(never, left)}, left, own.clinic),
        int((left > 0).sum()),
    )


def never_happened(sample: Sample, world: World) -> dict[int, Floats]:
    """Twins without ruptures in one week, by week."""
    return twins(sample, world, without_ruptures)


def _at(matrix: Floats, week: Codes, step: int) -> Floats:
    """Entries `step` weeks from a week of each client; nan for clients without a week."""
    return np.where(week > 0, at_week(matrix, week, step), np.nan)
