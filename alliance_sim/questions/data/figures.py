"""The figures: outcome of several groups, who stays, and each group among simulated clinics."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from alliance_sim.estimates.long import Estimates
from alliance_sim.figures import dropout, outcome, own_course, standing
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.data.check import clinic_of
from alliance_sim.questions.data.estimates import placed
from alliance_sim.questions.data.reading.clinic import FEWEST_CLIENTS
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.report.naming import short_title

MOST_GROUPS = 4
"""So many groups have figures of their own."""

OUTCOME_CAPTION = (
    "Each row is one group. The mark is the estimate, the thick bar its 95 % interval (bootstrap). The dotted line is "
    "the estimate of the first group, with which the others are compared. Unless your study assigned groups at random, "
    "a difference may come from the people in them."
)
STAYING_CAPTION = (
    "Share of clients who have not dropped out, after each session (discrete-time survival, Kaplan and Meier), with "
    f"its 95 % interval at each session (bootstrap; Wilson's at 0 and 100 %; none for fewer than {FEWEST_CLIENTS} "
    "clients). A client who finished early because well counts as still in treatment and is no dropout."
)


def draw(question: Question, tables: Tables) -> Sequence[Picture]:
    """The figures of a run that data without twins can have, and for each group two with simulated clinics."""
    plan = clinic_of(question).plan
    groups = tuple(tables.more["groups"]["group"])
    pictures = overview(groups, tables.estimates, tables.more["courses"])
    every_place = placed(tables, plan)
    every = tables.more["courses"].rename(columns={"session": "week", "scenario": "world"})
    for g, group in enumerate(groups[:MOST_GROUPS]):
        suffix, label = (f"_{g + 1}", group) if len(groups) > 1 else ("", "")
        rows = [row for row in every_place if row.group == group and np.isfinite([row.value, row.model]).all()]
        if rows:
            pictures.append(standing.draw(pd.DataFrame(rows), f"beside_the_model{suffix}", label))
        courses = every[every["group"] == group]
        own, simulated = courses[courses["world"].eq("")], courses[courses["world"].ne("")]
        if own["quantity"].ne("staying").any():
            scale = short_title("symptoms", plan.instrument) if plan.instrument else ""
            name = f"session_by_session{suffix}"
            pictures.append(own_course.draw(own, simulated, scale, name, label, plan.higher_is_better))
    return pictures


def overview(groups: tuple[str, ...], estimates: Estimates, courses: pd.DataFrame) -> list[Picture]:
    """The outcome of several groups, and who stays."""
    made = []
    levels = estimates.where(about="level").frame.rename(columns={"group": "arm", "name": "estimate"})
    levels = levels.assign(spread_low=np.nan, spread_high=np.nan)  # there are no replicates of a real clinic
    if len(groups) > 1 and (levels["estimate"].isin(outcome.SHOWN) & levels["value"].notna()).any():
        picture = outcome.draw(levels, groups, groups[0])
        made.append(picture._replace(title="Outcome by group", caption=OUTCOME_CAPTION))
    staying = courses[courses["quantity"].eq("staying") & courses["scenario"].eq("")]
    if len(staying):
        table = staying.rename(columns={"group": "arm", "session": "week"})
        ends = {f"spread_{end}": table[end].fillna(table["value"]) for end in ("low", "high")}
        made.append(dropout.draw(table.assign(**ends), groups, groups[0], "session")._replace(caption=STAYING_CAPTION))
    return made
