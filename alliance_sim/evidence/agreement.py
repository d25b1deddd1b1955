"""The model against the literature: every finding as published, and as studies in silico find it."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.evidence.findings import Finding, Part, not_borne, published, rows
from alliance_sim.evidence.practice import ALL_SITES, Cohort, Practice, Sites, play_practice
from alliance_sim.evidence.studies import STUDIES
from alliance_sim.evidence.studies.ruptures import null_shares, true_shares
from alliance_sim.experiment.workers import each
from alliance_sim.law.world import Parameters

Floats = NDArray[np.float64]

CHUNK = 5
"""Practices that one worker plays before it tells: about two seconds."""

BESIDE: Mapping[str, Callable[[Practice], tuple[float, ...]]] = {"P06": true_shares}
"""What truly happened to the same clients, for findings that go by a criterion."""

NULL: Mapping[str, Callable[[Practice], tuple[float, ...]]] = {"P06": null_shares}
"""What the criterion would find in the same clients if nothing had happened, for the same findings."""

NOT_KNOWN = np.empty(0)

NO_EFFECT = "no effect"
"""What the table writes for a statistic "null", which programs that read tables take for a missing value."""


class Simulated(NamedTuple):
    """One number of a finding in every simulated practice."""

    field: Floats  # (draws,) from all clients of a practice: thousands, as a whole field sees them
    study: Floats  # (draws,) from as many clients as the published study had
    truth: Floats  # (draws,) what truly happened, where that is another matter; else nan
    null: Floats = NOT_KNOWN  # (draws,) what a criterion finds where nothing has happened, from all clients; else nan
    null_study: Floats = NOT_KNOWN  # (draws,) the same from as many clients as the published study had
    earlier: Floats = NOT_KNOWN  # (draws,) what an earlier edition's estimand finds, where there was another; else nan


class Compared(NamedTuple):
    """One published number and what the model says to it."""

    finding: Finding
    part: int  # from 0
    name: str  # of the part
    simulated: float  # mean over draws, all clients of a practice
    low: float  # 95 % of studies of the published size, over draws
    high: float
    error: float  # Monte-Carlo error of the mean
    truth: float  # mean of what truly happened; nan where that is no other matter
    null: float  # mean of what the criterion finds where nothing has happened; nan where there is no criterion
    null_low: float  # 95 % of null studies of the published size, over draws
    null_high: float
    earlier: float  # mean of what an earlier edition's estimand finds, in no count; nan where there was no other
    agrees: bool | None  # None where no verdict is passed: findings of tier context
    rule: str  # by which it agrees or not, in words

    @property
    def published(self) -> Part:
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
    compared = {finding.id for finding in compared_findings()}
    return tuple(Uncompared(finding, _why_not(finding)) for finding in published() if finding.id not in compared)


def _why_not(finding: Finding) -> str:
    if finding.tier == "retired":
        return finding.remark
    return not_borne().get(finding.id) or (finding.tier == "context" and finding.remark) or "it has no study in silico"


def compare(
    draws: list[Parameters], seed: int, workers: int, progress: Callable[[int], None] = lambda _: None
) -> tuple[Compared, ...]:
    """Play a practice under each draw of the parameters and let every study look at it.

    `progress` is called with the number of practices that are finished. Raises KeyboardInterrupt when stopped and
    WorkersDiedError when workers die again and again. The
    same draws and seed give the same numbers, whatever the number of workers.
    """
    chunks = [(k, draws[k : k + CHUNK]) for k in range(0, len(draws), CHUNK)]
    found: dict[int, list[dict[str, Floats]]] = {}

    def keep(k: int, looks: list[dict[str, Floats]]) -> None:
        found[chunks[k][0]] = looks
        progress(len(looks))

    each(look, [(seed, start, part) for start, part in chunks], workers, keep)
    looks = [one for start in sorted(found) for one in found[start]]
    return tuple(
        judged(finding, k, _simulated(looks, finding.id, k))
        for finding in compared_findings()
        for k in range(len(finding.parts))
    )


def look(seed: int, first: int, draws: list[Parameters], sites: Sites = ALL_SITES) -> list[dict[str, Floats]]:
    """What every study finds in the practice of each draw; `first` is the number of the first one's practice.

    Arrays (parts, 6) by the finding's id: from all clients, from as many as were studied, what truly happened, what
    a criterion finds where nothing has happened, from all clients and from as many as were studied, and what an
    earlier edition's estimand finds.
    """
    return [asked_of(play_practice(parameters, seed, first + k, sites)) for k, parameters in enumerate(draws)]


def asked_of(practice: Practice) -> dict[str, Floats]:
    """What every study finds in a practice: arrays (parts, 6) as those of `look`."""
    whole = _size(practice)
    samples = {whole: practice}
    answers = {}
    for finding in compared_findings():
        study = STUDIES[finding.id]
        people = min(study.people or finding.people or whole, whole)
        if people not in samples:
            samples[people] = practice.first(people)
        sample = samples[people]
        everybody = study.measure(practice)
        smaller = everybody if sample is practice else study.measure(sample)
        none = (math.nan,) * len(everybody)
        truth = BESIDE[finding.id](practice) if finding.id in BESIDE else none
        nulls = [none, none]
        if finding.id in NULL:
            nulls[0] = NULL[finding.id](practice)
            nulls[1] = nulls[0] if sample is practice else NULL[finding.id](sample)
        earlier = none if study.earlier is None else (*study.earlier.measure(practice), *none[1:])[: len(none)]
        answers[finding.id] = np.array([everybody, smaller, truth, *nulls, earlier]).T
    return answers


def _size(practice: Practice) -> int:
    """Clients of the largest cohort of a practice."""
    cohorts: list[Cohort] = []
    for field in practice:
        if isinstance(field, Cohort):
            cohorts.append(field)
        elif isinstance(field, Mapping):
            cohorts += field.values()
    return max(map(len, cohorts))


def _simulated(looks: list[dict[str, Floats]], finding: str, part: int) -> Simulated:
    numbers = np.array([one[finding][part] for one in looks])
    return Simulated(*numbers.T)


def judged(finding: Finding, part: int, simulated: Simulated) -> Compared:
    """One number of a finding against what was simulated.

    - With a published interval, also around no effect: the simulated mean lies inside it, and the two intervals
      overlap. Where only the direction of a number was verified, its printed interval counts all the same.
    - A number without an interval: it lies inside the simulated interval of studies of its size.
    - A direction: at least 95 % of the draws lie on that side of zero.
    - No effect ("null") without an interval: the simulated mean is nearer to zero than a study of the published size
      could tell, that is by less than half of the width of the simulated interval.

    A finding that the practices do not define (nan throughout) does not agree. Findings of tier context get no verdict.
    """
    field, study = _known(simulated.field), _known(simulated.study)
    truth, null, earlier = (_known(each) for each in (simulated.truth, simulated.null, simulated.earlier))
    middle = float(field.mean()) if len(field) else math.nan
    low, high = _middle(study)
    error = float(field.std(ddof=1) / math.sqrt(len(field))) if len(field) > 1 else math.nan
    agrees: bool | None
    agrees, rule = _agreement(finding, finding.parts[part], field, low, high)
    if finding.tier == "context":
        agrees, rule = None, "shown, in no count"
    return Compared(
        finding, part, STUDIES[finding.id].parts[part], middle, low, high, error,
        float(truth.mean()) if len(truth) else math.nan, float(null.mean()) if len(null) else math.nan,
        *_middle(_known(simulated.null_study)), float(earlier.mean()) if len(earlier) else math.nan, agrees, rule,
    )  # fmt: skip


def _agreement(finding: Finding, part: Part, field: Floats, low: float, high: float) -> tuple[bool, str]:
    if not len(field) or not math.isfinite(low):
        return False, "the simulated practices do not define it"
    middle = float(field.mean())
    if finding.statistic == "null" and not part.bounded:
        return abs(middle) < (high - low) / 2.0, "mean nearer to zero than a study of this size could tell"
    if not math.isfinite(part.value):
        right = field > 0 if part.low == 0 else field < 0
        return bool(right.mean() >= 0.95), "95 % of draws on this side of zero"
    if part.bounded:
        inside = part.low <= middle <= part.high
        return inside and low <= part.high and high >= part.low, "mean inside the published interval"
    return low <= part.value <= high, "published number inside the simulated interval"


def _middle(values: Floats) -> tuple[float, float]:
    """The middle 95 % of some numbers; nan for none."""
    if not len(values):
        return math.nan, math.nan
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _known(values: Floats) -> Floats:
    return values[np.isfinite(values)]


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


GROUPS = ("fitted", "held out, not seen before", "held out, seen while rules were chosen")
"""Groups of findings that are counted, each apart."""


def group_of(finding: Finding) -> str | None:
    """The group in which a finding is counted; None for findings that are shown and not counted."""
    if finding.tier == "fit":
        return GROUPS[0]
    return GROUPS[2 if finding.seen else 1] if finding.tier == "validate" else None


def counts(compared: Sequence[Compared]) -> tuple[Count, ...]:
    """How many findings of each group agree. Retired findings, and those of tier context, are in none."""
    groups = {one.finding.id: group_of(one.finding) for one in compared}
    whole = agrees(compared)
    made = []
    for group in GROUPS:
        own = [name for name in whole if groups[name] == group]
        missed = tuple(name for name in own if not whole[name])
        made.append(Count(group, len(own) - len(missed), len(own), missed))
    return tuple(made)


def table(compared: Sequence[Compared], others: Sequence[Uncompared] = ()) -> pd.DataFrame:
    """A row a published number, columns as in evidence.csv (docs/evidence.md), in the order of the file.

    `others` are findings that were not simulated: nan for what was, and no verdict; `reason` says why.
    """
    whole = agrees(compared)
    made = [_row(one, whole.get(one.finding.id)) for one in compared]
    made += [_unsimulated(one, k) for one in others for k in range(len(one.finding.parts))]
    order = {finding.id: k for k, finding in enumerate(published())}
    table = pd.DataFrame.from_records(sorted(made, key=lambda row: order[str(row["id"])]))
    verdicts = {"agrees": "boolean", "finding_agrees": "boolean"}
    return table.astype(verdicts) if made else table


def _row(one: Compared, whole: bool | None) -> dict[str, object]:
    study = STUDIES[one.finding.id]
    return _about(one.finding, one.part, one.name) | {
        "simulated": one.simulated,
        "simulated_low": one.low,
        "simulated_high": one.high,
        "monte_carlo_error": one.error,
        "true_events": one.truth,
        "null_mean": one.null,
        "null_low": one.null_low,
        "null_high": one.null_high,
        "earlier_estimand": one.earlier,
        "agrees": one.agrees,
        "finding_agrees": whole,
        "rule": one.rule,
        "reason": "",
        "estimand": study.formula,
        "method": study.source,
    }


def _unsimulated(one: Uncompared, part: int) -> dict[str, object]:
    return _about(one.finding, part, "") | dict.fromkeys(_SIMULATED, math.nan) | {
        "agrees": None, "finding_agrees": None, "rule": "", "reason": one.reason,
        "estimand": one.finding.estimand, "method": "",
    }  # fmt: skip


def _about(finding: Finding, part: int, name: str) -> dict[str, object]:
    """What the file says of one published number."""
    number = finding.parts[part]
    return {
        "id": finding.id,
        "part": part + 1,
        "tier": finding.tier,
        "seen": finding.seen,
        "quantity": finding.quantity,
        "name": name,
        "statistic": NO_EFFECT if finding.statistic == "null" else finding.statistic,
        "printed": finding.printed,
        "published": number.value,
        "low": number.low,
        "high": number.high,
        "source": finding.source,
        "year": finding.year,
        "doi": finding.doi,
        "status": finding.status,
        "verified": finding.verified,
        "read_at": finding.read_at,
        "remark": finding.remark,
        "note": notes().get(finding.id, ""),
    }


_SIMULATED = (
    "simulated", "simulated_low", "simulated_high", "monte_carlo_error", "true_events", "null_mean", "null_low",
    "null_high", "earlier_estimand",
)  # fmt: skip

_OF_A_PART = ("name", "published", "low", "high", *_SIMULATED, "agrees", "rule")


def records(table: pd.DataFrame) -> list[dict[str, object]]:
    """The table as a mapping a finding, for JSON: the numbers of its first part, and all of them under `parts`.

    What is not known, and a bound that is infinite, is None.
    """
    made: list[dict[str, object]] = []
    for _, finding in table.groupby("id", sort=False):
        plain = [{str(k): _plain(v) for k, v in row.items()} for row in finding.to_dict("records")]
        first = plain[0]
        own = {k: v for k, v in first.items() if k not in ("part", "finding_agrees", "name", "agrees", "rule")}
        made.append(
            own | {"agrees": first["finding_agrees"], "parts": [{k: part[k] for k in _OF_A_PART} for part in plain]}
        )
    return made


def _plain(value: object) -> object:
    if value is pd.NA:
        return None
    if isinstance(value, float | np.floating):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return bool(value) if isinstance(value, np.bool_) else value
