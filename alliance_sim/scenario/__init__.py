"""What may be set, and how we say that it is wrong.

The doors of this room are opened when they are used: who only needs the shape of a scenario does not have to
load the reading and checking of configs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance_sim.scenario.experiment import Experiment, load
    from alliance_sim.scenario.problem import ConfigError, Problem
    from alliance_sim.scenario.scenario import Clinic, DesignPoint, Outputs, Scenario

__all__ = ["Clinic", "ConfigError", "DesignPoint", "Experiment", "Outputs", "Problem", "Scenario", "load"]

_HOMES = {"ConfigError": "problem", "Problem": "problem", "Experiment": "experiment", "load": "experiment"}


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'scenario')}"), name)
