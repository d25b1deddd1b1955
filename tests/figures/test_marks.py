"""Marks lie where their numbers are."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from alliance_sim.figures.marks import interval
from alliance_sim.figures.style import Look


@pytest.mark.parametrize("upright", [False, True])
def test_whiskers_go_from_the_lower_to_the_upper_end_of_the_interval(upright: bool) -> None:
    rows = pd.DataFrame({"value": [1.0, 2.0, np.nan], "low": [0.5, 1.8, np.nan], "high": [1.2, 2.9, np.nan]})
    figure, axes = plt.subplots()
    interval(axes, rows, np.arange(3), Look("black", "o"), upright=upright)
    along, across = (1, 0) if upright else (0, 1)
    (lines,) = axes.collections
    ends = [(segment[0][along], segment[1][along], segment[0][across]) for segment in lines.get_segments()]
    assert ends == [(0.5, 1.2, 0.0), (1.8, 2.9, 1.0)]
    plt.close(figure)
