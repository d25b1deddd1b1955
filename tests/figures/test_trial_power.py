"""Figures of power: every simulated design is a mark, and words say what is seen."""

import numpy as np
import pandas as pd
import pytest

from alliance_sim.figures.picture import LONGEST_ALT, Picture
from alliance_sim.figures.trial_power import Lines, draw_assurance, draw_power

LINES = Lines(0.8, 0.05)
SIZES = [6, 12, 24, 48]


def points() -> pd.DataFrame:
    """Two caseloads, with and without an effect, and another analysis."""
    rows = []
    for clients in (5, 10):
        for k, therapists in enumerate(SIZES):
            for world, analysis, share in (
                ("arms", "planned", 0.1 + 0.25 * k), ("alike", "planned", 0.05), ("alike", "naive", 0.09),
            ):  # fmt: skip
                low, high = share - 0.02, share + 0.02
                rows.append((clients, therapists, world, analysis, share, low, high))
    return pd.DataFrame(rows, columns=["clients", "therapists", "world", "analysis", "share", "low", "high"])


def curves(**more: object) -> pd.DataFrame:
    """A curve that rises."""
    power = np.linspace(0.1, 0.85, 10)
    table = pd.DataFrame({"therapists": np.geomspace(6, 48, 10), "power": power, "low": power - 0.03})
    return table.assign(high=power + 0.03, closed=power, **more)


@pytest.fixture
def power() -> Picture:
    """Power of two caseloads, of which one reaches what is wanted."""
    both = pd.concat([curves(clients=5), curves(clients=10)], ignore_index=True)
    smallest = pd.DataFrame({"clients": [5, 10], "therapists": [np.nan, 40.0], "low": np.nan, "high": np.nan})
    return draw_power(points(), both, smallest, LINES, "therapists ignored")


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
    table = points().query("world == 'arms' and clients == 5").assign(parameters="centre")
    both = pd.concat([table, table.assign(parameters="posterior")], ignore_index=True)
    lines = pd.concat([curves(parameters="centre"), curves(parameters="posterior")], ignore_index=True)
    picture = draw_assurance(both, lines, np.linspace(-0.3, -0.1, 50), -0.2, LINES, "training")
    assert "nine in ten between −0.29 and −0.11 SD, −0.20 at the centre" in picture.alt
    assert "Power at the centre 10.0 to 85.0; assurance 10.0 to 85.0 (therapists 6 to 48)." in picture.alt
    assert len(picture.alt) <= LONGEST_ALT
