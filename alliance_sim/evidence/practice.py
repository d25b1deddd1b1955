"""Simulated practice: the clients, ratings and reports that a field of studies would have had to look at.

Columns that a study could observe are in `clients` and `sessions`; true events, which no study sees, are in `hidden`,
for tables that show them next to what was observed.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.engine.block import Buffers, play_block
from alliance_sim.engine.untreated import untreated_scores
from alliance_sim.experiment.players import need_compiled
from alliance_sim.experiment.weeks import by_week
from alliance_sim.law.attention import Treatment
from alliance_sim.law.policy import Policy
from alliance_sim.law.rating import SymptomScale
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.law.world import Mechanisms, Parameters, World
from alliance_sim.scenario import catalog
from alliance_sim.scenario.scenario import Clinic, Scenario
from alliance_sim.stats.linear import Floats

Columns = Mapping[str, Floats]

BONA_FIDE = ("cbt", "psychodynamic", "humanistic", "integrative")
"""Treatments meant to be therapeutic; sites practise one each, in turn."""

THERAPISTS, CASELOAD, WEEKS = 24, 20, 16
"""A site: therapists, clients of each, and planned length in weeks; of the size and length of naturalistic studies."""

LONG_WEEKS, SHORT_WEEKS = 26, 8
"""Planned length of the longer and of the shorter treatments, weeks."""

YEAR = 52
"""Weeks for which clients without treatment are followed."""

CALM_SITES = 4
"""Sites of routine practice that are run without ruptures too: one of each treatment."""

TWINS = (*BONA_FIDE, "usual_care", "waiting_list")
SHORT = ("integrative", "waiting_list")

LEVELS = ("goal", "task", "bond", "client", "therapist")
SESSION_COLUMNS = (
    *(f"wai_{name}" for name in LEVELS),
    *("symptoms", "expressed", "resolved_observer"),
    *("attended", "rupture_client", "rupture_therapist", "rupture_observer"),
)
HIDDEN = ("rupture", "repaired")

DEFAULT_MECHANISMS = Mechanisms()


def people_until(treatment: str, people: int) -> int:
    """How many routine clients there are up to the one who is number `people` in one bona fide treatment.

    Sites practise the treatments in turn. A study of one treatment samples so many for `Practice.first`.
    """
    whole, more = divmod(people - 1, THERAPISTS * CASELOAD)
    return (whole * len(BONA_FIDE) + BONA_FIDE.index(treatment)) * THERAPISTS * CASELOAD + more + 1


class Cohort(NamedTuple):
    """Clients of some sites: a row a client, in order of site, therapist, client.

    `clients` has columns of the client table; `sessions` has matrices (clients, weeks), nan where a client had left
    or did not attend; `hidden` the same for true events, which no study sees. `treatment` is the number in
    BONA_FIDE (or -1) of what each client's site practised. Client k has therapist k // caseload.
    """

    caseload: int
    treatment: NDArray[np.int64]
    clients: Columns
    sessions: Columns
    hidden: Columns

    def __len__(self) -> int:
        return len(self.treatment)

    @property
    def therapist(self) -> NDArray[np.int64]:
        """Number of each client's therapist, from 0."""
        return np.arange(len(self)) // self.caseload

    @property
    def improvement(self) -> Floats:
        """Symptoms at the planned end with the sign turned, points: more is better (post-treatment outcome)."""
        return -self.clients["symptoms_end"]

    def session(self, name: str, week: int) -> Floats:
        """A session column in one week (from 1); nan for clients who were not there."""
        return self.sessions[name][:, week - 1]

    def first(self, people: int) -> "Cohort":
        """The first clients, whole caseloads: the sample of a smaller study."""
        return self._rows(slice(min(len(self), -(-people // self.caseload) * self.caseload)))

    def of(self, treatment: str) -> "Cohort":
        """The clients of sites that practise one bona fide treatment."""
        return self._rows(self.treatment == BONA_FIDE.index(treatment))

    def _rows(self, rows: slice | NDArray[np.bool_]) -> "Cohort":
        columns = ({name: values[rows] for name, values in each.items()} for each in self[2:])
        return Cohort(self.caseload, self.treatment[rows], *columns)


Later = Callable[[], Cohort]
"""A cohort that only some studies ask for: run when the first of them does, and kept."""


class Practice(NamedTuple):
    """Everything that studies look at, under one set of parameters."""

    number: int  # which practice: decides the draws, and the error of questionnaires that the law does not know
    routine: Cohort  # bona fide treatments in turn, with sessions
    weekly: Cohort  # the same, symptoms by CORE-OM in every session, as in studies of session-to-session change
    longer: Cohort  # integrative treatment of 26 weeks, with sessions
    twins: Mapping[str, Cohort]  # the same clients in every treatment of the catalogue, without sessions
    short: Mapping[str, Cohort]  # the same clients for eight weeks in integrative treatment and without any
    untreated: Later  # the same clients on a waiting list of a year; "sessions" have nothing but weekly symptoms
    calm: Later  # some clients of `routine` in a scenario without ruptures

    @property
    def people(self) -> int:
        """Clients of the largest cohort."""
        return max(map(len, (self.routine, self.weekly, self.longer, *self.twins.values(), *self.short.values())))

    def first(self, people: int) -> "Practice":
        """The practice as a study of some people would sample it: the first clients of every cohort."""
        return Practice(
            self.number,
            self.routine.first(people),
            self.weekly.first(people),
            self.longer.first(people),
            {name: cohort.first(people) for name, cohort in self.twins.items()},
            {name: cohort.first(people) for name, cohort in self.short.items()},
            lambda: self.untreated().first(people),
            lambda: self.calm().first(people),
        )


class Sites(NamedTuple):
    """How many sites of 480 clients each cohort has."""

    routine: int = 24
    weekly: int = 6
    longer: int = 6
    twins: int = 6


ALL_SITES = Sites()


@cache
def treatment_named(name: str) -> Treatment:
    """A treatment of the catalogue."""
    return Treatment(**catalog.entry("treatments", name).values)  # type: ignore[arg-type]


@cache
def policy_named(name: str) -> Policy:
    """A repair policy of the catalogue."""
    return Policy(**catalog.entry("policies", name).values)


@cache
def scale_named(name: str) -> SymptomScale:
    """A symptom scale of the catalogue."""
    return SymptomScale(**catalog.entry("instruments", name).values)


def questionnaire(values: Floats, reliability: float, practice: int, purpose: int) -> Floats:
    """What a questionnaire of some reliability makes of a trait with an SD of about 1: the trait plus error.

    Error SD = sqrt(1 / reliability - 1) (classical test theory; Lord & Novick, 1968); the same for the same
    practice and purpose.
    """
    draws = np.random.Generator(np.random.Philox(key=practice, counter=purpose))
    return np.asarray(values + np.sqrt(1.0 / reliability - 1.0) * draws.standard_normal(len(values)))


class Player:
    """Runs cohorts of one set of parameters; sites of one practice are met by no other."""

    def __init__(self, world: World, seed: int) -> None:
        need_compiled()
        self._world, self._seed, self._buffers = world, seed, Buffers()

    def cohort(
        self, treatments: Sequence[str], first: int, sites: int, weeks: int, sessions: bool, scale: str = "phq9"
    ) -> Cohort:
        """Sites that practise the named treatments in turn; `first` is the number of the first site, from 1."""
        named = [treatments[k % len(treatments)] for k in range(sites)]
        parts = [self._site(name, first + k, weeks, sessions, scale) for k, name in enumerate(named)]
        joined = (
            {name: np.concatenate([part[name] for part in column]) for name in column[0]}
            for column in zip(*parts, strict=True)
        )
        practised = [BONA_FIDE.index(name) if name in BONA_FIDE else -1 for name in named]
        return Cohort(CASELOAD, np.repeat(practised, THERAPISTS * CASELOAD), *joined)

    def untreated(self, first: int, sites: int) -> Cohort:
        """Clients on a waiting list of a year with the symptoms of every week."""
        world = self._world._replace(treatment=treatment_named("waiting_list"), scale=scale_named("phq9"))
        scores = untreated_scores(world, self._seed, first, sites, THERAPISTS, CASELOAD, YEAR)
        ends = {"symptoms_intake": scores[:, 0], "symptoms_end": scores[:, -1]}
        return Cohort(CASELOAD, np.full(len(scores), -1), ends, {"symptoms": scores[:, 1:]}, {})

    def _site(self, treatment: str, number: int, weeks: int, sessions: bool, scale: str) -> tuple[Columns, ...]:
        """Columns of clients, of sessions and of true events of one site: copies, for its buffers are used again."""
        world = self._world._replace(treatment=treatment_named(treatment), scale=scale_named(scale))
        scenario, replicates = Scenario(world, Clinic(THERAPISTS, CASELOAD, weeks)), range(number, number + 1)
        block = play_block(scenario, self._seed, replicates, sessions=sessions, buffers=self._buffers)
        clients = {name: block.clients[:, k].copy() for k, name in enumerate(CLIENT_COLUMNS)}
        if not sessions:
            return clients, {}, {}
        rows = by_week(block, THERAPISTS * CASELOAD, weeks, (*SESSION_COLUMNS, *HIDDEN))
        seen = {name: np.where(rows["attended"] == 1, rows[name], np.nan) for name in SESSION_COLUMNS}
        return clients, seen | {"attended": rows["attended"]}, {name: rows[name] for name in HIDDEN}


def play_practice(
    parameters: Parameters,
    seed: int,
    number: int,
    sites: Sites = ALL_SITES,
    mechanisms: Mechanisms = DEFAULT_MECHANISMS,
) -> Practice:
    """Run everything that the studies need under one set of parameters.

    `number` (from 0) says which practice: no two practices of a seed share clients or draws. The policy is the
    default. Needs about 0.2 s at the default size on one core.
    """
    world = World(parameters=parameters, mechanisms=mechanisms)
    play, calm = Player(world, seed), Player(world._replace(mechanisms=mechanisms._replace(ruptures=0)), seed)
    routine = 1 + number * sum(sites)
    weekly = routine + sites.routine
    longer = weekly + sites.weekly
    twins = longer + sites.longer
    return Practice(
        number,
        play.cohort(BONA_FIDE, routine, sites.routine, WEEKS, True),
        play.cohort(BONA_FIDE, weekly, sites.weekly, WEEKS, True, "core_om"),
        play.cohort(["integrative"], longer, sites.longer, LONG_WEEKS, True),
        {name: play.cohort([name], twins, sites.twins, WEEKS, False) for name in TWINS},
        {name: play.cohort([name], twins, sites.twins, SHORT_WEEKS, False) for name in SHORT},
        cache(partial(play.untreated, twins, sites.twins)),
        cache(partial(calm.cohort, BONA_FIDE, routine, min(CALM_SITES, sites.routine), WEEKS, True)),
    )
