"""The answer in plain words: sentences made from estimates, each with its interval."""

import math
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from alliance_sim.estimands.measuring import TWIN_NAMES
from alliance_sim.estimates.found import Found, found, records
from alliance_sim.estimates.of_run import read_estimates
from alliance_sim.report.lookup import Lookup
from alliance_sim.report.naming import factor_label, meets_otherwise, varied_in
from alliance_sim.report.short import HEADLINE, in_short
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.describe import fewest_draws, uncertainty
from alliance_sim.stats.numbers import interval, listed, number, setting

MOST = 8
"""Sentences about factors at most; the tables have all of them."""


class Part(NamedTuple):
    """A few sentences under a heading."""

    heading: str
    sentences: list[str]


def answer(source: pd.DataFrame | Path, experiment: Experiment) -> str:
    """The answer as plain text for a terminal; `source` is the estimates, or the result folder that holds them."""
    estimates = read_estimates(source / "estimates.csv") if isinstance(source, Path) else source
    lines = [experiment.title, ""]
    if experiment.question:
        lines += [" ".join(experiment.question.split()), ""]
    short = in_short(estimates, experiment)
    lines += [*short, ""] if short else []
    for part in parts(estimates, experiment):
        lines += [part.heading, *(f"  - {sentence}" for sentence in part.sentences), ""]
    return "\n".join(lines)


def parts(estimates: pd.DataFrame, experiment: Experiment) -> list[Part]:
    """The answer in parts: what was played, each arm against the baseline, factors, ruptures, and what it means."""
    look = Lookup(estimates, experiment.varied)
    arms = [arm for arm in experiment.arms if arm in set(estimates["arm"])]
    made = [
        Part("What was played", [_size(experiment, look), *_undefined(look, arms)]),
        Part("What came out", _arms(look, arms, experiment)),
        Part("Where and for whom", _factors(look, arms, experiment)),
        Part("Ruptures and the alliance", _ruptures(look, arms, experiment)),
        Part("How to take this", [*_pairing(look, arms), *_precision(look, experiment), *_meaning(arms, experiment)]),
    ]
    return [part for part in made if part.sentences]


def _size(experiment: Experiment, look: Lookup) -> str:
    """How many clinics, therapists and clients, and that they are twins."""
    played = int(look.table["replicates"].max())
    sizes = dict.fromkeys(point.scenario.clinic for point in experiment.points)
    each = [
        f"{size.therapists} therapists and {size.therapists * size.caseload} clients, {size.weeks} weeks of planned "
        "treatment"
        for size in sizes
    ]
    words = f"{played} simulated clinic{'' if played == 1 else 's'}, each with {' or '.join(each)}"
    if len(experiment.points) > 1:
        what = (
            f"{len(experiment.points)} combinations of arm and setting"
            if experiment.varied
            else f"{len(experiment.arms)} arms"
        )
        words += (
            f". Each of the {what} was played with the same clinics: the same people with the same luck (twins), so "
            "that a difference comes from the settings alone"
        )
    return words + "."


_SAID = {
    HEADLINE: "improvement", "dropout_pct": "dropout", "alliance_end": "the felt alliance at the last session",
    "alliance_outcome_r": "the correlation of alliance with improvement",
}  # fmt: skip
"""Estimates that sentences speak of."""

MOST_UNDEFINED = 0.1
"""Where a larger share of the clinics does not define an estimate, that is said first."""


def _undefined(look: Lookup, arms: list[str]) -> list[str]:
    """Estimates that many of the clinics do not define, and on how many of them they rest."""
    rows = {(name, arm): row for name in _SAID for arm in arms if (row := look.overall("level", name, arm))}
    defined = {at: row.replicates for at, row in rows.items() if row.known}  # nothing is said of what none defines
    played = max(defined.values(), default=0)
    said = [
        f"{_SAID[name]} under “{arm}” ({count} of {played} clinics)"
        for (name, arm), count in defined.items()
        if count < (1.0 - MOST_UNDEFINED) * played
    ]
    words = f"Some estimates rest on a part of the clinics, since the others do not define them: {listed(said)}."
    return [words] if said else []


