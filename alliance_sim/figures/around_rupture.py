"""Before and after a rupture, aligned on it: repaired, unrepaired, and the same clients' twins under the baseline."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.curves import around_ruptures, around_ruptures_of_twins
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.style import BASELINE, FAINT, canvas, label_ends, theme

NAME = "around_rupture"
TITLE = "Before and after a rupture"
REPAIRED, UNREPAIRED = "#009e73", "#d55e00"
SHARED = 0.5
"""Least share of first ruptures that twins must have in common for their comparison to mean something."""
MOST_ARMS = 4
CAPTION = (
    "Change of the alliance from the session before a rupture (−1), which happens at 0. Left and middle: all "
    "ruptures of the arm, those repaired in the same session and those not, as felt and as clients rate it. This is "
    "what a clinic can see, and it does not show what repair does: other ruptures follow, clients leave (every point "
    "holds those still in treatment), and what had been low tends to rise again. Right: first ruptures that were "
    "repaired in this arm, and the same clients with the same rupture under the baseline, where it was not: the gap "
    "between the two lines is what the repair did. Bands: middle 95 % of single clinics."
)


def _lines(axes: Axes, table: pd.DataFrame, lines: list[tuple[str, str, str]], gap: float) -> None:
    """Lines (group, name, colour) over the sessions around the rupture, named at their ends."""
    ends = []
    for group, name, colour in lines:
        own = table[table["group"] == group].sort_values("step")
        own = own[np.isfinite(own["value"])]
        if own.empty:
            continue
        step = own["step"].to_numpy(float)
        axes.plot(step, own["value"], marker="o", markersize=4, color=colour, linewidth=1.9)
        low, high = own["spread_low"].to_numpy(float), own["spread_high"].to_numpy(float)
        axes.fill_between(step, low, high, color=colour, alpha=0.12, linewidth=0)
        ends.append((float(own["value"].iat[-1]), name, colour))
    axes.axvline(0, color=FAINT, linestyle=":", linewidth=1)
    axes.axhline(0, color=FAINT, linewidth=0.8)
    label_ends(axes, 5.35, ends, gap)


def _note(axes: Axes, text: str) -> None:
    """A panel that has nothing to show says why."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=FAINT, fontsize=9)


def _limits(table: pd.DataFrame) -> tuple[float, float]:
    low, high = float(np.nanmin(table["spread_low"])), float(np.nanmax(table["spread_high"]))
    return low - 0.05 * (high - low), high + 0.05 * (high - low)


def draw(
    table: pd.DataFrame, twins: pd.DataFrame, shares: dict[str, float], arms: list[str], baseline: str
) -> Picture:
    """A row per arm; tables are those of `analysis.curves.around_ruptures` and `around_ruptures_of_twins`."""
    felt = [table[table["measure"] == "alliance"][["spread_low", "spread_high"]]]
    if not twins.empty:
        felt.append(twins[["spread_low", "spread_high"]])
    limits = {"alliance": _limits(pd.concat(felt)), "wai_client": _limits(table[table["measure"] == "wai_client"])}
    groups = [("repaired", "repaired", REPAIRED), ("unrepaired", "not\nrepaired", UNREPAIRED)]
    paired = [arm for arm in arms if shares.get(arm, 0.0) >= SHARED and _known(twins, arm)]
    columns = 3 if paired else 2
    with theme():
        figure, grid = canvas(len(arms), columns, 3.6 * columns, 2.5 * len(arms) + 0.4)
        for row, arm in zip(grid, arms, strict=True):
            for axes, measure, words in zip(row, ("alliance", "wai_client"), ("felt (0–1)", "rated (1–5)"), strict=False):
                own = table[(table["arm"] == arm) & (table["measure"] == measure)]
                low, high = limits[measure]
                _lines(axes, own, groups, 0.16 * (high - low))
                axes.set_ylim(low, high)
                axes.set_title(f"{arm}: {words}")
                axes.set_ylabel("change of alliance")
            if columns == 3 and arm in paired:
                lines = [("own", "repaired\nhere", REPAIRED), ("twin", f"same clients,\n{baseline}", BASELINE)]
                _lines(row[2], twins[twins["arm"] == arm], lines, 0.19 * (limits["alliance"][1] - limits["alliance"][0]))
                row[2].set_ylim(*limits["alliance"])
                row[2].set_title("twins: felt (0–1)")
            elif columns == 3:
                _note(row[2], "baseline" if arm == baseline else "no twins to compare")
        for axes in grid[-1]:
            axes.set_xlabel("sessions from the rupture")
    return Picture(NAME, TITLE, CAPTION if paired else CAPTION_ALONE, _alt(table, twins, arms, paired, baseline), figure)


CAPTION_ALONE = (
    CAPTION.split(" Right:")[0].replace("Left and middle: all", "All")
    + " Twins are not compared here: the arms differ before the first rupture, or nothing was repaired. "
    "Bands: middle 95 % of single clinics."
)


def _known(twins: pd.DataFrame, arm: str) -> bool:
    """Whether an arm repaired first ruptures that its twins have too."""
    return not twins.empty and bool(np.isfinite(twins.loc[twins["arm"] == arm, "value"]).any())


def _alt(table: pd.DataFrame, twins: pd.DataFrame, arms: list[str], paired: list[str], baseline: str) -> str:
    words = []
    for arm in arms:
        parts = []
        for group in ("repaired", "unrepaired"):
            own = table[(table["arm"] == arm) & (table["measure"] == "alliance") & (table["group"] == group)]
            value = own.set_index("step")["value"]
            if np.isfinite(value[3]):
                parts.append(f"{group} {number(value[0], 2, True)} at the rupture and {number(value[3], 2, True)} three sessions later")
        if arm in paired:
            own = twins[twins["arm"] == arm].set_index(["group", "step"])["value"]
            parts.append(
                f"first ruptures repaired here {number(own['own', 3], 2, True)} after three sessions, the same clients "
                f"under {baseline} {number(own['twin', 3], 2, True)}"
            )
        words.append(f"{arm}: change of felt alliance {'; '.join(parts)}")
    return "Line charts aligned on the rupture. " + ". ".join(words) + "."


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment that kept its sessions and had ruptures."""
    if not scene.results.has_sessions:
        return LeftOut(NAME, TITLE, "the run kept no session table (outputs.sessions is false)")
    table = around_ruptures(scene.results)
    known = [arm for arm in scene.results.arms if np.isfinite(table.loc[table["arm"] == arm, "value"]).any()]
    if not known:
        return LeftOut(NAME, TITLE, "no rupture happened")
    twins, shares = around_ruptures_of_twins(scene.results, scene.baseline)
    repaired = table[(table["group"] == "repaired") & np.isfinite(table["value"])]
    first = [arm for arm in known if (repaired["arm"] == arm).any()] or known
    shown = [arm for arm in known if arm in first[:MOST_ARMS - 1] or arm == scene.baseline][:MOST_ARMS]
    return draw(table, twins, shares, shown, scene.baseline)
