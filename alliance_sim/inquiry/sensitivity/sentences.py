"""What was found, in sentences that are built from the tables."""

from collections.abc import Mapping, Sequence

import pandas as pd

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import interval, number, with_unit
from alliance_sim.inquiry.sensitivity.section import Wanted

Tables = Mapping[str, pd.DataFrame]

TOP = 3
"""Settings that a sentence names."""


def listed(words: Sequence[str]) -> str:
    """Words in a row.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1] if words else "nothing"


def share(value: float, low: float, high: float) -> str:
    """A share with its interval."""
    return f"{number(value, 2)} {interval(low, high, 2)}"


def percent(value: float, low: float, high: float) -> str:
    """A share (0-1) as a percentage with its interval."""
    return f"{number(100 * value, 0)} % {interval(100 * low, 100 * high, 0)}"


def luck_share(luck: pd.DataFrame, label: str) -> float:
    """The share of luck in the last step over ranges of an estimate, 0 where it is not known."""
    own = luck[(luck["estimate"] == label) & (luck["step"] != "posterior")]
    return float(own["share"].fillna(0.0).iloc[-1]) if len(own) else 0.0


def important(tables: Tables) -> pd.DataFrame:
    """The settings that an estimate depends on beyond luck, with `weight`: the total share, or mu* over the largest.

    With indices: the lower end of the total share lies above the share of luck. Without: the lower end of mu* lies
    above a tenth of the largest mu*.
    """
    kept = []
    for label, own in tables["settings"].groupby("estimate", sort=False):
        own = own.copy()
        if own["total"].notna().any():
            own["weight"] = own["total"]
            own = own[own["total_low"] > luck_share(tables["luck"], str(label))]
        else:
            own["weight"] = own["mu_star"] / own["mu_star"].max()
            own = own[own["mu_star_low"] > 0.1 * own["mu_star"].max()]
        kept.append(own)
    return pd.concat(kept, ignore_index=True)


# ---- the short answer --------------------------------------------------------------------------------------------


def short(wanted: Sequence[Wanted], tables: Tables) -> str:
    """The answer in a few sentences."""
    said = []
    if "settings" in tables:
        said += [_spread(wanted, tables), *(_top(each, tables) for each in wanted)]
        said += [_uninformed(tables), _fixing(tables["fixing"]) if "fixing" in tables else "", _luck(tables)]
    if "signs" in tables:
        said.append(_signs(wanted, tables))
    return " ".join(sentence for sentence in said if sentence)


def _spread(wanted: Sequence[Wanted], tables: Tables) -> str:
    """The estimates as configured and over the ranges, with their signs."""
    words = [
        f"{each.label} is {with_unit(number(row['configured'], 3, signed=True), each.unit)} with the configured "
        f"numbers, "
        f"{number(row['middle'], 3, signed=True)} at the median place, and of the other sign, beyond luck, at "
        f"{number(100 * row['other_sign'], 0)} % of places"
        for each, row in zip(wanted, records(tables["spread"]), strict=True)
    ]
    count = records(tables["spread"])[0]["settings"]
    return f"Over the ranges, where {count} settings vary at once: {'; '.join(words)}."


def _top(each: Wanted, tables: Tables) -> str:
    """What an estimate depends on most."""
    own = important(tables)
    own = own[own["estimate"] == each.label].head(TOP)
    if own.empty:
        return f"**{each.label}** depends on none of the settings as far as can be told from luck."
    if own["total"].notna().any():
        words = [
            f"“{row['meaning']}” (total share {share(row['total'], row['total_low'], row['total_high'])})"
            for row in records(own)
        ]
    else:
        words = [
            f"“{row['meaning']}” (moves it by {with_unit(number(row['mu_star'], 3), each.unit)} "
            f"{interval(row['mu_star_low'], row['mu_star_high'], 3)})"
            for row in records(own)
        ]
    return f"There, **{each.label}** depends most on {listed(words)}."


def _uninformed(tables: Tables) -> str:
    """How much of what matters rests on no finding."""
    rows = important(tables).drop_duplicates("setting")
    if rows.empty:
        return ""
    bare = rows[rows["uninformed"]]
    return (
        f"Of the {len(rows)} settings that any of these estimates depends on beyond luck, {len(bare)} rest on no "
        "finding (assumed, contested, or fitted and hardly informed)."
    )


def _luck(tables: Tables) -> str:
    """How large luck is, and whether blocks agree."""
    luck = tables["luck"]
    own = luck[luck["step"] != "posterior"]
    if not own["share"].notna().any():
        return ""
    most = max(records(own[own["share"].notna()]), key=lambda row: row["share"])
    text = (
        f"Luck of the simulated clinics makes at most {number(100 * most['share'], 1)} % of the variance of any design "
        f"({most['estimate']}, {most['step']})"
    )
    agreed = own["rank_agreement"].min()
    if pd.notna(agreed):
        text += (
            "; other people and other luck give the same order of settings (rank agreement of blocks at least "
            f"{number(agreed, 2)})"
        )
        if agreed < 0.8:
            text = text.replace("give the same order", "do not always give the same order")
    return text + "."


def _fixing(table: pd.DataFrame) -> str:
    """What the settings with indices leave out."""
    words = [f"{percent(row['explained'], row['low'], row['high'])} of {row['estimate']}" for row in records(table)]
    return (
        f"The settings with indices explain together {listed(words)} over all ranges; the rest is what holding the "
        "others fixed leaves out."
    )


def _signs(wanted: Sequence[Wanted], tables: Tables) -> str:
    """Whether the sign of differences and correlations holds over the posterior."""
    found, draws = [], 0
    turning = tables["posterior"][tables["posterior"]["flips"]]
    for each, row in zip(wanted, records(tables["signs"]), strict=True):
        if each.minus or each.unit == "r":
            draws = max(draws, row["draws"])
            found.append(
                f"{each.label} is {with_unit(number(row['mean'], 3, signed=True), each.unit)} on average (middle 95 % "
                f"{interval(row['low'], row['high'], 3)}; other sign in {number(100 * row['other_sign'], 1)} % of "
                f"draws {interval(100 * row['other_sign_low'], 100 * row['other_sign_high'], 1)})"
            )
    if not found:
        return ""
    text = f"Over {draws} draws of the posterior, {listed(found)}"
    if turning.empty:
        return f"{text}; no single parameter turns a sign within its posterior."
    words = [f"{label} with “{listed(list(own['meaning']))}”" for label, own in turning.groupby("estimate", sort=False)]
    return f"{text}; the sign turns for {'; '.join(words)}."
