"""Sensitivity of the simulator itself: kept piece by piece, in order, the same whoever works; and its answer."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.measuring import measure
from alliance_sim.experiment.kept import silent
from alliance_sim.experiment.run import play_point
from alliance_sim.figures.sensitivity import draw
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.sensitivity import playing
from alliance_sim.questions.sensitivity.playing import cube, play_settings, player_of_settings
from alliance_sim.questions.sensitivity.section import Numbers, Wanted, varied, wanted
from alliance_sim.questions.sensitivity.steps import screen
from alliance_sim.questions.sensitivity.varying import settings_of
from alliance_sim.scenario.registry import with_settings
from alliance_sim.stats import given_data

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
SETTINGS = [{"parameters.rupture.base": -3.0 + 0.2 * k, "mechanisms.change": "gate"} for k in range(9)]

Config = Callable[[], Question]


@pytest.fixture
def asked(tmp_path: Path) -> Question:
    """A small analysis."""
    file = tmp_path / "what.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    return load_question(file)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two settings a piece."""
    monkeypatch.setattr(playing, "PIECE_WEEKS", 2 * 2 * 6 * 2 * 6 * 4)


def test_numbers_are_those_that_an_ordinary_run_measures(asked: Question, tmp_path: Path) -> None:
    found = player_of_settings(asked, wanted(asked), tmp_path, 1, silent)("Playing", SETTINGS[:2])
    assert found.shape == (2, 6, 3)
    repair = asked.experiment.points[1]
    point = repair._replace(scenario=with_settings(repair.scenario, SETTINGS[1]))
    sessions, clients = play_point(asked.experiment, point, range(1, 7))
    r = measure(clients, sessions)["alliance_outcome_r"]
    assert np.tanh(np.arctanh(r).mean()) == pytest.approx(found[1, :, 1].mean())


