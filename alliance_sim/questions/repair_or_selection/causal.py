"""Causal effects of repair in one replicate, from the same clients with the same luck in another world."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.histories import at_week, first_week
from alliance_sim.questions.repair_or_selection.samples import Flags, Floats, Sample

STEPS = range(-1, 6)
"""Sessions from the rupture on at which twins are compared; at -1 nothing can differ but by spill-over."""

CURVE = range(-3, 6)
"""Sessions around a rupture that are drawn."""

RUPTURES, RECOGNISED, REPAIRED = "all ruptures", "recognised", "repaired"
"""Ruptures of which the causal effect is taken: all; those that client and therapist both report; those repaired."""


class Twins(NamedTuple):
    """The same clients in four worlds that differ in one thing each."""

    own: Sample  # therapists repair
    ignoring: Sample  # therapists leave every rupture alone
    left_alone: Sample  # as own, but what is in the session set aside is left alone
    never: Sample  # as own, but no rupture happens in the session set aside
    week: NDArray[np.int64]  # the session that is set aside for each client


class Effect(NamedTuple):
    """A mean difference between twins, or a mean change, in one replicate."""

    what: str
    among: str
    group: str
    step: int
    value: float
    events: int  # ruptures or clients that it rests on


def causal_effects(t: Twins) -> Iterator[Effect]:
    """Every causal effect, in every group of clients."""
    yield from _policy(t)
    yield from _first_rupture(t)
    yield from _one_rupture(t)


def benefit(t: Twins) -> Floats:
    """How many points lower each client's symptoms are at the end under repair than under leaving ruptures alone."""
    return t.ignoring.clients["symptoms_end"] - t.own.clients["symptoms_end"]


def _policy(t: Twins) -> Iterator[Effect]:
    """The policy of repairing against that of leaving alone, over everybody."""
    alliance = t.own.clients["alliance_end"] - t.ignoring.clients["alliance_end"]
    dropout = 100.0 * (t.own.dropout - t.ignoring.dropout)
    for what, values in (("symptoms", benefit(t)), ("alliance at the end", alliance), ("dropout", dropout)):
        for group, members in t.own.groups.items():
            yield _mean(what, "everybody", group, 0, values, members)


def _first_rupture(t: Twins) -> Iterator[Effect]:
    """From a client's first rupture on: that one and all that follow repaired, against all left alone.

    First ruptures that both twins had in the same session with the same type.
    """
    week = first_week(t.own.sessions["rupture"])
    same = (week > 0) & (week == first_week(t.ignoring.sessions["rupture"]))
    kinds = [at_week(each.sessions["withdrawal"], week, 0) for each in (t.own, t.ignoring)]
    same &= kinds[0] == kinds[1]
    for name, column in (("felt", "alliance"), ("rated", "wai_client")):
        for step in STEPS:
            gap = _gap(t.own, t.ignoring, column, week, step)
            for group, members in t.own.groups.items():
                yield _mean(f"{name}, policy", "first ruptures", group, step, gap, members & same)


def _one_rupture(t: Twins) -> Iterator[Effect]:
    """What one rupture does (own world minus the one without it), and what repairing it does (minus left alone)."""
    happened = at_week(t.own.sessions["rupture"], t.week, 0) == 1.0
    told = [at_week(t.own.sessions[name], t.week, 0) == 1.0 for name in ("rupture_client", "rupture_therapist")]
    repaired = happened & (at_week(t.own.sessions["repaired"], t.week, 0) == 1.0)
    among = {RUPTURES: happened, RECOGNISED: happened & told[0] & told[1], REPAIRED: repaired}
    for name, column in (("felt", "alliance"), ("rated", "wai_client")):
        for step in CURVE:
            alone = _gap(t.own, t.left_alone, column, t.week, step)
            never = _gap(t.own, t.never, column, t.week, step)
            own = t.own.sessions[column]
            change = at_week(own, t.week, step) - at_week(own, t.week, -1)
            inside = np.isfinite(alone) & np.isfinite(never) & np.isfinite(change)  # the same clients in all three
            alone, never, change = (np.where(inside, each, np.nan) for each in (alone, never, change))
            for which, those in among.items():
                for group, members in t.own.groups.items():
                    yield _mean(f"{name}, left alone", which, group, step, alone, members & those)
                    yield _mean(f"{name}, never", which, group, step, never, members & those)
                    yield _mean(f"{name}, before", which, group, step, change, members & those)


def _gap(one: Sample, other: Sample, column: str, week: NDArray[np.int64], step: int) -> Floats:
    """Difference of twins `step` sessions after a week of each client, while both are in treatment."""
    return at_week(one.sessions[column], week, step) - at_week(other.sessions[column], week, step)


def _mean(what: str, among: str, group: str, step: int, values: Floats, those: Flags) -> Effect:
    known = values[those & np.isfinite(values)]
    return Effect(what, among, group, step, float(known.mean()) if len(known) else np.nan, len(known))
