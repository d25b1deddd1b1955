"""What a calibration found: prior against posterior, the fitted numbers simulated anew, recovery, and the chains."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from alliance_sim.estimates.long import records
from alliance_sim.figures.marks import aside, interval, name_rows, panels, rule, zone
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, Look, canvas, number, shortened, theme
from alliance_sim.figures.words import picture
from alliance_sim.stats.intervals import NORMAL_95

COLUMNS = 5  # panels in a row
BINS = 16  # bars of a histogram of draws
LONGEST = 60  # letters of what was measured, in a label
POSTERIOR, MISSED, PRIOR = Look(COLOURS[0], "o"), Look(COLOURS[1], "X"), "#bbbbbb"


def draw_calibration(tables: Mapping[str, pd.DataFrame]) -> list[Picture]:
    """All figures of a calibration, from its tables by the names of their files, without their ending .csv."""
    parameters, recovery = tables["parameters"], tables["recovery"]
    made = [learned(parameters, tables["posterior"]), fitted(tables["targets"]), chains(parameters, tables["trace"])]
    return [*made, recovered(parameters, recovery)] if len(recovery) else made


@theme()
def learned(parameters: pd.DataFrame, draws: pd.DataFrame) -> Picture:
    """Prior and posterior of every parameter, those that the findings say most about first."""
    order = parameters.sort_values("learned", ascending=False)
    figure, made = _panels(len(order), "value of the parameter (units: alliance-sim parameters)", "density")
    for axes, row in zip(made, records(order), strict=True):
        low, high = row["prior_low"], row["prior_high"]
        zone(axes, 0.0, 1.0 / (high - low), PRIOR, level=True, alpha=0.55)
        bins = np.linspace(low, high, BINS + 1).tolist()
        axes.hist(draws[row["parameter"]], bins, density=True, color=POSTERIOR.colour, histtype="step", lw=1.6)
        axes.set_xlim(low, high)
        _head(axes, row["parameter"], f"{100 * max(row['learned'], 0):.0f} % learned")
    form = "Histograms: share of the prior's variance that is gone."
    return picture("prior_and_posterior", figure, order, form, value="learned", who="{parameter}")


@theme()
def fitted(targets: pd.DataFrame) -> Picture:
    """Posterior predictive check: what was fitted, simulated under draws of the posterior, in published errors."""
    figure, [[axes]] = canvas(1, 1, 9.6, 1.3 + 0.27 * len(targets))
    zone(axes, -NORMAL_95, NORMAL_95, PRIOR, alpha=0.45)
    rule(axes, x=0.0, colour=BASELINE)
    drawn = targets.assign(inside=targets["z"].abs() <= NORMAL_95)
    looks, ends = {True: POSTERIOR, False: MISSED}, ("z_low", "z_high")
    for inside, own in drawn.reset_index(drop=True).groupby("inside"):
        interval(axes, own, own.index, looks[bool(inside)], "z", ends, size=6, width=1.8)
    name_rows(axes, [_label(row, targets) for _, row in targets.iterrows()], 0, fontsize=8.5)
    for name, points, head in (("published", 62, "published"), ("played", 124, "simulated")):
        aside(axes, -1.1, points, head, ha="right", fontweight="bold")
        for y, value in enumerate(targets[name]):
            aside(axes, y, points, number(value), ha="right")
    axes.set_xlabel("simulated minus published, in standard errors of the published number")
    count = f"{int(drawn['inside'].sum())} of {len(targets)} numbers"
    outside = ", ".join(drawn.loc[~drawn["inside"], "target"]) or "none"
    said = {"value": "z", "who": "{target}", "signed": True, "more": [f"Outside: {outside}."]}
    return picture(
        "played_anew", figure, drawn, f"Dots with intervals: {count} lie inside the published interval.", **said
    )


@theme()
def recovered(parameters: pd.DataFrame, recovery: pd.DataFrame) -> Picture:
    """Known parameters against what a fit to synthetic findings gives."""
    fits = int(recovery["fit"].max())
    half, most = (100 * math.sqrt(level * (1 - level) / fits) for level in (0.5, 0.9))
    order = parameters.sort_values("learned", ascending=False)
    across = f"true value. In 50 %, in 90 %: share of {fits} intervals with it (error {half:.0f} and {most:.0f} points)"
    figure, made = _panels(len(order), across, "mean and SD of the fit")
    rows = recovery.assign(low=recovery["mean"] - recovery["sd"], high=recovery["mean"] + recovery["sd"])
    for axes, row in zip(made, records(order), strict=True):
        own = rows[rows["parameter"] == row["parameter"]]
        ends = (row["prior_low"], row["prior_high"])
        axes.plot(ends, ends, color=FAINT, lw=0.9)
        interval(axes, own, own["truth"], POSTERIOR, "mean", upright=True, size=2.5, width=0.7)
        axes.set(xlim=ends, ylim=ends)
        covered = f"in 50 %: {100 * own['inside_50'].mean():.0f} %, in 90 %: {100 * own['inside_90'].mean():.0f} %"
        _head(axes, row["parameter"], covered)
    shares = recovery.groupby("parameter", sort=False)[["inside_50", "inside_90"]].mean().mul(100.0).reset_index()
    held = f"50 % intervals hold the truth in {shares['inside_50'].mean():.0f} %"
    form = f"Dots with bars. {held}, 90 % intervals in {shares['inside_90'].mean():.0f} %; these by parameter:"
    said = {"value": "inside_90", "who": "{parameter}"}
    return picture("recovery", figure, shares, form, facts={"fits": fits}, **said)


@theme()
def chains(parameters: pd.DataFrame, trace: pd.DataFrame) -> Picture:
    """Mean of the chains, draw by draw: it should wander around one level."""
    figure, made = _panels(len(parameters), "draw, after warm-up", "mean over chains (grey: posterior mean and SD)")
    for axes, row in zip(made, records(parameters), strict=True):
        zone(axes, row["mean"] - row["sd"], row["mean"] + row["sd"], PRIOR, level=True, alpha=0.45)
        axes.plot(np.arange(len(trace)), trace[row["parameter"]], color=POSTERIOR.colour, lw=0.6)
        axes.set_ylim(row["prior_low"], row["prior_high"])
        _head(axes, row["parameter"], f"R-hat {row['r_hat']:.2f}")
    more = [f"Fewest effective draws: {parameters['effective_draws'].min():.0f}."]
    said = {"value": "r_hat", "who": "{parameter}", "more": more}
    return picture("chains", figure, parameters, "Lines of the chains' means. R-hat:", **said)


def _panels(count: int, across: str, up: str) -> tuple[Figure, list[Axes]]:
    """A figure of small panels with common names of the axes."""
    figure, made = panels(count, COLUMNS, (2.3, 1.75), (0.0, 1.0))
    figure.supxlabel(across, fontsize=9)
    figure.supylabel(up, fontsize=9)
    return figure, made


def _head(axes: Axes, title: str, below: str) -> None:
    axes.set_title(f"{title}\n", fontsize=8.5)
    axes.text(0, 1.03, below, transform=axes.transAxes, fontsize=8, color=FAINT)
    axes.tick_params(labelsize=7.5)
    axes.locator_params(nbins=4)


def _label(row: pd.Series, rows: pd.DataFrame) -> str:
    """A target in words: what was measured, which part of it where there are several, the finding's id."""
    several = (rows["finding"] == row["finding"]).sum() > 1
    text = row["quantity"].partition(":")[0] if several else row["quantity"]
    return f"{shortened(text, LONGEST)}{': ' + row['name'] if several else ''}  {row['finding']}"
