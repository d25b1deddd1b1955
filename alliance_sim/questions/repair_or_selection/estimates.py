"""The estimates: causal effects of repair, and how analyses of studies perform in finding them.

Keys: `about`; `scenario`; `what`: an effect or an analysis; `among`: whose effect, or which events an analysis knew;
`group` of clients; for effects `step`: sessions after the rupture. Behind them `studies`: how many replicates the row
rests on, and `events`: ruptures or clients in all of them.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimands.histories import ALL, INSECURE, NO_TRAUMA, SECURE, TRAUMA
from alliance_sim.estimates.long import Estimates
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.repair_or_selection.scenarios import FACTOR
from alliance_sim.questions.repair_or_selection.studies import (
    ALLIANCE,
    CORRELATIONS,
    DESCRIBED,
    LEAD,
    OBSERVED,
    OUTCOME,
    SHRUNKEN,
    TRIALS,
    TRUE,
)
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import NORMAL_95, wilson
from alliance_sim.stats.montecarlo import Summary, mcse_proportion, median_summary, summarise
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
UNITS |= dict.fromkeys((*ALLIANCE, LEAD), "1–5") | dict.fromkeys(OUTCOME, "points")
UNITS |= dict.fromkeys(DESCRIBED, "%") | dict.fromkeys(CORRELATIONS.values(), "r")

UNKNOWN = Estimate(math.nan)

POWER_FACTOR = 2.801585
"""z(.975) + z(.80): how many standard errors an effect must be for a power of 80 % (normal approximation)."""

Keyed = Iterator[tuple[Mapping[str, Any], Estimate]]


class ByKey:
    """The estimates by their key; an unknown one where there is none."""

    def __init__(self, estimates: Estimates) -> None:
        names = ["about", *KEYS]
        self.known = {tuple(row.key.get(name) for name in names): row.estimate for row in estimates}

    def effect(
        self, scenario: str | None, what: str, among: str, group: str = ALL, step: int = 0, about: str = EFFECT
    ) -> Estimate:
        """A causal effect."""
        return self.known.get((about, scenario, what, among, group, step), UNKNOWN)

    def of(self, about: str, scenario: str | None, analysis: str, events: str, group: str = ALL) -> Estimate:
        """What is said of an analysis."""
        return self.known.get((about, scenario, analysis, events, group, None), UNKNOWN)


def estimate(question: Question, rows: pd.DataFrame) -> Tables:
    """All estimates; what no replicate defines is left out."""
    rows = rows.rename(columns={FACTOR: "scenario"})
    studied = rows["among"].isin([OBSERVED, TRUE])
    effects, findings = rows[~studied], rows[studied]
    analyses = findings[~findings["what"].isin(DESCRIBED)]
    effects = pd.concat([effects, _differences(effects, DIFFERENCES)])
    findings = pd.concat([findings, _differences(analyses, {BY_TRAUMA: DIFFERENCES[BY_TRAUMA]})])
    therapists = question.experiment.points[0].scenario.clinic.therapists
    found = [*_effects(effects), *_analyses(findings, therapists)]
    return Tables(Estimates.of((key, number) for key, number in found if number.known))


def _differences(rows: pd.DataFrame, pairs: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Rows of one group minus those of another, in the same replicate; errors of a study added as if independent.

    The two groups of clients share their therapists, so that the errors are a little too large or too small.
    """
    key = ["scenario", "replicate", "what", "among", "step"]
    made = []
    for name, (one, other) in pairs.items():
        both = rows[rows["group"] == one].merge(rows[rows["group"] == other], on=key, suffixes=("", "_other"))
        value = both["value"] - both["value_other"]
        error = np.sqrt(both["error"] ** 2 + both["error_other"] ** 2)
        made.append(
            both[key].assign(
                group=name,
                value=value,
                truth=both["truth"] - both["truth_other"],
                error=error,
                low=value - NORMAL_95 * error,
                high=value + NORMAL_95 * error,
                events=both["events"] + both["events_other"],
            )
        )
    return pd.concat(made)[list(rows.columns)]


def _of(summary: Summary, unit: str) -> Estimate:
    return Estimate(summary.value, summary.low, summary.high, summary.mcse, unit)


def _single(summary: Summary, unit: str) -> Estimate:
    """The middle 95 % of single studies."""
    return Estimate(summary.value, summary.spread_low, summary.spread_high, math.nan, unit)


def _effects(rows: pd.DataFrame) -> Keyed:
    for values, part in rows.groupby(KEYS, sort=False):
        s = summarise(part["value"].to_numpy(float))
        key = dict(zip(KEYS, values, strict=True)) | {"studies": s.replicates, "events": int(part["events"].sum())}
        what = str(key["what"])
        unit = UNITS.get(what, "0–1" if what.startswith("felt") else "1–5")
        yield {"about": EFFECT, **key}, _of(s, unit)
        yield {"about": SINGLE[EFFECT], **key}, _single(s, unit)


def _analyses(rows: pd.DataFrame, therapists: int) -> Keyed:
    """How analyses perform; of slopes on shrunken means, which are ratios, medians over studies are given."""
    for values, part in rows.groupby(KEYS[:-1], sort=False):
        value, truth, low, high, error = (
            part[name].to_numpy(float) for name in ("value", "truth", "low", "high", "error")
        )
        p = performance(value, truth, low, high)
        key = dict(zip(KEYS, values, strict=False)) | {"studies": p.studies}
        unit = UNITS[str(key["what"])]
        if key["what"] == SHRUNKEN:
            p = p._replace(estimate=median_summary(value), bias=median_summary(value - truth))
        yield {"about": FOUND, **key}, _of(p.estimate, unit)
        yield {"about": SINGLE[FOUND], **key}, _single(p.estimate, unit)
        if key["what"] in DESCRIBED:
            continue
        true, typical = _of(p.truth, unit), _of(summarise(error), unit)
        yield {"about": TRUTH, **key}, true
        yield {"about": BIAS, **key}, _of(p.bias, unit)
        for about, share in ((ADVANTAGE, p.positive), (HARM, p.negative), (OPPOSITE, p.wrong_sign)):
            yield {"about": about, **key}, share_of(share, p.studies)
        yield {"about": ERROR, **key}, typical
        yield {"about": FAILED, **key}, Estimate(100.0 * p.failed / len(value), unit="%")
        if key["what"] in TRIALS:
            yield {"about": NEEDED, **key}, therapists_needed(true, typical, therapists)


def share_of(share: float, studies: int) -> Estimate:
    """A share (0-1) of simulated studies in %, with Wilson's interval."""
    return Estimate(share, *wilson(share, studies), mcse_proportion(share, studies)).times(100.0, "%")


def therapists_needed(true: Estimate, error: Estimate, therapists: int) -> Estimate:
    """Therapists for a power of 80 %, from the mean standard error of a trial with `therapists`.

    J (2.80 error / effect)^2; nan where no advantage is there to be found, or none that differs clearly from zero. The
    interval is that of the logarithm, from the Monte-Carlo errors of effect and standard error (delta method).
    """
    if not true.low > 0.0:
        return Estimate(math.nan)
    ratio = POWER_FACTOR * error.value / true.value
    reach = 2.0 * NORMAL_95 * math.hypot(error.error / error.value, true.error / true.value)
    needed = therapists * ratio * ratio
    return Estimate(needed, needed * math.exp(-reach), needed * math.exp(reach), math.nan, "therapists")
