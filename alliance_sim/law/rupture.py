"""Stage 4, strain may become a rupture: with a source (goal, task, bond), a type and a severity."""

from typing import Annotated, NamedTuple

from alliance_sim.chance import Draws
from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.scales import expit
from alliance_sim.law.state import ClientState, ClientTraits


class RuptureParameters(NamedTuple):
    """What strains a session and how strain breaks out."""

    base: Annotated[
        float, About("log-odds of a rupture in a session without any strain", "log-odds", -6, 0, "P01, P02 (rates)")
    ] = -2.39
    slope: Annotated[
        float, About("gain in log-odds of a rupture per unit of strain", "log-odds / strain", 0, 4, "assumption")
    ] = 1.3
    mismatch: Annotated[
        float,
        About("strain from aims that differ and are not agreed on", "strain", 0, 4, "assumption (C2)"),
    ] = 1.2
    arbitrary: Annotated[float, About("strain from tasks that seem arbitrary", "strain", 0, 3, "assumption (C2)")] = 0.8
    challenge: Annotated[
        float, About("strain per unit of challenge past tolerance", "strain / challenge", 0, 4, "assumption (C6)")
    ] = 1.5
    misattunement: Annotated[
        float, About("strain from a therapist who is wholly out of tune", "strain", 0, 3, "assumption (C6)")
    ] = 0.6
    insecurity: Annotated[
        float, About("strain of a client with no security at all", "strain", 0, 3, "assumption (C6)")
    ] = 0.5
    unresolved: Annotated[
        float, About("strain per unit of unresolved rupture", "strain / load", 0, 3, "assumption (C6)")
    ] = 0.87
    out_of_tune: Annotated[
        float, About("log-odds of being out of tune, average therapist at rest", "log-odds", -3, 2, "assumption")
    ] = -0.6
    attunement: Annotated[
        float, About("fall of that log-odds per SD of attunement", "log-odds / SD", 0, 2, "assumption")
    ] = 0.6
    tired: Annotated[
        float, About("rise of that log-odds per unit of therapist strain", "log-odds / strain", 0, 2, "assumption")
    ] = 0.5
    confrontation: Annotated[
        float,
        About(
            "log-odds that a rupture is a confrontation at bond and security one half",
            "log-odds",
            -4,
            2,
            "assumption (held out: P18)",
        ),
    ] = -1.3
    confrontation_bond: Annotated[
        float, About("gain in that log-odds from no to full bond", "log-odds", 0, 4, "assumption (C8)")
    ] = 1.0
    confrontation_security: Annotated[
        float, About("gain in that log-odds from no to full security", "log-odds", 0, 4, "assumption (C8)")
    ] = 1.0
    confrontation_anxiety: Annotated[
        float, About("gain in that log-odds per SD of attachment anxiety", "log-odds / SD", -1, 1, "assumption")
    ] = 0.2
    confrontation_avoidance: Annotated[
        float, About("loss of that log-odds per SD of attachment avoidance", "log-odds / SD", -1, 1, "assumption")
    ] = 0.3
    severity: Annotated[
        float, About("mean severity of a rupture; many are minor", "load", 0, 2, "assumption: scale of the load")
    ] = 0.6


class Strain(NamedTuple):
    """Strain of a session by source; `old` is that of unresolved load, which may break out as any of them."""

    goal: float
    task: float
    bond: float
    old: float


class Break(NamedTuple):
    """A rupture, or none: type (`Rupture`), source (`Source`) and severity (0 for none)."""

    type: int
    source: int
    severity: float


@rule
def misattunement(p: RuptureParameters, attunement: float, therapist_strain: float) -> float:
    """How far out of tune a therapist is, 0-1: falls with attunement (SD), rises with strain."""
    return expit(p.out_of_tune - p.attunement * attunement + p.tired * therapist_strain)


@rule
def strain(
    p: RuptureParameters,
    client: ClientState,
    mismatch: float,
    overload: float,
    out_of_tune: float,
) -> Strain:
    """Strain of this session by source, each >= 0.

    goal = mismatch * distance of aims * (1 - agreement); task = arbitrary * (1 - task) + challenge * overload;
    bond = misattunement + insecurity; old = unresolved load. Source: Safran & Muran (2000) for the kinds of
    strain; form: assumption. Assumed.
    """
    return Strain(
        p.mismatch * mismatch * (1.0 - expit(client.goal)),
        p.arbitrary * (1.0 - expit(client.task)) + p.challenge * overload,
        p.misattunement * out_of_tune + p.insecurity * (1.0 - client.security),
        p.unresolved * client.unresolved,
    )


@rule
def hazard(p: RuptureParameters, s: Strain) -> float:
    """Probability that strain becomes a rupture in this session, in (0, 1): logit = base + slope * strain."""
    return expit(p.base + p.slope * (s.goal + s.task + s.bond + s.old))


@rule
def confronts(p: RuptureParameters, traits: ClientTraits, bond: float, security: float) -> float:
    """Probability that a rupture is a confrontation and not a withdrawal, in (0, 1).

    Likelier where bond and security (0-1) are high: the client feels safe enough to object (C8). Assumed.
    """
    return expit(
        p.confrontation
        + p.confrontation_bond * (bond - 0.5)
        + p.confrontation_security * (security - 0.5)
        + p.confrontation_anxiety * traits.anxiety
        - p.confrontation_avoidance * traits.avoidance
    )


@rule
def rupture(p: RuptureParameters, s: Strain, traits: ClientTraits, client: ClientState, luck: Draws) -> Break:
    """Whether strain breaks out, as what, about what and how badly.

    The source is drawn in proportion to the strains; severity = 3 * mean * u^2, so that most ruptures are
    minor and the mean is as set. A rupture without any strain counts as one of the bond. Source: assumption
    (form). Assumed; rates emerge from strain.
    """
    if luck.a >= hazard(p, s):
        return Break(0, 0, 0.0)
    bond = expit(client.bond)
    kind = 2 if luck.b < confronts(p, traits, bond, client.security) else 1
    total = s.goal + s.task + s.bond
    place = luck.c * total
    source = 1 if place < s.goal else (2 if place < s.goal + s.task else 3)
    return Break(kind, source, 3.0 * p.severity * luck.d * luck.d)
