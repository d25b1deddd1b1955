"""The facts of the page."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimates.found import records
from alliance_sim.estimates.long import Estimates
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.sensitivity.basis import ASSUMED, CONTESTED, DESIGN, FITTED, TIED
from alliance_sim.questions.sensitivity.estimates import ranked
from alliance_sim.questions.sensitivity.naming import path_of
from alliance_sim.questions.sensitivity.random_draws import DRAWS, EVEN, INDICES, SCREENING, SHARE
from alliance_sim.questions.sensitivity.section import LIKENESS, RANGES, Wanted, numbers_of, wanted
from alliance_sim.scenario.names import POSTERIOR
from alliance_sim.stats.estimate import Estimate

TOP = 2
"""Settings that a sentence names."""

SHOWN = 10
"""Rows of a table of settings; all are in estimates.csv."""

PART = 0.1
"""A setting without an index moves an estimate if the lower end of its movement is above this part of the largest."""

HALF = 0.5
"""Part of the configured difference below which the median parameter set is far from it."""

CORRELATED = 0.3
"""Rank correlation from which a parameter is said to be correlated with another."""

GROUNDS = {
    "assumed": (ASSUMED, True),
    "contested": (CONTESTED, True),
    "hardly": (FITTED, True),
    "fitted": (FITTED, False),
    "tied": (TIED, False),
    "design": (DESIGN, False),
}
"""What settings rest on: what it is, and whether findings say little about it."""


def view(question: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the template; see page.md.j2 for what each fact is used for."""
    asked, over = wanted(question), question.section.over
    shown = [_estimate(k, each, tables, over) for k, each in enumerate(asked, 1)]
    return {
        "numbers": numbers_of(question)._asdict(),
        "estimates": shown,
        "ranges": _over_ranges(shown, tables) if RANGES in over else None,
        "posterior": _over_posterior(asked, shown) if POSTERIOR in over else None,
        "random_draws": _random_draws(asked, tables.estimates),
    }


def _estimate(number: int, each: Wanted, tables: Tables, over: Sequence[str]) -> dict[str, Any]:
    """Everything about one estimate."""
    own, counts = tables.estimates.where(estimate=each.label), counts_of(tables, each.label)
    facts: dict[str, Any] = {
        "label": each.label,
        "meaning": BY_NAME[each.estimate].label,
        "of": each.of,
        "minus": each.minus,
        "unit": each.unit,
        "signed": each.signed,
        "figure": f"settings_{number}",
        "counts": counts,
    }
    if RANGES in over:
        facts |= _even(each, own) | _settings(own, ranked(tables.estimates, tables.more["settings"], each.label))
    if POSTERIOR in over:
        facts |= _draws(each, own, tables.more["settings"])
    return facts


def counts_of(tables: Tables, label: str) -> dict[str, dict[str, int]]:
    """What was counted for an estimate: by step, then by quantity."""
    frame = tables.more["counts"]
    rows = records(frame[frame["estimate"] == label])
    return {
        step: {row["quantity"]: int(row["count"]) for row in rows if row["step"] == step}
        for step in {row["step"] for row in rows}
    }


def _even(each: Wanted, own: Estimates) -> dict[str, Any]:
    """An estimate at parameter sets spread evenly over the ranges, and how far from half of the configured one."""
    configured, median = own.one(about="configured"), own.one(about="median")
    part = median.times(1.0 / configured.value) if configured.value else Estimate(math.nan)
    excess = part._replace(value=part.value - HALF, low=part.low - HALF, high=part.high - HALF)
    return {
        "configured": configured,
        "error": Estimate(configured.error, unit=each.unit),
        "median": median,
        "middle": own.one(about="middle 90 %"),
        "similar": own.one(about="median of similar"),
        "excess": excess if each.minus else Estimate(math.nan),
        **({"negligible": own.one(about="negligible")} if each.minus else {}),
        **(_by_name(own, "other sign", "unclear sign") if each.signed else {}),
    }


def _by_name(own: Estimates, *abouts: str) -> dict[str, Estimate]:
    return {about: own.one(about=about) for about in abouts}


