"""What if repair teaches nothing, as fitted, or much: the whole prior range, and two rival mechanisms."""

from collections.abc import Mapping
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from alliance_sim.evidence.face.after import STEPS, Twins, at, first_repaired, never_happened, own_twin
from alliance_sim.evidence.face.clinics import ClinicSample, Flags, Played, ignoring
from alliance_sim.evidence.face.course import Ends, difference
from alliance_sim.law.repair import RepairEffect
from alliance_sim.law.world import World
from alliance_sim.scenario.scenario import filled, with_values
from alliance_sim.stats.clustered import clustered
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.linear import Floats

TEACHES = ("security.corrective", "sustain.trust")
"""The parameters that say what repair teaches: the client's security, and what this pair can sustain."""

AIMS = "alliance.settle_repair"
"""How much of the difference in aims is met when changes are negotiated in a repair: no learning, but of use later."""

FITTED, NONE, RESTORES = "as fitted", "repair changes nothing", "repair restores only"
SHARES = {"nothing": 0.0, "a quarter": 0.25, "half": 0.5, "three quarters": 0.75, "much": 1.0}
"""Points of the dial: shares of the upper end of the prior, the same for both parameters."""


class Dial(NamedTuple):
    """A scenario, and what repair teaches in it."""

    label: str
    rival: bool  # another mechanism, not a point of the dial
    values: tuple[float, ...]  # of TEACHES
    world: World


class Gain(NamedTuple):
    """Felt alliance (0-1) six weeks after a client's first severe rupture that was repaired in its session."""

    clients: int
    before: Estimate  # minus the week before the rupture
    never: Estimate  # minus the twin to whom it never happened
    above: Estimate  # per cent of clients above the week before


class Taught(NamedTuple):
    """What comes of repair at one point of the dial."""

    dial: Dial
    everybody: Gain
    trauma: Gain  # clients with a history of relational trauma
    more: Estimate  # how much higher above the week before clients with such a history end than the others
    policy: Ends  # repair minus ignore
    policy_trauma: Ends


def dials(world: World, ends: Mapping[str, float]) -> tuple[Dial, ...]:
    """The rivals, the dial from nothing to the upper ends (by path, of TEACHES), and the defaults."""
    p = world.parameters
    fitted = tuple(float(value) for value in attrgetter(*TEACHES)(p))
    made = []
    for label, effect in ((NONE, RepairEffect.NONE), (RESTORES, RepairEffect.RESTORATION_ONLY)):
        made.append(Dial(label, True, fitted, filled(world, {"mechanisms": {"repair_effect": int(effect)}})))
    for label, share in SHARES.items():
        values = tuple(share * ends[path] for path in TEACHES)
        made.append(Dial(label, False, values, world._replace(parameters=with_values(p, TEACHES, values))))
    return (*made, Dial(FITTED, False, fitted, world))


def gains(played: Played, never: Twins) -> tuple[Floats, Floats]:
    """Felt alliance six weeks after a repaired rupture, minus the week before, and minus the twin's (clients,).

    nan for clients without such a rupture, and for those who have left in one of the two scenarios.
    """
    week = first_repaired(played)
    felt = played.sessions["alliance"]
    later, twin = at(felt, week, STEPS[-1]), at(own_twin(never, week), week, STEPS[-1])
    there = np.isfinite(later) & np.isfinite(twin)
    return np.where(there, later - at(felt, week, -1), np.nan), np.where(there, later - twin, np.nan)


def gain(played: Played, never: Twins, among: Flags) -> Gain:
    """The gain of a repaired rupture, over some clients."""
    risen, against = (np.where(among, each, np.nan) for each in gains(played, never))
    there = np.isfinite(risen)
    above = played.share(np.where(there, risen > 0, np.nan))
    return Gain(int(there.sum()), played.mean(risen), played.mean(against), above)


def no_aims_met(sample: ClinicSample, dial: Dial) -> Gain:
    """The gain of everybody at a point of the dial, where negotiating in a repair meets no difference in aims, too."""
    group, name = AIMS.split(".")
    world = filled(dial.world, {"parameters": {group: {name: 0.0}}})
    own = sample.run(world)
    return gain(own, never_happened(sample, world), np.ones(len(own.clinic), bool))


def taught(sample: ClinicSample, dial: Dial) -> Taught:
    """Simulate one point of the dial: its own scenario, twins without ruptures in one week, and ruptures ignored."""
    own, ignored = sample.run(dial.world), sample.run(ignoring(dial.world))
    never = never_happened(sample, dial.world)
    trauma, scale = own.clients["trauma"] > 0, dial.world.scale
    return Taught(
        dial,
        gain(own, never, np.ones(len(own.clinic), bool)),
        gain(own, never, trauma),
        clustered(gains(own, never)[0], trauma[:, None].astype(np.float64), own.clinic).of(1.0),
        difference("all", own, ignored, scale),
        difference("trauma", own.of(trauma), ignored.of(trauma), scale),
    )
