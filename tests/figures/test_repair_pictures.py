"""The pictures of repair: what twins show beside what studies find."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from alliance_sim.figures import repair_bias, repair_twins
from alliance_sim.figures.picture import Picture

GROUPS = ("no trauma", "trauma")
ROWS = [("naive", "Before and after"), ("trial", "Randomised therapists")]


def findings(**changed: float) -> pd.DataFrame:
    """A row for every world, analysis, way of seeing and group; `changed` replaces estimates of analyses."""
    rows = [
        {
            "world": world, "what": what, "seen": seen, "group": group, "estimate": changed.get(what, 0.4),
            "spread_low": -0.2, "spread_high": 1.0, "truth": 0.1,
        }
        for world in ("teaches", "nothing")
        for what, _ in ROWS
        for seen in ("observed", "events known")
        for group in GROUPS
    ]  # fmt: skip
    return pd.DataFrame(rows)


def drawn(table: pd.DataFrame) -> Picture:
    words = repair_bias.Words("studies", "What studies find", "rating points")
    return repair_bias.draw(table, ["teaches", "nothing"], ROWS, GROUPS, words)


def test_every_world_is_a_panel_and_every_analysis_a_row() -> None:
    axes = [a for a in drawn(findings()).figure.axes if a.get_visible()]
    assert [a.get_title(loc="left") for a in axes] == ["teaches", "nothing"]
    assert len(axes[0].get_yticks()) == 2
    assert len({a.get_xlim() for a in axes}) == 1  # panels can be compared


def test_the_words_say_how_far_each_analysis_is_off() -> None:
    alt = drawn(findings(naive=0.9, trial=0.15)).alt
    assert "2 analyses in each of 2 scenarios" in alt
    assert "Before and after: +0.80 everywhere." in alt
    assert "Randomised therapists: +0.050 everywhere." in alt


def test_the_words_stay_short_however_many_worlds_there_are() -> None:
    table = pd.concat([findings().assign(world=f"a world with a long name, {i} % of it") for i in range(3)])
    rows = [*ROWS, *((f"more {i}", f"Share repaired, by another way, {i}") for i in range(2))]
    more = [table.assign(what=what) for what, _ in rows]
    words = repair_bias.Words("studies", "What studies find", "rating points")
    assert len(repair_bias.draw(pd.concat(more), list(table["world"].unique()), rows, GROUPS, words).alt) <= 400


def test_an_estimate_outside_is_a_triangle_at_the_edge() -> None:
    table = findings()
    table.loc[0, "estimate"] = 50.0
    axes = drawn(table).figure.axes[0]
    low, high = axes.get_xlim()
    marks = [line for line in axes.get_lines() if line.get_gid() == "estimate"]
    assert ">" in {line.get_marker() for line in marks}
    assert all(low <= float(line.get_xdata()[0]) <= high for line in marks)


@pytest.mark.parametrize("values", [[np.nan, np.nan], [0.0, 0.0]])
def test_limits_are_never_empty(values: list[float]) -> None:
    low, high = repair_bias.limits(pd.DataFrame({"estimate": values, "truth": values}))
    assert low < 0.0 < high


def test_a_world_without_some_analysis_still_has_its_panel() -> None:
    table = findings()
    picture = drawn(table[~((table["world"] == "nothing") & (table["what"] == "naive"))])
    assert len([a for a in picture.figure.axes if a.get_visible()]) == 2
    assert "nothing" not in picture.alt


def curves() -> pd.DataFrame:
    lines = {"own": 0.01, "left alone": -0.1, "never": 0.02, "rated": -0.2, "rated, caused": -0.3}
    rows = [
        {
            "world": world,
            "line": line,
            "step": step,
            "value": value * (step >= 0),
            "spread_low": -1.0,
            "spread_high": 1.0,
        }
        for world in ("teaches", "nothing")
        for line, value in lines.items()
        for step in range(-3, 6)
    ]
    return pd.DataFrame(rows)


def test_own_and_both_twins_are_drawn_in_every_world() -> None:
    picture = repair_twins.draw(curves(), ["teaches", "nothing"])
    upper = picture.figure.axes[:2]
    for axes in upper:
        ends = [float(line.get_ydata()[-1]) for line in axes.get_lines() if len(line.get_xdata()) == 9]
        assert ends == [0.01, -0.1, 0.02]
    assert upper[0].get_ylim() == upper[1].get_ylim()
    assert "left alone: −0.10 everywhere." in picture.alt
    legend = [text.get_text() for text in picture.figure.legends[0].get_texts()]
    assert legend[:3] == ["repaired", "left alone", "no rupture"]


def test_markers_and_dashes_differ_as_well_as_colours() -> None:
    looks = [(look.dashes, look.marker) for _, look in repair_twins.LINES.values()]
    assert len(set(looks)) == len(looks)
    assert len({look.marker for look in repair_bias.LOOKS}) == len(repair_bias.LOOKS)
    assert mpl.get_backend()  # figures need no screen
