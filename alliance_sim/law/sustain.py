"""Stage 6, what a pair can sustain: the levels of goal, task and bond toward which attention leads."""

from typing import Annotated, NamedTuple

from alliance_sim.chance import Draws, normal
from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.attention import Treatment
from alliance_sim.law.engagement import EngagementParameters, engagement_level
from alliance_sim.law.scales import clip, expit
from alliance_sim.law.state import ClientState, ClientTraits, TherapistTraits


class SustainParameters(NamedTuple):
    """What decides how high felt goal, task and bond can be kept, and where they begin."""

    goal_level: Annotated[
        float, About("felt agreement on goals that a pair with the same aims can sustain", "log-odds", -1, 3, "S13")
    ] = 1.55
    goal_mismatch: Annotated[
        float, About("loss of that level when aims are as far apart as can be", "log-odds", 0, 4, "assumption (C2)")
    ] = 1.71
    task_level: Annotated[
        float,
        About(
            "felt agreement on tasks that a pair can sustain with no fit and no agreement on goals",
            "log-odds",
            -3,
            2,
            "S13",
        ),
    ] = -0.5
    task_fit: Annotated[
        float,
        About(
            "gain of that level from no to full fit with the preferred way of working", "log-odds", 0, 3, "assumption"
        ),
    ] = 0.9
    task_goal: Annotated[
        float,
        About(
            "gain of that level from no to full agreement on goals",
            "log-odds",
            0,
            4,
            "assumption (C2: task rests on goal)",
        ),
    ] = 1.2
    task_competence: Annotated[
        float,
        About(
            "gain of that level per SD of technical competence (a convincing rationale)",
            "log-odds / SD",
            0,
            1,
            "assumption",
        ),
    ] = 0.15
    bond_level: Annotated[
        float,
        About(
            "felt bond that an average pair can sustain at security one half",
            "log-odds",
            -1,
            3,
            "S13 (bond is highest)",
        ),
    ] = 1.86
    bond_attunement: Annotated[
        float, About("gain of that level per SD of attunement", "log-odds / SD", 0, 1, "assumption (C2); T02")
    ] = 0.468
    bond_security: Annotated[
        float, About("gain of that level from no to full security", "log-odds", 0, 5, "assumption (C10)")
    ] = 0.914
    bond_anxiety: Annotated[
        float,
        About("loss of that level per SD of attachment anxiety, beyond security", "log-odds / SD", -0.5, 1, "B02"),
    ] = 0.0
    bond_avoidance: Annotated[
        float,
        About("loss of that level per SD of attachment avoidance, beyond security", "log-odds / SD", -0.5, 1, "B03"),
    ] = 0.05
    bond_strain: Annotated[
        float,
        About("loss of that level per unit of therapist strain", "log-odds / strain", 0, 1, "assumption: spill-over"),
    ] = 0.2
    improvement: Annotated[
        float,
        About(
            "gain of these levels per SD of improvement since intake: clients judge the work by what they have gained",
            "log-odds / SD",
            0,
            3,
            "N41",
        ),
    ] = 0.683
    improvement_bond: Annotated[
        float,
        About(
            "share of that gain that reaches the bond: progress speaks for goals and tasks first, for the person less",
            "share",
            0,
            1,
            "S09 (task against bond)",
        ),
    ] = 0.274
    trust: Annotated[
        float,
        About(
            "gain of every level per unit of security that repairs of this treatment taught: trust that was earned",
            "log-odds / security",
            0,
            10,
            "assumption (C10): no study has measured it",
        ),
    ] = 2.67
    start_gap: Annotated[
        float,
        About("how far below the sustainable level a pair begins", "log-odds", 0, 2, "N01 (growth)"),
    ] = 0.284
    start_noise: Annotated[
        float, About("spread of first impressions of each component", "log-odds", 0, 1.5, "assumption")
    ] = 0.35


class Sustainable(NamedTuple):
    """Levels that a pair can sustain with full attention, log-odds."""

    goal: float
    task: float
    bond: float


@rule
def held(x: float) -> float:
    """A component's log-odds held to [-6, 6], so that no client is lost to the rest of the model."""
    return clip(x, -6.0, 6.0)


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
    p: SustainParameters,
    treatment: Treatment,
    therapist: TherapistTraits,
    traits: ClientTraits,
    goal: float,
    met: float,
    security: float,
    trust: float,
    gained: float,
    therapist_strain: float,
) -> Sustainable:
    """What this pair can sustain, in log-odds; goal, met, security and trust on 0-1, gained in SD.

    Goals: the distance between the client's priority and the treatment's target. Tasks: fit with the
    preferred way of working, agreement on goals, a convincing rationale. Bond: attunement, security,
    attachment, therapist strain. All: rapport, trust that was earned in repairs, and improvement since intake
    (`gained`), of which the bond has its share. Source: Bordin (1979); form: assumption. Assumed.
    """
    mismatch = abs(traits.priority - treatment.target) * (1.0 - met)
    fit = 1.0 - abs(traits.preference - treatment.structure) * (1.0 - met)
    common = traits.rapport + p.trust * trust
    progress = p.improvement * gained
    return Sustainable(
        p.goal_level - p.goal_mismatch * mismatch + common + progress,
        p.task_level
        + p.task_fit * fit
        + p.task_goal * goal
        + p.task_competence * therapist.competence
        + common
        + progress,
        p.bond_level
        + p.bond_attunement * therapist.attunement
        + p.bond_security * (security - 0.5)
        - p.bond_anxiety * traits.anxiety
        - p.bond_avoidance * traits.avoidance
        - p.bond_strain * therapist_strain
        + common
        + p.improvement_bond * progress,
    )


@rule
def first_impression(
    p: SustainParameters,
    q: EngagementParameters,
    treatment: Treatment,
    therapist: TherapistTraits,
    traits: ClientTraits,
    security: float,
    week: float,
    luck: Draws,
) -> ClientState:
    """The client's state before the first session: below what the pair can sustain by `start_gap`, give or take.

    week: how far the distress of this week departs from its lasting part, SD.
    """
    agreed = sustainable(p, treatment, therapist, traits, 0.5, 0.0, security, 0.0, 0.0, 0.0).goal
    goal = held(agreed - p.start_gap + p.start_noise * normal(luck.a))
    level = sustainable(p, treatment, therapist, traits, expit(goal), 0.0, security, 0.0, 0.0, 0.0)
    task = held(level.task - p.start_gap + p.start_noise * normal(luck.b))
    bond = held(level.bond - p.start_gap + p.start_noise * normal(luck.c))
    mean = (expit(goal) + expit(task) + expit(bond)) / 3.0
    engagement = clip(engagement_level(q, mean) + q.noise * normal(luck.d), 0.0, 1.0)
    distress = traits.intake_distress
    return ClientState(
        goal, task, bond, 0.0, 0.0, 0.0, engagement, security, 0.0, 0.0, 0.0, 0.0, 0.0,
        distress, week, traits.resting, 0.0, 0.0, 0.0, 0.0,
    )  # fmt: skip
