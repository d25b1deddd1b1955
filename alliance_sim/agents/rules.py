"""The law of one world as agents play it: compiled, or with stages of the user's own."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from alliance_sim.agents.checks import located
from alliance_sim.agents.stages import Rule, Stages, checked_stages, linked
from alliance_sim.agents.straight import apart, hour, is_compiled, packed, straight
from alliance_sim.chance import Luck
from alliance_sim.law.attention import is_last, is_scheduled
from alliance_sim.law.intake import client_traits, therapist_traits
from alliance_sim.law.session import Hour, first_state, intake_score, outside, score, session
from alliance_sim.law.state import ClientState, ClientTraits, TherapistState, TherapistTraits
from alliance_sim.law.strain import after_week
from alliance_sim.law.world import World


class Rules(NamedTuple):
    """What agents play, in a world that is already filled in. The luck comes first everywhere."""

    therapist_traits: Callable[[Luck], TherapistTraits]
    client_traits: Callable[[Luck], ClientTraits]
    first_state: Callable[[Luck, TherapistTraits, ClientTraits], ClientState]
    intake_score: Callable[[Luck, ClientTraits], float]
    after_week: Callable[[Luck, TherapistState], TherapistState]
    is_scheduled: Callable[[Luck], bool]
    is_last: Callable[[Luck, int], bool]
    session: Callable[[Luck, TherapistTraits, ClientTraits, TherapistState, ClientState, bool], Hour]
    outside: Callable[[Luck, ClientState], ClientState]
    score: Callable[[Luck, float], float]


def rules_of(world: World, stages: Stages) -> Rules:
    """The law of a world, with stages (name to function) replaced; compiled where none is.

    Raises ValueError for a stage that does not exist or a function that cannot stand in for it. A function
    that fails later raises `StageError`.
    """
    if not stages and is_compiled(session):
        record = packed(world)
        return _filled_in(world, straight, partial(straight(hour), record), partial(straight(apart), record))
    own = checked_stages(stages)

    def link(rule: Rule) -> Rule:
        return linked(rule, own)

    rules = _filled_in(world, link, partial(link(session), world), partial(link(outside), world))
    return Rules(*(located(rule) for rule in rules))


def _filled_in(world: World, link: Callable[[Rule], Rule], play: Rule, wait: Rule) -> Rules:
    """The rules with what they need of the world filled in."""
    p = world.parameters
    therapist, client, rest = link(therapist_traits), link(client_traits), link(after_week)
    scheduled, last = link(is_scheduled), link(is_last)

    def when(luck: Luck, *arguments: Any) -> Any:
        return scheduled(world.treatment, luck.week, *arguments)

    return Rules(
        lambda luck: therapist(p.intake, world.mechanisms.skills, luck),
        lambda luck: client(p.intake, luck),
        partial(link(first_state), world),
        partial(link(intake_score), world),
        lambda luck, state: rest(p.strain, state),
        when,
        lambda luck, weeks: last(world.treatment, luck.week, weeks),
        play,
        wait,
        partial(link(score), world),
    )
