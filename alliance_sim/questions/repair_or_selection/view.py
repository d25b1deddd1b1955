"""The facts of the page."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from alliance_sim.estimands.histories import ALL, INSECURE, MIDDLE, NO_TRAUMA, SECURE, TRAUMA
from alliance_sim.evidence.findings import published
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.repair_or_selection import estimates as e
from alliance_sim.questions.repair_or_selection import studies
from alliance_sim.questions.repair_or_selection.estimates import ByKey
from alliance_sim.questions.repair_or_selection.section import SELECTED, STEPS, TEACHES, Scenarios, scenarios_of, shown
from alliance_sim.questions.repair_or_selection.studies import ANALYSES, BOTH, OBSERVED, TRIALS, TRUE
from alliance_sim.questions.repair_or_selection.twins import EVERYBODY, FIRST, REPAIRED, RUPTURES
from alliance_sim.questions.repair_or_selection.verdicts import (
    MOSTLY,
    RARE,
    Facts,
    alarms,
    blind,
    missed,
    needed,
    verdicts,
    wrong_sign,
)
from alliance_sim.report.naming import short_title
from alliance_sim.stats.estimate import UNKNOWN, Estimate

SLIGHT = 0.1
"""A difference within this share of what repair saves is called slight."""

LOWERED = "symptoms at the end, lowered by"
POLICY = {"symptoms": LOWERED, "alliance at the end": "felt alliance at the last session (0–1)", "dropout": "dropout"}

GROUPS = (ALL, NO_TRAUMA, TRAUMA, e.BY_TRAUMA, INSECURE, MIDDLE, SECURE, e.BY_SECURITY)

ONE_RUPTURE = (
    ("all ruptures: repair tried versus left alone", "felt, left alone", RUPTURES),
    ("repaired ruptures: versus left alone", "felt, left alone", REPAIRED),
    ("repaired ruptures: versus no rupture", "felt, never", REPAIRED),
    ("repaired ruptures: versus before (no twin)", "felt, before", REPAIRED),
    ("from the first rupture on: repairing versus leaving alone", "felt, policy", FIRST),
)

SHAPES = {
    f"{what}, {events}": (what, events)
    for what, events in (
        (studies.RECOVERED, OBSERVED),
        (studies.NOT_RECOVERED, OBSERVED),
        (studies.RECOVERED, TRUE),
        *((what, events) for what in studies.CORRELATIONS.values() for events in BOTH),
    )
}
"""Numbers of a study that are shown as they are."""


def view(question: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the template; see page.md.j2 for what each fact is used for."""
    there, get, later = scenarios_of(question.experiment.points), ByKey(tables.estimates), question.section.later
    scenario = question.experiment.points[0].scenario
    named = list(there.named.values()) or there.every
    panels = [name for name in shown(question)[0] if name not in there.harmless] + there.harmless
    found = verdicts(get, there)
    steps = {step: f"step {step}" for step in sorted({-1, 1, later, STEPS[-1]})}
    felt_later = f"felt alliance {later} sessions later, versus no rupture"
    return {
        "scale": {"name": short_title("symptoms", scenario.symptoms)} | scenario.world.scale._asdict(),
        "therapists": scenario.clinic.therapists,
        "later": later,
        "last": STEPS[-1],
        "rare": int(RARE),
        "mostly": int(MOSTLY),
        "teaching": there.named.get(TEACHES),
        "named": [
            {
                "scenario": name,
                "where": where,
                "idle": name in there.idle,
                "symptoms": get.effect(name, "symptoms", EVERYBODY),
                "stronger": _stronger(get, name),
            }
            for where, name in there.named.items()
        ],
        "policy": [row for what, words in POLICY.items() for row in _groups(get, named, words, what, EVERYBODY)],
        "security": [
            *_groups(get, named, LOWERED, "symptoms", EVERYBODY),
            *_groups(get, named, felt_later, "felt, never", REPAIRED, later),
        ],
        "one_rupture": [
            {"comparison": words, "scenario": name, "gap": get.effect(name, what, among, e.BY_TRAUMA, later), **cells}
            for words, what, among in ONE_RUPTURE
            for name in [*named, *there.harmless]
            for cells in [{key: get.effect(name, what, among, ALL, step) for step, key in steps.items()}]
            if any(cell.known for cell in cells.values())
        ],
        "steps": {(f"{step} later" if step >= 0 else f"{-step} before"): key for step, key in steps.items()}
        | {"Trauma minus none": "gap"},
        "verdicts": found,
        "distinguishing": [each["analysis"] for each in found if each["distinguishes"] and each["events"] == OBSERVED],
        "with_events": any(each["distinguishes"] and each["events"] == TRUE for each in found),
        "needed": needed(get, there, found),
        "alarms": alarms(get, found),
        "missed": missed(get, there, found),
        "wrong_sign": wrong_sign(get, there, found),
        "levels": [
            {"scenario": name, "where": where}
            | {
                level: get.several((e.FOUND, e.TRUTH, e.BIAS), name, what, OBSERVED)
                for level, what in (("between", studies.BETWEEN), ("within", studies.WITHIN))
            }
            for where, name in there.named.items()
            if where in (TEACHES, SELECTED) and SELECTED in there.named
        ],
        "blind": blind(found),
        "trial": _trial(get, there),
        "trials": [
            {"analysis": what, "scenario": name}
            | get.several((e.TRUTH, e.BIAS, e.ADVANTAGE, e.NEEDED), name, what, OBSERVED)
            for what in reversed(TRIALS)
            for name in named
            if get.of(e.FOUND, name, what, OBSERVED).known
        ],
        "published": list(_published(get, there.every)),
        "lead": [
            {"scenario": name, "events": events}
            | get.several((e.FOUND, e.ADVANTAGE, e.HARM), name, studies.LEAD, events)
            for events in BOTH
            for name in panels
            if get.of(e.FOUND, name, studies.LEAD, events).known
        ],
        "history": _history(get, named),
        "concluded_by_history": _concluded_by_history(get, there.named.get(TEACHES)),
        "described": [
            {"scenario": name} | {label: get.of(e.FOUND, name, *shape) for label, shape in SHAPES.items()}
            for name in there.every
        ],
        "described_columns": {"Scenario": "scenario"} | {label: label for label in SHAPES},
        "performance": [
            {"title": f"{title}: {words}", "rows": _across(get, about, names, there.every)}
            for title, names in (("Alliance", studies.ALLIANCE), ("Outcome", studies.OUTCOME))
            for about, words in ((e.FOUND, "what studies find"), (e.TRUTH, "true effect"), (e.BIAS, "bias"))
        ],
        "scenario_columns": {name: f"in {name}" for name in there.every},
        "failures": list(_failures(get, there.every)),
    }


