"""The figures of a service, drawn from small tables written by hand."""

import math
import re
from itertools import product

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from alliance_sim.figures import Picture, service_caseload, service_gain, service_list, service_weeks
from alliance_sim.figures.picture import LONGEST_ALT

SCENARIOS, WORLDS, CASELOADS, ARMS = ["full", "scarce"], ["on", "heavy"], [10, 20, 40], ["usual", "training", "both"]
ENDS = {"full": (1.0, 2.0, 4.0), "scarce": (9.0, 0.01, 0.0)}


def interval(value: float) -> dict[str, float]:
    """A value with an interval around it."""
    return {"value": value, "low": value - 0.1, "high": value + 0.1}


def levels() -> pd.DataFrame:
    """Levels of two outcomes that rise by one from arm to arm."""
    rows = [
        {"scenario": s, "world": w, "caseload": c, "arm": a, "estimate": e, **interval(ARMS.index(a) + c / 10)}
        for s, w, c, a, e in product(SCENARIOS, ["on"], CASELOADS, ARMS, ["client", "year"])
    ]
    return pd.DataFrame(rows)


def added() -> pd.DataFrame:
    """What the arms add: one a step."""
    found = levels()
    base = found[found["arm"] == "usual"]["value"].to_numpy()
    others = [
        own.assign(value=own["value"] - base, low=own["low"] - base, high=own["high"] - base)
        for arm, own in found.groupby("arm", sort=False)
        if arm != "usual"
    ]
    return pd.concat(others)


def gains() -> pd.DataFrame:
    """Gains that reach nothing at 30 places in one world and nowhere in the other."""
    rows = [
        {"world": w, "caseload": c, "arm": a, **interval(1.0 if w == "on" else (30 - c) / 10)}
        for w, a, c in product(WORLDS, ARMS[1:], CASELOADS)
    ]
    return pd.DataFrame(rows)


def weeks() -> pd.DataFrame:
    """Curves over the weeks of a service, from the warm-up to the last follow-up."""
    rows = [
        {
            "scenario": s, "world": w, "caseload": c, "arm": a, "curve": name, "week": week,
            **interval(ENDS[s][CASELOADS.index(c)] if name == "waiting" else (week + 10.0) * c / 100),
        }
        for s, w, c, a, name in product(SCENARIOS, WORLDS, CASELOADS, ARMS, ["strain", "learned", "waiting"])
        for week in (-6.0, 2.0, 10.0, 18.0)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def pictures() -> dict[str, Picture]:
    """All of them."""
    crossings = pd.DataFrame(
        [{"world": w, "arm": a, "at": math.inf if w == "on" else 30.0} for w, a in product(WORLDS, ARMS[1:])]
    )
    outcomes = [("client", "Improvement, points"), ("year", "Recovered a year")]
    full = weeks()[weeks()["scenario"] == "full"]
    lists = weeks()[(weeks()["curve"] == "waiting") & (weeks()["world"] == "on") & (weeks()["arm"] == "usual")]
    made = [
        service_caseload.draw(levels(), added(), outcomes, SCENARIOS, ARMS, "on"),
        service_gain.draw(gains(), crossings, WORLDS, ARMS, ("points", "usual without spill-over")),
        service_weeks.draw(full, WORLDS, ARMS[:2], CASELOADS, 16, "strain of 1 is much"),
        service_list.draw(lists, SCENARIOS, "usual", 16),
    ]
    return {picture.name: picture for picture in made}


def test_what_the_figures_of_a_service_show_is_said_in_few_words(pictures: dict[str, Picture]) -> None:
    for picture in pictures.values():
        assert len(picture.alt) <= LONGEST_ALT, picture.name
        assert re.search(r"\d", picture.alt), picture.name
        assert "nan" not in picture.alt.split(), picture.name
    assert (
        "usual. Improvement, points: full 1.00 to 4.00; scarce 1.00 to 4.00 (places 10 to 40)."
        in pictures["caseload"].alt
    )
    assert (
        "on: 1.00 everywhere. heavy: from −1.00 (training, 40 places) to 2.00 (training, 10 places)."
        in pictures["gain"].alt
    )
    assert "scarce: from 0.00 (40 places) to 9.00 (10 places)." in pictures["list"].alt
    assert (
        "strain that a client meets: from 2.00 (heavy, usual, 10 places) to 8.00 (on, usual, 40 places)."
        in pictures["weeks"].alt
    )


def test_each_arm_is_drawn_as_its_difference_from_the_baseline(pictures: dict[str, Picture]) -> None:
    left, *right = pictures["caseload"].figure.axes[:3]
    assert len([line for line in left.lines if len(line.get_xdata()) == 3]) == len(SCENARIOS)
    for axes in right:
        lines = [line.get_ydata() for line in axes.lines if len(line.get_xdata()) == 3]
        assert [list(map(float, y)) for y in lines] == [pytest.approx([k] * 3) for k in (1, 2)]


def test_a_service_with_one_arm_has_levels_alone() -> None:
    one = levels()[levels()["arm"] == "usual"]
    picture = service_caseload.draw(one, one.iloc[:0], [("client", "Improvement")], SCENARIOS, ["usual"], "on")
    assert len(picture.figure.axes) == 1


def test_no_panel_of_a_service_is_empty_or_without_words(pictures: dict[str, Picture]) -> None:
    for picture in pictures.values():
        shown = [axes for axes in picture.figure.axes if axes.get_visible()]
        assert shown
        assert all(axes.lines for axes in shown), picture.name
        assert shown[0].get_ylabel()
        assert shown[-1].get_xlabel()


def test_a_triangle_marks_where_a_gain_is_used_up_and_nowhere_else(pictures: dict[str, Picture]) -> None:
    marks = [
        [line.get_xdata() for line in axes.lines if line.get_marker() == "v" and len(line.get_xdata()) == 1]
        for axes in pictures["gain"].figure.axes
    ]
    assert [[float(x[0]) for x in found] for found in marks] == [[], [30.0, 30.0]]


def test_lines_that_end_together_have_one_label(pictures: dict[str, Picture]) -> None:
    labels = [[text.get_text() for text in axes.texts] for axes in pictures["list"].figure.axes]
    assert labels == [["40 places", "20 places", "10 places"], ["10 places", "20, 40 places"]]


def test_labels_of_lines_do_not_overlap(pictures: dict[str, Picture]) -> None:
    figure = pictures["list"].figure
    FigureCanvasAgg(figure).draw()
    for axes in figure.axes:
        boxes = [text.get_window_extent() for text in axes.texts]
        assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[k + 1 :])


def test_a_design_with_one_arm_more_than_a_baseline_names_it_at_the_axis() -> None:
    one = gains()[gains()["arm"] == "training"]
    crossings = pd.DataFrame(columns=["world", "arm", "at"])
    picture = service_gain.draw(one, crossings, ["on"], ARMS[:2], ("points", "usual"))
    assert "gain of training" in picture.figure.axes[0].get_ylabel().replace("\n", " ")
