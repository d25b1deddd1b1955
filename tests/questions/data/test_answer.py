"""The answer about a clinic: its tables, facts and figures; the folder is that of a run; it can be asked again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.detection import reliable_drops
from alliance_sim.estimands.seen import ratings
from alliance_sim.estimates.long import Estimates
from alliance_sim.experiment.kept import silent
from alliance_sim.experiment.run import play_point
from alliance_sim.files.study import question_kind
from alliance_sim.questions.data import estimates
from alliance_sim.questions.data.check import clinic_of
from alliance_sim.questions.data.estimates import drops
from alliance_sim.questions.frame.answer import Answered, answer_question
from alliance_sim.questions.frame.config import load_question, question_of, read_config
from alliance_sim.questions.frame.question import Question, Tables
from tests.questions.golden import read as read_golden

Ask = Callable[..., Question]
FEW = "replicates: 20\n"


def few(mapping: str) -> str:
    """A mapping that asks for little work."""
    return mapping + "  resamples: 200\n" + FEW


@pytest.fixture
def answer(asked: Ask, tmp_path: Path) -> Callable[..., Answered]:
    """The answer about a clinic, in the folder out."""
    return lambda *given, **csv: answer_question(asked(*given, **csv), tmp_path / "out", 1, silent)


def figures(folder: Path) -> set[str]:
    """The names of the figures in a folder."""
    return {file.stem for file in (folder / "out" / "figures").glob("*.png")}


@pytest.mark.slow
def test_a_clinic_has_its_place_among_simulated_ones(
    answer: Any, long_mapping: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = answer(few(long_mapping))
    assert "35 clients of 7 therapists" in answered.text
    assert figures(tmp_path) == {"beside_the_model", "dropout", "session_by_session"}
    found = Estimates(answered.tables["estimates"]).where(about="percentile")
    assert len(found) >= 20
    assert found.frame["value"].between(0, 100).all()
    assert "completion_pct" not in found.options("name")
    monkeypatch.setattr("alliance_sim.questions.frame.run.simulate", None)  # everything that was simulated is kept
    repeated = load_question(tmp_path / "out" / "manifest.json")
    assert repeated.experiment.points[0].address == load_question(tmp_path / "own.yaml").experiment.points[0].address
    again = answer_question(repeated, tmp_path / "out", 1, silent)
    pd.testing.assert_frame_equal(again.tables["estimates"], answered.tables["estimates"])
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["question_kind"], question_kind({"inquiry": "data"})) == (
        "data",
        "data",
    )  # as version 0.2 named it


@pytest.mark.slow
def test_groups_are_compared_and_each_has_its_place(
    answer: Any, simulated: Any, long_mapping: str, tmp_path: Path
) -> None:
    table = simulated.kept.assign(arm=np.where(simulated.kept["therapist"] <= 3, "before", "after"))
    mapping = few(long_mapping).replace("  therapist: therapist\n", "  therapist: therapist\n  group: arm\n")
    answered = answer(mapping, table)
    found = Estimates(answered.tables["estimates"])
    assert found.where(about="level").options("group") == ["before", "after"]
    assert "between_d" in found.where(about="contrast", baseline="before").options("name")
    assert "| Estimate | before | after | after minus before |" in answered.text
    assert {"outcome", "beside_the_model_1", "beside_the_model_2", "session_by_session_2"} <= figures(tmp_path)
    assert found.where(about="percentile").options("group") == ["before", "after"]


def test_little_data_are_enough(answer: Any, tmp_path: Path) -> None:
    mapping = """\
data:
  file: clinic.csv
  layout: wide
  planned: 6
  client: id
  symptoms: {instrument: oq45, intake: pre, end: post}
