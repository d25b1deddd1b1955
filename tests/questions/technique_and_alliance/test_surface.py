# ruff: noqa: E501 - messages are written as they are shown
"""Technique and alliance: what is played, how it is judged, and how mistakes are told."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.experiment.kept import silent
from alliance_sim.figures.technique_alliance import draw_probability, draw_surfaces
from alliance_sim.figures.technique_exchange import draw_exchange, draw_turning, draw_ways
from alliance_sim.law.change import Change
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.technique_and_alliance import explaining, judging, playing
from alliance_sim.questions.technique_and_alliance.found import Found
from alliance_sim.questions.technique_and_alliance.playing import CHANNELS, play_channels, play_levels
from alliance_sim.questions.technique_and_alliance.section import Axes, axes, worlds
from alliance_sim.questions.technique_and_alliance.sentences import headline, short
from alliance_sim.scenario import ConfigError
from alliance_sim.scenario.registry import by_path
from alliance_sim.stats.turning_point import verdict

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
    assert [verdict(share) for share in table["share"]] == ["no", "no"]
    turns = judging.turning_table(surfaces).set_index("technique").loc[2.0]
    np.testing.assert_allclose([turns["turns"], turns["yes_from"], turns["no_below"]], -2 / 3)
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


def places(**shares: float) -> pd.DataFrame:
    """The surface table of worlds at one weak place, and of the average clinic."""
    rows = [
        {"world": world, "technique": c, "alliance": a, "at_least_as_good": share if a else 1.0}
        for world, share in shares.items()
        for c, a in ((2.0, -1.0), (0.0, 0.0))
    ]
    return pd.DataFrame(rows)


def test_worlds_that_leave_it_open_are_neither_counted_as_yes_nor_as_no() -> None:
    row = judging.verdicts(places(a=0.95, b=0.46, c=0.02), ["a", "b", "c"]).set_index("technique").loc[2.0]
    assert (row["yes"], row["open"], row["no"]) == ("a", "b", "c")
    assert (row["count"], row["possible"], row["of"]) == (1, 2, 3)


def test_the_map_of_worlds_shows_what_the_verdicts_say() -> None:
    """No world says yes, one leaves it open: the cell says 0-1, and it is hatched; where all say yes it is not."""
    table = places(a=0.46, b=0.02)
    verdicts = judging.verdicts(table, ["a", "b"])
    picture = draw_probability("p", table, ["a", "b"], {"in how many": verdicts})
    panel = picture.figure.axes[-1]
    assert {text.get_text() for text in panel.texts} == {"0–1", "2"}
    assert sum(patch.get_hatch() is not None for patch in panel.patches) == 1
    assert "at 1 of 2 places" in picture.alt


@cache
def surface(slope: float) -> judging.Surface:
    """A world with this slope of technique and .3 an SD of alliance."""
    return judging.surface_of(rows_of(slope, 0.3), "world", AT, 20)


def found_of(slopes: dict[str, float], not_refitted: dict[str, str] | None = None) -> Found:
    """What is found in worlds with .3 an SD of alliance and these slopes of technique."""
    surfaces = {name: surface(slope) for name, slope in slopes.items()}
    tables = {
        "surface": judging.surface_table(surfaces),
        "compensation": judging.compensation_table(surfaces, AT),
        "turning": judging.turning_table(surfaces),
    }
    frozen = not_refitted or {}
    worlds = [name for name in slopes if name not in frozen.values()]
    return Found(AT, worlds, frozen, dict.fromkeys(slopes, int(Change.GATE)), 20, tables)


def test_the_headline_says_how_weak_an_alliance_may_be_and_where_all_worlds_agree() -> None:
    told = headline(found_of({"weak": 0.03, "strong": 0.21}))
    assert told == (
        "By the best guess, technique 2 SD above average makes up for an alliance 0.2 SD (weak) to 1.4 SD (strong) below "
        "average, depending on what makes clients change; not for one 2 SD below under any mechanism."
    )
    assert "under every mechanism" in headline(found_of({"a": 0.31, "b": 0.4}))
    assert headline(found_of({"a": 0.1})).endswith(
        "makes up for an alliance 0.7 SD below average; not for one 1 SD below at all; not for one 2 SD below at all."
    )
    assert "for no weaker alliance" in headline(found_of({"a": -0.1}))


def test_the_answer_begins_with_its_headline_on_one_line_and_goes_on_in_bullets() -> None:
    first, empty, *bullets = short(found_of({"weak": 0.03, "strong": 0.21})).split("\n")
    assert first.startswith("**")
    assert first.endswith("**")
    assert empty == ""
    assert all(line.startswith("- *") for line in bullets)


def test_a_rate_above_what_was_played_is_no_amount() -> None:
    """Technique .03, alliance .3: ten SD for one, where three were played."""
    told = short(found_of({"weak": 0.03, "strong": 0.21}))
    assert "1.4 [1.4, 1.4] (strong) times as much technique" in told
    assert "under weak practically nothing replaces it (more than the 3 SD of technique that were played)" in told
    assert "10.0" not in told


def test_what_a_fair_fit_moves_is_told_only_where_it_moves_something() -> None:
    other = short(found_of({"a": 0.1, "a, not re-fitted": 0.2}, {"a": "a, not re-fitted"}))
    assert "would turn at −1.33 instead of −0.67 (a)" in other
    same = short(found_of({"a": 0.1, "a, not re-fitted": 0.1}, {"a": "a, not re-fitted"}))
    assert "would turn at the same places" in same


def test_verdicts_that_other_draws_might_move_are_named() -> None:
    near = {"world": "a", "alliance": -1.0, "share": 0.88, "share_low": 0.82, "share_high": 0.91}
    far = {"world": "b", "alliance": -1.0, "share": 0.5, "share_low": 0.4, "share_high": 0.6}
    assert explaining.at_borders([near, far]).endswith("might move the verdict: a at −1 (88 % [82, 91]).")
    assert explaining.at_borders([far]) == ""


def test_figures_have_a_panel_a_world_no_empty_one_and_a_short_description() -> None:
    found = found_of({"a": 0.1, "b": 0.4, "c": 0.01})
    table, names = found.tables["surface"], list(found.worlds)
    surfaces = draw_surfaces("s", table, names, AT.weak, 2.0)
    probability = draw_probability("p", table, names, {"in how many": judging.verdicts(table, names)})
    exchange = draw_exchange("e", table, names)
    turning = found.tables["turning"]
    turns = draw_turning("t", {"alliance": turning[turning["technique"] == 2.0]}, names, AT.weak)
    interactions = {f"{name}{end}": 0.1 for name in ("d", "left") for end in ("", "_low", "_high")}
    ways = draw_ways(
        "w", pd.DataFrame([{"way": w, "world": n, **interactions} for w in CHANNELS for n in names]), names
    )
    assert [len(each.figure.axes) for each in (surfaces, probability, exchange, turns, ways)] == [3 + 1, 4, 2, 1, 2]
    assert all(len(each.alt) <= 400 for each in (surfaces, probability, exchange, turns, ways))
    assert "a −0.67, b past the lowest level" in turns.alt
    assert "c: off the scale, more than 10" in {text.get_text() for text in exchange.figure.axes[0].texts}


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


def test_with_every_way_closed_and_no_ruptures_only_technique_is_left_where_only_technique_changes_clients(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ruptures are the way that stays open: without them the interaction is nothing at all, with them it is not."""
    everything = CHANNELS["all three"]
    ways = {"all three": everything, "no ruptures too": everything | {"mechanisms.ruptures": False}}
    monkeypatch.setattr(playing, "CHANNELS", ways)
    asked = load(CONFIG.replace("change: gate", "change: technique_only").replace("weeks: 6", "weeks: 16"))
    rows = play_channels(asked, ["gate"], tmp_path, 1, silent)
    table = judging.channel_table(rows, {"gate": 6}).set_index("way")
    np.testing.assert_allclose(table.loc["no ruptures too", ["d", "left"]].to_numpy(float), 0.0, atol=1e-12)
    assert table.loc["all three", "left"] != pytest.approx(0.0, abs=1e-9)


@pytest.mark.slow
def test_the_answer_says_what_is_built_in_what_makes_up_and_what_a_fair_fit_changes(load: Load, tmp_path: Path) -> None:
    answered = answer_question(load(), tmp_path / "out", 1, silent)
    assert worlds(load()) == ("gate", "additive")
    for words in (
        "## What is built in, and what is not",
        "compensation as such is built in",
        "SD of technique",
        "fit of its own",
    ):
        assert words in answered.text
    assert {"surface", "felt", "compensation", "interaction", "attunement", "ways"} <= set(answered.answer.tables)
    assert [picture.name for picture in answered.answer.pictures] == [
        "surfaces", "turning", "probability", "exchange", "ways",
    ]  # fmt: skip


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
