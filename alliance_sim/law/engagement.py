"""Stage 6, engagement: investing in the work follows the alliance, and a withdrawal takes it away."""

from typing import Annotated, NamedTuple

from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.rupture import Break
from alliance_sim.law.scales import clip, expit


class EngagementParameters(NamedTuple):
    """Where engagement comes from and goes to."""

    base: Annotated[float, About("log-odds of engagement at alliance one half", "log-odds", -2, 3, "assumption")] = 0.3
    alliance: Annotated[
        float, About("gain of that log-odds from no to full alliance", "log-odds", 0, 8, "assumption")
    ] = 2.5
    rate: Annotated[float, About("approach of engagement to its level", "1 / session", 0, 1, "assumption")] = 0.3
    withdrawal: Annotated[
        float,
        About("part of engagement lost per unit of severity of a withdrawal", "share / load", 0, 1, "assumption (C7)"),
    ] = 0.3
    noise: Annotated[
        float,
        About("ups and downs of engagement from one scheduled session to the next", "0-1 scale", 0, 0.2, "assumption"),
    ] = 0.04


@rule
def engagement_level(p: EngagementParameters, alliance: float) -> float:
    """Engagement (0-1) to which a felt alliance (0-1) leads. Source: assumption (form). Assumed."""
    return expit(p.base + p.alliance * (alliance - 0.5))


@rule
def engagement(
    p: EngagementParameters, alliance: float, broken: Break, harm: float, kept: float, before: float, z: float
) -> float:
    """Engagement after a session, 0-1: it approaches its level, and a withdrawal takes part of it away (C7).

    harm: the rupture's damage relative to that of its severity; kept: the part of it that repair did not undo;
    z: standard normal. Source: assumption (form). Assumed.
    """
    after = before + p.rate * (engagement_level(p, alliance) - before) + p.noise * z
    if broken.type == 1:
        after -= p.withdrawal * broken.severity * harm * kept * before
    return clip(after, 0.0, 1.0)
