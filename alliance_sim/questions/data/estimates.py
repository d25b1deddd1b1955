"""The estimates: of the clinic, of simulated clinics, where it lies among them, and drops in ratings.

Keys: `about` (level, contrast, simulated, percentile, as many outside, drops, drops by chance), `group`, `name` of the
estimate, `baseline` (the group that a contrast is against), `scenario` of simulated clinics.

  simulated        mean of simulated clinics; low and high hold the middle 95 % of single ones
  percentile       share of simulated clinics below, %; error: Monte-Carlo standard error
  as many outside  share of simulated clinics with as many estimates outside as this one, %
  drops by chance  what the same rule finds where nothing has happened: mean and 95 % band of one such clinic
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.detection import RELIABLE_DROP
from alliance_sim.estimands.estimated import Estimated
from alliance_sim.estimands.null_band import null_band
from alliance_sim.estimands.observed import EVERY
from alliance_sim.estimands.seen import part, ratings, values
from alliance_sim.estimands.standing import Placed, standing, together
from alliance_sim.estimates.long import Estimates, Keyed
from alliance_sim.questions.data.reading.clinic import FEWEST_CLIENTS, ClinicData
from alliance_sim.questions.data.reading.questionnaires import ReadingPlan
from alliance_sim.questions.data.run import OwnRuns
from alliance_sim.questions.data.tallies import AT, IN_POINTS, turned
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.stats.estimate import Estimate

COMPLEMENTS = {"completion_pct"}
"""Estimates that say the same as another one with the sign turned; they are not compared as well."""

FEWEST_RATED = 10  # clients of a group with two ratings or more, below which components of variance mean nothing

COURSES = ["group", "scenario", "quantity", "session", "value", "low", "high"]
COMPARISONS = ["group", "scenario", "outside", "among", "clinics", "rare"]
PLACES = ["group", "scenario", "name", "clinics", "outside"]


def estimate(question: Question, runs: OwnRuns) -> Tables:
    """All estimates; and tables of courses, of comparisons with simulated clinics, of groups and of follow-ups."""
    clinic, simulated = runs.clinic, runs.simulated
    found = [*own_levels(runs.own)]
    places: list[dict[str, Any]] = []
    comparisons: list[dict[str, Any]] = []
    courses = [own_courses(runs.own)]
    for scenario in dict.fromkeys(simulated["scenario"]):
        for group in clinic.groups:
            key = {"group": group, "scenario": scenario}
            rows = simulated[(simulated["scenario"] == scenario) & (simulated["group"] == group)]
            theirs = {str(name): rows[name].to_numpy(float) for name in rows if rows[name].dtype.kind == "f"}
            mine = _compared(runs.own, group, theirs)
            for name, value in mine.items():
                at = standing(value, theirs[name])
                if at is not None:
                    row, unit = {**key, "name": name}, EVERY[name].unit
                    found.append(({"about": "simulated", **row}, Estimate(at.mean, at.low, at.high, unit=unit)))
                    percentile = Estimate(at.percentile, error=at.mcse, unit="%")
                    found.append(({"about": "percentile", **row}, percentile))
                    places.append({**row, "clinics": at.clinics, "outside": at.outside})
            all_at_once = together(mine, theirs)
            share, low, high, error = (getattr(all_at_once, name) for name in ("share", "low", "high", "mcse"))
            found.append(({"about": "as many outside", **key}, Estimate(share, low, high, error, "%")))
            comparisons.append(key | {name: getattr(all_at_once, name) for name in COMPARISONS[2:]})
            courses.append(_simulated_courses(key, theirs))
    found += drops(clinic, question.section.dependability, question.experiment.seed)
    more = {
        "courses": pd.concat(courses, ignore_index=True),
        "comparisons": pd.DataFrame(comparisons, columns=COMPARISONS),
        "places": pd.DataFrame(places, columns=PLACES),
        "groups": _groups(runs),
        "follow_ups": follow_ups(clinic),
    }
    return Tables(Estimates.of(found), more)


def own_levels(own: Estimated) -> Keyed:
    """The clinic's estimates in each group, and differences from the first group."""
    for row in own.estimates.to_dict("records"):
        key = {"about": row["kind"], "group": row["arm"], "name": row["estimate"]}
        key |= {"baseline": row["baseline"]} if row["baseline"] else {}
        yield key, Estimate(row["value"], row["low"], row["high"], row["se"], row["unit"])


def own_courses(own: Estimated) -> pd.DataFrame:
    """Means by session of each group; the scenario is empty."""
    return own.courses.rename(columns={"arm": "group", "week": "session"}).assign(scenario="")[COURSES]


