"""Stage 6, alliance update: drift, coupling, damage, restoration and what is learned from repair."""

from typing import Annotated, NamedTuple

from alliance_sim.chance import Draws, normal
from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.attention import Attention, Treatment
from alliance_sim.law.repair import Repair, RepairParameters
from alliance_sim.law.rupture import Break
from alliance_sim.law.scales import clip, expit
from alliance_sim.law.security import Learning
from alliance_sim.law.state import ClientState, ClientTraits, TherapistTraits


class AllianceParameters(NamedTuple):
    """What a pair can sustain, and how fast it gets there."""

    goal_level: Annotated[
        float, About("felt agreement on goals that a pair with the same aims can sustain", "log-odds", -1, 3, "S13")
    ] = 1.5
    goal_mismatch: Annotated[
        float, About("loss of that level when aims are as far apart as can be", "log-odds", 0, 4, "assumption (C2)")
    ] = 2.0
    task_level: Annotated[
        float, About("felt agreement on tasks that a pair can sustain with no fit and no agreement on goals", "log-odds", -3, 2, "S13")
    ] = -0.5
    task_fit: Annotated[
        float, About("gain of that level from no to full fit with the preferred way of working", "log-odds", 0, 3, "assumption")
    ] = 0.9
    task_goal: Annotated[
        float, About("gain of that level from no to full agreement on goals", "log-odds", 0, 4, "assumption (C2: task rests on goal)")
    ] = 1.2
    task_competence: Annotated[
        float, About("gain of that level per SD of technical competence (a convincing rationale)", "log-odds / SD", 0, 1, "assumption")
    ] = 0.15
    bond_level: Annotated[
        float, About("felt bond that an average pair can sustain at security one half", "log-odds", -1, 3, "S13 (bond is highest)")
    ] = 1.6
    bond_attunement: Annotated[
        float, About("gain of that level per SD of attunement", "log-odds / SD", 0, 1, "assumption (C2); T09")
    ] = 0.4
    bond_security: Annotated[
        float, About("gain of that level from no to full security", "log-odds", 0, 5, "assumption (C10)")
    ] = 1.5
    bond_anxiety: Annotated[
        float, About("loss of that level per SD of attachment anxiety, beyond security", "log-odds / SD", -0.5, 1, "B02")
    ] = 0.0
    bond_avoidance: Annotated[
        float, About("loss of that level per SD of attachment avoidance, beyond security", "log-odds / SD", -0.5, 1, "B03")
    ] = 0.05
    bond_strain: Annotated[
        float, About("loss of that level per unit of therapist strain", "log-odds / strain", 0, 1, "assumption: spill-over")
    ] = 0.2
    goal_gain: Annotated[
        float, About("approach to the sustainable level per share of the hour given to goals", "1 / session / share", 0, 3, "assumption (C3)")
    ] = 1.0
    task_gain: Annotated[
        float, About("approach to the sustainable level per share of the hour given to tasks", "1 / session / share", 0, 3, "assumption (C3)")
    ] = 1.0
    bond_gain: Annotated[
        float, About("approach to the sustainable level per share of the hour given to the bond", "1 / session / share", 0, 3, "assumption (C2: slow to grow)")
    ] = 0.7
    neglect_rate: Annotated[
        float, About("approach to the neglected level in every week", "1 / week", 0, 0.5, "assumption (C3: drift without attention)")
    ] = 0.04
    neglect_level: Annotated[
        float, About("level to which a component drifts without attention", "log-odds", -3, 1, "assumption (C3)")
    ] = -0.5
    coupling: Annotated[
        float, About("pull of each component toward the mean of the other two", "1 / session", 0, 0.5, "S14 (components correlate)")
    ] = 0.15
    drag: Annotated[
        float, About("fall of every component per unit of unresolved rupture", "log-odds / load / session", 0, 0.5, "assumption")
    ] = 0.08
    settle: Annotated[
        float, About("part of the difference in aims and ways that is met per share of the hour given to goals", "1 / session / share", 0, 1, "assumption (C2: goals are negotiated)")
    ] = 0.15
    settle_repair: Annotated[
        float, About("part of that difference met when changes are negotiated in a repair", "share", 0, 1, "assumption (C9)")
    ] = 0.3
    reciprocity: Annotated[
        float, About("rise of every component per SD of improvement in the last week", "log-odds / SD", 0, 3, "W02 (symptom change raises the alliance)")
    ] = 0.5
    noise: Annotated[
        float, About("weekly ups and downs of every component", "log-odds", 0, 0.5, "A20, W01 (within-client variance)")
    ] = 0.15
    damage_main: Annotated[
        float, About("damage to the component that a rupture is about, per unit of severity", "log-odds / load", 0, 2, "assumption; P06")
    ] = 0.9
    damage_other: Annotated[
        float, About("damage to the other components per unit of severity", "log-odds / load", 0, 2, "assumption; P06")
    ] = 0.4
    bond_hurt: Annotated[
        float, About("damage to the bond relative to that to the other components", "ratio", 0.5, 3, "assumption (C2: quick to hurt)")
    ] = 1.3
    fragility: Annotated[
        float, About("damage to a client with no security relative to one with full security, minus 1", "ratio", 0, 3, "assumption")
    ] = 0.6
    mask_withdrawal: Annotated[
        float, About("part of the damage of a withdrawal that the client does not show", "share", 0, 1, "assumption (C7)")
    ] = 0.9
    unmask: Annotated[
        float, About("part of the mask that falls when the client confronts", "share", 0, 1, "assumption (C8)")
    ] = 0.5
    mask_decay: Annotated[
        float, About("part of the mask that falls in a session", "1 / session", 0, 1, "assumption")
    ] = 0.15
    engagement_base: Annotated[
        float, About("log-odds of engagement at alliance one half", "log-odds", -2, 3, "assumption")
    ] = 0.3
    engagement_alliance: Annotated[
        float, About("gain of that log-odds from no to full alliance", "log-odds", 0, 8, "assumption")
    ] = 2.5
    engagement_rate: Annotated[
        float, About("approach of engagement to its level", "1 / session", 0, 1, "assumption")
    ] = 0.3
    engagement_withdrawal: Annotated[
        float, About("part of engagement lost per unit of severity of a withdrawal", "share / load", 0, 1, "assumption (C7)")
    ] = 0.3
    engagement_noise: Annotated[
        float, About("weekly ups and downs of engagement", "0-1 scale", 0, 0.2, "assumption")
    ] = 0.04
    fading: Annotated[
        float, About("part of the unresolved load that is forgotten in a week", "1 / week", 0, 0.5, "assumption")
    ] = 0.06
    start_gap: Annotated[
        float, About("how far below the sustainable level a pair begins", "log-odds", 0, 2, "L03 (flat from session 5)")
    ] = 0.4
    start_noise: Annotated[
        float, About("spread of first impressions of each component", "log-odds", 0, 1.5, "assumption")
    ] = 0.35