def _arms(look: Lookup, arms: list[str], experiment: Experiment) -> list[str]:
    """The baseline as it is, and every other arm against it; all of them side by side where there are many."""
    base = experiment.baseline if experiment.baseline in arms else arms[0]
    sentences = [_as_such(look, base, _averaged(experiment))]
    sentences += [_against(look, arm, base) for arm in arms if arm != base]
    if len(arms) > 2:
        known = [(arm, row) for arm in arms if (row := look.overall("level", HEADLINE, arm)) and row.known]
        known.sort(key=lambda pair: -pair[1].value)
        ordered = listed([f"{row.words()} under “{arm}”" for arm, row in known])
        sentences.append(f"Improvement from intake to the end, from most to least: {ordered}.")
    return [sentence for sentence in sentences if sentence]


def _averaged(experiment: Experiment) -> str:
    """What levels and differences are averaged over."""
    names = [f"all settings of {factor_label(experiment, factor)}" for factor in experiment.factors]
    if experiment.sampled:
        names.append(f"{_count(experiment)} sampled settings")
    return f" (here and below averaged over {listed(names)})" if names else ""


def _count(experiment: Experiment) -> int:
    """Number of samples of a design."""
    return len({point.sampled["sample"] for point in experiment.points})


def _as_such(look: Lookup, arm: str, over: str) -> str:
    """One arm in three numbers."""
    said = []
    change, stay, felt = (look.overall("level", name, arm) for name in (HEADLINE, "dropout_pct", "alliance_end"))
    if change and change.known:
        said.append(f"clients improved from intake to the end by {change.words()}{_error(change)}")
    if stay and stay.known:
        said.append(f"{stay.words()} dropped out")
    if felt and felt.known:
        said.append(f"the felt alliance at the last session was {felt.words()} on a scale from 0 to 1")
    return f"Under “{arm}”{over}, {listed(said)}." if said else ""


def _against(look: Lookup, arm: str, base: str) -> str:
    """One arm against the baseline: improvement, alliance, dropout; and what separate groups would find."""
    said = []
    change = look.overall("contrast", HEADLINE, arm)
    if change and change.known:
        ends = look.apart(HEADLINE, arm, base)
        text = _difference(change, "clients improved", "more", "less", "clients improved as much")
        if math.isfinite(ends[0]):
            text += (
                f"; single studies of this size with two separate groups would find anything in {interval(*ends, 2)};"
            )
        said.append(text)
    felt = look.overall("contrast", "alliance_end", arm)
    if felt and felt.known:
        verb = "the felt alliance at the last session was"
        said.append(_difference(felt, verb, "higher", "lower", f"{verb} the same"))
    stay = look.overall("contrast", "dropout_pct", arm)
    if stay and stay.known:
        points = stay._replace(unit="percentage points")
        said.append(_difference(points, "dropout was", "higher", "lower", "dropout was the same"))
    return (
        f"Under “{arm}”, compared with “{base}”, {listed(said).rstrip(';')}.".replace(";,", ";").replace(
            "; and", "; and"
        )
        if said
        else ""
    )


def _error(row: Found) -> str:
    """The Monte-Carlo error of an estimate, in brackets."""
    if not row.has_error:
        return " (a single clinic, so its error is not known)"
    return f" (MCSE {number(row.mcse, row.digits + 1)})"


def _difference(row: Found, verb: str, more: str, less: str, same: str) -> str:
    """A difference in words, with interval and Monte-Carlo error."""
    if row.value == 0.0:
        return f"{same}{_error(row)}"
    if row.has_error and not row.sure:
        return f"{same}, as far as this simulation can tell ({row.words(signed=True)}){_error(row)}"
    return f"{verb} {row.words(size=True)} {more if row.value > 0 else less}{_error(row)}"


