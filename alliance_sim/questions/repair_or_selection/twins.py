"""Causal effects of repair in one replicate, from the same clients with common random numbers in another scenario."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.clinics import divided
from alliance_sim.estimands.histories import at_week, first_week, groups_at_intake
from alliance_sim.questions.frame.run import Simulated
from alliance_sim.questions.repair_or_selection.section import STEPS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Weeks = NDArray[np.int64]

CURVE = range(-3, 6)
"""Sessions around a rupture that are drawn."""

EVERYBODY, FIRST = "everybody", "first ruptures"
RUPTURES, RECOGNISED, REPAIRED = "all ruptures", "recognised", "repaired"
"""Ruptures of which the causal effect is taken: all; those that client and therapist both report; those repaired."""

SESSION = ("alliance", "wai_client", "repaired")
REPORTS = ("rupture", "rupture_client", "rupture_therapist")
CLIENT = ("symptoms_intake", "symptoms_end", "wai_early", "alliance_end", "trauma", "anxiety", "avoidance")
SCALES = {"felt": "alliance", "rated": "wai_client"}
"""The alliance as clients feel it (0-1), and as they rate it (1-5)."""


class ReplicateClients(NamedTuple):
    """The clients of one replicate in the order of the client table; matrices are (clients, weeks), nan without a
    session (ratings: without one that was attended).
    """

    replicate: int
    therapist: NDArray[np.int64]
    clients: dict[str, Floats]
    sessions: dict[str, Floats]
    dropout: Floats  # 1 for clients who dropped out
    groups: dict[str, Flags]


class Twins(NamedTuple):
    """The same clients in four scenarios that differ in one thing each."""

    own: ReplicateClients  # therapists repair
    ignoring: ReplicateClients  # therapists leave every rupture alone
    left_alone: ReplicateClients  # as own, but what is in the session set aside is left alone
    never: ReplicateClients  # as own, but no rupture happens in the session set aside
    week: Weeks  # the session that is set aside for each client


class Measured(NamedTuple):
    """A number of one replicate: a mean difference between twins or mean change, or what a study finds, with truth."""

    what: str
    among: str  # whose effect; or which events an analysis knew
    group: str
    step: int  # sessions after the rupture
    value: float
    truth: float = np.nan  # the causal effect in the same people on the same scale
    low: float = np.nan  # what the study reports: interval and standard error
    high: float = np.nan
    error: float = np.nan
    events: int = 0  # ruptures or clients that an effect rests on


def mean_of(what: str, among: str, group: str, step: int, values: Floats) -> Measured:
    """The mean of the values that are known; nan without any."""
    known = values[np.isfinite(values)]
    return Measured(what, among, group, step, float(known.mean()) if len(known) else np.nan, events=len(known))


def samples(run: Simulated) -> Iterator[ReplicateClients]:
    """The replicates of an arm, one after the other."""
    sessions = {name: run.matrix(name) for name in SESSION} | {name: run.marks(name) for name in REPORTS}
    sessions["withdrawal"] = run.marks("rupture", "withdrawal")
    clients = {name: run.clients.floats(name) for name in CLIENT}
    therapist = run.clients.array("therapist").astype(np.int64)
    dropout = run.clients.words("left").are("dropout").astype(np.float64)
    per = len(run.clients) // len(run.replicates)
    for k, replicate in enumerate(run.replicates):
        here = slice(k * per, (k + 1) * per)
        own = {name: column[here] for name, column in clients.items()}
        weeks = {name: matrix[here] for name, matrix in sessions.items()}
        groups = groups_at_intake(own["trauma"], own["anxiety"], own["avoidance"])
        yield ReplicateClients(replicate, therapist[here], own, weeks, dropout[here], groups)


def benefit(t: Twins) -> Floats:
    """How many points lower each client's symptoms are at the end under repair than under leaving ruptures alone."""
    return t.ignoring.clients["symptoms_end"] - t.own.clients["symptoms_end"]


class TwinDifference(NamedTuple):
    """Differences of the same clients (clients,) some sessions later, nan for clients who do not count."""

    what: str
    among: str
    step: int
    values: Floats


def causal_effects(t: Twins) -> list[Measured]:
    """Every causal effect, in every group of clients."""
    effects = [*_policy(t), *_first_rupture(t), *_one_rupture(t)]
    values = np.array([each.values for each in effects])
    known, members = np.isfinite(values), np.array(list(t.own.groups.values()), np.float64).T
    counts = known @ members
    means = divided(np.where(known, values, 0.0) @ members, counts)
    return [
        Measured(each.what, each.among, group, each.step, value, events=count)
        for each, *numbers in zip(effects, means.tolist(), counts.astype(int).tolist(), strict=True)
        for group, value, count in zip(t.own.groups, *numbers, strict=True)
    ]


def _policy(t: Twins) -> Iterator[TwinDifference]:
    """The policy of repairing against that of leaving alone, over everybody."""
    alliance = t.own.clients["alliance_end"] - t.ignoring.clients["alliance_end"]
    dropout = 100.0 * (t.own.dropout - t.ignoring.dropout)
    for what, values in (("symptoms", benefit(t)), ("alliance at the end", alliance), ("dropout", dropout)):
        yield TwinDifference(what, EVERYBODY, 0, values)


def _first_rupture(t: Twins) -> Iterator[TwinDifference]:
    """From a client's first rupture on: that one and all that follow repaired, against all left alone.

    First ruptures that both twins had in the same session with the same type.
    """
    week = first_week(t.own.sessions["rupture"])
    same = (week > 0) & (week == first_week(t.ignoring.sessions["rupture"]))
    kinds = [at_week(each.sessions["withdrawal"], week, 0) for each in (t.own, t.ignoring)]
    same &= kinds[0] == kinds[1]
    for name, column in SCALES.items():
        own, other = (_around(each, column, week, STEPS) for each in (t.own, t.ignoring))
        for step, values in zip(STEPS, np.where(same, own - other, np.nan), strict=True):
            yield TwinDifference(f"{name}, policy", FIRST, step, values)


def _one_rupture(t: Twins) -> Iterator[TwinDifference]:
    """What one rupture does (minus the twin without it), and what repairing it does (minus left alone)."""

    def then(name: str) -> Flags:
        return np.asarray(at_week(t.own.sessions[name], t.week, 0) == 1.0)

    happened = then("rupture")
    recognised = happened & then("rupture_client") & then("rupture_therapist")
    among = {RUPTURES: happened, RECOGNISED: recognised, REPAIRED: happened & then("repaired")}
    for name, column in SCALES.items():
        own, alone, never = (_around(each, column, t.week, CURVE) for each in (t.own, t.left_alone, t.never))
        gaps = {"left alone": own - alone, "never": own - never, "before": own - own[CURVE.index(-1)]}
        inside = np.isfinite(np.array(list(gaps.values()))).all(axis=0)  # the same clients in all three
        for k, step in enumerate(CURVE):
            for which, those in among.items():
                for twin, values in gaps.items():
                    yield TwinDifference(f"{name}, {twin}", which, step, np.where(those & inside[k], values[k], np.nan))


def _around(s: ReplicateClients, column: str, week: Weeks, steps: range) -> Floats:
    """What each client had at some steps from a week of its own (steps, clients), nan out of treatment."""
    return at_week(s.sessions[column], week, np.array(steps)[:, None])
