# ruff: noqa: E501 - messages are written as they are shown
"""Technique and alliance: what is run, estimated and shown, and messages about mistakes."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimates.long import Estimates
from alliance_sim.experiment.kept import silent
from alliance_sim.figures.technique import probability
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.technique_and_alliance.estimates import (
    channels,
    compensation,
    draws_of,
    interactions,
    surface_table,
    turns,
)
from alliance_sim.questions.technique_and_alliance.figures import agreement
from alliance_sim.questions.technique_and_alliance.run import CHANNELS, run
from alliance_sim.questions.technique_and_alliance.section import Axes
from alliance_sim.questions.technique_and_alliance.surface import Surface, surface_of
from alliance_sim.scenario import ConfigError
from alliance_sim.scenario.registry import by_path
from alliance_sim.stats.estimate import Estimate
from tests.questions.golden import read

CONFIG = """
title: Technique and alliance
question: Does it make up?
replicates: 6
clinic: {therapists: 3, caseload: 5, weeks: 6}
arms:
  gate: {mechanisms: {change: gate}, parameters: posterior}
  additive: {mechanisms: {change: additive}, parameters: {base: two.csv}}
  additive, not re-fitted: {mechanisms: {change: additive}, parameters: posterior}
technique_and_alliance:
  technique: [-1, 0, 1]
  alliance: [-1.5, 0, 1]
  shown: [-1, 0, 0.5]
  excellence: 1
  weak: [-1]
  attunement: [-1, 0, 1]
  not_refitted: {additive: "additive, not re-fitted"}
"""
TWO = "sustain.bond_level,change.technique\n1.5,0.4\n2.0,0.6\n"

Load = Callable[..., Question]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Reads a config that is given as text."""

    def load(text: str = CONFIG, *overrides: str) -> Question:
        (tmp_path / "two.csv").write_text(TWO, encoding="utf-8")
        file = tmp_path / "ask.yaml"
        file.write_text(text, encoding="utf-8")
        return load_question(file, overrides)

    return load


def messages(load: Load, text: str) -> list[str]:
    """The messages about a config, without file and line."""
    with pytest.raises(ConfigError) as caught:
        load(text)
    return [str(problem).partition(": ")[2] for problem in caught.value.problems]


# ---- estimates ---------------------------------------------------------------------------------------------------

AT = Axes((-1.0, 0.0, 1.0, 2.0), (-2.0, -1.0, 0.0, 1.0), (-2.0, -1.0, 0.0, 1.0), (-1.0, -2.0), (), 2.0)


def rows_of(technique: float, alliance: float) -> pd.DataFrame:
    """Clinics of twenty draws, each run twice: d = 1 + technique c + alliance a, felt alliance .7 + .1 a."""
    rng = np.random.default_rng(1)
    of_draw = 1.0 + 0.1 * rng.normal(size=20)
    usual = {"arm": "gate", "recovery": 40.0, "dropout": 20.0, "felt_sd": 0.1, "left": 1.0}
    rows = [
        usual
        | {"technique": c, "alliance": a, "replicate": r + 1, "felt": 0.7 + 0.1 * a}
        | {"d": of_draw[r % 20] + technique * c + alliance * a}
        for c in AT.technique
        for a in AT.alliance
        for r in range(40)
    ]
    return pd.DataFrame(rows).sample(frac=1.0, random_state=0)


@cache
def surface(technique: float) -> Surface:
    """A scenario with this slope of technique and .3 an SD of alliance."""
    return surface_of(rows_of(technique, 0.3), "gate", AT.technique, AT.alliance, 20, AT.shown)


def of(rows: Iterable[tuple[dict[str, Any], Estimate]]) -> Estimates:
    return Estimates.of(rows)


def test_a_scenario_whose_truth_is_known_is_judged_so() -> None:
    """.1 an SD of technique, .3 an SD of alliance: 2 SD of technique make up for 2/3 SD of alliance, and not for 1."""
    found = of(compensation(surface(0.1), AT))
    np.testing.assert_allclose(found.where(about="difference", measure="d").frame["value"], [0.2 - 0.3, 0.2 - 0.6])
    assert found.where(about="makes up").frame["value"].tolist() == [0.0, 0.0]
    assert found.where(about="draws").frame["value"].tolist() == [20, 20]
    turn = of(turns(surface(0.1))).where(technique=2.0).frame["value"]
    np.testing.assert_allclose(turn, -2 / 3)  # it turns, is yes from, and no below
    np.testing.assert_allclose(surface_table({"gate": surface(0.1)})["rate"], 3.0)
    np.testing.assert_allclose(
        of(interactions({"gate": surface(0.1)}, AT)).where(where="more").frame["value"], 0.0, atol=1e-12
    )


