"""The facts of the page."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimates.long import Estimates, records
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.sensitivity.basis import ASSUMED, CONTESTED, DESIGN, FITTED, TIED
from alliance_sim.questions.sensitivity.estimates import DRAWS, EVEN, FIXING, SHARE, ranked
from alliance_sim.questions.sensitivity.naming import path_of
from alliance_sim.questions.sensitivity.section import LIKENESS, RANGES, WantedEstimate, numbers_of, wanted
from alliance_sim.scenario.names import POSTERIOR
from alliance_sim.stats.estimate import UNKNOWN, Estimate

TOP = 2
"""Settings that a sentence names."""

SHOWN = 10
"""Rows of a table of settings; all are in estimates.csv."""

PART = 0.1
"""A setting without an index moves an estimate if the lower end of its movement is above this part of the largest."""

HALF = 0.5
"""Part of the configured difference below which the median parameter set is far from it."""

GROUNDS = {
    "assumed": (ASSUMED, True),
    "contested": (CONTESTED, True),
    "hardly": (FITTED, True),
    "fitted": (FITTED, False),
    "tied": (TIED, False),
    "design": (DESIGN, False),
}
"""What settings rest on: what it is, and whether findings say little about it."""


DIFFERENCES = ("negligible",)
SIGNED = ("other sign", "unclear sign", "draws of the other sign", "draws of unclear sign")
"""What is shown of differences alone, and of estimates whose sign means something."""

Facts = dict[str, Any]


def view(question: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the template; see page.md.j2 for what each fact is used for."""
    asked, over = wanted(question), question.section.over
    shown = [_estimate(k, each, tables, over) for k, each in enumerate(asked, 1)]
    return {
        "numbers": numbers_of(question)._asdict(),
        "estimates": shown,
        "ranges": _over_ranges(shown, tables) if RANGES in over else None,
        "posterior": _over_posterior(shown) if POSTERIOR in over else None,
        "random_draws": [
            {**row, **{about: row[about].times(100.0, "%") for about in ("random draws", "random draws, not shared")}}
            for row in tables.estimates.wide(["estimate", "step"])
        ],
    }


def _estimate(number: int, each: WantedEstimate, tables: Tables, over: Sequence[str]) -> Facts:
    """Everything about one estimate: what the table says of it by `about`, and what follows from it."""
    own, settings, counts = tables.estimates.where(estimate=each.label), tables.more["settings"], tables.more["counts"]
    (alone,) = own.wide([], estimate=each.label)
    hidden = (() if each.minus else DIFFERENCES) + (() if each.signed else SIGNED)
    counted = counts[counts["estimate"] == each.label].groupby("step")[["quantity", "count"]]
    facts = {"meaning": BY_NAME[each.estimate].label, "figure": f"settings_{number}", **each._asdict()}
    facts |= {"unit": each.unit, "signed": each.signed}
    facts |= {about: found for about, found in alone.items() if about not in hidden}
    facts["counts"] = {step: dict(rows.itertuples(index=False, name=None)) for step, rows in counted}
    numbers = {row["setting"]: row for row in own.wide(["setting"], estimate=each.label)}
    if RANGES in over:
        configured, median = alone["configured"], alone["median"]
        part = median.times(1.0 / configured.value) if configured.value else UNKNOWN
        facts |= {"error": Estimate(configured.error, unit=each.unit)}
        facts |= {"excess": part.plus(-HALF) if each.minus else UNKNOWN}
        facts |= _settings(own, ranked(tables.estimates, settings, each.label), numbers)
    if POSTERIOR in over:
        facts |= _draws(each, own, settings, numbers)
    return facts


def _settings(own: Estimates, table: pd.DataFrame, numbers: Mapping[str, Facts]) -> Facts:
    """What an estimate depends on over the ranges."""
    indices = bool(table["total"].notna().any())
    movers = table["mu_star_low"] > PART * table["mu_star"].max()
    weighed = table.assign(weight=table["total"] if indices else table["mu_star"] / table["mu_star"].max())
    important = weighed[table["total_low"] > noise_over_ranges(own)] if indices else weighed[movers]
    unjudged = table[table["total"].isna() & movers] if indices else table.iloc[:0]
    top = important.head(TOP)
    return {
        "indices": indices,
        "important": important,
        "rows": [_row(row, numbers) for row in records(table[table["mu_star"] > 0].head(SHOWN))],
        "columns": {"Setting": "name", "Path": "path", "Range": "range", "Rests on": "rests on"}
        | {"Movement over the range": "movement"}
        | ({"Total share": "total share", "Share alone": "share alone"} if indices else {}),
        "top": [_row(row, numbers) for row in records(top)],
        "rivals": rivals(own, table, list(top["setting"])),
        "unjudged": len(unjudged),
        "unjudged_uninformed": _uninformed(unjudged),
        "unjudged_names": list(unjudged.sort_values("mu_star", ascending=False, kind="stable")["name"].head(5)),
    }


def _uninformed(settings: pd.DataFrame) -> int:
    """How many settings findings say little about."""
    return int(settings["uninformed"].astype(bool).sum())


