"""Captions name what is drawn, and nothing else; descriptions follow the table."""

import numpy as np
import pandas as pd
import pytest

from alliance_sim.figures import courses, optimise, repair, ruptures, story
from alliance_sim.figures.style import canvas
from alliance_sim.figures.words import alt, captioned, picture, title_of


def test_a_caption_takes_its_names_from_the_table_that_is_drawn() -> None:
    table = pd.DataFrame({"baseline": ["wait", "wait"], "arm": ["a", "b"], "value": [0.1, 0.2]})
    facts = {"averaged": False, "shown": 2, "there": 2}
    title, caption = captioned("differences", table, facts)
    assert title == "Differences from the baseline, wait"
    assert caption.startswith("Each mark is an arm minus wait, between")
    assert "of 2" not in caption
    made = picture("differences", canvas(1, 1, 2, 2)[0], table, "Dots.", facts=facts | {"there": 3}, who="{arm}")
    assert made.caption.endswith("The first 2 of 3 rows are shown.")
    assert made.alt == "Dots. From 0.10 (a) to 0.20 (b)."
    with pytest.raises(KeyError, match="baseline"):  # a name that no column holds cannot be printed
        captioned("differences", table.drop(columns="baseline"), facts)


def test_a_figure_that_is_left_out_has_its_title_without_names() -> None:
    assert title_of("differences") == "Differences from the baseline"
    assert title_of("twins") == "The same rupture, repaired and not repaired"


def test_words_for_who_cannot_see_follow_the_table() -> None:
    table = pd.DataFrame({"panel": "p", "who": ["a", "b", "c"], "value": [0.31, np.nan, 12.0]})
    assert alt("Dots.", table, who="{who}", panel="panel") == "Dots. p: from 0.3 (a) to 12.0 (c)."
    assert alt("Dots.", table.iloc[:1], who="{who}", names={"a": "A"}) == "Dots. 0.31 (A)."
    assert alt("Dots.", table.iloc[1:2], who="{who}") == "Dots."
    assert len(alt("Dots.", pd.concat([table.assign(panel=f"panel {k}") for k in range(50)]), panel="panel")) <= 400


def aligned(*groups: str) -> pd.DataFrame:
    rows = [
        {"arm": "ignore", "measure": measure, "group": group, "step": step, "value": 0.1 * step,
         "spread_low": 0.1 * step - 0.1, "spread_high": 0.1 * step + 0.1}
        for measure in ("alliance", "wai_client") for group in groups for step in range(-2, 4)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_lines_that_are_not_there_are_not_spoken_of() -> None:
    words = ("green", "Grey", "gap", "not shown")
    alone = ruptures.draw_around(aligned("unrepaired"), ["ignore"]).caption
    assert "orange: ruptures that were not." in alone
    assert not any(word in alone for word in words)
    every = aligned("repaired", "unrepaired", "null repaired", "null unrepaired")
    assert all(word in ruptures.draw_around(every, ["ignore"], 2).caption for word in words)


def test_a_clinic_without_simulated_ones_has_no_bands_in_its_caption() -> None:
    rows = pd.DataFrame({"quantity": "wai_client", "week": [1, 2], "value": [3.0, 3.5], "low": 2.5, "high": 4.0})
    simulated = rows.assign(scenario="fitted")
    assert "simulated" not in courses.of_clinic(rows, simulated.iloc[:0], "PHQ-9", "course").caption
    assert "simulated" in courses.of_clinic(rows, simulated, "PHQ-9", "course").caption


@pytest.mark.parametrize(
    ("low", "brackets", "negative"), [(0.1, False, False), (-0.1, True, False), (-0.3, True, True), (-0.9, False, True)]
)
def test_brackets_and_losses_below_zero_are_explained_where_there_are_some(
    low: float, brackets: bool, negative: bool
) -> None:
    rows = [
        {"policy": f"for {a}", "group": b, "own": a == b, "value": low + 0.2, "low": low, "high": low + 0.4}
        for a in "xy" for b in "xy"
    ]  # fmt: skip
    caption = optimise.regret(pd.DataFrame(rows), "points").caption
    assert ("brackets" in caption) == brackets
    assert ("Negative" in caption) == negative


def test_open_marks_and_triangles_are_explained_where_there_are_some() -> None:
    row = {"scenario": "w", "what": "a", "group": "g", "estimate": 0.2, "spread_low": 0.0, "spread_high": 0.4}
    words, groups = repair.Family("bias", "Bias", "points"), ("g", "h")
    seen = pd.DataFrame([row | {"truth": 0.1, "seen": "observed"}])
    caption = repair.studies(seen, ["w"], {"a": "A"}, groups, words).caption
    assert "Open marks" not in caption
    assert "Triangles" not in caption
    both = pd.concat([seen, seen.assign(seen="known")])
    assert "Open marks" in repair.studies(both, ["w"], {"a": "A"}, groups, words).caption


def client(**changed: object) -> pd.DataFrame:
    rows = {"session": [1, 2], "goal": 0.5, "task": 0.5, "bond": 0.6, "alliance": 0.5, "attended": True, "left": "no",
            "rupture": "none", "source": "bond", "repaired": False, "symptoms": [12, 11]}  # fmt: skip
    return pd.DataFrame(rows | changed)


def test_a_story_names_only_what_happened() -> None:
    calm = story.draw(client(), None, "repair", "repair", "PHQ-9")
    assert calm.title == "One treatment, session by session"
    assert not any(words in calm.caption for words in ("Triangles", "star", "Crosses"))
    torn = story.draw(client(rupture="withdrawal", attended=[True, False]), client(), "repair", "ignore", "PHQ-9")
    assert "the same client in another arm" in torn.title
    assert all(words in torn.caption for words in ("Triangles", "Crosses"))
    assert "Ruptures, repair: week 1 withdrawal, week 2 withdrawal." in torn.alt
