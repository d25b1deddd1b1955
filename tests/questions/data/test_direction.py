"""Scales on which higher is better: change, recovery, correlations and simulated clinics have their right direction."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from alliance_sim.estimates.long import Estimates
from alliance_sim.estimates.query import query
from alliance_sim.experiment.kept import silent
from alliance_sim.questions.data.check import clinic_of
from alliance_sim.questions.data.intervals import estimates_of
from alliance_sim.questions.data.tables import keep_tables
from alliance_sim.questions.frame.answer import Answered, answer_question
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import catalog
from tests.questions.data.shown import estimates, notes_of

Ask = Callable[..., Question]

WIDE = """\
data:
  file: clinic.csv
  layout: wide
  planned: 6
  client: id
  symptoms: {instrument: ors, intake: pre, end: post}
  resamples: 200
"""

CLIENTS = """\
id,pre,post
a,20.1,25.1
b,20,25
c,18,26
d,24,19
e,20.4,15.3
f,30,34
g,22.1,27.0
h,15.4,20.4
i,19,19
j,30,36
"""
"""By hand, on the ORS (reliable change 5, cut-off 25): a, b, c, h and j rise by 5 or more; of them a and c cross
25 (b ends at it, j begins above it). d and e fall by 5 or more. Means 21.9 and 24.68."""


def level(asked: Question) -> pd.DataFrame:
    """The estimates of a clinic as such, by name."""
    return estimates(asked)


def test_reliable_change_and_recovery_on_the_ors_are_those_that_one_counts_by_hand(asked: Ask) -> None:
    found = level(asked(WIDE, CLIENTS))
    value = found["value"]
    assert value["improvement_pct"] == 50
    assert value["recovery_pct"] == 20
    assert value["deterioration_pct"] == 20
    assert (value["symptoms_intake"], value["symptoms_end"]) == pytest.approx((21.9, 24.68))
    scores = pd.Series([20.1, 20, 18, 24, 20.4, 30, 22.1, 15.4, 19, 30])
    assert value["pre_post_d"] == pytest.approx((24.68 - 21.9) / scores.std())
    assert (found["low"] <= value + 1e-9).all()
    assert (found["high"] >= value - 1e-9).all()
    assert found.loc["symptoms_end", "meaning"].endswith("; on this scale higher is better")


def test_the_who5_is_read_as_percent_or_from_its_items(asked: Ask) -> None:
    """Raw 8 of 25 is 32 %, 14 is 56 %: reliably better and above 50."""
    names = [f"{when}_{item}" for when in ("pre", "post") for item in range(1, 6)]
    rows = "".join(f"c{k},2,2,2,1,1,3,3,3,3,2\n" for k in range(10))
    mapping = WIDE.replace("ors, intake: pre, end: post", 'who5, intake_items: "pre_{item}", end_items: "post_{item}"')
    value = level(asked(mapping, f"id,{','.join(names)}\n{rows}"))["value"]
    assert (value["symptoms_intake"], value["symptoms_end"], value["recovery_pct"]) == (32, 56, 100)
    raw = level(asked(mapping.replace("who5", "who5_raw"), f"id,{','.join(names)}\n{rows}"))["value"]
    assert (raw["symptoms_intake"], raw["symptoms_end"], raw["recovery_pct"]) == (8, 14, 100)


def turned_file(tmp_path: Path) -> None:
    """An instrument that is the PHQ-9 turned round."""
    values = catalog.entry("instruments", "phq9").values
    turned = {**values, "community_mean": 27 - values["community_mean"], "cutoff": 27 - values["cutoff"]}
    lines = [f'{name}: {{value: {value}, source: "assumption: test"}}' for name, value in turned.items()]
    text = "title: Turned\nabout: test\nbetter: higher\n" + "\n".join(lines)
    (tmp_path / "turned.yaml").write_text(text, encoding="utf-8")


SCORES = ("symptoms", "symptoms_intake", "symptoms_end")
POINTS = ["symptoms_intake", "symptoms_end"]


def standings(asked: Question, folder: Path) -> pd.DataFrame:
    """Where a clinic lies among simulated ones."""
    found = asked.kind.estimate(asked, asked.kind.run(asked, folder, 1, silent)).estimates.frame
    found = found[found["about"].isin(["level", "simulated", "percentile"])]
    return found.pivot_table(index="name", columns="about", values=["value", "low", "high"]).dropna()


@pytest.mark.slow
def test_a_clinic_whose_scores_are_turned_round_is_the_same_clinic_in_other_points(
    asked: Ask, simulated: Any, long_mapping: str, tmp_path: Path
) -> None:
    """Estimates, simulated clinics and percentiles; points are 27 minus themselves, and their percentiles 100 minus."""
    turned_file(tmp_path)
    mapping = long_mapping + "  resamples: 200\nreplicates: 40\n"
    own = standings(asked(mapping), tmp_path / "own")
    table = simulated.kept.assign(**{name: 27 - simulated.kept[name] for name in SCORES})
    turned = standings(asked(mapping.replace("phq9", "turned.yaml"), table), tmp_path / "turned")
    other = own.index.difference(POINTS)
    assert len(other) > 10
    pd.testing.assert_frame_equal(turned.loc[other], own.loc[other])
    for mine, theirs in (("value", "value"), ("low", "high")):
        for about in ("level", "simulated"):
            assert (27 - turned.loc[POINTS, (mine, about)]).tolist() == pytest.approx(
                own.loc[POINTS, (theirs, about)].tolist()
            )
    percentiles = ("value", "percentile")
    assert (100 - turned.loc[POINTS, percentiles]).tolist() == pytest.approx(own.loc[POINTS, percentiles].tolist())


def test_differences_between_groups_have_the_sign_of_the_points(asked: Ask) -> None:
    """Group B ends 4 points higher, which is better: +4 points, and a positive d."""
    rows = "".join(f"c{k},{'AB'[k % 2]},{20 + k % 5},{25 + 4 * (k % 2) + k % 3}\n" for k in range(30))
    mapping = WIDE.replace("client: id", "client: id\n  group: arm")
    contrast = estimates(asked(mapping, f"id,arm,pre,post\n{rows}"), "contrast")
    assert contrast.loc["symptoms_end", "value"] == pytest.approx(4)
    assert contrast.loc["symptoms_end", "low"] < 4 < contrast.loc["symptoms_end", "high"]
    assert contrast.loc["between_d", "value"] > 0


def test_tables_and_courses_hold_the_points_of_the_data(asked: Ask, tmp_path: Path) -> None:
    mapping = (
        WIDE.replace("wide", "long")
        .replace("intake: pre, end: post", "score: ors")
        .replace("client: id", "client: id\n  session: {number: nr}")
    )
    rows = "".join(f"c{k},{nr},{16 + 2 * nr}\n" for k in range(10) for nr in (1, 2, 3))
    own = clinic_of(asked(mapping, f"id,nr,ors\n{rows}"))
    keep_tables(own, tmp_path / "out", 0.77)
    found = query(
        tmp_path / "out", "SELECT session, avg(symptoms) AS mean FROM sessions GROUP BY session ORDER BY session"
    )
    assert found["mean"].tolist() == [18, 20, 22]
    people = query(tmp_path / "out", "SELECT DISTINCT symptoms_intake, symptoms_end, symptoms_last FROM clients")
    assert people.values.tolist() == [[18, 22, 22]]
    assert query(tmp_path / "out", "SELECT symptoms_end FROM replicates")["symptoms_end"].tolist() == [22]
    courses = estimates_of(own, 200, 1, 0.77).courses
    assert courses[courses["quantity"] == "symptoms"]["value"].tolist()[:3] == [18, 20, 22]


@pytest.mark.slow
def test_an_answer_about_the_ors_and_the_srs_has_the_right_direction(asked: Ask, tmp_path: Path) -> None:
    mapping = """\
