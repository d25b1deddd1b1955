"""The answer of a sensitivity analysis: pictures and tables for readers, in parts."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from alliance_sim.figures.picture import Picture
from alliance_sim.figures.posterior_sensitivity import draw_fifths, draw_shares
from alliance_sim.figures.sensitivity import draw
from alliance_sim.questions.frame.question import Answer, Part
from alliance_sim.questions.sensitivity import explaining, sentences
from alliance_sim.questions.sensitivity.draws import Drawn
from alliance_sim.questions.sensitivity.naming import path_of
from alliance_sim.questions.sensitivity.place_parts import place_parts
from alliance_sim.questions.sensitivity.section import Numbers, Wanted
from alliance_sim.questions.sensitivity.sentences import digits_by, finer, posterior_error
from alliance_sim.questions.sensitivity.standing import important, luck_share
from alliance_sim.questions.sensitivity.tables import (
    OverRanges,
    ahead_table,
    fifths_table,
    fixing_table,
    luck_table,
    pairs_table,
    posterior_table,
    setting_table,
    signs_table,
    spread_table,
    treatments_table,
)
from alliance_sim.scenario.scenario import Population
from alliance_sim.stats.numbers import interval, number, with_unit

SHOWN = 10
"""Rows of a table for readers; the whole table is in the CSV file."""


class Found(NamedTuple):
    """Everything that was found: over ranges (None where they were not asked for) and over draws."""

    wanted: Sequence[Wanted]
    numbers: Numbers
    draws: Population
    ranges: OverRanges | None
    drawn: Sequence[Drawn]


def answered(found: Found) -> Answer:
    """Tables, pictures and words."""
    tables: dict[str, pd.DataFrame] = {"luck": luck_table(found.wanted, found.ranges, found.drawn)}
    parts: list[Part] = []
    pictures: list[Picture] = []
    if found.ranges is not None:
        tables |= _range_tables(found.wanted, found.ranges)
        pictures += _range_pictures(found.wanted, tables)
        parts += _range_parts(found, tables)
    if found.drawn:
        tables["posterior"] = posterior_table(found.wanted, found.draws, found.drawn)
        tables["fifths"] = fifths_table(found.wanted, found.draws, found.drawn)
        tables["signs"] = signs_table(found.wanted, found.drawn)
        pictures += _posterior_pictures(found, tables)
        parts += _posterior_parts(found, tables)
    parts.append(Part("Luck, kept apart", explaining.about_luck(found.numbers), _luck_shown(tables["luck"])))
    parts.append(
        Part("How to read this", explaining.reading(found.numbers, found.ranges is not None, bool(found.drawn)))
    )
    return Answer(sentences.short(found.wanted, tables), parts, tables, pictures)


# ---- over ranges -------------------------------------------------------------------------------------------------


def _range_tables(wanted: Sequence[Wanted], ranges: OverRanges) -> dict[str, pd.DataFrame]:
    tables = {"settings": setting_table(wanted, ranges), "spread": spread_table(wanted, ranges)}
    tables["treatments"] = treatments_table(ranges)
    if ranges.fixed:
        tables["fixing"] = fixing_table(wanted, ranges)
    if ranges.decomposed:
        tables["ahead"] = ahead_table(wanted, ranges)
    pairs = pairs_table(wanted, ranges) if ranges.decomposed else pd.DataFrame()
    return tables | ({"pairs": pairs} if len(pairs) else {})


def _range_pictures(wanted: Sequence[Wanted], tables: dict[str, pd.DataFrame]) -> list[Picture]:
    settings = tables["settings"]
    made = []
    for k, each in enumerate(wanted, 1):
        own = settings[settings["estimate"] == each.label]
        if (own["mu_star"] > 0).any():
            luck = luck_share(tables["luck"], each.label)
            made.append(draw(f"settings_{k}", f"What {each.label} depends on", each.unit, own, luck))
    return made


def _range_parts(found: Found, tables: dict[str, pd.DataFrame]) -> list[Part]:
    settings = tables["settings"]
    parts = place_parts(found.wanted, tables)
    for k, each in enumerate(found.wanted, 1):
        own = settings[settings["estimate"] == each.label]
        moving = bool((own["mu_star"] > 0).any())
        words = explaining.about_estimate(each, found.numbers, tables)
        picture = f"settings_{k}" if moving else ""
        parts.append(Part(f"Over the ranges: {each.label}", words, _settings_shown(own) if moving else None, picture))
    parts.append(
        Part("What matters and is little informed", explaining.about_uninformed(tables), _uninformed_shown(tables))
    )
    if "fixing" in tables:
        parts.append(
            Part("What fixing the rest costs", explaining.about_fixing(tables), _fixing_shown(tables["fixing"]))
        )
    if "pairs" in tables:
        words = "Shares of the variance that two settings make together, beyond what each does alone: the largest."
        top = tables["pairs"].groupby("estimate", sort=False).head(5)
        parts.append(
            Part("Pairs of settings", words, _with_interval(top, ["estimate", "one", "other"], "share", "share"))
        )
    return parts


def _called(names: Iterable[str], keys: Iterable[str]) -> list[str]:
    """Settings by name and path, in one cell each."""
    pairs = [(name, path_of(key)) for name, key in zip(names, keys, strict=True)]
    return [name if path == name else f"{name} (`{path}`)" for name, path in pairs]


def _with_interval(table: pd.DataFrame, kept: list[str], value: str, head: str, ends: str = "") -> pd.DataFrame:
    """Some columns as they are, and a share with its interval in one cell."""
    shown = table[kept].reset_index(drop=True)
    shown[head] = [
        _share(*row) for row in table[[value, f"{ends}low", f"{ends}high"]].itertuples(index=False, name=None)
    ]
    return shown


def _share(value: float, low: float, high: float) -> str:
    return "held fixed" if pd.isna(value) else f"{number(value, 2)} {interval(low, high, 2)}"


def _settings_shown(own: pd.DataFrame) -> pd.DataFrame:
    top = own[own["mu_star"] > 0].head(SHOWN)
    unit = str(own["unit"].iloc[0])
    shown = top[["setting", "meaning", "range", "basis"]].reset_index(drop=True)
    shown["setting"] = _called(top["name"], top["setting"])
    shown[f"movement over the range ({unit})"] = [
        f"{number(a, finer(unit))} {interval(b, c, finer(unit))}"
        for a, b, c in top[["mu_star", "mu_star_low", "mu_star_high"]].itertuples(index=False, name=None)
    ]
    for name, head in (("total", "total share"), ("first", "share alone")):
        if own["total"].notna().any():
            columns = [name, f"{name}_low", f"{name}_high"]
            shown[head] = [_share(*row) for row in top[columns].itertuples(index=False, name=None)]
    return shown.rename(columns={"basis": "rests on"})


def _uninformed_shown(tables: dict[str, pd.DataFrame]) -> pd.DataFrame | None:
    rows = important(tables)
    rows = rows[rows["uninformed"]]
    if rows.empty:
        return None
    shown = []
    for setting, own in rows.groupby("setting", sort=False):
        first = own.iloc[0]
        matters = "; ".join(
            f"{label} ({number(share, 2)})" for label, share in zip(own["estimate"], own["weight"], strict=True)
        )
        shown.append(
            {
                "setting": _called([first["name"]], [str(setting)])[0],
                "rests on": first["basis"],
                "matters for": matters,
            }
        )
    return pd.DataFrame(shown)


def _fixing_shown(table: pd.DataFrame) -> pd.DataFrame:
    shown = _with_interval(table, ["estimate"], "explained", "explained together by the settings with indices")
    for name, head in (("sd_all", "SD over all ranges"), ("sd_fixed", "SD with the rest fixed")):
        shown[head] = _fine(table[name], table["unit"])
    return shown


def _fine(values: Iterable[float], units: Iterable[str]) -> list[str]:
    """Numbers with their units, and one decimal more than these have."""
    return [with_unit(number(value, finer(unit)), unit) for value, unit in zip(values, units, strict=True)]


def _luck_shown(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "estimate": table["estimate"],
            "step": table["step"],
            "luck, shared by all settings (% of variance)": [number(100 * v, 1) for v in table["share"]],
            "had each setting its own (%)": [number(100 * v, 1) for v in table["share_apart"]],
            "error of a setting's mean": _fine(table["error"], table["unit"]),
            "rank agreement of blocks": [number(v, 2) for v in table["rank_agreement"]],
            "largest difference between blocks": table["largest_difference"],
        }
    )


# ---- over the posterior ------------------------------------------------------------------------------------------


def _posterior_pictures(found: Found, tables: dict[str, pd.DataFrame]) -> list[Picture]:
    by_label = dict(list(tables["posterior"].groupby("estimate", sort=False)))
    fifths = dict(list(tables["fifths"].groupby("estimate", sort=False)))
    shares = [
        (e.label, by_label[e.label], one.given.first_by_chance)
        for e, one in zip(found.wanted, found.drawn, strict=True)
    ]
    return [
        draw_shares("posterior", "What the estimates go with over the posterior", shares),
        draw_fifths(
            "fifths",
            "The estimates in fifths of the posterior",
            [(e.label, e.unit, fifths[e.label]) for e in found.wanted],
        ),
    ]


def _posterior_parts(found: Found, tables: dict[str, pd.DataFrame]) -> list[Part]:
    table = tables["posterior"]
    top = table[table["first"] > table["first_by_chance"]].groupby("estimate", sort=False).head(6)
    shown = _with_interval(top, ["estimate", "parameter"], "first", "share of the variance", "first_")
    shown["parameter"] = _called(top["name"], top["parameter"])
    shown["delta"] = [
        _share(*row) for row in top[["delta", "delta_low", "delta_high"]].itertuples(index=False, name=None)
    ]
    shown["direction (partial rank r)"] = [
        _share(*row) for row in top[["partial_r", "partial_low", "partial_high"]].itertuples(index=False, name=None)
    ]
    shown["goes with the first (rank r)"] = ["first" if r > 0.9999 else number(r, 2) for r in top["with_first"]]
    signs = tables["signs"]
    digits = [
        digits_by(posterior_error(tables, label), unit)
        for label, unit in zip(signs["estimate"], signs["unit"], strict=True)
    ]
    decided = pd.DataFrame(
        {
            "estimate": signs["estimate"],
            "mean over draws": [
                with_unit(number(v, n), unit) for v, n, unit in zip(signs["mean"], digits, signs["unit"], strict=True)
            ],
            "middle 95 % of draws": [
                interval(low, high, n) for low, high, n in zip(signs["low"], signs["high"], digits, strict=True)
            ],
            "draws with the other sign (%)": [
                f"{number(100 * a, 1)} {interval(100 * b, 100 * c, 1)}"
                for a, b, c in signs[["other_sign", "other_sign_low", "other_sign_high"]].itertuples(
                    index=False, name=None
                )
            ],
            "draws whose sign is within luck (%)": [number(100 * v, 1) for v in signs["unsure"]],
        }
    )
    return [
        Part(
            "Over the posterior",
            explaining.about_posterior(len(found.draws.draws), len(found.draws.paths), tables),
            shown,
            "posterior",
        ),
        Part("Does any parameter turn the sign?", explaining.about_signs(tables), decided, "fifths"),
    ]
