"""The estimates: what makes up for what, where the answer turns, interactions and their channels.

Keys: `about`; `axis` (alliance or attunement); `scenario` (an arm); `level` of the axis or `technique` in SD;
`measure`.
Whole surfaces, a row a place, are tables of their own: surface.csv and attunement_surface.csv.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimates.long import Estimates, Keyed
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.technique_and_alliance.run import SurfaceRows
from alliance_sim.questions.technique_and_alliance.section import Axes, axes, own_fit
from alliance_sim.questions.technique_and_alliance.surface import Surface, cube, surface_of
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import wilson
from alliance_sim.stats.montecarlo import summarise
from alliance_sim.stats.response_surface import (
    exchange_rate,
    interaction,
    makes_up,
    mean_surface,
    means_by_draw,
    slopes,
)
from alliance_sim.stats.turning_point import crossings, turning

SEED = 1
"""Where bootstraps start from."""

UNITS = {"d": "d", "recovery": "percentage points", "dropout": "percentage points", "left": "log"}


def draws_of(question: Question) -> dict[str, int]:
    """How many draws the replicates of each arm take in turn; without draws each replicate stands alone."""
    count = question.experiment.replicates
    return {point.arm: min(point.scenario.draws or count, count) for point in question.experiment.points}


def estimate(question: Question, rows: SurfaceRows) -> Tables:
    """All estimates, and the surfaces."""
    at, draws = axes(question), draws_of(question)
    arms, own = tuple(question.experiment.arms), own_fit(question)
    alliance = {arm: surface_of(rows.levels, arm, at.technique, at.alliance, draws[arm], at.shown) for arm in arms}
    found = [*_on_axis("alliance", alliance, at, at.alliance), *interactions(alliance, at)]
    more = {"surface": surface_table(alliance)}
    if rows.attunement is not None:
        attunement = {arm: surface_of(rows.attunement, arm, at.technique, at.attunement, draws[arm]) for arm in own}
        found += _on_axis("attunement", attunement, at, at.attunement)
        more["attunement_surface"] = surface_table(attunement)
    if rows.channels is not None:
        found += channels(rows.channels, draws)
    return Tables(Estimates.of(found), more)


def _on_axis(axis: str, surfaces: Mapping[str, Surface], at: Axes, levels: Sequence[float]) -> Keyed:
    """What is estimated on one axis of weakness, scenario by scenario."""
    for scenario, surface in surfaces.items():
        for part in (_felt(surface, levels), compensation(surface, at), turns(surface)):
            for key, number in part:
                yield {"about": key["about"], "axis": axis, "scenario": scenario, **key}, number


def _felt(surface: Surface, levels: Sequence[float]) -> Keyed:
    """The felt alliance to which each level leads: 0-1, and in SD among clients with the middle 90 % of the draws."""
    moved = surface.felt_in_sd(list(levels).index(0.0))
    for k, level in enumerate(levels):
        low, high = np.quantile(moved[:, k], [0.05, 0.95])
        key = {"about": "felt alliance", "level": level}
        yield {**key, "measure": "felt"}, Estimate(float(surface.felt[:, k].mean()), unit="0–1")
        yield {**key, "measure": "sd"}, Estimate(float(moved[:, k].mean()), float(low), float(high), unit="SD")
    yield {"about": "SD among clients", "measure": "felt"}, Estimate(float(surface.felt_sd.mean()), unit="0–1")


def compensation(surface: Surface, at: Axes) -> Keyed:
    """Excellent technique at each weak level against average technique at the average level.

    Differences are means over draws with their 95 % interval; `middle 90 % of draws` is that of d; `makes up` is the
    share of draws in which the difference in d is not negative, with Wilson's interval.
    """
    for weak in at.weak:
        key: dict[str, Any] = {"level": weak}
        for name in ("d", "recovery", "dropout"):
            difference = surface.at(name, at.excellence, weak) - surface.reference(name)
            known = difference[np.isfinite(difference)]
            mean = summarise(known)
            number = Estimate(mean.value, mean.low, mean.high, mean.mcse, UNITS[name])
            yield {"about": "difference", **key, "measure": name}, number
            if name == "d":
                share = float(np.mean(known >= 0)) if len(known) else np.nan
                ends = np.quantile(known, [0.05, 0.95]) if len(known) else (np.nan, np.nan)
                middle = Estimate(mean.value, float(ends[0]), float(ends[1]), unit="d")
                yield {"about": "middle 90 % of draws", **key, "measure": "d"}, middle
                yield {"about": "makes up", **key}, Estimate(share, *wilson(share, len(known))).times(100.0, "%")
                yield {"about": "draws", **key}, Estimate(float(len(known)))
                yield {"about": "draws that do not reach", **key}, Estimate(float(len(difference) - len(known)))
                yield {"about": "sampling variation", **key}, Estimate(100.0 * surface.noise, unit="%")


def turns(surface: Surface) -> Keyed:
    """The level at which a clinic with other technique does as well as the average one, for each level of technique.

    Median over draws with its 95 % interval; the answer is yes from one level up and no below another; infinite where
    that is past the levels shown.
    """
    axis, usual = np.array(surface.alliance), surface.reference("d")
    for i, technique in enumerate(surface.technique):
        if technique != 0.0:
            found = turning(crossings(surface.measures["d"][:, i], usual, axis))
            key = {"technique": technique}
            yield {"about": "turns at", **key}, found.middle._replace(unit="SD")
            yield {"about": "yes from", **key}, Estimate(found.yes, unit="SD")
            yield {"about": "no below", **key}, Estimate(found.no, unit="SD")


def interactions(surfaces: Mapping[str, Surface], at: Axes) -> Keyed:
    """What technique brings at weak and at usual alliance, and how much more at usual; in d and on the log scale.

    Technique from -1 to +1 (or the nearest levels), alliance from the first weak level to 0.
    """
    zero = at.technique.index(0.0)
    low, high = max(zero - 1, 0), min(zero + 1, len(at.technique) - 1)
    weak, usual = at.shown.index(at.weak[0]), at.shown.index(0.0)
    for scenario, surface in surfaces.items():
        for name in ("d", "left"):
            values = surface.measures[name]
            parts = {
                "weak": values[:, high, weak] - values[:, low, weak],
                "usual": values[:, high, usual] - values[:, low, usual],
                "more": interaction(values, (low, high), (weak, usual)),
            }
            for where, numbers in parts.items():
                key = {"about": "technique brings", "scenario": scenario, "measure": name, "where": where}
                yield key, _mean(numbers, name)


def channels(rows: pd.DataFrame, draws: Mapping[str, int]) -> Keyed:
    """The interaction of each scenario with channels closed, on both scales."""
    for channel in dict.fromkeys(rows["channel"]):
        part = rows[rows["channel"] == channel]
        for scenario in dict.fromkeys(part["arm"]):
            for name in ("d", "left"):
                values = means_by_draw(cube(part, scenario, name), draws[scenario]).means
                key = {"about": "interaction", "scenario": scenario, "measure": name, "channel": channel}
                yield key, _mean(interaction(values, (0, 1), (0, 1)), name)


def _mean(values: np.ndarray, name: str) -> Estimate:
    mean = summarise(values)
    return Estimate(mean.value, mean.low, mean.high, mean.mcse, UNITS[name])


def surface_table(surfaces: Mapping[str, Surface]) -> pd.DataFrame:
    """A row a scenario and place: means, slopes, exchange rate, share of draws at least as good as the reference."""
    parts = []
    for scenario, each in surfaces.items():
        found = slopes(each.measures["d"], np.array(each.technique), np.array(each.alliance))
        rate = exchange_rate(found, SEED)
        columns = {name: mean_surface(values) for name, values in each.measures.items()}
        columns["at_least_as_good"] = makes_up(each.measures["d"], each.reference("d"))
        columns |= {"by_technique": mean_surface(found.first), "by_alliance": mean_surface(found.second)}
        columns |= dict(zip(("rate", "rate_low", "rate_high"), rate, strict=True))
        technique, alliance = np.meshgrid(each.technique, each.alliance, indexing="ij")
        places = {"technique": technique.ravel(), "alliance": alliance.ravel()}
        flat = {name: values.ravel() for name, values in columns.items()}
        parts.append(pd.DataFrame({"scenario": scenario, **places, **flat}))
    return pd.concat(parts, ignore_index=True)
