"""The answer in sentences, built from the tables, so that they stay true when the config changes."""

import numpy as np

from alliance_sim.analysis.accuracy import Accuracy
from alliance_sim.analysis.montecarlo import mcse_mean
from alliance_sim.analysis.numbers import number
from alliance_sim.inquiry.association.estimators import BETWEEN, ESTIMANDS, WITHIN
from alliance_sim.inquiry.association.measured import Measured, of_draw
from alliance_sim.inquiry.association.measuring import RATED, TRUE
from alliance_sim.inquiry.association.naming import LABELS
from alliance_sim.inquiry.association.performing import RATING_ERROR
from alliance_sim.inquiry.association.reading import (
    DIGITS,
    NOTHING,
    Place,
    recovered,
    seen,
    silent,
    told,
    truth_at,
    with_error,
)

STUDIED = "raw"
"""The estimator of most published correlations: one early rating, nothing controlled."""


def short(m: Measured, arms: list[str], share: float) -> str:
    """The answer: a sentence that says it, and what it rests on."""
    parts = [_first(m), _distortions(m), _between(m, share), _null(m), *_within(m, share), *_drawn(m, arms)]
    return "\n".join([_head(m, share), "", *(f"- {words}" for words in parts if words)])


def _head(m: Measured, share: float) -> str:
    """The answer in one sentence."""
    own = _found(m)
    way = {-1: "understates", 1: "overstates", 0: "cannot be told from"}[_sign(own.bias, own.bias_mcse)]
    place = Place("", m.names.strength, m.names.everything, RATED)
    counts = [len(recovered(m, place, estimand, share).good) for estimand in (BETWEEN, WITHIN)]
    said = [
        f"{count or 'no'} {'analysis of ratings recovers' if count == 1 else 'analyses of ratings recover'} {what}"
        for count, what in zip(counts, ("it", "that of one session"), strict=True)
    ]
    return (
        f"**In the calibrated model the observed correlation of one early rating with outcome {way} the effect of the "
        f"alliance over a whole treatment ({number(own.mean, 2)} against {number(own.truth, 2)}); "
        f"{' and '.join(said)}.**"
    )


def _sign(value: float, error: float) -> int:
    """Whether a difference is below (-1) or above (1) zero, or cannot be told (0)."""
    return 0 if abs(value) <= 1.96 * error else (1 if value > 0 else -1)


def _found(m: Measured) -> Accuracy:
    """The studied estimator where everything distorts as calibrated."""
    return seen(m, Place("", m.names.strength, m.names.everything, RATED), m.names.effect)[STUDIED]


def compared(value: float, error: float, other: str = "the effect") -> str:
    """Whether a difference is above or below zero, or cannot be told."""
    sign = _sign(value, error)
    if sign == 0:
        return f"and cannot be told from {other}"
    return f"{number(abs(value), 2)} {'below' if sign < 0 else 'above'} {other}"


def _first(m: Measured) -> str:
    own = _found(m)
    error = own.spread / np.sqrt(own.studies)
    return (
        f"In the calibrated model studies find r = {with_error(own.mean, float(error), 2)} between one early rating "
        "and outcome, while an alliance that is one standard deviation higher for the whole treatment improves the "
        f"outcome by {with_error(own.truth, own.truth_mcse, 2)} standard deviations (twins; 95 % Monte-Carlo "
        f"intervals): the correlation is {compared(own.bias, own.bias_mcse)}."
    )


def _distortions(m: Measured) -> str:
    """What each distortion adds to the studied estimator."""
    own = m.steps[m.steps["estimator"] == STUDIED]
    parts = own[~own["step"].isin(["effect", "found", "no distortion"])]
    words = []
    for row in parts.reindex(parts["value"].abs().sort_values(ascending=False).index).itertuples():
        text = number(float(row.value), 2, signed=True)  # type: ignore[arg-type]
        words.append(f"{row.step} {text}")
    start = own[own["step"] == "no distortion"]["value"]
    if not words:
        return ""
    return (
        f"Where nothing distorts, one early session already differs by {number(float(start.iloc[0]), 2, signed=True)}; "
        f"on top of it, averaged over all orders, come {', '.join(words)}."
    )


def _between(m: Measured, share: float) -> str:
    """Which estimators recover the effect between clients where everything is at work."""
    place = Place("", m.names.strength, m.names.everything, TRUE)
    return (
        f"Estimators that recover that effect within {100 * share:.0f} %, with everything at work as calibrated: from "
        f"true states {told(m, place, BETWEEN, share)}; from ratings "
        f"{told(m, place._replace(data=RATED), BETWEEN, share)}."
    )


def _null(m: Measured) -> str:
    """What the usual estimator says where there is no effect on change."""
    names, kept = m.names, silent(m)
    if not kept:
        return ""
    strongest = names.strengths[-1]
    usual = seen(m, Place("", strongest, ", ".join(kept), RATED), names.null).get("adjusted")
    if usual is None:
        return ""
    error = usual.spread / np.sqrt(usual.studies)
    return (
        f"Where the alliance has no effect, {' and '.join(kept)} at their strongest make the usual slope (one early "
        f"session, intake fixed) {with_error(usual.mean, float(error), 2)}, and {100 * usual.rejected:.0f} % of "
        "studies find an effect."
    )


