"""The tables that readers see: few columns, numbers with their errors in the cells."""

import math
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeAlias

import pandas as pd

from alliance_sim.estimands.histories import ALL, INSECURE, MIDDLE, NO_TRAUMA, SECURE, TRAUMA
from alliance_sim.estimates.found import records
from alliance_sim.questions.repair_or_selection.catalogue import LEAD, TRIALS, Analysis, of_family
from alliance_sim.questions.repair_or_selection.causal import REPAIRED, RUPTURES
from alliance_sim.questions.repair_or_selection.cells import found_and_true, percent, with_error
from alliance_sim.questions.repair_or_selection.studies import OBSERVED, TRUE
from alliance_sim.questions.repair_or_selection.summing import BY_SECURITY, BY_TRAUMA, Tables
from alliance_sim.stats.montecarlo import mcse_proportion
from alliance_sim.stats.numbers import listed

Row: TypeAlias = "pd.Series[Any]"

SEEN = {OBSERVED: "as a study sees it", TRUE: "true events known"}

POLICY = {
    "symptoms": ("symptoms at the end, points less", 2),
    "alliance at the end": ("felt alliance at the last session (0–1)", 3),
    "dropout": ("dropout, percentage points", 1),
}
"""What the policy of repairing changes: words and decimals."""


def effect(tables: Tables, world: str, what: str, among: str, group: str, step: int) -> Row:
    """One causal effect; a row of nan where the world has none."""
    e = tables.effects
    found = e[(e["world"] == world) & (e["what"] == what) & (e["among"] == among)]
    found = found[(found["group"] == group) & (found["step"] == step)]
    numbers = found[["value", "low", "high", "mcse", "spread_low", "spread_high"]]
    return numbers.iloc[0] if len(numbers) else pd.Series(math.nan, index=numbers.columns)


def analysis(tables: Tables, world: str, name: str, seen: str, group: str) -> "Row | None":
    """How one analysis performs in a world; None where no study could make it."""
    a = tables.analyses
    found = a[(a["world"] == world) & (a["what"] == name) & (a["among"] == seen) & (a["group"] == group)]
    return found.iloc[0] if len(found) and found.iloc[0]["studies"] > 0 else None


def policy_table(tables: Tables, worlds: Sequence[str]) -> pd.DataFrame:
    """What the policy of repairing does, by history."""
    rows = []
    for what, (words, digits) in POLICY.items():
        for world in worlds:
            cells = [effect(tables, world, what, "everybody", g, 0) for g in (ALL, NO_TRAUMA, TRAUMA, BY_TRAUMA)]
            rows.append([words, world, *(with_error(c["value"], c["mcse"], digits) for c in cells)])
    return pd.DataFrame(rows, columns=["effect on", "world", "all", "no trauma", "trauma", "difference"])


def security_table(tables: Tables, worlds: Sequence[str], later: int) -> pd.DataFrame:
    """The policy's effect on symptoms, and what a repaired rupture leaves, by attachment security."""
    rows = []
    groups = (INSECURE, MIDDLE, SECURE, BY_SECURITY)
    asked = (
        ("symptoms at the end, points less", "symptoms", "everybody", 0, 2),
        (f"felt alliance {later} sessions later, against no rupture", "felt, never", REPAIRED, later, 3),
    )
    for words, what, among, step, digits in asked:
        for world in worlds:
            cells = [effect(tables, world, what, among, g, step) for g in groups]
            rows.append([words, world, *(with_error(c["value"], c["mcse"], digits) for c in cells)])
    return pd.DataFrame(rows, columns=["effect on", "world", *groups])


RUPTURE_ROWS = (
    ("all ruptures: repair tried against left alone", "felt, left alone", RUPTURES),
    ("repaired ruptures: against left alone", "felt, left alone", REPAIRED),
    ("repaired ruptures: against no rupture", "felt, never", REPAIRED),
    ("repaired ruptures: against before (no twin)", "felt, before", REPAIRED),
    ("from the first rupture on: repairing against leaving alone", "felt, policy", "first ruptures"),
)


