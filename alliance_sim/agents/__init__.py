"""The readable driver: the law told agent by agent, on Mesa."""

from alliance_sim.agents.checks import StageError
from alliance_sim.agents.client import Client
from alliance_sim.agents.model import AllianceModel
from alliance_sim.agents.stages import replaceable
from alliance_sim.agents.therapist import Therapist

__all__ = ["AllianceModel", "Client", "StageError", "Therapist", "replaceable"]