def test_work_that_was_stopped_goes_on_and_gives_the_same_numbers(
    asked: Question, tmp_path: Path, small_pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = player_of_settings(asked, wanted(asked), tmp_path / "whole", 1, silent)("Playing", SETTINGS)
    done = 0

    def stopping(*given: object) -> pd.DataFrame:
        nonlocal done
        done += 1
        if done == 3:
            raise KeyboardInterrupt
        return play_settings(*given)  # type: ignore[arg-type]

    stopping.__module__, stopping.__qualname__ = play_settings.__module__, play_settings.__qualname__
    with monkeypatch.context() as patch:
        patch.setattr(playing, "play_settings", stopping)
        with pytest.raises(KeyboardInterrupt):
            player_of_settings(asked, wanted(asked), tmp_path / "out", 1, silent)("Playing", SETTINGS)
    assert len(list((tmp_path / "out" / "pieces").glob("*.parquet"))) == 2
    again = player_of_settings(asked, wanted(asked), tmp_path / "out", 1, silent)("Playing", SETTINGS)
    np.testing.assert_array_equal(again, whole)


def test_rows_are_put_in_order_by_their_numbers_and_none_may_be_missing() -> None:
    one = (Wanted("d", "pre_post_d", "a", ""),)
    rows = pd.DataFrame(
        [(s, r, 10.0 * s + r, 0.0) for s in range(4) for r in (1, 2, 3)],
        columns=["sample", "replicate", "own_0", "other_0"],
    )
    found = cube(rows.sample(frac=1.0, random_state=0), 4, 3, one)
    np.testing.assert_array_equal(found[:, :, 0], [[10.0 * s + r for r in (1, 2, 3)] for s in range(4)])
    with pytest.raises(ValueError, match="11 rows of 4 settings"):
        cube(rows.drop(index=5), 4, 3, one)


def test_a_setting_that_cannot_matter_has_an_effect_of_exactly_zero(asked: Question, tmp_path: Path) -> None:
    """How clients report ruptures changes no symptom."""
    settings, numbers = varied(asked), Numbers(trajectories=3, levels=4)
    play = player_of_settings(asked, wanted(asked), tmp_path, 1, silent)
    symptoms = screen(lambda words, unit: play(words, settings_of(settings, unit)), len(settings), numbers)[0]
    keys = [one.key for one in settings]
    assert symptoms.effects.largest[keys.index("parameters.rating.report_base")] == 0.0
    assert symptoms.effects.largest[keys.index("parameters.change.technique")] > 0.0


@pytest.mark.slow
def test_the_answer_has_words_tables_and_pictures_for_ranges_and_posterior(
    asked: Question, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given_data, "RESAMPLES", 20)
    with_pairs = load_question(asked.path, ["sensitivity.second_order=true"])
    answer = answer_question(with_pairs, tmp_path / "out", 1, silent).answer
    assert {"one", "other", "share"} <= set(answer.tables["pairs"].columns)
    lead, _, numbers = answer.short.partition("\n\n")
    assert "**symptoms** depends most on" in lead
    assert "\n" not in lead
    assert [line.partition(" ")[0] for line in numbers.splitlines()] == ["-"] * len(numbers.splitlines())
    for words in ("- **symptoms**: ", "Over the posterior", "rank agreement", "*Fixing the rest.*"):
        assert words in numbers
    assert {"settings", "luck", "spread", "treatments", "ahead", "fixing", "posterior", "fifths", "signs"} <= set(
        answer.tables
    )
    assert [picture.name for picture in answer.pictures][-2:] == ["posterior", "fifths"]
    signs = answer.tables["signs"]
    assert signs["draws"].max() <= 40


@pytest.mark.slow
def test_screening_alone_and_the_posterior_alone_have_answers_too(
    asked: Question, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given_data, "RESAMPLES", 20)
    screening = load_question(asked.path, ["sensitivity.over=[ranges]", "sensitivity.most=0", "sensitivity.blocks=1"])
    posterior = load_question(asked.path, ["sensitivity.over=[posterior]"])
    one, other = (answer_question(each, tmp_path / "out", 1, silent) for each in (screening, posterior))
    assert "Movements (SD)" in one.answer.short
    assert "agreement of blocks cannot be told" in one.text
    assert {"posterior", "ahead", "fixing", "pairs"}.isdisjoint(one.answer.tables)
    assert "settings" not in other.answer.tables
    assert other.answer.short.startswith("Over 40 draws of the posterior")


@pytest.mark.slow
def test_rows_do_not_depend_on_the_number_of_workers(asked: Question, tmp_path: Path, small_pieces: None) -> None:
    one, two = (
        player_of_settings(asked, wanted(asked), tmp_path / str(n), n, silent)("Playing", SETTINGS) for n in (1, 2)
    )
    np.testing.assert_array_equal(one, two)


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
    assert "What matters and is little informed" in answered.text


def test_a_figure_of_sixty_settings_shows_those_that_matter_and_says_how_many_are_left_out() -> None:
    rng = np.random.default_rng(0)
    mu_star = np.concatenate([np.linspace(1.0, 0.1, 50), np.zeros(10)])
    table = pd.DataFrame(
        {
            "name": [f"what setting {k} means in the words of the field" for k in range(60)],
            "setting": [f"parameters.group.setting_{k}" for k in range(60)],
            "kind": ["fitted", "tied", "assumed", "contested", "design"] * 12,
            "mu_star": mu_star, "mu_star_low": 0.8 * mu_star, "mu_star_high": 1.2 * mu_star, "sigma": 0.5 * mu_star,
            **{f"{name}{end}": np.where(np.arange(60) < 5, rng.uniform(0, 0.3, 60), np.nan)
               for name in ("first", "total") for end in ("", "_low", "_high")},
        }
    )  # fmt: skip
    picture = draw("settings", "What it depends on", "SD", table, 0.02)
    assert "Shown are the 14 of 60 settings with the largest total share, below them those" in picture.caption
    assert "; 10 change nothing at all." in picture.caption
    assert "left out move the estimate further" not in picture.caption
    assert len(picture.alt) <= 250
    assert len(picture.figure.axes) == 2
    without = draw("settings", "What it depends on", "SD", table.assign(total=np.nan), 0.02)
    assert len(without.figure.axes) == 1
    assert "Right:" not in without.caption


def test_a_figure_says_how_many_of_those_left_out_move_the_estimate_further_than_the_least_shown() -> None:
    """The 14 settings with indices move it by .1 to .2; five of the others by 1, and one by nothing."""
    mu_star = np.concatenate([np.linspace(0.1, 0.2, 14), np.ones(5), [0.0]])
    indexed = np.arange(20) < 14
    table = pd.DataFrame(
        {
            "name": [f"setting {k}" for k in range(20)], "setting": [f"parameters.g.s{k}" for k in range(20)],
            "kind": "assumed", "mu_star": mu_star, "mu_star_low": mu_star, "mu_star_high": mu_star, "sigma": mu_star,
            **{f"{name}{end}": np.where(indexed, 0.1, np.nan) for name in ("first", "total")
               for end in ("", "_low", "_high")},
        }
    )  # fmt: skip
    caption = draw("settings", "What it depends on", "SD", table, 0.02).caption
    assert caption.endswith(
        "Shown are the 14 of 20 settings with the largest total share; 5 that are left out move the estimate further "
        "than the least of these; 1 changes nothing at all."
    )
