"""How long work in stages takes here, and how much it writes: its first pieces are done, timed and thrown away.

The processor's time counts, so that a machine which is busy with something else gives the same forecast.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import NamedTuple

from alliance_sim.experiment.kept import Advance, Stage, StageSize, size_of

LONGEST = 2.0
"""No piece but the second is begun after so many seconds of the processor."""


class WorkForecast(NamedTuple):
    """What work in stages costs: the most that it can be, where later stages depend on what earlier ones find."""

    seconds: float  # on one worker
    megabytes: float


class _EnoughError(Exception):
    """Raised when enough was timed."""


class _Watch:
    """Stages that time their steps."""

    def __init__(self, sizes: Sequence[StageSize]) -> None:
        self._sizes = sizes
        self._begun, self._pieces = process_time(), 0
        self._rates: dict[str, float] = {}  # seconds for a unit of cost, by label
        self.cost = 0.0  # of what was done

    def stage(self, label: str, _: int) -> Advance:
        """A stage of the work that is timed."""
        size, begun = size_of(self._sizes, label), process_time()
        first, done = (0, 0.0), 0

        def advance(steps: int) -> None:
            nonlocal first, done
            now, done, self._pieces = process_time(), done + steps, self._pieces + 1
            if size is not None:
                self.cost += steps * size.cost
                self._rates[size.label] = (now - begun - first[1]) / ((done - first[0]) * size.cost)
                first = first if first[0] else (done, now - begun)  # the first also loads what it needs
            if now - self._begun > LONGEST and self._pieces > 1:
                raise _EnoughError

        return advance

    def seconds(self) -> float:
        """What all stages take; those that were not timed cost as much as the last one that was."""
        [*_, last] = self._rates.values()
        return sum(size.steps * size.cost * self._rates.get(size.label, last) for size in self._sizes)


def rehearse(work: Callable[[Path, Stage], object], sizes: Sequence[StageSize]) -> WorkForecast | None:
    """Time and disk of work that keeps its pieces in a folder and has stages of these sizes.

    None where it spends its time on none of them, but on compiling.
    """
    watch = _Watch(sizes)
    with TemporaryDirectory() as folder:
        with suppress(_EnoughError):
            work(Path(folder), watch.stage)
        written = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    if not watch.cost:
        return None
    everything = sum(size.steps * size.cost for size in sizes)
    return WorkForecast(watch.seconds(), written / 1e6 * everything / watch.cost)
