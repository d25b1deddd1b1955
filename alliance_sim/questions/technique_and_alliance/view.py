"""The facts of the page."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from alliance_sim.estimates.long import Estimates
from alliance_sim.law.change import Change
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.technique_and_alliance.section import Axes, axes, mechanisms, own_fit
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.turning_point import MOST, NO, OPEN, YES, verdict

COMPENSATION = {
    "Scenario": "scenario",
    "Level (SD)": "level",
    "Difference": "d",
    "Middle 90 % of draws": "middle",
    "Makes up": "share",
    "So": "so",
    "Recovered": "recovery",
    "Dropped out": "dropout",
    "Draws": "draws",
}
SCALES = {"d": "d", "left": "log of the distress left"}
TURNS = ("turns at", "yes from", "no below")

MECHANISMS = {
    Change.GATE: "gate",
    Change.ADDITIVE: "additive",
    Change.TECHNIQUE_ONLY: "technique_only",
    Change.RELATIONSHIP_ONLY: "relationship_only",
}


def view(question: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the template; see page.md.j2 for what each fact is used for."""
    at, own, frozen = axes(question), own_fit(question), dict(question.section.not_refitted)
    found, surface = tables.estimates, tables.more["surface"]
    span = at.technique[-1] - at.technique[0]
    turns = [_turn(found, "alliance", name, at) for name in own]
    rates = [{"scenario": name, **_rate(surface, name, 0.0, 0.0, span)} for name in own]
    return {
        "at": at,
        "span": span,
        "scenarios": own,
        "built_in": [{"scenario": name, "mechanism": _mechanism(question, name)} for name in own],
        "turns": turns,
        "depth": _depth(turns),
        "verdicts": [{"level": weak, **_verdicts(found, "alliance", own, weak)} for weak in at.weak],
        "compensation": _compensation(found, "alliance"),
        "borders": _borders(found, "alliance"),
        "noise": max((row.estimate.value for row in found.where(about="sampling variation")), default=math.nan),
        "felt": _felt(found, "alliance", own, at.alliance),
        "turning_table": _turning_table(found),
        "rates": _rate_table(tables, own, at, span),
        "replaceable": [row for row in rates if row["replaceable"]],
        "never": [row["scenario"] for row in rates if not row["replaceable"]],
        "interactions": _interactions(found),
        "channels": _channels(found, question, own),
        "attunement": _attunement(found, own, at) if "attunement" in found.options("axis") else None,
        "frozen": [row for row in (_frozen(found, at, *pair) for pair in frozen.items()) if row["apart"]],
        "not_refitted": bool(frozen),
        "felt_columns": {"Shift (log-odds)": "level"} | {name: name for name in own},
        "compensation_columns": COMPENSATION,
        "turning_columns": {"Scenario": "scenario", "Technique (SD)": "technique"}
        | {f"{axis.capitalize()}: {about}": f"{axis}: {about}" for axis in found.options("axis") for about in TURNS},
    }


def _mechanism(question: Question, scenario: str) -> str:
    return MECHANISMS[Change(mechanisms(question)[scenario])]


def _turn(found: Estimates, axis: str, scenario: str, at: Axes) -> dict[str, Any]:
    """Where the answer turns in a scenario at excellent technique."""
    key: dict[str, Any] = {"axis": axis, "scenario": scenario, "technique": at.excellence}
    turns, yes, no = (found.one(about=name, **key) for name in TURNS)
    return {"scenario": scenario, "turns": turns, "yes_from": yes.value, "no_below": no.value}


