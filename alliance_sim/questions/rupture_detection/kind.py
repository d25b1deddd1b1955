"""What may be asked of rupture detection, and how it is conducted."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import pandas as pd
from pydantic import Field

from alliance_sim.estimands.criteria import NAMES
from alliance_sim.estimands.null_ratings import KINDS
from alliance_sim.experiment.kept import Stage, key_of
from alliance_sim.law.about import About
from alliance_sim.questions.frame.config import names_of, section_model, wrong_names, wrong_value
from alliance_sim.questions.frame.question import Answer, Kind, Question
from alliance_sim.questions.frame.run import run_experiment
from alliance_sim.questions.rupture_detection import tables
from alliance_sim.questions.rupture_detection.alike import measure_alike
from alliance_sim.questions.rupture_detection.measuring import Plan, measure
from alliance_sim.questions.rupture_detection.parts import answer
from alliance_sim.scenario.models import Form
from alliance_sim.scenario.problem import Place, Problem

PIECE_WEEKS = 40_000
"""Client-weeks that one piece of work holds: some seconds, most of them on null samples."""

THRESHOLDS = [0.1, *(0.2 * k for k in range(1, 21))]

"""Of what is compared by one yardstick: measured by itself, without null samples, which are most of the work."""


class Numbers(NamedTuple):
    """The numbers of rupture detection."""

    window: Annotated[
        int,
        About(
            "rated sessions after a rupture in which a fall still counts as having found it", "sessions", 0, 5, "design"
        ),
    ] = 1
    severe: Annotated[
        float, About("severity from which a rupture counts as severe", "load", 0, 6, "design: about a quarter of all")
    ] = 1.0
    reliability: Annotated[
        float,
        About(
            "reliability of one rating for reliable change; 0 takes the sample's own dependability",
            "0-1",
            0,
            1,
            "design",
        ),
    ] = 0.0
    samples: Annotated[
        int, About("null samples of every clinic; 39, 79, 119 give bands of 95 %", "samples", 39, 9_999, "design")
    ] = 79


def plan_of(asked: Question) -> Plan:
    """What a config asks for."""
    s = asked.section
    return Plan(
        tuple(s.criteria), tuple(s.nulls), tuple(s.thresholds), s.window, s.severe, s.reliability, s.samples
    )  # fmt: skip


def conduct(asked: Question, folder: Path, workers: int, stage: Stage) -> Answer:
    """Play all worlds, apply every criterion and its nulls, and say what came of it."""
    plan = plan_of(asked)
    rows = run_experiment(
        asked.experiment, partial(measure, plan), key_of(plan), folder, workers, stage,
        "Playing, and looking for ruptures", PIECE_WEEKS,
    )  # fmt: skip
    compared = run_experiment(
        asked.experiment, partial(measure_alike, plan, asked.experiment.baseline), key_of(plan, "alike"),
        folder, workers, stage, "Playing, and looking by one yardstick",
    )  # fmt: skip
    return answer(asked, plan, pd.concat([rows, compared], ignore_index=True))


def size(asked: Question) -> list[str]:
    """How much is played."""
    experiment = asked.experiment
    clinic = experiment.points[0].scenario.clinic
    plan = plan_of(asked)
    settings = len(experiment.points) // len(experiment.arms)
    clients = clinic.therapists * clinic.caseload
    return [
        f"{len(experiment.arms)} worlds at {settings} settings, {experiment.replicates} clinics of {clients} clients",
        f"{len(plan.criteria)} criteria, {plan.samples} null samples a clinic and null ({', '.join(plan.nulls)})",
    ]


def wrong(asked: Question) -> Sequence[Problem]:
    """What the model of the section cannot see."""
    s = asked.section
    problems = wrong_names(asked, "criteria", s.criteria, NAMES, "criterion")
    problems += wrong_names(asked, "nulls", s.nulls, KINDS, "null")
    for path, given in (("criteria", s.criteria), ("nulls", s.nulls), ("thresholds", s.thresholds)):
        if not given:
            problems.append(wrong_value(asked, path, "an empty list", "one or more"))
    problems += [
        wrong_value(asked, "thresholds", value, "numbers above 0") for value in s.thresholds if not 0 < value < 1e6
    ]
    return [*problems, *_wrong_worlds(asked)]


def _wrong_worlds(asked: Question) -> list[Problem]:
    """Worlds that leave nothing to measure."""
    points = asked.experiment.points
    base = [p for p in points if p.arm == asked.experiment.baseline]
    if not tables.arms_of(asked, ruptures=True):
        return [_problem(asked, "arms", "no world with ruptures", "an arm with mechanisms.ruptures: true")]
    if any(p.scenario.world.mechanisms.ruptures == 0 for p in base):
        return [_problem(asked, "baseline", "a world without ruptures", "an arm with mechanisms.ruptures: true")]
    if any(p.scenario.world.treatment.every == 0 for p in points):
        return [_problem(asked, "treatment", "a treatment without sessions", "treatments in which clients are rated")]
    return []


def _problem(asked: Question, name: str, found: str, allowed: str) -> Problem:
    node = asked.tree.fields.get(name, asked.tree)
    return Problem(Place(node.file, node.line, name), found, allowed)


_FIELDS: dict[str, Any] = {
    "criteria": (
        names_of(NAMES, "criteria"),
        Field(default_factory=lambda: list(NAMES), description="the criteria that look for ruptures"),
    ),
    "nulls": (
        names_of(KINDS, "nulls"),
        Field(default_factory=lambda: ["drift", "stable"], description="what ratings without ruptures are like"),
    ),
    "thresholds": (
        Annotated[list[float], Form("a list of numbers above 0, in units of the criterion")],
        Field(default_factory=lambda: list(THRESHOLDS), description="the thresholds that are tried beside their own"),
    ),
}

KIND = Kind(
    "rupture_detection",
    "criteria that find ruptures in session ratings, against the ruptures that happened and against null ratings",
    section_model("RuptureDetection", Numbers, **_FIELDS),
    conduct,
    size,
    wrong,
)
