"""What studies of one sample conclude about repair, each compared with the causal effect that it is about.

Every analysis is done twice: with what a study can observe (ratings, reports of ruptures), and with the true events in
their place. So error of measurement is separated from confounding: clients with and without repair differ.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple, TypeAlias

import numpy as np

from alliance_sim.estimands.detection import Drops, reliable_drops
from alliance_sim.estimands.histories import ALL, NO_TRAUMA, TRAUMA, at_week, by_last_rupture, first_week, rate
from alliance_sim.estimands.occasions import (
    AfterRupture,
    RuptureOccasions,
    before_and_after,
    given_level,
    occasions,
    own_sessions,
)
from alliance_sim.estimands.repair_rates import group_difference, randomised, rate_slopes
from alliance_sim.questions.repair_or_selection.twins import (
    EVERYBODY,
    FIRST,
    RECOGNISED,
    REPAIRED,
    Flags,
    Floats,
    Measured,
    ReplicateClients,
    Twins,
    benefit,
)
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.pooling import correlation, residual

STUDIED = (ALL, NO_TRAUMA, TRAUMA)
"""Groups of clients that studies look at."""

OBSERVED, TRUE = "observed", "events known"

TRIALS = ("randomised therapists, alliance", "randomised therapists, symptoms")
BETWEEN, WITHIN = "share repaired, between therapists", "share repaired, within therapists"
ALL_CLIENTS, SHRUNKEN = "share repaired, all clients", "share repaired, shrunken means"

WAYS: dict[str, tuple[Callable[..., AfterRupture], str]] = {
    "before and after": (before_and_after, "repaired versus unrepaired ruptures"),
    "versus sessions as low before": (given_level, "repaired versus unrepaired, as low before"),
    "versus the client's other sessions": (own_sessions, "repaired versus unrepaired, own sessions"),
}
"""Three ways to look at the alliance after a rupture with repair, and what their comparison of ruptures is called."""

CLIENTS = {"repaired versus unrepaired clients": "R01", "repaired rupture versus all others": "R03"}
"""Comparisons of clients, and the finding in whose form they are made."""

ALLIANCE = (*WAYS, *(gap for _, gap in WAYS.values()), TRIALS[0])
"""Analyses of the alliance: points of the client's rating (1-5)."""

OUTCOME = (*CLIENTS, ALL_CLIENTS, WITHIN, BETWEEN, SHRUNKEN, TRIALS[1])
"""Analyses of outcome: symptom points at the end; positive is better."""

BOTH = (OBSERVED, TRUE)
ANALYSES = tuple((name, known) for name in (*ALLIANCE, *OUTCOME) for known in BOTH[: 1 if name in TRIALS else 2])
"""All analyses, and which events each knows; a trial needs none."""

LEAD = "before the rupture"
"""The negative control: change of the rating *before* the session with the rupture, which no repair can have made."""

RECOVERED, NOT_RECOVERED = "drop that recovers", "drop that does not recover"
CORRELATIONS = {finding: f"correlation as in {finding}" for finding in CLIENTS.values()}
DESCRIBED = (RECOVERED, NOT_RECOVERED, *CORRELATIONS.values())
"""Numbers of a study that no causal effect belongs to."""

Truths = Mapping[tuple[str, str, str, int], float]
"""(what, among, group, step) -> causal effect in this replicate."""


class RuptureEvents(NamedTuple):
    """Sessions with a rupture and repair, and with a rupture alone (clients, weeks): 1 or 0, nan where not attended."""

    mended: Floats
    unmended: Floats


def truths(effects: Iterable[Measured]) -> Truths:
    """Causal effects by what they are."""
    return {each[:4]: each.value for each in effects}


def events(s: ReplicateClients, seen: str) -> RuptureEvents:
    """Ruptures with and without repair in each session that was attended.

    Observed: the client reports a rupture, and the therapist reports one too (it was recognised, and so addressed) or
    does not (Chen et al., 2018). True: a rupture that was repaired in its session, or not.
    """
    if seen == OBSERVED:
        rupture, repair = s.sessions["rupture_client"], s.sessions["rupture_therapist"]
    else:
        rupture, repair = s.sessions["rupture"], s.sessions["repaired"]
    came = np.isfinite(s.sessions["wai_client"])
    with_rupture = rupture == 1.0
    return RuptureEvents(
        np.where(came, (with_rupture & (repair == 1.0)).astype(float), np.nan),
        np.where(came, (with_rupture & (repair != 1.0)).astype(float), np.nan),
    )


Findings: TypeAlias = Iterator[tuple[str, Estimate, float]]
"""What analyses find, each with the causal effect that it is about."""


def findings(t: Twins, known: Truths, later: int, dependability: float) -> Iterator[Measured]:
    """Everything that studies of these clients find."""
    gained = benefit(t)
    for seen in BOTH:
        happened, drops = events(t.own, seen), _drops(t.own, seen, dependability)
        after, before = (_occasions(t.own, happened, seen, *steps) for steps in ((later,), (-1, -2)))
        for group in STUDIED:
            parts = (
                _after_ruptures(after, before, t.own.groups[group], known, later, seen, group),
                _clients(t.own, gained, drops, group),
                _rates(t.own, gained, happened, group),
            )
            for name, found, truth in chain(*parts):
                yield Measured(name, seen, group, later, found.value, truth, *found[1:4])
    for group in STUDIED:
        for name, found, truth in _trials(t, known, later, group):
            yield Measured(name, OBSERVED, group, later, found.value, truth, *found[1:4])


