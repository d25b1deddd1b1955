"""A repair policy: what a therapist is disposed to do about a rupture, knowing only what a therapist knows."""

from typing import Annotated, NamedTuple

from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.state import ClientState


class Policy(NamedTuple):
    """A repair policy as data: how a therapist is disposed to meet a rupture."""

    vigilance: Annotated[
        float, About("attention to signs of rupture, added to the log-odds of noticing", "log-odds", -4, 4, "catalogue")
    ] = 0.0
    acknowledge: Annotated[
        float, About("how often acknowledging a noticed rupture is tried", "probability", 0, 1, "catalogue")
    ] = 1.0
    explore: Annotated[
        float, About("how often exploring the client's experience is then tried", "probability", 0, 1, "catalogue")
    ] = 1.0
    negotiate: Annotated[
        float, About("how often negotiating changes is then tried", "probability", 0, 1, "catalogue")
    ] = 1.0
    apology: Annotated[
        float,
        About("weight of apology: 0 none, 1 one's part, 2 excessive", "0-2", 0, 2, "catalogue"),
    ] = 1.0
    press: Annotated[
        float,
        About("how far technique is pressed on when a rupture is left alone", "0 not, 1 fully", 0, 1, "catalogue"),
    ] = 0.0
    checkin: Annotated[
        float,
        About("share of every hour given to asking how the work is going", "share", 0, 0.4, "catalogue"),
    ] = 0.0
    followup: Annotated[
        float,
        About("share of the hour set aside when something is known to be unresolved", "share", 0, 0.5, "catalogue"),
    ] = 0.0
    monitor: Annotated[
        float,
        About("whether the client's last rating is used: 1 yes, 0 no", "0 or 1", 0, 1, "catalogue"),
    ] = 0.0
    threshold: Annotated[
        float,
        About(
            "fall of the last rating below the client's usual one that raises a flag", "WAI points", 0, 2, "catalogue"
        ),
    ] = 0.4


class View(NamedTuple):
    """What a therapist knows when choosing what to do: never the hidden states.

    `noticed` is 1 when the therapist sees that something is wrong, `type` the rupture of today as the therapist
    sees it (0 none seen, 1 withdrawal, 2 confrontation), `known` 1 when something unresolved was seen before,
    `flagged` 1 when monitoring raised a flag, ratings on 1-5 (0 before the first), `expressed` the agreement that
    the client shows (0-1), `strain` the therapist's own.
    """

    session: int
    noticed: int
    type: int
    known: int
    flagged: int
    last_rating: float
    usual_rating: float
    expressed: float
    strain: float


class Plan(NamedTuple):
    """What a therapist is about to do: probabilities of the three steps, weight of apology, pressing on."""

    acknowledge: float
    explore: float
    negotiate: float
    apology: float
    press: float


@rule
def flag(policy: Policy, client: ClientState) -> int:
    """1 when monitoring is on and the client's last rating fell below the usual one by the threshold."""
    fell = client.usual_rating - client.last_rating >= policy.threshold
    return 1 if policy.monitor >= 0.5 and client.ratings >= 2.0 and fell else 0


@rule
def plan(policy: Policy, view: View) -> Plan:  # noqa: ARG001
    """What a policy given as data does with what the therapist sees: always the same.

    A policy of your own is a function with this signature; it replaces this one.
    """
    return Plan(policy.acknowledge, policy.explore, policy.negotiate, policy.apology, policy.press)