def _depth(turns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How weak an alliance excellence makes up for: the least and the most over scenarios, in SD below average."""
    known = [row for row in turns if not math.isnan(row["turns"].value)]
    if not known:
        return {"least": None, "most": None}
    least = max(known, key=lambda row: row["turns"].value)
    most = min(known, key=lambda row: row["turns"].value)
    return {name: {"scenario": row["scenario"], "below": -row["turns"].value} for name, row in _pair(least, most)}


def _pair(least: Mapping[str, Any], most: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [("least", least), ("most", most)]


def _verdicts(found: Estimates, axis: str, scenarios: Sequence[str], weak: float) -> dict[str, Any]:
    """The scenarios that say yes, open and no at a weak level, and the difference in each."""
    share = {name: found.one(about="makes up", axis=axis, scenario=name, level=weak) for name in scenarios}
    given = {name: verdict(each.value / 100.0) for name, each in share.items()}
    return {said: [name for name in scenarios if given[name] == said] for said in (YES, OPEN, NO)}


def _compensation(found: Estimates, axis: str) -> list[dict[str, Any]]:
    """Excellent technique at weak levels against the average clinic, a row a scenario and level."""
    rows = []
    for row in found.where(about="makes up", axis=axis):
        key = {"axis": axis, "scenario": row["scenario"], "level": row["level"]}
        difference = {name: found.one(about="difference", measure=name, **key) for name in ("d", "recovery", "dropout")}
        middle = found.one(about="middle 90 % of draws", **key)
        said, draws = verdict(row.estimate.value / 100.0), found.one(about="draws", **key)
        rows.append(
            {**row.key, **difference, "middle": middle, "share": row.estimate, "so": said, "draws": _count(draws)}
        )
    return rows


def _count(number: Estimate) -> int | None:
    return int(number.value) if number.known else None


def _borders(found: Estimates, axis: str) -> list[dict[str, Any]]:
    """Verdicts that other draws might move, since the interval of their share includes a border."""
    borders = (100.0 * (1.0 - MOST), 100.0 * MOST)
    rows = found.where(about="makes up", axis=axis)
    return [
        {**row.key, "share": row.estimate}
        for row in rows
        if any(row.estimate.low < border < row.estimate.high for border in borders)
    ]


def _felt(found: Estimates, axis: str, scenarios: Sequence[str], levels: Sequence[float]) -> list[dict[str, Any]]:
    """The felt alliance to which each level leads, in SD among clients."""
    key = {"about": "felt alliance", "axis": axis, "measure": "sd"}
    return [
        {"level": level} | {name: found.one(**key, scenario=name, level=level) for name in scenarios}
        for level in levels
    ]


def _turning_table(found: Estimates) -> list[dict[str, Any]]:
    """Where the answer turns for each level of technique above average, on each axis that was run."""
    rows = []
    for row in found.where(about="turns at", axis="alliance"):
        if row["technique"] > 0:
            key = {"scenario": row["scenario"], "technique": row["technique"]}
            shown: dict[str, Any] = {**key, "alliance": row.estimate}
            for axis in found.options("axis"):
                for about in TURNS:
                    same = list(found.where(about=about, axis=axis, **key))
                    shown[f"{axis}: {about}"] = same[0].estimate if same else None
            rows.append(shown)
    return rows


def _rate(surface: pd.DataFrame, scenario: str, technique: float, alliance: float, span: float) -> dict[str, Any]:
    """The exchange rate at a place: SD of technique that replace one SD of alliance at the margin."""
    place = (surface["scenario"] == scenario) & (surface["technique"] == technique)
    (row,) = surface[place & (surface["alliance"] == alliance)].to_dict("records")
    rate = Estimate(row["rate"], row["rate_low"], row["rate_high"])
    replaceable = bool(rate.known and rate.value <= span)
    return {"rate": rate, "replaceable": replaceable, "shown": rate if replaceable else "–"}


def _rate_table(tables: Tables, scenarios: Sequence[str], at: Axes, span: float) -> list[dict[str, Any]]:
    """Exchange rates at a few places, and at average technique and attunement."""
    places = [(0.0, 0.0), *((0.0, weak) for weak in at.weak), (at.excellence, at.weak[0])]
    named = [("alliance", "surface", place) for place in places]
    if "attunement_surface" in tables.more:
        named.append(("attunement", "attunement_surface", (0.0, 0.0)))
    return [
        {"scenario": name, "axis": axis, "technique": technique, "level": level}
        | _rate(tables.more[table], name, technique, level, span)
        for name in scenarios
        for axis, table, (technique, level) in named
    ]


def _interactions(found: Estimates) -> list[dict[str, Any]]:
    """What technique brings at weak and usual alliance, a row a scenario and scale."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for row in found.where(about="technique brings"):
        own = rows.setdefault(
            (row["scenario"], row["measure"]), {"scenario": row["scenario"], "scale": SCALES[row["measure"]]}
        )
        own[row["where"]] = row.estimate
    return list(rows.values())


def _channels(found: Estimates, question: Question, scenarios: Sequence[str]) -> dict[str, Any] | None:
    """What is left of the interaction with every channel closed, where technique works and has no gate."""
    options = found.options("channel") if "channel" in found.keys else []
    if not options:
        return None
    open_to_all = ("additive", "technique_only")
    rows = [
        {"scenario": row["scenario"], "left": row.estimate}
        for row in found.where(about="interaction", channel=options[-1], measure="left")
        if row["scenario"] in scenarios and _mechanism(question, row["scenario"]) in open_to_all
    ]
    return {"closed": options[-1], "left": rows}


def _attunement(found: Estimates, scenarios: Sequence[str], at: Axes) -> dict[str, Any]:
    """The other way to a better alliance, in SD among therapists."""
    up = min(level for level in at.attunement if level > 0)
    key: dict[str, Any] = {"about": "felt alliance", "axis": "attunement", "measure": "sd", "level": up}
    return {
        "verdicts": [{"level": weak, **_verdicts(found, "attunement", scenarios, weak)} for weak in at.weak],
        "compensation": _compensation(found, "attunement"),
        "borders": _borders(found, "attunement"),
        "moves": [
            {"scenario": name, "by": found.one(scenario=name, **key).times(1.0 / up, "SD")} for name in scenarios
        ],
    }


def _frozen(found: Estimates, at: Axes, scenario: str, arm: str) -> dict[str, Any]:
    """Where the answer turns in a scenario with and without its own fit, and whether the intervals are apart."""
    fitted, without = (_turn(found, "alliance", name, at)["turns"] for name in (scenario, arm))
    apart = without.low > fitted.high or without.high < fitted.low
    return {"scenario": scenario, "fitted": fitted, "without": without, "apart": apart}
