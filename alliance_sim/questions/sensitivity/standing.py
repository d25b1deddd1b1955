"""What matters, and what it rests on: the settings that an estimate depends on beyond luck, judged by the tables."""

from collections.abc import Mapping, Sequence

import pandas as pd

from alliance_sim.estimates.found import records
from alliance_sim.questions.sensitivity.basis import ASSUMED, CONTESTED, DESIGN, FITTED, TIED
from alliance_sim.stats.numbers import listed

Tables = Mapping[str, pd.DataFrame]

PART = 0.1
"""A setting without an index moves an estimate if the lower end of its movement is above this part of the largest."""

GROUNDS = (
    ((ASSUMED, True), "is an assumption", "are assumptions"),
    ((CONTESTED, True), "is a contested mechanism", "are contested mechanisms"),
    (
        (FITTED, True),
        "was fitted but the findings say little about it",
        "were fitted but the findings say little about them",
    ),
    ((FITTED, False), "was fitted and the findings inform it", "were fitted and the findings inform them"),
    ((TIED, False), "was set by hand after a finding", "were set by hand after a finding"),
    ((DESIGN, False), "is a choice of the design", "are choices of the design"),
)
"""What settings rest on: (kind, whether hardly informed), in words for one of them and for several."""


def luck_share(luck: pd.DataFrame, label: str) -> float:
    """The share of luck in the last step over ranges of an estimate, 0 where it is not known."""
    own = luck[(luck["estimate"] == label) & (luck["step"] != "posterior")]
    return float(own["share"].fillna(0.0).iloc[-1]) if len(own) else 0.0


def important(tables: Tables) -> pd.DataFrame:
    """The settings that an estimate depends on beyond luck, with `weight`: the total share, or mu* over the largest.

    With indices: the lower end of the total share lies above the share of luck. Where an estimate has none: the lower
    end of mu* lies above a tenth of the largest mu*.
    """
    kept = []
    for label, own in tables["settings"].groupby("estimate", sort=False):
        own = own.copy()
        if own["total"].notna().any():
            own["weight"] = own["total"]
            own = own[own["total_low"] > luck_share(tables["luck"], str(label))]
        else:
            own["weight"] = own["mu_star"] / own["mu_star"].max()
            own = own[_moves(own)]
        kept.append(own)
    return pd.concat(kept, ignore_index=True)


def hardly_ahead(tables: Tables, label: str, named: Sequence[str]) -> dict[str, list[str]]:
    """For each named setting the others, largest first, that it is not ahead of, beyond the interval of the difference.

    Settings by key; without those that are ahead of all others. Empty where no setting has an index.
    """
    if "ahead" not in tables:
        return {}
    own = tables["ahead"][tables["ahead"]["estimate"] == label]
    found = {}
    for name in named:
        larger = list(own.loc[own["other"] == name, "setting"])
        alike = list(own.loc[(own["setting"] == name) & (own["low"] <= 0), "other"])
        found[name] = [other for other in larger + alike if other not in named]
    return {name: others for name, others in found.items() if others}


def unjudged(tables: Tables) -> pd.DataFrame:
    """The settings without an index that move an estimate which has indices: the lower end of mu* above a tenth."""
    kept = []
    for _, own in tables["settings"].groupby("estimate", sort=False):
        there = own["total"].isna() & _moves(own) if own["total"].notna().any() else pd.Series(False, index=own.index)
        kept.append(own[there])
    return pd.concat(kept, ignore_index=True)


def _moves(own: pd.DataFrame) -> pd.Series:
    moves: pd.Series = own["mu_star_low"] > PART * own["mu_star"].max()
    return moves


def with_indices(tables: Tables) -> int:
    """How many settings have indices."""
    table = tables["settings"]
    return int(table.loc[table["total"].notna(), "setting"].nunique())


def grounds(rows: pd.DataFrame) -> str:
    """What settings (a row each) rest on, counted, in words."""
    words = []
    for (kind, bare), one, several in GROUNDS:
        count = int(((rows["kind"] == kind) & (rows["uninformed"] == bare)).sum())
        if count:
            words.append(f"{count} {one if count == 1 else several}")
    return listed(words) or "nothing"


def judged(tables: Tables) -> str:
    """How many settings matter beyond luck, and what they rest on; empty where none does."""
    rows = important(tables).drop_duplicates("setting")
    if rows.empty:
        return ""
    count = with_indices(tables)
    whole = f"{count} settings with indices" if count else f"{tables['settings']['setting'].nunique()} settings"
    matter = f"{len(rows)} {'matters' if len(rows) == 1 else 'matter'}"
    return f"Of the {whole}, {matter} beyond luck for at least one estimate: {grounds(rows)}."


def not_judged(tables: Tables) -> str:
    """Which settings were not judged though they move an estimate; empty where there are no indices."""
    if not with_indices(tables):
        return ""
    words = []
    for label, own in unjudged(tables).groupby("estimate", sort=False):
        several = len(own) > 1
        little = f" ({int(own['uninformed'].sum())} of these little informed)" if several else ""
        words.append(f"{len(own)} {'move' if several else 'moves'} {label} too{little}")
    return "Settings without an index were not judged" + (f"; of them at least {listed(words)}." if words else ".")


def largest_unjudged(tables: Tables, most: int) -> dict[str, list[str]]:
    """Names of the settings without an index that move each estimate most."""
    rows = unjudged(tables).sort_values("mu_star", ascending=False, kind="stable")
    return {str(label): [row["name"] for row in records(own)][:most] for label, own in rows.groupby("estimate")}
