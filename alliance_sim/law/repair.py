"""Stage 5, repair: notice, acknowledge, explore, negotiate; each step can fail or be skipped."""

from enum import IntEnum
from typing import Annotated, NamedTuple

from alliance_sim.chance import Draws
from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.policy import Plan, Policy
from alliance_sim.law.rupture import Break
from alliance_sim.law.scales import clip, expit
from alliance_sim.law.state import ClientState, TherapistState, TherapistTraits


class RepairEffect(IntEnum):
    """What a repair does to the alliance."""

    CORRECTIVE = 0
    RESTORATION_ONLY = 1
    NONE = 2


class RepairParameters(NamedTuple):
    """How well each step goes and what it brings."""

    notice: Annotated[
        float,
        About("log-odds that an average therapist notices a rupture of severity 0", "log-odds", -4, 4, "assumption"),
    ] = -0.867
    notice_severity: Annotated[
        float, About("gain in that log-odds per unit of severity", "log-odds / load", 0, 3, "assumption")
    ] = 0.8
    notice_hidden: Annotated[
        float,
        About(
            "loss in that log-odds per unit of severity when the client withdraws",
            "log-odds / load",
            0,
            3,
            "assumption (C7: it hides)",
        ),
    ] = 0.5
    notice_asked: Annotated[
        float,
        About(
            "gain in that log-odds per share of the hour set aside for asking",
            "log-odds / share",
            0,
            30,
            "assumption (C11)",
        ),
    ] = 8.0
    notice_confrontation: Annotated[
        float, About("gain in that log-odds when the client confronts", "log-odds", 0, 5, "assumption (C8: it shows)")
    ] = 2.5
    notice_mask: Annotated[
        float,
        About(
            "loss in that log-odds per unit of masking, unless the client confronts",
            "ratio",
            0,
            3,
            "assumption (C7: it hides)",
        ),
    ] = 0.5
    notice_skill: Annotated[
        float, About("gain in that log-odds per SD of repair skill", "log-odds / SD", 0, 2, "assumption")
    ] = 0.5
    notice_attunement: Annotated[
        float, About("gain in that log-odds per SD of attunement", "log-odds / SD", 0, 2, "assumption")
    ] = 0.4
    notice_strain: Annotated[
        float, About("loss in that log-odds per unit of therapist strain", "log-odds / strain", 0, 2, "assumption")
    ] = 0.5
    notice_flag: Annotated[
        float, About("gain in that log-odds when monitoring raised a flag", "log-odds", 0, 5, "assumption (C11)")
    ] = 2.0
    notice_old: Annotated[
        float,
        About("loss in that log-odds when the rupture was in an earlier session", "log-odds", 0, 5, "assumption"),
    ] = 1.5
    open_load: Annotated[
        float, About("unresolved load below which nothing is left to repair", "load", 0, 0.5, "assumption: scale")
    ] = 0.1
    defensive: Annotated[
        float, About("log-odds that an average therapist answers defensively", "log-odds", -5, 2, "assumption")
    ] = -2.2
    defensive_trait: Annotated[
        float, About("gain in that log-odds per SD of defensiveness", "log-odds / SD", 0, 2, "assumption")
    ] = 0.7
    defensive_confrontation: Annotated[
        float, About("gain in that log-odds when the client confronts", "log-odds", 0, 3, "assumption (C8)")
    ] = 0.8
    defensive_strain: Annotated[
        float, About("gain in that log-odds per unit of therapist strain", "log-odds / strain", 0, 2, "assumption")
    ] = 0.4
    over_apology: Annotated[
        float,
        About(
            "probability of over-apology per unit of apology weight beyond 1", "probability", 0, 1, "assumption (C9)"
        ),
    ] = 0.7
    step: Annotated[
        float, About("log-odds that a step succeeds, average therapist", "log-odds", -3, 4, "assumption")
    ] = 0.519
    step_skill: Annotated[
        float,
        About(
            "gain in that log-odds per SD of repair skill, learned skill included", "log-odds / SD", 0, 2, "assumption"
        ),
    ] = 0.6
    step_security: Annotated[
        float, About("gain in that log-odds from no to full security of the client", "log-odds", 0, 3, "assumption")
    ] = 0.8
    explore_apology: Annotated[
        float, About("loss in the log-odds of exploring after over-apology", "log-odds", 0, 4, "assumption (C9)")
    ] = 2.0
    weight_acknowledge: Annotated[
        float, About("part of a rupture that acknowledging one's own part resolves", "share", 0, 1, "assumption")
    ] = 0.25
    weight_main: Annotated[
        float,
        About(
            "part resolved by the step that fits the source: exploring for bond, negotiating for goal and task",
            "share",
            0,
            1,
            "assumption (Safran & Muran, 2000)",
        ),
    ] = 0.5
    weight_other: Annotated[float, About("part resolved by the other of the two", "share", 0, 1, "assumption")] = 0.25
    criterion: Annotated[
        float, About("part resolved from which a rupture counts as repaired", "share", 0.1, 1, "assumption: definition")
    ] = 0.6
    harm_defensive: Annotated[
        float,
        About("damage added by a defensive answer to a rupture of today", "share of damage", 0, 2, "assumption (C8)"),
    ] = 0.6
    harm_apology: Annotated[
        float, About("damage to the bond added by over-apology", "log-odds", 0, 0.5, "assumption (C9)")
    ] = 0.1
    harm_press: Annotated[
        float,
        About("damage added by pressing on with technique", "share of damage", 0, 2, "assumption (C9)"),
    ] = 0.4
    time: Annotated[float, About("share of the hour that each repair step takes", "share", 0, 0.3, "assumption")] = 0.1