def noise_over_ranges(own: Estimates) -> float:
    """The share of the variance that random draws make in the last step over ranges; 0 where it is not known."""
    rows = [row.estimate for row in own.where(about="random draws") if row["step"] != DRAWS]
    return rows[-1].value if rows and rows[-1].known else 0.0


def _row(row: Mapping[str, Any], numbers: Mapping[str, Facts]) -> Facts:
    """A setting with its estimates."""
    own = numbers[row["setting"]]
    weight = own["total share"] if math.isfinite(row["total"]) else own["movement"]
    return {**own, **row, "path": path_of(row["setting"]), "weight": weight}


def rivals(own: Estimates, table: pd.DataFrame, named: Sequence[str]) -> list[str]:
    """Names of the settings that a named one is not ahead of, beyond the interval of the difference of their shares."""
    leads = own.where(about="lead")
    found = {row["setting"] for row in leads if row["other"] in named}
    found |= {row["other"] for row in leads if row["setting"] in named and not row.estimate.sign > 0}
    return [row["name"] for row in records(table) if row["setting"] in found - set(named)]


def _over_ranges(shown: Sequence[Facts], tables: Tables) -> Facts:
    """What all estimates have in common over the ranges."""
    found, labels = tables.estimates, [each["label"] for each in shown]
    important = pd.concat([each["important"].assign(estimate=each["label"]) for each in shown])
    once = important.drop_duplicates("setting")
    little = once["uninformed"].astype(bool)
    settings = ranked(found, tables.more["settings"], labels[0])
    return {
        "settings": len(settings),
        "sets": max(each["counts"][EVEN]["parameter sets"] for each in shown),
        "similar": max(each["counts"][EVEN]["similar sets"] for each in shown),
        "likeness": [BY_NAME[name].label for name in LIKENESS],
        "treatments": [{**row, "quantity": BY_NAME[row["quantity"]].label} for row in found.wide(["arm", "quantity"])],
        "indices": len({row["setting"] for row in found.where(about="total share") if row.estimate.known}),
        "important": len(once),
        "uninformed": _uninformed(once),
        "grounds": {
            name: int(((once["kind"] == kind) & (little == uninformed)).sum())
            for name, (kind, uninformed) in GROUNDS.items()
        },
        "open": list(_open(important)),
        "open_columns": {"Setting": "name", "Rests on": "rests on"} | {name: f"of {name}" for name in labels},
        "fixing": [each for each in shown if FIXING in each["counts"]],
        "pairs": list(_pairs(found, labels, settings)),
    }


def _open(important: pd.DataFrame) -> Iterable[Facts]:
    """The important settings that findings say little about, with their weight for each estimate."""
    for _, own in important[important["uninformed"].astype(bool)].groupby("setting", sort=False):
        weights = {f"of {row['estimate']}": Estimate(row["weight"], unit=SHARE) for row in records(own)}
        yield {"name": own["name"].iloc[0], "rests on": own["rests on"].iloc[0], **weights}


def _names(settings: pd.DataFrame) -> dict[str, str]:
    return dict(zip(settings["setting"], settings["name"], strict=True))


def _pairs(estimates: Estimates, labels: Sequence[str], settings: pd.DataFrame) -> Iterable[Facts]:
    """The five pairs of settings with the largest joint share of each estimate."""
    names = _names(settings)
    for label in labels:
        rows = list(estimates.where(about="joint share", estimate=label))
        for row in sorted(rows, key=lambda row: -row.estimate.value)[:5]:
            yield {"estimate": label, "one": names[row["setting"]], "other": names[row["other"]], "share": row.estimate}


def _draws(each: WantedEstimate, own: Estimates, settings: pd.DataFrame, numbers: Mapping[str, Facts]) -> Facts:
    """What an estimate goes with over the posterior."""
    names, every = _names(settings), list(own.where(about="share over draws"))
    shares = [row for row in every if row.estimate.value > own.one(about="share by chance").value]
    most = max((row.estimate.value for row in shares), default=0.0)
    rows: list[Facts] = [
        {**numbers[key], "name": names[key], "path": path_of(key), "estimate": each.label}
        for key in (row["setting"] for row in shares[:6])
    ]
    return {
        "parameters": rows,
        "above_chance": len(shares),
        "drawn": len(every),
        "leading": [row for row in rows if row["share over draws"].value >= 0.5 * most][:TOP],
        "turning": [names[key] for key in turning(own)] if each.signed else [],
    }


def turning(own: Estimates) -> list[str]:
    """Parameters in some fifth of which the mean lies on the other side of zero, its whole interval included."""
    mean = own.one(about="over draws").value
    fifths = own.where(about="mean in a fifth")
    return list(dict.fromkeys(row["setting"] for row in fifths if row.estimate.sign * mean < 0))


def _over_posterior(shown: Sequence[Facts]) -> Facts:
    """What all estimates have in common over the posterior."""
    return {
        "draws": max(each["counts"][DRAWS]["draws"] for each in shown),
        "signed": any(each["signed"] for each in shown),
        "turning": [each for each in shown if each["turning"]],
        "parameters": [row for each in shown for row in each["parameters"]],
    }