def test_where_technique_is_worth_more_excellence_makes_up() -> None:
    found = of(compensation(surface(0.31), AT))
    assert found.where(about="makes up").frame["value"].tolist() == [100.0, 100.0]
    table = surface_table({"gate": surface(0.31)})
    agree = agreement(table, ["gate"]).set_index(["technique", "alliance"])
    assert agree.loc[(2.0, -2.0), "count"] == 1
    assert agree.loc[(0.0, -1.0), "count"] == 0


def test_the_alliance_is_shown_in_sd_among_clients() -> None:
    """A shift of one unit moves felt alliance by .1, one SD among clients."""
    np.testing.assert_allclose(surface(0.1).felt_in_sd(2).mean(axis=0), AT.alliance, atol=1e-12)


def test_scenarios_that_leave_it_open_are_neither_counted_as_yes_nor_as_no() -> None:
    table = pd.DataFrame(
        [
            {"scenario": name, "technique": c, "alliance": a, "at_least_as_good": share if a else 1.0}
            for name, share in {"a": 0.95, "b": 0.46, "c": 0.02}.items()
            for c, a in ((2.0, -1.0), (0.0, 0.0))
        ]
    )
    row = agreement(table, ["a", "b", "c"]).set_index("technique").loc[2.0]
    assert (row["yes"], row["open"], row["no"]) == ("a", "b", "c")
    assert (row["count"], row["possible"], row["of"]) == (1, 2, 3)
    picture = probability("p", table, ["a", "b", "c"], {"in how many": agreement(table, ["a", "b", "c"])})
    panel = picture.figure.axes[-1]
    assert {text.get_text() for text in panel.texts} == {"1–2", "3"}
    assert sum(patch.get_hatch() is not None for patch in panel.patches) == 1


# ---- facts -------------------------------------------------------------------------------------------------------


def facts(**changed: tuple[dict[str, Any], tuple[float, float, float]]) -> Mapping[str, Any]:
    """The facts of the golden page, with other numbers in some rows: name = (key, (value, low, high))."""
    kept = read("technique_and_alliance")
    frame = kept.tables.estimates.frame.copy()
    for key, numbers in changed.values():
        rows = np.logical_and.reduce([frame[name] == value for name, value in key.items()])
        assert rows.any()
        frame.loc[rows, ["value", "low", "high"]] = numbers
    return kept.question.kind.view(kept.question, kept.tables._replace(estimates=Estimates(frame)))


def turns_at(scenario: str, value: float, low: float, high: float) -> tuple[dict[str, Any], tuple[float, float, float]]:
    key = {"about": "turns at", "axis": "alliance", "scenario": scenario, "technique": 1.0}
    return key, (value, low, high)


def test_a_rate_above_what_was_run_is_no_amount() -> None:
    kept = read("technique_and_alliance")
    surface = kept.tables.more["surface"].copy()
    usual = (surface["scenario"] == "gate") & (surface["technique"] == 0) & (surface["alliance"] == 0)
    surface.loc[usual, "rate"] = 10.0
    found = kept.question.kind.view(kept.question, kept.tables._replace(more={**kept.tables.more, "surface": surface}))
    assert found["never"] == ["gate"]
    assert [row["scenario"] for row in found["replaceable"]] == ["additive"]


def test_how_weak_an_alliance_may_be_is_the_least_and_the_most_over_scenarios() -> None:
    depth = facts(a=turns_at("gate", -0.2, -0.3, -0.1), b=turns_at("additive", -1.4, -1.5, -1.3))["depth"]
    assert depth == {
        "least": {"scenario": "gate", "below": 0.2},
        "most": {"scenario": "additive", "below": 1.4},
    }


def test_what_a_fit_of_its_own_moves_is_reported_only_where_intervals_are_apart() -> None:
    arm = "additive, not re-fitted"
    apart = facts(a=turns_at("additive", -0.7, -0.8, -0.6), b=turns_at(arm, -1.3, -1.4, -1.2))
    assert [row["scenario"] for row in apart["frozen"]] == ["additive"]
    assert facts(a=turns_at("additive", -0.7, -0.8, -0.6), b=turns_at(arm, -0.75, -0.9, -0.6))["frozen"] == []


def test_verdicts_that_other_draws_might_move_are_named() -> None:
    key = {"about": "makes up", "axis": "alliance", "scenario": "gate"}
    assert "gate" in [row["scenario"] for row in facts(a=(key, (88.0, 82.0, 91.0)))["borders"]]
    assert "gate" not in [row["scenario"] for row in facts(a=(key, (50.0, 40.0, 60.0)))["borders"]]


