"""What single parts of the page say beside their tables, built from the numbers."""

from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, ESTIMANDS, REVERSE, THERAPISTS, WITHIN
from alliance_sim.questions.alliance_and_outcome.measured import Measured
from alliance_sim.questions.alliance_and_outcome.naming import KEYS
from alliance_sim.questions.alliance_and_outcome.performing import RATING_ERROR
from alliance_sim.questions.alliance_and_outcome.places import NOTHING, calibrated, seen, truth_at
from alliance_sim.questions.alliance_and_outcome.reading import with_error
from alliance_sim.questions.alliance_and_outcome.recovery import named, recovered
from alliance_sim.stats.intervals import wilson
from alliance_sim.stats.numbers import number
from alliance_sim.stats.performance import Accuracy

TWICE = 0.1
"""Twice the nominal rate of false alarms."""


def controls(m: Measured, share: float) -> str:
    """What estimators say where they should be right, and where they should say nothing."""
    null = seen(m, NOTHING, m.names.null)
    parts = []
    for estimand in (BETWEEN, THERAPISTS, WITHIN):
        keys = [key for key in seen(m, NOTHING, m.names.effect) if ESTIMANDS[key] == estimand]
        good = recovered(m, NOTHING, estimand, share).good
        wrong = [key for key in keys if key in null and loud(null[key])]
        parts.append(
            f"*{estimand.capitalize()}*, true states, nothing distorting: {len(good)} of {len(keys)} estimators "
            f"recover the effect ({named(good, len(good)) or 'none'}). Without an effect {len(wrong) or 'none'} of "
            f"{len(keys)} find one in clearly more than {100 * TWICE:.0f} % of studies (nominal 5 %)"
            + (f": {named(wrong, len(wrong))}." if wrong else ".")
        )
    return "\n\n".join(parts)


def loud(own: Accuracy) -> bool:
    """Whether an estimator finds an effect in more than twice the nominal share of studies, by its 95 % interval."""
    return wilson(own.rejected, own.studies)[0] > TWICE


def quiet(own: Accuracy) -> bool:
    """Whether it finds an effect in less than twice the nominal share of studies, by its 95 % interval."""
    return wilson(own.rejected, own.studies)[1] < TWICE


def left_out(m: Measured) -> str:
    """The estimators that have no steps, and why."""
    missing = [key for key in KEYS if key not in set(m.steps["estimator"])]
    if not missing:
        return ""
    return (
        f"Not in the table: {named(missing, len(missing))}. Steps need an estimate in every study, and its truth, in "
        "every combination of distortions; the cross-lagged model and the effect by more attuned therapists were "
        "computed for none, one or all of the distortions alone, and fits that fail leave gaps."
    )


def reverse_words(m: Measured) -> str:
    """The path from improvement to the next alliance, with and without reverse causation."""
    names = m.names
    truth, error = truth_at(m, names.strength, names.everything, names.effect, REVERSE)
    rated = seen(m, calibrated(m), names.effect)["improvement"]
    null, null_error = truth_at(m, "", "", names.effect, REVERSE)
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
