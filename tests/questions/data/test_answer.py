"""The answer about a clinic: its words, tables and pictures; the folder is that of a run; it can be asked again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.detection import reliable_drops
from alliance_sim.estimands.seen import ratings
from alliance_sim.experiment.kept import silent
from alliance_sim.experiment.run import play_point
from alliance_sim.questions.data import drops
from alliance_sim.questions.data.comparing import compared, play_worlds
from alliance_sim.questions.data.conducting import clinic_of, estimates_of
from alliance_sim.questions.data.drops import drops_table
from alliance_sim.questions.data.imitating import look_of
from alliance_sim.questions.frame.answer import Answered, answer_question
from alliance_sim.questions.frame.config import load_question, question_of, read_config
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import ConfigError

Ask = Callable[..., Question]
FEW = "replicates: 20\n"


def few(mapping: str) -> str:
    """A mapping that asks for little work."""
    return mapping + "  resamples: 200\n" + FEW


@pytest.fixture
def answer(asked: Ask, tmp_path: Path) -> Callable[..., Answered]:
    """The answer about a clinic, in the folder out."""
    return lambda *given, **csv: answer_question(asked(*given, **csv), tmp_path / "out", 1, silent)


@pytest.mark.slow
def test_one_clinic_is_told_with_its_place_among_simulated_ones(
    answer: Any, long_mapping: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = answer(few(long_mapping))
    text = answered.text
    assert "35 clients of 7 therapists" in text
    assert (
        "20 simulated clinics, with a draw of the parameters (posterior) each: the model (treatment integrative" in text
    )
    assert "What an unusual percentile can mean" in text
    names = {file.stem for file in (tmp_path / "out" / "figures").glob("*.png")}
    assert names == {"beside_the_model", "dropout", "session_by_session"}
    table = answered.answer.tables["beside_the_model"]
    assert len(table) >= 20
    assert table["percentile"].between(0, 100).all()
    assert "completion_pct" not in set(table["estimate"])
    monkeypatch.setattr("alliance_sim.questions.frame.run.play", None)  # everything that was played is kept
    repeated = load_question(tmp_path / "out" / "manifest.json")
    assert repeated.experiment.points[0].address == load_question(tmp_path / "own.yaml").experiment.points[0].address
    again = answer_question(repeated, tmp_path / "out", 1, silent)
    pd.testing.assert_frame_equal(again.answer.tables["beside_the_model"], table)
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["inquiry"] == "data"


@pytest.mark.slow
def test_groups_are_compared_and_each_has_its_place(
    answer: Any, played: Any, long_mapping: str, tmp_path: Path
) -> None:
    table = played.kept.assign(arm=np.where(played.kept["therapist"] <= 3, "before", "after"))
    mapping = few(long_mapping).replace("  therapist: therapist\n", "  therapist: therapist\n  group: arm\n")
    answered = answer(mapping, table)
    rows = answered.answer.tables["estimates"]
    assert set(rows["arm"]) == {"before", "after"}
    assert (rows["estimate"][rows["kind"] == "contrast"] == "between_d").any()
    assert "| estimate | unit | before | after | after minus before |" in answered.text
    names = {file.stem for file in (tmp_path / "out" / "figures").glob("*.png")}
    assert {"outcome", "beside_the_model_1", "beside_the_model_2", "session_by_session_2"} <= names
    assert set(answered.answer.tables["beside_the_model"]["group"]) == {"before", "after"}


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
    assert set(answered.answer.tables["beside_the_model"]["estimate"]) == {
        "pre_post_d", "symptoms_intake", "symptoms_end", "recovery_pct", "improvement_pct", "deterioration_pct",
    }  # fmt: skip
    assert "Therapists are not known" in answered.text
    assert {file.stem for file in (tmp_path / "out" / "figures").glob("*.png")} == {"beside_the_model"}


def test_a_config_may_be_laid_below_the_mapping(asked: Ask, long_mapping: str, tmp_path: Path) -> None:
    asked(few(long_mapping))
    (tmp_path / "worlds").mkdir()
    below = tmp_path / "worlds" / "two.yaml"
    below.write_text(
        "title: Two\nreplicates: 3\nclinic: {weeks: 30}\nsymptoms: oq45\narms: {a: {policy: ignore}, b: {}}\n",
        encoding="utf-8",
    )
    found = question_of(tmp_path / "own.yaml", read_config(tmp_path / "own.yaml", (), below))
    assert (found.title, found.experiment.replicates) == ("own", 20)
    assert [point.arm for point in found.experiment.points] == ["a", "b"]
    assert found.experiment.points[0].scenario.clinic == (7, 5, 8)
    assert found.experiment.points[0].scenario.symptoms == "phq9"
    assert any("two worlds" in line or "in 2 worlds" in line for line in found.kind.size(found))


def test_stated_parameters_stay_and_others_are_drawn(asked: Ask, long_mapping: str) -> None:
    own = asked(long_mapping + "parameters: {intake: {episode_mean: 1.0}}\n").experiment.points[0].scenario
    assert own.world.parameters.intake.episode_mean == 1.0
    assert own.population is not None
    assert own.population.label == "posterior"
    fixed = asked(long_mapping + "parameters: calibrated\n").experiment.points[0].scenario
    assert fixed.population is None


def test_a_mapping_of_another_kind_is_told(asked: Ask, long_mapping: str, tmp_path: Path) -> None:
    asked(long_mapping)
    (tmp_path / "none.yaml").write_text("title: x\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="no section data; allowed: a config with a section data"):
        load_question(tmp_path / "none.yaml", key="data")


@pytest.mark.slow
def test_percentiles_of_simulated_clinics_are_uniform(
    asked: Ask, played: Any, long_mapping: str, tmp_path: Path
) -> None:
    """30 simulated clinics through tables and all, 40 simulated ones beside each, three estimates that hardly hang
    together: the mean percentile is 50 within 9.5 (3 SE) but in 3 of 1000 tests, and 18 to 54 of 90 are outer fifths.
    """
    percentiles = []
    for replicate in range(101, 131):
        sessions, clients = play_point(played.experiment, played.experiment.points[0], range(replicate, replicate + 1))
        people = clients.to_pandas()[["client", "symptoms_intake", "symptoms_end", "left"]]
        table = sessions.to_pandas().drop(columns="left").merge(people, on="client")
        found = asked(long_mapping + "replicates: 40\nseed: 5\nparameters: calibrated\n", table)
        own = clinic_of(found)
        mine = estimates_of(own, 200, 1, 0.77)
        simulated = play_worlds(found.experiment, look_of(own, 5), ("clinic",), 0.77, tmp_path / "p", 1, silent)
        rows = compared(mine.estimates, simulated, ("clinic",)).standings.set_index("estimate")
        percentiles.append(rows.loc[["pre_post_d", "wai_client", "agreement_r"], "percentile"].to_numpy())
    together = np.concatenate(percentiles)
    assert together.mean() == pytest.approx(50, abs=9.5)
    assert 18 <= ((together < 20) | (together > 80)).sum() <= 54


def test_drops_stand_beside_what_the_rule_finds_where_nothing_has_happened(asked: Ask, long_mapping: str) -> None:
    clinic = clinic_of(asked(few(long_mapping)))
    table = drops_table(clinic, 0.77, 1)
    assert table is not None
    matrix = ratings(clinic.loaded.seen, clinic.plan.planned)
    rated = matrix[np.isfinite(matrix).sum(axis=1) > 1]
    found = reliable_drops(rated, 0.77)
    assert table["the clinic, %"].tolist()[:2] == [
        f"{100 * found.dropped.mean():.1f}", f"{100 * found.repaired.mean():.1f}"
    ]  # fmt: skip
    for null, band in zip(table["if nothing had happened, %"], table["null band"], strict=True):
        low, high = (float(end) for end in band.strip("[]").split(", "))
        assert low <= float(null) <= high


def test_too_few_rated_clients_have_no_null_band(
    asked: Ask, long_mapping: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drops, "FEWEST", 1000)
    assert drops_table(clinic_of(asked(few(long_mapping))), 0.77, 1) is None
