"""Slices through the optimum: the gain along each setting, all others as chosen."""

import numpy as np
import pandas as pd

from alliance_sim.figures.marks import course, legend_below, panels, point, rule
from alliance_sim.figures.picture import Picture, alt
from alliance_sim.figures.style import looks, theme

NAME, TITLE = "slices", "How the gain depends on each setting, the others as chosen"
CAPTION = (
    "One panel for each setting. Each line is a group of clients: the gain of its chosen policy over {default} when "
    "this one setting is moved and all others stay, on clinics that chose nothing; bars are 95 % intervals, moved a "
    "little apart. The large mark is the chosen value (its height is read off the line). A flat line shows that the "
    "setting hardly matters there; a line that still climbs at the end of the range shows that the best value may lie "
    "beyond it."
)


@theme()
def draw(table: pd.DataFrame, default: str, unit: str, labels: dict[str, str]) -> Picture:
    """Panels of settings, of which `labels` are the names.

    `table` has columns group, setting, at, chosen, value, low, high.
    """
    groups, settings = (list(dict.fromkeys(table[column])) for column in ("group", "setting"))
    look = looks(groups, groups[0])
    shifts = 0.008 * (np.arange(len(groups)) - 0.5 * (len(groups) - 1))  # shares of the range
    across = len(settings) if len(settings) < 4 else 2
    figure, made = panels(len(settings), across, (4.6 if across < 3 else 3.5, 2.9), (0.4, 0.7), sharey=True)
    for k, (axes, setting) in enumerate(zip(made, settings, strict=True)):
        reach = np.ptp(table.loc[table["setting"] == setting, "at"])
        for shift, (group, mine) in zip(shifts, look.items(), strict=True):
            own = table[(table["setting"] == setting) & (table["group"] == group)]
            course(axes, own, "at", mine, bars=True, size=4, width=1.4, shift=shift * reach)
            chosen = float(own["chosen"].iloc[0])
            level = np.interp(chosen, own["at"].to_numpy(float), own["value"].to_numpy(float))
            point(axes, [chosen], [level], mine, 9, markeredgecolor="black", zorder=5)
        rule(axes, y=0.0)
        axes.set(xlabel=labels[setting], ylabel=f"gain ({unit})" if k % across == 0 else "")
    legend_below(figure, groups, look)
    form = f"Lines of the gain ({unit}) along each setting."
    said = alt(form, table, who="{group}, at {at}", panel="setting", names=labels, signed=True)
    return Picture(NAME, TITLE, CAPTION.format(default=default), said, figure)