def _within(m: Measured, share: float) -> list[str]:
    """One session, and what the models say of it."""
    names = m.names
    truth, error = truth_at(m, names.strength, names.everything, names.effect, WITHIN)
    place = Place("", names.strength, names.everything, RATED)
    own = {key: each for key, each in seen(m, place, names.effect).items() if ESTIMANDS[key] == WITHIN}
    if not own:
        return []
    low, high = min(own, key=lambda k: own[k].mean), max(own, key=lambda k: own[k].mean)
    d = DIGITS[WITHIN]
    return [
        (
            f"One session that is one SD better leaves {with_error(truth, error, d)} SD less distress at the end of "
            f"its week{_later(m)}."
        ),
        (
            f"From ratings, models of sessions say from {number(own[low].mean, d)} (“{LABELS[low]}”) to "
            f"{number(own[high].mean, d)} (“{LABELS[high]}”). The effect of the same week is recovered, from true "
            f"states, by {told(m, place._replace(data=TRUE), WITHIN, share)}; from ratings by "
            f"{told(m, place, WITHIN, share)}."
        ),
    ]


def _later(m: Measured) -> str:
    """What the better session has done when it is followed no longer."""
    names, r = m.names, m.responses
    own = r[(r["strength"] == names.strength) & (r["on"] == names.everything) & (r["arm"] == names.effect)]
    if len(own) < 2:
        return ""
    last = own.iloc[-1]
    less = with_error(float(last["distress"]), float(last["distress_error"]), DIGITS[WITHIN])
    return f", and {less} less {int(last['since'])} weeks later, because it lasts"


def controls(m: Measured, share: float) -> str:
    """What estimators say where they should be right, and where they should say nothing."""
    null = seen(m, NOTHING, m.names.null)
    parts = []
    for estimand in (BETWEEN, WITHIN):
        keys = [key for key in seen(m, NOTHING, m.names.effect) if ESTIMANDS[key] == estimand]
        good = [LABELS[key] for key in recovered(m, NOTHING, estimand, share).good]
        wrong = [LABELS[key] for key in keys if key in null and loud(null[key])]
        parts.append(
            f"*{estimand.capitalize()}*, true states, nothing distorting: {len(good)} of {len(keys)} estimators "
            f"recover the effect ({', '.join(f'“{label}”' for label in good) if good else 'none'}). Without an effect "
            f"{len(keys) - len(wrong)} of {len(keys)} find one no more often than they should"
            + (f"; too often: {', '.join(f'“{label}”' for label in wrong)}." if wrong else ".")
        )
    return "\n\n".join(parts)


def loud(own: Accuracy) -> bool:
    """Whether an estimator finds an effect more often than in one study of ten, by more than Monte-Carlo error.

    Five in a hundred is nominal; twice that counts, so that errors that are slightly too small do not.
    """
    return own.rejected - 1.96 * own.rejected_mcse > 0.1


def _drawn(m: Measured, arms: list[str]) -> list[str]:
    """What the draws of parameters say: of the first arm that has them, and of the others beside it."""
    found = {arm: (of_draw(m.draws, arm, BETWEEN), of_draw(m.draws, arm, STUDIED)) for arm in arms}
    parts: list[str] = []
    for arm, (truth, r) in found.items():
        effect = with_error(float(truth.mean()), mcse_mean(truth), 2)
        if parts:
            parts.append(f"{arm}, r {number(float(r.mean()), 2)} and an effect of {effect}")
            continue
        low, high = np.quantile(truth, [0.05, 0.95])
        parts.append(
            f"Over {len(truth)} draws of the parameters ({arm}) the effect is {effect} (90 % of draws "
            f"{number(float(low), 2)} to {number(float(high), 2)}), r {number(float(r.mean()), 2)}, and the effect "
            f"exceeds r in {100 * float(np.mean(truth > r)):.0f} % of draws; mean difference "
            f"{with_error(float((truth - r).mean()), mcse_mean(truth - r), 2)}."
        )
    if len(parts) > 1:
        parts[1:] = [f"Other accounts of change, with draws of their own: {'; '.join(parts[1:])}."]
    return parts


def reverse_words(m: Measured) -> str:
    """The path from improvement to the next alliance, with and without reverse causation."""
    names = m.names
    truth, error = truth_at(m, names.strength, names.everything, names.effect, "reverse path")
    rated = seen(m, Place("", names.strength, names.everything, RATED), names.effect)["improvement"]
    null, null_error = truth_at(m, "", "", names.effect, "reverse path")
    return (
        "As calibrated, a week that brings one SD more improvement than usual raises the next alliance by "
        f"{with_error(truth, error, 3)} SD; without reverse causation by {with_error(null, null_error, 3)}. The usual "
        f"model of ratings says {number(rated.mean, 3)} (error {with_error(rated.bias, rated.bias_mcse, 3)})."
    )


def step_words(step: str, strength: str) -> str:
    """A step of the waterfall in words."""
    named = {
        "effect": "effect of the alliance (twins)",
        "no distortion": "left where nothing distorts",
        "found": "what studies find",
        RATING_ERROR: "rating error",
    }
    return named.get(step, step) if step in named else f"{step}, {strength}"
