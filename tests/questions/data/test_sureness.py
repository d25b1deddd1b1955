"""What a clinic can and cannot say for sure: few clients, shares of 0 and 100 %, odd scales, gaps in a column."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alliance_sim.estimates.long import Estimates
from alliance_sim.experiment.kept import silent
from alliance_sim.questions.data.check import clinic_of
from alliance_sim.questions.frame.answer import Answered, answer_question
from alliance_sim.questions.frame.question import Question
from alliance_sim.stats.intervals import wilson
from tests.questions.data.shown import estimates, notes_of

Ask = Callable[..., Question]

WIDE = """\
data:
  file: clinic.csv
  layout: wide
  planned: 6
  client: id
  therapist: who
  symptoms: {instrument: phq9, intake: pre, end: post}
  left: {column: left, dropout: 1, no: 0}
  resamples: 200
replicates: 3
"""


def clients(count: int, therapists: int = 7, top: int = 20) -> str:
    """A wide table of clients who all stayed and recovered, with scores at intake up to `top`."""
    rows = "".join(f"c{k},T{k % therapists},{top - k % 5},2,0\n" for k in range(count))
    return f"id,who,pre,post,left\n{rows}"


@pytest.fixture
def answer(asked: Ask, tmp_path: Path) -> Callable[..., Answered]:
    """The answer about a clinic, in the folder out."""
    return lambda *given: answer_question(asked(*given), tmp_path / "out", 1, silent)


def level(asked: Question) -> Any:
    """The estimates of a clinic by name."""
    return estimates(asked)


def test_one_client_has_neither_intervals_nor_a_place_and_the_answer_says_why(answer: Any) -> None:
    answered = answer(WIDE, clients(1))
    assert answered.answer.view["few"] == [{"group": "clinic", "clients": 1}]
    assert "1 client is too few for an interval, or for a place among simulated clinics: both take 10" in answered.text
    assert "inside the middle 95 %" not in answered.text
    assert answered.tables["places"].empty
    assert Estimates(answered.tables["estimates"]).where(about="level").frame["low"].isna().all()


def test_ten_clients_have_intervals(asked: Ask) -> None:
    assert level(asked(WIDE, clients(10))).loc["recovery_pct", "low"] > 0
    assert level(asked(WIDE, clients(9)))["low"].isna().all()


def test_shares_of_0_and_100_percent_have_wilsons_interval_for_fewer_clients_where_they_share_therapists(
    asked: Ask,
) -> None:
    """42 clients of 7 therapists, 6 each: 42 / (1 + 5 x .05) = 33.6 count as much."""
    found = level(asked(WIDE, clients(42)))
    assert found.loc["dropout_pct", "value"] == 0
    assert found.loc["dropout_pct", ["low", "high"]].tolist() == pytest.approx([100 * x for x in wilson(0.0, 33.6)])
    assert found.loc["recovery_pct", ["low", "high"]].tolist() == pytest.approx([100 * x for x in wilson(1.0, 33.6)])
    by_clients = level(asked(WIDE.replace("  therapist: who\n", ""), clients(42)))
    assert by_clients.loc["dropout_pct", "high"] == pytest.approx(100 * wilson(0.0, 42)[1])


def test_simulated_clinics_too_few_to_place_anything_are_reported(answer: Any) -> None:
    text = answer(WIDE, clients(20)).text
    assert "3 simulated clinics are too few to say whether an estimate lies outside their middle 95 %" in text
    assert "(0.0)" not in text
    assert "> 99" not in text


def test_scores_in_the_lowest_quarter_of_their_scale_are_noted_with_the_instruments_that_they_would_fit(
    asked: Ask,
) -> None:
    assert notes_of(clinic_of(asked(WIDE.replace("phq9", "oq45"), clients(20)))) == [
        (
            "all 40 symptom scores lie from 2 to 20, in the lowest quarter of oq45 (0 to 180). They would fit "
            "core_om (0 to 40) or phq9 (0 to 27). Is data.symptoms.instrument the one that was used?"
        )
    ]


def test_usual_data_have_no_notes(asked: Ask, long_mapping: str) -> None:
    assert notes_of(clinic_of(asked(long_mapping))) == []
    assert notes_of(clinic_of(asked(WIDE, clients(20)))) == []


def test_a_therapist_missing_in_some_rows_is_noted_unless_one_row_a_client_holds_it(
    asked: Ask, simulated: Any, long_mapping: str
) -> None:
    table = simulated.kept.astype({"therapist": object})
    table.loc[3, "therapist"] = np.nan
    (note,) = notes_of(clinic_of(asked(long_mapping, table)))
    assert note.startswith("1 row without therapist in column therapist (line 5)")
    table.loc[table["session"] > 1, "therapist"] = np.nan
    assert notes_of(clinic_of(asked(long_mapping, table))) == []
