"""Stage 3, technique work makes challenge; bond and learned security make challenge bearable."""

from typing import Annotated, NamedTuple

from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.scales import expit


class TechniqueParameters(NamedTuple):
    """How much challenge a session holds, how much can be borne and what is made of it."""

    intensity: Annotated[
        float,
        About(
            "challenge per share of the hour given to technique, for a treatment of challenge 1",
            "challenge / share",
            0.5,
            5,
            "assumption: 40 % of the hour makes challenge 1",
        ),
    ] = 2.5
    tolerance_base: Annotated[float, About("challenge that anyone can bear", "challenge", 0, 1, "assumption")] = 0.3
    tolerance_bond: Annotated[
        float, About("further challenge that a full bond makes bearable", "challenge", 0, 2, "assumption (C2)")
    ] = 0.4
    tolerance_security: Annotated[
        float,
        About("further challenge that full learned security makes bearable", "challenge", 0, 2, "assumption (C10)"),
    ] = 0.4
    quality_base: Annotated[
        float, About("log-odds that work of an average therapist is well done", "log-odds", -2, 3, "assumption")
    ] = 0.5
    quality_competence: Annotated[
        float,
        About("gain in that log-odds per SD of technical competence", "log-odds / SD", 0, 1.5, "assumption"),
    ] = 0.922


class Work(NamedTuple):
    """What technique asks and achieves in a session."""

    challenge: float  # asked of the client, 0 to about 2
    overload: float  # part of it that is past tolerance
    dose: float  # bearable challenge, well done and engaged in, 0 to about 1


@rule
def technique(
    p: TechniqueParameters,
    challenge: float,
    efficacy: float,
    share: float,
    competence: float,
    bond: float,
    security: float,
    engagement: float,
) -> Work:
    """Challenge, overload and dose of technique in one session.

    challenge = treatment's challenge * intensity * share of the hour; tolerance = base + bond + security;
    dose = min(challenge, tolerance) * quality(competence) * engagement * efficacy.
    share, bond, security, engagement on 0-1; competence in SD. Source: assumption (form); C6: work without
    challenge changes little. Assumed.
    """
    asked = challenge * p.intensity * share
    tolerance = p.tolerance_base + p.tolerance_bond * bond + p.tolerance_security * security
    quality = expit(p.quality_base + p.quality_competence * competence)
    return Work(asked, max(asked - tolerance, 0.0), min(asked, tolerance) * quality * engagement * efficacy)
