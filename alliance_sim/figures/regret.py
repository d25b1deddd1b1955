"""What a group of clients loses under a policy that was chosen for another group: the regret matrix."""

from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimates.found import records
from alliance_sim.figures.marks import cells
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import canvas, theme, wrapped
from alliance_sim.figures.words import picture
from alliance_sim.stats.numbers import digits_of, number


@theme()
def draw(table: pd.DataFrame, unit: str) -> Picture:
    """A matrix; `table` has columns policy, profile, own, value, low, high."""
    policies, groups = (list(dict.fromkeys(table[column])) for column in ("policy", "profile"))
    by_place = {(row["policy"], row["profile"]): row for row in records(table)}
    values = np.array([[by_place[policy, group]["value"] for group in groups] for policy in policies], dtype=float)
    others = table[~table["own"].astype(bool)]
    others = others.assign(open=(others["low"] <= 0) & (others["high"] >= 0), negative=others["value"] < 0)
    reach = 0.5 * (others["high"] - others["low"])
    digits = digits_of(unit, float(reach.min()) if len(reach) else 1.0)
    words = [[_cell(by_place[policy, group], digits) for group in groups] for policy in policies]
    figure, [[axes]] = canvas(1, 1, 2.4 + 1.25 * len(groups), 1.2 + 0.62 * len(policies))
    shades = ("Blues", 0.0, 1.4 * (max(float(values.max()), 0.0) or 1.0))
    names = [wrapped(group, 14) for group in groups], [wrapped(policy, 24) for policy in policies]
    cells(axes, values, words, shades, *names, size=8.0)
    axes.xaxis.tick_top()
    form = f"Matrix of losses ({unit}), {len(policies)} by {len(groups)}; policies chosen for others or as shipped."
    return picture("regret", figure, others, form, facts={"unit": unit}, who="{policy}", panel="profile")


def _cell(row: dict[str, Any], digits: int) -> str:
    """A loss with its interval below; in brackets where that includes zero."""
    if row["own"]:
        return "own"
    value = number(row["value"], digits)
    shown = value if row["low"] > 0 or row["high"] < 0 else f"({value})"
    return f"{shown}\n{number(row['low'], digits)} to {number(row['high'], digits)}"
