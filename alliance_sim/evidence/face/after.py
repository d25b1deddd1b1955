"""After a rupture: as it was, had it been left alone, had it never happened; the same clients and draws.

In a twin scenario the sessions of one week are held under another policy, or without ruptures. So the weeks before are
the same to the bit, and what differs after follows from that week.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from alliance_sim.engine.one_week import one_week
from alliance_sim.estimands.histories import at_week, first_week
from alliance_sim.evidence.face.clinics import Change, ClinicSample, Played, ignoring, without_ruptures
from alliance_sim.law.world import World
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.linear import Codes, Floats

Twins = Mapping[int, Floats]
"""Felt alliance (clients, weeks) of twins to whom one week was different, by that week."""

WEEKS = range(3, 10)
"""Weeks of the ruptures that are followed: two weeks before them and six after them are in treatment."""

STEPS = range(-2, 7)
"""Weeks from the rupture."""

SEVERE = 0.6
"""A rupture of a severity (load) above this is called severe."""

NEAR = 0.02
"""Felt alliance (0-1) that is no farther than this below the week before the rupture is back."""

LATER = (1, 3, 6)
"""Sessions after a rupture at which clients are checked for being back."""

REPAIRED, ALONE, UNREPAIRED, NEVER = "repaired", "left alone", "not repaired", "never happened"
"""Labels of what was, and of what would have been."""


class Line(NamedTuple):
    """Mean felt alliance around ruptures in one scenario, minus that of the week before, at each of STEPS."""

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


class After(NamedTuple):
    """What follows a client's first severe rupture, if it was repaired in its session; and the first that was not."""

    repaired: tuple[Line, ...]  # repaired (as it was), left alone, never happened
    repaired_clients: int
    unrepaired: tuple[Line, ...]  # not repaired (as it was), never happened
    unrepaired_clients: int


def twins(sample: ClinicSample, world: World, change: Change) -> Twins:
    """Twins for whom the sessions of one week are held in a changed scenario, for each of WEEKS."""
    return {week: sample.run(world, ("alliance",), one_week(week, change)).sessions["alliance"] for week in WEEKS}


def never_happened(sample: ClinicSample, world: World) -> Twins:
    """Twins without ruptures in one week."""
    return twins(sample, world, without_ruptures)


def own_twin(by_week: Twins, week: Codes) -> Floats:
    """The felt alliance of each client's twin to whom the client's own week was different; nan without a week."""
    made = np.full_like(next(iter(by_week.values())), np.nan)
    for number, felt in by_week.items():
        made[week == number] = felt[week == number]
    return made


def unrepaired(played: Played, least: float) -> Codes:
    """The week of each client's first rupture above a severity that was not repaired in its session; else 0."""
    s = played.sessions
    broken = (s["severity"] > least) & (s["rupture"] > 0) & (s["repaired"] == 0)
    return _followed_weeks(first_week(broken.astype(np.float64)))


def first_repaired(played: Played) -> Codes:
    """The week of each client's first severe rupture where it was repaired in its session; 0 for everybody else."""
    s = played.sessions
    week = first_week(((s["severity"] > SEVERE) & (s["rupture"] > 0)).astype(np.float64))
    return np.where(at_week(s["repaired"], week, 0) == 1, _followed_weeks(week), 0)


def _followed_weeks(week: Codes) -> Codes:
    return np.where(np.isin(week, WEEKS), week, 0)


def around(played: Played, felt: Mapping[str, Floats], week: Codes) -> tuple[Line, ...]:
    """Lines of some scenarios (felt alliance, clients x weeks, by label) around a week of each client (0 for none).

    Every point is over clients who are in treatment in all of these scenarios then.
    """
    base = at(next(iter(felt.values())), week, -1)
    changes = np.array([[at(matrix, week, step) - base for step in STEPS] for matrix in felt.values()])
    there = np.isfinite(changes).all(axis=0)
    lines = zip(felt, changes, strict=True)
    return tuple(Line(label, tuple(map(played.mean, np.where(there, rows, np.nan)))) for label, rows in lines)


def followed(played: Played, felt: Floats, before: Floats, week: Codes) -> Return:
    """Who is back to `before` (clients,) after a week of each client (0 for none); felt alliance (clients, weeks)."""
    gone = [at(felt, week, step) - before for step in (0, *LATER)]
    back = [np.where(np.isfinite(each), each >= -NEAR, np.nan) for each in gone[1:]]
    later = np.arange(1, felt.shape[1] + 1) > week[:, None]
    known = later & np.isfinite(felt) & (week > 0)[:, None]
    ever = (known & (felt >= before[:, None] - NEAR)).any(axis=1)
    never = np.where(known.any(axis=1), ~ever, np.nan)
    return Return(tuple(map(played.share, back)), played.share(never), tuple(map(played.mean, gone)))


def returns(policy: str, played: Played, never: Twins) -> tuple[Unrepaired, ...]:
    """What follows first unrepaired ruptures, all and severe ones, with the twins without them."""
    found = []
    for severe in (False, True):
        felt, week = played.sessions["alliance"], unrepaired(played, SEVERE if severe else 0.0)
        before = at(felt, week, -1)
        own, twin = (followed(played, each, before, week) for each in (felt, own_twin(never, week)))
        further = played.mean(at(felt, week, STEPS[-1]) - at(felt, week, 0))
        found.append(Unrepaired(policy, severe, int((week > 0).sum()), own, twin, further))
    return tuple(found)


def after(sample: ClinicSample, world: World, own: Played, never: Twins) -> After:
    """What follows a rupture under a scenario's policy; `never`: its twins without ruptures in one week."""
    felt, mended, left = own.sessions["alliance"], first_repaired(own), unrepaired(own, SEVERE)
    alone = own_twin(twins(sample, world, ignoring), mended)
    repaired = {REPAIRED: felt, ALONE: alone, NEVER: own_twin(never, mended)}
    broken = {UNREPAIRED: felt, NEVER: own_twin(never, left)}
    severe, unmended = (int((week > 0).sum()) for week in (mended, left))
    return After(around(own, repaired, mended), severe, around(own, broken, left), unmended)


def at(matrix: Floats, week: Codes, step: int) -> Floats:
    """Entries `step` weeks from a week of each client; nan for clients without a week."""
    return np.where(week > 0, at_week(matrix, week, step), np.nan)
