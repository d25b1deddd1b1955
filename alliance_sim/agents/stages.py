"""Stages by name: which rules of the law can be replaced, and the law with some of them replaced."""

import dis
import functools
import inspect
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from types import FunctionType
from typing import Any, get_type_hints

from alliance_sim.agents.checks import checked
from alliance_sim.agents.straight import straight
from alliance_sim.compiled import plain, relink
from alliance_sim.law import attention, intake, session, strain
from alliance_sim.law.world import World

Rule = Callable[..., Any]
Stages = Mapping[str, Rule]
"""Functions that stand in for rules, by the rule's name."""

ROOTS: tuple[Rule, ...] = (
    session.session,
    session.outside,
    session.score,
    attention.is_scheduled,
    attention.is_last,
    strain.after_week,
    intake.therapist_traits,
    intake.client_traits,
    session.first_state,
    session.first_week,
    session.intake_score,
)
"""The rules that agents call themselves; every other rule is called by one of these."""


@functools.cache
def called(rule: Rule) -> dict[str, Rule]:
    """The rules that a rule calls, by name, in order."""
    function = plain(rule)
    names = [i.argval for i in dis.get_instructions(function) if i.opname == "LOAD_GLOBAL"]
    found = {name: function.__globals__.get(name) for name in names}
    return {name: value for name, value in found.items() if value is not None and _is_rule(value)}


def _is_rule(value: Any) -> bool:
    """Whether a value is a function of ours: a rule of the law, of chance or of arithmetic."""
    function = plain(value)
    return isinstance(function, FunctionType) and function.__module__.startswith("alliance_sim.")


@functools.cache
def takes_world(rule: Rule) -> bool:
    """Whether a rule takes a whole scenario: it puts stages together and is not one itself."""
    return World in get_type_hints(plain(rule)).values()


@functools.cache
def replaceable() -> dict[str, Rule]:
    """Every rule that can be replaced, by name: all that the law calls, except small functions of scales."""
    found: dict[str, Rule] = {}

    def visit(rule: Rule) -> None:
        module = plain(rule).__module__
        if rule.__name__ in found or not module.startswith("alliance_sim.law.") or module.endswith(".scales"):
            return
        found[rule.__name__] = rule
        for inner in called(rule).values():
            visit(inner)

    for root in ROOTS:
        visit(root)
    return {name: rule for name, rule in found.items() if not takes_world(rule)}


def checked_stages(stages: Stages) -> dict[str, Rule]:
    """The functions, checked at every call; ValueError for a name that is no stage or a wrong signature."""
    known = replaceable()
    made = {}
    for name, function in stages.items():
        if name not in known:
            near = get_close_matches(name, known, 1, 0.5)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise ValueError(f"There is no stage '{name}'.{hint} Stages that can be replaced: {', '.join(known)}.")
        takes = list(inspect.signature(plain(known[name])).parameters)
        try:
            inspect.signature(plain(function)).bind(*takes)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"Stage '{name}' is called with ({', '.join(takes)}), which {function!r} does not take: {error}."
            ) from None
        made[name] = checked(name, known[name], function)
    return made


def linked(rule: Rule, stages: Stages) -> Rule:
    """The rule with stages replaced wherever it calls them, directly or not; all else stays compiled.

    Only rules on the way to a replaced stage run as plain Python, and so do those that take a whole scenario.
    `stages` are taken as they are (see `checked_stages`).
    """
    if rule.__name__ in stages:
        return stages[rule.__name__]
    if not takes_world(rule) and not _reaches(rule, stages):
        return straight(rule)
    return relink(rule, **{name: linked(inner, stages) for name, inner in called(rule).items()})


def _reaches(rule: Rule, stages: Stages) -> bool:
    """Whether a rule calls one of the stages, directly or not."""
    return any(name in stages or _reaches(inner, stages) for name, inner in called(rule).items())
