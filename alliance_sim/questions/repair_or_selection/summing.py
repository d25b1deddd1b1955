"""From what was measured in every replicate to two tidy tables: causal effects, and how analyses perform."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.histories import INSECURE, NO_TRAUMA, SECURE, TRAUMA
from alliance_sim.questions.repair_or_selection.catalogue import DESCRIBED, RATIOS
from alliance_sim.questions.repair_or_selection.studies import OBSERVED, TRUE
from alliance_sim.stats.intervals import NORMAL_95
from alliance_sim.stats.montecarlo import median_summary, summarise
from alliance_sim.stats.performance import performance

BY_TRAUMA, BY_SECURITY = "trauma minus none", "insecure minus secure"
DIFFERENCES = {BY_TRAUMA: (TRAUMA, NO_TRAUMA), BY_SECURITY: (INSECURE, SECURE)}
"""Interactions with history: the effect in one group minus that in another, taken within each replicate."""

WHAT = ["world", "what", "among", "group", "step"]


NUMBERS = ("value", "truth", "low", "high", "error")
"""What a study says, and what is true of its people."""


class Tables(NamedTuple):
    """What came of all replicates."""

    effects: pd.DataFrame  # causal effects: WHAT, value, low, high, mcse, spread, replicates, events
    analyses: pd.DataFrame  # WHAT without step, and what `performance` says (medians for RATIOS)
    described: pd.DataFrame  # numbers that no truth belongs to (shares, correlations): WHAT without step, summary


def tables_of(rows: pd.DataFrame) -> Tables:
    """The tables of the rows of `measuring.measure`, worlds in the order in which they were played."""
    studied = rows["among"].isin([OBSERVED, TRUE])
    plain = rows["what"].isin(DESCRIBED)
    effects, findings = rows[~studied], rows[studied & ~plain]
    effects = pd.concat([effects, _differences(effects, DIFFERENCES)])
    findings = pd.concat([findings, _differences(findings, {BY_TRAUMA: DIFFERENCES[BY_TRAUMA]})])
    return Tables(_effects(effects), _analyses(findings), _described(rows[plain]))


def _differences(rows: pd.DataFrame, pairs: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """Rows of one group minus those of another, in the same replicate; errors of a study added as if independent.

    The two groups of clients share their therapists, so that the errors are a little too large or too small.
    """
    key = ["world", "replicate", "what", "among", "step"]
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


def _effects(rows: pd.DataFrame) -> pd.DataFrame:
    made = []
    for key, part in rows.groupby(WHAT, sort=False):
        s = summarise(part["value"].to_numpy(float))
        made.append(
            (*key, s.value, s.low, s.high, s.mcse, s.spread_low, s.spread_high, s.replicates, part["events"].sum())
        )
    columns = [*WHAT, "value", "low", "high", "mcse", "spread_low", "spread_high", "replicates", "events"]
    return pd.DataFrame(made, columns=columns)


def _analyses(rows: pd.DataFrame) -> pd.DataFrame:
    made = []
    for key, part in rows.groupby(WHAT[:-1], sort=False):
        value, truth, low, high, error = (part[name].to_numpy(float) for name in NUMBERS)
        p = performance(value, truth, low, high, error)
        if key[1] in RATIOS:
            p = p._replace(estimate=median_summary(value), bias=median_summary(value - truth))
        made.append(
            dict(zip(WHAT, key, strict=False))
            | {
                "estimate": p.estimate.value,
                "mcse": p.estimate.mcse,
                "spread_low": p.estimate.spread_low,
                "spread_high": p.estimate.spread_high,
                "truth": p.truth.value,
                "truth_low": p.truth.low,
                "truth_high": p.truth.high,
                "truth_mcse": p.truth.mcse,
                "bias": p.bias.value,
                "bias_mcse": p.bias.mcse,
                "positive": p.positive,
                "positive_mcse": p.positive_mcse,
                "negative": p.negative,
                "wrong_sign": p.wrong_sign,
                "error": p.error,
                "error_mcse": summarise(error).mcse,
                "studies": p.studies,
                "failed": p.failed,
            }
        )
    return pd.DataFrame(made)


def _described(rows: pd.DataFrame) -> pd.DataFrame:
    made = []
    for key, part in rows.groupby(WHAT[:-1], sort=False):
        s = summarise(part["value"].to_numpy(float))
        made.append((*key, s.value, s.low, s.high, s.mcse, s.spread_low, s.spread_high, s.replicates))
    columns = [*WHAT[:-1], "value", "low", "high", "mcse", "spread_low", "spread_high", "replicates"]
    return pd.DataFrame(made, columns=columns)
