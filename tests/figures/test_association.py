"""Pictures of estimators against the truth."""

import numpy as np
import pandas as pd
import pytest

from alliance_sim.figures import association_bias, association_session, association_steps
from alliance_sim.figures.picture import LONGEST_ALT, Picture, rendered


def words_of(picture: Picture) -> list[str]:
    """Every text of the figure's axes."""
    return [text.get_text() for axes in picture.figure.axes for text in axes.texts]


def test_every_world_is_a_panel_and_what_is_past_the_axis_is_written_at_its_edge() -> None:
    rows = [
        (f"world {k}", f"estimator {j}", series, 0.01 * (k - j), 0.002, truth + 0.01 * j)
        for k in range(5)
        for j in range(4)
        for series, truth in (("effect", 0.02), ("none", np.nan))
    ]
    table = pd.DataFrame(rows, columns=["world", "estimator", "series", "bias", "mcse", "truth"])
    table.loc[3, "bias"] = 1.87
    picture = association_bias.draw(table, "bias", "Bias", "SD per SD", 0.15)
    assert [axes.get_title(loc="left") for axes in picture.figure.axes] == [f"world {k}" for k in range(5)]
    assert association_bias.limit(table) < 0.1
    assert "+1.87 ▸" in words_of(picture)
    assert all(abs(float(text.strip("▸◂ ").replace("−", "-"))) >= 0.03 for text in words_of(picture))
    assert "+1.87 (estimator 1, none)" in picture.alt
    assert len(picture.alt) <= LONGEST_ALT
    bands = picture.figure.axes[0].patches
    assert [bar.get_x() for bar in bands] == pytest.approx([-0.003, -0.0045, -0.006, -0.0075])
    assert [bar.get_width() for bar in bands] == pytest.approx([0.006, 0.009, 0.012, 0.015])
    assert "At the dotted line" in picture.caption
    far = association_bias.draw(table.assign(truth=10 * table["truth"]), "bias", "Bias", "SD per SD", 0.15)
    assert "At the dotted line" not in far.caption
    assert "at most 15 % of the effect" in picture.caption
    assert len(rendered(picture.figure)[".png"]) > 10_000


def test_steps_lead_from_the_first_bar_to_the_last_with_signs() -> None:
    table = pd.DataFrame(
        [("r", "effect", 0.4, 0.4, 0.4), ("r", "one", 0.1, 0.05, 0.12), ("r", "two", -0.2, -0.3, -0.1),
         ("r", "three", -0.001, -0.01, 0.01), ("r", "found", 0.299, 0.299, 0.299)],
        columns=["estimator", "step", "value", "least", "most"],
    )  # fmt: skip
    picture = association_steps.draw(table, "SD per SD")
    assert words_of(picture) == ["0.40", "+0.10", "−0.20", "0.00", "0.30"]
    bars = picture.figure.axes[0].patches
    assert [bar.get_x() for bar in bars] == pytest.approx([0.0, 0.4, 0.5, 0.3, 0.0])
    assert picture.alt == ("Waterfalls. r: 0.40 to 0.30. Steps between: r: from −0.20 (two) to +0.10 (one).")
    rendered(picture.figure)


def test_a_session_is_followed_and_models_stand_beside_the_truth() -> None:
    weeks = np.arange(5)
    response = pd.DataFrame(
        {
            "since": weeks,
            "alliance": 0.8**weeks,
            "alliance_error": 0.01,
            "distress": 0.02 * (weeks + 1),
            "distress_error": np.nan,
        }
    )
    estimates = pd.DataFrame(
        [("a", "from true states", 0.02, 0.001), ("b", "from ratings", 0.09, 0.004)],
        columns=["estimator", "series", "mean", "mcse"],
    )
    picture = association_session.draw(response, estimates, 0.018, 0.001, ([2, 5], [2, 5, 8]))
    assert "sessions of weeks 2 and 5, which can be followed for 4 weeks (0.020 at" in picture.caption
    assert "over sessions of weeks 2, 5 and 8 (0.018)" in picture.caption
    same = association_session.draw(response, estimates, 0.018, 0.001, ([2, 5], [2, 5]))
    assert "All sessions are of weeks 2 and 5." in same.caption
    left, middle, right = picture.figure.axes
    assert left.lines[0].get_ydata() == pytest.approx(0.8**weeks)
    assert middle.lines[0].get_ydata()[0] == pytest.approx(0.02)
    assert right.lines[0].get_xdata()[0] == pytest.approx(0.018)
    models = "From 0.020 (a, from true states) to 0.090 (b, from ratings)."
    assert f"{models} Effect in the same week 0.018." in picture.alt
    rendered(picture.figure)
