"""A calibration on a terminal and in its folder: what was learned and what is met; and its figures."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from alliance_sim.evidence.calibration.config import Calibration, named_mechanisms
from alliance_sim.evidence.findings import published
from alliance_sim.evidence.practice import DEFAULT_MECHANISMS
from alliance_sim.files.record import as_written, record_of
from alliance_sim.scenario.problem import in_config
from alliance_sim.scenario.screen import print_paragraph, print_table
from alliance_sim.stats.intervals import NORMAL_95

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("parameters", "targets", "recovery", "trace", "posterior")
"""Files of a calibration, without their ending .csv."""


def print_calibration(screen: Console, calibration: Calibration) -> None:
    """Print what a calibration would fit to what, and how much it would play."""
    screen.print(Text(calibration.title, style="bold"))
    if calibration.question:
        print_paragraph(screen, "Question", calibration.question)
    prior, effort = calibration.prior, calibration.effort
    ranges = zip(prior.paths, prior.low.tolist(), prior.high.tolist(), strict=True)
    fitted = f"{len(prior.paths)} free parameters with the range that each may have: "
    print_paragraph(screen, "Calibration", fitted + ", ".join(f"{path} [{a:g}, {b:g}]" for path, a, b in ranges))
    if calibration.leave_out:
        print_paragraph(screen, "Left out", f"findings {', '.join(calibration.leave_out)}")
    changed = changed_mechanisms(calibration)
    print_paragraph(screen, "Mechanisms", changed) if changed else None
    waves = f"{effort.waves} later waves" if effort.waves > 1 else "the second wave"
    later = f", {effort.second:,} of {waves}" if effort.second else ""
    size = (
        f"{effort.points:,} points of the first wave{later} and {effort.checks:,} to check: "
        f"{effort.learned_from:,} simulated practices, each of {effort.sites} sites of 480 clients; {effort.chains} "
        f"chains of {effort.steps:,} draws; {effort.recoveries} fits of synthetic literatures of known parameters"
    )
    print_paragraph(screen, "Size", size)
    print_paragraph(screen, "Fitted by", f"alliance-sim calibrate {calibration.path}")


def changed_mechanisms(calibration: Calibration) -> str:
    """The mechanisms of a calibration that are not the default ones, in words."""
    own, usual = named_mechanisms(calibration.mechanisms), named_mechanisms(DEFAULT_MECHANISMS)
    return ", ".join(f"{name}: {in_config(option)}" for name, option in own.items() if option != usual[name])


def print_fit(screen: Console, folder: Path) -> None:
    """Print what a finished calibration found, from the tables in its folder."""
    parameters, targets, recovery = read_fit(folder, ("parameters", "targets", "recovery")).values()
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("parameter", "prior", "posterior mean [90 %]", "findings inform it", "R-hat"):
        shown.add_column(name, justify="left" if name in ("parameter", "findings inform it") else "right", no_wrap=True)
    for row in parameters.to_dict("records"):
        shown.add_row(
            row["parameter"],
            f"{row['prior_low']:g} to {row['prior_high']:g}",
            f"{row['mean']:.3g} [{row['low']:.3g}, {row['high']:.3g}]",
            f"{row['informed']} ({100 * max(row['learned'], 0):.0f} %)",
            f"{row['r_hat']:.2f}",
        )
    print_table(screen, shown)
    missed = targets[targets["z"].abs() > NORMAL_95]
    names, effective = ", ".join(missed["target"]) or "none", parameters["effective_draws"].min()
    met = f"{len(targets) - len(missed)} of {len(targets)} fitted numbers"
    lines = [
        f"{met}, played anew, lie within 1.96 published standard errors; missed: {names}.",
        f"Largest R-hat {parameters['r_hat'].max():.2f}; fewest effective draws {effective:.0f}.",
    ]
    if len(recovery):
        lines.append(
            f"Known parameters, {recovery['fit'].max()} synthetic literatures: 50 % intervals hold the truth in "
            f"{100 * recovery['inside_50'].mean():.0f} %, 90 % intervals in {100 * recovery['inside_90'].mean():.0f} %."
        )
    lines += [
        f"Tables and figures: {folder}",
        f"To use the draws in a config: parameters: {{base: {folder / 'posterior.csv'}}}",
    ]
    for line in lines:
        screen.print(Text(line))


def draw_fit(folder: Path) -> list[Path]:
    """Draw a finished calibration into its folder's figures/; returns the files."""
    from alliance_sim.figures.calibration import draw_calibration
    from alliance_sim.figures.picture import save_all

    made = save_all(draw_calibration(read_fit(folder)), record_of(folder))
    return [folder / "figures" / f"{name}{ending}" for name, own in made.items() for ending in own]


def read_fit(folder: Path, names: Sequence[str] = TABLES) -> "dict[str, pd.DataFrame]":
    """The tables of a finished calibration, by name; targets also tell in words what was measured."""
    tables = {name: _read(folder / f"{name}.csv") for name in names}
    if "targets" in tables:
        quantities = {finding.id: finding.quantity for finding in published("fit")}
        tables["targets"]["quantity"] = [quantities.get(name, "") for name in tables["targets"]["finding"]]
    return tables


def _read(file: Path) -> "pd.DataFrame":
    """A table; empty where it has neither rows nor columns. Raises ConfigError for one that was changed."""
    import pandas as pd

    return pd.read_csv(as_written(file)) if file.stat().st_size > 1 else pd.DataFrame()