data:
  file: clinic.csv
  layout: long
  planned: 3
  client: id
  session: {number: nr}
  alliance: {form: srs, total: srs, rescale: true}
  symptoms: {instrument: ors, score: ors}
  resamples: 200
replicates: 40
"""
    rows = "".join(f"c{k},{nr},{15 + k % 4 + 4 * nr},{30 + k % 8}\n" for k in range(24) for nr in (1, 2, 3))
    answered: Answered = answer_question(asked(mapping, f"id,nr,ors,srs\n{rows}"), tmp_path / "out", 1, silent)
    found = Estimates(answered.tables["estimates"])
    # 27 to 30 at the end, from 19 to 22: all above 25, and by 8
    assert found.one(about="level", name="recovery_pct").value == 100
    assert "Symptoms at the end (higher is better)" in answered.text
    simulated = found.where(about="simulated")
    intake, end = (simulated.one(name=name).value for name in POINTS)
    assert 15 < intake < 24
    assert end > intake


def test_nearly_all_clients_reliably_worse_are_a_reason_to_ask_for_the_direction(asked: Ask, tmp_path: Path) -> None:
    turned_file(tmp_path)
    rows = "".join(f"c{k},{10 + k % 3},{20 + k % 3}\n" for k in range(12))
    assert notes_of(clinic_of(asked(WIDE.replace("ors", "phq9"), f"id,pre,post\n{rows}"))) == [
        (
            "12 of 12 clients with both scores are reliably worse. phq9 is read as a scale on which "
            "lower is better. "
            "Is higher better? Then the file of the instrument has to state better: higher."
        )
    ]
    falling = re.sub(r"(c\d+),(\d+),(\d+)", r"\1,\3,\2", rows)
    (note,) = notes_of(clinic_of(asked(WIDE.replace("ors", "turned.yaml"), f"id,pre,post\n{falling}")))
    assert "turned is read as a scale on which higher is better. Is lower better?" in note
    assert notes_of(clinic_of(asked(WIDE.replace("ors", "phq9"), f"id,pre,post\n{falling}"))) == []


def test_an_item_mean_meets_a_limit_up_to_rounding(asked: Ask) -> None:
    """From 340 / 34 to 170 / 34 is a change of exactly 5 on the CORE-OM, whichever way its decimals are rounded."""
    mapping = WIDE.replace("ors", "core_om")
    rows = "".join(
        f"c{k},{score},{score - 5}\n" for k, score in enumerate((15.3, 14.1, 10.2, 8.2, 12.4, 13.7, 9.9, 7.3, 6.6, 5.9))
    )
    assert level(asked(mapping, f"id,pre,post\n{rows}"))["value"]["improvement_pct"] == 100
