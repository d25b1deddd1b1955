"""The facts of the page."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from alliance_sim.estimands.histories import ALL, INSECURE, MIDDLE, NO_TRAUMA, SECURE, TRAUMA
from alliance_sim.evidence.findings import published
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.repair_or_selection import estimates as e
from alliance_sim.questions.repair_or_selection.estimates import ByKey
from alliance_sim.questions.repair_or_selection.scenarios import Roles, assumed, roles
from alliance_sim.questions.repair_or_selection.section import shown
from alliance_sim.questions.repair_or_selection.studies import (
    ALLIANCE,
    ANALYSES,
    BETWEEN,
    BOTH,
    CLIENTS,
    CORRELATIONS,
    LEAD,
    NOT_RECOVERED,
    OBSERVED,
    OUTCOME,
    RECOVERED,
    TRIALS,
    TRUE,
    WITHIN,
)
from alliance_sim.questions.repair_or_selection.twins import EVERYBODY, FIRST, REPAIRED, RUPTURES, STEPS
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
from alliance_sim.stats.estimate import Estimate

SLIGHT = 0.1
"""A difference within this share of what repair saves is called slight."""

POLICY = {
    "symptoms": "symptoms at the end, lowered by",
    "alliance at the end": "felt alliance at the last session (0–1)",
    "dropout": "dropout",
}

ONE_RUPTURE = (
    ("all ruptures: repair tried versus left alone", "felt, left alone", RUPTURES),
    ("repaired ruptures: versus left alone", "felt, left alone", REPAIRED),
    ("repaired ruptures: versus no rupture", "felt, never", REPAIRED),
    ("repaired ruptures: versus before (no twin)", "felt, before", REPAIRED),
    ("from the first rupture on: repairing versus leaving alone", "felt, policy", FIRST),
)


def view(question: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the template; see page.md.j2 for what each fact is used for."""
    there = assumed(question.experiment.points)
    cast, get, section = roles(there), ByKey(tables.estimates), question.section
    scenario = question.experiment.points[0].scenario
    named = [name for name, _ in cast.named] or list(there)
    harmless = [name for name, each in there.items() if not each.ruptures]
    panels = [name for name in shown(question)[0] if name not in harmless] + harmless
    found = verdicts(get, cast)
    steps = sorted({-1, 1, section.later, STEPS[-1]})
    return {
        "scale": {"name": short_title("symptoms", scenario.symptoms)} | scenario.world.scale._asdict(),
        "therapists": scenario.clinic.therapists,
        "later": section.later,
        "last": STEPS[-1],
        "rare": int(RARE),
        "mostly": int(MOSTLY),
        "teaching": cast.teaching,
        "named": [
            {
                "scenario": name,
                "where": where,
                "idle": name in cast.idle,
                "symptoms": get.effect(name, "symptoms", EVERYBODY),
                "stronger": _stronger(get, name),
            }
            for name, where in cast.named
        ],
        "policy": [
            {"effect": words, "scenario": name, **_groups(get, name, what, EVERYBODY, 0)}
            for what, words in POLICY.items()
            for name in named
        ],
        "security": [
            {"effect": words, "scenario": name, **_groups(get, name, what, among, step)}
            for words, what, among, step in (
                ("symptoms at the end, lowered by", "symptoms", EVERYBODY, 0),
                (f"felt alliance {section.later} sessions later, versus no rupture", "felt, never", REPAIRED,
                 section.later),
            )
            for name in named
        ],
        "by_trauma": [ALL, NO_TRAUMA, TRAUMA, e.BY_TRAUMA],
        "by_security": [INSECURE, MIDDLE, SECURE, e.BY_SECURITY],
        "one_rupture": [
            {
                "comparison": words,
                "scenario": name,
                **{f"step {step}": get.effect(name, what, among, ALL, step) for step in steps},
                "gap": get.effect(name, what, among, e.BY_TRAUMA, section.later),
            }
            for words, what, among in ONE_RUPTURE
            for name in [*named, *harmless]
            if any(get.effect(name, what, among, ALL, step).known for step in steps)
        ],
        "steps": {(f"{step} later" if step >= 0 else f"{-step} before"): f"step {step}" for step in steps}
        | {"Trauma minus none": "gap"},
        "verdicts": found,
        "distinguishing": [each["analysis"] for each in found if each["distinguishes"] and each["events"] == OBSERVED],
        "with_events": any(each["distinguishes"] and each["events"] == TRUE for each in found),
        "needed": needed(get, cast, found),
        "alarms": alarms(get, found),
        "missed": missed(get, cast, found),
        "wrong_sign": wrong_sign(get, cast, found),
        "levels": [
            {"scenario": name, "where": where} | {
                level: {about: get.of(about, name, what, OBSERVED) for about in (e.FOUND, e.TRUTH, e.BIAS)}
                for level, what in (("between", BETWEEN), ("within", WITHIN))
            }
            for name, where in cast.named
            if name in (cast.selecting, cast.teaching) and cast.selecting is not None
        ],
        "blind": blind(found),
        "trial": _trial(get, cast),
        "trials": [
            {"analysis": what, "scenario": name}
            | {about: get.of(about, name, what, OBSERVED) for about in (e.TRUTH, e.BIAS, e.ADVANTAGE, e.NEEDED)}
            for what in reversed(TRIALS)
            for name in named
            if get.of(e.FOUND, name, what, OBSERVED).known
        ],
        "published": list(_published(get, list(there))),
        "lead": [
            {"scenario": name, "events": events}
            | {about: get.of(about, name, LEAD, events) for about in (e.FOUND, e.ADVANTAGE, e.HARM)}
            for events in BOTH
            for name in panels
            if get.of(e.FOUND, name, LEAD, events).known
        ],
        "history": _history(get, named),
        "concluded_by_history": _concluded_by_history(get, cast),
        "described": [
            {"scenario": name}
            | {f"{what}, {events}": get.of(e.FOUND, name, what, events) for what, events in _shapes()}
            for name in there
        ],
        "described_columns": {"Scenario": "scenario"}
        | {f"{what}, {events}": f"{what}, {events}" for what, events in _shapes()},
        "performance": [
            {"title": f"{title}: {words}", "rows": [_across(get, about, each, there) for each in rows]}
            for title, names in (("Alliance", ALLIANCE), ("Outcome", OUTCOME))
            for rows in [[each for each in ANALYSES if each[0] in names]]
            for about, words in ((e.FOUND, "what studies find"), (e.TRUTH, "true effect"), (e.BIAS, "bias"))
        ],
        "scenario_columns": {name: f"in {name}" for name in there},
        "failures": list(_failures(get, list(there))),
    }  # fmt: skip


