"""What a reader needs beside tables and figures: how numbers were made, and what they mean."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimates.found import records
from alliance_sim.questions.sensitivity.around import LIKENESS
from alliance_sim.questions.sensitivity.section import Numbers, Wanted
from alliance_sim.questions.sensitivity.sentences import row_of, weaker
from alliance_sim.questions.sensitivity.standing import Tables, important, judged, largest_unjudged, not_judged
from alliance_sim.stats.numbers import interval, listed, number, with_unit


def about_places(wanted: Sequence[Wanted], tables: Tables) -> str:
    """What the places in the ranges are like, and what that means for all that follows."""
    rows = records(tables["spread"])
    names = listed([f"“{BY_NAME[name].label}”" for name in LIKENESS])
    text = (
        f"{max(row['places'] for row in rows)} places spread evenly over all ranges were played beside the config's "
        f"own setting. Whether they are psychotherapies a reader can judge by the table. {weaker(wanted, tables)}"
    ).strip()
    like = max(row["like"] for row in rows)
    if not like:
        return f"{text} At none of the places {names} are all between half and twice of what they are as configured."
    words = [
        f"{with_unit(number(row['middle_like'], 3), row['unit'])} "
        f"{interval(row['middle_like_low'], row['middle_like_high'], 3)} for {row['estimate']}"
        for row in rows
    ]
    return (
        f"{text} At {like} of the places {names} are all between half and twice of what they are as configured; the "
        f"median of these is {listed(words)}."
    )


def about_estimate(each: Wanted, numbers: Numbers, tables: Tables) -> str:
    """What was done for one estimate."""
    spread = row_of(tables["spread"], each.label)
    text = (
        f"{each.words}. {spread['still']} of {spread['settings']} settings change nothing at all: with the same luck "
        "everywhere, their effect is exactly zero."
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
        f"{numbers.most} largest for one estimate ({_played(own, numbers):,} settings of the model)."
    )
    if left_out > 0:
        text += (
            f" {left_out} more passed the threshold here and were held as configured, since no more than "
            f"{numbers.most} were asked for; what that costs is told below."
        )
    return text


def _played(own: pd.DataFrame, numbers: Numbers) -> int:
    """Settings of the model that the indices took: N (D + 2), or N (2 D + 2) with pairs (Saltelli et al., 2010)."""
    count = int(own.loc[own["total"].notna(), "setting"].nunique())
    return numbers.base * ((2 * count if numbers.second_order else count) + 2)


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
    """What to make of the list of important settings that findings say little about."""
    rows = important(tables).drop_duplicates("setting")
    if rows.empty:
        return f"No setting matters beyond luck. {not_judged(tables)}".strip()
    text = [judged(tables), not_judged(tables)]
    names = largest_unjudged(tables, 5)
    text += [f"The largest of these for {label}: {listed(own)}." for label, own in names.items() if len(own) > 1]
    if rows["uninformed"].any():
        text.append(
            "Listed are those that findings say little about: assumptions, contested mechanisms, and settings that "
            "were fitted while half or more of their range is still open. A conclusion about these estimates is as "
            "good as these numbers. In brackets: total share of the variance, or, without Sobol indices, the movement "
            "as a part of the largest one."
        )
    return " ".join(filter(None, text))


def about_fixing(tables: Tables) -> str:
    """How the cost of fixing was measured."""
    points = int(tables["fixing"]["points"].min())
    return (
        f"At {points} points the settings with indices had the same values twice, and all the others had two different "
        "random ones. If the two results are alike, the others do not matter: the share is what the settings with "
        "indices explain together, interactions among them included (closed index; Janon et al., 2014). One minus it "
        "is the part of the variance in which the other settings have a hand, alone or jointly. The indices above hold "
        "where these are at their configured values; the spread there is in the last column, and need not be smaller."
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
        f"than shuffled draws would show (95 %): {listed(words) or 'nothing'}. {_most_left(tables)}A parameter can "
        "have a share only because it goes with another, as one of ratings does where nobody acts on them: the last "
        "column is its rank correlation with the first parameter of the list. Parameters that were not fitted stay at "
        "their configured values here."
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
        words = [f"{label} with {listed(list(own['name']))}" for label, own in turning.groupby("estimate", sort=False)]
        text = f"The sign turns for {'; '.join(words)}."
    return (
        text
        + " A draw speaks against the mean where its estimate has the other sign; where the estimate is smaller than "
        "its own Monte-Carlo error allows, that may be luck (last column)."
    )


def reading(numbers: Numbers, ranges: bool, posterior: bool) -> str:
    """What the terms mean."""
    places = (
        "- *Places* are combinations of all settings, each somewhere in its range (scrambled Sobol points). An "
        "estimate is *hardly anything* where it is less than a tenth of what it is as configured, or on the other side "
        "of zero. Shares of places have Wilson intervals, medians intervals by order statistics; both take places for "
        "independent, which is, if anything, too wide."
    )
    movement = (
        "- *Movement over the range* (mu*, Campolongo et al., 2007): mean absolute change of the estimate when one "
        f"setting moves, the others being anywhere, per whole range of the setting. {numbers.trajectories} walks "
        "through the space of all settings; interval by bootstrap over walks."
    )
    shares = (
        "- *Share alone* (first-order index): how much smaller the estimate's variance would be on average if the "
        "setting were known. *Total share* (total index): how much of it would be left if everything else were known. "
        "Their difference is what the setting does jointly with others. Total shares may add up to more than one "
        "(Saltelli et al., 2010). Intervals: bootstrap over base points. An estimate depends *hardly more* on one "
        "setting than on another where the interval of the difference of their total shares, in the same bootstrap "
        "samples, holds zero."
    )
    over = (
        "- Over the posterior, ranges are what the fitted findings leave open, combinations included: a parameter can "
        "matter over its range and no longer matter over the posterior, because findings have pinned it down."
    )
    limits = (
        "- A sensitivity analysis says how the *model's* answer depends on the model's numbers, over the ranges that "
        "were chosen; wider ranges make a setting more important. It does not say which numbers are true."
    )
    wanted = [
        (places, ranges),
        (movement, ranges),
        (shares, ranges and numbers.most > 0),
        (limits, True),
        (over, posterior),
    ]
    return "\n".join(line for line, said in wanted if said)
