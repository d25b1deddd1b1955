"""Colours and labels."""

import itertools

import matplotlib as mpl
import pytest

from alliance_sim.figures.style import BASELINE, COLOURS, apart, looks, settings, theme


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [*COLOURS[:5], BASELINE])
def test_lines_stand_out_from_white(colour: str) -> None:
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
