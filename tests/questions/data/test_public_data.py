"""Estimates of own data against computations by hand: on a made table, and on public tables where they are at hand.

The public tables may not be shipped. They are read from the folder that the environment variable
ALLIANCE_SIM_PUBLIC_DATA names: enrichd_bdi.csv (`BDIdata` of the R package npmlda), btheb.csv (`BtheB` of HSAUR3),
reframed.csv (RefraMED trial).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.seen import ratings, values
from alliance_sim.questions.data import ClinicData
from alliance_sim.questions.data.check import clinic_of
from alliance_sim.questions.data.estimates import follow_ups
from alliance_sim.questions.data.intervals import estimates_of
from alliance_sim.questions.frame.question import Question
from tests.public_data import public
from tests.questions.data.shown import BDI

Ask = Callable[..., Question]


def as_text(name: str) -> pd.DataFrame:
    """A public table, every cell as it is written."""
    return public(name, dtype=str, keep_default_na=False)


@pytest.fixture
def read(asked: Ask, tmp_path: Path) -> Callable[..., ClinicData]:
    """The clinic of a mapping and a table; the file bdi.yaml lies next to them."""

    def read(mapping: str, table: pd.DataFrame) -> ClinicData:
        (tmp_path / "bdi.yaml").write_text(BDI, encoding="utf-8")
        return clinic_of(asked(mapping, table.to_csv(index=False)))

    return read


def levels(clinic: ClinicData) -> pd.DataFrame:
    """Estimates by name and group."""
    table = estimates_of(clinic, 200, 1, 0.77).estimates
    return table[table["kind"] == "level"].pivot_table(index="estimate", columns="arm", values="value")


def steps(clinic: ClinicData, weeks: int, rows: Any = slice(None)) -> float:
    """Correlation of scores with those of the session after."""
    matrix = ratings(clinic.seen, weeks, "symptoms")[rows]
    before, after = matrix[:, :-1].ravel(), matrix[:, 1:].ravel()
    both = np.isfinite(before) & np.isfinite(after)
    return float(np.corrcoef(before[both], after[both])[0, 1])


BY_ORDER = """\
data:
  file: clinic.csv
  layout: long
  planned: 40
  client: ID
  session: {days: time, counted: order}
  symptoms: {instrument: bdi.yaml, score: BDI}
"""

MADE = pd.DataFrame(
    {
        "ID": ["a", "a", "a", "b", "b", "c", "c", "c", "d", "d"],
        "time": [14, 0, 7, 0, 9, 0, 6, 30, 0, 10],
        "BDI": [11, 20, 15, 30, 23, 12, 20, 21, 22, 13],
    }
)
"""By hand: a 20 to 11 (better by 9, below 14: recovered), b 30 to 23 (7: no change), c 12 to 21 (worse by 9), d 22 to
13 (recovered). Intake 20, 30, 12, 22: mean 21, sum of squares 1 + 81 + 81 + 1 = 164, SD 7.394; end 11, 23, 21, 13: mean
17."""


def test_a_made_table_has_the_estimates_that_one_computes_by_hand(read: Any) -> None:
    found = levels(read(BY_ORDER, MADE))["clinic"]
    assert (found["symptoms_intake"], found["symptoms_end"]) == (21, 17)
    assert found["pre_post_d"] == pytest.approx(4 / (164 / 3) ** 0.5)
    assert (found["recovery_pct"], found["improvement_pct"], found["deterioration_pct"]) == (50, 50, 25)


def test_steps_of_a_made_table_are_those_that_one_counts_by_hand(read: Any) -> None:
    """Pairs 20-15, 15-11, 30-23, 12-20, 20-21, 22-13."""
    pairs = [(20, 15), (15, 11), (30, 23), (12, 20), (20, 21), (22, 13)]
    assert steps(read(BY_ORDER, MADE), 40) == pytest.approx(np.corrcoef(np.array(pairs).T)[0, 1])


def test_enrichd_is_read_by_days_since_intake(read: Any) -> None:
    """557 clients, 7,117 scores; 153 clients and days are there twice, of which the first row counts here."""
    table = as_text("enrichd_bdi.csv")
    once = table.drop_duplicates(["ID", "time"])
    clinic = read(BY_ORDER, once)
    assert (len(table), clinic.seen.people) == (7117, 557)
    numbers = once.astype({"time": int, "BDI": float}).sort_values("time", kind="stable")
    by_client = numbers.groupby("ID")["BDI"]
    first, last = by_client.first(), by_client.last()
    found = levels(clinic)["clinic"]
    assert found["symptoms_intake"] == pytest.approx(first.mean())
    assert found["symptoms_end"] == pytest.approx(last.mean())
    assert found["pre_post_d"] == pytest.approx((first.mean() - last.mean()) / first.std())
    assert found["recovery_pct"] == pytest.approx(100 * ((first >= 14) & (first - last >= 8) & (last < 14)).mean())


def test_scores_of_enrichd_have_the_published_correlation_of_a_week(read: Any) -> None:
    """N60: .844 [.823, .862] for pairs 5 to 9 days apart, intake included, on the scores as they were loaded."""
    table = as_text("enrichd_bdi.csv").drop_duplicates(["ID", "time"])
    clinic = read(BY_ORDER, table)
    seen = clinic.seen
    who, scores = values(seen.sessions, "client").astype(int), values(seen.sessions, "symptoms")
    days = table.astype({"time": int}).assign(own=[clinic.client_ids.index(i) + 1 for i in table["ID"]])
    day = days.sort_values(["own", "time"])["time"].to_numpy()
    pair = (who[1:] == who[:-1]) & (np.diff(day) >= 5) & (np.diff(day) <= 9)
    assert 0.823 < np.corrcoef(scores[:-1][pair], scores[1:][pair])[0, 1] < 0.862


BTHEB = """\
data:
  file: clinic.csv
  layout: wide
  planned: 8
  group: {column: treatment, reference: TAU}
  symptoms: {instrument: bdi.yaml, intake: bdi.pre, score: "bdi.{session}m"}