def _occasions(s: ReplicateClients, happened: RuptureEvents, seen: str, *steps: int) -> RuptureOccasions:
    """Sessions with and without ruptures, as a study sees them: rating points, given ratings or what is felt."""
    ratings = s.sessions["wai_client"]
    levels = ratings if seen == OBSERVED else s.sessions["alliance"]
    return occasions(ratings, levels, *happened, s.therapist, *steps)


def _after_ruptures(
    after: RuptureOccasions,
    before: RuptureOccasions,
    those: Flags,
    known: Truths,
    later: int,
    seen: str,
    group: str,
) -> Findings:
    """The alliance of some clients after ruptures, and before them, rating points."""
    among = RECOGNISED if seen == OBSERVED else REPAIRED
    against_none, against_alone = (
        known.get((f"rated, {twin}", among, group, later), np.nan) for twin in ("never", "left alone")
    )
    own = after.some(those[after.client])
    for name, (way, gap) in WAYS.items():
        found = way(own)
        yield name, found.mended, against_none
        yield gap, found.gap, against_alone
    yield LEAD, own_sessions(before.some(those[before.client])).mended, 0.0


def _drops(s: ReplicateClients, seen: str, dependability: float) -> Drops:
    """Clients with a repaired rupture and with an unrepaired one: by drops of ratings, or truly."""
    if seen == OBSERVED:
        return reliable_drops(s.sessions["wai_client"], dependability)
    return by_last_rupture(s.sessions["rupture"], s.sessions["repaired"])


def _clients(s: ReplicateClients, gained: Floats, drops: Drops, group: str) -> Findings:
    """Clients whose rupture was repaired against others: symptom points, better positive."""
    those = s.groups[group]
    outcome, intake = -s.clients["symptoms_end"], s.clients["symptoms_intake"]
    truth = _mean(gained[those & drops.repaired])
    repaired = drops.repaired.astype(float)
    exposed = (np.where(drops.dropped, repaired, np.nan), repaired)
    for (name, finding), each in zip(CLIENTS.items(), exposed, strict=True):
        own = each[those]
        found = group_difference(outcome[those], own, intake[those, None], s.therapist[those])
        yield name, found, truth
        r = correlation(own, residual(outcome[those], intake[those]))
        yield CORRELATIONS[finding], Estimate(r), np.nan
    for name, flags in ((RECOVERED, drops.repaired), (NOT_RECOVERED, drops.unrepaired)):
        yield name, Estimate(100.0 * _mean(flags[those].astype(float))), np.nan


def _rates(s: ReplicateClients, gained: Floats, happened: RuptureEvents, group: str) -> Findings:
    """Share of a client's ruptures that were repaired, with outcome, among clients with a rupture.

    In symptom points that the mean share is worth by the slope: what the analysis says repairing has done for them.
    """
    share = rate(happened.mended, happened.mended + happened.unmended)
    chosen = s.groups[group] & np.isfinite(share) & np.isfinite(s.clients["wai_early"])
    truth, mean = _mean(gained[chosen]), _mean(share[chosen])
    covariates = np.column_stack([s.clients["symptoms_intake"], s.clients["wai_early"]])[chosen]
    slopes = rate_slopes(-s.clients["symptoms_end"][chosen], share[chosen], covariates, s.therapist[chosen])
    for name, slope in zip((ALL_CLIENTS, WITHIN, BETWEEN, SHRUNKEN), slopes, strict=True):
        yield name, slope.times(mean), truth


def _trials(t: Twins, known: Truths, later: int, group: str) -> Findings:
    """Half of the therapists repair, the others leave ruptures alone: other therapists, other clients."""
    trained = (t.own.therapist % 2 == 1).astype(float)
    half = [each.groups[group] & (trained == arm) for each, arm in ((t.own, 1.0), (t.ignoring, 0.0))]
    both = half[0] | half[1]

    def of_arms(of: Callable[[ReplicateClients], Floats]) -> Floats:
        return np.asarray(np.where(trained == 1.0, of(t.own), of(t.ignoring))[both])

    given = (trained[both], t.own.therapist[both])
    intake = of_arms(lambda s: s.clients["symptoms_intake"])[:, None]
    found = randomised(of_arms(lambda s: -s.clients["symptoms_end"]), given[0], intake, given[1])
    truth = known.get(("symptoms", EVERYBODY, group, 0), np.nan)
    yield TRIALS[1], found, truth
    found = randomised(of_arms(lambda s: _after_first(s, later)), given[0], np.empty((len(intake), 0)), given[1])
    truth = known.get(("rated, policy", FIRST, group, later), np.nan)
    yield TRIALS[0], found, truth


def _after_first(s: ReplicateClients, later: int) -> Floats:
    """Change of the rating from before the first rupture that a client reports to `later` sessions after it."""
    ratings = s.sessions["wai_client"]
    week = first_week(s.sessions["rupture_client"])
    return np.where(week > 0, at_week(ratings, week, later) - at_week(ratings, week, -1), np.nan)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
