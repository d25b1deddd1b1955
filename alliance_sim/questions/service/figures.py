"""The figures: levels and gains over caseloads, what spill-over leaves of a gain, and the weeks of a year."""

from collections.abc import Sequence

import pandas as pd

from alliance_sim.estimands.service_year import BY_NAME
from alliance_sim.figures import service
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.service.estimates import FROM_BASELINE, GAIN, LEVEL, PER_YEAR, REFERRED, SAME, USED_UP
from alliance_sim.questions.service.section import layout_of
from alliance_sim.questions.service.strain import odds_of
from alliance_sim.report.naming import short_title
from alliance_sim.stats.numbers import number


def draw(question: Question, tables: Tables) -> Sequence[Picture]:
    """Figures over caseloads need two of them; that of gains needs an arm and a form of strain with spill-over."""
    layout, first = layout_of(question), question.experiment.points[0].scenario
    arms, scenarios = (layout.baseline, *layout.changed), list(layout.scenarios)
    scale = short_title("symptoms", first.symptoms)
    weeks = tables.more["weeks"]
    pictures: list[Picture] = []
    if len(layout.caseloads) > 1:
        here = tables.estimates.where(form=layout.form, services="")
        outcomes = [(REFERRED, f"{BY_NAME[REFERRED].label}, {scale} points"), (PER_YEAR, BY_NAME[PER_YEAR].label)]
        levels, added = (_frame(here.where(about=about).frame) for about in (LEVEL, FROM_BASELINE))
        levels = levels[levels["estimate"].isin([name for name, _ in outcomes])]
        pictures.append(service.caseload(levels, added, outcomes, scenarios, arms, layout.form))
        main = tables.estimates.where(scenario=layout.scenario, estimate=REFERRED, services="")
        curves = _frame(main.where(about=GAIN).frame)
        if len(curves):
            against = curves["against"].iloc[0]
            used = _frame(main.where(about=USED_UP, against=against).frame).rename(columns={"value": "at"})
            than = "the same caseload without spill-over" if against == SAME else f"{layout.reference} places"
            words = (f"{scale} points", f"{layout.baseline} at {than}")
            pictures.append(service.gain(curves, used, layout.on, arms, words))
    year = layout.scenarios[layout.scenario].year
    few = sorted({layout.caseloads[0], layout.reference, layout.caseloads[-1]})
    shown = tuple(dict.fromkeys((layout.form, (layout.on or layout.forms)[-1])))
    own = weeks[weeks["scenario"] == layout.scenario]
    odds = odds_of(first.world)
    unit = (
        f"strain of 1 makes the odds that a rupture is noticed {number(odds.noticed, 2)} times as large and those of a "
        f"defensive answer {number(odds.defensive, 2)} times"
    )
    pictures.append(service.weeks(own, shown, arms[:2], few, year, unit))
    waiting = weeks[(weeks["form"] == layout.form) & (weeks["arm"] == layout.baseline) & (weeks["curve"] == "waiting")]
    pictures.append(service.waiting_list(waiting, scenarios, layout.baseline, year))
    return pictures


def _frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimates with the columns that the figures ask for."""
    return frame.assign(caseload=pd.to_numeric(frame["caseload"], errors="coerce"))
