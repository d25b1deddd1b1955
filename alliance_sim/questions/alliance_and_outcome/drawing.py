"""The pictures of the page, from what was measured."""

import numpy as np
import pandas as pd

from alliance_sim.figures import association_bias, association_session, association_steps
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.alliance_and_outcome.estimators import ESTIMANDS, WITHIN
from alliance_sim.questions.alliance_and_outcome.measured import Measured
from alliance_sim.questions.alliance_and_outcome.measuring import RATED, TRUE
from alliance_sim.questions.alliance_and_outcome.naming import KEYS, LABELS
from alliance_sim.questions.alliance_and_outcome.places import calibrated, places, seen, truth_at
from alliance_sim.questions.alliance_and_outcome.reading import TABLED
from alliance_sim.questions.alliance_and_outcome.remarks import step_words

SHOWN_STEPS = ("raw", "adjusted")
"""Estimators whose steps are drawn; the table has all."""


def steps_picture(m: Measured) -> Picture:
    """The waterfalls of the usual estimators."""
    own = m.steps[m.steps["estimator"].isin(SHOWN_STEPS)]
    words = own.assign(
        estimator=own["estimator"].map(LABELS), step=[step_words(s, m.names.strength) for s in own["step"]]
    )
    return association_steps.draw(words, "SD of outcome per SD of the alliance")


def bias_picture(m: Measured, estimand: str, name: str, share: float) -> Picture:
    """Mean errors in the world with the effect, with how far they may be off, and in that without."""
    rows = []
    for place in places(m.names):
        for arm, series in (
            (m.names.effect, "alliance has its effect"),
            (m.names.null, "alliance has no effect on change"),
        ):
            for key, own in seen(m, place, arm).items():
                if ESTIMANDS[key] in TABLED[estimand] and np.isfinite(own.bias):
                    truth = own.truth if arm == m.names.effect else np.nan
                    rows.append((place.name, LABELS[key], series, own.bias, own.bias_mcse, truth))
    table = pd.DataFrame(rows, columns=["world", "estimator", "series", "bias", "mcse", "truth"])
    order = [LABELS[key] for key in KEYS if ESTIMANDS[key] in TABLED[estimand]]
    table = table.assign(place=table["estimator"].map(order.index)).sort_values("place", kind="stable")
    worlds = [place.name for place in places(m.names)]
    table = table.sort_values("world", key=lambda column: column.map(worlds.index), kind="stable")
    return association_bias.draw(
        table, name, f"How far estimators are off, {estimand}", "estimate minus effect (SD per SD)", share
    )


def session_picture(m: Measured) -> Picture:
    """The response to one better session, and what the models say, in the calibrated world."""
    names = m.names
    r = m.responses
    response = r[(r["strength"] == names.strength) & (r["on"] == names.everything) & (r["arm"] == names.effect)]
    rows = []
    for data in (TRUE, RATED):
        found = seen(m, calibrated(m, data), names.effect)
        rows += [
            (LABELS[key], f"from {data}", own.mean, own.spread / np.sqrt(own.studies))
            for key, own in found.items()
            if ESTIMANDS[key] == WITHIN
        ]
    estimates = pd.DataFrame(rows, columns=["estimator", "series", "mean", "mcse"])
    truth, error = truth_at(m, names.strength, names.everything, names.effect, WITHIN)
    return association_session.draw(response, estimates, truth, error, m.weeks)