def _groups(
    get: ByKey, scenarios: Sequence[str], words: str, what: str, among: str, step: int = 0
) -> Iterable[dict[str, Any]]:
    """An effect in every group of clients, a row a scenario."""
    for name in scenarios:
        cells = {group: get.effect(name, what, among, group, step) for group in GROUPS}
        yield {"effect": words, "scenario": name, **cells}


def _across(get: ByKey, about: str, names: Sequence[str], scenarios: Sequence[str]) -> list[Facts]:
    """What is said of some analyses, a row an analysis and a column a scenario."""
    return [
        {"analysis": name, "events": events} | {f"in {each}": get.of(about, each, name, events) for each in scenarios}
        for name, events in ANALYSES
        if name in names
    ]


def _stronger(get: ByKey, scenario: str) -> Facts | None:
    """What a repaired rupture leaves compared with no rupture, and what leaving it alone would have cost."""
    left, saved = (get.effect(scenario, f"felt, {twin}", REPAIRED, ALL, STEPS[-1]) for twin in ("never", "left alone"))
    slight = saved.sign > 0 and max(abs(left.low), abs(left.high)) < SLIGHT * saved.low
    return {"left": left, "saved": saved, "slight": slight} if left.known else None


def _trial(get: ByKey, there: Scenarios) -> Facts | None:
    """The trial of symptoms where repair teaches, and how often at most it concludes an advantage where it is idle."""
    teaching, trial = there.named.get(TEACHES), (TRIALS[1], OBSERVED)
    if not get.of(e.FOUND, teaching, *trial).known:
        return None
    idle = [get.of(e.ADVANTAGE, name, *trial) for name in there.idle]
    return {
        "bias": get.of(e.BIAS, teaching, *trial),
        "right": get.of(e.ADVANTAGE, teaching, *trial),
        "wrong": max((each for each in idle if each.known), default=UNKNOWN),
        "needed": get.of(e.NEEDED, teaching, *trial),
        "single": get.effect(teaching, "symptoms", EVERYBODY, about=e.SINGLE[e.EFFECT]),
    }


