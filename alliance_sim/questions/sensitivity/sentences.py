"""The short answer, in sentences that are built from the tables: what matters first, then its numbers."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from alliance_sim.estimates.found import records
from alliance_sim.questions.sensitivity.naming import path_of
from alliance_sim.questions.sensitivity.section import Wanted
from alliance_sim.questions.sensitivity.standing import Tables, hardly_ahead, important, judged, not_judged
from alliance_sim.stats.numbers import digits_of, interval, listed, number, with_unit

TOP = 3
"""Settings that a sentence names."""

CLOSE = 2
"""Settings that a sentence names beside them, since they may matter as much."""

AGREE = 0.8
"""Rank agreement of blocks below which an order of settings is not called reliable."""

HALF = 0.5
"""Part of the configured difference below which the median place is called far from it."""

GOES_WITH = 0.3
"""Rank correlation from which a parameter is said to go with another."""


def short(wanted: Sequence[Wanted], tables: Tables) -> str:
    """The answer: a few plain sentences, then a list with the numbers of each estimate, of luck and of what is left."""
    lead, items = [], [_numbers(each, tables) for each in wanted]
    if "settings" in tables:
        lead += [_depends(wanted, tables), judged(tables), weaker(wanted, tables)]
        items += [f"*Not judged.* {not_judged(tables)}" if not_judged(tables) else ""]
        items += [_fixing(tables["fixing"]) if "fixing" in tables else ""]
    if "signs" in tables:
        lead += [_over_posterior(wanted, tables)]
    items.append(_luck(tables))
    return " ".join(filter(None, lead)) + "\n\n" + "\n".join(f"- {item}" for item in items if item)


def share(value: float, low: float, high: float) -> str:
    """A share with its interval."""
    return f"{number(value, 2)} {interval(low, high, 2)}"


def percent(value: float, low: float, high: float, digits: int = 0) -> str:
    """A share (0-1) as a percentage with its interval."""
    return f"{number(100 * value, digits)} % {interval(100 * low, 100 * high, digits)}"


def digits_by(error: float, unit: str) -> int:
    """Decimals that a Monte-Carlo error bears: to its first digit, at most three, and no fewer than the unit has.

    >>> digits_by(0.005, "SD"), digits_by(0.35, "percentage points"), digits_by(0.025, "r"), digits_by(2.1, "points")
    (3, 1, 2, 1)
    """
    if not (math.isfinite(error) and error > 0):
        return digits_of(unit)
    return min(3, max(digits_of(unit), -math.floor(math.log10(error))))


def finer(unit: str) -> int:
    """Decimals of numbers that may be small beside the estimate itself: one more than its unit has.

    >>> finer("SD"), finer("percentage points")
    (3, 2)
    """
    return digits_of(unit) + 1


def posterior_error(tables: Tables, label: str) -> float:
    """The Monte-Carlo error of an estimate under one draw of the posterior."""
    luck = tables["luck"]
    own = luck[(luck["estimate"] == label) & (luck["step"] == "posterior")]
    return float(own["error"].iloc[0]) if len(own) else math.nan


def row_of(table: pd.DataFrame, label: str) -> Mapping[str, Any]:
    """The row of an estimate."""
    return next(row for row in records(table) if row["estimate"] == label)


def has_sign(each: Wanted) -> bool:
    """Whether zero means something: for differences and correlations."""
    return bool(each.minus) or each.unit == "r"


# ---- the plain sentences -------------------------------------------------------------------------------------------


def _depends(wanted: Sequence[Wanted], tables: Tables) -> str:
    """What every estimate depends on most, without numbers, and what may matter as much as one that is named."""
    rows = important(tables)
    words: list[str] = []
    for each in wanted:
        top = rows[rows["estimate"] == each.label].head(TOP)
        names = [f"“{name}”" for name in top["name"]]
        found = listed(names) if names else "none of the settings, as far as can be told from luck"
        found += _close(tables, each.label, list(top["setting"]))
        words.append(f"**{each.label}** {'' if words else 'depends most '}on {found}")
    count = records(tables["spread"])[0]["settings"]
    return f"Over the ranges, where {count} settings vary at once, {'; '.join(words)}."


def _close(tables: Tables, label: str, named: Sequence[str]) -> str:
    """The settings that are not named though one of those that are is hardly ahead of them, in brackets."""
    table = tables["settings"]
    words = dict(zip(table["setting"], table["name"], strict=True))
    alike: dict[str, list[str]] = {}
    for key, others in hardly_ahead(tables, label, named).items():
        shown = [f"“{words[other]}”" for other in others[:CLOSE]]
        shown += [f"{len(others) - CLOSE} more"] if len(others) > CLOSE else []
        alike.setdefault(listed(shown), []).append(f"“{words[key]}”")
    parts = [f"{listed(names)} hardly more than on {others}" for others, names in alike.items()]
    return f" ({'; '.join(parts)})" if parts else ""


def weaker(wanted: Sequence[Wanted], tables: Tables) -> str:
    """Which differences are far from what they are as configured at the median place, beyond its interval."""
    names, parts, little = [], [], []
    for each in wanted:
        row = row_of(tables["spread"], each.label)
        ends = [row[name] / row["configured"] if row["configured"] else 1.0 for name in ("middle_low", "middle_high")]
        if each.minus and max(ends) < HALF:
            names.append(each.label)
            parts.append(f"{number(100 * row['middle'] / row['configured'], 0)} %")
            little.append(f"{number(100 * row['little'], 0)} %")
    if not names:
        return ""
    return (
        f"At the median place in these ranges {listed(names)} {'is' if len(names) == 1 else 'are'} {listed(parts)} of "
        f"what is found as configured, and at {listed(little)} of the places there is hardly any: what matters over "
        "the ranges is to a good part what makes it work at all."
    )


def _over_posterior(wanted: Sequence[Wanted], tables: Tables) -> str:
    """What the estimates go with over the posterior, and whether a sign turns; estimates alike are named together."""
    alike: dict[str, list[str]] = {}
    for each in wanted:
        names = [f"“{row['name']}”" for row in leading(tables, each.label)]
        alike.setdefault(f"most with {listed(names)}" if names else "with no parameter more than by chance", []).append(
            each.label
        )
    words = [f"{listed(labels)} {'goes' if len(labels) == 1 else 'go'} {names}" for names, labels in alike.items()]
    draws = int(tables["signs"]["draws"].max())
    return f"Over {draws} draws of the posterior, {'; '.join(words)}. {_turning(wanted, tables)}".strip()


def _turning(wanted: Sequence[Wanted], tables: Tables) -> str:
    signed = [each.label for each in wanted if has_sign(each)]
    table = tables["posterior"]
    rows = table[table["flips"] & table["estimate"].isin(signed)]
    if not signed:
        return ""
    if rows.empty:
        return "There no single parameter turns the sign of any of them."
    words = [f"{label} with {listed(list(own['name']))}" for label, own in rows.groupby("estimate", sort=False)]
    return f"There the sign turns for {'; '.join(words)}."


def leading(tables: Tables, label: str) -> list[Mapping[str, Any]]:
    """The parameters that an estimate goes with most: beyond chance, and half of the largest share or more."""
    table = tables["posterior"]
    own = table[(table["estimate"] == label) & (table["first"] > table["first_by_chance"])]
    rows: list[Mapping[str, Any]] = list(records(own[own["first"] >= 0.5 * own["first"].max()].head(TOP)))
    return rows


# ---- the list of numbers -------------------------------------------------------------------------------------------


def _numbers(each: Wanted, tables: Tables) -> str:
    """An estimate with its numbers: over the ranges, then over the posterior."""
    said = [_spread(each, tables), _shares(each, tables)] if "settings" in tables else []
    said += [_drawn(each, tables), _goes_with(each, tables)] if "signs" in tables else []
    return f"**{each.label}**: {' '.join(said)}"


def _spread(each: Wanted, tables: Tables) -> str:
    row = row_of(tables["spread"], each.label)
    signed, digits = has_sign(each), digits_by(row["error"], each.unit)
    text = (
        f"{with_unit(number(row['configured'], digits, signed), each.unit)} as configured (Monte-Carlo error "
        f"{number(row['error'], digits)}); over the ranges {number(row['middle'], digits, signed)} "
        f"{interval(row['middle_low'], row['middle_high'], digits)} at the median place"
    )
    if each.minus:
        text += f", hardly anything at {percent(row['little'], row['little_low'], row['little_high'])}"
    if signed:
        other = percent(row["other_sign"], row["other_sign_low"], row["other_sign_high"])
        text += f", and of the other sign, beyond luck, at {other} of places"
    return f"{text}."


def _shares(each: Wanted, tables: Tables) -> str:
    """The numbers of what an estimate depends on most over the ranges."""
    rows = important(tables)
    own = rows[rows["estimate"] == each.label].head(TOP)
    if own.empty:
        return ""
    if own["total"].notna().any():
        head, columns, digits = "Total shares of the variance", ["total", "total_low", "total_high"], 2
    else:
        head, columns = f"Movements ({each.unit})", ["mu_star", "mu_star_low", "mu_star_high"]
        digits = finer(each.unit)
    words = [
        f"`{path_of(row['setting'])}` {number(row[columns[0]], digits)} "
        f"{interval(row[columns[1]], row[columns[2]], digits)}"
        for row in records(own)
    ]
    return f"{head}: {listed(words) or 'nothing'}."


def _drawn(each: Wanted, tables: Tables) -> str:
    """An estimate over the draws."""
    row = row_of(tables["signs"], each.label)
    signed, digits = has_sign(each), digits_by(posterior_error(tables, each.label), each.unit)
    other = percent(row["other_sign"], row["other_sign_low"], row["other_sign_high"], 1)
    mean = with_unit(number(row["mean"], digits, signed), each.unit)
    return (
        f"Over the posterior {mean} on average (middle 95 % of draws "
        f"{interval(row['low'], row['high'], digits)}{f'; other sign in {other}' if signed else ''})."
    )


def _goes_with(each: Wanted, tables: Tables) -> str:
    """The numbers of what an estimate goes with over the posterior, and which of these go with each other."""
    words: list[str] = []
    for row in leading(tables, each.label):
        text = f"`{row['parameter']}` {share(row['first'], row['first_low'], row['first_high'])}"
        if words and abs(row["with_first"]) >= GOES_WITH:
            text += f", which goes with the first (rank correlation {number(row['with_first'], 2)})"
        words.append(text)
    return f"Shares of the variance there: {listed(words)}." if words else ""


def _fixing(table: pd.DataFrame) -> str:
    """What the settings with indices leave out."""
    words = [f"{percent(row['explained'], row['low'], row['high'])} of {row['estimate']}" for row in records(table)]
    return (
        f"*Fixing the rest.* The settings with indices explain together {listed(words)} over all ranges; in the rest "
        "of the variance the others have a hand."
    )


def _luck(tables: Tables) -> str:
    """How large luck is, and whether blocks agree: over the ranges and over the posterior."""
    luck = tables["luck"]
    said = [
        _luck_over_ranges(luck[luck["step"] != "posterior"]),
        _luck_over_posterior(luck[luck["step"] == "posterior"]),
    ]
    return f"*Luck.* {' '.join(filter(None, said))}" if any(said) else ""


def _luck_over_ranges(own: pd.DataFrame) -> str:
    own = own[own["share"].notna()]
    if own.empty:
        return ""
    text = (
        "Over the ranges luck of the simulated clinics makes at most "
        f"{number(100 * own['share'].max(), 1)} % of the variance of a design"
    )
    agreed = own["rank_agreement"].min()
    if pd.notna(agreed):
        same = "agree" if agreed >= AGREE else "do not always agree"
        text += f", and other people with other luck {same} on the order of settings (rank agreement "
        text += f"{number(agreed, 2)} or more)"
    return f"{text}."


def _luck_over_posterior(own: pd.DataFrame) -> str:
    words = []
    for row in records(own[own["share"].notna()]):
        agreed = row["rank_agreement"]
        text = "" if pd.isna(agreed) else f"; rank agreement {number(agreed, 2)}"
        text += ", so that the order of its parameters is not reliable" if agreed < AGREE else ""
        words.append(f"{number(100 * row['share'], 1)} % ({row['estimate']}{text})")
    return f"Over the posterior it makes {listed(words)}." if words else ""
