"""How a run may fail although its config is right: every kind has a message that says what to do."""

from alliance_sim.custom import PolicyError
from alliance_sim.experiment.lock import FolderInUseError
from alliance_sim.experiment.players import NoCompilerError
from alliance_sim.experiment.workers import NeverEndsError, OtherVersionError, SchedulerError, WorkersDiedError


class UndefinedError(Exception):
    """A measure that none of the simulated clinics defines."""


FAILURES = (
    FolderInUseError,
    NeverEndsError,
    NoCompilerError,
    OtherVersionError,
    PolicyError,
    SchedulerError,
    UndefinedError,
    WorkersDiedError,
)
"""Errors of a run whose message is shown as it is."""
