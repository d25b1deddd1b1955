"""The comparison with the literature as a long table, a row a published number, and as records for JSON."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.evidence.agreement import Compared, Uncompared, agrees, notes
from alliance_sim.evidence.findings import Finding, published
from alliance_sim.evidence.studies import STUDIES

NO_EFFECT = "no effect"
"""What the table writes for a statistic "null", which programs that read tables take for a missing value."""

_SIMULATED = {
    "simulated": "simulated",
    "simulated_low": "low",
    "simulated_high": "high",
    "monte_carlo_error": "error",
    "true_events": "truth",
    "null_mean": "null",
    "null_low": "null_low",
    "null_high": "null_high",
    "earlier_estimand": "earlier",
}
"""Columns of simulated numbers, and the fields of `Compared` that they are taken from."""

_AS_WRITTEN = ("source", "year", "doi", "status", "verified", "read_at", "remark")
_VERDICT = ("agrees", "finding_agrees")


def table(compared: Sequence[Compared], others: Sequence[Uncompared] = ()) -> pd.DataFrame:
    """A row a published number, columns as in evidence.csv (docs/evidence.md), in the order of the file.

    `others` are findings that were not simulated: nan for what was, and no verdict; `reason` says why.
    """
    whole, made = agrees(compared), []
    for one in compared:
        finding, study = one.finding, STUDIES[one.finding.id]
        numbers = {column: getattr(one, field) for column, field in _SIMULATED.items()}
        verdict = (one.agrees, whole.get(finding.id), one.rule, "", study.formula, study.source)
        made.append(_row(finding, one.part, one.name, numbers, *verdict))
    for finding, reason in others:
        verdict = (None, None, "", reason, finding.estimand, "")
        nothing = dict.fromkeys(_SIMULATED, math.nan)
        made += [_row(finding, part, "", nothing, *verdict) for part in range(len(finding.parts))]
    order = {finding.id: k for k, finding in enumerate(published())}
    frame = pd.DataFrame.from_records(sorted(made, key=lambda row: order[row["id"]]))
    return frame.astype(dict.fromkeys(_VERDICT, "boolean")) if made else frame


def _row(finding: Finding, part: int, name: str, numbers: dict[str, float], *verdict: object) -> dict[str, Any]:
    """What the file says of one published number, and what came of it."""
    value, low, high = finding.parts[part]
    return {
        "id": finding.id,
        "part": part + 1,
        "tier": finding.tier,
        "seen": finding.seen,
        "quantity": finding.quantity,
        "name": name,
        "statistic": NO_EFFECT if finding.statistic == "null" else finding.statistic,
        "printed": finding.printed,
        "published": value,
        "low": low,
        "high": high,
        **{field: getattr(finding, field) for field in _AS_WRITTEN},
        "note": notes().get(finding.id, ""),
        **numbers,
        **dict(zip((*_VERDICT, "rule", "reason", "estimand", "method"), verdict, strict=True)),
    }


_OF_A_PART = ("name", "published", "low", "high", *_SIMULATED, "agrees", "rule")
_OF_NO_FINDING = ("part", "finding_agrees", "name", "agrees", "rule")


def records(table: pd.DataFrame) -> list[dict[str, object]]:
    """The table as a mapping a finding, for JSON: the numbers of its first part, and all of them under `parts`.

    What is not known, and a bound that is infinite, is None.
    """
    made: list[dict[str, object]] = []
    for _, finding in table.groupby("id", sort=False):
        plain = [{str(k): _plain(v) for k, v in row.items()} for row in finding.to_dict("records")]
        own = {k: v for k, v in plain[0].items() if k not in _OF_NO_FINDING}
        parts = [{k: part[k] for k in _OF_A_PART} for part in plain]
        made.append(own | {"agrees": plain[0]["finding_agrees"], "parts": parts})
    return made


def _plain(value: object) -> object:
    if value is pd.NA:
        return None
    if isinstance(value, float | np.floating):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return bool(value) if isinstance(value, np.bool_) else value
