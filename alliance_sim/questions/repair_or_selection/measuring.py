"""What is measured of a world: causal effects from twins, and what studies of the same clients find."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Clinics
from alliance_sim.estimands.histories import ALL
from alliance_sim.experiment.one_session import Aside, Undone, play_without
from alliance_sim.experiment.tables import tables
from alliance_sim.questions.frame.run import Simulated
from alliance_sim.questions.repair_or_selection.causal import CURVE, Effect, Twins, causal_effects
from alliance_sim.questions.repair_or_selection.samples import Sample, samples
from alliance_sim.questions.repair_or_selection.studies import OBSERVED, Finding, events, findings, truths

COLUMNS = ("replicate", "what", "among", "group", "step", "value", "truth", "low", "high", "error", "events")


SEEN_BY_BOTH = "reported and recognised"
"""Sessions in which client and therapist report a rupture: what a study can know of a rupture that is addressed."""


class Setup(NamedTuple):
    """What measuring needs to know."""

    repairing: str  # arm whose therapists repair
    leaving: str  # arm whose therapists leave ruptures alone
    later: int  # sessions after a rupture at which analyses look
    aside: Aside
    dependability: float  # published, of one alliance rating: for drops beyond rating error
    seed: int


def measure(setup: Setup, arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """Rows of one world over some replicates: effects (`among` says of whom) and findings (`among`: what was seen)."""
    rows: list[tuple[object, ...]] = []
    for t in _twins(setup, arms):
        effects = list(causal_effects(t))
        rows += [_of_effect(t.own.replicate, effect) for effect in [*effects, *_rated(t.own)]]
        for found in findings(t, truths(effects), setup.later, setup.dependability):
            rows.append(_of_finding(t.own.replicate, found, setup.later))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _twins(setup: Setup, arms: Mapping[str, Simulated]) -> Iterator[Twins]:
    """The twins of each replicate."""
    own = arms[setup.repairing]
    week = setup.aside.weeks(own.point.scenario.clinic)
    worlds = (own, arms[setup.leaving], *(_without(own, what, setup) for what in (Undone.REPAIR, Undone.RUPTURE)))
    for four in zip(*(samples(world) for world in worlds), strict=True):
        yield Twins(four[0], four[1], four[2], four[3], week)


def _without(own: Simulated, what: Undone, setup: Setup) -> Simulated:
    """The same replicates with something undone in the sessions that are set aside."""
    block = play_without(own.point.scenario, setup.seed, own.replicates, what, setup.aside)
    sessions, clients = tables(own.point, block, own.replicates)
    assert sessions is not None  # they are always kept
    return own._replace(clients=Clinics.from_arrow(clients), sessions=Clinics.from_arrow(sessions))


def _rated(s: Sample) -> Iterator[Effect]:
    """The mean rating around ruptures that client and therapist report, from the session before: what a study draws."""
    ratings = s.sessions["wai_client"]
    mended = events(s, OBSERVED).mended == 1.0
    who, column = mended.nonzero()
    for step in CURVE:
        there, before = column + step, column - 1
        inside = (there >= 0) & (there < ratings.shape[1]) & (before >= 0)
        change = ratings[who[inside], there[inside]] - ratings[who[inside], before[inside]]
        known = change[np.isfinite(change)]
        value = float(known.mean()) if len(known) else float("nan")
        yield Effect("rated, before", SEEN_BY_BOTH, ALL, step, value, len(known))


def _of_effect(replicate: int, e: Effect) -> tuple[object, ...]:
    nan = float("nan")
    return (replicate, e.what, e.among, e.group, e.step, e.value, nan, nan, nan, nan, e.events)


def _of_finding(replicate: int, f: Finding, later: int) -> tuple[object, ...]:
    value, low, high, error, _ = f.estimate
    return (replicate, f.analysis, f.seen, f.group, later, value, f.truth, low, high, error, 0)
