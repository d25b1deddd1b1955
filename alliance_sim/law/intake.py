"""Intake: who the therapists and clients are. Traits are drawn once, from addresses of week 0."""

import math
from enum import IntEnum
from typing import Annotated, NamedTuple

from alliance_sim.arithmetic import exp
from alliance_sim.chance import Luck, Purpose, draw, normal
from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.scales import expit
from alliance_sim.law.state import ClientTraits, TherapistTraits


class Skills(IntEnum):
    """Whether the skills of one therapist go together."""

    INDEPENDENT = 0
    CORRELATED = 1


class IntakeParameters(NamedTuple):
    """Who comes to treatment, and who gives it."""

    attunement_mean: Annotated[
        float, About("mean attunement of the therapists", "SD among therapists", -2, 2, "assumption: scale")
    ] = 0.0
    attunement_sd: Annotated[float, About("spread of attunement among therapists", "SD", 0, 2, "assumption: scale")] = (
        1.0
    )
    repair_mean: Annotated[
        float, About("mean repair skill of the therapists", "SD among therapists", -2, 2, "assumption: scale")
    ] = 0.0
    repair_sd: Annotated[float, About("spread of repair skill among therapists", "SD", 0, 2, "assumption: scale")] = 1.0
    competence_mean: Annotated[
        float,
        About("mean technical competence of the therapists", "SD among therapists", -2, 2, "assumption: scale"),
    ] = 0.0
    competence_sd: Annotated[
        float, About("spread of technical competence among therapists", "SD", 0, 2, "assumption: scale")
    ] = 1.0
    defensiveness_mean: Annotated[
        float, About("mean defensiveness of the therapists", "SD among therapists", -2, 2, "assumption: scale")
    ] = 0.0
    defensiveness_sd: Annotated[
        float, About("spread of defensiveness among therapists", "SD", 0, 2, "assumption: scale")
    ] = 1.0
    skill_correlation: Annotated[
        float,
        About(
            "share of each skill's variance that is common to all of a therapist's skills, when skills are correlated",
            "share",
            0,
            1,
            "assumption: the selection rival, better therapists have both",
        ),
    ] = 0.5
    attachment_correlation: Annotated[
        float,
        About("correlation of attachment anxiety and avoidance", "r", -0.9, 0.9, "assumption: small, positive"),
    ] = 0.2
    trauma_prevalence: Annotated[
        float,
        About("share of clients with a history of relational trauma", "share", 0, 1, "assumption"),
    ] = 0.35
    priority_mean: Annotated[
        float,
        About(
            "mean of the client's own priority: 0 relief of symptoms, 1 relationships and meaning",
            "log-odds",
            -2,
            2,
            "assumption",
        ),
    ] = -0.3
    priority_sd: Annotated[float, About("spread of priorities", "log-odds", 0, 2, "assumption")] = 1.2
    preference_mean: Annotated[
        float,
        About("mean preferred way of working: 0 open exploration, 1 clear structure", "log-odds", -2, 2, "assumption"),
    ] = 0.2
    preference_sd: Annotated[float, About("spread of preferences", "log-odds", 0, 2, "assumption")] = 1.0
    rapport_sd: Annotated[
        float,
        About(
            "spread of how well pairs happen to fit, beyond everything else in the model",
            "log-odds",
            0,
            1.5,
            "A20, S13 (between-client spread)",
        ),
    ] = 0.448
    deference_mean: Annotated[
        float,
        About(
            "mean agreement that clients show beyond what they feel (the nod that is not agreement)",
            "log-odds",
            0,
            1.5,
            "assumption",
        ),
    ] = 0.3
    resting_mean: Annotated[
        float,
        About(
            "mean distress to which life outside therapy tends",
            "SD above the community mean",
            0,
            3,
            "X13 (change without treatment)",
        ),
    ] = 1.27
    resting_sd: Annotated[
        float, About("spread of that resting distress", "SD", 0, 1.5, "N63, N64, N76 (spread of scores)")
    ] = 1.07
    distress_insecurity: Annotated[
        float,
        About(
            "correlation of that resting distress with attachment insecurity (anxiety and avoidance equally)",
            "r",
            -0.9,
            0.9,
            "assumption: clients who suffer more are less secure",
        ),
    ] = 0.3
    episode_mean: Annotated[
        float,
        About("mean distress at intake above the client's resting level", "SD", 0, 2, "X13"),
    ] = 1.36
    episode_sd: Annotated[
        float, About("spread of distress at intake above resting", "SD", 0, 1.5, "N63, N64, N76 (spread of scores)")
    ] = 0.604
    responsiveness_sd: Annotated[
        float,
        About(
            "spread of how much clients make of treatment, on the scale of its logarithm",
            "log",
            0,
            2,
            "N76 (outcomes spread)",
        ),
    ] = 0.72


