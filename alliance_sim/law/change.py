"""Stage 7, change: distress moves by technique through the gate, by the relationship, by life outside."""

from enum import IntEnum
from typing import Annotated, NamedTuple

from alliance_sim.arithmetic import sqrt
from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.scales import hill
from alliance_sim.law.state import ClientState


class Change(IntEnum):
    """What makes clients change: rival mechanisms (C5)."""

    GATE = 0
    ADDITIVE = 1
    TECHNIQUE_ONLY = 2
    RELATIONSHIP_ONLY = 3


class ChangeParameters(NamedTuple):
    """What makes distress fall, and what moves it outside of therapy."""

    technique: Annotated[
        float,
        About(
            "fall of distress per full dose of technique that passes wholly, at distress 2", "SD / session", 0, 1, "X12"
        ),
    ] = 0.547
    relationship: Annotated[
        float,
        About(
            "fall of distress by the relationship itself at full alliance, at distress 2",
            "SD / session",
            0,
            0.5,
            "X12, A01",
        ),
    ] = 0.0723
    gate_half: Annotated[
        float,
        About("agreement at which half of a technique's effect passes the gate", "0-1", 0.1, 0.9, "assumption (C5)"),
    ] = 0.593
    gate_bond: Annotated[
        float,
        About(
            "weight of the bond in what opens the gate; 0 goals and tasks alone, 1/3 the alliance as such",
            "0-1",
            0,
            1,
            "S09",
        ),
    ] = 0.262
    gate_steepness: Annotated[
        float,
        About(
            "steepness of the gate; the larger, the more like a threshold",
            "Hill coefficient",
            0.5,
            12,
            "assumption (C5)",
        ),
    ] = 5.85
    open_gate: Annotated[
        float,
        About(
            "share of a technique's effect that passes where there is no gate",
            "share",
            0,
            1,
            "assumption: makes rivals as strong on average as the gate",
        ),
    ] = 0.6
    safety: Annotated[
        float,
        About(
            "weight of the cognitive account, under the gate: how far technique needs the safety to examine "
            "one's thoughts; 1 wholly (nothing passes at zero alliance), 0 not at all",
            "0-1",
            0,
            1,
            "assumption (C4)",
        ),
    ] = 1.0
    corrective: Annotated[
        float,
        About(
            "weight of the attachment account: a corrective emotional experience; "
            "fall of distress per unit of security gained",
            "SD / security",
            0,
            10,
            "assumption (C4)",
        ),
    ] = 1.0
    reinforcement: Annotated[
        float,
        About(
            "weight of the behavioural account in the relationship's own effect: the therapist's value as a "
            "reinforcer (bond times engagement) against the alliance as such",
            "0-1",
            0,
            1,
            "assumption (C4)",
        ),
    ] = 0.507
    overload: Annotated[
        float,
        About("rise of distress per unit of challenge past tolerance", "SD / challenge", 0, 0.5, "assumption (C6)"),
    ] = 0.03
    natural: Annotated[
        float, About("return of distress to its resting level by life outside", "1 / week", 0, 0.3, "X13")
    ] = 0.0378
    lasting: Annotated[
        float,
        About(
            "part of a session's improvement (or deterioration) that also moves the resting level, so that it stays",
            "share",
            0,
            1,
            "assumption",
        ),
    ] = 0.5
    life: Annotated[
        float, About("weekly turns of lasting distress by life outside; they add up", "SD", 0, 0.6, "N60, N64")
    ] = 0.384
    week: Annotated[
        float,
        About("spread of a week's distress about its lasting part; it passes", "SD", 0, 1.5, "N61, N62, N63, N73"),
    ] = 0.373
    week_lasts: Annotated[
        float, About("part of a week's departure that is still there a week later", "share", 0, 0.98, "N62")
    ] = 0.7
    impact: Annotated[
        float,
        About(
            "fall of the distress of the week that follows per unit by which the hour raised the felt alliance",
            "SD",
            0,
            5,
            "N40",
        ),
    ] = 3.56


@rule
def relationship_effect(p: ChangeParameters, alliance: float, bond: float, engagement: float) -> float:
    """Fall of distress by the relationship itself, SD per session at distress 2; all inputs on 0-1.

    A mixture, by the weight `reinforcement`, of the alliance as such and of the therapist's value as a
    reinforcer, bond times engagement (C4).
    """
    return p.relationship * ((1.0 - p.reinforcement) * alliance + p.reinforcement * bond * engagement)


