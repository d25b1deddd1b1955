"""Before and after a rupture, aligned on it: those repaired in the same session and those not."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimates.curves import around_ruptures
from alliance_sim.figures.marks import MIDDLE, End, courses, label_ends, rule
from alliance_sim.figures.picture import LeftOut, Picture, Scene, alt, joined
from alliance_sim.figures.style import BASELINE, Look, canvas, theme

NAME, TITLE = "around_rupture", "Before and after a rupture, as a clinic sees it"
REPAIRED, UNREPAIRED, NULL = Look("#009e73", "o"), Look("#d55e00", "o"), Look(BASELINE)
NULLS = {"null repaired": NULL._replace(dashes="--"), "null unrepaired": NULL._replace(dashes=":")}
GROUPS = {"repaired": ("repaired", REPAIRED), "unrepaired": ("not repaired", UNREPAIRED)}
SAID = {
    "repaired": "green: ruptures that were repaired in the same session",
    "unrepaired": "orange: ruptures that were not",
}
MEASURES = {"alliance": "felt (0–1)", "wai_client": "rated by clients (1–5)"}
MOST_ARMS = 4
CAPTION = (
    "Change of the alliance from the session before a rupture (−1), which happens at 0; one row an arm, as felt and as "
    "clients rate it; {drawn}. Every point holds clients who are still in treatment. Bands: middle 95 % of single "
    "clinics."
)
GAP = (
    "The gap between the lines is not what repair does: the ruptures that get repaired are other ruptures, more "
    "follow, clients leave, and what had been low tends to rise again."
)
ALONE = (
    "Grey is that rise alone: the same people and random draws, with ruptures by the same rule that have no "
    "consequences (dashed: those that would count as repaired; dotted: as not)."
)


def lines(axes: Axes, table: pd.DataFrame, groups: Mapping[str, tuple[str, Look]], limits: tuple[float, float]) -> None:
    """Lines over the sessions around the rupture, named at their ends. groups: group -> its name and look."""
    looks = {group: look for group, (_, look) in groups.items()}
    ends = courses(axes, table, "step", "group", looks, ends=MIDDLE, size=4, alpha=0.12)
    ends = [null_band(axes, table), *((last, groups[group][0], colour) for last, group, colour in ends)]
    rule(axes, x=0.0, dashes=":")
    rule(axes, y=0.0, width=0.8)
    axes.set(ylim=limits, xlabel="sessions from the rupture", ylabel="change of alliance")
    label_ends(axes, 5.35, ends, 0.12)


def null_band(axes: Axes, table: pd.DataFrame) -> End:
    """The null twin's course, repaired and not, in one grey band; gives its label, at nan where there is none."""
    known = table[table["group"].isin(NULLS) & np.isfinite(table["value"])]
    band = known.groupby("step").agg({"spread_low": "min", "spread_high": "max"})
    axes.fill_between(band.index, band["spread_low"], band["spread_high"], color=NULL.colour, alpha=0.16, linewidth=0)
    courses(axes, known, "step", "group", NULLS, ends=None, width=1.4)
    last = known[known["step"] == known["step"].max()]
    return float(last["value"].mean()), "null: without\nconsequences", NULL.colour


def limits(table: pd.DataFrame) -> tuple[float, float]:
    """Limits of the y axis that hold all bands of a table."""
    low, high = float(np.nanmin(table["spread_low"])), float(np.nanmax(table["spread_high"]))
    return low - 0.05 * (high - low), high + 0.05 * (high - low)


@theme()
def draw(table: pd.DataFrame, arms: list[str], left: int = 0) -> Picture:
    """A row per arm, felt and rated; `table` is that of `curves.around_ruptures`; `left` arms are not shown."""
    drawn = table[table["arm"].isin(arms) & np.isfinite(table["value"])]
    figure, grid = canvas(len(arms), 2, 9.0, 2.5 * len(arms) + 0.3)
    for row, arm in zip(grid, arms, strict=True):
        for axes, (measure, words) in zip(row, MEASURES.items(), strict=True):
            own = table[table["measure"] == measure]
            lines(axes, own[own["arm"] == arm], GROUPS, limits(own))
            axes.set_title(f"{arm}: {words}")
    there = [words for group, words in SAID.items() if (drawn["group"] == group).any()]
    caption = joined(
        CAPTION.format(drawn=", ".join(there)),
        GAP if len(there) == len(GROUPS) else "",
        ALONE if drawn["group"].isin(NULLS).any() else "",
        f"{left} more arm{'s' * (left > 1)} with ruptures {'are' if left > 1 else 'is'} not shown." if left else "",
    )
    form, felt = "Lines aligned on the rupture: change of the felt alliance.", drawn[drawn["measure"] == "alliance"]
    names = {group: name for group, (name, _) in GROUPS.items()}
    said = alt(form, felt, who="{group}", panel="arm", over="step", names=names, signed=True)
    return Picture(NAME, TITLE, caption, said, figure)


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment that kept its sessions and had ruptures."""
    if not scene.results.has_sessions:
        return LeftOut(NAME, TITLE, "the run kept no session table (outputs.sessions is false)")
    table = around_ruptures(scene.results)
    known = [arm for arm in scene.results.arms if np.isfinite(table.loc[table["arm"] == arm, "value"]).any()]
    if not known:
        return LeftOut(NAME, TITLE, "no rupture happened")
    repaired = table[(table["group"] == "repaired") & np.isfinite(table["value"])]
    first = [arm for arm in known if (repaired["arm"] == arm).any()] or known
    shown = [arm for arm in known if arm in first[: MOST_ARMS - 1] or arm == scene.baseline][:MOST_ARMS]
    return draw(table, shown, len(known) - len(shown))
