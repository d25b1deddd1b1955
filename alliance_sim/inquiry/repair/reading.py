"""The tables that readers see: few columns, numbers with their errors in the cells."""

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import pandas as pd

from alliance_sim.analysis.found import records
from alliance_sim.analysis.histories import ALL, INSECURE, MIDDLE, NO_TRAUMA, SECURE, TRAUMA
from alliance_sim.analysis.numbers import number
from alliance_sim.inquiry.repair.catalogue import LEAD, R01, TRIALS, UNREPAIRED, V_SHAPE, Analysis, of_family
from alliance_sim.inquiry.repair.causal import REPAIRED, RUPTURES
from alliance_sim.inquiry.repair.studies import OBSERVED, TRUE
from alliance_sim.inquiry.repair.summing import BY_SECURITY, BY_TRAUMA, Tables

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
    numbers = found[["value", "low", "high", "mcse"]]
    return numbers.iloc[0] if len(numbers) else pd.Series(math.nan, index=numbers.columns)


def analysis(tables: Tables, world: str, name: str, seen: str, group: str) -> "Row | None":
    """How one analysis performs in a world; None where no study could make it."""
    a = tables.analyses
    found = a[(a["world"] == world) & (a["what"] == name) & (a["among"] == seen) & (a["group"] == group)]
    return found.iloc[0] if len(found) and found.iloc[0]["studies"] > 0 else None


def percent(share: float) -> str:
    """A share (0-1) as whole percent.

    >>> percent(0.254), percent(float("nan"))
    ('25 %', '–')
    """
    return f"{100.0 * share:.0f} %" if math.isfinite(share) else "–"


def with_error(value: float, error: float, digits: int) -> str:
    """A number with its Monte-Carlo standard error in brackets.

    >>> with_error(0.123, 0.004, 2), with_error(float("nan"), 0.0, 2)
    ('+0.12 (0.00)', '–')
    """
    if not math.isfinite(value):
        return "–"
    return f"{number(value, digits, signed=True)} ({number(error, digits)})"


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


def _found_and_true(row: Row) -> str:
    means = f"{number(row['estimate'], 2, signed=True)} / {number(row['truth'], 2, signed=True)}"
    return f"{means} ({number(row['bias_mcse'], 2)})"


def _concluded(row: Row) -> str:
    opposite = f" / {percent(row['negative'])}" if row["truth_low"] > 0 else ""
    return f"{percent(row['positive'])}{opposite}"


def _with_share(row: Row) -> str:
    return f"{_found_and_true(row)}, {percent(row['positive'])}"


FOUND, CONCLUDED, FOUND_AND_CONCLUDED = _found_and_true, _concluded, _with_share
"""What a cell of the table of analyses may show: mean estimate / causal effect (Monte-Carlo standard error of their
difference); the share of studies whose own 95 % interval lies above zero / below it, where the truth is above it; or
the first, and the share above zero.
"""


def analysis_table(
    tables: Tables, family: str, worlds: Sequence[str], cell: Callable[[Row], str], group: str = ALL
) -> pd.DataFrame:
    """Analyses of a family by worlds, with what `cell` makes of each."""
    rows = []
    for a, seen in _rows(family):
        cells = []
        for world in worlds:
            found = analysis(tables, world, a.name, seen, group)
            cells.append("–" if found is None else cell(found))
        rows.append([a.words, "–" if a.name in TRIALS else SEEN[seen], *cells])
    return pd.DataFrame(rows, columns=["analysis", "events", *worlds])


def failures(tables: Tables, family: str, worlds: Sequence[str]) -> str:
    """Which analyses some studies could not make, in words."""
    a = tables.analyses
    own = a[(a["group"] == ALL) & a["world"].isin(worlds) & (a["failed"] > 0) & (a["studies"] > 0)]
    words = {analysis.name: analysis.words.lower() for analysis in of_family(family)}
    own = own[own["what"].isin(list(words))].assign(share=own["failed"] / (own["failed"] + own["studies"]))
    if own.empty:
        return "Every study could make every analysis."
    worst = own.sort_values("share").groupby("what").tail(1)
    cases = [f"“{words[r['what']]}” in up to {percent(r['share'])} ({r['world']})" for r in records(worst)]
    return f"Analyses that some studies could not make, and that are left out there: {'; '.join(cases)}."


def lead_table(tables: Tables, worlds: Sequence[str]) -> pd.DataFrame:
    """The negative control: what the within-client analysis finds before the rupture."""
    rows = []
    for seen in (OBSERVED, TRUE):
        for world in worlds:
            found = analysis(tables, world, LEAD, seen, ALL)
            if found is not None:
                wrongly = 100.0 * (found["positive"] + found["negative"])
                rows.append([world, SEEN[seen], with_error(found["estimate"], found["mcse"], 3), f"{wrongly:.0f} %"])
    return pd.DataFrame(rows, columns=["world", "events", "rating points before the rupture", "studies that find one"])


def shapes_table(tables: Tables, worlds: Sequence[str]) -> pd.DataFrame:
    """Clients with a drop of ratings that recovers, and without; and the correlation of repair with outcome."""
    d = tables.described
    rows = []
    for world in worlds:
        own = d[(d["world"] == world) & (d["group"] == ALL)].set_index(["what", "among"])["value"]

        def cell(what: str, seen: str, own: Row = own, digits: int = 1) -> str:
            return number(float(own.get((what, seen), math.nan)), digits)

        shapes = [cell(V_SHAPE, OBSERVED), cell(UNREPAIRED, OBSERVED), cell(V_SHAPE, TRUE)]
        rows.append([world, *shapes, cell(R01, OBSERVED, digits=2), cell(R01, TRUE, digits=2)])
    columns = ["world", "drop, recovered (%)", "drop, not recovered (%)", "truly repaired (%)"]
    return pd.DataFrame(rows, columns=[*columns, "r of repair and outcome, drops", "r, true events"])


POWER_FACTOR = 2.801585
"""z(.975) + z(.80): how many standard errors an effect must be for a power of 80 % (normal approximation)."""


def trial_table(tables: Tables, worlds: Sequence[str], therapists: int) -> pd.DataFrame:
    """The randomised trial: what it finds, how often it concludes, and how many therapists it would take."""
    rows = []
    for name, words in ((TRIALS[1], "symptoms at the end"), (TRIALS[0], "rating after the first rupture")):
        for world in worlds:
            found = analysis(tables, world, name, OBSERVED, ALL)
            if found is not None:
                needed = therapists_needed(found, therapists)
                shown = f"{round(needed, -1 if needed < 1000 else -2):,.0f}" if math.isfinite(needed) else "–"
                truth, bias = number(found["truth"], 2, signed=True), with_error(found["bias"], found["bias_mcse"], 2)
                rows.append([words, world, truth, bias, percent(found["positive"]), shown])
    columns = ["outcome", "world", "true effect", "bias", "conclude an advantage", "therapists for a power of 80 %"]
    return pd.DataFrame(rows, columns=columns)


def therapists_needed(found: Row, therapists: int) -> float:
    """Therapists of a trial with a power of 80 %, from the mean standard error of one with `therapists`.

    J (2.80 error / effect)^2; nan where no advantage is there to be found, or none that can be told from zero.
    """
    if not found["truth_low"] > 0.0:
        return math.nan
    ratio = POWER_FACTOR * float(found["error"]) / float(found["truth"])
    return therapists * ratio * ratio
