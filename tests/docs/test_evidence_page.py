"""The page on evidence: every finding once, by tier, with what was verified of it."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from alliance_sim.evidence.agreement import uncompared
from alliance_sim.evidence.findings import published
from tests.evidence.simulated import everything

PUT_IN = {
    "effects": [], "rivals": [], "needed": [], "numbers": 2, "fitted": 1, "fitted_range": "1", "held_out": 1,
    "met_by_all": 1, "met_by_none": 0, "nearest": "1.0", "missed_by_all": "none", "bottom_line": "None.",
}  # fmt: skip
ABOUT = {"largest_r_hat": 1.01, "fewest_effective_draws": 500.0, "divergent": 0.0, "effort": {"discrepancy": 0.5}}
TARGET = {
    "target": "A01.1", "name": "r", "published": 0.278, "error": 0.01, "played": 0.28, "played_low": 0.27,
    "played_high": 0.29, "z": 0.2, "error_basis": "published interval",
}  # fmt: skip
PARAMETER = {
    "parameter": "rupture.base", "prior_low": -3.0, "prior_high": -1.0, "mean": -2.0, "low": -2.5, "high": -1.5,
    "learned": 0.5, "r_hat": 1.0,
}  # fmt: skip
FIT = {
    "targets": pd.DataFrame([TARGET]),
    "parameters": pd.DataFrame([PARAMETER]),
    "recovery": pd.DataFrame({"fit": [1, 2], "inside_50": [True, False], "inside_90": [True, True]}),
}


@pytest.fixture
def page(script: Callable[[str], Any]) -> str:
    """The page with findings simulated as published, but for S09, which is missed."""
    make = script("make_evidence")
    frozen = {"frozen_commit": "abc1234", "frozen_date": "1 May 2027"}
    more = {"about": ABOUT, "law": "0123456789abcdef", "draws": 100, "put_in": PUT_IN}
    return make.page(make.comparison(everything(S09=0.1), uncompared()) | make.calibrated(FIT) | frozen | more)


def row_of(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"| {name} |"))


def test_every_finding_stands_in_the_table_of_its_tier(page: str) -> None:
    titles = {
        "fit": "### Fitted\n", "validate": "### Held out", "context": "### Context", "retired": "### Retired",
    }  # fmt: skip
    tables = page.partition("## How many agree")[2].partition("## Null distributions")[0]
    places = {tier: tables.index(title) for tier, title in titles.items()}
    for finding in published():
        row = tables.index(f"| {finding.id} |")
        assert max((t for t in places if places[t] < row), key=places.__getitem__) == finding.tier, finding.id


def test_seen_findings_stand_apart_from_those_that_nobody_had_seen(page: str) -> None:
    unseen = page.partition("### Held out, not seen before")[2].partition("###")[0]
    seen = page.partition("### Held out, seen while rules were chosen")[2].partition("###")[0]
    assert "| A05 |" in unseen
    assert "| R03 |" in seen
    assert "| R03 |" not in unseen


def test_a_row_says_what_was_verified_and_a_retired_one_why_it_has_no_number(page: str) -> None:
    assert "only the direction was verified" in row_of(page, "W02")
    retired = row_of(page.partition("### Retired")[2], "N85")
    assert "the same number as A20" in retired
    assert "within-client share" in retired


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
