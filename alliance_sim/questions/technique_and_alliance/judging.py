"""From what was played to what it says: surfaces on common axes, what makes up for what, exchange rates."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.questions.technique_and_alliance.section import Axes
from alliance_sim.stats.intervals import wilson
from alliance_sim.stats.montecarlo import summarise
from alliance_sim.stats.response_surface import (
    exchange_rate,
    interaction,
    makes_up,
    mean_surface,
    means_by_draw,
    on_axis,
    slopes,
)
from alliance_sim.stats.turning_point import NO, OPEN, YES, crossings, turning, verdict

Floats = NDArray[np.float64]

SEED = 1
"""Where bootstraps start from."""


class Surface(NamedTuple):
    """One world: numbers (draws, C, Z) at levels of technique and of the alliance, both in standard deviations."""

    technique: tuple[float, ...]
    alliance: tuple[float, ...]
    measures: Mapping[str, Floats]  # by measure: d, recovery, dropout, left
    felt: Floats  # (draws, S) felt alliance at average technique, at the levels that were played
    felt_sd: Floats  # (draws,) SD among clients at the reference
    luck: float  # share of luck in the variance among draws of a difference in d; nan where draws were played once

    def at(self, measure: str, technique: float, alliance: float) -> Floats:
        """A measure at one place, under every draw."""
        return self.measures[measure][:, self.technique.index(technique), self.alliance.index(alliance)]

    def reference(self, measure: str) -> Floats:
        """A measure at average technique and average alliance, under every draw."""
        return self.at(measure, 0.0, 0.0)


def cube(rows: pd.DataFrame, arm: str, measure: str) -> Floats:
    """A measure as (replicates, C, S), from rows in any order."""
    own = rows[rows["arm"] == arm].sort_values(["replicate", "technique", "alliance"], kind="stable")
    shape = (own["replicate"].nunique(), own["technique"].nunique(), own["alliance"].nunique())
    return own[measure].to_numpy(np.float64).reshape(shape)


def surface_of(rows: pd.DataFrame, arm: str, at: Axes, draws: int) -> Surface:
    """The surface of a world, its alliance in SD among clients of each draw's own reference clinic.

    A shift of the levels that can be sustained moves the felt alliance by (mean felt - mean felt without shift) / SD
    among clients without shift, at average technique; values are moved to the same SDs for all draws (`on_axis`).
    """
    zero = (at.technique.index(0.0), at.alliance.index(0.0))
    felt = means_by_draw(cube(rows, arm, "felt"), draws).means[:, zero[0]]
    sd = means_by_draw(cube(rows, arm, "felt_sd"), draws).means[:, zero[0], zero[1]]
    places = (felt - felt[:, [zero[1]]]) / sd[:, None]
    values = {}
    luck = float("nan")
    for name in ("d", "recovery", "dropout", "left"):
        known = cube(rows, arm, name)
        repeated = means_by_draw(known, draws)
        values[name] = on_axis(repeated.means, places, np.array(at.shown))
        if name == "d":
            difference = known[:, -1] - known[:, [zero[0]], zero[1]]
            luck = means_by_draw(difference, draws).noise
    return Surface(at.technique, at.shown, values, felt, sd, luck)


def surface_by_attunement(rows: pd.DataFrame, arm: str, at: Axes, draws: int) -> Surface:
    """The surface of a world over technique and attunement, both in SD among therapists."""
    zero = (at.technique.index(0.0), at.attunement.index(0.0))
    felt = means_by_draw(cube(rows, arm, "felt"), draws).means[:, zero[0]]
    sd = means_by_draw(cube(rows, arm, "felt_sd"), draws).means[:, zero[0], zero[1]]
    repeated = {name: means_by_draw(cube(rows, arm, name), draws) for name in ("d", "recovery", "dropout", "left")}
    values = {name: each.means for name, each in repeated.items()}
    return Surface(at.technique, at.attunement, values, felt, sd, float("nan"))


# ---- tables ------------------------------------------------------------------------------------------------------


def felt_table(surfaces: Mapping[str, Surface], at: Axes) -> pd.DataFrame:
    """What felt alliance each shift leads to: on 0-1, and in SD among clients (mean and middle 90 % of the draws)."""
    rows = []
    for world, each in surfaces.items():
        places = (each.felt - each.felt[:, [at.alliance.index(0.0)]]) / each.felt_sd[:, None]
        for k, shift in enumerate(at.alliance):
            low, high = np.quantile(places[:, k], [0.05, 0.95])
            rows.append(
                {
                    "world": world, "shift": shift, "felt": float(each.felt[:, k].mean()),
                    "sd_units": float(places[:, k].mean()), "sd_low": float(low), "sd_high": float(high),
                    "client_sd": float(each.felt_sd.mean()),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def surface_table(surfaces: Mapping[str, Surface]) -> pd.DataFrame:
    """A row a world and place: means, slopes, and the share of draws that do at least as well as the reference."""
    rows = []
    for world, each in surfaces.items():
        found = slopes(each.measures["d"], np.array(each.technique), np.array(each.alliance))
        rate = exchange_rate(found, SEED)
        share = makes_up(each.measures["d"], each.reference("d"))
        means = {name: mean_surface(values) for name, values in each.measures.items()}
        by_technique, by_alliance = mean_surface(found.first), mean_surface(found.second)
        for i, technique in enumerate(each.technique):
            for j, alliance in enumerate(each.alliance):
                rows.append(
                    {
                        "world": world, "technique": technique, "alliance": alliance,
                        **{name: values[i, j] for name, values in means.items()},
                        "at_least_as_good": share[i, j], "by_technique": by_technique[i, j],
                        "by_alliance": by_alliance[i, j], "rate": rate.rate[i, j], "rate_low": rate.low[i, j],
                        "rate_high": rate.high[i, j],
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def compensation_table(surfaces: Mapping[str, Surface], at: Axes) -> pd.DataFrame:
    """A row a world and weak alliance: excellent technique there against average technique at average alliance.

    For d, recovery and dropout the mean difference with its 95 % interval and Monte-Carlo error, the middle 90 % of the
    draws, and for d the share of draws in which it makes up (at least as much improvement), with Wilson's interval.
    """
    rows = []
    for world, each in surfaces.items():
        for weak in at.weak:
            row: dict[str, object] = {"world": world, "alliance": weak}
            for name in ("d", "recovery", "dropout"):
                difference = each.at(name, at.excellence, weak) - each.reference(name)
                known = difference[np.isfinite(difference)]
                summary = summarise(known)
                row |= {name: summary.value, f"{name}_low": summary.low, f"{name}_high": summary.high}
                row |= {f"{name}_mcse": summary.mcse}
                if name == "d":
                    share = float(np.mean(known >= 0)) if len(known) else float("nan")
                    low, high = wilson(share, len(known))
                    ends = np.quantile(known, [0.05, 0.95]) if len(known) else (np.nan, np.nan)
                    row |= {"share": share, "share_low": low, "share_high": high, "draws": len(known)}
                    row |= {"spread_low": float(ends[0]), "spread_high": float(ends[1])}
                    row |= {"unreached": len(difference) - len(known), "luck": each.luck}
            rows.append(row)
    return pd.DataFrame(rows)


def interaction_table(surfaces: Mapping[str, Surface], at: Axes) -> pd.DataFrame:
    """A row a world: how much more technique brings at average than at weak alliance, in d and on the log scale.

    Technique from -1 to +1 (or the nearest levels), alliance from the first weak level to 0.
    """
    low, high = _around_zero(at.technique)
    corner = (at.shown.index(at.weak[0]), at.shown.index(0.0))
    rows = []
    for world, each in surfaces.items():
        row: dict[str, object] = {"world": world}
        for name in ("d", "left"):
            at_weak = each.measures[name][:, high, corner[0]] - each.measures[name][:, low, corner[0]]
            at_usual = each.measures[name][:, high, corner[1]] - each.measures[name][:, low, corner[1]]
            both = interaction(each.measures[name], (low, high), corner)
            for words, values in (("weak", at_weak), ("usual", at_usual), ("more", both)):
                summary = summarise(values)
                row |= {f"{name}_{words}": summary.value, f"{name}_{words}_low": summary.low}
                row |= {f"{name}_{words}_high": summary.high}
        rows.append(row)
    return pd.DataFrame(rows)


def _around_zero(levels: Sequence[float]) -> tuple[int, int]:
    """The neighbours of 0."""
    zero = levels.index(0.0)
    return max(zero - 1, 0), min(zero + 1, len(levels) - 1)


def channel_table(rows: pd.DataFrame, draws: Mapping[str, int]) -> pd.DataFrame:
    """A row a world and closed way: the interaction on both scales, with 95 % intervals of the mean over draws."""
    found = []
    for way in dict.fromkeys(rows["way"]):
        part = rows[rows["way"] == way]
        for arm in dict.fromkeys(part["arm"]):
            row: dict[str, object] = {"way": way, "world": arm}
            for name in ("d", "left"):
                values = means_by_draw(cube(part, arm, name), draws[arm]).means
                summary = summarise(interaction(values, (0, 1), (0, 1)))
                row |= {name: summary.value, f"{name}_low": summary.low, f"{name}_high": summary.high}
            found.append(row)
    return pd.DataFrame(found)


def turning_table(surfaces: Mapping[str, Surface]) -> pd.DataFrame:
    """A row a world and level of technique: the alliance from which a clinic does as well as the average one.

    Median over draws with its 95 % interval; the answer is yes from `yes_from` up and no below `no_below`, infinite
    where that is past the levels shown.
    """
    rows = []
    for world, each in surfaces.items():
        axis, usual = np.array(each.alliance), each.reference("d")
        for i, technique in enumerate(each.technique):
            if technique != 0.0:
                found = turning(crossings(each.measures["d"][:, i], usual, axis))
                rows.append(
                    {
                        "world": world, "technique": technique, "turns": found.middle, "turns_low": found.low,
                        "turns_high": found.high, "yes_from": found.yes, "no_below": found.no, "draws": found.draws,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def verdicts(table: pd.DataFrame, worlds: Sequence[str]) -> pd.DataFrame:
    """A row a place with the worlds that say yes, open or no to it (`verdict`): their names, and how many.

    `count` say yes, `possible` do not say no, of `of` in which enough draws reach the place.
    """
    rows = []
    own = table[table["world"].isin(worlds)]
    for (technique, alliance), part in own.groupby(["technique", "alliance"], sort=True):
        share = dict(zip(part["world"], part["at_least_as_good"], strict=True))
        known = {world: verdict(share[world]) for world in worlds if np.isfinite(share.get(world, np.nan))}
        names = {said: [world for world, own in known.items() if own == said] for said in (YES, OPEN, NO)}
        rows.append(
            {
                "technique": technique, "alliance": alliance,
                **{said: ", ".join(worlds_so) for said, worlds_so in names.items()},
                "count": len(names[YES]), "possible": len(names[YES]) + len(names[OPEN]), "of": len(known),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
