"""What a calibration aims at: the numbers of tier-fit findings with their errors. Nothing here sees other findings."""

import math
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.findings import ONLY_DIRECTION, Finding, published, rows
from alliance_sim.evidence.practice import Practice
from alliance_sim.evidence.studies import STUDIES
from alliance_sim.stats.intervals import NORMAL_95
from alliance_sim.stats.linear import Floats

JUDGED = 0.5
"""Standard error of a number whose sign alone was verified, as a share of the width of its printed interval."""


class Target(NamedTuple):
    """One number that the model should give, on the scale on which its error is about normal."""

    finding: str
    part: int  # from 0
    name: str
    fisher: bool  # a correlation, compared on Fisher's z
    value: float  # on that scale
    error: float  # standard error on that scale
    basis: str  # where the error comes from

    @property
    def key(self) -> str:
        """Short name of the target: the finding's id, with the number of the part where there are several."""
        return f"{self.finding}.{self.part + 1}"


def on_scale(fisher: bool, value: float) -> float:
    """A published or simulated number on its target's scale: Fisher's z (held inside +-.999) or as it is."""
    return math.atanh(min(max(value, -0.999), 0.999)) if fisher else value


def off_scale(fisher: NDArray[np.bool_], values: Floats) -> Floats:
    """Numbers (..., targets) back on the findings' own scales."""
    return np.where(fisher, np.tanh(values), values)


def targets(leave_out: Collection[str] = ()) -> tuple[Target, ...]:
    """Every number of the tier-fit findings that have a study in silico, but for findings left out.

    The error is that of the published interval; where none was published, that of the sample (correlations,
    shares of clients), else the assumed one of assumed_errors.csv, whose reason is kept. Shares that add up to one
    hundred carry one number less than they have.
    """
    found = []
    for finding in published("fit"):
        if finding.id in leave_out or finding.id not in STUDIES:
            continue
        fisher, names = is_correlation(finding), STUDIES[finding.id].parts
        for k, part in enumerate(finding.parts[: -1 if finding.statistic == "% cases" else None]):
            error, basis = standard_error(finding, k, fisher)
            found.append(Target(finding.id, k, names[k], fisher, on_scale(fisher, part.value), error, basis))
    return tuple(found)


def is_correlation(finding: Finding) -> bool:
    """Whether a finding's numbers are compared on Fisher's z."""
    return finding.statistic in ("r", "G", "ICC", "beta")


def standard_error(finding: Finding, k: int, fisher: bool) -> tuple[float, str]:
    """Standard error of one published number on its scale, and where it comes from.

    Interval: its width over 2 x 1.96. Correlation of n clients in k studies: 1 / sqrt(n - 3 k) (Fisher, 1921). Share:
    sqrt(p (1 - p) / n).

    Where only the sign of a number was verified, its size and its interval are a judgement: half of the interval's
    width is one standard error, not two, so that the interval holds two thirds of the probability and not 95 %. The
    fit then knows on which side the number lies, and little of how far.

    Raises ValueError for a finding with neither an interval nor a sample, nor an assumed error.
    """
    part = finding.parts[k]
    if part.bounded:
        wide = on_scale(fisher, part.high) - on_scale(fisher, part.low)
        if finding.verified == ONLY_DIRECTION:
            return JUDGED * wide, "only the sign was verified: wide error"
        return wide / (2.0 * NORMAL_95), "published interval"
    for row in rows("assumed_errors.csv"):
        if (row["id"], int(row["part"])) == (finding.id, k + 1):
            return float(row["error"]), f"assumed: {row['reason']}"
    n = finding.people
    if n is None:
        raise ValueError(f"finding {finding.id} has neither an interval nor a sample, nor an assumed error")
    if fisher:
        return 1.0 / math.sqrt(n - 3.0 * (finding.studies or 1)), "size of the sample"
    share = part.value / 100.0
    return 100.0 * math.sqrt(share * (1.0 - share) / n), "size of the sample"


def measured(practice: Practice, wanted: tuple[Target, ...]) -> Floats:
    """What studies in silico find in a practice, in the order of the targets and on their scales."""
    found = {name: STUDIES[name].measure(practice) for name in dict.fromkeys(target.finding for target in wanted)}
    return np.array([on_scale(target.fisher, found[target.finding][target.part]) for target in wanted])