"""
BY_NAME = """\
data:
  file: clinic.csv
  layout: wide
  planned: 8
  group: treatment
  session: {intake: pre, end: 2m, follow_up: [3m, 5m, 8m]}
  symptoms: {instrument: bdi.yaml, score: "bdi.{session}"}
"""
TRIAL = pd.DataFrame(
    [
        ("TAU", "20", "10", "", "", ""),
        ("TAU", "30", "NA", "20", "", "25"),
        ("BtheB", "25", "", "", "", "12"),
        ("BtheB", "15", "14", "13", "", ""),
        ("BtheB", "40", "", "", "", ""),
    ],
    columns=["treatment", "bdi.pre", "bdi.2m", "bdi.3m", "bdi.5m", "bdi.8m"],
)


def of_group(clinic: ClinicData, name: str, group: str) -> list[float]:
    """A number of every client of a group."""
    rows = clinic.of(clinic.groups.index(group))
    return np.asarray(clinic.seen.clients[name])[rows].tolist()


def test_every_later_score_of_a_trial_counts_for_its_end(read: Any) -> None:
    clinic = read(BTHEB, TRIAL)
    assert of_group(clinic, "symptoms_end", "TAU") == [10.0, 25.0]
    assert of_group(clinic, "symptoms_end", "BtheB") == pytest.approx([12.0, 13.0, np.nan], nan_ok=True)
    assert of_group(clinic, "symptoms_intake", "BtheB") == [25.0, 15.0, 40.0]
    # 25 to 12 is reliable and below the cut-off, 15 to 13 is not reliable
    assert levels(clinic).loc["recovery_pct", "BtheB"] == 50.0


def test_months_after_the_end_of_a_trial_are_follow_ups(read: Any) -> None:
    clinic = read(BY_NAME, TRIAL)
    assert np.asarray(clinic.seen.clients["symptoms_end"]).tolist() == pytest.approx(
        [10.0, np.nan, np.nan, 14.0, np.nan], nan_ok=True
    )
    counts = follow_ups(clinic).set_index(["group", "follow_up"])["clients"]
    assert counts.to_dict() == {
        ("TAU", "3m"): 1, ("TAU", "5m"): 0, ("TAU", "8m"): 1,
        ("BtheB", "3m"): 1, ("BtheB", "5m"): 0, ("BtheB", "8m"): 1,
    }  # fmt: skip


def test_the_follow_ups_of_the_trial_are_all_of_its_later_scores(read: Any) -> None:
    later = follow_ups(read(BY_NAME, as_text("btheb.csv")))
    assert later.groupby("follow_up")["clients"].sum().to_dict() == {"3m": 73, "5m": 58, "8m": 52}


def test_the_arm_of_computer_based_therapy_has_its_estimates(read: Any) -> None:
    """All 52 clients with any later score: d 0.76. Recovered, from 14 or more to below it and by 8 or more: 30.8 %."""
    table = as_text("btheb.csv")
    found = levels(read(BTHEB, table))["BtheB"]
    own = table[table["treatment"] == "BtheB"].replace("", np.nan)
    later = own[[f"bdi.{month}m" for month in (2, 3, 5, 8)]].astype(float)
    pre, last = own["bdi.pre"].astype(float), later.ffill(axis=1).iloc[:, -1]
    assert (len(own), int(last.notna().sum())) == (52, 52)
    assert found["pre_post_d"] == pytest.approx((pre.mean() - last.mean()) / pre.std())
    assert found["pre_post_d"] == pytest.approx(0.76, abs=0.005)
    assert found["recovery_pct"] == pytest.approx(100 * ((pre >= 14) & (last < 14) & (pre - last >= 8)).mean())
    assert found["recovery_pct"] == pytest.approx(30.8, abs=0.05)


REFRAMED = """\
data:
  file: clinic.csv
  layout: long
  planned: 12
  client: patient
  therapist: therapist
  group: {column: grp, reference: TAU}
  session: {number: month}
  symptoms: {instrument: phq9, score: phq9, intake: intake}
"""


def test_months_of_reframed_have_their_published_correlation(read: Any) -> None:
    """N68: .75 from month to month in usual care (.84 in the treated arm), months 1 to 12.

    A score below 0, which somebody has filled in, is left out.
    """
    table = as_text("reframed.csv")
    table = table.assign(phq9=table["phq9"].where(~table["phq9"].str.startswith("-"), ""))
    intake = table[table["month"] == "0"].set_index("patient")["phq9"]
    months = table[table["month"].isin([str(month) for month in range(1, 13)])]
    months = months.assign(intake=months["patient"].map(intake), therapist=months["therapist"].replace("", "none"))
    clinic = read(REFRAMED, months[["patient", "therapist", "grp", "month", "phq9", "intake"]])
    assert clinic.groups == ("TAU", "RO-DBT")
    usual, treated = (steps(clinic, 12, clinic.of(g)) for g in (0, 1))
    assert (usual, treated) == pytest.approx((0.75, 0.84), abs=0.005)
