"""Interleaved timing: everybody once a round, so that ratios are formed between neighbours in time."""

import gc
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from subjects import Subject

PACKAGES = ("alliance-sim", "mesa", "numpy", "numba", "llvmlite")


class Spread(NamedTuple):
    """Median of the rounds, with the first and third quartile."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Median and quartiles of the values of all rounds.

    >>> spread([1.0, 2.0, 3.0, 4.0, 5.0])
    Spread(median=3.0, low=2.0, high=4.0)
    """
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(middle, low, high)


def interleave(
    everybody: Sequence[Subject],
    rounds: int,
    tell: Callable[[], None] = lambda: None,
    clock: Callable[[], float] = time.perf_counter_ns,
) -> dict[str, list[float]]:
    """Nanoseconds per client-session (or `clock`s per what `play` counts) in every round: A B C ... A B C ...

    Rubbish is collected before the clock starts; Python's collector stays on while it runs, as for any user.
    """
    taken: dict[str, list[float]] = {subject.key: [] for subject in everybody}
    for number in range(rounds):
        for subject in everybody:
            gc.collect()
            start = clock()
            sessions = subject.play(number)
            taken[subject.key].append((clock() - start) / sessions)
            subject.tidy()
            tell()
    return taken


def ratio(taken: dict[str, list[float]], slower: str, faster: str) -> Spread:
    """How many times longer one takes than another, formed within each round."""
    return spread([a / b for a, b in zip(taken[slower], taken[faster], strict=True)])


def warm_up(everybody: Sequence[Subject]) -> float:
    """Seconds until everybody has played once: compiling or loading compiled code, and first allocations."""
    start = time.perf_counter()
    for subject in everybody:
        subject.play(0)
        subject.tidy()
    return time.perf_counter() - start


def marks(script: str) -> tuple[str, str]:
    """The lines of a document between which stands what a script of this folder printed."""
    return f"<!-- printed by benchmarks/{script}.py -->\n", "<!-- end of what was printed -->\n"


def in_document(document: str, printed: str, script: str) -> str:
    """The document with what a script printed in the place of what stands between its two marks.

    Raises ValueError when the document has no such marks.
    """
    first, last = marks(script)
    before, start, rest = document.partition(first)
    _, end, after = rest.partition(last)
    if not start or not end:
        raise ValueError(f"the document has no lines '{first.strip()}' and '{last.strip()}'")
    lines = "\n".join(line.rstrip() for line in printed.strip().splitlines())
    return f"{before}{first}\n```text\n{lines}\n```\n\n{last}{after}"


FIRST_RUN = """
from alliance_sim.engine.block import play_block
from alliance_sim.scenario.scenario import Scenario
play_block(Scenario(), 1, range(1, 2))
"""


def compile_seconds() -> tuple[float, float]:
    """Seconds of a first run with an empty folder of compiled code, and of the same run again.

    Each is a new process: start of Python, imports and one replicate are in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "ALLIANCE_SIM_CACHE": folder}
        taken = []
        for _ in range(2):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", FIRST_RUN], check=True, env=environment)
            taken.append(time.perf_counter() - start)
    return taken[0], taken[1]


def processor() -> str:
    """Name of the processor, as far as the system tells it."""
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        names = [
            line.partition(":")[2].strip()
            for line in listing.read_text(encoding="utf-8").splitlines()
            if "model name" in line
        ]
        if names:
            return names[0]
    return platform.processor() or platform.machine()


def load() -> float | None:
    """Mean number of processes that wanted to run in the last minute; None where the system does not tell."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def machine() -> dict[str, str | int | None]:
    """What was measured on: processor, cores, system, Python, versions of the packages that matter."""
    found: dict[str, str | int | None] = {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
    }
    return found | {name: importlib.metadata.version(name) for name in PACKAGES}