class Sustainable(NamedTuple):
    """Levels that a pair can sustain with full attention, log-odds."""

    goal: float
    task: float
    bond: float


@rule
def felt_alliance(client: ClientState) -> float:
    """Felt working alliance, 0-1: mean of goal, task and bond on the 0-1 scale (Bordin, 1979)."""
    return (expit(client.goal) + expit(client.task) + expit(client.bond)) / 3.0


@rule
def expressed_alliance(client: ClientState, deference: float) -> float:
    """Alliance that the client shows, 0-1: what is felt, plus deference and mask (log-odds, >= 0)."""
    shown = deference + client.mask
    return (expit(client.goal + shown) + expit(client.task + shown) + expit(client.bond + shown)) / 3.0


@rule
def sustainable(
    p: AllianceParameters,
    treatment: Treatment,
    therapist: TherapistTraits,
    traits: ClientTraits,
    goal: float,
    met: float,
    security: float,
    therapist_strain: float,
) -> Sustainable:
    """What this pair can sustain, in log-odds; goal, met and security on 0-1.

    Goals: the distance between the client's priority and the treatment's target. Tasks: fit with the
    preferred way of working, agreement on goals, a convincing rationale. Bond: attunement, security,
    attachment, therapist strain. All: rapport. Source: Bordin (1979); form: assumption. Assumed.
    """
    mismatch = abs(traits.priority - treatment.target) * (1.0 - met)
    fit = 1.0 - abs(traits.preference - treatment.structure) * (1.0 - met)
    return Sustainable(
        p.goal_level - p.goal_mismatch * mismatch + traits.rapport,
        p.task_level
        + p.task_fit * fit
        + p.task_goal * goal
        + p.task_competence * therapist.competence
        + traits.rapport,
        p.bond_level
        + p.bond_attunement * therapist.attunement
        + p.bond_security * (security - 0.5)
        - p.bond_anxiety * traits.anxiety
        - p.bond_avoidance * traits.avoidance
        - p.bond_strain * therapist_strain
        + traits.rapport,
    )


