"""Which runs: both policies in every scenario, and two twins more in which one session of each client differs."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from alliance_sim.estimands.histories import ALL
from alliance_sim.evidence.findings import published
from alliance_sim.experiment.kept import Stage, key_of
from alliance_sim.experiment.one_session import Aside, Undone, play_without
from alliance_sim.experiment.rows import client_rows, session_rows
from alliance_sim.experiment.workers import Workers
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.frame.run import Simulated, run_experiment
from alliance_sim.questions.repair_or_selection.studies import OBSERVED, events, findings, truths
from alliance_sim.questions.repair_or_selection.twins import (
    CURVE,
    Measured,
    ReplicateClients,
    Twins,
    causal_effects,
    mean_of,
    samples,
)

COLUMNS = ("replicate", *Measured._fields)

REPORTED = "reported and recognised"
"""Sessions in which client and therapist report a rupture: what a study can know of a rupture that is addressed."""


class Measurement(NamedTuple):
    """What measuring needs to know."""

    repairing: str  # arm whose therapists repair
    leaving: str  # arm whose therapists leave ruptures alone
    later: int  # sessions after a rupture at which analyses look
    aside: Aside
    dependability: float  # published, of one alliance rating: for drops beyond rating error
    seed: int


def setup_of(question: Question) -> Measurement:
    """What measuring needs to know of a config."""
    section = question.section
    dependability = next(finding for finding in published() if finding.id == "A20").parts[0].value
    aside = Aside(section.first, section.last)
    return Measurement(
        section.repairing, section.leaving, section.later, aside, dependability, question.experiment.seed
    )


def run(question: Question, folder: Path, workers: Workers, stage: Stage) -> pd.DataFrame:
    """The rows of `measure` for every scenario and replicate."""
    setup = setup_of(question)
    return run_experiment(question.experiment, partial(measure, setup), key_of(setup), folder, workers, stage)


def measure(setup: Measurement, arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """Rows of a scenario over some replicates: effects of twins, and findings of studies."""
    rows: list[tuple[object, ...]] = []
    for t in _twins(setup, arms):
        effects = causal_effects(t)
        found = findings(t, truths(effects), setup.later, setup.dependability)
        rows += [(t.own.replicate, *each) for each in (*effects, *_rated(t.own), *found)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _twins(setup: Measurement, arms: Mapping[str, Simulated]) -> Iterator[Twins]:
    """The twins of each replicate."""
    own = arms[setup.repairing]
    week = setup.aside.weeks(own.point.scenario.clinic)
    others = (_without(own, what, setup) for what in (Undone.REPAIR, Undone.RUPTURE))
    for four in zip(*(samples(each) for each in (own, arms[setup.leaving], *others)), strict=True):
        yield Twins(four[0], four[1], four[2], four[3], week)


def _without(own: Simulated, what: Undone, setup: Measurement) -> Simulated:
    """The same replicates with something undone in the sessions that are set aside."""
    block = play_without(own.point.scenario, setup.seed, own.replicates, what, setup.aside)
    clients = client_rows(own.point.scenario, block, own.replicates)
    return own._replace(clients=clients, sessions=session_rows(block))


def _rated(s: ReplicateClients) -> Iterator[Measured]:
    """The mean rating around ruptures that client and therapist report, from the session before: what a study draws."""
    ratings = s.sessions["wai_client"]
    who, column = (events(s, OBSERVED).mended == 1.0).nonzero()
    for step in CURVE:
        there, before = column + step, column - 1
        inside = (there >= 0) & (there < ratings.shape[1]) & (before >= 0)
        change = ratings[who[inside], there[inside]] - ratings[who[inside], before[inside]]
        yield mean_of("rated, before", REPORTED, ALL, step, change)
