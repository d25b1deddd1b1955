"""The law of one scenario for agents: compiled, or with stages of the user's own."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from alliance_sim.agents.checks import located
from alliance_sim.agents.stages import Rule, Stages, checked_stages, linked
from alliance_sim.agents.straight import PackedWorld, is_compiled, straight
from alliance_sim.chance import Luck
from alliance_sim.compiled import plain
from alliance_sim.law.attention import is_last, is_scheduled
from alliance_sim.law.intake import client_traits, therapist_traits
from alliance_sim.law.session import Hour, first_state, first_week, intake_score, outside, score, session
from alliance_sim.law.state import ClientState, ClientTraits, TherapistState, TherapistTraits
from alliance_sim.law.strain import after_week
from alliance_sim.law.world import World


class Rules(NamedTuple):
    """The rules that agents call, with the scenario filled in; the address of the draws (luck) always comes first."""

    therapist_traits: Callable[[Luck], TherapistTraits]
    client_traits: Callable[[Luck], ClientTraits]
    first_state: Callable[[Luck, TherapistTraits, ClientTraits], ClientState]
    first_week: Callable[[Luck], float]
    intake_score: Callable[[Luck, ClientTraits], float]
    after_week: Callable[[Luck, TherapistState], TherapistState]
    is_scheduled: Callable[[Luck], bool]
    is_last: Callable[[Luck, int], bool]
    session: Callable[[Luck, TherapistTraits, ClientTraits, TherapistState, ClientState, bool], Hour]
    outside: Callable[[Luck, ClientState], ClientState]
    score: Callable[[Luck, ClientState], float]


def rules_of(world: World, stages: Stages) -> Rules:
    """The law of a scenario, with stages (name to function) replaced; compiled where none is.

    Raises ValueError for a stage that does not exist or a function that cannot stand in for it. A function
    that fails later raises `StageError`.
    """
    if not stages and is_compiled(session):
        compiled = PackedWorld(world)
        return _filled_in(world, _quickest, compiled.session, compiled.outside)
    own = checked_stages(stages)

    def link(rule: Rule) -> Rule:
        return linked(rule, own)

    rules = _filled_in(world, link, partial(link(session), world), partial(link(outside), world))
    return Rules(*(located(rule) for rule in rules))


def _quickest(rule: Rule) -> Rule:
    """The fastest form of a rule from Python: a comparison or two is faster uncompiled."""
    return plain(rule) if rule in (is_scheduled, is_last) else straight(rule)


def _filled_in(world: World, link: Callable[[Rule], Rule], play: Rule, wait: Rule) -> Rules:
    """The rules with what they need of the scenario filled in."""
    p = world.parameters
    therapist, client, rest = link(therapist_traits), link(client_traits), link(after_week)
    scheduled, last = link(is_scheduled), link(is_last)
    return Rules(
        therapist_traits=lambda luck: therapist(p.intake, world.mechanisms.skills, luck),
        client_traits=lambda luck: client(p.intake, luck),
        first_state=partial(link(first_state), world),
        first_week=partial(link(first_week), world),
        intake_score=partial(link(intake_score), world),
        after_week=lambda _luck, state: rest(p.strain, state),
        is_scheduled=lambda luck: scheduled(world.treatment, luck.week),
        is_last=lambda luck, weeks: last(world.treatment, luck.week, weeks),
        session=play,
        outside=wait,
        score=partial(link(score), world),
    )
