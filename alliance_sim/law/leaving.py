"""Stage 10, stay or leave: dropout by weak alliance, unresolved ruptures and lack of change; completion."""

from typing import Annotated, NamedTuple

from alliance_sim.chance import Draws
from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.scales import expit
from alliance_sim.law.state import ClientState


class LeavingParameters(NamedTuple):
    """Why clients leave before the planned end."""

    base: Annotated[
        float,
        About(
            "log-odds of dropping out after a session at alliance one half, nothing unresolved, no change",
            "log-odds",
            -8,
            0,
            "D01",
        ),
    ] = -4.15
    alliance: Annotated[float, About("loss in that log-odds from no to full alliance", "log-odds", 0, 10, "D05")] = 3.26
    unresolved: Annotated[
        float,
        About("gain in that log-odds per unit of unresolved rupture", "log-odds / load", 0, 3, "assumption (C7, C8)"),
    ] = 0.5
    change: Annotated[
        float, About("loss in that log-odds per SD of improvement since intake", "log-odds / SD", 0, 3, "assumption")
    ] = 0.3
    well: Annotated[
        float, About("distress below which a client counts as well", "SD above the community mean", -1, 2, "assumption")
    ] = 0.5
    complete: Annotated[
        float,
        About(
            "probability that a client who is well completes treatment after a session",
            "probability",
            0,
            1,
            "assumption",
        ),
    ] = 0.12
    earliest: Annotated[
        float, About("first week in which treatment can be completed", "weeks", 1, 52, "assumption")
    ] = 6.0


@rule
def drops_out(p: LeavingParameters, client: ClientState, alliance: float, intake: float) -> float:
    """Probability of dropping out after a scheduled session, in (0, 1).

    logit = base - alliance * (felt alliance - 1/2) + unresolved * load - change * (intake - distress).
    Source: D05 (alliance), form: assumption. Fitted: D01, D05.
    """
    return expit(
        p.base
        - p.alliance * (alliance - 0.5)
        + p.unresolved * client.unresolved
        - p.change * (intake - client.distress)
    )


@rule
def leaving(p: LeavingParameters, week: int, client: ClientState, alliance: float, intake: float, u: Draws) -> int:
    """Whether the client leaves after this session (`Left`); u: draws of coming and going."""
    if client.distress < p.well and week >= p.earliest and u.c < p.complete:
        return 2
    if u.b < drops_out(p, client, alliance, intake):
        return 1
    return 0