def _shapes() -> list[tuple[str, str]]:
    """Numbers of a study that are shown as they are."""
    return [(RECOVERED, OBSERVED), (NOT_RECOVERED, OBSERVED), (RECOVERED, TRUE)] + [
        (what, events) for what in CORRELATIONS.values() for events in BOTH
    ]


def _groups(get: ByKey, scenario: str, what: str, among: str, step: int) -> dict[str, Estimate]:
    groups = (ALL, NO_TRAUMA, TRAUMA, e.BY_TRAUMA, INSECURE, MIDDLE, SECURE, e.BY_SECURITY)
    return {group: get.effect(scenario, what, among, group, step) for group in groups}


def _across(get: ByKey, about: str, analysis: tuple[str, str], scenarios: Iterable[str]) -> Facts:
    name, events = analysis
    return {"analysis": name, "events": events} | {
        f"in {each}": get.of(about, each, name, events) for each in scenarios
    }


def _stronger(get: ByKey, scenario: str) -> Facts | None:
    """What a repaired rupture leaves compared with no rupture, and what leaving it alone would have cost."""
    left = get.effect(scenario, "felt, never", REPAIRED, ALL, STEPS[-1])
    saved = get.effect(scenario, "felt, left alone", REPAIRED, ALL, STEPS[-1])
    slight = saved.sign > 0 and max(abs(left.low), abs(left.high)) < SLIGHT * saved.low
    return {"left": left, "saved": saved, "slight": slight} if left.known else None


