"""Before and after a rupture, aligned on it: those repaired in the same session and those not."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.curves import around_ruptures
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.style import BASELINE, FAINT, canvas, label_ends, theme

NAME = "around_rupture"
TITLE = "Before and after a rupture, as a clinic sees it"
REPAIRED, UNREPAIRED, NULL = "#009e73", "#d55e00", BASELINE
MOST_ARMS = 4
CAPTION = (
    "Change of the alliance from the session before a rupture (−1), which happens at 0; one row an arm, as felt and "
    "as clients rate it. Ruptures that were repaired in the same session, and ruptures that were not. The gap between "
    "the lines is not what repair does: the ruptures that get repaired are other ruptures, more follow, clients leave "
    "(every point holds those still in treatment), and what had been low tends to rise again. Grey is that rise "
    "alone: the same people and luck, with ruptures by the same rule that have no consequences (dashed: those that "
    "would count as repaired; dotted: as not). Bands: middle 95 % of single clinics."
)


def lines(axes: Axes, table: pd.DataFrame, groups: list[tuple[str, str, str]], gap: float) -> None:
    """Lines (group, name, colour) over the sessions around the rupture, named at their ends, `gap` or more apart."""
    null = null_band(axes, table)
    ends = [null] if null else []
    for group, name, colour in groups:
        own = table[table["group"] == group].sort_values("step")
        own = own[np.isfinite(own["value"])]
        if own.empty:
            continue
        step = own["step"].to_numpy(float)
        axes.plot(step, own["value"], marker="o", markersize=4, color=colour, linewidth=1.9)
        low, high = own["spread_low"].to_numpy(float), own["spread_high"].to_numpy(float)
        axes.fill_between(step, low, high, color=colour, alpha=0.12, linewidth=0)
        ends.append((float(own["value"].to_numpy(float)[-1]), name, colour))
    axes.axvline(0, color=FAINT, linestyle=":", linewidth=1)
    axes.axhline(0, color=FAINT, linewidth=0.8)
    axes.set_xlabel("sessions from the rupture")
    axes.set_ylabel("change of alliance")
    label_ends(axes, 5.35, ends, gap)


def null_band(axes: Axes, table: pd.DataFrame) -> tuple[float, str, str] | None:
    """The null twin's course, repaired and not, in one grey band; gives its label, None where there is none."""
    known = table[table["group"].str.startswith("null ") & np.isfinite(table["value"])]
    if known.empty:
        return None
    band = known.groupby("step").agg({"spread_low": "min", "spread_high": "max"})
    steps = band.index.to_numpy(float)
    axes.fill_between(steps, band["spread_low"], band["spread_high"], color=NULL, alpha=0.16, linewidth=0)
    for group, own in known.groupby("group"):
        dash = "--" if group == "null repaired" else ":"
        axes.plot(own["step"].to_numpy(float), own["value"], color=NULL, linewidth=1.4, linestyle=dash)
    last = known[known["step"] == known["step"].max()]
    return float(last["value"].mean()), "null: without\nconsequences", NULL


def limits(table: pd.DataFrame) -> tuple[float, float]:
    """Limits of the y axis that hold all bands of a table."""
    low, high = float(np.nanmin(table["spread_low"])), float(np.nanmax(table["spread_high"]))
    return low - 0.05 * (high - low), high + 0.05 * (high - low)


def draw(table: pd.DataFrame, arms: list[str]) -> Picture:
    """A row per arm, felt and rated; `table` is that of `analysis.curves.around_ruptures`."""
    groups = [("repaired", "repaired", REPAIRED), ("unrepaired", "not repaired", UNREPAIRED)]
    with theme():
        figure, grid = canvas(len(arms), 2, 9.0, 2.5 * len(arms) + 0.3)
        for row, arm in zip(grid, arms, strict=True):
            for axes, measure, words in zip(
                row, ("alliance", "wai_client"), ("felt (0–1)", "rated by clients (1–5)"), strict=True
            ):
                low, high = limits(table[table["measure"] == measure])
                own = table[(table["arm"] == arm) & (table["measure"] == measure)]
                lines(axes, own, groups, 0.13 * (high - low))
                axes.set_ylim(low, high)
                axes.set_title(f"{arm}: {words}")
    return Picture(NAME, TITLE, CAPTION, _alt(table, arms), figure)


def _alt(table: pd.DataFrame, arms: list[str]) -> str:
    words = []
    for arm in arms:
        parts = []
        for group in ("repaired", "unrepaired", "null repaired", "null unrepaired"):
            own = table[(table["arm"] == arm) & (table["measure"] == "alliance") & (table["group"] == group)]
            value = own.set_index("step")["value"]
            if 3 in value.index and np.isfinite(value[3]):
                at, later = number(value[0], 2, signed=True), number(value[3], 2, signed=True)
                parts.append(f"{group} {at} at the rupture and {later} three sessions later")
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
    repaired = table[(table["group"] == "repaired") & np.isfinite(table["value"])]
    first = [arm for arm in known if (repaired["arm"] == arm).any()] or known
    shown = [arm for arm in known if arm in first[: MOST_ARMS - 1] or arm == scene.baseline][:MOST_ARMS]
    return draw(table, shown)
