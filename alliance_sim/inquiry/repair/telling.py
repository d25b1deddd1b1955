"""The answer in a few sentences, made from the numbers."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from alliance_sim.analysis.histories import ALL, NO_TRAUMA, TRAUMA
from alliance_sim.analysis.numbers import number
from alliance_sim.inquiry.repair.catalogue import TRIALS
from alliance_sim.inquiry.repair.causal import REPAIRED, STEPS
from alliance_sim.inquiry.repair.reading import SEEN, Row, analysis, effect, percent, therapists_needed, with_error
from alliance_sim.inquiry.repair.studies import OBSERVED
from alliance_sim.inquiry.repair.summing import BY_TRAUMA, Tables
from alliance_sim.inquiry.repair.verdicts import RARE, Verdict, verdicts
from alliance_sim.inquiry.repair.worlds import Kind, first, where_repair_is_idle
from alliance_sim.law.repair import RepairEffect


class Anchors(NamedTuple):
    """Worlds that sentences are about; None where the config has none."""

    teaching: str | None
    restoring: str | None
    nothing: str | None
    selecting: str | None
    idle: list[str]

    @property
    def named(self) -> list[tuple[str, str]]:
        """(world, words) of those that are there."""
        pairs = (
            (self.teaching, "where repair teaches"),
            (self.restoring, "where it only restores"),
            (self.nothing, "where it does nothing"),
            (self.selecting, "under selection only"),
        )
        return [(world, words) for world, words in pairs if world is not None]


def anchors(worlds: dict[str, Kind]) -> Anchors:
    """The worlds to speak about."""
    return Anchors(
        first(worlds, RepairEffect.CORRECTIVE, selects=False),
        first(worlds, RepairEffect.RESTORATION_ONLY, selects=False),
        first(worlds, RepairEffect.NONE, selects=False),
        first(worlds, RepairEffect.NONE, selects=True),
        where_repair_is_idle(worlds),
    )


def short_answer(tables: Tables, worlds: dict[str, Kind], later: int, therapists: int) -> str:
    """The answer, in sentences whose words follow the signs and intervals of the numbers."""
    a = anchors(worlds)
    found = verdicts(tables, a.teaching, a.restoring, a.idle) if a.teaching is not None and a.idle else []
    sentences = (
        _policy(tables, a),
        _stronger(tables, a, later),
        _history(tables, a),
        _false_alarms(tables, found),
        _missed(tables, a, found),
        _trial(tables, a, therapists),
    )
    return "\n\n".join(sentence for sentence in sentences if sentence)


def sign(row: Row) -> int:
    """1 or -1 where the interval leaves zero out, else 0."""
    return 1 if row["low"] > 0 else (-1 if row["high"] < 0 else 0)


def _said(row: Row, digits: int) -> str:
    return with_error(row["value"], row["mcse"], digits)


def _policy(tables: Tables, a: Anchors) -> str:
    parts = []
    for world, words in a.named:
        row = effect(tables, world, "symptoms", "everybody", ALL, 0)
        if math.isfinite(row["value"]):
            parts.append(f"{_said(row, 2)} {words}")
    if not parts:
        return ""
    return (
        "**What repairing does.** It is assumed in each world; twins (same clients, same luck) show what follows. "
        "Symptoms at the end fall by so many points more than when ruptures are left alone (Monte-Carlo standard "
        "errors in brackets): "
        f"{'; '.join(parts)}."
    )


def _stronger(tables: Tables, a: Anchors, later: int) -> str:
    """Whether a repaired rupture leaves more than no rupture at all."""
    parts = []
    for world, words in a.named[:3]:
        rows = [effect(tables, world, "felt, never", REPAIRED, ALL, step) for step in _times(later)]
        cost = effect(tables, world, "felt, left alone", REPAIRED, ALL, _times(later)[-1])
        if math.isfinite(rows[0]["value"]):
            parts.append(f"{words} {' and '.join(_said(row, 3) for row in rows)} ({_compared(rows[-1], cost)})")
    if not parts:
        return ""
    times = " and ".join(str(step) for step in _times(later))
    return (
        f"**Stronger than without the rupture?** Felt alliance (0–1) {times} sessions after a repaired rupture, "
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


def _times(later: int) -> tuple[int, ...]:
    return (later,) if later == STEPS[-1] else (later, STEPS[-1])


def _history(tables: Tables, a: Anchors) -> str:
    if a.teaching is None:
        return ""
    gap = effect(tables, a.teaching, "symptoms", "everybody", BY_TRAUMA, 0)
    if not math.isfinite(gap["value"]):
        return ""
    with_, without = (effect(tables, a.teaching, "symptoms", "everybody", g, 0) for g in (TRAUMA, NO_TRAUMA))
    more = {1: "more", -1: "less", 0: "about as much"}[sign(gap)]
    return (
        f"**For whom?** Where repair teaches, clients with a history of trauma gain {more} ({_said(with_, 2)}) than "
        f"those without ({_said(without, 2)}); difference {_said(gap, 2)}."
    )


def _false_alarms(tables: Tables, found: Sequence[Verdict]) -> str:
    """Analyses that conclude that repair strengthens where it does nothing."""
    if not found:
        return ""
    bad = sorted((v for v in found if v.wrong > RARE), key=lambda v: -v.wrong)
    if not bad:
        return (
            "**What studies see.** Where repair changes nothing for clients, no analysis concludes that it strengthens "
            f"in more than {percent(RARE)} of studies."
        )
    worst = [next((v for v in bad if v.seen == seen), None) for seen in SEEN]
    named = "; ".join(_alarm(tables, v) for v in worst if v is not None)
    return (
        f"**What studies see.** Where repair changes nothing for clients, {len(bad)} of {len(found)} analyses still "
        f"conclude that it strengthens in more than {percent(RARE)} of studies: {named}."
    )


def _alarm(tables: Tables, v: Verdict) -> str:
    row = analysis(tables, v.where, v.analysis.name, v.seen, ALL)
    assert row is not None  # it has a verdict
    means = f"on average {number(row['estimate'], 2, signed=True)} where {number(row['truth'], 2, signed=True)} is true"
    return f"{SEEN[v.seen]} most often “{v.analysis.words.lower()}” ({percent(v.wrong)}, {v.where}: {means})"


def _missed(tables: Tables, a: Anchors, found: Sequence[Verdict]) -> str:
    """Analyses that find less than half of what is there, with what a study can see."""
    if a.teaching is None:
        return ""
    there = [v.analysis.name for v in found if v.true_there and v.seen == OBSERVED and v.analysis.name not in TRIALS]
    if not there:
        return ""
    halves = {
        group: sum(_less_than_half(tables, a.teaching, name, group) for name in there) for group in (ALL, BY_TRAUMA)
    }
    honest = [v for v in found if v.wrong <= RARE and v.true_there and math.isfinite(v.restoring)]
    gap = max((abs(v.right - v.restoring) for v in honest), default=math.nan)
    apart = (
        " In analyses without such false alarms, teaching and mere restoring differ by at most "
        f"{100 * gap:.0f} percentage points in how often studies conclude."
    )
    return (
        f"Where repair does teach, {halves[ALL]} of {len(there)} analyses find less than half of the effect with what "
        f"a study can see, and {halves[BY_TRAUMA]} less than half of the difference by history."
        f"{apart if math.isfinite(gap) else ''}"
    )


def _less_than_half(tables: Tables, world: str, name: str, group: str) -> bool:
    row = analysis(tables, world, name, OBSERVED, group)
    return row is not None and bool(row["estimate"] < 0.5 * row["truth"])


def _trial(tables: Tables, a: Anchors, therapists: int) -> str:
    row = analysis(tables, a.teaching, TRIALS[1], OBSERVED, ALL) if a.teaching is not None else None
    if row is None:
        return ""
    idle = [analysis(tables, world, TRIALS[1], OBSERVED, ALL) for world in a.idle]
    worst = max((float(each["positive"]) for each in idle if each is not None), default=math.nan)
    needed = therapists_needed(row, therapists)
    size = f"; 80 % would take about {round(needed, -1):.0f} therapists" if math.isfinite(needed) else ""
    return (
        "**What could answer.** Therapists randomised to repairing: bias "
        f"{with_error(row['bias'], row['bias_mcse'], 2)} points, and at most {percent(worst)} of trials find an "
        f"advantage where repair does nothing; where it teaches, {percent(float(row['positive']))} of trials with "
        f"{therapists} therapists find it{size}."
    )
