"""The answer in sentences, built from the tables, so that they stay true when the config changes."""

import numpy as np
import pandas as pd

from alliance_sim.estimates.found import records
from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, ESTIMANDS, THERAPISTS, WITHIN
from alliance_sim.questions.alliance_and_outcome.measured import Measured, of_draw
from alliance_sim.questions.alliance_and_outcome.measuring import RATED, TRUE
from alliance_sim.questions.alliance_and_outcome.naming import LABELS
from alliance_sim.questions.alliance_and_outcome.places import (
    NOTHING,
    Place,
    calibrated,
    fed_back,
    feedback,
    seen,
    silent,
    truth_at,
)
from alliance_sim.questions.alliance_and_outcome.reading import DIGITS, with_error
from alliance_sim.questions.alliance_and_outcome.recovery import Recovered, recovered, told
from alliance_sim.questions.alliance_and_outcome.remarks import quiet
from alliance_sim.stats.montecarlo import mcse_mean
from alliance_sim.stats.numbers import listed, number
from alliance_sim.stats.performance import Accuracy
from alliance_sim.stats.shares import per_cent

STUDIED, USUAL, WHOLE = "raw", "adjusted", "every_raw"
"""The estimators of most published correlations: one early rating, nothing or intake controlled; and all sessions."""

NAMED = 2
"""How many estimators a sentence names."""


def short(m: Measured, arms: list[str], share: float) -> str:
    """The answer: a sentence that says it, and what it rests on."""
    parts = [
        _first(m),
        _distortions(m),
        _between(m, share),
        _therapists(m, share),
        _null(m),
        *_within(m, share),
        _advice(m),
        *_drawn(m, arms),
    ]
    return "\n".join([_head(m, share), "", *(f"- {words}" for words in parts if words)])


def _head(m: Measured, share: float) -> str:
    """The answer in one sentence, and who comes nearest."""
    own, place = _found(m), calibrated(m)
    way = {-1: "understates", 1: "overstates", 0: "cannot be told from"}[_sign(own.bias, own.bias_mcse)]
    whole, one = (recovered(m, place, estimand, share) for estimand in (BETWEEN, WITHIN))
    return (
        f"**In the calibrated model the observed correlation of one early rating with outcome {way} the effect of the "
        f"alliance over a whole treatment ({number(own.mean, 2)} against {number(own.truth, 2)}); "
        f"{recovery_words(len(whole.good), len(one.good))}.{_nearest(m, whole)}**"
    )


def recovery_words(whole: int, one: int) -> str:
    """How many analyses of ratings recover the effect of a whole treatment, and that of one session."""
    if not whole and not one:
        return "no analysis of ratings recovers either effect for the right reason"
    counts = [
        f"{count or 'no'} {'analyses of ratings recover' if count > 1 else 'analysis of ratings recovers'}"
        for count in (whole, one)
    ]
    return f"{counts[0]} it and {counts[1]} that of one session"


def _nearest(m: Measured, found: Recovered) -> str:
    """Those that come nearest the effect of a whole treatment where none recovers it: their errors cancel."""
    if found.good or not found.luck:
        return ""
    here, shown = seen(m, calibrated(m), m.names.effect), found.luck[:NAMED]
    marks = [f"“{LABELS[key]}” ({number(here[key].bias, 2, signed=True)})" for key in shown]
    return f" Nearest to the effect of a whole treatment: {listed(marks)}, because errors cancel."


def _sign(value: float, error: float) -> int:
    """Whether a difference is below (-1) or above (1) zero, or cannot be told (0)."""
    return 0 if abs(value) <= 1.96 * error else (1 if value > 0 else -1)


def _found(m: Measured) -> Accuracy:
    """The studied estimator where everything distorts as calibrated."""
    return seen(m, calibrated(m), m.names.effect)[STUDIED]


def _mean(own: Accuracy, digits: int = 2) -> str:
    """The mean of an estimator's estimates with its Monte-Carlo interval."""
    return with_error(own.mean, float(own.spread / np.sqrt(own.studies)), digits)


def compared(value: float, error: float, other: str = "the effect") -> str:
    """Whether a difference is above or below zero, or cannot be told."""
    sign = _sign(value, error)
    if sign == 0:
        return f"and cannot be told from {other}"
    return f"{number(abs(value), 2)} {'below' if sign < 0 else 'above'} {other}"


