"""The tables of the page: few columns, words in the cells."""

from math import isfinite

import pandas as pd

from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, ESTIMANDS, REVERSE, THERAPISTS, WITHIN
from alliance_sim.questions.alliance_and_outcome.measured import Measured
from alliance_sim.questions.alliance_and_outcome.measuring import RATED, SMALL, TRUE, WHOLE
from alliance_sim.questions.alliance_and_outcome.naming import KEYS, LABELS, NAMED
from alliance_sim.questions.alliance_and_outcome.performing import RATING_ERROR
from alliance_sim.questions.alliance_and_outcome.places import (
    Place,
    calibrated,
    fed_back,
    places,
    seen,
    silent,
    truth_at,
    with_feedback,
)
from alliance_sim.questions.alliance_and_outcome.recovery import recovered, told
from alliance_sim.questions.alliance_and_outcome.truths import BY_ATTUNEMENT, BY_BOND, EARLY, LARGER
from alliance_sim.stats.numbers import interval, number
from alliance_sim.stats.performance import Accuracy
from alliance_sim.stats.shares import per_cent

DIGITS = {BETWEEN: 2, THERAPISTS: 2, WITHIN: 3, REVERSE: 3}

TABLED = {BETWEEN: (BETWEEN, THERAPISTS), WITHIN: (WITHIN,)}
"""The estimands whose estimators share a table and a picture."""

FEW = 0.05
"""Where more than this share of fits failed, the number of those that did not is told."""


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
            for name, strength, on in worlds
        }
        rows.append({"effect": words, **cells, **null})
    return pd.DataFrame(rows)


def bias_table(m: Measured, estimand: str, share: float) -> pd.DataFrame:
    """Mean error of each estimator in each world with the effect, marked where it recovers it."""
    keys = [key for key in KEYS if ESTIMANDS[key] in TABLED[estimand]]
    columns: dict[str, dict[str, str]] = {}
    for place in with_feedback(m):
        here = seen(m, place, m.names.effect)
        marks = [recovered(m, place, each, share) for each in TABLED[estimand]]
        good, luck = ([key for mark in marks for key in mark[k]] for k in (0, 1))
        columns[place.name] = {
            key: ("✓ " if key in good else "≈ " if key in luck else "") + _error(here[key], DIGITS[ESTIMANDS[key]])
            for key in keys
            if key in here
        }
    return pd.DataFrame(
        [{"estimator": LABELS[key], **{name: own.get(key, "–") for name, own in columns.items()}} for key in keys]
    )


def _error(own: Accuracy, digits: int) -> str:
    """A mean error with its 95 % Monte-Carlo error; a dash where there is no truth."""
    if not isfinite(own.bias):
        return "–"
    return f"{number(own.bias, digits, signed=True)} (±{number(1.96 * own.bias_mcse, digits)}{_few(own, '; ')})"


def _few(own: Accuracy, before: str) -> str:
    """How many studies an estimator has, where it failed in many."""
    return f"{before}n = {own.studies}" if own.failed > FEW * (own.studies + own.failed) else ""


def alarms_table(m: Measured) -> pd.DataFrame:
    """Share of studies that find an effect, per cent, where there is none on change."""
    found = {place.name: seen(m, place, m.names.null) for place in _alarming(m)}
    rows = []
    for key in KEYS:
        cells = {name: _share(own[key]) if key in own else "–" for name, own in found.items()}
        rows.append({"estimator": LABELS[key], "used for": ESTIMANDS[key], **cells})
    table = pd.DataFrame(rows)
    return table[table["used for"] != REVERSE]


def _alarming(m: Measured) -> list[Place]:
    """The worlds of the table of false alarms: those without any effect, and the calibrated one with what is left."""
    kept = silent(m, m.names.strengths[-1])
    columns = [place for place in places(m.names) if place.on in ("", *kept)]
    columns += [place for place in fed_back(m) if place.on in kept]
    if len(kept) > 1:
        columns += [
            Place(f"{' + '.join(kept)} + {RATING_ERROR}, {strength}", strength, ", ".join(kept), RATED)
            for strength in m.names.strengths
        ]
    whole = calibrated(m)
    truth, _ = truth_at(m, whole.strength, whole.on, m.names.null, BETWEEN)
    return [*columns, whole._replace(name=f"{whole.name} (effect between clients {number(truth, 3)})")]


def _share(own: Accuracy) -> str:
    """A share of studies in percent, with its 95 % Monte-Carlo interval."""
    return per_cent(own.rejected, own.studies) + _few(own, ", ")


def studies_table(m: Measured) -> pd.DataFrame:
    """How single studies do in the calibrated world, with ratings: spread, stated error, coverage, failures."""
    place = calibrated(m)
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
        "intervals that hold the effect": per_cent(own.coverage, own.studies),
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
            for estimand in (BETWEEN, THERAPISTS, WITHIN)
            for words, strength, on in situations
        ]
    )


def estimators_table() -> pd.DataFrame:
    """What every estimator is."""
    rows = [{"used for": ESTIMANDS[key], "estimator": label, "how": how} for key, (label, how) in NAMED.items()]
    return pd.DataFrame(rows)
