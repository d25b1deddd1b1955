"""What a policy, or a switch of the law, does to how treatments end: the same clients and draws in both scenarios."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.face.clinics import Played
from alliance_sim.evidence.face.intervals import average, share_of
from alliance_sim.experiment.tables import reliable_change
from alliance_sim.law.rating import SymptomScale
from alliance_sim.law.state import Left
from alliance_sim.stats.estimate import Estimate

Floats = NDArray[np.float64]


class Ends(NamedTuple):
    """How treatments end, or by how much that differs: points of symptoms; per cent (points) of clients."""

    label: str
    symptoms: Estimate  # at the planned end, everybody; more is worse
    dropout: Estimate
    improved: Estimate  # reliably


class Shift(NamedTuple):
    """Effect of a switch in standard deviations among clients (d)."""

    symptoms: Estimate  # at the planned end
    rating: Estimate  # mean client rating


def ends(label: str, played: Played, scale: SymptomScale) -> Ends:
    """How treatments end in one scenario."""
    symptoms, *events = _ends(played, scale)
    return Ends(label, average(symptoms, played.clinic), *(share_of(each, played.clinic) for each in events))


def difference(label: str, one: Played, other: Played, scale: SymptomScale) -> Ends:
    """One scenario minus the other, client by client."""
    pairs = zip(_ends(one, scale), _ends(other, scale), (1.0, 100.0, 100.0), strict=True)
    return Ends(label, *(average(unit * (a - b), one.clinic) for a, b, unit in pairs))


def shift(one: Played, other: Played) -> Shift:
    """One scenario minus the other in standard deviations of the other."""
    return Shift(
        _d(one.clients["symptoms_end"], other.clients["symptoms_end"], one),
        _d(one.clients["wai_mean"], other.clients["wai_mean"], one),
    )


def _d(one: Floats, other: Floats, played: Played) -> Estimate:
    return average((one - other) / np.nanstd(other), played.clinic)


def _ends(played: Played, scale: SymptomScale) -> tuple[Floats, Floats, Floats]:
    c = played.clients
    code, _ = reliable_change(scale, c["symptoms_intake"], c["symptoms_end"])
    dropped = (c["left"] == Left.DROPOUT).astype(np.float64)
    return c["symptoms_end"], dropped, (code == 2).astype(np.float64)
