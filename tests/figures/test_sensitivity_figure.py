"""The figure of what settings move: which of many are shown, and what it says of the rest."""

import numpy as np
import pandas as pd

from alliance_sim.figures.sensitivity import draw


def table(mu_star: np.ndarray, indexed: int) -> pd.DataFrame:
    """Settings that move an estimate, the first of which have indices."""
    shares = {
        f"{name}{end}": np.where(np.arange(len(mu_star)) < indexed, 0.1, np.nan)
        for name in ("first", "total")
        for end in ("", "_low", "_high")
    }
    moved = dict.fromkeys(("mu_star", "mu_star_low", "mu_star_high", "sigma"), mu_star)
    kinds = ["fitted", "tied", "assumed", "contested", "design"]
    return pd.DataFrame(
        {
            "name": [f"what setting {k} means in the words of the field" for k in range(len(mu_star))],
            "setting": [f"parameters.group.setting_{k}" for k in range(len(mu_star))],
            "kind": [kinds[k % 5] for k in range(len(mu_star))],
            **moved,
            **shares,
        }
    )


def test_a_figure_of_sixty_settings_shows_those_that_matter_and_says_how_many_are_left_out() -> None:
    settings = table(np.concatenate([np.linspace(1.0, 0.1, 50), np.zeros(10)]), indexed=5)
    picture = draw("settings", "What it depends on", "SD", settings, 0.02)
    assert "Shown are the 14 of 60 settings with the largest total share, below them those" in picture.caption
    assert "; 10 change nothing at all." in picture.caption
    assert len(picture.alt) <= 250
    assert len(picture.figure.axes) == 2
    without = draw("settings", "What it depends on", "SD", settings.assign(total=np.nan), 0.02)
    assert len(without.figure.axes) == 1
    assert "Right:" not in without.caption


def test_a_figure_says_how_many_of_those_left_out_move_the_estimate_further_than_the_least_shown() -> None:
    """The 14 settings with indices move it by .1 to .2; five of the others by 1, and one by nothing."""
    settings = table(np.concatenate([np.linspace(0.1, 0.2, 14), np.ones(5), [0.0]]), indexed=14)
    caption = draw("settings", "What it depends on", "SD", settings, 0.02).caption
    assert "; 5 that are left out move the estimate further than the least of these; 1 changes nothing" in caption