@rule
def agreement(p: ChangeParameters, goal: float, task: float, bond: float) -> float:
    """What opens the gate, 0-1: agreement on goals and tasks, and the bond by its weight; all inputs on 0-1.

    Work asks that its aim and its way are agreed on; a good bond alone does not make a task make sense (Bordin, 1979).
    """
    return (1.0 - p.gate_bond) * 0.5 * (goal + task) + p.gate_bond * bond


@rule
def technique_effect(p: ChangeParameters, mechanism: int, dose: float, agreed: float) -> float:
    """Fall of distress by technique, SD per session at distress 2.

    Additive and technique only: a share `open_gate` of the dose passes whatever the alliance. Gate: the share
    is hill(agreed), nothing without any agreement (C5), as far as the weight `safety` goes. Relationship only:
    nothing.
    """
    if mechanism == Change.RELATIONSHIP_ONLY:
        return 0.0
    passes = p.open_gate
    if mechanism == Change.GATE:
        gate = hill(agreed, p.gate_half, p.gate_steepness)
        passes = p.safety * gate + (1.0 - p.safety) * p.open_gate
    return p.technique * dose * passes


@rule
def improvement(
    p: ChangeParameters,
    mechanism: int,
    dose: float,
    overload: float,
    agreed: float,
    alliance: float,
    bond: float,
    engagement: float,
    security_gain: float,
    responsiveness: float,
    distress: float,
) -> float:
    """Fall of lasting distress in one attended session, in SD (negative: it rises).

    (technique + relationship) * responsiveness * distress / 2 (the more there is to gain, the more is gained, so that
    gains slow down: Howard et al., 1986), plus the corrective experience, minus overload. Technique-only change
    leaves the relationship and the corrective experience out; additive change adds what the gate multiplies.
    Assumed; effect sizes, and the alliance-outcome correlation, emerge.
    """
    relational = 0.0
    if mechanism != Change.TECHNIQUE_ONLY:
        relational = relationship_effect(p, alliance, bond, engagement)
    room = max(distress, 0.0) * 0.5 * responsiveness
    gained = room * (technique_effect(p, mechanism, dose, agreed) + relational) - p.overload * overload
    if mechanism != Change.TECHNIQUE_ONLY:
        gained += p.corrective * security_gain
    return gained


@rule
def kept_gain(p: ChangeParameters, resting: float, improved: float) -> float:
    """The level to which life outside tends after a session: what improves (or worsens) lasts in part.

    Held to [-3, 6] SD above the community mean. Source: assumption. Assumed.
    """
    return min(max(resting - p.lasting * improved, -3.0), 6.0)


@rule
def life_outside(p: ChangeParameters, distress: float, resting: float, z_life: float) -> float:
    """Lasting distress after a week of life outside therapy, SD above the community mean, held to [-3, 6].

    distress + natural * (resting - distress) + life * z. Source: X13 for the return to rest. Fitted.
    """
    return min(max(distress + p.natural * (resting - distress) + p.life * z_life, -3.0), 6.0)


@rule
def week_outside(p: ChangeParameters, week: float, z_week: float) -> float:
    """How far the distress of the next week departs from its lasting part, SD; standard deviation `week`.

    week_lasts * week + sqrt(1 - week_lasts^2) * spread * z: good and bad weeks pass, and do not add up (first-order
    autoregression). Fitted: N61 to N64.
    """
    return p.week_lasts * week + sqrt(1.0 - p.week_lasts * p.week_lasts) * p.week * z_week


@rule
def hour_felt(p: ChangeParameters, mechanism: int, rise: float) -> float:
    """Fall of the distress of the week that follows, in SD, by what the hour did to the felt alliance (rise, -1 to 1).

    Where technique alone makes clients change, nothing. Source: the next-week effect of the alliance within clients
    (N40); form: assumption. Fitted.
    """
    return p.impact * rise if mechanism != Change.TECHNIQUE_ONLY else 0.0


@rule
def present_distress(client: ClientState) -> float:
    """Distress of this week, in SD above the community mean, held to [-3, 6]: what lasts plus the departure."""
    return min(max(client.distress + client.week, -3.0), 6.0)


@rule
def moved(client: ClientState, distress: float, week: float, resting: float) -> ClientState:
    """The client's state with a new lasting distress, departure of this week and resting level."""
    return ClientState(
        client.goal,
        client.task,
        client.bond,
        client.hurt_goal,
        client.hurt_task,
        client.hurt_bond,
        client.engagement,
        client.security,
        client.trust,
        client.unresolved,
        client.about,
        client.met,
        client.mask,
        distress,
        week,
        resting,
        client.known,
        client.last_rating,
        client.usual_rating,
        client.ratings,
    )
