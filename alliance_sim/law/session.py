"""One session from beginning to end: the numbered order of stages, and the only file that knows all of them."""

from typing import NamedTuple

import numpy as np

from alliance_sim.chance import Luck, Purpose, draw, draw_items, normal
from alliance_sim.compiled import rule
from alliance_sim.law.alliance import alliance, apart
from alliance_sim.law.attendance import attendance
from alliance_sim.law.attention import divide
from alliance_sim.law.change import (
    agreement,
    hour_felt,
    improvement,
    kept_gain,
    life_outside,
    moved,
    present_distress,
    week_outside,
)
from alliance_sim.law.leaving import leaving
from alliance_sim.law.policy import View, flag, plan
from alliance_sim.law.rating import Ratings, Reports, alliance_ratings, remember, reports, resolved, symptoms
from alliance_sim.law.repair import Repair, as_felt, notices, repair
from alliance_sim.law.rupture import Break, Strain, confronts, misattunement, rupture, strain
from alliance_sim.law.scales import expit
from alliance_sim.law.security import first_security, learn_security
from alliance_sim.law.state import (
    ClientState,
    ClientTraits,
    Events,
    Levels,
    SessionRecord,
    TherapistState,
    TherapistTraits,
)
from alliance_sim.law.strain import after_hour
from alliance_sim.law.sustain import expressed_alliance, felt_alliance, first_impression, sustainable
from alliance_sim.law.technique import Work, technique
from alliance_sim.law.world import World

STAGES = (
    "attend or miss",
    "attention is divided",
    "technique work makes challenge",
    "strain may become a rupture",
    "repair",
    "alliance update",
    "change",
    "therapist update",
    "measurement",
    "stay or leave",
)
"""The order of a session, in words; each appears as a numbered comment in `session`."""


class Hour(NamedTuple):
    """What one scheduled session leaves: the client, the therapist, and a row of the table."""

    client: ClientState
    therapist: TherapistState
    record: SessionRecord


@rule
def first_state(world: World, luck: Luck, therapist: TherapistTraits, traits: ClientTraits) -> ClientState:
    """The client's state before the first session."""
    p = world.parameters
    security = first_security(p.security, traits)
    start = draw(luck, Purpose.CLIENT_START)
    week = first_week(world, luck)
    return first_impression(p.sustain, p.engagement, world.treatment, therapist, traits, security, week, start)


@rule
def first_week(world: World, luck: Luck) -> float:
    """How far distress at intake departs from its lasting part, SD."""
    return world.parameters.change.week * normal(draw(luck, Purpose.CLIENT_RESPONSE).b)


@rule
def intake_score(world: World, luck: Luck, traits: ClientTraits) -> float:
    """Symptom score at intake, in points."""
    distress = traits.intake_distress + first_week(world, luck)
    return symptoms(world.scale, distress, normal(draw(luck, Purpose.CLIENT_DISTRESS).d))


@rule
def score(world: World, luck: Luck, client: ClientState) -> float:
    """Symptom score of this week, in points."""
    return symptoms(world.scale, present_distress(client), normal(draw(luck, Purpose.WEEK).b))


@rule
def outside(world: World, luck: Luck, before: ClientState) -> ClientState:
    """A week without a scheduled session: life goes on, and nobody attends to the alliance."""
    p = world.parameters
    client = apart(p.alliance, p.repair, before)
    z = draw(luck, Purpose.WEEK)
    distress = life_outside(p.change, client.distress, client.resting, normal(z.a))
    return moved(client, distress, week_outside(p.change, client.week, normal(z.d)), client.resting)