def _settings(own: Estimates, table: pd.DataFrame) -> dict[str, Any]:
    """What an estimate depends on over the ranges."""
    indices = bool(table["total"].notna().any())
    movers = table["mu_star_low"] > PART * table["mu_star"].max()
    noise = noise_over_ranges(own)
    weighed = table.assign(weight=table["total"] if indices else table["mu_star"] / table["mu_star"].max())
    important = weighed[table["total_low"] > noise] if indices else weighed[movers]
    unjudged = table[table["total"].isna() & movers] if indices else table.iloc[:0]
    rows = [_row(row, own) for row in records(table[table["mu_star"] > 0].head(SHOWN))]
    top = list(important["setting"].head(TOP))
    return {
        "indices": indices,
        "important": important,
        "rows": rows,
        "columns": {"Setting": "name", "Path": "path", "Range": "range", "Rests on": "rests on"}
        | {"Movement over the range": "movement"}
        | ({"Total share": "total share", "Share alone": "share alone"} if indices else {}),
        "top": [_row(row, own) for row in records(important.head(TOP))],
        "rivals": rivals(own, table, top),
        "unjudged": len(unjudged),
        "unjudged_uninformed": int(unjudged["uninformed"].astype(bool).sum()),
        "unjudged_names": list(unjudged.sort_values("mu_star", ascending=False, kind="stable")["name"].head(5)),
    }


def noise_over_ranges(own: Estimates) -> float:
    """The share of the variance that random draws make in the last step over ranges; 0 where it is not known."""
    rows = [row.estimate.value for row in own.where(about="random draws") if row["step"] != DRAWS]
    return rows[-1] if rows and math.isfinite(rows[-1]) else 0.0


def _row(row: Mapping[str, Any], own: Estimates) -> dict[str, Any]:
    """A setting with its estimates."""
    found = {name: row[name] for name in ("name", "range", "rests on", "uninformed", "setting")}
    found |= {"path": path_of(row["setting"]), "movement": own.one(about="movement", setting=row["setting"])}
    if math.isfinite(row["total"]):
        found |= {name: own.one(about=name, setting=row["setting"]) for name in ("total share", "share alone")}
    return {**found, "weight": found.get("total share", found["movement"])}


def rivals(own: Estimates, table: pd.DataFrame, named: Sequence[str]) -> list[str]:
    """Names of the settings that a named one is not ahead of, beyond the interval of the difference of their shares."""
    leads = own.where(about="lead")
    found = {row["setting"] for row in leads if row["other"] in named}
    found |= {row["other"] for row in leads if row["setting"] in named and not row.estimate.sign > 0}
    return [row["name"] for row in records(table) if row["setting"] in found - set(named)]


def _over_ranges(shown: Sequence[Mapping[str, Any]], tables: Tables) -> dict[str, Any]:
    """What all estimates have in common over the ranges."""
    varied = ranked(tables.estimates, tables.more["settings"], shown[0]["label"])
    important = pd.concat([each["important"].assign(estimate=each["label"]) for each in shown])
    once = important.drop_duplicates("setting")
    estimates = tables.estimates
    counts, labels = [each["counts"] for each in shown], [each["label"] for each in shown]
    with_indices = {row["setting"] for row in estimates.where(about="total share") if row.estimate.known}
    return {
        "settings": len(varied),
        "sets": max(each[EVEN]["parameter sets"] for each in counts),
        "similar": max(each[EVEN]["similar sets"] for each in counts),
        "likeness": [BY_NAME[name].label for name in LIKENESS],
        "treatments": list(_treatments(estimates)),
        "indices": len(with_indices),
        "important": len(once),
        "uninformed": int(once["uninformed"].astype(bool).sum()),
        "grounds": {
            name: int(((once["kind"] == kind) & (once["uninformed"].astype(bool) == little)).sum())
            for name, (kind, little) in GROUNDS.items()
        },
        "open": list(_open(important)),
        "open_columns": {"Setting": "name", "Rests on": "rests on"} | {name: f"of {name}" for name in labels},
        "fixing": [
            {
                "estimate": each["label"],
                "explained": estimates.one(about="explained together", estimate=each["label"]),
                "all": estimates.one(about="SD, all varied", estimate=each["label"]),
                "rest": estimates.one(about="SD, rest as configured", estimate=each["label"]),
            }
            for each in shown
            if "fixing" in each["counts"]
        ],
        "pairs": list(_pairs(estimates, labels, varied)),
    }