# ---- runs --------------------------------------------------------------------------------------------------------


def test_closed_channels_are_settings_of_the_law() -> None:
    for settings in CHANNELS.values():
        for path, value in settings.items():
            assert by_path()[path].about.low <= value <= by_path()[path].about.high


def test_better_alliance_and_better_technique_help_and_rows_are_the_same_whoever_works(
    load: Load, tmp_path: Path
) -> None:
    asked = load(CONFIG.replace("caseload: 5", "caseload: 12"))
    rows = run(asked, tmp_path, 1, silent).levels
    means = rows[rows["arm"] == "gate"].groupby(["technique", "alliance"])[["d", "felt"]].mean()
    assert means.loc[(0, 1), "felt"] > means.loc[(0, 0), "felt"] > means.loc[(0, -1.5), "felt"]
    assert means.loc[(1, 0), "d"] > means.loc[(-1, 0), "d"]
    assert means.loc[(0, 1), "d"] > means.loc[(0, -1.5), "d"]


def test_with_every_channel_closed_and_no_ruptures_only_technique_is_left_where_only_technique_changes_clients(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ruptures are the channel that stays open: without them the interaction is nothing at all, with them it is not."""
    everything = CHANNELS["all three"]
    closed = {"all three": everything, "no ruptures too": everything | {"mechanisms.ruptures": False}}
    monkeypatch.setattr(import_module("alliance_sim.questions.technique_and_alliance.run"), "CHANNELS", closed)
    asked = load(CONFIG.replace("change: gate", "change: technique_only").replace("weeks: 6", "weeks: 16"))
    rows = run(asked, tmp_path, 1, silent).channels
    assert rows is not None
    found = of(channels(rows, draws_of(asked))).where(scenario="gate")
    np.testing.assert_allclose(found.where(channel="no ruptures too").frame["value"], 0.0, atol=1e-12)
    assert found.one(channel="all three", measure="left").value != pytest.approx(0.0, abs=1e-9)


@pytest.mark.slow
def test_the_shipped_question_runs_in_small(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[3] / "configs" / "technique_and_alliance.yaml"
    small = [
        "replicates=4", "clinic.therapists=4", "clinic.caseload=5", "technique_and_alliance.technique=[-1, 0, 2]",
        "technique_and_alliance.alliance=[-3, -1, 0, 1]", "technique_and_alliance.shown=[-2, -1, 0]",
        "technique_and_alliance.attunement=[]", "technique_and_alliance.channels=false",
    ]  # fmt: skip
    answered = answer_question(load_question(shipped, small), tmp_path / "out", 1, silent)
    assert (tmp_path / "out" / "report.html").exists()
    assert "attunement_surface" not in answered.answer.tables


# ---- mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("technique: [-1, 0, 1]", "technique: [0, -1, 1]", "technique_and_alliance.technique: found a list; allowed: a list of numbers in rising order, 0 among them, three or more"),
        ("technique: [-1, 0, 1]", "technique: [-9, 0, 1]", "technique_and_alliance.technique: found a list; allowed: numbers from -2 to 2 (SD among therapists)"),
        ("excellence: 1", "excellence: 2", "technique_and_alliance.excellence: found the number 2; allowed: one of the levels of technique: -1, 0, 1"),
        ("weak: [-1]", "weak: [1]", "technique_and_alliance.weak: found a list; allowed: levels of shown that are below 0: -1"),
        ("attunement: [-1, 0, 1]", "attunement: [-2, 0, 1]", "technique_and_alliance.attunement: found a list; allowed: a list that holds the weak levels too: -1"),
        ('"additive, not re-fitted"', "aditive", 'technique_and_alliance.not_refitted.additive: found the unknown arm "aditive"; allowed: gate, additive, additive, not re-fitted; did you mean additive?'),
        ("additive: {mechanisms: {change: additive}, parameters: {base: two.csv}}", "additive: {mechanisms: {change: additive}, parameters: {intake: {competence_mean: 1}}}", "arms.additive: found a factor that sets parameters.intake.competence_mean, which the section technique_and_alliance sets too"),
        ("weak: [-1]", "weak: [-1]\n  depth: 3", 'technique_and_alliance.depth: found the unknown name "depth"'),
    ],
)  # fmt: skip
def test_a_mistake_in_the_section_is_told_where_it_is(load: Load, old: str, new: str, message: str) -> None:
    found = messages(load, CONFIG.replace(old, new))
    assert len(found) == 1, found
    assert found[0].startswith(message), found[0]
