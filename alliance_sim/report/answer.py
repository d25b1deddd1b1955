"""The answer in plain words: sentences made from estimates, each with its interval."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from alliance_sim.analysis.estimates import read_estimates
from alliance_sim.analysis.numbers import interval, number, setting, with_unit
from alliance_sim.report.lookup import Found, Lookup, found
from alliance_sim.report.naming import factor_label
from alliance_sim.scenario import Experiment

HEADLINE = "pre_post_d"
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
    for part in parts(estimates, experiment):
        lines += [part.heading, *(f"  - {sentence}" for sentence in part.sentences), ""]
    return "\n".join(lines)


def parts(estimates: pd.DataFrame, experiment: Experiment) -> list[Part]:
    """The answer in parts: what was played, each arm against the baseline, factors, ruptures, and what it means."""
    look = Lookup(estimates, experiment.factors)
    arms = [arm for arm in experiment.arms if arm in set(estimates["arm"])]
    made = [
        Part("What was played", [_size(experiment, look)]),
        Part("What came out", _arms(look, arms, experiment)),
        Part("Where and for whom", _factors(look, arms, experiment)),
        Part("Ruptures and the alliance", _ruptures(look, arms, experiment.baseline)),
        Part("How to take this", _meaning(look, arms, experiment)),
    ]
    return [part for part in made if part.sentences]


def _size(experiment: Experiment, look: Lookup) -> str:
    """How many clinics, therapists and clients, and that they are twins."""
    clinic = experiment.points[0].scenario.clinic
    played = int(look.table["replicates"].max())
    many = len(experiment.points) > 1
    words = (
        f"{played} simulated clinics with {clinic.therapists} therapists and {clinic.therapists * clinic.caseload} "
        f"clients each, {clinic.weeks} weeks of planned treatment"
    )
    if many:
        words += (
            f"; every one of the {len(experiment.points)} combinations was played with the same clinics: the same people "
            "with the same luck (twins), so that a difference comes from the settings alone"
        )
    return words + "."


def _arms(look: Lookup, arms: list[str], experiment: Experiment) -> list[str]:
    """The baseline as it is, and every other arm against it."""
    base = experiment.baseline if experiment.baseline in arms else arms[0]
    over = f" (averaged over all settings of {_listed([factor_label(experiment, f) for f in experiment.factors])})" if experiment.factors else ""
    sentences = [_as_such(look, base, "Under" if len(arms) > 1 else "In", over)]
    sentences += [_against(look, arm, base) for arm in arms if arm != base]
    return [sentence for sentence in sentences if sentence]


def _as_such(look: Lookup, arm: str, lead: str, over: str) -> str:
    """One arm in three numbers."""
    said = []
    change, stay, felt = (look.level(name, arm) for name in (HEADLINE, "dropout_pct", "alliance_end"))
    if change and change.known:
        said.append(f"clients improved from intake to the end by {change.words()}")
    if stay and stay.known:
        said.append(f"{stay.words()} dropped out")
    if felt and felt.known:
        said.append(f"the felt alliance at the last session was {felt.words()} on a scale from 0 to 1")
    return f"{lead} “{arm}”{over}, {_listed(said)}." if said else ""


def _against(look: Lookup, arm: str, base: str) -> str:
    """One arm against the baseline: improvement, alliance, dropout; and what separate groups would find."""
    said = []
    change = look.contrast(HEADLINE, arm)
    if change and change.known:
        said.append(_difference(change, "clients improved", "more", "less", "clients improved as much"))
    felt = look.contrast("alliance_end", arm)
    if felt and felt.known:
        said.append(_difference(felt, "the felt alliance at the last session was", "higher", "lower", "the felt alliance was the same"))
    stay = look.contrast("dropout_pct", arm)
    if stay and stay.known:
        points = stay._replace(unit="percentage points")
        said.append(_difference(points, "dropout was", "higher", "lower", "dropout was the same"))
    if not said:
        return ""
    words = f"Under “{arm}”, compared with “{base}”, {_listed(said)}."
    low, high = change.apart() if change else (float("nan"), float("nan"))
    if change and low == low:
        words += (
            f" Single studies of this size that compare two separate groups would find a difference in improvement "
            f"anywhere in {with_unit(interval(low, high, 2), 'SD')}."
        )
    return words


def _difference(row: Found, verb: str, more: str, less: str, same: str) -> str:
    """A difference in words, with interval and Monte-Carlo error."""
    error = f"Monte-Carlo error {number(row.mcse, row.digits + 1)}"
    if not row.sure:
        return f"{same}, as far as this simulation can tell ({row.words(signed=True)}, {error})"
    return f"{verb} {row.words(size=True)} {more if row.value > 0 else less} ({error})"


def _factors(look: Lookup, arms: list[str], experiment: Experiment) -> list[str]:
    """How differences depend on factors, and what numeric factors bring."""
    said = []
    for _, row in look.rows("interaction", HEADLINE).iterrows():
        factor = next(name for name in experiment.factors if not pd.isna(row[name]))
        if _is_slope(look, factor):
            continue
        one = found(row)
        first = str(row["baseline"]).rpartition("=")[2]
        here, there = f"“{setting(row[factor])}”", f"“{first}”"
        name = factor_label(experiment, factor)
        lead = f"The gain in improvement of “{row['arm']}” over “{experiment.baseline}”"
        if one.sure:
            said.append(f"{lead} is {one.words(size=True)} {'larger' if one.value > 0 else 'smaller'} where {name} is {here} than where it is {there}.")
        elif one.known:
            said.append(f"{lead} is the same where {name} is {here} and where it is {there}, as far as this simulation can tell ({one.words(signed=True)}).")
    return said[:MOST] + _slopes(look, arms, experiment)


def _is_slope(look: Lookup, factor: str) -> bool:
    return bool((look.rows("slope")["baseline"] == f"per unit of {factor}").any())


def _slopes(look: Lookup, arms: list[str], experiment: Experiment) -> list[str]:
    """What one unit more of each numeric factor brings, arm by arm, and both together beyond their sum."""
    said = []
    for arm in arms:
        single, both = [], []
        for _, row in look.rows("slope", HEADLINE, arm).iterrows():
            one = found(row)
            names = str(row["baseline"]).removeprefix("per unit of ").split(" × ")
            words = " and ".join(factor_label(experiment, name) for name in names)
            (single if len(names) == 1 else both).append(f"{words} {one.words(signed=True)}")
        if single:
            text = f"Under “{arm}”, one unit more brings this much improvement: {'; '.join(single)}."
            if both:
                text += f" One unit more of both together brings beyond that: {'; '.join(both)} (0 would mean that they add up)."
            said.append(text)
    return said[:MOST]


def _ruptures(look: Lookup, arms: list[str], base: str) -> list[str]:
    """How ruptures are noticed, what meeting them otherwise does, and alliance with outcome."""
    said = []
    shown = base if (row := look.level("noticed_withdrawal_pct", base)) and row.known else None
    shown = shown or next((a for a in arms if (r := look.level("noticed_withdrawal_pct", a)) and r.known), None)
    if shown:
        hidden, open_, rate = (look.level(n, shown) for n in ("noticed_withdrawal_pct", "noticed_confrontation_pct", "ruptures_pct"))
        if hidden and open_ and rate and open_.known:
            said.append(
                f"Under “{shown}”, {rate.words()} of attended sessions had a rupture; therapists noticed {hidden.words()} of "
                f"the withdrawals and {open_.words()} of the confrontations."
            )
    for arm in arms:
        twin = look.contrast("alliance_after_rupture_twin", arm)
        if twin and twin.known and twin.replicates >= 0.9 * look.table["replicates"].max() and twin.sure:
            said.append(
                f"Three sessions after a first rupture, the felt alliance under “{arm}” was {twin.words(size=True)} "
                f"{'above' if twin.value > 0 else 'below'} that of the same clients with the same rupture under “{base}”."
            )
    r = {arm: row for arm in arms if (row := look.level("alliance_outcome_r", arm)) and row.known}
    if r:
        listed = _listed([f"{row.words()} under “{arm}”" for arm, row in r.items()])
        said.append(f"Clients who rated the alliance higher early on improved more (positive r) or less (negative r): r = {listed}.")
    return said[: MOST + 2]


def _meaning(look: Lookup, arms: list[str], experiment: Experiment) -> list[str]:
    """What intervals and spread are, and what a simulation can say."""
    said = [
        "Numbers in square brackets are 95 % intervals of the simulation's own average. They only say how well this "
        "simulation knows its own result; more clinics make them as narrow as one likes. They are no test of the "
        "hypothesis against real data."
    ]
    if len(arms) > 1 or experiment.factors:
        said.append(
            "The result follows from the assumptions that are listed under “What was assumed”. It shows what would be "
            "found if they were true; whether another assumption gives another answer can be tried by changing them."
        )
    return said


def _listed(words: list[str]) -> str:
    """a, b and c."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + f" and {words[-1]}" if words else ""