@rule
def session(
    world: World,
    luck: Luck,
    therapist_traits: TherapistTraits,
    traits: ClientTraits,
    therapist: TherapistState,
    before: ClientState,
    last: bool,
) -> Hour:
    """Play one scheduled session of one client with one therapist; nobody leaves early from the last one.

    The order of stages is this function's body. A stage is replaced by linking this code to another function
    of the same name and signature (`compiled.relink`).
    """
    p = world.parameters
    m = world.mechanisms
    policy = world.policy
    treatment = world.treatment
    week = luck.week

    # 1. attend or miss
    coming = draw(luck, Purpose.COMING_AND_GOING)
    present = coming.a < attendance(p.attendance, before)

    # 2. attention is divided
    flagged = flag(policy, before)
    planned = min(policy.checkin + (policy.followup if before.known > 0.5 or flagged == 1 else 0.0), 0.9)
    hour = divide(treatment, planned)

    # 3. technique work makes challenge
    bond_before = expit(before.bond)
    work = Work(0.0, 0.0, 0.0)
    broken = Break(0, 0, 0.0)
    mended = Repair(0, 0, 0, 0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 0.0)
    tension = Strain(0.0, 0.0, 0.0, 0.0)
    something = False
    z_resolved = 0.0
    if present:
        work = technique(
            p.technique,
            treatment.challenge,
            treatment.efficacy,
            hour.technique,
            therapist_traits.competence,
            bond_before,
            before.security,
            before.engagement,
        )

        # 4. strain may become a rupture
        out_of_tune = misattunement(p.rupture, therapist_traits.attunement, therapist.strain)
        mismatch = abs(traits.priority - treatment.target) * (1.0 - before.met)
        tension = strain(p.rupture, before, mismatch, work.overload, out_of_tune)
        if m.ruptures == 1:
            broken = rupture(p.rupture, tension, traits, before, draw(luck, Purpose.RUPTURE))

        # 5. repair
        something = broken.type > 0 or before.unresolved > p.repair.open_load
        if something:
            first = draw(luck, Purpose.NOTICE)
            steps = draw(luck, Purpose.REPAIR)
            z_resolved = normal(steps.d)
            noticed = first.a < notices(p.repair, policy, therapist_traits, therapist, before, broken, flagged, planned)
            view = View(
                week,
                1 if noticed else 0,
                broken.type if noticed else 0,
                1 if before.known > 0.5 else 0,
                flagged,
                before.last_rating,
                before.usual_rating,
                expressed_alliance(before, traits.deference),
                therapist.strain,
            )
            mended = repair(
                p.repair,
                plan(policy, view),
                therapist_traits,
                therapist,
                before,
                broken,
                noticed,
                first,
                steps,
            )
    used = min(max(planned, policy.checkin + mended.time), 0.9)
    left_of_hour = (1.0 - used) / (1.0 - planned)
    spent = divide(treatment, used)
    felt = as_felt(m.repair_effect, mended)

    # 6. alliance update
    learned = learn_security(
        p.security,
        m.repair_effect,
        traits.trauma,
        before.security,
        broken,
        before.unresolved + broken.severity,
        felt,
    )
    level = sustainable(
        p.sustain,
        treatment,
        therapist_traits,
        traits,
        expit(before.goal),
        before.met,
        before.security,
        before.trust,
        traits.intake_distress - present_distress(before) if m.reciprocity == 1 else 0.0,
        therapist.strain,
    )
    client = alliance(
        p.alliance,
        p.engagement,
        p.repair,
        level,
        spent,
        present,
        broken,
        felt,
        learned,
        before,
        draw(luck, Purpose.DRIFT),
    )

    # 7. change
    this_week = draw(luck, Purpose.WEEK)
    alliance_now = felt_alliance(client)
    bond_now = expit(client.bond)
    improved = 0.0
    lighter = 0.0
    if present:
        improved = improvement(
            p.change,
            m.change,
            work.dose * left_of_hour,
            work.overload,
            agreement(p.change, expit(client.goal), expit(client.task), bond_now),
            alliance_now,
            bond_now,
            client.engagement,
            learned.gain,
            traits.responsiveness,
            client.distress,
        )
        lighter = hour_felt(p.change, m.change, alliance_now - felt_alliance(before))
    resting = kept_gain(p.change, client.resting, improved)
    distress = life_outside(p.change, client.distress - improved, resting, normal(this_week.a))
    client = moved(client, distress, week_outside(p.change, client.week, normal(this_week.d)) - lighter, resting)

    # 8. therapist update
    therapist_after = after_hour(p.strain, m.spillover, broken, mended, felt, therapist)

    # 9. measurement
    rated = Ratings(np.nan, np.nan, np.nan, np.nan, np.nan)
    told = Reports(0, 0, 0)
    observed = np.nan
    symptom_score = np.nan
    if present:
        rated = alliance_ratings(
            p.rating,
            client,
            traits,
            therapist_traits,
            draw(luck, Purpose.CLIENT_RATING),
            this_week.c,
            draw_items(luck, Purpose.ITEMS_GOAL),
            draw_items(luck, Purpose.ITEMS_TASK),
            draw_items(luck, Purpose.ITEMS_BOND),
        )
        told = reports(
            p.rating,
            traits.leniency,
            broken,
            tension.goal + tension.task + tension.bond + tension.old,
            confronts(p.rupture, traits, bond_before, before.security),
            mended.noticed == 1,
            draw(luck, Purpose.REPORTS),
        )
        observed = resolved(p.rating, told.observer, something, mended.resolution, z_resolved)
        symptom_score = symptoms(world.scale, present_distress(client), normal(this_week.b))
        client = remember(client, rated.client)

    # 10. stay or leave
    left = 0
    if not last:
        left = leaving(p.leaving, week, client, alliance_now, traits.intake_distress, coming)

    record = SessionRecord(
        Levels(
            expit(client.goal),
            expit(client.task),
            bond_now,
            alliance_now,
            expressed_alliance(client, traits.deference),
            client.engagement,
            client.security,
            client.unresolved,
            present_distress(client),
            therapist_after.strain,
            work.challenge,
            broken.severity,
            mended.resolution,
            rated.goal,
            rated.task,
            rated.bond,
            rated.client,
            rated.therapist,
            observed,
            symptom_score,
        ),
        Events(
            week,
            1 if present else 0,
            broken.type,
            broken.source,
            mended.noticed,
            mended.acknowledged,
            mended.explored,
            mended.negotiated,
            mended.repaired,
            mended.defensive,
            mended.over_apologised,
            mended.pressed_on,
            told.client,
            told.therapist,
            told.observer,
            left,
        ),
    )
    return Hour(client, therapist_after, record)
