"""What a group of clients loses under a policy that was chosen for another group: the regret matrix."""

from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimates.found import records
from alliance_sim.estimates.notation import digits_for
from alliance_sim.figures.marks import cells
from alliance_sim.figures.picture import Picture, alt, joined
from alliance_sim.figures.style import canvas, theme, wrapped
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import number

NAME, TITLE = "regret", "What a policy chosen for others costs"
CAPTION = (
    "Rows are policies, columns groups of clients. Each cell is what the group loses, compared with the policy that "
    "was chosen for it, on clinics that chose nothing (in {unit}; the darker, the more). Below it stands its 95 % "
    "interval."
)
OPEN = "A cell in brackets has an interval that includes zero: the two policies cannot be distinguished."
NEGATIVE = "Negative: the group fares better there than under its own choice."


@theme()
def draw(table: pd.DataFrame, unit: str) -> Picture:
    """A matrix; `table` has columns policy, group, own, value, low, high."""
    policies, groups = (list(dict.fromkeys(table[column])) for column in ("policy", "group"))
    by_place = {(row["policy"], row["group"]): row for row in records(table)}
    values = np.array([[by_place[policy, group]["value"] for group in groups] for policy in policies], dtype=float)
    others = table[~table["own"].astype(bool)]
    words = [[_cell(by_place[policy, group], unit) for group in groups] for policy in policies]
    figure, [[axes]] = canvas(1, 1, 2.4 + 1.25 * len(groups), 1.2 + 0.62 * len(policies))
    shades = ("Blues", 0.0, 1.4 * (max(float(values.max()), 0.0) or 1.0))
    names = [wrapped(policy, 24) for policy in policies]
    cells(axes, values, words, shades, [wrapped(group, 14) for group in groups], names, size=8.0)
    axes.xaxis.tick_top()
    caption = joined(
        CAPTION.format(unit=unit),
        OPEN if ((others["low"] <= 0) & (others["high"] >= 0)).any() else "",
        NEGATIVE if (others["value"] < 0).any() else "",
    )
    form = f"Matrix of losses ({unit}), {len(policies)} by {len(groups)}; policies chosen for others or as shipped."
    return Picture(NAME, TITLE, caption, alt(form, others, who="{policy}", panel="group"), figure)


def _cell(row: dict[str, Any], unit: str) -> str:
    """A loss with its interval below; in brackets where that includes zero."""
    if row["own"]:
        return "own"
    loss = Estimate(row["value"], row["low"], row["high"], unit=unit)
    value, low, high = (number(end, digits_for(loss)) for end in loss[:3])
    return f"{value if loss.sign else f'({value})'}\n{low} to {high}"
