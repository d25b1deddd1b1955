"""What a group of clients loses under a policy that was chosen for another group: the regret matrix."""

from typing import Any

import pandas as pd

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import digits_of, estimated, number
from alliance_sim.figures.gist import Shown, extremes, within
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import INK, canvas, theme, wrapped
from alliance_sim.scenario.problem import counted

NAME, TITLE = "regret", "What a policy chosen for others costs"
CAPTION = (
    "Rows are policies, columns groups of clients. Each cell is what the group loses, compared with the policy that "
    "was chosen for it, on clinics that chose nothing (in {unit}; the darker, the more). Below it stands its 95 % "
    "interval. A cell in brackets has an interval that holds zero: no difference can be told. Negative: the group "
    "fares better there than under its own choice."
)


def draw(table: pd.DataFrame, unit: str) -> Picture:
    """A matrix; `table` has columns policy, profile, own, value, low, high."""
    policies = list(dict.fromkeys(table["policy"]))
    groups = list(dict.fromkeys(table["profile"]))
    cells = {(row["policy"], row["profile"]): row for row in records(table)}
    values = [[cells[policy, group]["value"] for group in groups] for policy in policies]
    top = max(max(row) for row in values) or 1.0
    digits = digits_of(unit, min((_reach(row) for row in cells.values() if not row["own"]), default=1.0))
    with theme():
        figure, ((axes,),) = canvas(1, 1, 2.4 + 1.25 * len(groups), 1.2 + 0.62 * len(policies))
        axes.imshow(values, cmap="Blues", vmin=0.0, vmax=1.4 * top, aspect="auto")
        for y, policy in enumerate(policies):
            for x, group in enumerate(groups):
                text, ink = _cell(cells[policy, group], digits), "white" if values[y][x] > 0.9 * top else INK
                axes.text(x, y, text, color=ink, ha="center", va="center", fontsize=8, linespacing=1.25)
        axes.set_xticks(range(len(groups)), [wrapped(group, 14) for group in groups])
        axes.set_yticks(range(len(policies)), [wrapped(policy, 24) for policy in policies])
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.grid(visible=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
    return Picture(NAME, TITLE, CAPTION.format(unit=unit), _alt(table, unit), figure)


def _alt(table: pd.DataFrame, unit: str) -> str:
    """The least and the greatest loss under another group's policy, and under one that was chosen for no group."""
    exchanged = set(table.loc[table["own"], "policy"])
    rows = [row for row in records(table) if not row["own"]]
    policies, groups = table["policy"].nunique(), table["profile"].nunique()
    words = [f"Matrix of losses, {policies} policies by {counted(groups, 'group')}."]
    for head, part in (
        ("Under a policy that was chosen for another group", [row for row in rows if row["policy"] in exchanged]),
        ("Under a policy as shipped", [row for row in rows if row["policy"] not in exchanged]),
    ):
        marks = [Shown(row["value"], estimated(row["value"], row["low"], row["high"], unit), _who(row)) for row in part]
        words += [f"{head}: {extremes(marks)}."] if marks else []
    return within(words)


def _who(row: dict[str, Any]) -> str:
    return f"{row['profile']}, {row['policy']}"


def _reach(row: dict[str, Any]) -> float:
    """Half the width of an interval."""
    return float(0.5 * (row["high"] - row["low"]))


def _cell(row: dict[str, Any], digits: int) -> str:
    """A loss with its interval below; in brackets where that holds zero."""
    if row["own"]:
        return "own"
    value = number(row["value"], digits)
    shown = value if row["low"] > 0 or row["high"] < 0 else f"({value})"
    return f"{shown}\n{number(row['low'], digits)} to {number(row['high'], digits)}"
