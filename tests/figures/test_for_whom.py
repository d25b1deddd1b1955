"""Figures of profiles and of a search: drawn from small tables, no empty panel, numbers in words."""

import re

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from alliance_sim.figures import by_profile, optimisation, regret, slices
from alliance_sim.figures.picture import LONGEST_ALT, Picture

INTERVAL = {"low": 0.1, "high": 0.4, "spread_low": -0.5, "spread_high": 1.0}


def by_policy(groups: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"policy": policy, "profile": group, "estimate": name, "value": 0.2 + 0.1 * k, **INTERVAL, "unit": unit}
            for name, unit in (("symptoms_end", "points"), ("dropout_pct", "% of clients"))
            for policy in ("repair", "monitor and repair")
            for k, group in enumerate(groups)
        ]
    )


CONFIRMED = pd.DataFrame(
    {
        "group": ["everyone", "trauma", "secure"], "value": [0.3, 0.4, 0.2], "low": 0.25, "high": 0.45,
        "over_value": [0.1, 0.2, 0.0], "seemed_value": 0.4,
        "new_value": [0.3, 0.35, 0.2], "new_low": 0.2, "new_high": 0.4,
    }
)  # fmt: skip
GROUPS = list(CONFIRMED["group"])


def trials() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"group": group, "number": k, "gain": 0.4 - 1.0 / k, "feasible": k % 3 > 0}
            for group in GROUPS
            for k in range(1, 20)
        ]
    )


def cuts() -> pd.DataFrame:
    table = pd.DataFrame(
        [
            {"group": group, "setting": path, "at": x, "chosen": 0.1, "value": 0.3 - x * x}
            for group in GROUPS
            for path in ("policy.checkin", "policy.followup", "policy.threshold")
            for x in (0.0, 0.2, 0.4)
        ]
    )
    return table.assign(low=table["value"] - 0.1, high=table["value"] + 0.1)


def matrix() -> pd.DataFrame:
    loss = {"value": 0.1, "low": -0.1, "high": 0.3}
    return pd.DataFrame(
        [
            {"policy": f"chosen for {one}", "group": other, "own": one == other, **loss}
            for one in GROUPS
            for other in GROUPS
        ]
    )


@pytest.fixture(scope="module")
def drawn() -> dict[str, Picture]:
    groups = ("trauma", "secure")
    labels = {path: path.rpartition(".")[2] for path in dict.fromkeys(cuts()["setting"])}
    return {
        "effects": by_profile.draw(by_policy(groups), list(groups), "ignore"),
        "contrasts": by_profile.draw_interactions(by_policy(groups).assign(contrasts=8), "ignore"),
        "history": optimisation.draw(trials(), CONFIRMED, "repair", "points"),
        "slices": slices.draw(cuts(), "repair", "points", labels),
        "regret": regret.draw(matrix(), "points"),
    }


def test_no_panel_is_empty_and_none_is_too_many(drawn: dict[str, Picture]) -> None:
    panels = {name: len(picture.figure.axes) for name, picture in drawn.items()}
    assert panels == {"effects": 2, "contrasts": 2, "history": 3, "slices": 3, "regret": 1}
    for name, picture in drawn.items():
        for axes in picture.figure.axes:
            assert [*axes.lines, *axes.texts, *axes.images], name


def test_what_they_show_is_said_with_numbers_and_how_to_read_them(drawn: dict[str, Picture]) -> None:
    for name, picture in drawn.items():
        assert len(re.findall(r"\d", picture.alt)) >= 8, name
        assert "nan" not in picture.alt.split(), name
        assert len(picture.alt) <= LONGEST_ALT, name
        assert len(picture.caption.split()) >= 25, name
        assert "{" not in picture.caption, name


def test_they_say_what_is_least_and_greatest(drawn: dict[str, Picture]) -> None:
    assert "Symptoms at the end: from +0.20 (repair, trauma) to +0.30 (repair, secure)." in drawn["effects"].alt
    assert "Chosen policy: from 0.20 (secure) to 0.40 (trauma)." in drawn["history"].alt


def test_axes_say_their_unit(drawn: dict[str, Picture]) -> None:
    for name in ("effects", "contrasts", "history", "slices"):
        assert all(axes.get_xlabel() for axes in drawn[name].figure.axes), name
    assert "percentage points" in drawn["effects"].figure.axes[1].get_xlabel()


def test_cells_of_the_matrix_do_not_run_into_each_other(drawn: dict[str, Picture]) -> None:
    figure = drawn["regret"].figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    boxes = [text.get_window_extent(canvas.get_renderer()) for text in figure.axes[0].texts]
    for k, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[k + 1 :])


def test_a_loss_that_cannot_be_told_is_in_brackets(drawn: dict[str, Picture]) -> None:
    texts = [text.get_text().splitlines()[0] for text in drawn["regret"].figure.axes[0].texts]
    assert texts.count("own") == 3
    assert all(text.startswith("(") for text in texts if text != "own")
