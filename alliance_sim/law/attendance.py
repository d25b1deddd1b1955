"""Stage 1, attend or miss: a client who has withdrawn is likelier to stay away."""

from typing import Annotated, NamedTuple

from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.scales import expit
from alliance_sim.law.state import ClientState


class AttendanceParameters(NamedTuple):
    """What keeps a client from a scheduled session."""

    base: Annotated[
        float,
        About("log-odds of attending at engagement one half", "log-odds", 0, 5, "assumption: about 1 in 10 missed"),
    ] = 2.0
    engagement: Annotated[
        float, About("gain in log-odds of attending from no to full engagement", "log-odds", 0, 6, "assumption")
    ] = 3.0
    unresolved: Annotated[
        float,
        About("loss in log-odds of attending per unit of unresolved rupture", "log-odds", 0, 3, "assumption (C7)"),
    ] = 0.5


@rule
def attendance(p: AttendanceParameters, client: ClientState) -> float:
    """Probability of coming to a scheduled session, in (0, 1).

    logit = base + engagement * (engagement - 1/2) - unresolved * load.
    Source: assumption (form and values). Assumed.
    """
    return expit(p.base + p.engagement * (client.engagement - 0.5) - p.unresolved * client.unresolved)
