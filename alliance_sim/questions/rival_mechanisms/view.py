"""The facts of the page."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from alliance_sim.estimates.long import Estimates
from alliance_sim.evidence.proposed import PROPOSALS
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.rival_mechanisms.numbers import SETS
from alliance_sim.stats.estimate import Estimate

ENOUGH = 0.8
"""Share of literatures traced back to the right one of two rivals from which on a pair counts as distinguished."""

MOST = 16
"""Findings that are shown of those that separate a pair."""


def distinguished(share: Estimate) -> bool:
    """Whether a share of literatures (%), less two of its standard errors, is large enough."""
    return bool(share.value - 2.0 * share.error >= 100.0 * ENOUGH)


def view(_: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the template; see page.md.j2 for what each fact is used for."""
    found, apart = tables.estimates, tables.more["separations"]
    rivals = found.where(about="distance").options("rival")
    pairs = pairs_of(found, apart)
    open_pairs = [row for row in pairs if not row["told"]]
    near = sorted((_nearness(found, rival) for rival in rivals), key=lambda row: row["distance"].value)
    held = [row["held_out_met"] for row in near]
    return {
        "rivals": rivals,
        "enough": 100.0 * ENOUGH,
        "pairs": pairs,
        "distinguished": len(pairs) - len(open_pairs),
        "alone": alone_of(pairs, rivals),
        "open_pairs": open_pairs,
        "near": near,
        "by_rival": [_nearness(found, rival) for rival in rivals],
        "free": min(row["free"] for row in near),
        "fitted_numbers": _count(found.one(about="fitted numbers", rival=rivals[0])),
        "all_farther": all(row["distance"].value - 2.0 * row["distance"].error > 1.0 for row in near),
        "held_out": near[0]["held_out"],
        "most_held_out": max(held),
        "least_held_out": min(held),
        "traced": {name: found.one(about="traced to the right one", numbers=name, rival="all") for name in SETS},
        "guessing": 100.0 / len(rivals),
        "findings": _separating(apart),
        "studies": _studies(apart, open_pairs),
        "settled": [row for row in open_pairs if row["told_new"]],
        "left": [row for row in open_pairs if not row["told_new"]],
        "traced_by_rival": [
            {"rival": rival}
            | {name: found.one(about="traced to the right one", numbers=name, rival=rival) for name in SETS}
            for rival in [*rivals, "all"]
        ],
    }


def _nearness(found: Estimates, rival: str) -> dict[str, Any]:
    """How near a rival comes, what it meets, and how its fit has settled."""
    own = found.where(rival=rival)
    met = {tier: _count(own.one(about="findings met", tier=tier)) for tier in ("fit", "validate")}
    count = {tier: _count(own.one(about="findings", tier=tier)) for tier in ("fit", "validate")}
    return {
        "rival": rival,
        "free": _count(own.one(about="free parameters")),
        "fitted": f"{met['fit']} of {count['fit']}",
        "held_out_met": met["validate"],
        "held_out": count["validate"],
        "held_out_of": f"{met['validate']} of {count['validate']}",
        "distance": own.one(about="distance"),
        "middle": own.one(about="middle 95 % of draws"),
        "density": own.one(about="density"),
        "r_hat": own.one(about="largest R-hat").value,
        "draws": own.one(about="fewest effective draws").value,
    }


def _count(number: Estimate) -> int:
    """A whole number; 0 where it is unknown."""
    return int(number.value) if number.known else 0


def pairs_of(found: Estimates, apart: pd.DataFrame) -> list[dict[str, Any]]:
    """Every pair, the hardest first, with the published number and the proposed study that separate it most."""
    rows = []
    for row in found.where(about="right one of two", numbers="today"):
        one, other = row["rival"], row["other"]
        new = found.one(about="right one of two", numbers="new", rival=one, other=other)
        own = apart[(apart["one"] == one) & (apart["other"] == other)].dropna(subset="d")
        rows.append(
            {
                "pair": f"{one} / {other}",
                "one": one,
                "other": other,
                "today": row.estimate,
                "told": distinguished(row.estimate),
                "new": new,
                "told_new": distinguished(new),
                "published": _best(own[own["group"].isin(SETS["today"])]),
                "proposed": _best(own[own["group"] == "proposed"]),
            }
        )
    return sorted(rows, key=lambda row: (row["today"].value, row["pair"]))


def _best(own: pd.DataFrame) -> str:
    """The number in which a pair is farthest apart, with d'."""
    if own.empty:
        return "–"
    best = own.sort_values("d", ascending=False).iloc[0]
    name = str(best["key"]).partition(".")[0] + ": " if best["group"] != "proposed" else ""
    return f"{name}{best['words']} (d' {best['d']:.1f})"


def alone_of(pairs: Sequence[Mapping[str, Any]], rivals: Sequence[str]) -> str | None:
    """The one rival that is distinguished from all others, where no other pair is."""
    told = [row for row in pairs if row["told"]]
    alone = [rival for rival in rivals if told and all(rival in (row["one"], row["other"]) for row in told)]
    return alone[0] if len(alone) == 1 and len(told) == len(rivals) - 1 and len(told) > 1 else None


def _separating(apart: pd.DataFrame) -> list[dict[str, Any]]:
    """The published numbers that separate some pair most."""
    own = apart[apart["group"].isin(SETS["today"])].dropna(subset="d").sort_values("d", ascending=False)
    return [
        {
            "finding": f"{str(row['key']).partition('.')[0]}: {row['words']}",
            "use": row["group"],
            "pair": f"{row['one']} / {row['other']}",
            "d": round(row["d"], 1),
            "right": round(100.0 * row["right"]),
        }
        for row in own.drop_duplicates("key").head(MOST).to_dict("records")
    ]


def _studies(apart: pd.DataFrame, open_pairs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every proposed study: the pair that it separates most, and the open pairs that it would settle alone."""
    unsettled = {(row["one"], row["other"]) for row in open_pairs}
    people = {proposal.name: proposal.people for proposal in PROPOSALS}
    rows = []
    for key, own in apart[apart["group"] == "proposed"].groupby("key", sort=False):
        known = own.dropna(subset="d").sort_values("d", ascending=False)
        best = f"{known['one'].iloc[0]} / {known['other'].iloc[0]} (d' {known['d'].iloc[0]:.1f})" if len(known) else "–"
        settles = [
            f"{row['one']} / {row['other']}"
            for row in own.to_dict("records")
            if (row["one"], row["other"]) in unsettled and row["least"] >= ENOUGH
        ]
        words = own["words"].iloc[0]
        rows.append({"study": words, "clients": people[str(key)], "pair": best, "settles": settles})
    return sorted(rows, key=lambda row: -len(row["settles"]))
