"""Captions speak of what is drawn, and of nothing else."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.figures import around_rupture, own_course, regret, repair_bias, story
from alliance_sim.figures.picture import Picture, alt


def aligned(*groups: str) -> pd.DataFrame:
    rows = [
        {"arm": "ignore", "measure": measure, "group": group, "step": step, "value": 0.1 * step,
         "spread_low": 0.1 * step - 0.1, "spread_high": 0.1 * step + 0.1}
        for measure in ("alliance", "wai_client") for group in groups for step in range(-2, 4)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_lines_that_are_not_there_are_not_spoken_of() -> None:
    alone = around_rupture.draw(aligned("unrepaired"), ["ignore"])
    assert "orange: ruptures that were not." in alone.caption
    assert not any(words in alone.caption for words in ("green", "Grey", "gap", "not shown"))
    all_of_them = around_rupture.draw(
        aligned("repaired", "unrepaired", "null repaired", "null unrepaired"), ["ignore"], 2
    )
    assert all(words in all_of_them.caption for words in ("green", "Grey", "gap", "2 more arms with ruptures are not"))


def test_a_clinic_without_simulated_ones_has_no_bands_in_its_caption() -> None:
    rows = pd.DataFrame({"quantity": "wai_client", "week": [1, 2], "value": [3.0, 3.5], "low": 2.5, "high": 4.0})
    worlds = rows.assign(world="fitted")
    assert "simulated" not in own_course.draw(rows, worlds.iloc[:0], "PHQ-9", "course").caption
    assert "simulated" in own_course.draw(rows, worlds, "PHQ-9", "course").caption


@pytest.mark.parametrize(
    ("low", "brackets", "negative"), [(0.1, False, False), (-0.1, True, False), (-0.3, True, True), (-0.9, False, True)]
)
def test_brackets_and_losses_below_zero_are_explained_where_there_are_some(
    low: float, brackets: bool, negative: bool
) -> None:
    rows = [
        {"policy": f"for {a}", "profile": b, "own": a == b, "value": low + 0.2, "low": low, "high": low + 0.4}
        for a in "xy" for b in "xy"
    ]  # fmt: skip
    caption = regret.draw(pd.DataFrame(rows), "points").caption
    assert ("brackets" in caption) == brackets
    assert ("Negative" in caption) == negative


def test_open_marks_and_triangles_are_explained_where_there_are_some() -> None:
    row = {
        "world": "w",
        "what": "a",
        "group": "g",
        "estimate": 0.2,
        "spread_low": 0.0,
        "spread_high": 0.4,
        "truth": 0.1,
    }
    words = repair_bias.Words("bias", "Bias", "points")
    caption = repair_bias.draw(
        pd.DataFrame([row | {"seen": "observed"}]), ["w"], [("a", "A")], ("g", "h"), words
    ).caption
    assert "Open marks" not in caption
    assert "Triangles" not in caption


def client(**changed: object) -> pd.DataFrame:
    rows = {"session": [1, 2], "goal": 0.5, "task": 0.5, "bond": 0.6, "alliance": 0.5, "attended": True, "left": "no",
            "rupture": "none", "source": "bond", "repaired": False, "symptoms": [12, 11]}  # fmt: skip
    return pd.DataFrame(rows | changed)


def test_a_story_names_only_what_happened() -> None:
    calm: Picture = story.draw(client(), None, "repair", "repair", "PHQ-9")
    assert calm.title == "One treatment, session by session"
    assert not any(words in calm.caption for words in ("Triangles", "star", "Crosses"))
    torn = story.draw(client(rupture="withdrawal", attended=[True, False]), client(), "repair", "ignore", "PHQ-9")
    assert "the same client in another arm" in torn.title
    assert all(words in torn.caption for words in ("Triangles", "Crosses"))
    assert "Ruptures, repair: week 1 withdrawal, week 2 withdrawal." in torn.alt


def test_words_for_who_cannot_see_follow_the_table() -> None:
    table = pd.DataFrame({"panel": "p", "who": ["a", "b", "c"], "value": [0.31, np.nan, 12.0]})
    assert alt("Dots.", table, who="{who}", panel="panel") == "Dots. p: from 0.3 (a) to 12.0 (c)."
    assert alt("Dots.", table.iloc[:1], who="{who}", names={"a": "A"}) == "Dots. 0.31 (A)."
    assert alt("Dots.", table.iloc[1:2], who="{who}") == "Dots."
    assert len(alt("Dots.", pd.concat([table.assign(panel=f"panel {k}") for k in range(50)]), panel="panel")) <= 400


def test_every_figure_is_made_of_the_marks() -> None:
    """No file of a figure lays out whiskers, legends or colours of its own."""
    for file in Path(around_rupture.__file__).parent.glob("*.py"):
        if file.stem not in ("marks", "style", "picture"):
            assert "errorbar" not in file.read_text(encoding="utf-8"), file.name
