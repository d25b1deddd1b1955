"""Everything that the rules need to know of a scenario, gathered from where it is declared."""

from typing import Annotated, NamedTuple

from alliance_sim.law.about import Choice
from alliance_sim.law.alliance import AllianceParameters
from alliance_sim.law.attendance import AttendanceParameters
from alliance_sim.law.attention import Treatment
from alliance_sim.law.change import Change, ChangeParameters
from alliance_sim.law.engagement import EngagementParameters
from alliance_sim.law.intake import IntakeParameters, Skills
from alliance_sim.law.leaving import LeavingParameters
from alliance_sim.law.policy import Policy
from alliance_sim.law.rating import RatingParameters, SymptomScale
from alliance_sim.law.repair import RepairEffect, RepairParameters
from alliance_sim.law.rupture import RuptureParameters
from alliance_sim.law.security import SecurityParameters
from alliance_sim.law.strain import StrainParameters
from alliance_sim.law.sustain import SustainParameters
from alliance_sim.law.switch import Switch
from alliance_sim.law.technique import TechniqueParameters


class Parameters(NamedTuple):
    """All numbers of the law, one group a stage."""

    intake: IntakeParameters = IntakeParameters()
    attendance: AttendanceParameters = AttendanceParameters()
    technique: TechniqueParameters = TechniqueParameters()
    rupture: RuptureParameters = RuptureParameters()
    repair: RepairParameters = RepairParameters()
    sustain: SustainParameters = SustainParameters()
    alliance: AllianceParameters = AllianceParameters()
    engagement: EngagementParameters = EngagementParameters()
    security: SecurityParameters = SecurityParameters()
    change: ChangeParameters = ChangeParameters()
    strain: StrainParameters = StrainParameters()
    rating: RatingParameters = RatingParameters()
    leaving: LeavingParameters = LeavingParameters()


class Mechanisms(NamedTuple):
    """Which mechanism is at work, where the literature has rivals."""

    change: Annotated[
        int,
        Choice(
            "what makes clients change",
            Change,
            "C5",
            (
                "technique works only as far as the alliance lets it through",
                "technique and relationship add up, neither needs the other",
                "technique alone (the alliance still decides how much can be borne, and who stays)",
                "the relationship alone",
            ),
        ),
    ] = 0
    repair_effect: Annotated[
        int,
        Choice(
            "what a repair does to the alliance",
            RepairEffect,
            "C10",
            (
                "restores, and teaches security that lasts",
                "restores what the rupture of the hour damaged and takes the load off, nothing more",
                "changes nothing for the client",
            ),
        ),
    ] = 0
    skills: Annotated[
        int,
        Choice(
            "whether a therapist's skills go together",
            Skills,
            "C10 (selection: better therapists have both)",
            ("each skill has its own draw", "good therapists are good at everything"),
        ),
    ] = 0
    reciprocity: Annotated[
        int,
        Choice(
            "whether improvement feeds back on the alliance",
            Switch,
            "assumption (held out: W02)",
            ("improvement leaves the alliance as it is", "improvement raises it, for whatever reason distress fell"),
        ),
    ] = 1
    spillover: Annotated[
        int,
        Choice(
            "whether a therapist's strain reaches the next client",
            Switch,
            "assumption",
            ("a therapist begins every hour rested", "it reaches the next client"),
        ),
    ] = 1
    ruptures: Annotated[
        int, Choice("whether ruptures happen at all", Switch, "C6", ("strain never breaks out", "strain may break out"))
    ] = 1


class World(NamedTuple):
    """A scenario as the rules see it."""

    parameters: Parameters = Parameters()
    mechanisms: Mechanisms = Mechanisms()
    treatment: Treatment = Treatment()
    policy: Policy = Policy()
    scale: SymptomScale = SymptomScale()
