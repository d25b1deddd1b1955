"""Figures of rupture detection: every panel drawn, every number reported, readable where criteria coincide."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
import pytest

from alliance_sim.figures import detection
from alliance_sim.figures.detection import curve_looks, distinct, representatives
from alliance_sim.figures.picture import Picture

CRITERIA = ("reliable_drop", "v_own_1", "v_own_2", "chart_2", "usual_so_far")
Complete = Callable[[Picture], None]


@pytest.fixture(scope="module")
def prevalence() -> pd.DataFrame:
    keys = product(CRITERIA, ("flagged", "repaired", "unrepaired", "stronger"), ("with", "without"))
    table = pd.DataFrame(keys, columns=["criterion", "share", "arm"])
    mean = 20.0 + 5 * table["criterion"].map(CRITERIA.index)
    return table.assign(mean=mean, spread_low=mean - 5, spread_high=mean + 6, null_mean=23.0, null_low=18, null_high=30)


@pytest.fixture(scope="module")
def curves() -> pd.DataFrame:
    """Curves of three families, the second of which is nearly the first."""
    families = {"reliable drop": ("reliable_drop", 1.0), "V-shape, own SD": ("v_own_1", 1.05), "x": ("chart_2", 2.0)}
    table = pd.DataFrame(product(families, np.arange(0.2, 4.1, 0.2)), columns=["family", "size"])
    criterion, gain = (table["family"].map(lambda name, k=k: families[name][k]) for k in (0, 1))
    false = 50 * np.exp(-table["size"])
    found = {"sensitivity": (gain * false).clip(upper=100), "severe": (1.5 * gain * false).clip(upper=100)}
    return table.assign(criterion=criterion, false_alarms=false, **found)


@pytest.fixture(scope="module")
def settings() -> pd.DataFrame:
    levels = {"rating": ("little", "much"), "weeks": ("8", "26")}
    quantities = {"flagged": 1.0, "repaired": 0.8, "area": 0.01}
    table = pd.DataFrame(
        product(levels, (0, 1), CRITERIA, quantities), columns=["factor", "place", "criterion", "quantity"]
    )
    scale, order = table["quantity"].map(quantities), table["criterion"].map(CRITERIA.index).clip(upper=3)
    mean = scale * (40 + 10 * order + 5 * table["place"])
    names = [levels[factor][place] for factor, place in zip(table["factor"], table["place"], strict=True)]
    return table.assign(level=names, mean=mean, low=mean - scale, high=mean + scale)


def rows_of(picture: Picture) -> list[str]:
    """What the rows of a figure are called."""
    return [label.get_text() for label in picture.figure.axes[0].get_yticklabels()]


def test_shares_are_drawn_with_their_bands_and_published_marks(prevalence: pd.DataFrame, complete: Complete) -> None:
    fair = {(name, "flagged"): 12.0 for name in CRITERIA}
    verdicts = {("v_own_1", "flagged"): "more", ("chart_2", "flagged"): "less", ("v_own_2", "flagged"): ""}
    truth = {"flagged": 90.0, "repaired": 30.0}
    picture = detection.shares(prevalence, ["with", "without"], truth, fair, verdicts)
    complete(picture)
    hollow = [
        line
        for line in picture.figure.axes[0].lines
        if line.get_markerfacecolor() == "white" and 12.0 in line.get_xdata()
    ]
    assert len(hollow) == len(CRITERIA)
    first = picture.figure.axes[0]
    means = [line for line in first.lines if list(line.get_xdata()) == [23.0, 23.0]]
    assert len(means) == len(CRITERIA)
    signs = {note.xy[1]: note.get_text() for note in first.texts if note.get_text()}
    assert signs == {CRITERIA.index("v_own_1"): "+", CRITERIA.index("chart_2"): "−"}
    assert {"Larsson", "McLaughlin", "Stevens"} <= {row.split(" ")[0] for row in rows_of(picture)}


def test_published_marks_of_criteria_that_are_not_asked_for_are_left_out(prevalence: pd.DataFrame) -> None:
    own = prevalence[prevalence["criterion"] == "chart_2"]
    rows = rows_of(detection.shares(own, ["with"], {}, {}, {}))
    assert not any(row.startswith("Larsson") for row in rows)
    assert any(row.startswith("McLaughlin") for row in rows)


def test_curves_that_coincide_are_drawn_once(curves: pd.DataFrame) -> None:
    assert representatives(curves) == {"reliable drop": "reliable drop", "V-shape, own SD": "reliable drop", "x": "x"}


def test_marks_stand_at_their_own_threshold(curves: pd.DataFrame, complete: Complete) -> None:
    named = curves.replace({"x": "control chart"})
    accuracy = pd.DataFrame({
        "criterion": ["reliable_drop", "chart_2"], "false_alarms": [5.0, 10.0], "sensitivity_all": [6.0, 22.0],
        "sensitivity_severe": [9.0, 33.0],
    })  # fmt: skip
    picture = detection.curves(named, accuracy, {"reliable_drop": 1.1, "chart_2": 0.6})
    complete(picture)
    marks = [
        tuple(map(float, line.get_xydata()[0])) for line in picture.figure.axes[0].lines if len(line.get_xdata()) == 1
    ]
    assert set(marks) == {(5.0, 6.0), (10.0, 22.0)}
    (legend,) = picture.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "reliable drop (Larsson-like): 1.10",
        "control chart, 2 sigma: 0.60",
    ]


def test_marks_on_one_curve_share_its_colour_and_differ_in_filling() -> None:
    stands = {
        "V-shape, own SD": "V-shape, own SD",
        "reliable drop": "V-shape, own SD",
        "control chart": "control chart",
    }
    found = curve_looks(["v_own_1", "v_own_2", "reliable_drop", "chart_2"], stands)
    first = [found[name] for name in ("v_own_1", "v_own_2", "reliable_drop")]
    assert len({(look.colour, look.marker) for look, _ in first}) == 1
    assert len({fill for _, fill in first}) == 3
    assert found["chart_2"][0].colour != first[0][0].colour


def test_settings_show_one_criterion_of_those_that_do_the_same(settings: pd.DataFrame, complete: Complete) -> None:
    assert distinct(settings) == ["reliable_drop", "v_own_1", "chart_2"]  # a family once; the last does as one before
    complete(detection.settings(settings, ["rating error", "sessions"]))
    complete(detection.settings(settings[settings["factor"] == "weeks"], ["sessions"]))  # one factor is enough
