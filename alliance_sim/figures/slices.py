"""Slices through the optimum: the gain along each setting, all others as chosen."""

import numpy as np
import pandas as pd

from alliance_sim.figures.marks import course, facets, keys, legend, point, rule
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import looks, theme
from alliance_sim.figures.words import picture


@theme()
def draw(table: pd.DataFrame, default: str, unit: str, labels: dict[str, str]) -> Picture:
    """Panels of settings, of which `labels` are the names.

    `table` has columns profile, setting, at, chosen, value, low, high.
    """
    groups, settings = (list(dict.fromkeys(table[column])) for column in ("profile", "setting"))
    look, across = looks(groups, groups[0]), len(settings) if len(settings) < 4 else 2
    figure, made = facets(table, "setting", across, (4.6 if across < 3 else 3.5, 2.9), (0.4, 0.7), sharey=True)
    for k, (axes, setting, here) in enumerate(made):
        for group, mine in look.items():
            own = here[here["profile"] == group]
            course(axes, own, "at", mine, bars=True, size=4, width=1.4)
            chosen = float(own["chosen"].iloc[0])
            level = np.interp(chosen, own["at"].to_numpy(float), own["value"].to_numpy(float))
            point(axes, [chosen], [level], mine, 9, markeredgecolor="black", zorder=5)
        rule(axes, y=0.0)
        axes.set(xlabel=labels[setting], ylabel=f"gain ({unit})" if k % across == 0 else "", title="")
    legend(figure, keys(look))
    form, drawn = f"Lines of the gain ({unit}) along each setting.", table.assign(default=default)
    said = {"who": "{profile}, at {at}", "panel": "setting", "names": labels, "signed": True}
    return picture("slices", figure, drawn, form, **said)
