# ruff: noqa: E501 - messages are written as they are shown
"""Technique and alliance: what is played, how it is judged, and how mistakes are told."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.experiment.kept import silent
from alliance_sim.figures.technique_alliance import draw_exchange, draw_probability, draw_surfaces
from alliance_sim.inquiry.answering import answer_inquiry
from alliance_sim.inquiry.asking import load_inquiry
from alliance_sim.inquiry.kind import Asked
from alliance_sim.inquiry.surface import judging
from alliance_sim.inquiry.surface.answer import verdict
from alliance_sim.inquiry.surface.playing import CHANNELS, play_levels
from alliance_sim.inquiry.surface.section import Axes, axes, worlds
from alliance_sim.scenario import ConfigError
from alliance_sim.scenario.registry import by_path

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

Load = Callable[..., Asked]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Reads a config that is given as text."""

    def load(text: str = CONFIG, *overrides: str) -> Asked:
        (tmp_path / "two.csv").write_text(TWO, encoding="utf-8")
        file = tmp_path / "ask.yaml"
        file.write_text(text, encoding="utf-8")
        return load_inquiry(file, overrides)

    return load


def told(load: Load, text: str) -> list[str]:
    """The messages about a config, without file and line."""
    with pytest.raises(ConfigError) as caught:
        load(text)
    return [str(problem).partition(": ")[2] for problem in caught.value.problems]


# ---- judging -----------------------------------------------------------------------------------------------------

AT = Axes((-1.0, 0.0, 1.0, 2.0), (-2.0, -1.0, 0.0, 1.0), (-2.0, -1.0, 0.0, 1.0), (-1.0, -2.0), (), 2.0)


def rows_of(technique: float, alliance: float) -> pd.DataFrame:
    """Clinics of twenty draws, each played twice: d = 1 + technique c + alliance a, felt alliance .7 + .1 a."""
    rng = np.random.default_rng(1)
    of_draw = 1.0 + 0.1 * rng.normal(size=20)
    rows = [
        {
            "technique": c, "alliance": a, "replicate": r + 1, "arm": "world", "d": of_draw[r % 20] + technique * c + alliance * a,
            "recovery": 40.0, "dropout": 20.0, "felt": 0.7 + 0.1 * a, "felt_sd": 0.1, "left": 1.0,
        }
        for c in AT.technique for a in AT.alliance for r in range(40)
    ]  # fmt: skip
    return pd.DataFrame(rows).sample(frac=1.0, random_state=0)


def test_a_world_whose_truth_is_known_is_judged_so() -> None:
    """.1 an SD of technique, .3 an SD of alliance: 2 SD of technique make up for 2/3 SD of alliance, and not for 1."""
    surfaces = {"world": judging.surface_of(rows_of(0.1, 0.3), "world", AT, 20)}
    table = judging.compensation_table(surfaces, AT)
    np.testing.assert_allclose(table["d"], [0.2 - 0.3, 0.2 - 0.6])
    assert table["share"].tolist() == [0.0, 0.0]
    assert [verdict(row) for row in table.to_dict("records")] == ["no", "no"]
    assert table["draws"].tolist() == [20, 20]
    surface = judging.surface_table(surfaces)
    np.testing.assert_allclose(surface["rate"], 3.0)
    np.testing.assert_allclose(judging.interaction_table(surfaces, AT)["d_more"], 0.0, atol=1e-12)


def test_where_technique_is_worth_more_excellence_makes_up() -> None:
    surfaces = {"world": judging.surface_of(rows_of(0.31, 0.3), "world", AT, 20)}
    table = judging.compensation_table(surfaces, AT)
    assert table["share"].tolist() == [1.0, 1.0]
    verdicts = judging.verdicts(judging.surface_table(surfaces), ["world"])
    assert verdicts.set_index(["technique", "alliance"]).loc[(2.0, -2.0), "count"] == 1
    assert verdicts.set_index(["technique", "alliance"]).loc[(0.0, -1.0), "count"] == 0


