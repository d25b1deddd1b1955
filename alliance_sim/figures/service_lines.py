"""Lines over the caseloads of a service, with intervals."""

import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.figures.style import Look


def bars(axes: Axes, own: pd.DataFrame, look: Look, shift: float) -> None:
    """One arm over caseloads with bars for its intervals, moved to the right by `shift` places.

    own: columns caseload, value, low, high, ascending.
    """
    x, y = own["caseload"].to_numpy(float) + shift, own["value"].to_numpy(float)
    reach = [y - own["low"].to_numpy(float), own["high"].to_numpy(float) - y]
    axes.errorbar(x, y, yerr=reach, color=look.colour, marker=look.marker, markersize=4.5, linewidth=1.7)


def offset(curves: pd.DataFrame) -> float:
    """How many places arms are moved apart, so that bars do not cover each other. curves: column caseload."""
    return 0.008 * float(curves["caseload"].max() - curves["caseload"].min())
