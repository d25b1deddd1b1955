"""The readable driver: the law agent by agent, on Mesa."""

from alliance_sim.agents.checks import StageError
from alliance_sim.agents.model import AllianceModel
from alliance_sim.agents.people import Client, Therapist
from alliance_sim.agents.service import ReferredClient, ServiceModel, ServiceTherapist
from alliance_sim.agents.stages import replaceable

__all__ = [
    "AllianceModel",
    "Client",
    "ReferredClient",
    "ServiceModel",
    "ServiceTherapist",
    "StageError",
    "Therapist",
    "replaceable",
]