def _trial(get: ByKey, cast: Roles) -> Facts | None:
    """The trial of symptoms where repair teaches, and how often at most it concludes an advantage where it is idle."""
    key = (cast.teaching, TRIALS[1], OBSERVED)
    if not get.of(e.FOUND, *key).known:
        return None
    idle = [get.of(e.ADVANTAGE, name, *key[1:]) for name in cast.idle]
    return {
        "bias": get.of(e.BIAS, *key),
        "right": get.of(e.ADVANTAGE, *key),
        "wrong": max((each for each in idle if each.known), default=Estimate(math.nan)),
        "needed": get.of(e.NEEDED, *key),
        "single": get.effect(cast.teaching, "symptoms", EVERYBODY, about=e.SINGLE[e.EFFECT]),
    }


def _published(get: ByKey, scenarios: Sequence[str]) -> Iterable[Facts]:
    """Each published correlation, and the highest that any scenario gives, as observed and with the events known."""
    parts = {finding.id: finding.parts[0] for finding in published()}
    for compares, finding in CLIENTS.items():
        own = {events: [each for name in scenarios
                        if math.isfinite((each := get.of(e.FOUND, name, CORRELATIONS[finding], events)).high)]
               for events in BOTH}  # fmt: skip
        if own[OBSERVED]:
            part = parts[finding]
            highest = {events: max(each) for events, each in own.items() if each}
            yield {
                "finding": finding,
                "compares": compares,
                "published": Estimate(part.value, part.low, part.high, unit="r"),
                "observed": highest[OBSERVED],
                "known": highest.get(TRUE),
                "short": all(each.high < part.value for each in highest.values()),
                "wrong_sign": part.value > 0
                and len(own[OBSERVED]) == len(scenarios)
                and all(each.high < 0 for each in own[OBSERVED]),
            }


def _history(get: ByKey, scenarios: Sequence[str]) -> list[Facts]:
    """Trauma minus none: what studies find and what is true, where in one of the scenarios there truly is more."""
    abouts = (e.FOUND, e.TRUTH, e.BIAS, e.ADVANTAGE)
    return [
        {"analysis": name, "events": events, "scenario": each}
        | {about: get.of(about, each, name, events, e.BY_TRAUMA) for about in abouts}
        for name, events in ANALYSES
        if any(get.of(e.TRUTH, s, name, events, e.BY_TRAUMA).low > 0 for s in scenarios for events in BOTH)
        for each in scenarios
        if get.of(e.FOUND, each, name, events, e.BY_TRAUMA).known
    ]


def _concluded_by_history(get: ByKey, cast: Roles) -> Facts | None:
    """How often at most an analysis, and a trial, concludes that repair does more with trauma, where it does."""
    key = (cast.teaching,)
    there = [(get.of(e.ADVANTAGE, *key, *each, e.BY_TRAUMA), *each) for each in ANALYSES
             if get.of(e.TRUTH, *key, *each, e.BY_TRAUMA).low > 0]  # fmt: skip
    if not there:
        return None
    most, analysis, events = max(there)
    trials = [share for share, name, _ in there if name in TRIALS]
    return {"share": most, "analysis": analysis, "events": events, "trial": max(trials, default=None)}


def _failures(get: ByKey, scenarios: Sequence[str]) -> Iterable[Facts]:
    """Analyses that some studies could not make, with the scenario where that happens most often."""
    for name, events in ANALYSES:
        own = [(get.of(e.FAILED, each, name, events), each) for each in scenarios
               if get.of(e.FOUND, each, name, events).known]  # fmt: skip
        share, where = max(own, default=(Estimate(math.nan), ""))
        if share.value > 0:
            yield {"analysis": name, "events": events, "share": share, "scenario": where}
