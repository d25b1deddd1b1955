"""What is said of shares beside their nulls: whether null bands hold, how far nulls are off, and what is more."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import pandas as pd

from alliance_sim.estimands.criteria import BY_NAME
from alliance_sim.estimates.found import records
from alliance_sim.questions.rupture_detection import tables
from alliance_sim.questions.rupture_detection.found import Found
from alliance_sim.questions.rupture_detection.saying import SHARES, label, span
from alliance_sim.stats.numbers import interval, number

NOMINAL = 95.0
"""What a null band should hold, %."""

HOW = (
    "*Minus null*: share minus the mean of the clinic's own null, mean over clinics in points: with ruptures; without "
    "any, where it should be 0, so that what is there is the null's own error; and the difference of the two in the "
    "same clinics. Intervals of a column hold together for all {looks} shares that are looked at (95 %, Bonferroni). "
    "*Verdict*: more or less where both the first and the third say so, which happens with a chance of about 5 % at "
    "most to any share that is neither (t intervals are not exact for skewed shares). Shares are looked at where they "
    "or their null are 1 % or more. *Null of one clinic*: the band that a clinic of this size has beside its share; a "
    "mean over clinics errs less and is not to be compared with it. *Above* and *below*: clinics outside their own "
    "band (by chance 2.5 % each, or fewer), with Wilson intervals."
)


def bands(found: Found) -> str:
    """Whether null bands hold what they should, where they do worst, and how far the null itself is off."""
    if found.nulls.empty:
        return ""
    said = []
    for row in records(tables.at(found.nulls, found.middle_of)):
        doubt = "" if abs(row["inside"] - NOMINAL) <= 2.0 * row["mcse"] else ", not as it should"
        said.append(f"“{row['null']}” {number(row['inside'], 0)} % (MCSE {number(row['mcse'], 1)}{doubt})")
    return (
        f"Made from a sample's own components of variance, they held the shares of clinics without ruptures as "
        f"follows (nominal: 95 %): {', '.join(said)}. {worst_band(found)} {bias(found)}"
    )


def worst_band(found: Found) -> str:
    """Where the null that prevalences stand beside holds least: the level of a factor, and the share held worst."""
    own = found.nulls[found.nulls["null"] == found.kind]
    levels = [
        (own[own[name] == level], f"With {found.names[name]} “{level}”")
        for name in found.levels
        for level in found.levels[name]
    ]
    rows, where = min(levels, key=lambda each: float(each[0]["inside"].mean()), default=(own, "Here"))
    held, least = rows["inside"].to_list(), rows["worst"].to_list()
    return (
        f"{where}, “{found.kind}” does worst: it holds {span(held)} of the shares, and the share that it holds least "
        f"often in {span(least)} of clinics."
    )


def bias(found: Found) -> str:
    """How far the null that prevalences stand beside is off on average, where nothing happens."""
    own = tables.at(found.nulls, found.middle_of)
    row = records(own[own["null"] == found.kind])[0]
    if not row["shares"]:
        return ""
    criterion, share = str(row["miss_of"]).split(" ")
    size = f"{number(row['miss'], 1, signed=True)} points, MCSE {number(row['miss_mcse'], 1)}"
    return (
        f"On average over clinics without ruptures, “{found.kind}” is surely too high for {row['too_high']} of "
        f"{row['shares']} shares and too low for {row['too_low']} (farthest off for {SHARES[share]} by "
        f"{label(criterion)}: share minus null {size})."
    )


def beside(found: Found) -> str:
    """Which shares of the world with ruptures are more than their null, which less, and whether a clinic would see."""
    own = found.excess[found.excess["judged"]]
    if own.empty or not own["excess_low"].notna().any():
        return ""
    more, less = (own[own["verdict"] == name].sort_values("excess") for name in ("more", "less"))
    said = [_judged_by(found, own), _more(found, len(own), more)]
    if found.without:
        said.append(_but_for_bias(own))
    if len(more):
        said += [_none_of(more), _how_much(found, more)]
    for least in records(less[:1]):
        beyond = " by more than it misses without ruptures" if found.without else ""
        said.append(f"{len(less)} {_are(len(less))} less than their null{beyond} (most of all {_told(least)}).")
    return " ".join(each for each in said if each)


def _judged_by(found: Found, own: pd.DataFrame) -> str:
    """What a mean over clinics is compared with."""
    count = own["clinics"].iloc[0]
    return (
        f"A null band is for one clinic. Means over {count} clinics err less; they are judged by share minus the mean "
        f"of the clinic's own “{found.kind}” null."
    )


def _more(found: Found, looks: int, more: pd.DataFrame) -> str:
    """How many shares are more than their null, and which."""
    beyond = ", and by more than that null misses without ruptures" if found.without else ""
    each = "; ".join(_told(row) for row in records(more[::-1]))
    return (
        f"So judged, {len(more) or 'none'} of {looks} shares in “{found.base}” {_are(len(more))} more than ratings "
        f"would give that only drift and err as these do{beyond}{': ' if each else ''}{each}."
    )


def _are(count: int) -> str:
    return "is" if count < 2 else "are"


def _named(row: Mapping[str, Any]) -> str:
    """A share by a criterion, in words."""
    return f"{SHARES[row['share']]} by {label(row['criterion'])}"


def _told(row: Mapping[str, Any], name: str = "excess") -> str:
    """A share with its difference from the null, in points with its interval."""
    size = f"{number(row[name], 1, signed=True)} points {interval(row[f'{name}_low'], row[f'{name}_high'], 1)}"
    return f"{_named(row)}, {size}"


def _but_for_bias(own: pd.DataFrame) -> str:
    """Shares that cannot be told from their null, and are above what it misses without ruptures."""
    rows = own[(own["excess_low"] <= 0) & (own["excess_high"] >= 0) & (own["beyond_low"] > 0)]
    each = "; ".join(_told(row, "beyond") for row in records(rows))
    return f"Not to be told from their null, but above what it misses without ruptures: {each}." if each else ""


def _none_of(more: pd.DataFrame) -> str:
    """Kinds of shares of which none is more than its null."""
    absent = [words for share, words in SHARES.items() if share not in set(more["share"])]
    return f"Of shares with {' or '.join(absent)} none is more." if absent else ""


def _how_much(found: Found, more: pd.DataFrame) -> str:
    """How much the largest excess is beside the truth, and how many clinics show one."""
    top = records(more.sort_values("above"))[-1]
    truth = number(found.sample("true_flagged", found.base), 0)
    seen = "most single clinics do not show it" if top["above"] < 50.0 else "single clinics show it"
    return (
        f"The largest excess is {number(more['excess'].max(), 1)} points, where {truth} % of clients have a rupture, "
        f"and {seen}: {span(more['above'].to_list())} of clinics lie above their own band of these shares (most of all "
        f"for {_named(top)}: {number(top['above'], 0)} % {interval(top['above_low'], top['above_high'], 0)}; by chance "
        "2.5 %)."
    )


def judged(found: Found) -> pd.DataFrame:
    """Shares beside their nulls, a row a criterion and share: on average, and clinic by clinic."""
    made = []
    for row in records(found.excess):
        band = found.shares(str(row["criterion"]), found.base)[str(row["share"])]
        cells = {
            "criterion": BY_NAME[str(row["criterion"])].label,
            "share": SHARES[str(row["share"])],
            "with, %": number(row["share_mean"], 1),
            "its null, mean %": number(row["null"], 1),
            "null of one clinic, %": " to ".join(number(band[f"null_{end}"], 0) for end in ("low", "high")),
            "with: minus null": over(row, "excess"),
        }
        if found.without:
            cells |= {"without: minus null": over(row, "bias"), "difference": over(row, "beyond")}
        cells["verdict"] = row["verdict"] or ("–" if row["judged"] else "not looked at")
        for side in ("above", "below"):
            ends = interval(row[f"{side}_low"], row[f"{side}_high"], 0)
            cells[f"{side} own band, % of clinics"] = f"{number(row[side], 0)} {ends}"
        made.append(cells)
    return pd.DataFrame(made)


def over(row: Mapping[str, Any], name: str) -> str:
    """A difference from the null with its interval, as in a table."""
    ends = interval(row[f"{name}_low"], row[f"{name}_high"], 1)
    return f"{number(row[name], 1, signed=True)} {ends}" if isfinite(row[f"{name}_low"]) else number(row[name], 1)
