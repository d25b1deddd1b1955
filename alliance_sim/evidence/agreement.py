"""The model against the literature: every finding as published, and as studies in silico find it."""

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from alliance_sim.evidence.findings import Finding, PublishedNumber, published, rows
from alliance_sim.evidence.practice import ALL_SITES, Practice, Sites, play_practice
from alliance_sim.evidence.studies import STUDIES
from alliance_sim.evidence.studies.study import FindingStudy, known, mean_of
from alliance_sim.experiment.workers import Workers, each
from alliance_sim.law.world import Parameters
from alliance_sim.stats.intervals import middle
from alliance_sim.stats.linear import Floats
from alliance_sim.stats.montecarlo import mcse_mean

CHUNK = 5
"""Practices that one worker runs before it reports: about two seconds."""

UNKNOWN = np.empty(0)

GROUPS = ("fitted", "held out, not seen before", "held out, seen while rules were chosen")
"""Groups of findings that are counted, each apart."""


class SimulatedNumber(NamedTuple):
    """One number of a finding in every simulated practice, arrays (draws,); empty where there is no such number."""

    field: Floats  # from all clients of a practice: thousands, as a whole field sees them
    study: Floats  # from as many clients as the published study had
    truth: Floats = UNKNOWN  # what truly happened, where that is another matter
    null: Floats = UNKNOWN  # what a criterion finds where nothing has happened, from all clients
    null_study: Floats = UNKNOWN  # the same from as many clients as the published study had
    earlier: Floats = UNKNOWN  # what an earlier edition's estimand finds, where there was another


class Compared(NamedTuple):
    """One published number and what the model says to it; nan where there is no such number."""

    finding: Finding
    part: int  # from 0
    name: str  # of the part
    simulated: float  # mean over draws, all clients of a practice
    low: float  # 95 % of studies of the published size, over draws
    high: float
    error: float  # Monte-Carlo error of the mean
    truth: float  # mean of what truly happened
    null: float  # mean of what the criterion finds where nothing has happened
    null_low: float  # 95 % of null studies of the published size, over draws
    null_high: float
    earlier: float  # mean of what an earlier edition's estimand finds, in no count
    agrees: bool | None  # None where no verdict is passed: findings of tier context
    rule: str  # by which it agrees or not, in words

    @property
    def published(self) -> PublishedNumber:
        """The published number."""
        return self.finding.parts[self.part]


class Uncompared(NamedTuple):
    """A finding that is shown and not simulated, and why."""

    finding: Finding
    reason: str


class Count(NamedTuple):
    """How many findings of a group agree, all parts of each; the misses by their ids."""

    group: str
    agree: int
    of: int
    missed: tuple[str, ...]


def compared_findings() -> tuple[Finding, ...]:
    """The findings that simulated practices are asked for: all that are not retired and have a study in silico."""
    return tuple(finding for finding in published() if finding.tier != "retired" and finding.id in STUDIES)


def uncompared() -> tuple[Uncompared, ...]:
    """The findings that are not simulated, each with the reason, in the order of the file."""
    compared = compared_findings()
    others = (finding for finding in published() if finding not in compared)
    return tuple(Uncompared(finding, finding.remark or "it has no study in silico") for finding in others)


def compare(
    draws: list[Parameters], seed: int, workers: Workers, progress: Callable[[int], None] = lambda _: None
) -> tuple[Compared, ...]:
    """Run a practice under each draw of the parameters and let every study look at it.

    `progress` is called with the number of practices that are finished. Raises KeyboardInterrupt when stopped and
    WorkersDiedError when workers die again and again. The same draws and seed give the same numbers, whatever the
    number of workers.
    """
    given = [(seed, first, draws[first : first + CHUNK]) for first in range(0, len(draws), CHUNK)]
    found: dict[int, list[dict[str, Floats]]] = {}

    def keep(k: int, looks: list[dict[str, Floats]]) -> None:
        found[k] = looks
        progress(len(looks))

    each(look, given, workers, keep)
    looks = [one for k in sorted(found) for one in found[k]]
    return tuple(
        judged(finding, k, SimulatedNumber(*np.array([one[finding.id][k] for one in looks]).T))
        for finding in compared_findings()
        for k in range(len(finding.parts))
    )


def look(seed: int, first: int, draws: list[Parameters], sites: Sites = ALL_SITES) -> list[dict[str, Floats]]:
    """What every study finds in the practice of each draw, as `asked_of`; `first` is the number of the first one's
    practice.
    """
    return [asked_of(play_practice(parameters, seed, first + k, sites)) for k, parameters in enumerate(draws)]


