"""The estimates: causal effects of repair, and how analyses of studies perform in finding them.

Keys: `about`; `scenario`; `what`: an effect or an analysis; `among`: whose effect, or which events an analysis knew;
`group` of clients; for effects `step`: sessions after the rupture. Behind them `studies`: how many replicates the row
rests on, and `events`: ruptures or clients in all of them.
"""

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.histories import ALL, INSECURE, NO_TRAUMA, SECURE, TRAUMA
from alliance_sim.estimates.long import Estimates, Keyed
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.repair_or_selection import studies
from alliance_sim.questions.repair_or_selection.section import FACTOR
from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import NORMAL_95
from alliance_sim.stats.linear import Floats
from alliance_sim.stats.montecarlo import median_summary, percent_of, summarise
from alliance_sim.stats.performance import performance

EFFECT, FOUND, TRUTH, BIAS = "effect", "found", "true effect", "bias"
SINGLE = {EFFECT: "effect, single studies", FOUND: "found, single studies"}
"""What is said of the middle 95 % of single studies."""

ADVANTAGE, HARM, OPPOSITE = "concludes an advantage", "concludes harm", "concludes the opposite of the truth"
"""Shares of studies whose own 95 % interval lies above zero, below zero, or opposite to a true effect."""

ERROR, FAILED, NEEDED = "standard error of a study", "studies that could not", "therapists for 80 % power"

KEYS = ["scenario", "what", "among", "group", "step"]

BY_TRAUMA, BY_SECURITY = "trauma minus none", "insecure minus secure"
DIFFERENCES = {BY_TRAUMA: (TRAUMA, NO_TRAUMA), BY_SECURITY: (INSECURE, SECURE)}
"""Interactions with history: the effect in one group minus that in another, taken within each replicate."""

UNITS = {"symptoms": "points", "alliance at the end": "0–1", "dropout": "percentage points"}
UNITS |= dict.fromkeys((*studies.ALLIANCE, studies.LEAD), "1–5") | dict.fromkeys(studies.OUTCOME, "points")
UNITS |= dict.fromkeys(studies.DESCRIBED, "%") | dict.fromkeys(studies.CORRELATIONS.values(), "r")

POWER_FACTOR = 2.801585
"""z(.975) + z(.80): how many standard errors an effect must be for a power of 80 % (normal approximation)."""


class ByKey(NamedTuple):
    """The long table, asked for effects and for how analyses perform; unknown where there is no such row."""

    estimates: Estimates

    def effect(
        self, scenario: str | None, what: str, among: str, group: str = ALL, step: int = 0, about: str = EFFECT
    ) -> Estimate:
        """A causal effect."""
        return self.estimates.get(about=about, scenario=scenario, what=what, among=among, group=group, step=step)

    def of(self, about: str, scenario: str | None, analysis: str, events: str, group: str = ALL) -> Estimate:
        """What is said of an analysis."""
        return self.estimates.get(about=about, scenario=scenario, what=analysis, among=events, group=group)

    def several(
        self, abouts: Iterable[str], scenario: str | None, analysis: str, events: str, group: str = ALL
    ) -> dict[str, Estimate]:
        """The same by what is said."""
        return self.estimates.several(abouts, scenario=scenario, what=analysis, among=events, group=group)


def estimate(question: Question, rows: pd.DataFrame) -> Tables:
    """All estimates; what no replicate defines is left out."""
    rows = rows.rename(columns={FACTOR: "scenario"})
    studied = rows["among"].isin(studies.BOTH)
    effects, findings = rows[~studied], rows[studied]
    analyses = findings[~findings["what"].isin(studies.DESCRIBED)]
    effects = pd.concat([effects, *(_difference(effects, group) for group in DIFFERENCES)])
    findings = pd.concat([findings, _difference(analyses, BY_TRAUMA)])
    therapists = question.experiment.points[0].scenario.clinic.therapists
    found = [*_effects(effects), *_analyses(findings, therapists)]
    return Tables(Estimates.of((key, number) for key, number in found if number.known))


