"""The service in words: how it is run, what the arms do, and how strain works in each of its worlds."""

from collections.abc import Iterator
from math import exp
from typing import NamedTuple

import pandas as pd
from scipy.special import expit

from alliance_sim.law.repair import Repair
from alliance_sim.law.rupture import Break
from alliance_sim.law.service import Service, rate_of
from alliance_sim.law.state import Rupture, Source, TherapistState
from alliance_sim.law.strain import after_hour, after_week
from alliance_sim.law.world import World
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.service.layout import AS_SET, Layout, world_columns, world_of
from alliance_sim.report.compared import arms_in_words, in_common
from alliance_sim.scenario.scenario import Clinic
from alliance_sim.stats.numbers import number, setting

RESTED = TherapistState(0.0, 0.0)
UNREPAIRED = Repair(0, 0, 0, 0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 0.0)
NO_RUPTURE = Break(0, 0, 0.0)


class Strain(NamedTuple):
    """What strain does in a world: what an average rupture that is not repaired adds, and what is left of it."""

    withdrawal: float  # strain added
    confrontation: float
    next_hour: float  # part that the next client meets, 0-1; nan without spill-over
    next_week: float  # part that is left after a week's rest and some more hours without a rupture, 0-1


def strain_of(world: World, hours: int) -> Strain:
    """How strain gathers and goes in a world, by the rules of the law; hours: of a week."""
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
        return Strain(withdrawal, confrontation, float("nan"), float("nan"))
    return Strain(withdrawal, confrontation, hour(one, Rupture.NONE).strain, after_week(p, later).strain)


def unit_of_strain(world: World) -> str:
    """How much strain of 1 is, by what it does in an hour."""
    p = world.parameters.repair
    noticed = number(100.0 * float(expit(-p.notice_strain)), 0)
    return (
        f"strain of 1 makes the odds that a rupture is noticed {number(exp(-p.notice_strain), 2)} times as large "
        f"(where half of the ruptures would be noticed, {noticed} % are) and those of a defensive answer "
        f"{number(exp(p.defensive_strain), 2)} times"
    )


def service_words(asked: Question, layout: Layout) -> str:
    """How the service is run, in which ways, and what the arms do."""
    lines = [_run(asked, layout), "", *_scenarios(asked, layout), "", *_arms(asked, layout), ""]
    return "\n".join([*lines, _strain(asked)])


def _run(asked: Question, layout: Layout) -> str:
    """The service of the first scenario."""
    service = layout.scenarios[layout.scenario]
    clinics = [point.scenario.clinic for point in asked.experiment.points]
    staff, weeks = (
        " or ".join(map(str, sorted(set(found))))
        for found in ([c.therapists for c in clinics], [c.weeks for c in clinics])
    )
    return (
        f"The service has {staff} therapists. The *places* of a therapist (the caseload) are how many clients may be "
        f"in treatment with the therapist at the same time; a treatment is planned to last {weeks} weeks, and a place "
        "is free when the treatment has ended, as planned or by dropout or because the client is well. In every week "
        f"of waiting {setting(round(100.0 * service.give_up, 1))} % of those who wait give up. After {service.warm_up} "
        f"weeks of warm-up, clients referred in {service.year} weeks are counted; *everybody referred* is measured "
        f"{service.horizon} weeks after referral, treated or not."
    )


def _scenarios(asked: Question, layout: Layout) -> Iterator[str]:
    """A line a scenario: how many are referred, and what else is not as in the first."""
    clinic = asked.experiment.points[0].scenario.clinic._replace(caseload=layout.reference)
    first = layout.scenarios[layout.scenario]
    for name, service in layout.scenarios.items():
        others = [
            f"{key} {setting(getattr(service, key))}"
            for key in Service._fields
            if key not in ("load", "referrals") and getattr(service, key) != getattr(first, key)
        ]
        title = "Referrals" if name == AS_SET else f'Scenario "{name}"'
        yield f"- **{title}:** {'; '.join([_referred(service, clinic), *others])}."


def _referred(service: Service, clinic: Clinic) -> str:
    """How many are referred, in words."""
    said = []
    if service.load > 0.0:
        own = service._replace(referrals=0.0)
        rate = float(rate_of(own, clinic.caseload, clinic.weeks))
        said.append(
            f"referrals follow the places: {setting(service.load)} times as many clients are referred as the places "
            f"can take when treatments last as planned (at {clinic.caseload} places {number(rate, 2)} a week for each "
            "therapist)"
        )
    if service.referrals > 0.0:
        each = service.referrals / clinic.therapists
        said.append(
            f"{setting(service.referrals)} clients a week are referred, {setting(round(each, 2))} for each therapist, "
            f"however many places there are; {setting(round(each * clinic.weeks, 1))} places of each therapist could "
            "take them all when treatments last as planned"
        )
    return " and in addition ".join(said)


def _arms(asked: Question, layout: Layout) -> Iterator[str]:
    """A line for what all arms have, and one for each arm: all of the baseline, of others what is not so there."""
    found = {arm.name: arm.points for arm in arms_in_words(asked.experiment)}
    yield f"- **All arms:** {' '.join(in_common(asked.experiment))}"
    if not layout.changed:
        return
    base = found[layout.baseline]
    yield f"- **{layout.baseline}:** {' '.join(base)}"
    said: dict[str, str] = {}
    for arm in layout.changed:
        own = [point for point in found[arm] if point not in base]
        words = [f"{point.partition(':')[0]}: as under {said[point]}." if point in said else point for point in own]
        yield f"- **{arm}:** as {layout.baseline}, but: {' '.join(words)}"
        said |= {point: arm for point in own if point not in said}


def _strain(asked: Question) -> str:
    """What strain is, and how to read the table of worlds."""
    world = asked.experiment.points[0].scenario.world
    return (
        "*Strain* is what a rupture leaves in the therapist and the next clients meet (*spill-over*): "
        f"{unit_of_strain(world)}; attunement and the bond suffer too. It goes by itself, from hour to hour and over "
        "the week. The table shows how strain works in each world: what a rupture of average severity "
        f"({setting(world.parameters.rupture.severity)}) that is not repaired adds, and how much of a strain is left."
    )


def strain_table(asked: Question, layout: Layout) -> pd.DataFrame:
    """A row a world: what it sets, what a rupture adds, and how much of that is left."""
    columns = world_columns(asked)
    worlds: dict[str, World] = {}
    for point in asked.experiment.points:
        if point.arm == layout.baseline:
            worlds.setdefault(world_of(point, columns), point.scenario.world)
    rows = []
    for name, world in worlds.items():
        found = strain_of(world, layout.reference)
        rows.append(
            {
                "Strain": name,
                "Settings": layout.meanings.get(name, "–"),
                "a withdrawal adds": number(found.withdrawal, 2),
                "a confrontation adds": number(found.confrontation, 2),
                "left for the next client, %": number(100.0 * found.next_hour, 0),
                f"left after {layout.reference} hours and a week's rest, %": number(100.0 * found.next_week, 0),
            }
        )
    return pd.DataFrame(rows)
