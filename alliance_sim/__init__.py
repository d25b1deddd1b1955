"""An agent-based simulation of the therapeutic (working) alliance in psychotherapy.

    import alliance_sim as al

    study = al.run("configs/quickstart.yaml", replicates=10)
    study.estimates, study.table("clients"), study.figures["outcome"]

The names below are imported when they are first used, so that importing the package costs nothing. Their types are in
__init__.pyi.
"""

from importlib import import_module

from alliance_sim.compile_cache import find_folder

__version__ = "0.2.0"

__all__ = [
    "AllianceModel",
    "ConfigError",
    "Experiment",
    "Scenario",
    "Study",
    "ask",
    "literature",
    "load",
    "parameters",
    "play",
    "read_data",
    "results",
    "run",
]

_HOMES = {
    "AllianceModel": "agents.model",
    "ConfigError": "scenario.problem",
    "Experiment": "scenario.experiment",
    "Scenario": "scenario.scenario",
    "Study": "api.work",
    "read_data": "api.own_data",
}

find_folder()  # before anything can be compiled


def __getattr__(name: str) -> object:
    """Import a public name from its module when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'api.notebook')}"), name)


def __dir__() -> list[str]:
    """The public names, for completion."""
    return [*__all__, "__version__"]