def _factors(look: Lookup, arms: list[str], experiment: Experiment) -> list[str]:
    """How differences depend on factors, and what numeric factors bring."""
    said = []
    for row in records(look.rows("interaction", HEADLINE)):
        factor = varied_in(row, experiment)
        one = found(row)
        if _is_slope(look, factor) or not (one.known and one.has_error):
            continue
        name = factor_label(experiment, factor)
        here, there = f"“{setting(row[factor])}”", f"“{str(row['baseline']).rpartition('=')[2].rpartition(', ')[2]}”"
        lead = f"The gain in improvement of “{row['arm']}” over “{experiment.baseline}” is"
        if one.sure:
            size = f"{one.words(size=True)} {'larger' if one.value > 0 else 'smaller'}"
            said.append(f"{lead} {size} where {name} is {here} than where it is {there}.")
        else:
            doubt = f"as far as this simulation can tell ({one.words(signed=True)})"
            said.append(f"{lead} the same where {name} is {here} and where it is {there}, {doubt}.")
    return said[:MOST] + _slopes(look, arms, experiment)


def _is_slope(look: Lookup, factor: str) -> bool:
    return bool((look.rows("slope")["baseline"] == f"per unit of {factor}").any())


def _slopes(look: Lookup, arms: list[str], experiment: Experiment) -> list[str]:
    """What one unit more of each numeric factor brings, arm by arm, and both together beyond their sum."""
    said = []
    for arm in arms:
        single, both = [], []
        for row in records(look.rows("slope", HEADLINE, arm)):
            one = found(row)
            names = str(row["baseline"]).removeprefix("per unit of ").split(" × ")
            if len(names) == 1:
                single.append(f"{one.words(signed=True)} for {factor_label(experiment, names[0])}")
            else:
                both.append(one.words(signed=True))
        if single:
            text = f"Under “{arm}”, one unit more brings this much improvement: {listed(single)}"
            if both:
                text += (
                    f"; one unit more of two together brings {listed(both)} beyond their sum (0: they simply add up)"
                )
            said.append(text + ".")
    return said[:MOST]


def _ruptures(look: Lookup, arms: list[str], experiment: Experiment) -> list[str]:
    """How ruptures are noticed, what meeting them otherwise does, and alliance with outcome."""
    base = experiment.baseline
    said = [_noticing(look, [base, *arms]), *_met_otherwise(look, arms, experiment)]
    r = {arm: row for arm in arms if (row := look.overall("level", "alliance_outcome_r", arm)) and row.known}
    if r:
        by_arm = listed([f"{row.words()} under “{arm}”" for arm, row in r.items()])
        said.append(
            "Correlation of the client's early alliance rating with improvement (positive: the better the alliance, "
            f"the more improvement): r = {by_arm}."
        )
    return [sentence for sentence in said if sentence][: MOST + 2]


def _noticing(look: Lookup, arms: list[str]) -> str:
    """How many sessions had a rupture, and how many of each type were noticed, in the first arm that had some."""
    names = ("ruptures_pct", "noticed_withdrawal_pct", "noticed_confrontation_pct")
    for arm in arms:
        rate, hidden, shown = (look.overall("level", name, arm) for name in names)
        if rate and hidden and shown and rate.known and hidden.known and shown.known:
            return (
                f"Under “{arm}”, {rate.words()} of attended sessions had a rupture; therapists noticed "
                f"{hidden.words()} of the withdrawals and {shown.words()} of the confrontations."
            )
    return ""


