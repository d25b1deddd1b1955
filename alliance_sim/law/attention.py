"""Stage 2, attention is divided: an hour is an hour, and what is given to one thing is taken from others."""

from typing import Annotated, NamedTuple

from alliance_sim.compiled import rule
from alliance_sim.law.about import About


class Treatment(NamedTuple):
    """A treatment profile: data, not code. The shares of attention are relative; they are scaled to one hour."""

    goal: Annotated[float, About("attention to what therapy is for", "relative share", 0, 1, "catalogue")] = 0.2
    task: Annotated[float, About("attention to why these activities", "relative share", 0, 1, "catalogue")] = 0.2
    bond: Annotated[float, About("attention to the relationship", "relative share", 0, 1, "catalogue")] = 0.2
    technique: Annotated[float, About("attention to technique", "relative share", 0, 1, "catalogue")] = 0.4
    challenge: Annotated[
        float,
        About("how much the technique asks of the client", "0 nothing, 1 as much as most bear", 0, 2, "catalogue"),
    ] = 0.9
    structure: Annotated[
        float, About("how structured the work is", "0 open exploration, 1 clear structure", 0, 1, "catalogue")
    ] = 0.5
    target: Annotated[
        float,
        About("what the treatment aims at", "0 relief of symptoms, 1 relationships and meaning", 0, 1, "catalogue"),
    ] = 0.5
    efficacy: Annotated[
        float,
        About(
            "specific effect of the technique relative to a bona fide treatment; 1 for all of them, so that "
            "no treatment is better by declaration",
            "ratio",
            0,
            2,
            "X01 (no difference between bona fide treatments)",
        ),
    ] = 1.0
    every: Annotated[
        int,
        About("weeks from one scheduled session to the next; 0 for no sessions at all", "weeks", 0, 52, "catalogue"),
    ] = 1


class Attention(NamedTuple):
    """Shares of one hour; they add up to 1."""

    goal: float
    task: float
    bond: float
    technique: float
    repair: float


@rule
def is_scheduled(t: Treatment, week: int) -> bool:
    """Whether the treatment schedules a session in this week (1, 2, ...)."""
    return t.every > 0 and (week - 1) % t.every == 0


@rule
def is_last(t: Treatment, week: int, weeks: int) -> bool:
    """Whether this week's scheduled session is the last of a treatment of so many weeks."""
    return week + t.every > weeks


@rule
def divide(t: Treatment, repair: float) -> Attention:
    """Divide one hour: `repair` (share, 0 to 0.9) first, the rest in the treatment's proportions.

    Source: Bordin (1979), the parts of the alliance are negotiated in the same hour; form: assumption.
    A treatment must give attention to something: its shares may not all be zero.
    """
    rest = (1.0 - repair) / (t.goal + t.task + t.bond + t.technique)
    return Attention(t.goal * rest, t.task * rest, t.bond * rest, t.technique * rest, repair)