def _first(m: Measured) -> str:
    own = _found(m)
    return (
        f"In the calibrated model studies find r = {_mean(own)} between one early rating and outcome, while an "
        "alliance that is one standard deviation higher for the whole treatment improves the outcome by "
        f"{with_error(own.truth, own.truth_mcse, 2)} standard deviations (twins; 95 % Monte-Carlo intervals): the "
        f"correlation is {compared(own.bias, own.bias_mcse)}. This r is of one early rating; the published "
        "correlation (finding A01) also holds late ratings and means of several."
    )


def _distortions(m: Measured) -> str:
    """What each distortion adds to the studied estimator."""
    own = m.steps[m.steps["estimator"] == STUDIED]
    parts = own[~own["step"].isin(["effect", "found", "no distortion"])]
    order = parts["value"].abs().sort_values(ascending=False).index
    words = [f"{row['step']} {_step(row['value'], row['mcse'])}" for row in records(parts.loc[order])]
    if not words:
        return ""
    start = own[own["step"] == "no distortion"].iloc[0]
    return (
        "Where nothing distorts, one early session already differs by "
        f"{_step(float(start['value']), float(start['mcse']))}{_stand_in(m.steps)}; on top of it, averaged over all "
        f"orders, come {', '.join(words)} (±: 95 % Monte-Carlo error)."
    )


def _step(value: float, error: float) -> str:
    return f"{number(value, 2, signed=True)} (±{number(1.96 * error, 3)})"


def _stand_in(steps: pd.DataFrame) -> str:
    """Why one session differs where nothing distorts, if the mean of all of them hardly does."""
    start = steps[steps["step"] == "no distortion"].set_index("estimator")
    if WHOLE not in start.index:
        return ""
    (one, _), (every, error) = start.loc[[STUDIED, WHOLE], ["value", "mcse"]].to_numpy(np.float64)
    if abs(every) + 1.96 * error > 0.5 * abs(one):
        return ""
    return (
        f", for one session is an imperfect stand-in for the whole treatment (the mean of all sessions differs by "
        f"{_step(every, error)})"
    )


def _between(m: Measured, share: float) -> str:
    """Which estimators recover the effect between clients where everything is at work."""
    true, rated = (told(m, calibrated(m, data), BETWEEN, share, NAMED) for data in (TRUE, RATED))
    return (
        f"Within {100 * share:.0f} % of that effect, with everything at work as calibrated, and for the right reason: "
        f"from true states {true}; from ratings {rated}. What each analysis is stands under “The estimators”, how far "
        "each is off under “Between clients”."
    )


def _therapists(m: Measured, share: float) -> str:
    """Therapists' means, laid beside what more attuned therapists do."""
    key, words = "therapists", []
    for place, where in ((NOTHING, "where nothing distorts"), (calibrated(m), "as calibrated, from ratings")):
        own = seen(m, place, m.names.effect).get(key)
        if own is None or not np.isfinite(own.truth):
            return ""
        if key in recovered(m, place, THERAPISTS, share).good:
            said = "recover it"
        elif _sign(own.bias, own.bias_mcse):
            said = f"are {compared(own.bias, own.bias_mcse, 'it')}"
        else:
            said = "cannot be told from it"
        error = number(1.96 * own.bias_mcse, 2)
        words.append(
            f"{where} ({number(own.truth, 2)}) they {said} (mean error {number(own.bias, 2, signed=True)} ± {error})"
        )
    return (
        "Therapists differ in alliance by who they are, so their means are laid beside the effect of more attuned "
        f"therapists: {'; '.join(words)}."
    )


