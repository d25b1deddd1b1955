"""Stage 6, alliance update: drift, coupling, damage, restoration and what is learned from repair."""

from typing import Annotated, NamedTuple

from alliance_sim.chance import Draws, normal
from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.attention import Attention
from alliance_sim.law.engagement import EngagementParameters, engagement
from alliance_sim.law.repair import Repair, RepairParameters
from alliance_sim.law.rupture import Break
from alliance_sim.law.scales import clip, expit
from alliance_sim.law.security import Learning
from alliance_sim.law.state import ClientState
from alliance_sim.law.sustain import Sustainable, held


class AllianceParameters(NamedTuple):
    """How fast an alliance moves, and what ruptures do to it."""

    goal_gain: Annotated[
        float,
        About(
            "approach to the sustainable level per share of the hour given to goals",
            "1 / session / share",
            0,
            3,
            "assumption (C3)",
        ),
    ] = 1.0
    task_gain: Annotated[
        float,
        About(
            "approach to the sustainable level per share of the hour given to tasks",
            "1 / session / share",
            0,
            3,
            "assumption (C3)",
        ),
    ] = 1.0
    bond_gain: Annotated[
        float,
        About(
            "approach to the sustainable level per share of the hour given to the bond",
            "1 / session / share",
            0,
            3,
            "assumption (C2: slow to grow)",
        ),
    ] = 0.7
    neglect_rate: Annotated[
        float,
        About(
            "approach to the neglected level in every week",
            "1 / week",
            0,
            0.5,
            "assumption (C3: drift without attention)",
        ),
    ] = 0.04
    neglect_level: Annotated[
        float, About("level to which a component drifts without attention", "log-odds", -3, 1, "assumption (C3)")
    ] = -0.5
    coupling: Annotated[
        float,
        About(
            "pull of each component toward the mean of the other two",
            "1 / session",
            0,
            0.5,
            "assumption (held out: S14)",
        ),
    ] = 0.08
    drag: Annotated[
        float,
        About(
            "fall of every component per unit of unresolved rupture", "log-odds / load / session", 0, 0.5, "assumption"
        ),
    ] = 0.08
    settle: Annotated[
        float,
        About(
            "part of the difference in aims and ways that is met per share of the hour given to goals",
            "1 / session / share",
            0,
            1,
            "assumption (C2: goals are negotiated)",
        ),
    ] = 0.15
    settle_repair: Annotated[
        float,
        About("part of that difference met when changes are negotiated in a repair", "share", 0, 1, "assumption (C9)"),
    ] = 0.3
    reciprocity: Annotated[
        float,
        About(
            "rise of every component per SD of improvement in the last week",
            "log-odds / SD",
            0,
            3,
            "assumption (held out: W02)",
        ),
    ] = 0.629
    noise: Annotated[
        float,
        About(
            "ups and downs of every component from one scheduled session to the next",
            "log-odds",
            0,
            0.5,
            "A20, W01 (within-client variance)",
        ),
    ] = 0.231
    damage_main: Annotated[
        float,
        About(
            "damage to the component that a rupture is about, per unit of severity",
            "log-odds / load",
            0,
            2,
            "assumption; P06",
        ),
    ] = 0.9
    damage_other: Annotated[
        float, About("damage to the other components per unit of severity", "log-odds / load", 0, 2, "assumption; P06")
    ] = 0.4
    bond_hurt: Annotated[
        float,
        About(
            "damage to the bond relative to that to the other components",
            "ratio",
            0.5,
            3,
            "assumption (C2: quick to hurt)",
        ),
    ] = 1.3
    fragility: Annotated[
        float,
        About(
            "damage to a client with no security relative to one with full security, minus 1",
            "ratio",
            0,
            3,
            "assumption",
        ),
    ] = 0.6
    mask_withdrawal: Annotated[
        float,
        About("part of the damage of a withdrawal that the client does not show", "share", 0, 1, "assumption (C7)"),
    ] = 0.9
    unmask: Annotated[
        float, About("part of the mask that falls when the client confronts", "share", 0, 1, "assumption (C8)")
    ] = 0.5
    mask_decay: Annotated[float, About("part of the mask that falls in a week", "1 / week", 0, 1, "assumption")] = 0.15
    fading: Annotated[
        float, About("part of the unresolved load that is forgotten in a week", "1 / week", 0, 0.5, "assumption")
    ] = 0.06


@rule
def undertow(p: AllianceParameters, reciprocity: int, client: ClientState) -> float:
    """What moves all components alike in a week, log-odds: last week's improvement lifts, old ruptures drag."""
    lift = p.reciprocity * client.improvement if reciprocity == 1 else 0.0
    return lift - p.drag * client.unresolved


