"""What is carried from one session to the next, and what one session leaves in the table.

States are NamedTuples: a rule never changes one, it returns a new one. All shares and probabilities are
on 0-1; felt components are kept as log-odds (`expit` gives the 0-1 value that tables show).
"""

from enum import IntEnum
from typing import NamedTuple


class Rupture(IntEnum):
    """Type of a rupture (Safran & Muran, 2000)."""

    NONE = 0
    WITHDRAWAL = 1
    CONFRONTATION = 2


class Source(IntEnum):
    """What a rupture is mainly about (Bordin, 1979)."""

    NONE = 0
    GOAL = 1
    TASK = 2
    BOND = 3


class Left(IntEnum):
    """Whether a client has left treatment after a session."""

    NO = 0
    DROPOUT = 1
    COMPLETED = 2


class TherapistTraits(NamedTuple):
    """Who a therapist is; all in standard deviations among therapists, 0 = average."""

    attunement: float
    repair_skill: float
    competence: float
    defensiveness: float
    modesty: float  # how far below others this therapist rates, standard deviations


class ClientTraits(NamedTuple):
    """Who a client is at intake."""

    anxiety: float  # attachment anxiety, SD among clients
    avoidance: float  # attachment avoidance, SD among clients
    trauma: float  # history of relational trauma, 0 (none) to 1 (severe)
    priority: float  # what the client most wants: 0 relief of symptoms, 1 relationships and meaning
    preference: float  # way of working the client prefers: 0 open exploration, 1 clear structure
    rapport: float  # how well this pair happens to fit, log-odds
    leniency: float  # how high this client marks questionnaires, SD among clients
    deference: float  # how much agreement the client shows beyond what is felt, log-odds, >= 0
    resting: float  # distress to which life outside therapy tends, SD above the community mean
    intake_distress: float  # lasting distress at intake, SD above the community mean
    responsiveness: float  # how much this client makes of treatment, relative to the average client


class TherapistState(NamedTuple):
    """What a therapist carries from one hour to the next."""

    strain: float  # tension left by hard sessions, >= 0
    learned: float  # repair skill learned from repairs, SD among therapists, >= 0


class ClientState(NamedTuple):
    """What a client carries from one session to the next."""

    goal: float  # felt agreement on goals, log-odds
    task: float  # felt agreement on tasks, log-odds
    bond: float  # felt bond, log-odds
    hurt_goal: float  # how much lower goals are felt because of ruptures that still hurt, log-odds, >= 0
    hurt_task: float  # the same of tasks
    hurt_bond: float  # the same of the bond
    engagement: float  # 0-1
    security: float  # learned expectation that strain can be survived and mended, 0-1
    trust: float  # security learned from the repairs of this treatment, >= 0: trust that was earned
    unresolved: float  # load of unrepaired ruptures, >= 0
    about: float  # what that load is mainly about (`Source`), 0 for nothing
    met: float  # part of the difference in aims and ways that negotiation has met, 0-1
    mask: float  # agreement shown beyond what is felt because of withdrawal, log-odds, >= 0
    distress: float  # its lasting part, SD above the community mean
    week: float  # how far this week's distress departs from its lasting part, SD
    resting: float  # distress to which life outside now tends, SD above the community mean
    known: float  # 1 when the therapist knows of something unresolved
    last_rating: float  # the client's last alliance rating, 1-5; 0 before the first
    usual_rating: float  # mean of the ratings before the last, 1-5; 0 while there is none
    ratings: float  # how many ratings so far


class Levels(NamedTuple):
    """The numbers that a session leaves in the table; states are those at its end."""

    goal: float
    task: float
    bond: float
    alliance: float
    expressed: float
    engagement: float
    security: float
    unresolved: float
    distress: float
    therapist_strain: float
    challenge: float
    severity: float
    resolution: float
    wai_goal: float
    wai_task: float
    wai_bond: float
    wai_client: float
    wai_therapist: float
    resolved_observer: float
    symptoms: float


class Events(NamedTuple):
    """What happened in a session, as whole numbers; flags are 0 or 1."""

    session: int
    attended: int
    rupture: int
    source: int
    noticed: int
    acknowledged: int
    explored: int
    negotiated: int
    repaired: int
    defensive: int
    over_apologised: int
    pressed_on: int
    rupture_client: int
    rupture_therapist: int
    rupture_observer: int
    left: int


class SessionRecord(NamedTuple):
    """A row of the session table: its columns are the fields of `levels` and `events`."""

    levels: Levels
    events: Events
