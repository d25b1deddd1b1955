"""All facts of the page, from one sample of simulated clinics."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from alliance_sim.evidence.face import course
from alliance_sim.evidence.face.after import After, Unrepaired, after, never_happened, returns
from alliance_sim.evidence.face.clinics import POLICIES, ClinicSample, without, without_ruptures, world_of
from alliance_sim.evidence.face.learning import Gain, Taught, dials, no_aims_met, taught
from alliance_sim.evidence.practice import BONA_FIDE
from alliance_sim.stats.estimate import Estimate

SINGLE = 30
"""Single clients that are shown."""

CALM = "repair, no ruptures"
"""The scenario whose courses come from error and drift alone."""


class Facts(NamedTuple):
    """What the page shows; every number with its interval."""

    sample: ClinicSample
    weekly: Mapping[str, tuple[Estimate, ...]]  # mean client rating by policy and week
    treatments: Mapping[str, tuple[course.RatingChange, ...]]  # by policy: repair and ignore
    single: course.Singles
    after: After
    returns: tuple[Unrepaired, ...]  # under repair and under ignore
    courses: Mapping[str, tuple[Estimate, ...]]  # per cent of clients, by policy
    ends: tuple[course.Ends, ...]  # of each policy
    against_repair: tuple[course.Ends, ...]  # each policy minus repair
    spillover: course.Shift  # with minus without
    taught: tuple[Taught, ...]
    no_aims_met: Gain  # where repair teaches nothing, and meets no difference in aims


def facts(sample: ClinicSample, upper: Mapping[str, float], say: Callable[[str], None] = lambda _: None) -> Facts:
    """Simulate and count everything; `upper`: upper ends of the prior by path (of `learning.TEACHES`).

    say: called with what is simulated next.
    """
    say("policies")
    worlds = {name: world_of(name) for name in POLICIES}
    played = {name: sample.run(world) for name, world in worlds.items()}
    repair, scale = played["repair"], worlds["repair"].scale
    calm = sample.run(without_ruptures(worlds["repair"]))
    say("treatments")
    treatments = {
        policy: tuple(course.change(name, sample.run(world_of(policy, name))) for name in BONA_FIDE)
        for policy in ("repair", "ignore")
    }
    say("twins of ruptures")
    never = {name: never_happened(sample, worlds[name]) for name in ("repair", "ignore")}
    found = after(sample, worlds["repair"], repair, never["repair"])
    say("what repair teaches")
    points = dials(worlds["repair"], upper)
    return Facts(
        sample,
        {name: course.weekly(each) for name, each in played.items()},
        treatments,
        course.single_clients(repair, sample.clinic.caseload, SINGLE),
        found,
        tuple(each for name in never for each in returns(name, played[name], never[name])),
        {name: course.shares(each) for name, each in (*played.items(), (CALM, calm))},
        tuple(course.ends(name, each, scale) for name, each in played.items()),
        tuple(course.difference(name, each, repair, scale) for name, each in played.items() if name != "repair"),
        course.shift(repair, sample.run(without("spillover", worlds["repair"]))),
        tuple(taught(sample, point) for point in points),
        no_aims_met(sample, next(point for point in points if not point.rival)),
    )
