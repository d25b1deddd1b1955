"""Figures of power: every simulated design is a mark, and words say what is seen."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.figures.picture import LONGEST_ALT, Picture
from alliance_sim.figures.trial_power import Lines, draw_assurance, draw_power

LINES = Lines(0.8, 0.05)
SIZES = [6, 12, 24, 48]


def points(clients: int, about: str = "power") -> pd.DataFrame:
    """Designs of a caseload with an effect, or without one."""
    share = np.array([10.0, 35.0, 60.0, 85.0]) if about != "type I error" else np.full(4, 5.0)
    return pd.DataFrame(
        {"about": about, "clients": clients, "therapists": SIZES, "value": share, "low": share - 2, "high": share + 2}
    )


def curves(**more: Any) -> pd.DataFrame:
    """A curve that rises."""
    power = np.linspace(0.1, 0.85, 10)
    table = pd.DataFrame({"therapists": np.geomspace(6, 48, 10), "power": power, "low": power - 0.03})
    return table.assign(high=power + 0.03, closed=power, **more)


@pytest.fixture
def power() -> Picture:
    """Power of two caseloads, of which one reaches what is wanted."""
    both = pd.concat([curves(clients=5), curves(clients=10)], ignore_index=True)
    smallest = pd.DataFrame({"clients": [5, 10], "value": [np.inf, 40.0]})
    rows = pd.concat([points(m, about) for m in (5, 10) for about in ("power", "type I error")], ignore_index=True)
    return draw_power(rows, points(5, "type I error"), both, smallest, LINES, "therapists ignored")


def test_words_say_what_the_power_figure_shows(power: Picture) -> None:
    assert "80 % is reached by 40 with 10 clients each." in power.alt
    assert "False positives of the planned analysis, %: 5.00 everywhere." in power.alt
    assert len(power.alt) <= LONGEST_ALT
    assert power.caption.endswith("Hollow marks: therapists ignored.")


def test_the_smallest_design_is_written_at_its_place(power: Picture) -> None:
    left = power.figure.axes[0]
    assert [text.get_text() for text in left.texts if text.get_text().isdigit()] == ["40"]
    assert [label.get_text() for label in left.get_xticklabels()] == ["6", "12", "24", "48"]


def test_words_say_what_the_assurance_figure_shows() -> None:
    both = pd.concat([points(5), points(5, "assurance")], ignore_index=True)
    lines = pd.concat([curves(parameters="centre"), curves(parameters="posterior")], ignore_index=True)
    picture = draw_assurance(both, lines, np.linspace(-0.3, -0.1, 50), -0.2, LINES, "training")
    assert "95 % between −0.29 and −0.11 SD, −0.20 at the centre" in picture.alt
    assert "Power at the centre 10.0 to 85.0; assurance 10.0 to 85.0 (therapists 6 to 48)." in picture.alt
    assert len(picture.alt) <= LONGEST_ALT
