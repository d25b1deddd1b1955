"""Whether one simulated clinic fits into the memory of this machine: it is played as a whole."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from alliance_sim.scenario import errors
from alliance_sim.scenario.problem import ConfigError, Place, Problem
from alliance_sim.scenario.scenario import Clinic, DesignPoint
from alliance_sim.scenario.tree import Node, at

BYTES_PER_CLIENT, BYTES_PER_SESSION = 700, 500
"""Measured while a clinic is played, measured and written."""

BYTES_PER_AGENT = 20_000
"""Measured for a client that is played by Mesa, over 16 sessions."""

UNKNOWN = 16 * 10**9
"""Bytes of memory where the system does not say how many it has."""


def memory() -> int:
    """Bytes of memory of this machine, or of the container that this runs in."""
    found = [UNKNOWN]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    with suppress(OSError, ValueError):  # no container, or one without a limit
        found.append(int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return min(found)


def needed(clinic: Clinic, sessions: bool) -> int:
    """Bytes that a clinic needs, with or without a row a session."""
    people = clinic.therapists * clinic.caseload
    return people * (BYTES_PER_CLIENT + (clinic.weeks * BYTES_PER_SESSION if sessions else 0))


def too_large(tree: Node, points: Iterable[DesignPoint], sessions: bool) -> list[Problem]:
    """The largest clinic of a design, where it does not fit into memory."""
    clinics = {point.scenario.clinic for point in points}
    largest = max(clinics, key=lambda clinic: needed(clinic, sessions), default=None)
    if largest is None or needed(largest, sessions) <= memory():
        return []
    node = at(tree, ("clinic",))
    return [_problem(Place(node.file, node.line, "clinic"), largest, needed(largest, sessions))]


def check_memory(file: str, clinic: Clinic, bytes_needed: int) -> None:
    """Raise ConfigError where that many bytes do not fit into memory."""
    if bytes_needed > memory():
        raise ConfigError([_problem(Place(file, None, "clinic"), clinic, bytes_needed)])


def _problem(place: Place, clinic: Clinic, bytes_needed: int) -> Problem:
    return errors.too_large(place, clinic, bytes_needed / 1e9, memory() / 1e9)
