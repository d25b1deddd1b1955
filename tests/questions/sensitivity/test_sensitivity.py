"""Sensitivity of the simulator itself: its runs, its estimates, and the facts of its page."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.measuring import measure as measured_by_run
from alliance_sim.estimates.long import Estimates
from alliance_sim.experiment.kept import silent
from alliance_sim.experiment.run import play_point
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.frame.run import Change, Runs, run_changes
from alliance_sim.questions.sensitivity.designs import effects_of, screening_design
from alliance_sim.questions.sensitivity.estimates import _like, of_posterior
from alliance_sim.questions.sensitivity.naming import LONGEST, name_of, names
from alliance_sim.questions.sensitivity.ranges import settings_of, varied
from alliance_sim.questions.sensitivity.run import measure, simulated
from alliance_sim.questions.sensitivity.section import (
    DESCRIBED,
    LIKENESS,
    SensitivityNumbers,
    WantedEstimate,
    described,
    wanted,
)
from alliance_sim.questions.sensitivity.view import turning
from alliance_sim.scenario.registry import by_path, with_settings
from alliance_sim.scenario.scenario import Population
from alliance_sim.stats import given_data
from tests.questions.golden import read

CONFIG = """
title: What matters
question: What does it depend on?
seed: 0
replicates: 3
clinic: {therapists: 2, caseload: 6, weeks: 4}
arms:
  ignore: {policy: ignore}
  repair: {policy: repair}
sensitivity:
  over: [ranges, posterior]
  estimates:
    symptoms: {estimate: between_d, of: repair, minus: ignore}
    r: {estimate: alliance_outcome_r, of: repair}
    ratings: {estimate: agreement_r, of: repair, minus: ignore}
  ranges:
    parameters.rupture.base: [-3, -1]
    parameters.change.technique: [0.2, 0.7]
    parameters.rating.report_base: near
    mechanisms.change: [gate, additive]
  trajectories: 3
  levels: 4
  base: 16
  checks: 16
  places: 16
  most: 2
  most_draws: 40
