"""What if repair teaches nothing, as fitted, or much: claim C10 over its whole prior range, and its two rivals."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.histories import at_week
from alliance_sim.evidence.face.after import STEPS, first_repaired, never_happened, own_twin
from alliance_sim.evidence.face.clinics import Played, Sample, ignoring
from alliance_sim.evidence.face.intervals import average, share_of
from alliance_sim.evidence.face.outcomes import Ends, difference
from alliance_sim.law.repair import RepairEffect
from alliance_sim.law.world import World
from alliance_sim.scenario.scenario import with_values
from alliance_sim.stats.clustered import clustered
from alliance_sim.stats.estimate import Estimate

Floats = NDArray[np.float64]

TEACHES = ("security.corrective", "sustain.trust")
"""The parameters that say what repair teaches: the client's security, and what this pair can sustain."""

AIMS = "alliance.settle_repair"
"""How much of the difference in aims is met when changes are negotiated in a repair: no learning, but of use later."""

FITTED, NONE, RESTORES = "as fitted", "repair changes nothing", "repair restores only"
SHARES = {"nothing": 0.0, "a quarter": 0.25, "half": 0.5, "three quarters": 0.75, "much": 1.0}
"""Places on the dial: shares of the upper end of the prior, the same for both parameters."""


class Dial(NamedTuple):
    """A world, and what repair teaches in it."""

    label: str
    rival: bool  # another mechanism, not a place on the dial
    values: tuple[float, ...]  # of TEACHES
    world: World


class Gain(NamedTuple):
    """Felt alliance (0-1) six weeks after a client's first severe rupture that was repaired in its session."""

    clients: int
    before: Estimate  # minus the week before the rupture
    never: Estimate  # minus the twin to whom it never happened
    above: Estimate  # per cent of clients above the week before


class Taught(NamedTuple):
    """What comes of repair at one place of the dial."""

    dial: Dial
    everybody: Gain
    trauma: Gain  # clients with a history of relational trauma
    more: Estimate  # how much higher above the week before clients with such a history end than the others
    policy: Ends  # repair minus ignore
    policy_trauma: Ends


def dials(world: World, ends: Mapping[str, float]) -> tuple[Dial, ...]:
    """The rivals, the dial from nothing to the upper ends (by path, of TEACHES), and the defaults."""
    p = world.parameters
    fitted = tuple(float(getattr(getattr(p, group), name)) for group, name in (path.split(".") for path in TEACHES))

    def rival(label: str, effect: RepairEffect) -> Dial:
        return Dial(
            label, True, fitted, world._replace(mechanisms=world.mechanisms._replace(repair_effect=int(effect)))
        )

    def at(label: str, share: float) -> Dial:
        values = tuple(share * ends[path] for path in TEACHES)
        return Dial(label, False, values, world._replace(parameters=with_values(p, TEACHES, values)))

    return (
        rival(NONE, RepairEffect.NONE),
        rival(RESTORES, RepairEffect.RESTORATION_ONLY),
        *(at(label, share) for label, share in SHARES.items()),
        Dial(FITTED, False, fitted, world),
    )


def gain(played: Played, never: Mapping[int, Floats], among: NDArray[np.bool_]) -> Gain:
    """The gain of a repaired rupture, over some clients."""
    risen, against = (np.where(among, each, np.nan) for each in gains(played, never))
    there = np.isfinite(risen)
    above = np.where(there, risen > 0, np.nan)
    return Gain(
        int(there.sum()), average(risen, played.clinic), average(against, played.clinic), share_of(above, played.clinic)
    )


def gains(played: Played, never: Mapping[int, Floats]) -> tuple[Floats, Floats]:
    """Felt alliance six weeks after a repaired rupture, minus the week before, and minus the twin's (clients,).

    nan for clients without such a rupture, and for those who have left in one of the two worlds.
    """
    week = first_repaired(played)
    felt = played.sessions["alliance"]
    later, twin, before = (
        at_week(matrix, week, step)
        for matrix, step in ((felt, STEPS[-1]), (own_twin(never, week), STEPS[-1]), (felt, -1))
    )
    there = (week > 0) & np.isfinite(later) & np.isfinite(twin)
    return np.where(there, later - before, np.nan), np.where(there, later - twin, np.nan)


def how_much_more(values: Floats, those: NDArray[np.bool_], clinic: NDArray[np.int64]) -> Estimate:
    """Mean of some clients minus the mean of the others, with clinics as clusters."""
    return clustered(values, those[:, None].astype(np.float64), clinic).of(1.0)


def no_aims_met(sample: Sample, dial: Dial) -> Gain:
    """The gain of everybody at a place of the dial, where negotiating in a repair meets no difference in aims, too."""
    world = dial.world._replace(parameters=with_values(dial.world.parameters, (AIMS,), (0.0,)))
    return gain(own := sample.run(world), never_happened(sample, world), np.ones(len(own.clinic), bool))


def taught(sample: Sample, dial: Dial) -> Taught:
    """Simulate one place of the dial: its own world, twins without ruptures in one week, and leaving ruptures alone."""
    own, ignored = sample.run(dial.world), sample.run(ignoring(dial.world))
    never = never_happened(sample, dial.world)
    everybody = np.ones(len(own.clinic), bool)
    trauma = own.clients["trauma"] > 0
    scale = dial.world.scale
    return Taught(
        dial,
        gain(own, never, everybody),
        gain(own, never, trauma),
        how_much_more(gains(own, never)[0], trauma, own.clinic),
        difference("all", own, ignored, scale),
        difference("trauma", some(own, trauma), some(ignored, trauma), scale),
    )


def some(played: Played, those: NDArray[np.bool_]) -> Played:
    """Some of the clients."""
    return Played(
        played.clinic[those],
        {name: column[those] for name, column in played.clients.items()},
        {name: matrix[those] for name, matrix in played.sessions.items()},
    )
