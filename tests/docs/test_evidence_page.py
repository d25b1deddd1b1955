"""The page on evidence: every finding once, by tier, with what was verified of it."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.evidence.agreement import Simulated, compared_findings, judged, uncompared
from alliance_sim.evidence.findings import published

SPREAD = np.linspace(-1, 1, 101)
PUT_IN = {
    "effects": [], "rivals": [], "needed": [], "numbers": 2, "fitted": 1, "fitted_range": "1", "held_out": 1,
    "met_by_all": 1, "met_by_none": 0, "nearest": "1.0", "missed_by_all": "none", "bottom_line": "None.",
}  # fmt: skip
ABOUT = {"largest_r_hat": 1.01, "fewest_effective_draws": 500.0, "divergent": 0.0, "effort": {"discrepancy": 0.5}}
FIT = {
    "targets": pd.DataFrame(
        [{"target": "A01.1", "name": "r", "published": 0.278, "error": 0.01, "played": 0.28, "played_low": 0.27,
          "played_high": 0.29, "z": 0.2, "error_basis": "published interval"}]
    ),
    "parameters": pd.DataFrame(
        [{"parameter": "rupture.base", "prior_low": -3.0, "prior_high": -1.0, "mean": -2.0, "low": -2.5, "high": -1.5,
          "learned": 0.5, "r_hat": 1.0}]
    ),
    "recovery": pd.DataFrame({"fit": [1, 2], "inside_50": [True, False], "inside_90": [True, True]}),
}  # fmt: skip


@pytest.fixture
def page(script: Callable[[str], Any]) -> str:
    """The page with findings simulated as published, but for S09, which is missed."""
    make = script("make_evidence")
    compared = []
    for one in compared_findings():
        for k, part in enumerate(one.parts):
            middle = part.value if math.isfinite(part.value) else (0.5 if part.low == 0 else -0.5)
            field = middle + (0.1 if one.id == "S09" else 0.0) + 0.02 * SPREAD
            compared.append(judged(one, k, Simulated(field, field, np.full(101, math.nan))))
    frozen = {"frozen_commit": "abc1234", "frozen_date": "1 May 2027"}
    more = {"about": ABOUT, "law": "0123456789abcdef", "draws": 100, "put_in": PUT_IN}
    return make.page(make.comparison(compared, uncompared()) | make.calibrated(FIT) | frozen | more)


def test_every_finding_stands_in_the_table_of_its_tier(page: str) -> None:
    titles = {
        "fit": "### Fitted\n", "validate": "### Held out", "context": "### Context", "retired": "### Retired",
    }  # fmt: skip
    tables = page.partition("## What came of it")[2].partition("## What stands beside")[0]
    without = {one.finding.id for one in uncompared() if one.finding.tier in ("fit", "validate")}
    if without:
        titles["none"] = "### Not simulated\n"
    places = {tier: tables.index(title) for tier, title in titles.items()}
    for finding in published():
        row = tables.index(f"| {finding.id} |")
        before = max((tier for tier in places if places[tier] < row), key=places.__getitem__)
        assert before == ("none" if finding.id in without else finding.tier), finding.id


def test_seen_findings_stand_apart_from_those_that_nobody_had_seen(page: str) -> None:
    unseen = page.partition("### Held out, not seen before")[2].partition("###")[0]
    seen = page.partition("### Held out, seen while rules were chosen")[2].partition("###")[0]
    assert "| A05 |" in unseen
    assert "| R03 |" in seen
    assert "| R03 |" not in unseen


def test_a_retired_finding_has_its_reason_and_no_simulated_number(page: str) -> None:
    retired = page.partition("### Retired")[2].partition("## What stands beside")[0]
    row = next(line for line in retired.splitlines() if line.startswith("| N85 |"))
    assert "the same number as A20" in row
    assert "within-client share" in row


def test_what_was_verified_is_in_the_tables(page: str) -> None:
    row = next(line for line in page.splitlines() if line.startswith("| W02 |"))
    assert "only the direction was verified" in row


def test_misses_have_their_notes_and_the_freeze_has_its_commit_and_day(page: str) -> None:
    missing = page.partition("## What is missed")[2].partition("## The fit")[0]
    assert "- **S09** (fitted; task and bond with outcome): a bond that predicts outcome" in missing
    assert "at commit abc1234 on 1 May 2027" in page
    assert "missed: S09." in page


def test_no_page_is_written_before_the_freeze_is_stated(
    script: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    make = script("make_evidence")
    monkeypatch.setattr(make, "FROZEN_COMMIT", "")
    with pytest.raises(SystemExit, match="State FROZEN_COMMIT and FROZEN_DATE"):
        make.main()