def _published(get: ByKey, scenarios: Sequence[str]) -> Iterable[Facts]:
    """Each published correlation, and the highest that any scenario gives, as observed and with the events known."""
    parts = {finding.id: finding.parts[0] for finding in published()}
    for compares, finding in studies.CLIENTS.items():
        every = {
            events: [get.of(e.FOUND, name, studies.CORRELATIONS[finding], events) for name in scenarios]
            for events in BOTH
        }
        own = {events: [each for each in found if math.isfinite(each.high)] for events, found in every.items()}
        if own[OBSERVED]:
            part = parts[finding]
            highest = {events: max(found) for events, found in own.items() if found}
            negative = len(own[OBSERVED]) == len(scenarios) and all(each.high < 0 for each in own[OBSERVED])
            yield {
                "finding": finding,
                "compares": compares,
                "published": Estimate(part.value, part.low, part.high, unit="r"),
                "observed": highest[OBSERVED],
                "known": highest.get(TRUE),
                "short": all(each.high < part.value for each in highest.values()),
                "wrong_sign": part.value > 0 and negative,
            }


def _history(get: ByKey, scenarios: Sequence[str]) -> list[Facts]:
    """Trauma minus none: what studies find and what is true, where in one of the scenarios there truly is more."""
    abouts = (e.FOUND, e.TRUTH, e.BIAS, e.ADVANTAGE)
    return [
        {"analysis": name, "events": events, "scenario": each} | get.several(abouts, each, name, events, e.BY_TRAUMA)
        for name, events in ANALYSES
        if any(get.of(e.TRUTH, s, name, events, e.BY_TRAUMA).low > 0 for s in scenarios for events in BOTH)
        for each in scenarios
        if get.of(e.FOUND, each, name, events, e.BY_TRAUMA).known
    ]


def _concluded_by_history(get: ByKey, teaching: str | None) -> Facts | None:
    """How often at most an analysis, and a trial, concludes that repair does more with trauma, where it does."""
    true = [each for each in ANALYSES if get.of(e.TRUTH, teaching, *each, e.BY_TRAUMA).low > 0]
    shares = [(get.of(e.ADVANTAGE, teaching, *each, e.BY_TRAUMA), *each) for each in true]
    if not shares:
        return None
    most, analysis, events = max(shares)
    trial = max((share for share, name, _ in shares if name in TRIALS), default=None)
    return {"share": most, "analysis": analysis, "events": events, "trial": trial}


def _failures(get: ByKey, scenarios: Sequence[str]) -> Iterable[Facts]:
    """Analyses that some studies could not make, with the scenario where that happens most often."""
    for each in ANALYSES:
        made = [name for name in scenarios if get.of(e.FOUND, name, *each).known]
        share, where = max(((get.of(e.FAILED, name, *each), name) for name in made), default=(UNKNOWN, ""))
        if share.value > 0:
            yield {"analysis": each[0], "events": each[1], "share": share, "scenario": where}
