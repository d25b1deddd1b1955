"""The figures: the course of each search, the gain along each setting, and what policies chosen for others cost."""

from collections.abc import Sequence

import pandas as pd

from alliance_sim.estimands.profiles import BY_NAME
from alliance_sim.estimates.long import Estimates
from alliance_sim.figures import optimisation, regret, slices
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.optimise.estimates import CHOSEN_FOR
from alliance_sim.questions.optimise.space import axes_of
from alliance_sim.stats.numbers import of_difference

JUDGED = {
    "gain": "",
    "gain over the best shipped": "over_",
    "gain of the winner in the search": "seemed_",
    "gain of the winner on new clinics": "new_",
}
"""What the first figure shows of each group, and how the columns of it begin."""


def draw(question: Question, tables: Tables) -> Sequence[Picture]:
    """All three figures are in the unit of the objective."""
    unit, default = of_difference(BY_NAME[question.section.objective].unit), question.experiment.baseline
    chosen, estimates = tables.more["chosen"], tables.estimates
    groups = list(chosen["group"])
    labels = {each.path: each.label for each in axes_of(question)}
    values = chosen.melt("group", list(labels), var_name="setting", value_name="chosen")
    return [
        optimisation.draw(tables.more["trials"], judged(estimates, groups), default, unit),
        slices.draw(tables.more["slices"].merge(values, on=["group", "setting"]), default, unit, labels),
        regret.draw(matrix(estimates.where(about="loss"), groups), unit),
    ]


def judged(estimates: Estimates, groups: Sequence[str]) -> pd.DataFrame:
    """A row for each group: the numbers of its search, each with its interval."""
    rows = []
    for group in groups:
        rows.append({"group": group})
        for about, prefix in JUDGED.items():
            own = estimates.one(about=about, group=group)._asdict()
            rows[-1] |= {f"{prefix}{name}": own[name] for name in ("value", "low", "high")}
    return pd.DataFrame(rows)


def matrix(losses: Estimates, groups: Sequence[str]) -> pd.DataFrame:
    """What every group loses under every policy; nothing under its own."""
    own = pd.DataFrame({"policy": [f"{CHOSEN_FOR}{group}" for group in groups], "group": groups})
    own = own.assign(own=True, value=0.0, low=0.0, high=0.0)
    order = [*own["policy"], *losses.options("policy")]
    table = pd.concat([own, losses.frame.assign(own=False)])
    return table.sort_values("policy", key=lambda policy: policy.map(order.index), kind="stable")