class Repair(NamedTuple):
    """What came of it. Flags are 0 or 1; `resolution` is the part resolved, 0-1."""

    noticed: int
    acknowledged: int
    explored: int
    negotiated: int
    repaired: int
    defensive: int
    over_apologised: int
    pressed_on: int
    resolution: float
    harm: float  # damage added, as a share of the rupture's own damage
    hurt: float  # damage added to the bond, log-odds
    time: float  # share of the hour taken


@rule
def notices(
    p: RepairParameters,
    policy: Policy,
    traits: TherapistTraits,
    therapist: TherapistState,
    client: ClientState,
    broken: Break,
    flagged: int,
    asked: float,
) -> float:
    """Probability that the therapist notices a rupture of today, or an older load, in (0, 1).

    Withdrawal hides, the more so behind a mask; confrontation shows. Vigilance, a flag and asking (`asked`:
    share of the hour set aside for it) help, strain hinders.
    Source: assumption (C7, C8, C11). Assumed; detection rates emerge.
    """
    today = broken.type > 0
    severity = broken.severity if today else client.unresolved
    logit = (
        p.notice
        + policy.vigilance
        + p.notice_severity * severity
        + p.notice_skill * (traits.repair_skill + therapist.learned)
        + p.notice_attunement * traits.attunement
        - p.notice_strain * therapist.strain
        + p.notice_asked * asked
    )
    if broken.type == 2:
        logit += p.notice_confrontation
    else:
        logit -= p.notice_mask * client.mask + p.notice_hidden * broken.severity
    if flagged == 1:
        logit += p.notice_flag
    if not today and client.known < 0.5:
        logit -= p.notice_old
    return expit(logit)


@rule
def as_felt(effect: int, mended: Repair) -> Repair:
    """A repair as it reaches the client: under the repair effect none its steps change nothing.

    Then neither resolution nor the harm of a defensive or over-apologetic answer is felt; pressing on, which
    is no repair, still harms.
    """
    if effect != RepairEffect.NONE:
        return mended
    return Repair(
        mended.noticed,
        mended.acknowledged,
        0,
        0,
        0,
        0,
        0,
        mended.pressed_on,
        0.0,
        mended.harm if mended.pressed_on == 1 else 0.0,
        0.0,
        mended.time,
    )


@rule
def repair(
    p: RepairParameters,
    plan: Plan,
    traits: TherapistTraits,
    therapist: TherapistState,
    client: ClientState,
    broken: Break,
    noticed: bool,
    first: Draws,
    steps: Draws,
) -> Repair:
    """Go through the steps of repair in order, as far as they succeed.

    A rupture that is not noticed, or that the plan leaves alone, may be pressed on against. A defensive
    answer ends the repair and does harm. Over-apology hurts the bond and makes exploring harder. Exploring
    needs an acknowledged rupture, negotiating an explored one. resolution = sum of the weights of the steps
    that succeeded, acknowledging as far as the therapist's own part is in it (apology up to 1). What an older
    load is about is remembered. Source: Safran & Muran (2000) for the stages; form and values: assumption. Assumed.
    """
    today = 1.0 if broken.type > 0 else 0.0
    chance = clip(plan.acknowledge, 0.0, 1.0)
    if not noticed or steps.a >= chance:
        pressing = clip(plan.press, 0.0, 1.0) * today
        return Repair(1 if noticed else 0, 0, 0, 0, 0, 0, 0, 1 if pressing > 0.0 else 0, 0.0,
                      p.harm_press * pressing, 0.0, 0.0)  # fmt: skip
    skill = p.step_skill * (traits.repair_skill + therapist.learned) + p.step_security * (client.security - 0.5)
    defence = p.defensive + p.defensive_trait * traits.defensiveness + p.defensive_strain * therapist.strain
    if broken.type == 2:
        defence += p.defensive_confrontation
    if first.b < expit(defence):
        return Repair(1, 0, 0, 0, 0, 1, 0, 0, 0.0, p.harm_defensive * today, 0.0, p.time)
    # One draw decides both whether a step is tried and whether it succeeds: given that it is tried
    # (u < chance), u / chance is again uniform.
    acknowledged = steps.a < chance * expit(p.step + skill)
    too_much = first.c < p.over_apology * clip(plan.apology - 1.0, 0.0, 1.0)
    hurt = p.harm_apology if too_much else 0.0
    about = 1.0 * broken.source if broken.type > 0 else client.about
    bond_first = about == 3.0
    owned = clip(plan.apology, 0.0, 1.0)
    resolution = p.weight_acknowledge * owned if acknowledged else 0.0
    spent = p.time
    explored = False
    negotiated = False
    if acknowledged and steps.b < clip(plan.explore, 0.0, 1.0):
        spent += p.time
        harder = p.explore_apology if too_much else 0.0
        explored = steps.b < clip(plan.explore, 0.0, 1.0) * expit(p.step + skill - harder)
        if explored:
            resolution += p.weight_main if bond_first else p.weight_other
            if steps.c < clip(plan.negotiate, 0.0, 1.0):
                spent += p.time
                negotiated = steps.c < clip(plan.negotiate, 0.0, 1.0) * expit(p.step + skill)
                if negotiated:
                    resolution += p.weight_other if bond_first else p.weight_main
    resolution = min(resolution, 1.0)
    return Repair(
        1,
        1 if acknowledged else 0,
        1 if explored else 0,
        1 if negotiated else 0,
        1 if resolution >= p.criterion else 0,
        0,
        1 if too_much else 0,
        0,
        resolution,
        0.0,
        hurt,
        spent,
    )