def test_the_alliance_is_shown_in_sd_among_clients() -> None:
    """A shift of one unit moves felt alliance by .1, one SD among clients."""
    felt = judging.felt_table({"world": judging.surface_of(rows_of(0.1, 0.3), "world", AT, 20)}, AT)
    np.testing.assert_allclose(felt["sd_units"], felt["shift"], atol=1e-12)


def test_an_interval_around_one_half_is_no_verdict() -> None:
    assert verdict({"share_low": 0.4, "share_high": 0.6}) == "cannot be told"
    assert verdict({"share_low": 0.51, "share_high": 0.6}) == "yes"


def test_figures_have_a_panel_a_world_and_no_empty_one() -> None:
    surfaces = {
        name: judging.surface_of(rows_of(slope, 0.3), "world", AT, 20)
        for name, slope in (("a", 0.1), ("b", 0.4), ("c", 0.0))
    }
    table = judging.surface_table(surfaces)
    names = list(surfaces)
    assert len(draw_surfaces("s", table, names, AT.weak, 2.0).figure.axes) == 3 + 1
    verdicts = {"in how many": judging.verdicts(table, names)}
    assert len(draw_probability("p", table, names, verdicts).figure.axes) == 4
    exchange = draw_exchange("e", table, names)
    assert "a: 3.0" in exchange.alt
    assert len(exchange.figure.axes) == 2


# ---- playing -----------------------------------------------------------------------------------------------------


def test_closed_ways_are_settings_of_the_law() -> None:
    for settings in CHANNELS.values():
        for path, value in settings.items():
            assert by_path()[path].about.low <= value <= by_path()[path].about.high


def test_better_alliance_and_better_technique_help_and_rows_are_the_same_whoever_works(
    load: Load, tmp_path: Path
) -> None:
    asked = load(CONFIG.replace("caseload: 5", "caseload: 12"))
    rows = play_levels(asked, axes(asked), tmp_path, 1, silent)
    means = rows[rows["arm"] == "gate"].groupby(["technique", "alliance"])[["d", "felt"]].mean()
    assert means.loc[(0, 1), "felt"] > means.loc[(0, 0), "felt"] > means.loc[(0, -1.5), "felt"]
    assert means.loc[(1, 0), "d"] > means.loc[(-1, 0), "d"]
    assert means.loc[(0, 1), "d"] > means.loc[(0, -1.5), "d"]


@pytest.mark.slow
def test_the_answer_says_what_is_built_in_what_makes_up_and_what_a_fair_fit_changes(load: Load, tmp_path: Path) -> None:
    answered = answer_inquiry(load(), tmp_path / "out", 1, silent)
    assert worlds(load()) == ("gate", "additive")
    for words in (
        "## What is built in, and what is not",
        "compensation as such is built in",
        "SD of technique",
        "fit of its own",
    ):
        assert words in answered.text
    assert {"surface", "felt", "compensation", "interaction", "attunement", "ways"} <= set(answered.answer.tables)
    assert [picture.name for picture in answered.answer.pictures] == ["surfaces", "probability", "exchange", "ways"]


@pytest.mark.slow
def test_the_shipped_question_runs_in_small(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "configs" / "technique_and_alliance.yaml"
    small = [
        "replicates=4", "clinic.therapists=4", "clinic.caseload=5", "technique_and_alliance.technique=[-1, 0, 2]",
        "technique_and_alliance.alliance=[-3, -1, 0, 1]", "technique_and_alliance.shown=[-2, -1, 0]",
        "technique_and_alliance.attunement=[]", "technique_and_alliance.channels=false",
    ]  # fmt: skip
    answered = answer_inquiry(load_inquiry(shipped, small), tmp_path / "out", 1, silent)
    assert (tmp_path / "out" / "report.html").exists()
    assert "attunement" not in answered.answer.tables


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
    found = told(load, CONFIG.replace(old, new))
    assert len(found) == 1, found
    assert found[0].startswith(message), found[0]