"""
    people = "".join(f"c{k},{70 + 3 * k},{50 + 2 * k}\n" for k in range(12))
    answered = answer(few(mapping), "id,pre,post\n" + people)
    assert set(answered.tables["places"]["name"]) == {
        "pre_post_d", "symptoms_intake", "symptoms_end", "recovery_pct", "improvement_pct", "deterioration_pct",
    }  # fmt: skip
    assert answered.answer.view["size"]["therapists"] == 0
    assert "No real clients" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert figures(tmp_path) == {"beside_the_model"}


def test_a_config_may_be_laid_below_the_mapping(asked: Ask, long_mapping: str, tmp_path: Path) -> None:
    asked(few(long_mapping))
    (tmp_path / "scenarios").mkdir()
    below = tmp_path / "scenarios" / "two.yaml"
    below.write_text(
        "title: Two\nreplicates: 3\nclinic: {weeks: 30}\nsymptoms: oq45\narms: {a: {policy: ignore}, b: {}}\n",
        encoding="utf-8",
    )
    found = question_of(tmp_path / "own.yaml", read_config(tmp_path / "own.yaml", (), below))
    assert (found.title, found.experiment.replicates) == ("own", 20)
    assert [point.arm for point in found.experiment.points] == ["a", "b"]
    assert found.experiment.points[0].scenario.clinic == (7, 5, 8)
    assert found.experiment.points[0].scenario.symptoms == "phq9"
    assert any("in 2 scenarios" in line for line in found.kind.size(found))


def test_stated_parameters_stay_and_others_are_drawn(asked: Ask, long_mapping: str) -> None:
    own = asked(long_mapping + "parameters: {intake: {episode_mean: 1.0}}\n").experiment.points[0].scenario
    assert own.world.parameters.intake.episode_mean == 1.0
    assert own.population is not None
    assert own.population.label == "posterior"
    fixed = asked(long_mapping + "parameters: calibrated\n").experiment.points[0].scenario
    assert fixed.population is None


@pytest.mark.slow
def test_percentiles_of_simulated_clinics_are_uniform(
    asked: Ask, simulated: Any, long_mapping: str, tmp_path: Path
) -> None:
    """30 simulated clinics through tables and all, each among 40 simulated ones, three estimates that hardly hang
    together: the mean percentile is 50 within 9.5 (3 SE) but in 3 of 1000 tests, and 18 to 54 of 90 are outer fifths.
    """
    percentiles = []
    for replicate in range(101, 131):
        sessions, clients = play_point(
            simulated.experiment, simulated.experiment.points[0], range(replicate, replicate + 1)
        )
        people = clients.to_pandas()[["client", "symptoms_intake", "symptoms_end", "left"]]
        table = sessions.to_pandas().drop(columns="left").merge(people, on="client")
        mapping = long_mapping + "  resamples: 200\nreplicates: 40\nseed: 5\nparameters: calibrated\n"
        question = asked(mapping, table)
        tables = question.kind.estimate(question, question.kind.run(question, tmp_path / "p", 1, silent))
        found = tables.estimates.where(about="percentile")
        percentiles.append([found.one(name=name).value for name in ("pre_post_d", "wai_client", "agreement_r")])
    together = np.array(percentiles)
    assert together.mean() == pytest.approx(50, abs=9.5)
    assert 18 <= ((together < 20) | (together > 80)).sum() <= 54


def test_drops_are_compared_with_what_the_rule_finds_where_nothing_has_happened(asked: Ask, long_mapping: str) -> None:
    clinic = clinic_of(asked(few(long_mapping)))
    found = Estimates.of(drops(clinic, 0.77, 1))
    matrix = ratings(clinic.seen, clinic.planned)
    own = reliable_drops(matrix[np.isfinite(matrix).sum(axis=1) > 1], 0.77)
    assert found.one(about="drops", name="flagged").value == pytest.approx(100 * own.dropped.mean())
    assert found.one(about="drops", name="repaired").value == pytest.approx(100 * own.repaired.mean())
    for row in found.where(about="drops by chance"):
        assert row.estimate.low <= row.estimate.value <= row.estimate.high


def test_too_few_rated_clients_have_no_null_band(
    asked: Ask, long_mapping: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimates, "FEWEST_RATED", 1000)
    assert list(drops(clinic_of(asked(few(long_mapping))), 0.77, 1)) == []


# ---- facts of the golden page --------------------------------------------------------------------------------------


def main_comparison(value: float, low: float, high: float) -> dict[str, Any]:
    """The comparison of the golden page, where so many of the simulated clinics (%) have as many outside."""
    kept = read_golden("data")
    frame = kept.tables.estimates.frame.copy()
    frame.loc[frame["about"] == "as many outside", ["value", "low", "high"]] = (value, low, high)
    tables = Tables(Estimates(frame), kept.tables.more)
    main: dict[str, Any] = kept.question.kind.view(kept.question, tables)["main"]
    return main


@pytest.mark.parametrize(
    ("share", "sign"),
    [((25.0, 21.0, 29.0), 1), ((0.0, 0.0, 4.9), -1), ((0.0, 0.0, 8.8), 0), ((4.8, 3.1, 7.3), 0)],
)
def test_a_clinic_differs_only_where_clearly_fewer_than_5_percent_have_as_many_outside(
    share: tuple[float, float, float], sign: int
) -> None:
    assert main_comparison(*share)["excess"].sign == sign


def test_a_share_of_drops_outside_the_band_is_marked() -> None:
    kept = read_golden("data")
    frame = kept.tables.estimates.frame.copy()
    frame.loc[(frame["about"] == "drops") & (frame["name"] == "flagged"), "value"] = 99.0
    rows = kept.question.kind.view(kept.question, Tables(Estimates(frame), kept.tables.more))["drops"]
    assert rows[0]["outside"]
