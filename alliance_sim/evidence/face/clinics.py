"""The simulated clinics that the page looks at: the same clients and draws in every scenario."""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.engine.block import Play, play_block
from alliance_sim.engine.loops import play as play_as_is
from alliance_sim.evidence.practice import policy_named, treatment_named
from alliance_sim.experiment.players import need_compiled
from alliance_sim.experiment.weeks import by_week
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.law.world import World
from alliance_sim.scenario.scenario import Clinic, Scenario, filled
from alliance_sim.stats.clustered import mean_of
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import share_of
from alliance_sim.stats.linear import Codes, Floats

Flags = NDArray[np.bool_]
Change = Callable[[World], World]

POLICIES = ("ignore", "press_on", "usual_care", "repair", "monitor_and_repair")
"""Policies of the catalogue, from leaving ruptures alone to looking for them."""

COLUMNS = ("alliance", "wai_client", "severity", "attended", "rupture", "repaired", "left")


class Played(NamedTuple):
    """Clients in order of clinic, therapist, client; matrices are (clients, weeks), nan without a scheduled session.

    clinic (clients,): from 0. Ratings are nan in sessions that were missed, too.
    """

    clinic: Codes
    clients: Mapping[str, Floats]
    sessions: Mapping[str, Floats]

    def of(self, those: Flags) -> "Played":
        """Some of the clients."""
        columns = ({name: values[those] for name, values in each.items()} for each in (self.clients, self.sessions))
        return Played(self.clinic[those], *columns)

    def mean(self, values: Floats) -> Estimate:
        """Mean of values (clients,), nan left out, with clinics as clusters; without error where all are the same."""
        known = values[np.isfinite(values)]
        if len(known) and np.ptp(known) == 0.0:
            value = float(known[0])
            return Estimate(value, value, value, 0.0)
        return mean_of(values, self.clinic)

    def share(self, happened: Floats) -> Estimate:
        """Per cent of clients to whom something happened (1 or 0, nan for those who do not count).

        Clients of one clinic may resemble each other (`clustered.mean_of`); Wilson's interval where no clinic differs.
        """
        known = happened[np.isfinite(happened)]
        found = mean_of(100.0 * happened, self.clinic)
        if len(known) and (np.ptp(known) == 0.0 or not found.known):
            return share_of(known > 0.0).times(100.0)
        return found._replace(low=max(found.low, 0.0), high=min(found.high, 100.0))


class ClinicSample(NamedTuple):
    """How many clinics of which size are simulated, and from which seed."""

    clinics: int = 60
    seed: int = 20261130
    clinic: Clinic = Clinic()

    def run(self, world: World, columns: Collection[str] = COLUMNS, play: Play = play_as_is) -> Played:
        """Simulate the clinics in a scenario; `play` is another loop of the engine, such as `one_week`."""
        need_compiled()
        replicates = range(1, self.clinics + 1)
        with ThreadPoolExecutor(2) as pool:
            block = play_block(Scenario(world, self.clinic), self.seed, replicates, pool=pool, play=play)
        per = self.clinic.therapists * self.clinic.caseload
        sessions = by_week(block, per, self.clinic.weeks, columns)
        clients = {name: block.clients[:, k].copy() for k, name in enumerate(CLIENT_COLUMNS)}
        return Played(np.repeat(np.arange(self.clinics), per), clients, sessions)


def world_of(policy: str = "repair", treatment: str = "integrative") -> World:
    """The default scenario with a policy and a treatment of the catalogue."""
    return World(treatment=treatment_named(treatment), policy=policy_named(policy))


def without(mechanism: str, world: World) -> World:
    """The same scenario with a mechanism switched off."""
    return filled(world, {"mechanisms": {mechanism: 0}})


def without_ruptures(world: World) -> World:
    """The same scenario, in which strain never breaks out."""
    return without("ruptures", world)


def ignoring(world: World) -> World:
    """The same scenario, in which ruptures are left alone."""
    return world._replace(policy=policy_named("ignore"))