"""
CHANGES: list[Change] = [{"parameters.rupture.base": -3.0 + 0.2 * k, "mechanisms.change": "gate"} for k in range(9)]


@pytest.fixture
def question(tmp_path: Path) -> Question:
    """A small analysis."""
    file = tmp_path / "what.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    return load_question(file)


# ---- runs ----------------------------------------------------------------------------------------------------------


def test_numbers_are_those_that_an_ordinary_run_measures(question: Question, tmp_path: Path) -> None:
    found = simulated(question, wanted(question), CHANGES[:2], tmp_path, 1, silent, "Simulating")
    assert found.shape == (2, 6, 3)
    repair = question.experiment.points[1]
    point = repair._replace(scenario=with_settings(repair.scenario, CHANGES[1]))
    sessions, clients = play_point(question.experiment, point, range(1, 7))
    r = measured_by_run(clients, sessions)["alliance_outcome_r"]
    assert np.tanh(np.arctanh(r).mean()) == pytest.approx(found[1, :, 1].mean())


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_rows_do_not_depend_on_pieces_and_workers(question: Question, tmp_path: Path, workers: int) -> None:
    given = (question.experiment.points, CHANGES, partial(measure, wanted(question)), "", Runs.of(question.experiment))
    whole = run_changes(*given, tmp_path / "one", 1, lambda _: None)
    parts = run_changes(*given, tmp_path / "many", workers, lambda _: None, piece_weeks=2 * 2 * 6 * 4 * 3 * 2)
    assert len(list((tmp_path / "many" / "pieces").glob("*.parquet"))) == 5
    pd.testing.assert_frame_equal(whole, parts)
    assert list(whole["sample"]) == [k for k in range(9) for _ in range(3)]


def test_a_null_sample_has_the_draws_of_its_replicate_at_every_setting(question: Question, tmp_path: Path) -> None:
    asked = (WantedEstimate("null", "falls_null_pct", "repair", ""),)
    found = simulated(question, asked, CHANGES[:2], tmp_path, 1, silent, "Simulating")
    repair = question.experiment.points[1]
    for k, change in enumerate(CHANGES[:2]):
        point = repair._replace(scenario=with_settings(repair.scenario, change))
        sessions, clients = play_point(question.experiment, point, range(1, 7))
        np.testing.assert_array_equal(found[k, :, 0], measured_by_run(clients, sessions)["falls_null_pct"])


def test_a_setting_that_cannot_matter_has_an_effect_of_exactly_zero(question: Question, tmp_path: Path) -> None:
    """How clients report ruptures changes no symptom."""
    settings, numbers = varied(question), SensitivityNumbers(trajectories=3, levels=4)
    changes = settings_of(settings, screening_design(len(settings), numbers))
    values = simulated(question, wanted(question)[:1], changes, tmp_path, 1, silent, "Screening")
    largest = dict(zip([one.key for one in settings], effects_of(values[:, :, 0], 4, numbers).largest, strict=True))
    assert largest["parameters.rating.report_base"] == 0.0
    assert largest["parameters.change.technique"] > 0.0


@pytest.mark.slow
def test_screening_alone_and_the_posterior_alone_have_answers_too(
    question: Question, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given_data, "RESAMPLES", 20)
    alone = ["sensitivity.over=[ranges]", "sensitivity.most=0", "sensitivity.blocks=1"]
    screening = load_question(question.path, alone)
    posterior = load_question(question.path, ["sensitivity.over=[posterior]"])
    one, other = (answer_question(each, tmp_path / "out", 1, silent) for each in (screening, posterior))
    assert "(movement " in one.short
    assert set(Estimates(one.tables["estimates"]).options("step")) == {"screening"}
    assert "What symptoms depends on" not in other.text
    assert set(Estimates(other.tables["estimates"]).options("step")) == {"posterior"}
    assert [picture.name for picture in other.answer.pictures] == ["posterior", "fifths"]


@pytest.mark.slow
def test_the_shipped_analysis_runs_in_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_data, "RESAMPLES", 20)
    shipped = Path(__file__).parents[3] / "configs" / "sensitivity.yaml"
    small = [
        "replicates=2", "clinic.therapists=3", "clinic.caseload=5", "sensitivity.trajectories=2", "sensitivity.base=16",
        "sensitivity.checks=16", "sensitivity.places=16", "sensitivity.most=2", "sensitivity.most_draws=40",
    ]  # fmt: skip
    answered = answer_question(load_question(shipped, small), tmp_path / "out", 1, silent)
    assert (tmp_path / "out" / "report.html").exists()
    assert Estimates(answered.tables["estimates"]).options("quantity") == list(DESCRIBED)


# ---- estimates -----------------------------------------------------------------------------------------------------


def test_parameter_sets_are_similar_where_treatments_are_like_the_configured_ones() -> None:
    """Every quantity is 1 as configured, and grows from 0 to 2 over the other sets: similar from 0.5 on."""
    asked = (WantedEstimate("gain", "pre_post_d", "repair", "ignore"),)
    level = np.concatenate([[1.0], np.linspace(0.0, 2.0, 64)])
    even = np.ones((65, 4, 1 + len(described(asked)))) * level[:, None, None]
    assert _like(asked, even).mean() == pytest.approx(0.75, abs=0.02)
    assert set(LIKENESS) < set(DESCRIBED)


def test_over_draws_a_parameter_that_decides_is_found_and_that_it_turns_the_sign() -> None:
    """The estimate is 0.4 + the first of three independent parameters."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 3))
    values = 0.4 + x[:, :1] + 0.1 * rng.normal(size=(200, 8))
    population = Population("few", ("a", "b", "c"), tuple(map(tuple, x)))
    rows = of_posterior(
        WantedEstimate("gain", "pre_post_d", "repair", ""), values, population, SensitivityNumbers(), []
    )
    own = Estimates.of(rows)
    assert own.one(about="share over draws", setting="parameters.a").value > 0.9
    assert own.one(about="draws of the other sign").value == pytest.approx(100 * np.mean(x[:, 0] < -0.4), abs=5)
    assert turning(own) == ["parameters.a"]


def test_every_number_of_the_law_and_every_mechanism_has_a_short_name_of_its_own() -> None:
    paths = {path for path in by_path() if path.startswith(("parameters.", "mechanisms."))}
    assert set(names()) == paths
    assert len(set(names().values())) == len(paths)
    assert max(len(name) for name in names().values()) <= LONGEST


