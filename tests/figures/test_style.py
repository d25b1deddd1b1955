"""Marks lie where their numbers are; colours and labels can be distinguished, and names are drawn as written."""

import itertools
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from alliance_sim.figures.marks import dots, interval, keys, legend
from alliance_sim.figures.picture import LONGEST_WORD, rendered, words_in
from alliance_sim.figures.style import (
    BASELINE,
    COLOURS,
    Look,
    apart,
    canvas,
    fonts,
    looks,
    settings,
    theme,
    undrawn,
    wrapped,
)


@pytest.mark.parametrize("upright", [False, True])
def test_whiskers_go_from_the_lower_to_the_upper_end_of_the_interval(upright: bool) -> None:
    rows = pd.DataFrame({"value": [1.0, 2.0, np.nan], "low": [0.5, 1.8, np.nan], "high": [1.2, 2.9, np.nan]})
    axes = canvas(1, 1, 3, 3)[1][0][0]
    interval(axes, rows, np.arange(3), Look("black", "o"), upright=upright)
    along, across = (1, 0) if upright else (0, 1)
    (lines,) = axes.collections
    ends = [(segment[0][along], segment[1][along], segment[0][across]) for segment in lines.get_segments()]
    assert ends == [(0.5, 1.2, 0.0), (1.8, 2.9, 1.0)]


def test_looks_are_apart_around_the_middle_of_their_row() -> None:
    table = pd.DataFrame({"arm": ["a", "b", "a"], "row": ["y", "y", "x"], "value": [1.0, 2.0, 3.0]})
    axes = canvas(1, 1, 3, 3)[1][0][0]
    dots(axes, table.assign(low=0.0, high=4.0), ["x", "y"], "row", looks(["a", "b"], "a"), "arm", 0.2)
    marks = [list(zip(line.get_xdata(), line.get_ydata(), strict=True)) for line in axes.lines]
    assert marks == [[(1.0, 0.9), (3.0, -0.1)], [(2.0, 1.1)]]


@pytest.mark.parametrize("colour", [*COLOURS[:5], BASELINE])
def test_lines_stand_out_from_white(colour: str, luminance: Callable[[str], float]) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 3.0  # WCAG AA for graphics


def test_labels_are_moved_apart_as_little_as_needed() -> None:
    assert apart([1.0, 5.0], 1.0) == [1.0, 5.0]
    assert apart([1.0, 1.0], 1.0) == [0.5, 1.5]


@pytest.mark.parametrize("places", [[0.0, 0.1, 0.2, 5.0], [3.0, 3.0, 3.0], [2.0, 1.9, 1.8, 0.0, 0.1]])
def test_labels_never_overlap_and_keep_their_order(places: list[float]) -> None:
    moved = apart(places, 0.5)
    ordered = sorted(moved)
    assert all(b - a >= 0.5 - 1e-9 for a, b in itertools.pairwise(ordered))
    assert sorted(range(len(places)), key=lambda k: (places[k], k)) == sorted(
        range(len(places)), key=lambda k: moved[k]
    )


def test_the_baseline_is_grey_and_arms_look_different() -> None:
    found = looks(["a", "b", "c"], "b")
    assert found["b"].colour == BASELINE
    assert len({look.colour for look in found.values()}) == 3
    assert len({look.marker for look in found.values()}) == 3


def test_the_look_that_is_set_once_is_the_one_inside_the_theme() -> None:
    with theme():
        assert {name: mpl.rcParams[name] for name in ("axes.titleweight", "grid.color")} == {
            name: settings()[name] for name in ("axes.titleweight", "grid.color")
        }


NAMES = ("A$$AP", r"$\frac{1}{2$", "_first", "a ^ {b # % & < \\n", "x" * 250, "[/]", "العربية", "עברית")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_drawn_as_it_is_written_in_both_formats(name: str) -> None:
    with theme():
        figure, grid = canvas(1, 1, 9, 6)
        axes = grid[0][0]
        axes.plot([0, 1], [0, 1])
        axes.set_title(wrapped(name))
        axes.set_yticks([0, 1], [wrapped(name), "b"])
        axes.annotate(name, (0.5, 0.5))
        legend(figure, keys(looks([name, "b"], "b")))
    axes.set_xlabel(name)  # outside of the theme
    for content in rendered(figure).values():
        assert len(content) > 1000
    shown = name if len(name) <= LONGEST_WORD else "x" * (LONGEST_WORD - 1) + "…"
    assert words_in(figure).count(shown) >= 3
    assert not any(text.get_parse_math() for text in figure.findobj(Text))


def test_letters_without_a_font_make_no_warning_and_are_named_once() -> None:
    rare = "\U0001f9ff\U00016a4f"  # in none of the fonts that come with Matplotlib
    with theme():
        figure, grid = canvas(1, 1, 4, 3)
        grid[0][0].set_title(f"{rare} and {rare}")
    rendered(figure)
    expected = "".join(c for c in rare if len(fonts()) == 1 or c in undrawn([rare]))
    assert undrawn(words_in(figure)) == expected
    assert undrawn(["± – “quoted” α ≥"]) == ""


def test_a_name_has_four_lines_at_most() -> None:
    assert wrapped("repair and monitor", 10) == "repair and\nmonitor"
    assert wrapped("x" * 90, 20).splitlines() == ["x" * 20] * 3 + ["…"]
