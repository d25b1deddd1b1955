"""What a reader needs beside tables and figures: what is built in, what the axes are, how numbers were made."""

from collections.abc import Mapping, Sequence
from math import isfinite

from alliance_sim.analysis.numbers import number, setting
from alliance_sim.inquiry.surface.section import Axes
from alliance_sim.law.change import Change

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
    "does not carry, and for that there is the last row: where it is neither none nor all of the worlds, the answer is "
    "a matter of the mechanism and not of the numbers."
)
RATE = (
    "How many SD of technique replace one SD of alliance: the slope of the lines of equal outcome. One is an SD *among "
    "therapists*, the other an SD *among clients*; that is how the field reports them, but a clinic whose average "
    "client is one SD of clients below others is rarer than a therapist one SD below others. So compare worlds with "
    "each other rather than the rate with one; the last part compares SD among therapists with SD among therapists."
)
WAYS = (
    "Technique needs the alliance in every world, gate or not: clients who leave receive no technique, the bond "
    "decides how much challenge is borne, and engagement, which rests on the alliance, decides how much of the work "
    "counts. Here these ways are closed by settings, one by one and together (engagement at the level that an alliance "
    "of .7 leads to), the draws staying as they were fitted: this shows what the ways do in the model, not what a "
    "world without them would have been fitted to. What is left with all three closed is the mechanism of change "
    "itself; for an additive world that should be nothing on the scale on which it is additive, and whatever appears "
    "in d then is the scale alone."
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
        f"alliance of {weak} SD. Where a square lies right of or above the thick line, excellence makes up for the "
        "weak alliance. Nothing is smoothed but by averaging over draws; between the dots lines are straight."
    )


def about_compensation(at: Axes, draws: int, luck: float) -> str:
    """The definition that was stated beforehand, and what the columns are."""
    text = (
        f"Stated beforehand: excellence ({setting(at.excellence)} SD of competence above the average therapist) *makes "
        "up* for a weak alliance where such a clinic does at least as well as one with average therapists at an "
        f"average alliance; *yes* where it does so in most of the {draws} draws (interval above one half), *no* where "
        "it does not (interval below one half). Differences are those of twins, the same people with the same luck at "
        "both places; intervals are of the mean over draws, the next column holds the middle 90 % of the draws. "
        "Recovery and dropout in percentage points. Worlds without a fit of their own, played with the draws of "
        "another one, are below: they show what a mechanism does at numbers that were not fitted to it, which is no "
        "test of it."
    )
    if not isfinite(luck):
        return text
    return (
        f"{text} Each draw was played in more than one clinic: luck makes at most {number(100 * luck, 0)} % of the "
        "variance of the difference among draws, so that shares are pulled a little towards one half."
    )


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


def about_attunement(moved: Mapping[str, float]) -> str:
    """What attunement is beside a shift."""
    words = ", ".join(f"{number(value, 2)} ({world})" for world, value in moved.items())
    return (
        "A better alliance by better therapists: attunement raises the bond that can be sustained, and with it fewer "
        "ruptures happen and more are noticed. Both axes are now in SD among therapists. One SD of attunement moves "
        f"the mean felt alliance by {words} SD among clients; so a lack of attunement is not the same as an equal lack "
        "of alliance, of which attunement is one source among many. The columns are those of the table above, with "
        "attunement in place of the alliance."
    )
