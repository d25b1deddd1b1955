"""The tables of the page: few columns, words in the cells."""

from math import isfinite
from typing import NamedTuple

import pandas as pd

from alliance_sim.analysis.accuracy import Accuracy
from alliance_sim.analysis.numbers import interval, number
from alliance_sim.inquiry.association.estimators import BETWEEN, ESTIMANDS, REVERSE, WITHIN
from alliance_sim.inquiry.association.measured import Measured, Names
from alliance_sim.inquiry.association.measuring import RATED, SMALL, TRUE, WHOLE
from alliance_sim.inquiry.association.naming import KEYS, LABELS, NAMED
from alliance_sim.inquiry.association.performing import RATING_ERROR
from alliance_sim.inquiry.association.truths import BY_ATTUNEMENT, BY_BOND, EARLY, LARGER

DIGITS = {BETWEEN: 2, WITHIN: 3, REVERSE: 3}

MOST = 3
"""How many estimators are named in a cell."""

NO_EFFECT = 0.002
"""An effect below this, and within its own error, counts as none."""


class Place(NamedTuple):
    """A world as a column of a table: its name, and where to look."""

    name: str
    strength: str
    on: str
    data: str


NOTHING = Place("nothing distorts", "", "", TRUE)


def places(names: Names) -> list[Place]:
    """No distortion, each alone at its strongest, rating error alone, and all of them at every strength."""
    strongest = names.strengths[-1]
    single = [Place(f"{each}, {strongest}", strongest, each, TRUE) for each in names.distortions]
    whole = [Place(f"all, {strength}", strength, names.everything, RATED) for strength in names.strengths]
    return [NOTHING, *single, Place(RATING_ERROR, "", "", RATED), *whole]


def simpler(place: Place) -> Place:
    """The world in which an estimator must be right before it can be said to recover the effect in this one.

    With ratings, the same world with true states; with true states, the world without any distortion.
    """
    return place._replace(data=TRUE) if place.data == RATED and place.on else NOTHING


def seen(m: Measured, place: Place, arm: str, size: str = WHOLE) -> dict[str, Accuracy]:
    """Accuracy in one world, by estimator; without those that never gave anything."""
    p = m.performance
    here = p[
        (p["strength"] == place.strength)
        & (p["on"] == place.on)
        & (p["arm"] == arm)
        & (p["data"] == place.data)
        & (p["size"] == size)
    ]
    columns = here[list(Accuracy._fields)].itertuples(index=False, name=None)
    found = {str(key): Accuracy(*row) for key, row in zip(here["estimator"], columns, strict=True)}
    return {key: own for key, own in found.items() if own.studies}


def truth_at(m: Measured, strength: str, on: str, arm: str, estimand: str) -> tuple[float, float]:
    """Truth of a world and its Monte-Carlo error; nan where it was not measured."""
    t = m.truths
    here = t[(t["strength"] == strength) & (t["on"] == on) & (t["arm"] == arm) & (t["estimand"] == estimand)]
    if here.empty:
        return float("nan"), float("nan")
    return float(here["truth"].iloc[0]), float(here["truth_mcse"].iloc[0])


def with_error(value: float, error: float, digits: int) -> str:
    """A number with its 95 % Monte-Carlo interval; a dash where there is none."""
    if not isfinite(value):
        return "–"
    return f"{number(value, digits)} {interval(value - 1.96 * error, value + 1.96 * error, digits)}"


def truths_table(m: Measured) -> pd.DataFrame:
    """The causal effects in a few worlds."""
    names = m.names
    worlds = [("nothing distorts", "", "")]
    worlds += [(f"all, {strength}", strength, names.everything) for strength in names.strengths]
    rows = []
    for estimand, words in (
        (BETWEEN, "Whole treatment: SD of outcome per SD of the alliance (between clients)"),
        (EARLY, "the same, per SD of an early session"),
        (LARGER, "the same as the first, from twice the raise"),
        (BY_BOND, "the same as the first, from a raise of the bond alone"),
        (BY_ATTUNEMENT, "the same as the first, from more attuned therapists"),
        (WITHIN, "One session: SD of distress less at the end of the week, per SD within clients"),
        (REVERSE, "One week's relief: SD of the next alliance, per SD of weekly improvement"),
    ):
        digits = 3 if estimand in (WITHIN, REVERSE) else 2
        cells = {
            name: with_error(*truth_at(m, strength, on, names.effect, estimand), digits)
            for name, strength, on in worlds
        }
        null = {
            f"no effect: {name}": with_error(*truth_at(m, strength, on, names.null, estimand), digits)
            for name, strength, on in (worlds[0], worlds[-1])
        }
        rows.append({"effect": words, **cells, **null})
    return pd.DataFrame(rows)


def near(own: Accuracy, share: float) -> bool:
    """Whether a mean error is at most a share of the effect."""
    return abs(own.bias) <= share * abs(own.truth)


class Recovered(NamedTuple):
    """Estimators near an effect, the nearest first: those that recover it, and those whose errors happen to cancel."""

    good: list[str]
    luck: list[str]