@rule
def mixed(own: float, common: float, share: float) -> float:
    """A standard normal skill of which `share` (0-1) of the variance is common to all skills."""
    return math.sqrt(1.0 - share) * own + math.sqrt(share) * common


@rule
def therapist_traits(p: IntakeParameters, skills: int, luck: Luck) -> TherapistTraits:
    """Draw one therapist: traits in SD among therapists, around the means that are set.

    With independent skills each trait has its own luck; with correlated skills (the selection rival)
    attunement, repair skill, competence and low defensiveness share `skill_correlation` of their variance.
    Source: assumption. Assumed, not emergent.
    """
    skill = draw(luck, Purpose.THERAPIST_TRAITS)
    style = draw(luck, Purpose.THERAPIST_STYLE)
    share = p.skill_correlation if skills == Skills.CORRELATED else 0.0
    common = normal(style.a)
    return TherapistTraits(
        p.attunement_mean + p.attunement_sd * mixed(normal(skill.a), common, share),
        p.repair_mean + p.repair_sd * mixed(normal(skill.b), common, share),
        p.competence_mean + p.competence_sd * mixed(normal(skill.c), common, share),
        p.defensiveness_mean + p.defensiveness_sd * mixed(normal(skill.d), -common, share),
        normal(style.b),
    )


@rule
def client_traits(p: IntakeParameters, luck: Luck) -> ClientTraits:
    """Draw one client's attachment, history, aims, style and distress at intake.

    Intake distress = resting level + present episode, in SD above the community mean; resting distress goes with
    attachment insecurity. Severity of a trauma history is uniform on 0.5-1 among those who have one. Responsiveness is
    lognormal with mean 1. Source: assumption. Assumed.
    """
    attachment = draw(luck, Purpose.CLIENT_ATTACHMENT)
    aims = draw(luck, Purpose.CLIENT_AIMS)
    trouble = draw(luck, Purpose.CLIENT_DISTRESS)
    anxiety = normal(attachment.a)
    r = p.attachment_correlation
    avoidance = r * anxiety + math.sqrt(1.0 - r * r) * normal(attachment.b)
    trauma = 0.5 + 0.5 * attachment.d if attachment.c < p.trauma_prevalence else 0.0
    insecurity = (anxiety + avoidance) / math.sqrt(2.0 + 2.0 * r)
    along = p.distress_insecurity
    resting = p.resting_mean + p.resting_sd * (along * insecurity + math.sqrt(1.0 - along * along) * normal(trouble.a))
    spread = p.responsiveness_sd
    return ClientTraits(
        anxiety,
        avoidance,
        trauma,
        expit(p.priority_mean + p.priority_sd * normal(aims.a)),
        expit(p.preference_mean + p.preference_sd * normal(aims.b)),
        p.rapport_sd * normal(aims.c),
        normal(aims.d),
        2.0 * p.deference_mean * trouble.c,
        resting,
        resting + p.episode_mean + p.episode_sd * normal(trouble.b),
        exp(spread * normal(draw(luck, Purpose.CLIENT_RESPONSE).a) - 0.5 * spread * spread),
    )
