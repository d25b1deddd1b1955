"""The readable driver: the law told agent by agent, on Mesa."""

from alliance_sim.agents.checks import StageError
from alliance_sim.agents.client import Client
from alliance_sim.agents.model import AllianceModel
from alliance_sim.agents.referred import ReferredClient
from alliance_sim.agents.service import ServiceModel, ServiceTherapist
from alliance_sim.agents.stages import replaceable
from alliance_sim.agents.therapist import Therapist

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
