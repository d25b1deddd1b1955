"""Strain and skill of therapists over the weeks of a service, at a small and a large caseload."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.ticker import MultipleLocator

from alliance_sim.figures.marks import courses, key, legend, name_grid, zone
from alliance_sim.figures.picture import Picture, alt, first_of, joined
from alliance_sim.figures.style import FAINT, Look, canvas, looks, theme, wrapped

NAME, TITLE = "weeks", "How therapists tire and learn over the year"
ROWS = {"strain": "strain that a client meets", "learned": "repair skill learned, SD"}
DASHES = (":", "-", "--")
MOST_WORLDS = 3
BETWEEN_TICKS = 26


@theme()
def draw(
    curves: pd.DataFrame, worlds: Sequence[str], arms: Sequence[str], caseloads: Sequence[int], year: int, unit: str
) -> Picture:
    """A row a quantity, a column a world; a colour an arm, a kind of line a caseload.

    curves: columns world, caseload, arm, curve, week (from the beginning of the counted year), value, low, high. arms:
    the baseline first. year: counted weeks. unit: how much strain of 1 is, in words.
    """
    shown = worlds[:MOST_WORLDS]
    look = {arm: mine._replace(marker="") for arm, mine in looks(arms, arms[0]).items()}
    dashes = {caseload: DASHES[k % len(DASHES)] for k, caseload in enumerate(caseloads)}
    drawn = curves[curves["arm"].isin(arms) & curves["caseload"].isin(caseloads) & curves["world"].isin(shown)]
    figure, grid = canvas(len(ROWS), len(shown), 1.3 + 3.2 * len(shown), 5.9)
    for row, name in zip(grid, ROWS, strict=True):
        for axes, world in zip(row, shown, strict=True):
            here = drawn[(drawn["world"] == world) & (drawn["curve"] == name)]
            for caseload, dash in dashes.items():
                dashed = {arm: mine._replace(dashes=dash) for arm, mine in look.items()}
                courses(axes, here[here["caseload"] == caseload], "week", "arm", dashed, alpha=0.13)
            zone(axes, 0, year, FAINT, alpha=0.08)
            axes.set_ylim(bottom=0)
            axes.xaxis.set_major_locator(MultipleLocator(BETWEEN_TICKS))
    name_grid(grid, [wrapped(world, 34) for world in shown], "week of the counted year", ROWS.values())
    keys = [key(arm, mine, 2.2) for arm, mine in look.items()]
    legend(figure, keys + [key(f"{places} places", Look(FAINT, dashes=dash)) for places, dash in dashes.items()])
    caption = (
        "Means over therapists and simulated services, four weeks a point; bands: 95 % intervals of each mean (arms "
        "share people and parameters: their difference is surer than bands suggest). Shaded: the counted year; before "
        "it the warm-up, after it the last clients are followed. Strain is what a therapist has on beginning an hour: "
        f"{unit}. Skill is what repairs have taught since the service opened. Each panel has its own scale."
    )
    note = first_of(len(shown), len(worlds), "ways in which strain works")
    within = drawn[(drawn["week"] < year) & drawn["curve"].isin(ROWS)].sort_values("week")
    last = within.groupby(["curve", "world", "arm", "caseload"], sort=False).tail(1)
    who = "{world}, {arm}, {caseload} places"
    said = alt("Lines over weeks. At the end of the year:", last, who=who, panel="curve", names=ROWS)
    return Picture(NAME, TITLE, joined(caption, note), said, figure)