def _null(m: Measured) -> str:
    """What the usual estimators say where there is no effect on change: as calibrated, and at the strongest."""
    names, place = m.names, calibrated(m)
    own = seen(m, place, names.null)
    words = []
    if STUDIED in own and USUAL in own:
        truth, _ = truth_at(m, place.strength, place.on, names.null, BETWEEN)
        r, slope = own[STUDIED], own[USUAL]
        words.append(
            f"As calibrated, where the alliance has no effect on change ({number(truth, 3)} remains, by staying in "
            f"treatment), studies find r = {_mean(r)}, and {per_cent(r.rejected, r.studies)} of them an effect; with "
            f"intake fixed {_mean(slope)} and {per_cent(slope.rejected, slope.studies)}"
        )
    strongest = names.strengths[-1]
    kept = silent(m, strongest)
    usual = seen(m, Place("", strongest, ", ".join(kept), RATED), names.null).get(USUAL) if kept else None
    if usual is not None and strongest != names.strength:
        words.append(
            f"at their strongest, as a what-if, {listed(kept)} make the usual slope (intake fixed) "
            f"{_mean(usual)}, and {per_cent(usual.rejected, usual.studies)} of studies find an effect"
        )
    text = "; ".join(words)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _within(m: Measured, share: float) -> list[str]:
    """One session, and what the models say of it."""
    names, place = m.names, calibrated(m)
    truth, error = truth_at(m, names.strength, names.everything, names.effect, WITHIN)
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
            f"states, by {told(m, place._replace(data=TRUE), WITHIN, share, NAMED)}; from ratings by "
            f"{told(m, place, WITHIN, share, NAMED)}."
        ),
    ]


def _later(m: Measured) -> str:
    """What sessions that are followed have done at the end of their week, and when they are followed no longer."""
    names, r = m.names, m.responses
    own = r[(r["strength"] == names.strength) & (r["on"] == names.everything) & (r["arm"] == names.effect)]
    if len(own) < 2:
        return ""
    first, last = (
        with_error(float(row["distress"]), float(row["distress_error"]), DIGITS[WITHIN])
        for row in (own.iloc[0], own.iloc[-1])
    )
    since = int(own.iloc[-1]["since"])
    return f" (sessions that can be followed for long: {first} in the same week, {last} {since} weeks later)"


def _advice(m: Measured) -> str:
    """Models of sessions that raise few false alarms where improvement feeds back and ratings err, and their price."""
    null = [seen(m, place, m.names.null) for place in fed_back(m)]
    here = seen(m, calibrated(m), m.names.effect)
    keys = [
        key for key, own in here.items()
        if ESTIMANDS[key] == WITHIN and null and all(key in each and quiet(each[key]) for each in null)
    ]  # fmt: skip
    if not keys:
        return ""
    d = DIGITS[WITHIN]
    alarms = [f"“{LABELS[key]}” ({' and '.join(f'{100 * each[key].rejected:.0f} %' for each in null)})" for key in keys]
    price = [
        f"“{LABELS[key]}” says {number(here[key].mean, d)} and finds an effect in {100 * here[key].rejected:.0f} %"
        for key in keys
    ]
    return (
        f"With ratings and {feedback(m)} ({listed(m.names.strengths)}), false alarms about the effect of a session "
        f"stay near the nominal 5 % in {listed(alarms)}. The price, where there is an effect, as calibrated "
        f"({number(here[keys[0]].truth, d)}): {'; '.join(price)} of studies."
    )


def _drawn(m: Measured, arms: list[str]) -> list[str]:
    """What the draws of parameters say: of the first arm that has them, and of the others beside it."""
    found = {arm: (of_draw(m.draws, arm, BETWEEN), of_draw(m.draws, arm, STUDIED)) for arm in arms}
    parts: list[str] = []
    for arm, (truth, r) in found.items():
        effect, studied = (with_error(float(each.mean()), mcse_mean(each), 2) for each in (truth, r))
        above = f"in {int(np.sum(truth > r))} of {len(truth)} draws"
        if parts:
            parts.append(f"{arm}, r {studied} and an effect of {effect}, above r {above}")
            continue
        low, high = np.quantile(truth, [0.05, 0.95])
        parts.append(
            f"Over {len(truth)} draws of the parameters ({arm}) the effect is {effect} (90 % of draws "
            f"{number(float(low), 2)} to {number(float(high), 2)}), r {studied}, and the effect exceeds r {above}; "
            f"mean difference {with_error(float((truth - r).mean()), mcse_mean(truth - r), 2)}."
        )
    if len(parts) > 1:
        parts[1:] = [f"Other accounts of change, with draws of their own: {'; '.join(parts[1:])}."]
    return parts