def _treatments(estimates: Estimates) -> Iterable[dict[str, Any]]:
    """A row an arm and quantity that describes treatments."""
    for row in estimates.where(about="configured"):
        if "quantity" in row.key:
            key = {"arm": row["arm"], "quantity": row["quantity"]}
            yield {
                "arm": row["arm"],
                "quantity": BY_NAME[row["quantity"]].label,
                "configured": row.estimate,
                "median": estimates.one(about="median", **key),
                "middle": estimates.one(about="middle 90 %", **key),
            }


def _open(important: pd.DataFrame) -> Iterable[dict[str, Any]]:
    """The important settings that findings say little about, with their weight for each estimate."""
    for _, own in important[important["uninformed"].astype(bool)].groupby("setting", sort=False):
        weights = {f"of {row['estimate']}": Estimate(row["weight"], unit=SHARE) for row in records(own)}
        yield {"name": own["name"].iloc[0], "rests on": own["rests on"].iloc[0], **weights}


def _pairs(estimates: Estimates, labels: Sequence[str], settings: pd.DataFrame) -> Iterable[dict[str, Any]]:
    """The five pairs of settings with the largest joint share of each estimate."""
    names = dict(zip(settings["setting"], settings["name"], strict=True))
    for label in labels:
        rows = list(estimates.where(about="joint share", estimate=label))
        for row in sorted(rows, key=lambda row: -row.estimate.value)[:5]:
            yield {"estimate": label, "one": names[row["setting"]], "other": names[row["other"]], "share": row.estimate}


def _draws(each: Wanted, own: Estimates, settings: pd.DataFrame) -> dict[str, Any]:
    """What an estimate goes with over the posterior."""
    names = dict(zip(settings["setting"], settings["name"], strict=True))
    chance, mean = own.one(about="share by chance").value, own.one(about="over draws")
    shares = [row for row in own.where(about="share over draws") if row.estimate.value > chance]
    most = max((row.estimate.value for row in shares), default=0.0)
    rows = []
    for row in shares[:6]:
        key = {"setting": row["setting"]}
        rows.append(
            {
                "name": names[row["setting"]],
                "path": path_of(row["setting"]),
                "estimate": each.label,
                "share": row.estimate,
                "delta": own.one(about="delta", **key),
                "direction": own.one(about="partial rank correlation", **key),
                "first": own.one(about="correlation with the first", **key),
            }
        )
    return {
        "over_draws": mean,
        **(_by_name(own, "draws of the other sign", "draws of unclear sign") if each.signed else {}),
        "parameters": rows,
        "above_chance": len(shares),
        "drawn": len(own.where(about="share over draws")),
        "leading": [row for row in rows if row["share"].value >= 0.5 * most][:TOP],
        "turning": [names[key] for key in turning(own)] if each.signed else [],
    }


def turning(own: Estimates) -> list[str]:
    """Parameters in some fifth of which the mean lies on the other side of zero, its whole interval included."""
    mean = own.one(about="over draws").value
    fifths = own.where(about="mean in a fifth")
    return list(dict.fromkeys(row["setting"] for row in fifths if row.estimate.sign * mean < 0))


def _over_posterior(asked: Sequence[Wanted], shown: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What all estimates have in common over the posterior."""
    return {
        "draws": max(each["counts"][DRAWS]["draws"] for each in shown),
        "signed": any(each.signed for each in asked),
        "turning": [each for each in shown if each["turning"]],
        "parameters": [row for each in shown for row in each["parameters"]],
    }


def _random_draws(asked: Sequence[Wanted], estimates: Estimates) -> list[dict[str, Any]]:
    """A row an estimate and step: the share of random draws in the variance, and the agreement of blocks."""
    rows = []
    for each in asked:
        own = estimates.where(estimate=each.label)
        for step in (SCREENING, INDICES, DRAWS):
            if not len(own.where(step=step)):
                continue
            rows.append(
                {
                    "estimate": each.label,
                    "step": step,
                    "shared": own.one(about="random draws", step=step).times(100.0, "%"),
                    "apart": own.one(about="random draws, not shared", step=step).times(100.0, "%"),
                    "error": own.one(about="error of a setting", step=step),
                    "agreement": own.one(about="agreement of blocks", step=step),
                    "difference": own.one(about="difference between blocks", step=step),
                }
            )
    return rows
