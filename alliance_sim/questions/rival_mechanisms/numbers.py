"""The numbers that rivals are compared by, and what each rival predicts of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.evidence.agreement import compared_findings
from alliance_sim.evidence.calibration.targets import is_correlation, on_scale, standard_error, targets
from alliance_sim.evidence.findings import published
from alliance_sim.evidence.proposed import PROPOSALS
from alliance_sim.evidence.studies import STUDIES

Floats = NDArray[np.float64]

NOT_ALONE = {"A05": "an earlier synthesis of the studies of A01"}
"""Findings that add nothing of their own to others, and why; they are shown and not counted twice."""


class Number(NamedTuple):
    """One measured or measurable number: how it is called, what was published, and with which error."""

    key: str  # finding or proposal, with the number of the part
    id: str
    part: int
    group: str  # fitted, held out, unmeasured, proposed
    words: str
    value: float  # on its scale; nan where no number was published
    error: float  # standard error on its scale; 0 where the draws are studies of the size of the study
    fisher: bool


def numbers() -> list[Number]:
    """Every number that rivals are compared by: what was fitted, what was held out, and what is proposed.

    A held-out finding of which no number was published with an error (a direction, say) is "unmeasured": a literature
    as published does not hold it. Shares that add up to one hundred carry one number less; findings of NOT_ALONE are
    left out.
    """
    fitted = [
        Number(t.key, t.finding, t.part, "fitted", words_of(t.finding, t.part), t.value, t.error, t.fisher)
        for t in targets()
    ]
    held = []
    for finding in compared_findings():
        if finding.tier != "validate":
            continue
        fisher = is_correlation(finding)
        for k, part in enumerate(finding.parts):
            key, words = f"{finding.id}.{k + 1}", words_of(finding.id, k)
            if finding.id in NOT_ALONE:
                continue
            if part.bounded and np.isfinite(part.value):
                error = standard_error(finding, k, fisher)[0]
                value = on_scale(fisher, part.value)
                held.append(Number(key, finding.id, k, "held out", words, value, error, fisher))
            else:
                held.append(Number(key, finding.id, k, "unmeasured", words, float("nan"), 0.0, fisher))
    proposed = [Number(p.name, p.name, 0, "proposed", p.words, float("nan"), 0.0, False) for p in PROPOSALS]
    return [*fitted, *held, *proposed]


def words_of(finding: str, part: int) -> str:
    """What a number of a finding is, in words."""
    quantity = next(f.quantity for f in published() if f.id == finding)
    names = STUDIES[finding].parts
    return quantity if len(names) == 1 else f"{quantity.partition(':')[0]}: {names[part]}"


class Predictions(NamedTuple):
    """What a rival predicts: draws (draws, numbers) on the numbers' scales."""

    rival: str
    table: Floats


def drawn(rows: pd.DataFrame, wanted: Sequence[Number]) -> list[Predictions]:
    """Draws of every rival, of whole fields where a published error is added, and of single studies elsewhere."""
    found = []
    for rival, own in rows.groupby("rival", sort=False):
        columns = []
        for number in wanted:
            mine = own[(own["id"] == number.id) & (own["part"] == number.part)].sort_values("draw")
            raw = mine["field" if number.error > 0 else "study"].to_numpy(np.float64)
            columns.append(np.arctanh(np.clip(raw, -0.999, 0.999)) if number.fisher else raw)
        found.append(Predictions(str(rival), np.column_stack(columns)))
    return found


SETS: Mapping[str, tuple[str, ...]] = {
    "fitted": ("fitted",),
    "today": ("fitted", "held out"),
    "new": ("fitted", "held out", "proposed"),
}
"""Sets of numbers that literatures consist of: what was fitted; all that is published with an error; and all proposed
studies too."""


def usable(found: Sequence[Predictions], wanted: Sequence[Number], groups: Sequence[str]) -> list[int]:
    """Numbers of some groups that every rival predicts."""
    return [
        k
        for k, number in enumerate(wanted)
        if number.group in groups and all(np.isfinite(d.table[:, k]).mean() > 0.9 for d in found)
    ]