def test_a_setting_without_a_short_name_has_its_meaning_cut_between_words() -> None:
    name = name_of("treatment.goal", "share of the hour that is given to agreement on the goals of therapy")
    assert name == "share of the hour that is given to …"


# ---- facts of the page ---------------------------------------------------------------------------------------------

GAIN, LEVEL = "repair on symptoms", "recovery"


def facts(numbers: dict[tuple[str, str], tuple[float, float, float]]) -> dict[str, Any]:
    """The facts of the golden page about `GAIN`, where some (about, setting) have other numbers."""
    kept = read("sensitivity")
    frame = kept.tables.estimates.frame.copy()
    for (about, setting), ends in numbers.items():
        own = (frame["about"] == about) & (frame["estimate"] == GAIN) & (frame["setting"] == setting)
        assert own.any()
        frame.loc[own, ["value", "low", "high"]] = ends
    view = dict(kept.question.kind.view(kept.question, Tables(Estimates(frame), kept.tables.more)))
    return {**view, **next(each for each in view["estimates"] if each["label"] == GAIN)}


NOTICE, SEVERITY, TECHNIQUE = "parameters.repair.notice", "parameters.rupture.severity", "parameters.change.technique"
TOTALS = {
    ("total share", NOTICE): (0.6, 0.5, 0.7),
    ("total share", SEVERITY): (0.3, 0.2, 0.4),
    ("total share", TECHNIQUE): (0.2, 0.1, 0.3),
}


def test_settings_with_indices_matter_above_the_share_of_random_draws() -> None:
    found = facts(TOTALS)
    assert list(found["important"]["setting"]) == [NOTICE, SEVERITY, TECHNIQUE]
    assert [row["setting"] for row in found["top"]] == [NOTICE, SEVERITY]
    noisy = facts({**TOTALS, ("random draws", ""): (0.15, np.nan, np.nan)})
    assert list(noisy["important"]["setting"]) == [NOTICE, SEVERITY]


def test_settings_without_an_index_are_not_judged_and_those_that_move_the_estimate_are_counted() -> None:
    step = "parameters.repair.step"
    assert "how often a repair step succeeds" in facts({})["unjudged_names"]
    assert facts({("movement", step): (0.1, 0.001, 0.2)})["unjudged"] == facts({})["unjudged"] - 1


@pytest.mark.parametrize(
    ("lead", "expected"), [((0.1, 0.05, 0.15), []), ((0.1, -0.05, 0.25), ["effect of technique on distress"])]
)
def test_settings_that_are_not_named_though_they_may_matter_as_much_are_rivals(
    lead: tuple[float, float, float], expected: list[str]
) -> None:
    assert facts({**TOTALS, ("lead", SEVERITY): lead})["rivals"] == expected


@pytest.mark.parametrize(("high", "sign"), [(0.49, -1), (0.51, 0)])
def test_the_median_is_far_from_what_is_configured_where_its_whole_interval_is_below_half(
    high: float, sign: int
) -> None:
    nan = np.nan
    assert facts({("configured", ""): (-1, nan, nan), ("median", ""): (-0.2, -high, -0.1)})["excess"].sign == sign


def test_over_the_posterior_parameters_with_half_of_the_largest_share_lead_and_only_beyond_chance() -> None:
    share = {("share over draws", f"parameters.{name}"): (0.3, 0.2, 0.4) for name in ("repair.step", "rupture.base")}
    found = facts({**share, ("share over draws", "parameters.change.week"): (0.14, 0.1, 0.2)})
    assert [row["path"] for row in found["leading"]] == ["repair.step", "rupture.base"]
    assert facts({**share, ("share by chance", ""): (0.9, np.nan, np.nan)})["leading"] == []


def test_a_sign_turns_where_a_whole_interval_of_a_fifth_lies_on_the_other_side() -> None:
    fifth = ("mean in a fifth", "parameters.change.week")
    assert facts({fifth: (-0.2, -0.3, -0.1)})["turning"] == ["good and bad weeks that pass"]
    assert facts({fifth: (-0.2, -0.5, 0.1)})["turning"] == []
    level = next(each for each in facts({})["estimates"] if each["label"] == LEVEL)
    assert not level["signed"]
    assert level["turning"] == []
