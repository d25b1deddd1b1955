"""The answer in a few sentences, made from the numbers: what repair does, and how far studies could have told."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from alliance_sim.estimands.histories import ALL, NO_TRAUMA, TRAUMA
from alliance_sim.questions.repair_or_selection.anchors import Anchors, anchors
from alliance_sim.questions.repair_or_selection.catalogue import TRIALS
from alliance_sim.questions.repair_or_selection.causal import REPAIRED, STEPS
from alliance_sim.questions.repair_or_selection.cells import with_error
from alliance_sim.questions.repair_or_selection.correlations import carries_over
from alliance_sim.questions.repair_or_selection.reading import Row, effect
from alliance_sim.questions.repair_or_selection.seeing import (
    could_answer,
    false_alarms,
    merely_both,
    missed,
    quoted,
    seen_by_history,
    trial_of,
    wrong_signs,
)
from alliance_sim.questions.repair_or_selection.studies import OBSERVED, TRUE
from alliance_sim.questions.repair_or_selection.summing import BY_TRAUMA, Tables
from alliance_sim.questions.repair_or_selection.verdicts import TELLS, Verdict, verdicts
from alliance_sim.questions.repair_or_selection.worlds import Kind
from alliance_sim.stats.numbers import listed


class Measure(NamedTuple):
    """The symptom measure, for readers."""

    name: str
    low: float
    high: float
    reliable: float  # change of one client's score that exceeds its error, points


def short_answer(tables: Tables, worlds: dict[str, Kind], measure: Measure, therapists: int) -> str:
    """The answer: one sentence, then a point for each thing that was asked; words follow the numbers."""
    a = anchors(worlds)
    found = verdicts(tables, a.teaching, a.restoring, a.idle) if a.teaching is not None and a.idle else []
    points = (
        _policy(tables, a, measure),
        _stronger(tables, a),
        _history(tables, a),
        false_alarms(tables, found),
        missed(tables, a, found),
        wrong_signs(tables, a, found),
        merely_both(tables, a),
        could_answer(tables, a, found, therapists),
        _carries(tables),
    )
    listing = "\n".join(f"- {point}" for point in points if point)
    return "\n\n".join(text for text in (_lead(tables, a, found, therapists), listing) if text)


def _lead(tables: Tables, a: Anchors, found: Sequence[Verdict], therapists: int) -> str:
    """What could have told a world in which repair strengthens from one in which it does nothing, in one sentence."""
    if not found:
        return ""
    told = [v for v in found if v.words == TELLS]
    seen = [quoted(v) for v in told if v.seen == OBSERVED]
    if seen:
        return (
            "**Whether repair strengthens or better therapists merely have both could be told by studies of this size: "
            f"by {listed(seen)}.**"
        )
    ways = ["with knowledge of which ruptures truly were repaired"] if any(v.seen == TRUE for v in told) else []
    size = trial_of(tables, a, therapists)
    if math.isfinite(size.value) and not any(v.errs for v in found if v.analysis.name == TRIALS[1]):
        ways.append(f"by randomising about {size.words.partition(' ')[0]} therapists")
    could = f"; it could be told {' or '.join(ways)}" if ways else ""
    return (
        f"**With what a study of {therapists} therapists can see, no analysis tells whether repair strengthens or "
        f"better therapists merely have both{could}.**"
    )


def sign(row: Row) -> int:
    """1 or -1 where the interval leaves zero out, else 0."""
    return 1 if row["low"] > 0 else (-1 if row["high"] < 0 else 0)


def _said(row: Row, digits: int) -> str:
    return with_error(row["value"], row["mcse"], digits)


def _policy(tables: Tables, a: Anchors, measure: Measure) -> str:
    rows = [(world, words, effect(tables, world, "symptoms", "everybody", ALL, 0)) for world, words in a.named]
    rows = [each for each in rows if math.isfinite(each[2]["value"])]
    if not rows:
        return ""
    parts = [f"{_said(row, 2)} {words}" for _, words, row in rows]
    costs = any(sign(row) < 0 and world in a.idle for world, _, row in rows)
    time = " Where repair does nothing, trying it still takes time from the rest of the hour." if costs else ""
    return (
        "**What repairing does.** It is assumed in each world; twins (same clients, same luck) show what follows. At "
        f"the end symptoms ({measure.name}, {measure.low:g}–{measure.high:g}; one client's change counts from "
        f"{measure.reliable:g} points) are so many points lower than when ruptures are left alone (in brackets "
        f"Monte-Carlo standard errors): {'; '.join(parts)}.{time}"
    )


def _stronger(tables: Tables, a: Anchors) -> str:
    """Whether a repaired rupture leaves more than no rupture at all."""
    parts = []
    for world, words in a.named[:3]:
        row = effect(tables, world, "felt, never", REPAIRED, ALL, STEPS[-1])
        cost = effect(tables, world, "felt, left alone", REPAIRED, ALL, STEPS[-1])
        if math.isfinite(row["value"]):
            parts.append(f"{words} {_said(row, 3)} ({_compared(row, cost)})")
    if not parts:
        return ""
    return (
        f"**Stronger than without the rupture?** Felt alliance (0–1) {STEPS[-1]} sessions after a repaired rupture, "
        f"against the same client without it: {'; '.join(parts)}."
    )


SLIGHT = 0.1
"""A difference below this share of what repair saves is called slight."""


def _compared(row: Row, saved: Row) -> str:
    """Stronger or weaker, and whether that is little beside what repairing the rupture has saved."""
    verdict = {1: "stronger", -1: "weaker", 0: "no difference that can be told"}[sign(row)]
    if sign(row) and sign(saved) > 0 and abs(row["value"]) < SLIGHT * saved["value"]:
        return f"{verdict}, but slightly: leaving it alone would have cost {_said(saved, 3)[1:]}"
    return verdict


def _history(tables: Tables, a: Anchors) -> str:
    if a.teaching is None:
        return ""
    gap = effect(tables, a.teaching, "symptoms", "everybody", BY_TRAUMA, 0)
    if not math.isfinite(gap["value"]):
        return ""
    with_, without = (effect(tables, a.teaching, "symptoms", "everybody", g, 0) for g in (TRAUMA, NO_TRAUMA))
    more = {1: "more", -1: "less", 0: "about as much"}[sign(gap)]
    than = "as" if more.startswith("about") else "than"
    return (
        f"**For whom?** Where repair teaches, clients with a history of trauma gain {more} ({_said(with_, 2)}) {than} "
        f"those without ({_said(without, 2)}); difference {_said(gap, 2)}.{seen_by_history(tables, a.teaching)}"
    )


def _carries(tables: Tables) -> str:
    words = carries_over(tables)
    return f"**How far this carries.** {words}" if words else ""
