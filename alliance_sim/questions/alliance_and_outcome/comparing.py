"""Tables that lay estimators side by side: steps from effect to correlation, other raters, draws of parameters."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.figures.association_steps import ENDS
from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, ESTIMANDS, THERAPISTS, WITHIN
from alliance_sim.questions.alliance_and_outcome.measured import Measured, of_draw
from alliance_sim.questions.alliance_and_outcome.measuring import RATED, TRUE
from alliance_sim.questions.alliance_and_outcome.naming import KEYS, LABELS
from alliance_sim.questions.alliance_and_outcome.places import Place, seen
from alliance_sim.questions.alliance_and_outcome.playing import HALOS
from alliance_sim.questions.alliance_and_outcome.remarks import step_words
from alliance_sim.stats.montecarlo import mcse_mean
from alliance_sim.stats.numbers import number
from alliance_sim.stats.performance import Accuracy

Floats = NDArray[np.float64]


def steps_table(m: Measured) -> pd.DataFrame:
    """Steps of every estimator that has them, a column a step."""
    rows = []
    for key in KEYS:
        own = m.steps[m.steps["estimator"] == key]
        cells = {}
        for step, value, mcse in zip(own["step"], own["value"], own["mcse"], strict=True):
            text = number(float(value), 2, signed=step not in ENDS)
            cells[step_words(str(step), m.names.strength)] = f"{text} (±{number(1.96 * float(mcse), 3)})"
        if cells:
            rows.append({"estimator": LABELS[key], **cells})
    return pd.DataFrame(rows)


def raters_table(m: Measured, halo: float) -> pd.DataFrame:
    """Estimators between clients, with other ratings of the same clients, in the calibrated world."""
    names = m.names
    own = m.performance[(m.performance["strength"] == names.strength) & (m.performance["on"] == names.everything)]
    others = [arm for arm in dict.fromkeys(own["arm"]) if arm not in (names.effect, names.null)]
    columns = [("true states", names.effect, TRUE), ("ratings, as calibrated", names.effect, RATED)]
    columns += [(arm, arm, RATED) for arm in others]
    columns += [(f"halo {number(halo * size, 2)}", names.effect, name) for size, name in enumerate(HALOS, 1)]
    found = {words: seen(m, Place("", names.strength, names.everything, data), arm) for words, arm, data in columns}
    rows = []
    for key in KEYS:
        if ESTIMANDS[key] in (BETWEEN, THERAPISTS):
            cells = {words: _mean(own[key]) if key in own else "–" for words, own in found.items()}
            rows.append({"estimator": LABELS[key], **cells})
    return pd.DataFrame(rows)


def _mean(own: Accuracy) -> str:
    """The mean of an estimator's estimates with its 95 % Monte-Carlo error."""
    return f"{number(own.mean, 2)} (±{number(1.96 * own.spread / np.sqrt(own.studies), 3)})"


def draws_table(m: Measured, arms: list[str]) -> pd.DataFrame:
    """The effects and the estimates over draws of parameters: a column an arm, means and the middle 90 % of draws."""
    rows = []
    for what in (BETWEEN, WITHIN, *KEYS):
        digits = 3 if WITHIN in (what, ESTIMANDS.get(what)) else 2
        cells = {arm: _spread(of_draw(m.draws, arm, what), digits) for arm in arms}
        if any(cell != "–" for cell in cells.values()):
            name = f"effect, {what} (twins)" if what in (BETWEEN, WITHIN) else LABELS[what]
            rows.append({"what": name, **cells})
    return pd.DataFrame(rows)


def _spread(values: Floats, digits: int) -> str:
    """Mean with its Monte-Carlo error, and the middle 90 %."""
    known = values[np.isfinite(values)]
    if not len(known):
        return "–"
    low, high = np.quantile(known, [0.05, 0.95])
    middle = f"{number(float(low), digits)} to {number(float(high), digits)}"
    return f"{number(float(known.mean()), digits)} (±{number(1.96 * mcse_mean(known), 3)}); {middle}"
