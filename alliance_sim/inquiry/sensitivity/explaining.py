"""What a reader needs beside tables and figures: how numbers were made, and what they mean."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import number, with_unit
from alliance_sim.inquiry.sensitivity.section import Numbers, Wanted
from alliance_sim.inquiry.sensitivity.sentences import important, listed

Tables = Mapping[str, pd.DataFrame]


def about_estimate(each: Wanted, numbers: Numbers, tables: Tables) -> str:
    """What was done for one estimate, and how it is spread."""
    spread = next(row for row in records(tables["spread"]) if row["estimate"] == each.label)
    text = (
        f"{each.words}. With all numbers as configured it is {with_unit(number(spread['configured'], 3), each.unit)}. "
        f"Over the ranges, where {spread['settings']} settings vary at once, its median is "
        f"{number(spread['middle'], 3)}, and its middle 90 % lies between {number(spread['low'], 3)} and "
        f"{number(spread['high'], 3)}; at {number(100 * spread['other_sign'], 0)} % of the places it has the other "
        f"sign beyond luck, and at {number(100 * spread['within_luck'], 0)} % its sign cannot be told from luck. "
        f"{spread['still']} settings change nothing at all: with the same luck everywhere, their effect is exactly "
        "zero."
    )
    return text + _about_indices(each, numbers, tables, spread["left_out"]) + _about_gaps(spread)


def _about_indices(each: Wanted, numbers: Numbers, tables: Tables, left_out: int) -> str:
    """Which settings have Sobol indices, and why."""
    own = tables["settings"]
    kept = own[(own["estimate"] == each.label) & own["total"].notna()]
    if kept.empty:
        return ""
    text = (
        f" Sobol indices are those of the {len(kept)} settings that passed the screening for any of the estimates: "
        f"their effect could be at least {number(numbers.threshold, 2)} of the largest one, and is among the "
        f"{numbers.most} largest for one estimate."
    )
    if left_out > 0:
        text += (
            f" {left_out} more passed the threshold here and were held as configured, since no more than "
            f"{numbers.most} were asked for; what that costs is told below."
        )
    return text


def _about_gaps(spread: Mapping[str, Any]) -> str:
    """What could not be measured."""
    if not spread["undefined"]:
        return ""
    whole = spread["trajectories"] + spread["lost"]
    return (
        f" At {spread['undefined']} places of the screening the estimate is not defined in most clinics; "
        f"{spread['lost']} of {whole} walks were left out for it."
    )


def about_uninformed(tables: Tables) -> str:
    """What to make of the list of important settings without evidence."""
    rows = important(tables).drop_duplicates("setting")
    bare = rows[rows["uninformed"]]
    if rows.empty:
        return "No setting matters beyond luck."
    if bare.empty:
        return f"All {len(rows)} settings that matter beyond luck are informed by findings."
    return (
        f"{len(rows)} settings matter beyond luck for at least one estimate; {len(bare)} of them rest on no finding: "
        "they are assumed, they are a contested mechanism, or they were fitted and the findings say little about them. "
        "A conclusion about these estimates is as good as these numbers. In brackets: total share of the variance, or, "
        "without Sobol indices, the movement as a part of the largest one."
    )


def about_fixing(tables: Tables) -> str:
    """How the cost of fixing was measured."""
    points = int(tables["fixing"]["points"].min())
    return (
        f"At {points} points the settings with indices had the same values twice, and all the others had two different "
        "random ones. If the two results are alike, the others do not matter: the share is what the settings with "
        "indices explain together, interactions among them included (closed index; Janon et al., 2014), and one minus "
        "it is what is lost by holding the others at their configured values. The indices above are shares of the "
        "smaller variance that is left then; the last two columns show how much smaller it is."
    )


def about_luck(numbers: Numbers) -> str:
    """Why luck is kept apart, and how."""
    text = (
        "The same people with the same luck are played at every setting, so that luck moves all settings alike and "
        "does not pass for an effect of a setting. What is left is luck that works out differently at different "
        "settings; its share of the variance is estimated from the replicates (analysis of variance, settings by "
        "replicates). An index below this share cannot be told from zero. The next column shows what the share would "
        "be had every setting luck of its own; that would be added to the total share of *every* setting, of those "
        "without any effect too. "
    )
    if numbers.blocks == 1:
        return text + "There was one block of replicates, so that agreement of blocks cannot be told."
    return text + (
        f"{numbers.blocks} blocks of replicates share nobody: rank agreement is Spearman's correlation between the "
        "results of two blocks (the lowest of all pairs), over mu* in the screening and over total shares with "
        "indices."
    )


def about_posterior(draws: int, parameters: int, tables: Tables) -> str:
    """What the analysis over draws is, and what it cannot be."""
    table = tables["posterior"]
    above = table[table["first"] > table["first_by_chance"]].groupby("estimate", sort=False).size()
    words = [f"{above.get(label, 0)} of {parameters} for {label}" for label in table["estimate"].unique()]
    return (
        f"{draws} draws of {parameters} parameters, each played in the same clinics with the same luck. In a posterior "
        "the parameters go with each other, so that Sobol's indices do not exist; shown are given-data measures: the "
        "share of the estimate's variance that goes with a parameter *and whatever comes with it* (cubic curve in its "
        "rank), and Borgonovo's delta, which asks the same of the whole distribution (0 none, 1 all). Both have "
        "intervals by bootstrap. The direction is the rank correlation with all other parameters held constant. More "
        f"than shuffled draws would show (95 %): {listed(words)}. {_most_left(tables)}Parameters that were not fitted "
        "stay at their configured values here."
    )


def _most_left(tables: Tables) -> str:
    """How far luck limits the shares over the posterior, where that is worth telling."""
    own = tables["luck"][tables["luck"]["step"] == "posterior"]
    told = [
        f"{number(100 * row['share'], 0)} % of the variance of {row['estimate']}"
        for row in records(own)
        if row["share"] > 0.05
    ]
    if not told:
        return ""
    return f"Luck that works out differently under each draw makes {listed(told)}; no parameter can explain that part. "


def about_signs(tables: Tables) -> str:
    """What turns a conclusion."""
    table = tables["posterior"]
    turning = table[table["flips"]]
    if turning.empty:
        text = (
            "No parameter turns the sign of any of these estimates: in no fifth of the draws does the mean lie beyond "
            "zero, its interval included."
        )
    else:
        words = [
            f"{label} with {listed(list(own['meaning']))}" for label, own in turning.groupby("estimate", sort=False)
        ]
        text = f"The sign turns for {'; '.join(words)}."
    return (
        text
        + " A draw speaks against the mean where its estimate has the other sign; where the estimate is smaller than "
        "its own Monte-Carlo error allows, that may be luck (last column)."
    )


def reading(numbers: Numbers, ranges: bool, posterior: bool) -> str:
    """What the terms mean."""
    movement = (
        "- *Movement over the range* (mu*, Campolongo et al., 2007): mean absolute change of the estimate when one "
        f"setting moves, the others being anywhere, per whole range of the setting. {numbers.trajectories} walks "
        "through the space of all settings; interval by bootstrap over walks."
    )
    shares = (
        "- *Share alone* (first-order index): how much smaller the estimate's variance would be on average if the "
        "setting were known. *Total share* (total index): how much of it would be left if everything else were known. "
        "Their difference is what the setting does jointly with others. Total shares may add up to more than one "
        "(Saltelli et al., 2010). Intervals: bootstrap over base points."
    )
    over = (
        "- Over the posterior, ranges are what the fitted findings leave open, combinations included: a parameter can "
        "matter over its range and no longer matter over the posterior, because findings have pinned it down."
    )
    limits = (
        "- A sensitivity analysis says how the *model's* answer depends on the model's numbers, over the ranges that "
        "were chosen; wider ranges make a setting more important. It does not say which numbers are true."
    )
    wanted = [(movement, ranges), (shares, ranges and numbers.most > 0), (limits, True), (over, posterior)]
    return "\n".join(line for line, said in wanted if said)
