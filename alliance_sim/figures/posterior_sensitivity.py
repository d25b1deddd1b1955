"""What an estimate goes with over draws of a posterior, and whether its sign turns within them."""

from collections.abc import Sequence

import pandas as pd

from alliance_sim.estimates.found import records
from alliance_sim.figures.marks import course, interval, name_rows, rule, zone
from alliance_sim.figures.picture import Picture, alt
from alliance_sim.figures.sensitivity import CHANCE, labelled
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, Look, canvas, theme, wrapped

MOST = 8  # parameters shown for each estimate
PANELS = 4  # parameters whose fifths are shown for each estimate
BEYOND, WITHIN = Look(COLOURS[0], "o"), Look(FAINT, "o")


@theme()
def draw_shares(name: str, title: str, tables: Sequence[tuple[str, pd.DataFrame, float]]) -> Picture:
    """Shares of the variance that go with each parameter: a panel an estimate.

    tables: (estimate in words, columns name, parameter, first, first_low, first_high, a row a parameter;
    what 95 % of shuffled parameters stay below).
    """
    tops = [table.sort_values("first", ascending=False, kind="stable").head(MOST) for _, table, _ in tables]
    figure, axes = canvas(len(tables), 1, 8.8, 0.6 + sum(0.95 + 0.42 * len(top) for top in tops))
    for (panel,), (words, _, chance), top in zip(axes, tables, tops, strict=True):
        zone(panel, 0.0, max(chance, 0.0), CHANCE)
        for y, row in enumerate(records(top)):
            look = BEYOND if row["first"] > chance else WITHIN
            interval(panel, row, y, look, "first", ("first_low", "first_high"), size=6.5, least=0.0)
        name_rows(panel, [labelled(row["name"], row["parameter"]) for row in records(top)], 0, fontsize=8.3)
        panel.set(xlim=(0.0, 1.0), title=words)
    axes[-1][0].set_xlabel("share of the variance over draws (0 to 1)")
    most = any(len(table) > MOST for _, table, _ in tables)
    caption = (
        f"The {f'{MOST} ' if most else ''}parameters that each estimate goes with{' most' if most else ''}, over draws "
        "of the posterior (95 % intervals). Grey: what 95 % of parameters that say nothing (shuffled draws) stay "
        "below. Parameters go with each other in a posterior, so that shares overlap and do not add up to one."
    )
    drawn = pd.concat([top.assign(estimate=words) for (words, _, _), top in zip(tables, tops, strict=True)])
    form = "Dots with intervals, a panel an estimate: shares of the variance."
    return Picture(name, title, caption, alt(form, drawn, "first", who="{parameter}", panel="estimate"), figure)


@theme()
def draw_fifths(name: str, title: str, tables: Sequence[tuple[str, str, pd.DataFrame]]) -> Picture:
    """Mean of each estimate in fifths of the draws by the parameters that it goes with most: a row an estimate.

    tables: (estimate in words, its unit, columns parameter, name, scale (its unit), middle, mean, low, high: a row a
    parameter and fifth, parameters in order of importance).
    """
    columns = min(PANELS, max(table["parameter"].nunique() for _, _, table in tables))
    figure, axes = canvas(len(tables), columns, 2.55 * columns + 0.6, 2.75 * len(tables) + 0.2, sharey="row")
    drawn = []
    for line, (words, unit, table) in zip(axes, tables, strict=True):
        shown = list(dict.fromkeys(table["parameter"]))[:columns]
        for panel, parameter in zip(line, shown, strict=False):
            own = table[table["parameter"] == parameter]
            own = own.assign(words=own["parameter"] + ", " + own["scale"])
            course(panel, own, "middle", BEYOND, "mean", bars=True, size=5, width=1.6)
            rule(panel, y=0.0, colour=BASELINE, width=1.1)
            panel.set_xlabel(labelled(own["name"].iloc[0], own["words"].iloc[0], 30), fontsize=8)
            panel.locator_params(axis="x", nbins=4)
            drawn.append(own.assign(estimate=words))
        for panel in line[len(shown) :]:
            panel.remove()
        line[0].set_ylabel(f"{wrapped(words, 26)}\n({unit})", fontsize=8.5)
    caption = (
        "Draws of the posterior in fifths by one parameter, from its lowest to its highest values: mean of the "
        "estimate in each (dots at the median of the parameter), with intervals that hold for all parameters at once "
        "(95 %, Bonferroni). A fifth whose whole interval lies beyond zero, on the other side than the rest, would "
        "mean that the sign of the conclusion rests on this parameter."
    )
    form = "Small panels of five dots with intervals each, from the lowest fifth to the highest."
    said = alt(form, pd.concat(drawn), "mean", who="{parameter}", panel="estimate", over="middle")
    return Picture(name, title, caption, said, figure)
