"""Reliable drops of session ratings, as evidence and lessons count them: one criterion of the detector."""

from typing import NamedTuple

from alliance_sim.estimands.baselines import Baselines, Flags, Floats
from alliance_sim.estimands.criteria import RELIABLE_DROP
from alliance_sim.estimands.detection import outcome


class Drops(NamedTuple):
    """What a criterion finds in the ratings of each client (clients,)."""

    dropped: Flags  # at least one drop
    repaired: Flags  # the last drop was recovered

    @property
    def unrepaired(self) -> Flags:
        """Clients whose last drop was not recovered."""
        return self.dropped & ~self.repaired


def reliable_drops(ratings: Floats, dependability: float) -> Drops:
    """Drops that exceed the reliable change of a sample's ratings (clients, weeks), and whether they were recovered.

    The criterion is the reliable change that the sample's SD and the dependability (0-1) of one rating give. A
    drop counts as repaired when a later rating is no longer reliably below the one before it: the same criterion
    decides that something broke and that it is mended.
    """
    found = outcome(Baselines(ratings), RELIABLE_DROP, dependability)
    return Drops(found.fell, found.repaired)
