"""Which runs: services, all arms of a setting over the same replicates."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.agents import ServiceModel
from alliance_sim.compiled import compiles_now
from alliance_sim.custom import load_policy
from alliance_sim.engine import service as engine
from alliance_sim.engine.service import Year, play_service
from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.service_year import ESTIMANDS, ServiceYear, curves, in_blocks
from alliance_sim.experiment.kept import Piece, Stage, StageSize, kept, key_of
from alliance_sim.experiment.parts import labels, settings
from alliance_sim.experiment.players import is_compiled
from alliance_sim.experiment.tables import reliable_change
from alliance_sim.experiment.workers import Workers
from alliance_sim.law.rating import SymptomScale
from alliance_sim.law.service import CASE_COLUMNS, STAFF_COLUMNS, Service, length_of
from alliance_sim.questions.frame.question import Question, one_stage
from alliance_sim.questions.service.section import form_columns, form_of, layout_of
from alliance_sim.scenario.scenario import Clinic, DesignPoint, Scenario

PIECE_WEEKS = 3_000_000
"""Weeks of places of all arms together that one piece of work simulates: a few seconds."""

BLOCK = 4
"""Weeks that a point of a curve is the mean of."""


class ServiceSetting(NamedTuple):
    """One caseload in one form of strain, run in one way: its labels, and a design point for each arm."""

    scenario: str
    form: str
    caseload: int
    service: Service
    points: tuple[DesignPoint, ...]


def settings_of(question: Question) -> list[ServiceSetting]:
    """All settings that are run, in order."""
    columns = form_columns(question)
    return [
        ServiceSetting(name, form_of(points[0], columns), points[0].scenario.clinic.caseload, service, points)
        for name, service in layout_of(question).scenarios.items()
        for points in settings(question.experiment)
    ]


def run(question: Question, folder: Path, workers: Workers, stage: Stage) -> pd.DataFrame:
    """A row per service: scenario, form (of strain), caseload, arm, replicate, estimates, points of curves (NAME@1)."""
    if is_compiled() and compiles_now(engine.play):
        advance = stage("Compiling the loop of a service: once after each installation", 1)
        play_service(Scenario(clinic=Clinic(1, 1, 1)), Service(0, 4, 4), 0, 1)
        advance(1)
    experiment = question.experiment
    pieces = []
    for chosen in settings_of(question):
        clinic = chosen.points[0].scenario.clinic
        weeks = len(chosen.points) * clinic.therapists * clinic.caseload * int(length_of(chosen.service))
        size = max(1, PIECE_WEEKS // weeks)
        for first in range(1, experiment.replicates + 1, size):
            replicates = range(first, min(first + size, experiment.replicates + 1))
            points = [(point.address, sorted(labels(point).items())) for point in chosen.points]
            key = key_of(*chosen[:4], points, replicates.start, replicates.stop)
            given = (chosen, experiment.seed, replicates, experiment.path.resolve().parent)
            pieces.append(Piece(key, given, len(replicates)))
    return kept(
        run_piece, pieces, folder / "pieces", workers, stage("Simulating", sum(piece.steps for piece in pieces))
    )


def run_piece(chosen: ServiceSetting, seed: int, replicates: range, home: Path) -> pd.DataFrame:
    """Simulate and measure some replicates of all arms of a setting."""
    rows = []
    for point in chosen.points:
        head = {"scenario": chosen.scenario, "form": chosen.form, "caseload": chosen.caseload, "arm": point.arm}
        for replicate in replicates:
            year = simulate(point.scenario, chosen.service, seed, replicate, home)
            rows.append({**head, "replicate": replicate, **measured(year, point.scenario, chosen.service)})
    return pd.DataFrame(rows)


def simulate(scenario: Scenario, service: Service, seed: int, replicate: int, home: Path) -> Year:
    """One service: by the compiled loop, or agent by agent where a policy is the user's own."""
    own = scenario.policy_function
    if own is None and is_compiled():
        return play_service(scenario, service, seed, replicate)
    policy = load_policy(own, home) if own is not None else None
    model = ServiceModel(scenario, service, seed=seed, replicate=replicate, policy=policy).run()
    staff = model.staff()[list(STAFF_COLUMNS)].to_numpy(np.float64)
    shape = (model.length, scenario.clinic.therapists, len(STAFF_COLUMNS))
    return Year(model.clients()[list(CASE_COLUMNS)].to_numpy(np.float64), staff.reshape(shape))


def measured(year: Year, scenario: Scenario, service: Service) -> dict[str, float]:
    """Every estimate of one service, and the points of its curves."""
    watched = watch(year, scenario, service)
    found = {estimand.name: estimand.measure(watched) for estimand in ESTIMANDS}
    for name, values in curves(watched).items():
        found |= {f"{name}@{k}": float(value) for k, value in enumerate(in_blocks(values, BLOCK), 1)}
    return found


def watch(year: Year, scenario: Scenario, service: Service) -> ServiceYear:
    """The tables of one service by column, and which weeks count."""
    cases = dict(zip(CASE_COLUMNS, year.cases.T, strict=True))
    scale = scenario.world.scale
    cases["recovered_end"] = _recovered(scale, cases["symptoms_start"], cases["symptoms_end"])
    cases["recovered_later"] = _recovered(scale, cases["symptoms_referral"], cases["symptoms_later"])
    staff = {name: year.staff[:, :, k] for k, name in enumerate(STAFF_COLUMNS)}
    last = service.warm_up + service.year
    return ServiceYear(cases, staff, service.warm_up + 1, last, scenario.clinic.caseload)


def _recovered(scale: SymptomScale, before: Floats, after: Floats) -> Floats:
    """1 for who has recovered; 0 for who has not, or was not measured twice."""
    with np.errstate(invalid="ignore"):
        return reliable_change(scale, before, after)[1].astype(np.float64)


def stages(question: Question) -> list[StageSize]:
    """The replicates of every caseload and form in every scenario."""
    [every] = one_stage(question)
    return [StageSize("Simulating", every.steps * len(layout_of(question).scenarios))]