def _compared(own: Estimated, group: str, simulated: Mapping[str, Floats]) -> dict[str, float]:
    """The estimates of a group that are compared with simulated clinics; none of a group of too few clients."""
    rows = own.estimates
    rows = rows[(rows["kind"] == "level") & (rows["arm"] == group) & (rows["clients"] >= FEWEST_CLIENTS)]
    held = zip(rows["estimate"], rows["value"].astype(float), strict=True)
    return {name: value for name, value in held if name in simulated and name not in COMPLEMENTS}


def _simulated_courses(key: Mapping[str, str], simulated: Mapping[str, Floats]) -> pd.DataFrame:
    """Mean and middle 95 % of simulated clinics, for each quantity and session that at least half of them have."""
    rows = []
    for column, numbers in simulated.items():
        quantity, sign, session = column.partition(AT)
        if sign and np.isfinite(numbers).mean() >= 0.5:
            mean = float(np.nanmean(numbers))
            at = standing(mean, numbers)
            low, high = (at.low, at.high) if at is not None else (math.nan, math.nan)
            rows.append({**key, "quantity": quantity, "session": int(session), "value": mean, "low": low, "high": high})
    return pd.DataFrame(rows, columns=COURSES)


def drops(clinic: ClinicData, dependability: float, seed: int) -> Keyed:
    """Falls of a rating by more than rating error, and what the same rule finds where nothing has happened.

    `dependability` of one rating (0-1). Groups with ratings of too few clients have none.
    """
    if "wai_client" not in clinic.seen.sessions:
        return
    for g, group in enumerate(clinic.groups):
        rated = ratings(part(clinic.seen, clinic.of(g)), clinic.planned)
        rated = rated[np.isfinite(rated).sum(axis=1) > 1]
        if len(rated) >= FEWEST_RATED:
            for row in null_band(rated, RELIABLE_DROP, dependability, seed=seed).to_dict("records"):
                key = {"group": group, "name": row["share"]}
                yield {"about": "drops", **key}, Estimate(row["observed"], unit="%")
                yield {"about": "drops by chance", **key}, Estimate(row["null"], row["low"], row["high"], unit="%")


def _groups(runs: OwnRuns) -> pd.DataFrame:
    """How many clients and resampled units each group has, and how many clients with two ratings or more."""
    clinic, rated = runs.clinic, np.zeros(runs.clinic.seen.people)
    if "wai_client" in clinic.seen.sessions:
        rated = np.isfinite(ratings(clinic.seen, clinic.planned)).sum(axis=1) > 1
    own = [clinic.of(g) for g in range(len(clinic.groups))]
    columns = {"group": clinic.groups, "clients": [len(rows) for rows in own], "units": runs.own.by_group}
    return pd.DataFrame(
        columns | {"resampled": runs.own.units.by, "rated_twice": [int(rated[rows].sum()) for rows in own]}
    )


def follow_ups(clinic: ClinicData) -> pd.DataFrame:
    """Symptoms at follow-ups: how many clients have a score there, and how it differs from intake, in own points."""
    clients = turned(clinic.seen.clients, clinic.turned)
    intake = values(clients, "symptoms_intake") if "symptoms_intake" in clients else np.full(clinic.seen.people, np.nan)
    rows = []
    for g, group in enumerate(clinic.groups):
        own = clinic.of(g)
        for code, scores in clinic.follow_ups.items():
            there, change = pd.Series(scores[own]).dropna(), pd.Series((scores - intake)[own]).dropna()
            rows.append((group, code, len(there), there.mean(), there.std(), len(change), change.mean()))
    columns = ["group", "follow_up", "clients", "mean", "sd", "clients_with_intake", "change"]
    return pd.DataFrame(rows, columns=columns)


def placed(tables: Tables, plan: ReadingPlan) -> list[Placed]:
    """Every estimate of every group among simulated clinics, as the forest takes them."""
    made = []
    for row in tables.more["places"].to_dict("records"):
        key = {name: row[name] for name in ("group", "scenario", "name")}
        own = tables.estimates.one(about="level", group=row["group"], name=row["name"])
        simulated, percentile = (tables.estimates.one(about=about, **key) for about in ("simulated", "percentile"))
        head = (row["group"], row["scenario"], row["name"], label_of(plan, row["name"]), own.unit)
        numbers = (*own[:3], *simulated[:3], percentile.value, percentile.error)
        made.append(Placed(*head, *numbers, bool(row["outside"]), int(row["clinics"])))
    return made


def label_of(plan: ReadingPlan, name: str) -> str:
    """The label of an estimate; of one in points it says which way the scale goes, if higher is better."""
    return f"{EVERY[name].label}{' (higher is better)' if plan.higher_is_better and name in IN_POINTS else ''}"
