"""The figures: steps from effect to correlation, mean errors between and within clients, and one better session."""

from collections.abc import Sequence
from math import nan

import pandas as pd

from alliance_sim.figures import association
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.alliance_and_outcome.cases import CaseEstimates
from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, ESTIMANDS, LABELS, WITHIN
from alliance_sim.questions.alliance_and_outcome.scenarios import names_of
from alliance_sim.questions.alliance_and_outcome.study import RATED, TRUE
from alliance_sim.questions.alliance_and_outcome.view import TABLED, step_label
from alliance_sim.questions.frame.question import Question, Tables

SHOWN_STEPS = ("raw", "adjusted")
"""Estimators whose steps are drawn; the table has all."""


def draw(question: Question, tables: Tables) -> Sequence[Picture]:
    """All figures; that of steps only where the usual estimators have them."""
    found, near = CaseEstimates(tables.estimates, names_of(question)), question.section.near
    steps = _steps(tables, found)
    pictures = [association.steps(steps, "SD of outcome per SD of the alliance")] if len(steps) else []
    for estimand, name in ((BETWEEN, "between"), (WITHIN, "within")):
        title = f"Mean error of estimators, {estimand}"
        unit = "estimate minus effect (SD per SD)"
        pictures.append(association.errors(_errors(found, estimand), name, title, unit, near))
    return [*pictures, _session(question, tables, found)]


def _steps(tables: Tables, found: CaseEstimates) -> pd.DataFrame:
    """Columns estimator, step, value, least, most."""
    rows = tables.estimates.frame
    own = rows[rows["about"].eq("least and most") & rows["estimator"].isin(SHOWN_STEPS)]
    labels = {"step": [step_label(step, found.names.strength) for step in own["step"]]}
    own = own.assign(estimator=own["estimator"].map(LABELS), **labels)
    return own.rename(columns={"low": "least", "high": "most"})


def _errors(found: CaseEstimates, estimand: str) -> pd.DataFrame:
    """Columns scenario (the case), estimator, series, bias, mcse, truth; estimators in the order of tables."""
    series = {found.names.effect: "alliance has its effect", found.names.null: "alliance has no effect on change"}
    rows = []
    for case in found.cases():
        by_arm = {arm: found.studies(case, arm) for arm in series}
        for key in (key for key in LABELS if ESTIMANDS[key] in TABLED[estimand]):
            for arm, label in series.items():
                bias = by_arm[arm][key].of("bias") if key in by_arm[arm] else None
                if bias is not None and bias.known:
                    truth = found.effect(case, arm, ESTIMANDS[key]).value if arm == found.names.effect else nan
                    rows.append((case.label, LABELS[key], label, bias.value, bias.error, truth))
    return pd.DataFrame(rows, columns=["scenario", "estimator", "series", "bias", "mcse", "truth"])


def _session(question: Question, tables: Tables, found: CaseEstimates) -> Picture:
    """What follows one better session, and what models of sessions estimate, all as calibrated."""
    names = found.names
    key = {"strength": names.strength, "on": names.everything, "arm": names.effect}
    table = tables.more["responses"]
    response = table[(table[list(key)] == list(key.values())).all(axis=1)]
    rows = [
        (LABELS[estimator], f"from {data}", own.of("mean").value, own.of("mean").error)
        for data in (TRUE, RATED)
        for estimator, own in found.studies(found.calibrated(data), names.effect).items()
        if ESTIMANDS[estimator] == WITHIN
    ]
    estimates = pd.DataFrame(rows, columns=["estimator", "series", "mean", "mcse"])
    effect = found.effect(found.calibrated(), names.effect, WITHIN)
    weeks, section = question.experiment.points[0].scenario.clinic.weeks, question.section
    reach = [min(section.follow, weeks - week) for week in section.jolted]
    followed = [week for week, own in zip(section.jolted, reach, strict=True) if own >= section.follow]
    shown = (sorted(set(followed)), sorted(set(section.jolted)))
    return association.session(response, estimates, effect.value, effect.error, shown)
