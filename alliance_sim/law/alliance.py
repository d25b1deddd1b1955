"""Stage 6, alliance update: drift, negotiation, hurt, healing, restoration and what is learned from repair."""

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
    ] = 1.34
    task_gain: Annotated[
        float,
        About(
            "approach to the sustainable level per share of the hour given to tasks",
            "1 / session / share",
            0,
            3,
            "assumption (C3)",
        ),
    ] = 1.64
    bond_gain: Annotated[
        float,
        About(
            "approach to the sustainable level per share of the hour given to the bond",
            "1 / session / share",
            0,
            3,
            "assumption (C2: slow to grow)",
        ),
    ] = 1.11
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
    negotiation: Annotated[
        float,
        About(
            "pull of goals and tasks toward each other, which are negotiated together",
            "1 / session",
            0,
            0.5,
            "N50",
        ),
    ] = 0.263
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
    noise: Annotated[
        float,
        About(
            "ups and downs of every component from one scheduled session to the next",
            "log-odds",
            0,
            0.5,
            "A20, N40 (within-client variance)",
        ),
    ] = 0.193
    damage_main: Annotated[
        float,
        About(
            "damage to the component that a rupture is about, per unit of severity",
            "log-odds / load",
            0,
            2,
            "assumption; P06",
        ),
    ] = 1.16
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
    healing: Annotated[
        float,
        About(
            "part of what a rupture has left that passes in a week by itself, in a client with full security",
            "1 / week",
            0,
            1,
            "N01, N40, P06 (ruptures pass)",
        ),
    ] = 0.452


@rule
def left_of_hurt(p: AllianceParameters, security: float) -> float:
    """What a week leaves, by itself, of the hurt and the load of ruptures, 0-1.

    1 - healing * security: most hurts pass in a few weeks, sooner in clients who feel secure (0-1). Source: the
    course of the ruptures that nobody repairs (Gumz et al., 2012); form: assumption.
    """
    return 1.0 - p.healing * security


@rule
def component(
    p: AllianceParameters, now: float, level: float, pull: float, tie: float, other: float, z: float
) -> float:
    """One component (log-odds) after a week, before any hurt (C3: continuing negotiation).

    It moves toward what the pair can sustain (`level`) as far as it gets attention (`pull`), toward neglect,
    and by `tie` toward the component that is negotiated together with it (`other`); z: standard normal.
    """
    return (
        now
        + clip(pull, 0.0, 1.0) * (level - now)
        + p.neglect_rate * (p.neglect_level - now)
        + tie * (other - now)
        + p.noise * z
    )


@rule
def alliance(
    p: AllianceParameters,
    e: EngagementParameters,
    q: RepairParameters,
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

    Each component drifts toward what the pair can sustain as far as it gets attention, and toward neglect
    otherwise; goals and tasks move toward each other. A rupture hurts, its source most: as long as the hurt
    lasts, the component is felt lower by so much. The hurt heals by itself from week to week (`left_of_hurt`), and a
    repair takes off what it resolves, of older ruptures too (`mended` is the repair as it is felt). A withdrawal
    lowers engagement and is masked as long as it hurts; confrontation and exploring take the mask down. Attention to
    goals, and negotiating, meet part of the difference in aims and ways. Source: assumption (form).
    Assumed; trajectories, V-shapes and gains after repair emerge.
    """
    here = 1.0 if present else 0.0
    kept = 1.0 - mended.resolution
    harm = 1.0 + mended.harm
    new = broken.severity * harm * kept
    hit = new * (1.0 + p.fragility * (1.0 - client.security))
    damage_goal = hit * (p.damage_main if broken.source == 1 else p.damage_other)
    damage_task = hit * (p.damage_main if broken.source == 2 else p.damage_other)
    damage_bond = hit * p.bond_hurt * (p.damage_main if broken.source == 3 else p.damage_other)
    left = left_of_hurt(p, client.security) * kept
    hurt_goal = min(client.hurt_goal * left + damage_goal, 6.0)
    hurt_task = min(client.hurt_task * left + damage_task, 6.0)
    hurt_bond = min(client.hurt_bond * left + damage_bond + mended.hurt, 6.0)
    goal, task, bond = client.goal + client.hurt_goal, client.task + client.hurt_task, client.bond + client.hurt_bond
    tie = p.negotiation * here
    by_goal = here * p.goal_gain * hour.goal
    by_task = here * p.task_gain * hour.task
    by_bond = here * p.bond_gain * hour.bond
    new_goal = held(component(p, goal, level.goal, by_goal, tie, task, normal(luck.a)) - hurt_goal)
    new_task = held(component(p, task, level.task, by_task, tie, goal, normal(luck.b)) - hurt_task)
    new_bond = held(component(p, bond, level.bond, by_bond, 0.0, bond, normal(luck.c)) - hurt_bond)

    mask = client.mask * left
    mean = (expit(new_goal) + expit(new_task) + expit(new_bond)) / 3.0
    if broken.type == 1:
        mask += p.mask_withdrawal * (damage_goal + damage_task + damage_bond) / 3.0
    elif broken.type == 2:
        mask *= 1.0 - p.unmask
    if mended.explored == 1:
        mask *= 1.0 - mended.resolution
    settled = here * p.settle * hour.goal + (p.settle_repair if mended.negotiated == 1 else 0.0)
    load = min(client.unresolved * left + new, 10.0)
    still = load > q.open_load
    about = 1.0 * broken.source if broken.type > 0 and new >= client.unresolved else client.about
    return ClientState(
        new_goal,
        new_task,
        new_bond,
        hurt_goal,
        hurt_task,
        hurt_bond,
        engagement(e, mean, broken, harm, kept, client.engagement, normal(luck.d)),
        clip(learned.security, 0.0, 1.0),
        client.trust + learned.gain,
        load,
        about if still else 0.0,
        client.met + min(settled, 1.0) * (1.0 - client.met),
        min(mask, 6.0),
        client.distress,
        client.week,
        client.resting,
        (1.0 if mended.noticed == 1 else client.known) if still else 0.0,
        client.last_rating,
        client.usual_rating,
        client.ratings,
    )


@rule
def alone(p: AllianceParameters, now: float, hurt: float, left: float) -> float:
    """One component (log-odds) after a week in which nobody attended to it; `left`: what stays of its hurt, 0-1."""
    without = now + hurt
    return held(without + p.neglect_rate * (p.neglect_level - without) - hurt * left)


@rule
def apart(p: AllianceParameters, q: RepairParameters, client: ClientState) -> ClientState:
    """The client's alliance states after a week in which no session was scheduled.

    Components drift toward neglect; hurt, load and mask heal as far as they heal by themselves; nothing is repaired.
    """
    left = left_of_hurt(p, client.security)
    load = client.unresolved * left
    still = load > q.open_load
    return ClientState(
        alone(p, client.goal, client.hurt_goal, left),
        alone(p, client.task, client.hurt_task, left),
        alone(p, client.bond, client.hurt_bond, left),
        client.hurt_goal * left,
        client.hurt_task * left,
        client.hurt_bond * left,
        client.engagement,
        client.security,
        client.trust,
        load,
        client.about if still else 0.0,
        client.met,
        client.mask * left,
        client.distress,
        client.week,
        client.resting,
        client.known if still else 0.0,
        client.last_rating,
        client.usual_rating,
        client.ratings,
    )