def rupture_table(tables: Tables, worlds: Sequence[str], steps: Sequence[int], later: int) -> pd.DataFrame:
    """What one rupture and its repair do to the felt alliance, over the sessions after it, and by history."""
    rows = []
    for words, what, among in RUPTURE_ROWS:
        for world in worlds:
            over = [effect(tables, world, what, among, ALL, step) for step in steps]
            if not any(math.isfinite(c["value"]) for c in over):
                continue  # a world without ruptures
            gap = effect(tables, world, what, among, BY_TRAUMA, later)
            rows.append([words, world, *(with_error(c["value"], c["mcse"], 3) for c in (*over, gap))])
    after = [f"{step} later" if step >= 0 else f"{-step} before" for step in steps]
    return pd.DataFrame(rows, columns=["felt alliance (0–1)", "world", *after, f"trauma minus none, {later} later"])


def _rows(family: str) -> list[tuple[Analysis, str]]:
    """Analyses and how events were seen; a trial needs no events."""
    both = [(a, seen) for a in of_family(family) for seen in (OBSERVED, TRUE)]
    return [(a, seen) for a, seen in both if not (a.name in TRIALS and seen == TRUE)]


def found(row: Row) -> str:
    """Mean of what studies find / causal effect (Monte-Carlo standard error of their difference)."""
    return found_and_true(row["estimate"], row["truth"], row["bias_mcse"], 2)


def found_and_concluded(row: Row) -> str:
    """The same, and the share of studies whose own 95 % interval lies above zero."""
    return f"{found(row)}, {percent(row['positive'])}"


def analysis_table(
    tables: Tables,
    family: str,
    worlds: Sequence[str],
    cell: Callable[[Row], str],
    group: str = ALL,
    names: Collection[str] | None = None,
) -> pd.DataFrame:
    """Analyses of a family (those of `names` only) by worlds, with what `cell` makes of each."""
    rows = []
    for a, seen in _rows(family):
        if names is not None and a.name not in names:
            continue
        cells = []
        for world in worlds:
            row = analysis(tables, world, a.name, seen, group)
            cells.append("–" if row is None else cell(row))
        rows.append([a.words, "–" if a.name in TRIALS else SEEN[seen], *cells])
    return pd.DataFrame(rows, columns=["analysis", "events", *worlds])


def failures(tables: Tables, family: str, worlds: Sequence[str]) -> str:
    """Which analyses some studies could not make, in words."""
    a = tables.analyses
    words = {analysis.name: analysis.words.lower() for analysis in of_family(family)}
    own = a[(a["group"] == ALL) & a["world"].isin(worlds) & a["what"].isin(list(words))]
    own = own[(own["failed"] > 0) & (own["studies"] > 0)]
    if own.empty:
        return "Every study could make all analyses that its world allows."
    own = own.assign(share=own["failed"] / (own["failed"] + own["studies"]))
    worst = own.sort_values("share").groupby("what").tail(1)
    cases: dict[str, list[str]] = {}
    for row in records(worst):
        cases.setdefault(f"{percent(row['share'])} ({row['world']})", []).append(f"“{words[row['what']]}”")
    told = [f"{_named(names, len(words))} in up to {share}" for share, names in cases.items()]
    return f"Analyses that some studies could not make, and that are left out there: {'; '.join(told)}."


MOST_NAMED = 3
"""Analyses that are named one by one in a sentence; more are counted."""


def _named(names: Sequence[str], of: int) -> str:
    return listed(names) if len(names) <= MOST_NAMED else f"{len(names)} of {of} analyses"


def lead_table(tables: Tables, worlds: Sequence[str]) -> pd.DataFrame:
    """The negative control: what the within-client analysis finds before the rupture."""
    rows = []
    for seen in (OBSERVED, TRUE):
        for world in worlds:
            found = analysis(tables, world, LEAD, seen, ALL)
            if found is not None:
                wrongly = float(found["positive"] + found["negative"])
                share = f"{percent(wrongly)} ({100.0 * mcse_proportion(wrongly, found['studies']):.0f})"
                rows.append([world, SEEN[seen], with_error(found["estimate"], found["mcse"], 3), share])
    return pd.DataFrame(rows, columns=["world", "events", "rating points before the rupture", "studies that find one"])
