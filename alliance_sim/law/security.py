"""Stage 6, what is learned: security is the expectation that strain can be survived and mended."""

from typing import Annotated, NamedTuple

from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.repair import Repair, RepairEffect
from alliance_sim.law.rupture import Break
from alliance_sim.law.scales import expit
from alliance_sim.law.state import ClientTraits


class SecurityParameters(NamedTuple):
    """Where security comes from, and what repairs and ruptures do to it."""

    level: Annotated[
        float,
        About("log-odds of security at intake, average attachment and no trauma", "log-odds", -2, 2, "assumption"),
    ] = 0.4
    anxiety: Annotated[
        float, About("loss of that log-odds per SD of attachment anxiety", "log-odds / SD", 0, 1.5, "B02")
    ] = 0.4
    avoidance: Annotated[
        float, About("loss of that log-odds per SD of attachment avoidance", "log-odds / SD", 0, 1.5, "B03")
    ] = 0.529
    trauma: Annotated[
        float,
        About(
            "loss of that log-odds with a severe trauma history", "log-odds", 0, 3, "assumption (C10; held out: P09)"
        ),
    ] = 0.8
    corrective: Annotated[
        float,
        About(
            "part of the missing security learned per unit of repaired severity",
            "share / load",
            0,
            1,
            "assumption (C10), corrective effect only",
        ),
    ] = 0.459
    corrective_trauma: Annotated[
        float,
        About(
            "gain of that part with a severe trauma history, relative to none",
            "ratio",
            0,
            4,
            "assumption (C10: most of all with trauma)",
        ),
    ] = 1.0
    erosion: Annotated[
        float,
        About("part of security lost per unit of severity that stays unrepaired", "share / load", 0, 1, "assumption"),
    ] = 0.03


class Learning(NamedTuple):
    """What repair has changed beyond restoring."""

    security: float
    gain: float  # security gained in this session


@rule
def first_security(p: SecurityParameters, traits: ClientTraits) -> float:
    """Security at intake, 0-1, from attachment anxiety, avoidance (SD) and trauma history (0-1). Assumed."""
    return expit(p.level - p.anxiety * traits.anxiety - p.avoidance * traits.avoidance - p.trauma * traits.trauma)


@rule
def learn_security(
    p: SecurityParameters, effect: int, trauma: float, security: float, broken: Break, load: float, mended: Repair
) -> Learning:
    """Security after this session, 0-1.

    Corrective experience (C10): a repaired rupture teaches that strain can be survived and mended,
    more with trauma history: gain = corrective * (1 + corrective_trauma * trauma) * resolution * load *
    (1 - security). What stays unrepaired of today's rupture erodes security. Both rivals of the corrective
    effect learn nothing from repair. Assumed, and switchable.
    """
    gain = 0.0
    if effect == RepairEffect.CORRECTIVE and mended.repaired == 1:
        rate = p.corrective * (1.0 + p.corrective_trauma * trauma) * mended.resolution * load
        gain = min(rate, 1.0) * (1.0 - security)
    loss = min(p.erosion * broken.severity * (1.0 - mended.resolution), 1.0) * security
    return Learning(security + gain - loss, gain)
