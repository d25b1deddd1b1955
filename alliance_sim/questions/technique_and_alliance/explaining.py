"""What a reader needs beside tables and figures: what is built in, what the axes are, how numbers were made."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from alliance_sim.law.change import Change
from alliance_sim.questions.technique_and_alliance.section import Axes
from alliance_sim.stats.numbers import interval, number, setting
from alliance_sim.stats.turning_point import MOST

BUILT_IN = {
    Change.GATE: (
        "*assumed* that technique works only as far as the alliance lets it through; that technique helps little where "
        "the alliance is low follows from that. Not built in: how high the gate lies and how steep it is (fitted), and "
        "so whether an ordinarily weak alliance closes it."
    ),
    Change.ADDITIVE: (
        "*assumed* that technique and relationship add up in each session, so that some amount of the one makes up for "
        "a lack of the other: compensation as such is built in. Not built in: how much is needed, and whether "
        "therapists differ enough to have it; and the ways in which technique needs the alliance here too (who stays, "
        "how much challenge is borne, how engaged clients are)."
    ),
    Change.TECHNIQUE_ONLY: (
        "*assumed* that only technique changes clients, and that the relationship heals nothing by itself. Not built "
        "in: how much the alliance matters all the same, since it decides who stays, how much is borne and how engaged "
        "clients are; so that technique need not be worth more than the alliance here."
    ),
    Change.RELATIONSHIP_ONLY: (
        "*assumed* that only the relationship changes clients; that technique cannot make up for it is built in. Not "
        "built in: the little that competence does by making tasks convincing, which is a part of the alliance."
    ),
}

PROBABILITY = (
    "For every place the share of draws of a world's own posterior in which a clinic there does at least as well as an "
    "average clinic. It carries what the fitted findings leave open in that world; that the world is the right one it "
    "does not carry, and for that there is the last row. It holds the number of worlds that say yes (at least nine in "
    "ten draws), or from how many to how many where some leave it open (neither nine in ten nor one in ten). Hatched: "
    "worlds differ, or leave it open; only elsewhere is the answer free of the mechanism."
)
WAYS = (
    "Technique needs the alliance in every world, gate or not: clients who leave receive no technique, the bond "
    "decides how much challenge is borne, and engagement, which rests on the alliance, decides how much of the work "
    "counts. Here these ways are closed by settings, one by one and together (engagement at the level that an alliance "
    "of .7 leads to), the draws staying as they were fitted: this shows what the ways do in the model, not what a "
    "world without them would have been fitted to. What is left with all of them closed is mostly the mechanism of "
    "change itself. It need not be quite nothing in a world without a gate, not even on the logarithmic scale: *a way "
    "is left open, ruptures*. The alliance decides how many there are and how long they last; for them sessions are "
    "missed, and the hour goes to repair instead of technique. Nor is that scale exactly the one on which an additive "
    "world adds up, since the shares of distress are taken session after session and life between moves it too. "
    "What an additive world shows in d beyond this is the scale alone."
)


def built_in(worlds: Sequence[str], mechanisms: Mapping[str, int]) -> str:
    """What the structure of each world decides, and what it does not."""
    lines = [f"- **{world}**: it is {BUILT_IN[Change(mechanisms[world])]}" for world in worlds]
    return (
        "The answer to this question can be written into a model without anyone noticing. So, for each world, what its "
        "structure "
        "decides:\n\n" + "\n".join(lines) + "\n\nWhat emerges in all of them: how large the effects are once the "
        "world is made to reproduce the same findings as the others, and so where the answer turns from yes to no."
    )


def about_levels(at: Axes) -> str:
    """What a shift of the alliance is, and how SD were made of it."""
    return (
        "The alliance is made weaker or better by one shift of all three parts: the felt agreement on goals, on tasks, "
        "and the bond that any pair of therapist and client can sustain, in log-odds, as if all pairs happened to fit "
        f"worse or better. Played were shifts from {setting(at.alliance[0])} to {setting(at.alliance[-1])}. What came "
        "of each is measured, since improvement and staying feed back on the alliance: mean over clients of their mean "
        "felt alliance, at average technique. Its distance from the clinic without a shift, in SD among clients of "
        "that clinic, is the scale of all figures; every draw has its own, and outcomes are moved to the same SDs by "
        "interpolation between what was played. A place is shown where at least nine in ten draws reach it. Levels "
        "past the plausible ranges of the three parameters occur at the ends of the played shifts."
    )


def about_surfaces(at: Axes) -> str:
    """How to read the surfaces."""
    weak = " and ".join(setting(level) for level in at.weak)
    return (
        f"Each panel is a world with its own fit. Squares: technique {setting(at.excellence)} SD above average at an "
        f"alliance of {weak} SD. Where a square lies right of or above the thick line, such a clinic does better, on "
        "the mean over draws, than the average one; how surely it makes up is told below. Levels of technique (rows of "
        "dots) were played as they are. Along the alliance each draw's clinics were interpolated (monotone cubic) from "
        "the shifts that were played to the dots, then averaged over draws; between the dots lines are straight."
    )


def about_compensation(at: Axes, draws: int, luck: float, borders: str) -> str:
    """The definition, and what the columns are."""
    text = (
        f"Excellence ({setting(at.excellence)} SD of competence above the average therapist) *makes up* for a weak "
        "alliance where such a clinic does at least as well as one with average therapists at an average alliance; "
        f"*yes* where it does so in at least nine in ten of the {draws} draws, *no* where in at most one in ten, "
        f"*open* between.{borders} Differences are those of twins, the same people with the same luck at both places; "
        "intervals are of the mean over draws, the next column holds the middle 90 % of the draws. Recovery and "
        "dropout in percentage points. Worlds without a fit of their own, played with the draws of another one, are "
        "below: they show what a mechanism does at numbers that were not fitted to it, which is no test of it."
    )
    if not isfinite(luck):
        return text
    return (
        f"{text} Each draw was played in more than one clinic: luck makes at most {number(100 * luck, 0)} % of the "
        "variance of the difference among draws, so that shares are pulled a little towards one half."
    )


def at_borders(rows: Sequence[Mapping[str, Any]]) -> str:
    """Verdicts that other draws might move, since the interval of their share holds a border; "" for none."""
    near = [
        f"{row['world']} at {setting(float(row['alliance']))} ({number(100 * row['share'], 0)} % "
        f"{interval(100 * row['share_low'], 100 * row['share_high'], 0)})"
        for row in rows
        if any(row["share_low"] < border < row["share_high"] for border in (1.0 - MOST, MOST))
    ]
    return f" So near a border that other draws might move the verdict: {', '.join(near)}." if near else ""


def about_turning(at: Axes) -> str:
    """What it means that an answer turns."""
    text = (
        "How weak may the alliance be for better technique to make up for it? In every draw of the parameters there is "
        "a level at which the clinic does just as well as the average one. The answer *turns* at the median of these "
        "levels over draws: above it technique makes up in most draws, below it does not. From a level up the answer "
        "is yes (at least nine in ten draws), from another one down it is no (at most one in ten); between the two the "
        "fitted findings leave it open. Bars of the figure go from the one to the other."
    )
    if not at.attunement:
        return text
    return (
        f"{text} Right, and in the last columns, the same for a lack of attunement (the last part of the answer), "
        "where both axes are SD among therapists; it was played in worlds with a fit of their own."
    )


def about_rate(told: Mapping[str, float] | None, world: str, excellence: float, played: float) -> str:
    """What an exchange rate is, and that it is no amount; told: `rate` and where the answer `turns` in a world."""
    text = (
        "How many SD of technique replace one SD of alliance *at the margin*: the slope of the line of equal outcome "
        "at one place. Away from it the slope changes, so that it must not be multiplied."
    )
    if told is not None:
        text += (
            f" In {world}, {number(told['rate'], 1)} would let {setting(excellence)} SD of technique replace "
            f"{number(excellence / told['rate'], 2)} SD of alliance; followed along the surface they replace "
            f"{number(-told['turns'], 2)} SD."
        )
    return (
        f"{text} Where a rate is more than the {setting(played)} SD of technique that were played from end to end, "
        "practically nothing replaces the alliance, and the number says no more than that. One is an SD *among "
        "therapists*, the other an SD *among clients*; that is how the "
        "field reports them, but a clinic whose average client is one SD of clients below others is rarer than a "
        "therapist one SD below others. So compare worlds with each other rather than the rate with one; with "
        "attunement, SD among therapists are compared with SD among therapists."
    )


def about_ways(left: Sequence[Mapping[str, Any]], way: str) -> str:
    """What the ways are, and what is left of the interaction on the logarithmic scale where no gate is."""
    words = [
        f"{number(row['left'], 3, signed=True)} {interval(row['left_low'], row['left_high'], 3)} ({row['world']})"
        for row in left
    ]
    return f"{WAYS} On that scale, what is left with “{way}” closed is {', '.join(words)}." if words else WAYS


def about_interaction(at: Axes) -> str:
    """What the interaction is, and why there are two scales."""
    return (
        f"What two SD of technique (from −1 to +1) bring at an alliance of {setting(at.weak[0])} SD, at the usual "
        "alliance, and how much more at the usual one. *An interaction depends on the scale.* In this law, technique "
        "and relationship each take a share of the distress that is there, so that what adds up without a gate is the "
        "logarithm of the distress that is left (minus the logarithm of mean distress at the end over mean distress at "
        "intake), not d: the more has been gained, the less a further share is worth in d. A positive number on one "
        "scale and none, or a negative one, on the other is no contradiction, and no interaction in d alone shows a "
        "gate."
    )


def about_attunement(moved: Mapping[str, float], borders: str) -> str:
    """What attunement is beside a shift."""
    words = ", ".join(f"{number(value, 2)} ({world})" for world, value in moved.items())
    return (
        "A better alliance by better therapists: attunement raises the bond that can be sustained, and with it fewer "
        "ruptures happen and more are noticed. Both axes are now in SD among therapists. One SD of attunement moves "
        f"the mean felt alliance by {words} SD among clients; so a lack of attunement is not the same as an equal lack "
        "of alliance, of which attunement is one source among many. The columns are those of the table above, with "
        f"attunement in place of the alliance.{borders}"
    )