def asked_of(practice: Practice) -> dict[str, Floats]:
    """What every study finds in a practice: arrays (parts, 6), columns as in `SimulatedNumber`, by the finding's id."""
    whole, sample = practice.people, cache(practice.first)
    answers = {}
    for finding in compared_findings():
        study = STUDIES[finding.id]
        people = min(study.people or finding.people or whole, whole)
        answers[finding.id] = _numbers(study, practice, practice if people == whole else sample(people))
    return answers


def _numbers(study: FindingStudy, practice: Practice, sample: Practice) -> Floats:
    """What one study finds in a practice and in a sample of it, (parts, 6)."""
    field = study.measure(practice)
    found = np.full((len(field), len(SimulatedNumber._fields)), np.nan)
    found[:, 0], found[:, 1] = field, field if sample is practice else study.measure(sample)
    if study.truth:
        found[:, 2] = study.truth(practice)
    if study.null:
        found[:, 3], found[:, 4] = study.null(practice), study.null(sample)
    if study.earlier:
        found[0, 5] = study.earlier(practice)
    return found


def judged(finding: Finding, part: int, simulated: SimulatedNumber) -> Compared:
    """One number of a finding against what was simulated.

    - With a published interval, also around no effect: the simulated mean lies inside it, and the two intervals
      overlap. Where only the direction of a number was verified, its printed interval counts all the same.
    - A number without an interval: it lies inside the simulated interval of studies of its size.
    - A direction: at least 95 % of the draws lie on that side of zero.
    - No effect ("null") without an interval: the simulated mean is nearer to zero than a study of the published size
      could tell, that is by less than half of the width of the simulated interval.

    A finding that the practices do not define (nan throughout) does not agree. Findings of tier context get no verdict.
    """
    field = known(simulated.field)
    low, high = middle(simulated.study)
    agrees: bool | None
    agrees, rule = _agreement(finding, finding.parts[part], field, low, high)
    if finding.tier == "context":
        agrees, rule = None, "shown, in no count"
    mean, truth, null, earlier = (mean_of(each) for each in (field, simulated.truth, simulated.null, simulated.earlier))
    null_low, null_high = middle(simulated.null_study)
    name, error = STUDIES[finding.id].parts[part], mcse_mean(field)
    numbers = (mean, low, high, error, truth, null, null_low, null_high, earlier)
    return Compared(finding, part, name, *numbers, agrees, rule)


def _agreement(finding: Finding, part: PublishedNumber, field: Floats, low: float, high: float) -> tuple[bool, str]:
    if not len(field) or not math.isfinite(low):
        return False, "the simulated practices do not define it"
    mean = float(field.mean())
    if finding.statistic == "null" and not part.bounded:
        return abs(mean) < (high - low) / 2.0, "mean nearer to zero than a study of this size could tell"
    if not math.isfinite(part.value):
        right = field > 0 if part.low == 0 else field < 0
        return bool(right.mean() >= 0.95), "95 % of draws on this side of zero"
    if part.bounded:
        inside = part.low <= mean <= part.high
        return inside and low <= part.high and high >= part.low, "mean inside the published interval"
    return low <= part.value <= high, "published number inside the simulated interval"


@cache
def notes() -> dict[str, str]:
    """What is known of why a finding is missed, or why it is asked as it is, by the finding's id."""
    return {row["id"]: row["note"] for row in rows("notes.csv")}


def agrees(compared: Sequence[Compared]) -> dict[str, bool]:
    """Whether each finding agrees, by its id: when all of its parts do. Findings without a verdict are left out."""
    found: dict[str, bool] = {}
    for one in compared:
        if one.agrees is not None:
            found[one.finding.id] = found.get(one.finding.id, True) and one.agrees
    return found


def group_of(finding: Finding) -> str | None:
    """The group in which a finding is counted; None for findings that are shown and not counted."""
    if finding.tier == "fit":
        return GROUPS[0]
    return GROUPS[2 if finding.seen else 1] if finding.tier == "validate" else None


def counts(compared: Sequence[Compared]) -> tuple[Count, ...]:
    """How many findings of each group agree. Retired findings, and those of tier context, are in none."""
    whole = agrees(compared)
    made = []
    for group in GROUPS:
        own = list(dict.fromkeys(one.finding.id for one in compared if group_of(one.finding) == group))
        missed = tuple(name for name in own if not whole[name])
        made.append(Count(group, len(own) - len(missed), len(own), missed))
    return tuple(made)
