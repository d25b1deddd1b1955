"""The figures: surfaces, where the answer turns, where technique makes up, exchange rates, channels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimates.long import Estimates
from alliance_sim.figures import technique
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.technique_and_alliance.section import axes, own_fit
from alliance_sim.stats.turning_point import NO, OPEN, YES, verdict

AXES = {
    "alliance": "felt alliance (SD among clients)",
    "attunement": "attunement of the therapists (SD among therapists)",
}


def draw(question: Question, tables: Tables) -> Sequence[Picture]:
    """Surfaces are of scenarios with their own fit."""
    at, own, others = axes(question), own_fit(question), question.section.not_refitted
    surface = tables.more["surface"]
    agree = {"in how many of the scenarios": agreement(surface, own)}
    if others:
        agree["the same without their own fit"] = agreement(surface, [others.get(name, name) for name in own])
    found = tables.estimates
    turns = {label: _turns(found, axis, at.excellence) for axis, label in AXES.items() if axis in found.options("axis")}
    pictures = [
        technique.surfaces("surfaces", surface, own, at.weak, at.excellence),
        technique.turning("turning", turns, own, at.weak),
        technique.probability("probability", surface, own, agree),
        technique.exchange("exchange", surface, own),
    ]
    interactions = found.where(about="interaction")
    if len(interactions):
        pictures.append(technique.channels("channels", _channels(interactions), own))
    return pictures


def agreement(surface: pd.DataFrame, scenarios: Sequence[str]) -> pd.DataFrame:
    """A row a place with the scenarios that say yes, open or no to it (`turning_point.verdict`): names, and how many.

    `count` say yes, `possible` do not say no, of `of` in which enough draws reach the place.
    """
    rows = []
    own = surface[surface["scenario"].isin(scenarios)]
    for (competence, alliance), part in own.groupby(["technique", "alliance"], sort=True):
        share = dict(zip(part["scenario"], part["at_least_as_good"], strict=True))
        known = {name: verdict(share[name]) for name in scenarios if np.isfinite(share.get(name, np.nan))}
        names = {said: [name for name, given in known.items() if given == said] for said in (YES, OPEN, NO)}
        counts = {"count": len(names[YES]), "possible": len(names[YES]) + len(names[OPEN]), "of": len(known)}
        joined = {said: ", ".join(given) for said, given in names.items()}
        rows.append({"technique": competence, "alliance": alliance, **joined, **counts})
    return pd.DataFrame(rows)


def _turns(found: Estimates, axis: str, excellence: float) -> pd.DataFrame:
    """Where the answer turns on an axis at excellent technique, a row a scenario."""
    key: dict[str, Any] = {"axis": axis, "technique": excellence}
    rows = []
    for row in found.where(about="turns at", **key):
        ends = {name: found.one(about=name, scenario=row["scenario"], **key).value for name in ("yes from", "no below")}
        turns = {"turns": row.estimate.value, "yes_from": ends["yes from"], "no_below": ends["no below"]}
        rows.append({"scenario": row["scenario"], **turns})
    return pd.DataFrame(rows)


def _channels(interactions: Estimates) -> pd.DataFrame:
    """Interactions with channels closed, a row a channel and scenario, both scales side by side."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for row in interactions:
        name, (value, low, high, *_) = row["measure"], row.estimate
        own = rows.setdefault((row["channel"], row["scenario"]), {"way": row["channel"], "scenario": row["scenario"]})
        own |= {name: value, f"{name}_low": low, f"{name}_high": high}
    return pd.DataFrame(rows.values())
