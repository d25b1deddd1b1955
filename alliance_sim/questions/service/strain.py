"""What strain does in each of its forms, by the rules of the law."""

from math import exp
from typing import Any, NamedTuple

from scipy.special import expit

from alliance_sim.law.repair import Repair
from alliance_sim.law.rupture import Break
from alliance_sim.law.state import Rupture, Source, TherapistState
from alliance_sim.law.strain import after_hour, after_week
from alliance_sim.law.world import World
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.service.section import Layout, form_columns, form_of

RESTED = TherapistState(0.0, 0.0)
UNREPAIRED = Repair(0, 0, 0, 0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 0.0)
NO_RUPTURE = Break(0, 0, 0.0)


class StrainFacts(NamedTuple):
    """What strain does in a scenario: what an average rupture that is not repaired adds, and what is left of it."""

    withdrawal: float  # strain added
    confrontation: float
    next_hour: float  # part that the next client meets, 0-1; nan without spill-over
    next_week: float  # part that is left after a week's rest and some more hours without a rupture, 0-1


def strain_of(world: World, hours: int) -> StrainFacts:
    """How strain gathers and goes, by the rules of the law; hours: of a week."""
    p, on = world.parameters.strain, int(world.mechanisms.spillover)

    def hour(therapist: TherapistState, type_: int) -> TherapistState:
        broken = Break(type_, int(Source.BOND), world.parameters.rupture.severity) if type_ else NO_RUPTURE
        return after_hour(p, on, broken, UNREPAIRED, UNREPAIRED, therapist)

    one = TherapistState(1.0, 0.0)
    later = one
    for _ in range(hours):
        later = hour(later, Rupture.NONE)
    withdrawal, confrontation = (hour(RESTED, kind).strain for kind in (Rupture.WITHDRAWAL, Rupture.CONFRONTATION))
    if not on:
        return StrainFacts(withdrawal, confrontation, float("nan"), float("nan"))
    return StrainFacts(withdrawal, confrontation, hour(one, Rupture.NONE).strain, after_week(p, later).strain)


class Odds(NamedTuple):
    """What strain of 1 does to the odds of an hour."""

    noticed: float  # that a rupture is noticed, times so many
    percent: float  # noticed, where without strain half would be
    defensive: float  # of a defensive answer, times so many


def odds_of(world: World) -> Odds:
    """What strain of 1 does in a scenario."""
    p = world.parameters.repair
    return Odds(exp(-p.notice_strain), 100.0 * float(expit(-p.notice_strain)), exp(p.defensive_strain))


def forms_of(question: Question, layout: Layout) -> list[dict[str, Any]]:
    """A row a form of strain: what it sets, what a rupture adds, and how much of that is left."""
    columns = form_columns(question)
    forms: dict[str, World] = {}
    for point in question.experiment.points:
        if point.arm == layout.baseline:
            forms.setdefault(form_of(point, columns), point.scenario.world)
    rows = []
    for name, world in forms.items():
        found = strain_of(world, layout.reference)
        percent = {key: 100.0 * getattr(found, key) for key in ("next_hour", "next_week")}
        rows.append({"form": name, "sets": layout.meanings.get(name, "–"), **found._asdict(), **percent})
    return rows
