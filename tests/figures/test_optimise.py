"""Figures of a search, drawn from small tables."""

from collections.abc import Callable
from itertools import product

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from alliance_sim.figures import Picture, optimise

CONFIRMED = pd.DataFrame(
    {
        "group": ["everyone", "trauma", "secure"], "value": [0.3, 0.4, 0.2], "low": 0.25, "high": 0.45,
        "over_value": [0.1, 0.2, 0.0], "seemed_value": 0.4,
        "new_value": [0.3, 0.35, 0.2], "new_low": 0.2, "new_high": 0.4,
    }
)  # fmt: skip
GROUPS = list(CONFIRMED["group"])
SETTINGS = {"policy.checkin": "checkin", "policy.followup": "followup", "policy.threshold": "threshold"}


@pytest.fixture(scope="module")
def drawn() -> dict[str, Picture]:
    trials = pd.DataFrame(product(GROUPS, range(1, 20)), columns=["group", "number"])
    trials = trials.assign(gain=0.4 - 1.0 / trials["number"], feasible=trials["number"] % 3 > 0)
    cuts = pd.DataFrame(product(GROUPS, SETTINGS, (0.0, 0.2, 0.4)), columns=["group", "setting", "at"])
    cuts = cuts.assign(chosen=0.1, value=0.3 - cuts["at"] ** 2, low=0.2 - cuts["at"] ** 2, high=0.4 - cuts["at"] ** 2)
    matrix = pd.DataFrame(
        {"policy": f"chosen for {one}", "group": other, "own": one == other, "value": 0.1, "low": -0.1, "high": 0.3}
        for one in GROUPS for other in GROUPS
    )  # fmt: skip
    return {
        "history": optimise.search(trials, CONFIRMED, "repair", "points"),
        "slices": optimise.slices(cuts, "repair", "points", SETTINGS),
        "regret": optimise.regret(matrix, "points"),
    }


@pytest.mark.parametrize(("name", "panels"), [("history", 3), ("slices", 3), ("regret", 1)])
def test_they_are_complete(
    drawn: dict[str, Picture], complete: Callable[[Picture], None], name: str, panels: int
) -> None:
    complete(drawn[name])
    assert len(drawn[name].figure.axes) == panels
    assert name == "regret" or all(axes.get_xlabel() for axes in drawn[name].figure.axes)


def test_they_name_what_the_gain_is_over_and_say_what_is_least_and_greatest(drawn: dict[str, Picture]) -> None:
    assert "its gain over repair in the clinics of the search (triangles at the lower edge" in drawn["history"].caption
    assert "Chosen policy: from 0.20 (secure) to 0.40 (trauma)." in drawn["history"].alt


def test_cells_of_the_matrix_do_not_run_into_each_other_and_open_losses_are_in_brackets(
    drawn: dict[str, Picture],
) -> None:
    canvas = FigureCanvasAgg(drawn["regret"].figure)
    canvas.draw()
    cells = drawn["regret"].figure.axes[0].texts
    boxes = [text.get_window_extent(canvas.get_renderer()) for text in cells]
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[k + 1 :])
    texts = [text.get_text().splitlines()[0] for text in cells]
    assert texts.count("own") == 3
    assert all(text.startswith("(") for text in texts if text != "own")