@rule
def component(
    p: AllianceParameters, now: float, level: float, pull: float, tie: float, others: float, common: float, z: float
) -> float:
    """One component (log-odds) after a week, before any damage (C3: continuing negotiation).

    It moves toward what the pair can sustain (`level`) as far as it gets attention (`pull`), toward neglect,
    and toward the mean of the other components (`tie`); `common` moves all three; z: standard normal.
    """
    return (
        now
        + clip(pull, 0.0, 1.0) * (level - now)
        + p.neglect_rate * (p.neglect_level - now)
        + tie * (others - now)
        + common
        + p.noise * z
    )


@rule
def alliance(
    p: AllianceParameters,
    e: EngagementParameters,
    q: RepairParameters,
    reciprocity: int,
    level: Sustainable,
    hour: Attention,
    present: bool,
    broken: Break,
    mended: Repair,
    learned: Learning,
    client: ClientState,
    luck: Draws,
) -> ClientState:
    """The client's alliance states after this week's session (or missed session).

    Each component drifts toward what the pair can sustain as far as it gets attention, toward neglect
    otherwise, and toward the other components. A rupture damages its source most; repair restores part of
    the same session's damage and takes load off, older load too (`mended` is the repair as it is felt). A
    withdrawal lowers engagement and is masked; confrontation and exploring take the mask down. Attention to
    goals, and negotiating, meet part of the difference in aims and ways. Source: assumption (form).
    Assumed; trajectories, V-shapes and gains after repair emerge.
    """
    here = 1.0 if present else 0.0
    kept = 1.0 - q.restoration * mended.resolution
    harm = 1.0 + mended.harm
    hit = broken.severity * harm * kept * (1.0 + p.fragility * (1.0 - client.security))
    damage_goal = hit * (p.damage_main if broken.source == 1 else p.damage_other)
    damage_task = hit * (p.damage_main if broken.source == 2 else p.damage_other)
    damage_bond = hit * p.bond_hurt * (p.damage_main if broken.source == 3 else p.damage_other) + mended.hurt
    common = undertow(p, reciprocity, client)
    tie = p.coupling * here
    by_goal = here * p.goal_gain * hour.goal
    by_task = here * p.task_gain * hour.task
    by_bond = here * p.bond_gain * hour.bond
    goal = component(
        p, client.goal, level.goal, by_goal, tie, 0.5 * (client.task + client.bond), common, normal(luck.a)
    )
    task = component(
        p, client.task, level.task, by_task, tie, 0.5 * (client.goal + client.bond), common, normal(luck.b)
    )
    bond = component(
        p, client.bond, level.bond, by_bond, tie, 0.5 * (client.goal + client.task), common, normal(luck.c)
    )
    goal, task, bond = held(goal - damage_goal), held(task - damage_task), held(bond - damage_bond)

    mask = client.mask * (1.0 - p.mask_decay)
    mean = (expit(goal) + expit(task) + expit(bond)) / 3.0
    if broken.type == 1:
        mask += p.mask_withdrawal * (damage_goal + damage_task + damage_bond - mended.hurt) / 3.0
    elif broken.type == 2:
        mask *= 1.0 - p.unmask
    if mended.explored == 1:
        mask *= 1.0 - mended.resolution
    settled = here * p.settle * hour.goal + (p.settle_repair if mended.negotiated == 1 else 0.0)
    new = broken.severity * harm * (1.0 - mended.resolution)
    load = min((client.unresolved * (1.0 - mended.resolution) + new) * (1.0 - p.fading), 10.0)
    still = load > q.open_load
    about = 1.0 * broken.source if broken.type > 0 and new >= client.unresolved else client.about
    return ClientState(
        goal,
        task,
        bond,
        engagement(e, mean, broken, harm, kept, client.engagement, normal(luck.d)),
        clip(learned.security, 0.0, 1.0),
        load,
        about if still else 0.0,
        client.met + min(settled, 1.0) * (1.0 - client.met),
        min(mask, 6.0),
        client.distress,
        client.resting,
        client.improvement,
        (1.0 if mended.noticed == 1 else client.known) if still else 0.0,
        client.last_rating,
        client.usual_rating,
        client.ratings,
    )


@rule
def apart(p: AllianceParameters, q: RepairParameters, reciprocity: int, client: ClientState) -> ClientState:
    """The client's alliance states after a week in which no session was scheduled.

    Components drift toward neglect, improvement lifts and unresolved load drags them, the load fades and the
    mask wears off; nothing is repaired.
    """
    load = client.unresolved * (1.0 - p.fading)
    still = load > q.open_load
    common = undertow(p, reciprocity, client)
    return ClientState(
        held(client.goal + p.neglect_rate * (p.neglect_level - client.goal) + common),
        held(client.task + p.neglect_rate * (p.neglect_level - client.task) + common),
        held(client.bond + p.neglect_rate * (p.neglect_level - client.bond) + common),
        client.engagement,
        client.security,
        load,
        client.about if still else 0.0,
        client.met,
        client.mask * (1.0 - p.mask_decay),
        client.distress,
        client.resting,
        client.improvement,
        client.known if still else 0.0,
        client.last_rating,
        client.usual_rating,
        client.ratings,
    )