def _difference(rows: pd.DataFrame, group: str) -> pd.DataFrame:
    """Rows of one group minus those of another, in the same replicate; errors of a study added as if independent.

    The two groups of clients share their therapists, so that the errors are a little too large or too small.
    """
    key = ["scenario", "replicate", "what", "among", "step"]
    one, other = (rows[rows["group"] == name] for name in DIFFERENCES[group])
    both = one.merge(other, on=key, suffixes=("", "_other"))
    value, truth = (both[name] - both[f"{name}_other"] for name in ("value", "truth"))
    error = np.sqrt(both["error"] ** 2 + both["error_other"] ** 2)
    ends = {"low": value - NORMAL_95 * error, "high": value + NORMAL_95 * error}
    events = both["events"] + both["events_other"]
    made = both[key].assign(group=group, value=value, truth=truth, error=error, events=events, **ends)
    return made[list(rows.columns)]


def _parts(rows: pd.DataFrame, keys: list[str], columns: list[str]) -> Iterator[tuple[dict[str, object], list[Floats]]]:
    """The key of each group of rows, in the order in which they come, and its columns; no frame is made for it."""
    if rows.empty:
        return
    codes = rows.groupby(keys, sort=False).ngroup().to_numpy()
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    heads = rows[keys].iloc[order[starts]].to_dict("records")
    parts = (np.split(rows[name].to_numpy(np.float64)[order], starts[1:]) for name in columns)
    for head, *arrays in zip(heads, *parts, strict=True):
        yield {str(name): value for name, value in head.items()}, arrays


def _effects(rows: pd.DataFrame) -> Keyed:
    for head, (values, events) in _parts(rows, KEYS, ["value", "events"]):
        s = summarise(values)
        key = head | {"studies": s.replicates, "events": int(events.sum())}
        unit = UNITS.get(str(key["what"]), "0–1" if str(key["what"]).startswith("felt") else "1–5")
        yield {"about": EFFECT, **key}, s.of_mean(unit)
        yield {"about": SINGLE[EFFECT], **key}, s.of_single(unit)


def _analyses(rows: pd.DataFrame, therapists: int) -> Keyed:
    """How analyses perform; of slopes on shrunken means, which are ratios, medians over studies are given."""
    columns = ["value", "truth", "low", "high", "error"]
    for head, (value, truth, low, high, error) in _parts(rows, KEYS[:-1], columns):
        p = performance(value, truth, low, high)
        key = head | {"studies": p.studies}
        unit = UNITS[str(key["what"])]
        if key["what"] == studies.SHRUNKEN:
            p = p._replace(estimate=median_summary(value), bias=median_summary(value - truth))
        yield {"about": FOUND, **key}, p.estimate.of_mean(unit)
        yield {"about": SINGLE[FOUND], **key}, p.estimate.of_single(unit)
        if key["what"] in studies.DESCRIBED:
            continue
        true, typical = p.truth.of_mean(unit), summarise(error).of_mean(unit)
        yield {"about": TRUTH, **key}, true
        yield {"about": BIAS, **key}, p.bias.of_mean(unit)
        for about, share in ((ADVANTAGE, p.positive), (HARM, p.negative), (OPPOSITE, p.wrong_sign)):
            yield {"about": about, **key}, percent_of(share, p.studies)
        yield {"about": ERROR, **key}, typical
        yield {"about": FAILED, **key}, Estimate(100.0 * p.failed / len(value), unit="%")
        if key["what"] in studies.TRIALS:
            yield {"about": NEEDED, **key}, therapists_needed(true, typical, therapists)


def therapists_needed(true: Estimate, error: Estimate, therapists: int) -> Estimate:
    """Therapists for a power of 80 %, from the mean standard error of a trial with `therapists`.

    J (2.80 error / effect)^2; nan where no advantage is there to be found, or none that differs clearly from zero. The
    interval is that of the logarithm, from the Monte-Carlo errors of effect and standard error (delta method).
    """
    if not true.low > 0.0:
        return UNKNOWN
    ratio = POWER_FACTOR * error.value / true.value
    reach = 2.0 * NORMAL_95 * math.hypot(error.error / error.value, true.error / true.value)
    needed = therapists * ratio * ratio
    return Estimate(needed, needed * math.exp(-reach), needed * math.exp(reach), math.nan, "therapists")
