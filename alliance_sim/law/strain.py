"""Stage 8, therapist update: hard hours leave strain that the next client meets; repairs teach."""

from typing import Annotated, NamedTuple

from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.repair import Repair
from alliance_sim.law.rupture import Break
from alliance_sim.law.state import TherapistState


class StrainParameters(NamedTuple):
    """What an hour leaves in a therapist."""

    rupture: Annotated[
        float, About("strain added per unit of severity of a rupture", "strain / load", 0, 2, "assumption")
    ] = 0.25
    confrontation: Annotated[
        float, About("strain of a confrontation relative to a withdrawal", "ratio", 0.5, 4, "assumption")
    ] = 1.5
    relief: Annotated[float, About("part of that strain spared by full resolution", "share", 0, 1, "assumption")] = 0.7
    hour: Annotated[
        float, About("part of the strain that is gone by the next hour", "1 / hour", 0, 1, "assumption")
    ] = 0.15
    week: Annotated[
        float, About("part of the strain that is gone by the next week", "1 / week", 0, 1, "assumption")
    ] = 0.6
    learning: Annotated[
        float,
        About(
            "part of the skill still to be learned that one repaired rupture teaches",
            "1 / repair",
            0,
            0.2,
            "assumption (C11)",
        ),
    ] = 0.005
    ceiling: Annotated[float, About("repair skill that can be learned by practice", "SD", 0, 3, "assumption (C11)")] = (
        1.0
    )


@rule
def after_hour(
    p: StrainParameters, spillover: int, broken: Break, mended: Repair, felt: Repair, therapist: TherapistState
) -> TherapistState:
    """The therapist after one hour: strain (>= 0, at most 10) and learned repair skill (SD).

    Relief comes from the repair as the client felt it, learning from what was done. With spill-over off a
    therapist begins every hour rested.
    Source: assumption. Assumed; that strain of one client harms another emerges.
    """
    weight = p.confrontation if broken.type == 2 else 1.0
    added = p.rupture * weight * broken.severity * (1.0 - p.relief * felt.resolution)
    strain = min(therapist.strain * (1.0 - p.hour) + added, 10.0) if spillover == 1 else 0.0
    taught = p.learning * max(p.ceiling - therapist.learned, 0.0) if mended.repaired == 1 else 0.0
    return TherapistState(strain, therapist.learned + taught)


@rule
def after_week(p: StrainParameters, therapist: TherapistState) -> TherapistState:
    """The therapist after a week's rest."""
    return TherapistState(therapist.strain * (1.0 - p.week), therapist.learned)
