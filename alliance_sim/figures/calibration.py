"""What a calibration found: prior against posterior, the fitted numbers played anew, recovery, and the chains."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from alliance_sim.analysis.numbers import NORMAL_95
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, number, shortened, theme

COLUMNS = 5
"""Panels beside each other."""

BINS = 16
"""Bars of a histogram of draws."""

LONGEST = 60
"""Letters of what was measured, in a label."""

POSTERIOR, PRIOR = COLOURS[0], "#bbbbbb"


def draw_calibration(tables: Mapping[str, pd.DataFrame]) -> list[Picture]:
    """All figures of a calibration, from its tables by the names of their files, without their ending .csv."""
    parameters, recovery = tables["parameters"], tables["recovery"]
    made = [
        learned(parameters, tables["posterior"]),
        played_anew(tables["targets"]),
        chains(parameters, tables["trace"]),
    ]
    return [*made, recovered(parameters, recovery)] if len(recovery) else made


def learned(parameters: pd.DataFrame, draws: pd.DataFrame) -> Picture:
    """Prior and posterior of every parameter, those that the findings say most about first."""
    order = parameters.sort_values("learned", ascending=False)
    with theme():
        figure, panels = _panels(len(order))
        for axis, (_, row) in zip(panels, order.iterrows(), strict=False):
            low, high = row["prior_low"], row["prior_high"]
            axis.axhspan(0, 1.0 / (high - low), color=PRIOR, alpha=0.55, lw=0)
            axis.hist(
                draws[row["parameter"]],
                bins=np.linspace(low, high, BINS + 1).tolist(),
                density=True,
                color=POSTERIOR,
                histtype="step",
                lw=1.6,
            )
            axis.set_xlim(low, high)
            _bare(axis, f"{row['parameter']}", f"{100 * max(row['learned'], 0):.0f} % learned")
        figure.supxlabel("value of the parameter (units: alliance-sim parameters)", fontsize=9)
        figure.supylabel("density", fontsize=9)
    return Picture(
        "prior_and_posterior",
        "What the findings say of each parameter",
        "Grey: the prior, uniform over its range. Blue: draws of the posterior. Learned: the share of the prior's "
        "variance that is gone. A posterior as flat as its prior: the findings say nothing about that parameter.",
        "; ".join(f"{row.parameter} {row.mean:.3g} ({row.low:.3g} to {row.high:.3g})" for row in order.itertuples()),
        figure,
    )


def played_anew(targets: pd.DataFrame) -> Picture:
    """Posterior predictive check: what was fitted, played anew under draws of the posterior, in published errors."""
    rows = targets.iloc[::-1].reset_index(drop=True)
    with theme():
        figure = Figure(figsize=(9.6, 1.3 + 0.27 * len(rows)), layout="constrained")
        axis = figure.subplots()
        axis.axvspan(-NORMAL_95, NORMAL_95, color=PRIOR, alpha=0.45, lw=0)
        axis.axvline(0, color=BASELINE, lw=1)
        for y, (_, row) in enumerate(rows.iterrows()):
            colour = POSTERIOR if abs(row["z"]) <= NORMAL_95 else COLOURS[1]
            axis.plot([row["z_low"], row["z_high"]], [y, y], color=colour, lw=1.8)
            axis.plot(row["z"], y, marker="o" if colour == POSTERIOR else "X", ms=6, color=colour, ls="none")
        labels = [_label(row, rows) for _, row in rows.iterrows()]
        axis.set_yticks(range(len(rows)), labels, fontsize=8.5)
        axis.set_ylim(-0.7, len(rows) - 0.3)
        for points, column, words in ((62, "published", "published"), (124, "played", "simulated")):
            _beside(axis, len(rows) + 0.1, points, words, "bold")
            for y, value in enumerate(rows[column]):
                _beside(axis, y, points, number(value), "normal")
        axis.set_xlabel("simulated minus published, in standard errors of the published number")
    missed = targets[targets["z"].abs() > NORMAL_95]
    return Picture(
        "played_anew",
        "The fitted numbers, played anew",
        "Each fitted number, simulated anew under draws of the posterior: mean and middle 95 %. Grey: the published "
        "number's own 95 % interval.",
        f"{len(targets) - len(missed)} of {len(targets)} numbers lie inside the published interval; outside: "
        + (", ".join(missed["target"]) or "none"),
        figure,
    )


def recovered(parameters: pd.DataFrame, recovery: pd.DataFrame) -> Picture:
    """Known parameters against what a fit to synthetic findings gives."""
    fits = int(recovery["fit"].max())
    half, most = (100 * math.sqrt(level * (1 - level) / fits) for level in (0.5, 0.9))
    order = parameters.sort_values("learned", ascending=False)
    with theme():
        figure, panels = _panels(len(order))
        for axis, (_, row) in zip(panels, order.iterrows(), strict=False):
            own = recovery[recovery["parameter"] == row["parameter"]]
            low, high = row["prior_low"], row["prior_high"]
            axis.plot([low, high], [low, high], color=FAINT, lw=0.9)
            axis.errorbar(own["truth"], own["mean"], yerr=own["sd"], fmt="o", ms=2.5, lw=0.7, color=POSTERIOR)
            axis.set_xlim(low, high)
            axis.set_ylim(low, high)
            covered = f"in 50 %: {100 * own['inside_50'].mean():.0f} %, in 90 %: {100 * own['inside_90'].mean():.0f} %"
            _bare(axis, f"{row['parameter']}", covered)
        figure.supxlabel(
            f"true value. In 50 %, in 90 %: how many of {fits} intervals hold it "
            f"(Monte-Carlo error {half:.0f} and {most:.0f} points)",
            fontsize=9,
        )
        figure.supylabel("mean and SD of the fit", fontsize=9)
    return Picture(
        "recovery",
        "Are known parameters found again?",
        f"{fits} synthetic literatures, simulated at known parameters with published errors added, and fitted as the "
        "real one is. Line: perfect recovery; a fit that says nothing lies flat at the middle of the range. In 50 %, "
        "in 90 %: how often the 50 % and the 90 % interval hold the truth (Monte-Carlo error "
        f"{half:.0f} and {most:.0f} percentage points).",
        f"50 % intervals hold the truth in {100 * recovery['inside_50'].mean():.0f} %, 90 % intervals in "
        f"{100 * recovery['inside_90'].mean():.0f} % of all cases.",
        figure,
    )


def chains(parameters: pd.DataFrame, trace: pd.DataFrame) -> Picture:
    """Mean of the chains, draw by draw: it should wander around one level."""
    with theme():
        figure, panels = _panels(len(parameters))
        for axis, (_, row) in zip(panels, parameters.iterrows(), strict=False):
            axis.axhspan(row["mean"] - row["sd"], row["mean"] + row["sd"], color=PRIOR, alpha=0.45, lw=0)
            axis.plot(np.arange(len(trace)), trace[row["parameter"]], color=POSTERIOR, lw=0.6)
            axis.set_ylim(row["prior_low"], row["prior_high"])
            _bare(axis, f"{row['parameter']}", f"R-hat {row['r_hat']:.2f}")
        figure.supxlabel("draw, after warm-up", fontsize=9)
        figure.supylabel("mean over chains (grey: posterior mean and SD)", fontsize=9)
    return Picture(
        "chains",
        "Have the chains settled?",
        "Mean over all chains at each draw; warm-up is left out. Grey: posterior mean and SD. The axis is the "
        "prior's range. R-hat near 1: the halves of the chains agree.",
        f"Largest R-hat {parameters['r_hat'].max():.2f}, fewest effective draws "
        f"{parameters['effective_draws'].min():.0f}.",
        figure,
    )


def _panels(count: int) -> tuple[Figure, list[Axes]]:
    """A figure of small panels; those beyond the last one are taken out."""
    rows = -(-count // COLUMNS)
    figure = Figure(figsize=(11.5, 1.0 + 1.75 * rows), layout="constrained")
    panels = list(figure.subplots(rows, COLUMNS, squeeze=False).flat)
    for axis in panels[count:]:
        axis.remove()
    return figure, panels[:count]


def _bare(axis: Axes, title: str, below: str) -> None:
    axis.set_title(f"{title}\n", fontsize=8.5)
    axis.text(0, 1.03, below, transform=axis.transAxes, fontsize=8, color=FAINT)
    axis.tick_params(labelsize=7.5)
    axis.locator_params(nbins=4)


def _label(row: pd.Series, rows: pd.DataFrame) -> str:
    """A target in words: what was measured, which part of it where there are several, the finding's id."""
    several = (rows["finding"] == row["finding"]).sum() > 1
    text = row["quantity"].partition(":")[0] if several else row["quantity"]
    return f"{shortened(text, LONGEST)}{': ' + row['name'] if several else ''}  {row['finding']}"


def _beside(axis: Axes, y: float, points: float, text: str, weight: str) -> None:
    """A text that ends so many points right of the panel."""
    axis.annotate(
        text, (1, y), (points, 0), xycoords=axis.get_yaxis_transform(), textcoords="offset points", ha="right",
        va="center", fontsize=8, fontweight=weight, annotation_clip=False,
    )  # fmt: skip