def recovered(m: Measured, place: Place, estimand: str, share: float) -> Recovered:
    """Which estimators recover an effect in a world.

    One that is near the effect here but not in the simpler world (`simpler`) has two errors that cancel.
    """
    here, before = seen(m, place, m.names.effect), seen(m, simpler(place), m.names.effect)
    order = sorted((abs(own.bias), key) for key, own in here.items() if ESTIMANDS[key] == estimand)
    found = [key for _, key in order if near(here[key], share)]
    good = [key for key in found if key in before and near(before[key], share)]
    return Recovered(good, [key for key in found if key not in good])


def bias_table(m: Measured, estimand: str, share: float) -> pd.DataFrame:
    """Mean error of each estimator in each world with the effect, marked where it recovers it."""
    columns: dict[str, dict[str, str]] = {}
    for place in places(m.names):
        here, marks = seen(m, place, m.names.effect), recovered(m, place, estimand, share)
        columns[place.name] = {
            key: ("✓ " if key in marks.good else "≈ " if key in marks.luck else "")
            + f"{number(own.bias, DIGITS[estimand], signed=True)} (±{number(1.96 * own.bias_mcse, DIGITS[estimand])})"
            for key, own in here.items()
        }
    keys = [key for key in KEYS if ESTIMANDS[key] == estimand]
    return pd.DataFrame(
        [{"estimator": LABELS[key], **{name: own.get(key, "–") for name, own in columns.items()}} for key in keys]
    )


def silent(m: Measured) -> list[str]:
    """The distortions under which the arm without an effect has none indeed, whatever else may be at work."""
    strongest = m.names.strengths[-1]
    kept = []
    for each in m.names.distortions:
        truth, error = truth_at(m, strongest, each, m.names.null, BETWEEN)
        if abs(truth) <= max(1.96 * error, 1e-9) and abs(truth) < NO_EFFECT:
            kept.append(each)
    return kept


def alarms_table(m: Measured) -> pd.DataFrame:
    """Share of studies that find an effect, percent, where there is none."""
    strongest, kept = m.names.strengths[-1], silent(m)
    columns = [place for place in places(m.names) if place.on in ("", *kept)]
    if len(kept) > 1:
        columns.append(Place(f"{' + '.join(kept)} + {RATING_ERROR}", strongest, ", ".join(kept), RATED))
    found = {place.name: seen(m, place, m.names.null) for place in columns}
    rows = []
    for key in KEYS:
        cells = {name: _share(own[key]) if key in own else "–" for name, own in found.items()}
        rows.append({"estimator": LABELS[key], "used for": ESTIMANDS[key], **cells})
    table = pd.DataFrame(rows)
    return table[table["used for"] != REVERSE]


def _share(own: Accuracy) -> str:
    """A share of studies in percent, with its 95 % Monte-Carlo error."""
    return f"{100 * own.rejected:.0f} % (±{196 * own.rejected_mcse:.0f})"


def studies_table(m: Measured) -> pd.DataFrame:
    """How single studies do in the calibrated world, with ratings: spread, stated error, coverage, failures."""
    place = Place("", m.names.strength, m.names.everything, RATED)
    return pd.DataFrame(
        [
            {"study": size, "estimator": LABELS[key], **_study(own, DIGITS[ESTIMANDS[key]])}
            for size in (WHOLE, SMALL)
            for key, own in seen(m, place, m.names.effect, size).items()
        ]
    )


def _study(own: Accuracy, digits: int) -> dict[str, str]:
    return {
        "mean error": with_error(own.bias, own.bias_mcse, digits),
        "SD over studies": number(own.spread, digits),
        "stated error": number(own.model_error, digits),
        "root mean square error": f"{number(own.rmse, digits)} (±{number(1.96 * own.rmse_mcse, digits)})",
        "intervals that hold the effect": f"{100 * own.coverage:.0f} % (±{196 * own.coverage_mcse:.0f})",
        "failed": f"{own.failed} of {own.failed + own.studies}",
    }


def use_table(m: Measured, share: float) -> pd.DataFrame:
    """Which estimators recover which effect, in which situation, with true states and with ratings."""
    names = m.names
    strongest = names.strengths[-1]
    situations = [("nothing distorts", "", "")]
    situations += [(f"{each}, {strongest}", strongest, each) for each in names.distortions]
    situations += [(f"all, {strength}", strength, names.everything) for strength in names.strengths]
    return pd.DataFrame(
        [
            {
                "effect": estimand,
                "when": words,
                **{f"with {data}": told(m, Place("", strength, on, data), estimand, share) for data in (TRUE, RATED)},
            }
            for estimand in (BETWEEN, WITHIN)
            for words, strength, on in situations
        ]
    )


def told(m: Measured, place: Place, estimand: str, share: float) -> str:
    """The estimators that recover an effect, best first, and those that come near it by luck."""
    found = recovered(m, place, estimand, share)
    luck = f" (errors cancel: {_named(found.luck)})" if found.luck else ""
    return (_named(found.good) if found.good else "none") + luck


def _named(keys: list[str]) -> str:
    more = f" and {len(keys) - MOST} more" if len(keys) > MOST else ""
    return ", ".join(f"“{LABELS[key]}”" for key in keys[:MOST]) + more


def estimators_table() -> pd.DataFrame:
    """What every estimator is."""
    rows = [{"used for": ESTIMANDS[key], "estimator": label, "how": how} for key, (label, how) in NAMED.items()]
    return pd.DataFrame(rows)