def _met_otherwise(look: Lookup, arms: list[str], experiment: Experiment) -> list[str]:
    """What meeting the same rupture otherwise does to the felt alliance, where arms differ in just that."""
    base = experiment.baseline
    said = []
    for arm in arms:
        twin = look.overall("contrast", "alliance_after_rupture_twin", arm)
        enough = twin is not None and twin.replicates >= 0.9 * look.table["replicates"].max()
        if twin is None or not (enough and twin.known and twin.has_error and meets_otherwise(experiment, arm)):
            continue
        lead = f"Three sessions after a first rupture, the felt alliance under “{arm}” was"
        tail = f"that of the same clients with the same rupture under “{base}”"
        if twin.sure:
            said.append(
                f"{lead} {twin.words(size=True)} {'above' if twin.value > 0 else 'below'} {tail}{_error(twin)}."
            )
        else:
            said.append(f"{lead} no other than {tail}, as far as this simulation can tell ({twin.words(signed=True)}).")
    return said


def _pairing(look: Lookup, arms: list[str]) -> list[str]:
    """What comparing twins has gained, for the headline difference of each arm.

    At single settings, of which the median is told: settings share their luck too, so that an average over them is not
    what independent runs would give either.
    """
    said = []
    for arm in arms:
        rows = look.rows("contrast", HEADLINE, arm)
        if look.factors:
            rows = rows[rows[list(look.factors)].notna().all(axis=1)]
        ratios = rows["variance_ratio"].replace(math.inf, math.nan).dropna()
        ratio = float(ratios.median()) if len(ratios) else math.nan
        if ratio >= 1.05:
            said.append(
                f"{100 * (1 - 1 / ratio):.{0 if ratio < 100 else 1}f} % for “{arm}” (as if "
                f"{number(ratio, 1 if ratio < 10 else 0)} times as many clinics had been played)"
            )
    if not said:
        return []
    where = " (at a typical setting)" if look.factors else ""
    lead = f"Comparing twins removed this much of the variance of the difference in improvement{where}: "
    return [f"{lead}{listed(said)}."]


def _precision(look: Lookup, experiment: Experiment) -> list[str]:
    """Whether the wanted precision was reached everywhere, and with how many replicates."""
    wanted = experiment.precision
    if wanted is None:
        return []
    rows = look.rows(wanted.of if wanted.estimate not in TWIN_NAMES else "contrast", wanted.estimate)
    if look.factors:
        rows = rows[rows[list(look.factors)].notna().all(axis=1)]
    if rows.empty:
        return []
    least, most, worst = int(rows["replicates"].min()), int(rows["replicates"].max()), float(rows["mcse"].max())
    reached = int((rows["mcse"] <= wanted.mcse).sum())
    words = "everywhere" if reached == len(rows) else f"at {reached} of {len(rows)}"
    said = (
        f"A Monte-Carlo standard error of at most {wanted.mcse:g} was wanted for {wanted.estimate} ({wanted.of}); it "
        f"was reached {words}, with {least} to {most} replicates (largest: {number(worst, 4)}). What is averaged over "
        "settings rests on the replicates that all settings have."
    )
    return [said]


def _meaning(arms: list[str], experiment: Experiment) -> list[str]:
    """What intervals and spread are, and what a simulation can say."""
    more = "more clinics make them as small as one likes"
    if (drawn := fewest_draws(experiment)) and drawn < experiment.replicates:
        more = f"more clinics, under more than these {drawn} draws of the parameters, make them as small as one likes"
    brackets = (
        "Numbers in square brackets are 95 % intervals of the simulation's own average; MCSE is the Monte-Carlo "
        f"standard error of that average. Both only say how well this simulation knows its own result: {more}. They "
        "are no test of the hypothesis against real data."
    )
    said = [brackets]
    if uncertainty(experiment):
        said.append(
            "Every clinic was played under a draw of the parameters, so that the means are averages over what the "
            "findings leave open, and the middle 95 % of single clinics show how far that lets results differ."
        )
    if len(arms) > 1 or experiment.varied:
        said.append(
            "The result follows from the assumptions that are listed under “What was assumed”. It shows what would be "
            "found if they were true; whether another assumption gives another answer can be tried by changing them."
        )
    return said
