"""What is assumed, fitted and emerging, in numbers: tables of answered questions for docs/evidence.md."""

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from alliance_sim.estimates.long import Estimates
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import listed, number

FULL = "full model"
EFFECTS = ("repair teaches", "repair only restores", "repair does nothing", "selection only")


class Result(NamedTuple):
    """A result, the finding and its part, the rule that it is quoted for, and the rival that lacks the rule."""

    words: str
    finding: str
    part: int
    rule: str
    rival: str
    restates: bool = False  # whether the result is the rule itself, read off


NEEDED = (
    Result("alliance and outcome correlate", "A01", 1, "the relationship itself relieves", "technique only"),
    Result("repaired ruptures go with better outcomes", "R01", 1, "repair helps", "no repair effect"),
    Result("ratings fall reliably and recover", "P06", 1, "there are ruptures", "no ruptures"),
    Result("ratings fall reliably and do not recover", "P06", 2, "there are ruptures", "no ruptures"),
    Result("improvement raises the next rating", "W02", 1, "reciprocity", "no reciprocity", restates=True),
    Result(
        "therapists differ in rated alliance",
        "T09",
        1,
        "skills vary independently; repair helps",
        "selection only",
    ),
    Result("therapists differ in outcome", "T02", 1, "technique changes clients", "relationship only"),
)

NEEDS = "needs it"
CLEAR, ALIKE = 0.8, 0.6
"""Shares of right verdicts above which a number tells two rivals apart, and below which it is much the same."""


def tables(rivals: Path, repair: Path) -> dict[str, Any]:
    """Everything that the template docs/put_in.md.j2 asks for, from the folders of the two questions."""
    own = Estimates.read(rivals / "estimates.csv")
    found = pd.read_csv(rivals / "findings.csv")
    accounts = _rivals(own)
    fitted = sorted(row["fitted_met"] for row in accounts)
    held = found[found["tier"] != "fit"].groupby(["id", "rival"])["agrees"].all().groupby("id").mean()
    needed = _needed(found, pd.read_csv(rivals / "separations.csv"))
    return {
        "effects": _effects(Estimates.read(repair / "estimates.csv")),
        "rivals": accounts,
        "fitted": int(own.one(about="findings", rival=FULL, tier="fit").value),
        "fitted_range": " to ".join(str(each) for each in dict.fromkeys((fitted[0], fitted[-1]))),
        "held_out": len(held),
        "met_by_all": int((held == 1).sum()),
        "met_by_none": int((held == 0).sum()),
        "numbers": int(own.one(about="fitted numbers", rival=FULL).value),
        "nearest": number(float(own.where(about="distance").frame["value"].min()), 2),
        "missed_by_all": listed(_missed_by_all(found)),
        "needed": needed,
        "bottom_line": _bottom_line(needed),
    }


def _missed_by_all(found: pd.DataFrame) -> list[str]:
    """Fitted findings that every rival misses."""
    met = found[found["tier"] == "fit"].groupby(["id", "rival"])["agrees"].all().groupby("id").any()
    return [str(name) for name in met.index[~met]]


def _bottom_line(needed: list[dict[str, Any]]) -> str:
    """Whether any result speaks for a contested rule from outside of the fit."""
    good = [row["id"] for row in needed if row["verdict"] == NEEDS and row["tier"] != "fitted" and not row["restates"]]
    if good:
        return f"Held out, not the rule itself, and in need of it: {listed(good)}."
    return "No result of this table is at once held out, not its own rule read off, and in need of a contested rule."


def _effects(estimates: Estimates) -> list[dict[str, str]]:
    own = estimates.where(about="effect", what="symptoms", among="everybody", group="all")
    effects = [(scenario, own.one(scenario=scenario)) for scenario in EFFECTS]
    return [
        {"scenario": scenario, "value": number(effect.value, 2, signed=True), "mcse": number(effect.error, 3)}
        for scenario, effect in effects
    ]


def _rivals(own: Estimates) -> list[dict[str, Any]]:
    """A row a rival: findings met, and how often a literature shows which of it and the full model is right."""
    rows = []
    for rival in own.where(about="distance").options("rival"):
        counts = {
            (about, tier): int(own.one(about=about, rival=rival, tier=tier).value)
            for about in ("findings met", "findings")
            for tier in ("fit", "validate")
        }
        pair = {"about": "right one of two", "rival": FULL, "other": rival}
        rows.append(
            {
                "rival": rival,
                "fitted_met": counts["findings met", "fit"],
                "fitted": f"{counts['findings met', 'fit']} of {counts['findings', 'fit']}",
                "held_out": f"{counts['findings met', 'validate']} of {counts['findings', 'validate']}",
                **{name: "" if rival == FULL else _share(own.one(**pair, numbers=name)) for name in ("today", "new")},
            }
        )
    return rows


def _share(right: Estimate) -> str:
    return f"{number(right.value, 0)} % (SE {number(right.error, 1)})"


def _needed(found: pd.DataFrame, separations: pd.DataFrame) -> list[dict[str, Any]]:
    """A row a result: with and without the rule, and what follows."""
    rows = []
    for words, name, part, rule, rival, restates in NEEDED:
        own = found[(found["id"] == name) & (found["part"] == part)].set_index("rival")
        pair = separations["one"].eq(FULL) & separations["other"].eq(rival) & separations["key"].eq(f"{name}.{part}")
        right = float(separations.loc[pair, "right"].iloc[0])
        published = float(own["published"][FULL])
        rows.append(
            {
                "words": words,
                "id": name,
                "tier": "fitted"
                if own["tier"][FULL] == "fit"
                else "put in: its rule, read off"
                if restates
                else "held out",
                "rule": rule,
                "restates": restates,
                "published": "a direction" if pd.isna(published) else f"{published:.3g}",
                "full": _simulated(own, FULL),
                "without": f"{_simulated(own, rival)}, {rival}",
                "right": f"{number(100 * right, 0)} %",
                "verdict": _verdict(right),
            }
        )
    return rows


def _simulated(own: pd.DataFrame, rival: str) -> str:
    return f"{own['simulated'][rival]:.3g} (MCSE {own['mcse'][rival]:.2g})"


def _verdict(right: float) -> str:
    if right < ALIKE:
        return "much the same without it: no evidence for it"
    return NEEDS if right >= CLEAR else "differs too little to be evidence for it"
