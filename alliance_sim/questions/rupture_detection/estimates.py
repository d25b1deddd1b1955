"""The estimates: what criteria report and find, how far that is from their nulls, and how far nulls are off.

Keys: `about`; `setting`: the level of each factor; `arm`; `criterion`; `quantity`: a share of clients or a measure of
accuracy. Where it applies, `null`: which null; `other`: the criterion that one is compared with; `of`: the share itself
or its excess over the null; `factor`: whose last level is compared with its first. `looks`: shares judged together;
`clinics`: how many an estimate rests on.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.criteria import BY_NAME
from alliance_sim.estimands.null_band import SHARES
from alliance_sim.estimates.long import Estimates, Keyed
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.rupture_detection.excess import (
    JUDGED,
    LEAST,
    Clinics,
    excess,
    is_judged,
    of,
    over_null,
    together,
)
from alliance_sim.questions.rupture_detection.same_threshold import HOW
from alliance_sim.questions.rupture_detection.section import FactorLevels, arms_of, levels_of, plan_of
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import fisher_z
from alliance_sim.stats.montecarlo import mcse_proportion, summarise
from alliance_sim.stats.pooling import correlation

MEAN, SINGLE = "mean", "single clinics"
INSIDE, WORST, MISS = "inside band", "least often inside band", "null farthest off"
COUNTS = ("shares judged", "null too high", "null too low")
CORRELATION, GAP, TYPES = "correlation over clinics", "difference of areas", "confrontations minus withdrawals"
SURPLUS, SURPLUS_AS_MANY = "with minus without", "with minus without, same threshold and number of ratings"
CHANGE = "last minus first level"

ACCURACY = ("area", "sensitivity_all", "false_alarms")
SAMPLED = ("dependability", "mean", "sd", "sessions", "true_sessions")
EVERYWHERE = (*SHARES, *ACCURACY, *SAMPLED)
"""What is kept at every setting; everything else at the middle one."""

UNITS = dict.fromkeys(("area", "area_severe", "dependability"), "0–1") | {"sessions": "sessions"}
UNITS |= dict.fromkeys(("mean", "sd", "threshold"), "1–5")


def estimate(question: Question, rows: pd.DataFrame) -> Tables:
    """All estimates, and the curves over thresholds."""
    plan, levels, base = plan_of(question), levels_of(question), question.experiment.baseline
    without, middle, null = arms_of(question, ruptures=False), levels.setting(), plan.nulls[0]
    first = without[0] if without else ""
    parts = by_setting(rows, levels)
    settings = {name: clinics_of(part) for name, part in parts.items()}
    there = settings[middle]
    found: list[tuple[str, Keyed]] = []
    for name, clinics in settings.items():
        found += [(name, means(clinics, name == middle, null)), (name, nulls(clinics, without, plan.nulls))]
    found += [(middle, excess(there, base, first, null)), (middle, correlations(there, base, null))]
    found += [(middle, differences(there, base, first)), ("", changes(settings, levels, first))]
    keyed = (({"about": key["about"], "setting": name, **key}, own) for name, part in found for key, own in part)
    return Tables(Estimates.of(keyed), {"curves": curves(parts[middle], base)})


def by_setting(rows: pd.DataFrame, levels: FactorLevels) -> dict[str, pd.DataFrame]:
    """The rows of each setting."""
    groups: Any = rows.groupby(list(levels.of), sort=False) if levels.of else [((), rows)]
    return {levels.setting(**dict(zip(levels.of, values, strict=True))): part for values, part in groups}


def clinics_of(rows: pd.DataFrame) -> Clinics:
    """The numbers of the clinics of one setting, in the order of replicates."""
    own = rows[rows["size"].isna()].sort_values("replicate", kind="stable")
    groups = own.groupby(["arm", "criterion", "quantity"], sort=False)["value"]
    return {(str(arm), str(name), str(what)): own.to_numpy(np.float64) for (arm, name, what), own in groups}


def _mean(values: Floats, unit: str) -> Estimate:
    """Mean over clinics."""
    s = summarise(values)
    return Estimate(s.value, s.low, s.high, s.mcse, unit)


def means(clinics: Clinics, at_middle: bool, null: str) -> Keyed:
    """Means over clinics, and the middle 95 % of single clinics; of nulls the mean and both ends of the first."""
    ends = tuple(f"null_{null}_{end}_" for end in ("mean", "low", "high"))
    for (arm, criterion, quantity), values in clinics.items():
        of_null = quantity.startswith("null_")
        if not (quantity in EVERYWHERE or (at_middle and (not of_null or quantity.startswith(ends)))):
            continue
        s, unit = summarise(values), UNITS.get(quantity, "%")
        key = {"arm": arm, "criterion": criterion, "quantity": quantity, "clinics": s.replicates}
        mean = Estimate(s.value, s.low, s.high, s.mcse, unit)
        yield {"about": MEAN, **key}, mean
        if quantity == "false_alarms":
            rest = Estimate(100.0 - mean.value, 100.0 - mean.high, 100.0 - mean.low, mean.error, unit)
            yield {"about": MEAN, **key, "quantity": "specificity"}, rest
        if quantity in (*SHARES, *ACCURACY):
            yield {"about": SINGLE, **key}, Estimate(s.value, s.spread_low, s.spread_high, math.nan, unit)


def correlations(clinics: Clinics, arm: str, null: str) -> Keyed:
    """Over clinics, what a criterion reports with what truly happened there; intervals are Fisher's.

    Flagged clients with the rate of ruptures per session, unrepaired ones with clients whose last rupture truly was not
    repaired; of the share, and of its excess over the clinic's own null.
    """
    for criterion in criteria_of(clinics):
        for share, truth in (("flagged", "true_sessions"), ("unrepaired", "true_unrepaired")):
            own, real = clinics[arm, criterion, share], clinics[arm, "", truth]
            for what, values in (
                ("share", own),
                ("excess", own - clinics[arm, criterion, f"null_{null}_mean_{share}"]),
            ):
                known = int((np.isfinite(values) & np.isfinite(real)).sum())
                key = {"arm": arm, "criterion": criterion, "quantity": share, "of": what, "clinics": known}
                yield {"about": CORRELATION, **key}, fisher_z(correlation(values, real), known)._replace(unit="r")


def criteria_of(clinics: Clinics) -> list[str]:
    """The criteria in their order."""
    return list(dict.fromkeys(criterion for _, criterion, _ in clinics if criterion))


def differences(clinics: Clinics, base: str, without: str) -> Keyed:
    """Differences in the same clinics: with minus without ruptures, two types of rupture, two criteria for a session.

    With and without are compared as the criteria are, and with the same threshold and as many ratings where both arms
    have the same clients.
    """
    criteria, points = criteria_of(clinics), "percentage points"
    for name in criteria:
        for share in ("flagged", "repaired") if without else ():
            for about, quantity in ((SURPLUS, share), (SURPLUS_AS_MANY, f"{HOW[1]}_{share}")):
                if (without, name, quantity) in clinics:
                    gap = clinics[base, name, share] - clinics[without, name, quantity]
                    yield {"about": about, "arm": base, "criterion": name, "quantity": share}, _mean(gap, points)
        seen, hidden = (clinics[base, name, f"sensitivity_{kind}"] for kind in ("confrontation", "withdrawal"))
        yield {"about": TYPES, "arm": base, "criterion": name}, _mean(seen - hidden, points)
    for one, other in permutations([name for name in criteria if BY_NAME[name].looks_back], 2):
        gap = clinics[base, one, "area"] - clinics[base, other, "area"]
        yield {"about": GAP, "arm": base, "criterion": one, "other": other}, _mean(gap, "0–1")


def changes(settings: Mapping[str, Clinics], levels: FactorLevels, without: str) -> Keyed:
    """Clients flagged without ruptures at the last level of each factor minus those at its first, by criterion.

    Twice the errors of both ends on either side, these taken as independent: they are twins, so that it is cautious.
    """
    for factor, values in levels.of.items():
        ends = [settings[levels.setting(**{factor: values[k]})] for k in (0, -1)]
        for name in criteria_of(ends[0]) if without and len(values) > 1 else ():
            first, last = (_mean(end[without, name, "flagged"], "%") for end in ends)
            change, error = last.value - first.value, math.hypot(first.error, last.error)
            number = Estimate(change, change - 2.0 * error, change + 2.0 * error, error, "percentage points")
            yield {"about": CHANGE, "factor": factor, "arm": without, "criterion": name, "quantity": "flagged"}, number


def nulls(clinics: Clinics, arms: Sequence[str], kinds: Sequence[str]) -> Keyed:
    """How often a share of a clinic without ruptures lies in its null band (nominal: 95 %), and how far nulls are off.

    Over shares whose null is 1 % or more on average: around nothing any band contains nothing. Clinics are clusters.
    Then the share that lies inside least often; of how many shares the mean of the null is clearly too high or too low,
    by share minus null with intervals that hold together (see `excess`); and the largest such difference.
    """
    criteria = criteria_of(clinics)
    for arm in arms:
        for null in kinds:
            own = {"arm": arm, "null": null}
            inside = {
                (name, share): clinics[arm, name, f"null_{null}_inside_{share}"]
                for share in JUDGED
                for name in criteria
                if clinics[arm, name, f"null_{null}_mean_{share}"].mean() >= LEAST
            }
            if not inside:
                continue
            each_clinic = np.mean(list(inside.values()), axis=0)
            yield {"about": INSIDE, **own, "clinics": len(each_clinic)}, _mean(100.0 * each_clinic, "%")
            worst = min(inside, key=lambda place: inside[place].mean())
            part = float(inside[worst].mean())
            error = mcse_proportion(part, len(inside[worst]))
            yield {"about": WORST, **own, **of(worst)}, Estimate(part, error=error).times(100.0, "%")
            yield from (({**key, **own}, number) for key, number in misses(clinics, arm, null))


def misses(clinics: Clinics, arm: str, null: str) -> Keyed:
    """How far the mean of a null is off where nothing happens."""
    over = {place: own for place, own in over_null(clinics, arm, null).items() if is_judged(clinics, arm, null, place)}
    found = {place: together(values, len(over)) for place, values in over.items()}
    signs = [number.sign for number in found.values()]
    for about, count in zip(COUNTS, (len(found), signs.count(-1), signs.count(1)), strict=True):
        yield {"about": about}, Estimate(float(count))
    if found:
        most = max(found, key=lambda place: abs(found[place].value))
        yield {"about": MISS, **of(most)}, found[most]


def curves(rows: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Sensitivity for all and for severe ruptures, and false alarms, by family and threshold: means over replicates."""
    own = rows[(rows["arm"] == arm) & rows["size"].notna()]
    wide = own.pivot_table(index=["criterion", "size"], columns="quantity", values="value", aggfunc="mean", sort=False)
    made = wide.reset_index()
    made.insert(0, "family", [BY_NAME[name].family for name in made["criterion"]])
    return made.rename(columns={"curve_all": "sensitivity", "curve_severe": "severe", "curve_false": "false_alarms"})