@rule
def first_impression(
    p: AllianceParameters,
    treatment: Treatment,
    therapist: TherapistTraits,
    traits: ClientTraits,
    security: float,
    luck: Draws,
) -> ClientState:
    """The client's state before the first session: below what the pair can sustain by `start_gap`, give or take."""
    agreed = sustainable(p, treatment, therapist, traits, 0.5, 0.0, security, 0.0).goal
    goal = held(agreed - p.start_gap + p.start_noise * normal(luck.a))
    level = sustainable(p, treatment, therapist, traits, expit(goal), 0.0, security, 0.0)
    task = held(level.task - p.start_gap + p.start_noise * normal(luck.b))
    bond = held(level.bond - p.start_gap + p.start_noise * normal(luck.c))
    mean = (expit(goal) + expit(task) + expit(bond)) / 3.0
    rest = expit(p.engagement_base + p.engagement_alliance * (mean - 0.5))
    engagement = clip(rest + p.engagement_noise * normal(luck.d), 0.0, 1.0)
    distress = traits.intake_distress
    return ClientState(
        goal, task, bond, engagement, security, 0.0, 0.0, 0.0, 0.0, distress, traits.resting, 0.0, 0.0, 0.0, 0.0, 0.0
    )


@rule
def drifted(level: float, rest: float, now: float, pull: float, neglect: float, others: float, coupling: float) -> float:
    """Change of one component by attention, neglect and coupling, in log-odds (C3: continuing negotiation)."""
    return clip(pull, 0.0, 1.0) * (level - now) + neglect * (rest - now) + coupling * (others - now)


@rule
def held(x: float) -> float:
    """A component's log-odds held to [-6, 6], so that no client is lost to the rest of the model."""
    return clip(x, -6.0, 6.0)


@rule
def alliance(
    p: AllianceParameters,
    q: RepairParameters,
    reciprocity: int,
    level: Sustainable,
    traits: ClientTraits,
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
    damage_bond = hit * p.bond_hurt * (p.damage_main if broken.source == 3 else p.damage_other)
    lift = p.reciprocity * client.improvement if reciprocity == 1 else 0.0
    common = lift - p.drag * client.unresolved
    goal, task, bond = client.goal, client.task, client.bond
    tie = p.coupling * here
    new_goal = held(
        goal
        + drifted(level.goal, p.neglect_level, goal, here * p.goal_gain * hour.goal, p.neglect_rate, 0.5 * (task + bond), tie)
        + common + p.noise * normal(luck.a) - damage_goal
    )  # fmt: skip
    new_task = held(
        task
        + drifted(level.task, p.neglect_level, task, here * p.task_gain * hour.task, p.neglect_rate, 0.5 * (goal + bond), tie)
        + common + p.noise * normal(luck.b) - damage_task
    )  # fmt: skip
    new_bond = held(
        bond
        + drifted(level.bond, p.neglect_level, bond, here * p.bond_gain * hour.bond, p.neglect_rate, 0.5 * (goal + task), tie)
        + common + p.noise * normal(luck.c) - damage_bond - mended.hurt
    )  # fmt: skip

    mask = client.mask * (1.0 - p.mask_decay)
    alliance_now = (expit(new_goal) + expit(new_task) + expit(new_bond)) / 3.0
    rest = expit(p.engagement_base + p.engagement_alliance * (alliance_now - 0.5))
    engagement = client.engagement + p.engagement_rate * (rest - client.engagement) + p.engagement_noise * normal(luck.d)
    if broken.type == 1:
        mask += p.mask_withdrawal * (damage_goal + damage_task + damage_bond) / 3.0
        engagement -= p.engagement_withdrawal * broken.severity * harm * kept * client.engagement
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
        new_goal,
        new_task,
        new_bond,
        clip(engagement, 0.0, 1.0),
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
def apart(p: AllianceParameters, q: RepairParameters, client: ClientState) -> ClientState:
    """The client's alliance states after a week in which no session was scheduled.

    Components drift toward neglect, unresolved load drags and fades, the mask wears off; nothing is repaired.
    """
    load = client.unresolved * (1.0 - p.fading)
    still = load > q.open_load
    drag = p.drag * client.unresolved
    return ClientState(
        held(client.goal + p.neglect_rate * (p.neglect_level - client.goal) - drag),
        held(client.task + p.neglect_rate * (p.neglect_level - client.task) - drag),
        held(client.bond + p.neglect_rate * (p.neglect_level - client.bond) - drag),
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
