"""A published trial in a wide table, with an intake column and later months; the values were computed by hand.

The folder of the data is named by ALLIANCE_SIM_PUBLIC_DATA; the tests that need it are skipped without. The same is
tried on made data whose answers are known.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alliance_sim.analysis.observed import measure_seen
from alliance_sim.analysis.seen import part
from alliance_sim.inquiry.asking import load_inquiry
from alliance_sim.inquiry.owndata import Clinic
from alliance_sim.inquiry.owndata.conducting import clinic_of
from alliance_sim.inquiry.owndata.following import follow_up_table

FOLDER = os.environ.get("ALLIANCE_SIM_PUBLIC_DATA", "")

SCALE = """\
title: Depression inventory of 21 items
about: 0-63, higher is worse
community_mean: {value: 7, source: "assumption: test"}
unit: {value: 10, source: "assumption: test"}
reliability: {value: 0.9, source: "assumption: test"}
low: {value: 0, source: "assumption: test"}
high: {value: 63, source: "assumption: test"}
step: {value: 1, source: "assumption: test"}
cutoff: {value: 14, source: "assumption: test"}
reliable: {value: 8, source: "assumption: test"}
"""
LATER = """\
data:
  file: btheb.csv
  layout: wide
  planned: 8
  group: treatment
  symptoms: {instrument: bdi.yaml, intake: bdi.pre, score: "bdi.{session}m"}
"""
NAMED = """\
data:
  file: btheb.csv
  layout: wide
  planned: 8
  group: treatment
  session: {intake: pre, end: 2m, follow_up: [3m, 5m, 8m]}
  symptoms: {instrument: bdi.yaml, score: "bdi.{session}"}
"""
MADE = """\
treatment,bdi.pre,bdi.2m,bdi.3m,bdi.5m,bdi.8m
TAU,20,10,,,
TAU,30,NA,20,,25
BtheB,25,,,,12
BtheB,15,14,13,,
BtheB,40,,,,
"""

Read = Callable[..., Clinic]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The trial by a mapping; from the folder, or from a text."""

    def read(mapping: str, table: str | None = None) -> Clinic:
        text = table if table is not None else (Path(FOLDER) / "btheb.csv").read_text(encoding="utf-8")
        (tmp_path / "btheb.csv").write_text(text, encoding="utf-8")
        (tmp_path / "bdi.yaml").write_text(SCALE, encoding="utf-8")
        (tmp_path / "own.yaml").write_text(mapping, encoding="utf-8")
        return clinic_of(load_inquiry(tmp_path / "own.yaml"))

    return read


def of_group(clinic: Clinic, group: str) -> tuple[dict[str, float], Any]:
    """The estimates of a group, and its client rows."""
    seen = part(clinic.loaded.seen, clinic.loaded.of(clinic.loaded.groups.index(group)))
    return {name: float(value[0]) for name, value in measure_seen(seen, 8).items()}, seen.clients


def test_every_later_score_of_a_trial_counts_for_its_end(read: Read) -> None:
    clinic = read(LATER, MADE)
    _, usual = of_group(clinic, "TAU")
    found, arm = of_group(clinic, "BtheB")
    assert usual["symptoms_end"].tolist() == [10.0, 25.0]
    assert arm["symptoms_end"].tolist() == pytest.approx([12.0, 13.0, np.nan], nan_ok=True)
    assert arm["symptoms_intake"].tolist() == [25.0, 15.0, 40.0]
    assert found["recovery_pct"] == 50.0  # 25 to 12 is reliable and below the cut-off, 15 to 13 is not reliable


def test_months_after_the_end_of_a_trial_are_follow_ups(read: Read) -> None:
    clinic = read(NAMED, MADE)
    assert clinic.loaded.seen.clients["symptoms_end"].tolist() == pytest.approx(
        [10.0, np.nan, np.nan, 14.0, np.nan], nan_ok=True
    )
    later = follow_up_table(clinic)
    assert later is not None
    counts = later.set_index(["group", "follow-up"])["clients with a score"]
    assert counts.to_dict() == {
        ("TAU", "3m"): 1, ("TAU", "5m"): 0, ("TAU", "8m"): 1,
        ("BtheB", "3m"): 1, ("BtheB", "5m"): 0, ("BtheB", "8m"): 1,
    }  # fmt: skip


@pytest.mark.skipif(not FOLDER, reason="ALLIANCE_SIM_PUBLIC_DATA does not name the folder of public data")
def test_a_trial_of_computer_based_therapy_has_the_values_that_were_computed_by_hand(read: Read) -> None:
    clinic = read(LATER)
    found, arm = of_group(clinic, "BtheB")
    intake, end = (np.asarray(arm[f"symptoms_{when}"]) for when in ("intake", "end"))
    both = np.isfinite(intake) & np.isfinite(end)
    assert (len(intake), int(both.sum())) == (52, 52)
    assert found["pre_post_d"] == pytest.approx(0.76, abs=0.005)
    assert found["recovery_pct"] == pytest.approx(36.5, abs=0.05)  # improved reliably, and below 14 at the end
    for cutoff, share in ((13, 30.8), (14, 30.8), (10, 25.0)):  # of those who were above the cut-off at intake
        recovered = (intake > cutoff) & (end <= cutoff) & (intake - end >= 8)
        assert 100 * recovered.mean() == pytest.approx(share, abs=0.05)


@pytest.mark.skipif(not FOLDER, reason="ALLIANCE_SIM_PUBLIC_DATA does not name the folder of public data")
def test_the_follow_ups_of_the_trial_are_all_of_its_later_scores(read: Read) -> None:
    later = follow_up_table(read(NAMED))
    assert later is not None
    assert later.groupby("follow-up")["clients with a score"].sum().to_dict() == {"3m": 73, "5m": 58, "8m": 52}
