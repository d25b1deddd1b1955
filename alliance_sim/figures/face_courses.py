"""How many clients take which course, a stacked bar for each policy."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.patches import Patch

from alliance_sim.analysis.numbers import number
from alliance_sim.analysis.study_estimate import Estimate
from alliance_sim.figures.alt import alt
from alliance_sim.figures.marks import bar, legend, name_rows
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import canvas, theme

NAME, TITLE = "face_courses", "Which course how many clients take"
CAPTION = (
    "Share of clients by the course of their ratings. Rises, falls: the mean of weeks 12–16 is more than 0.6 points "
    "above or below that of weeks 2–4. Level: neither; dip and back: level, with a reliable drop from one session to "
    "the next that was made good. Last bar: the same clients without any rupture, so that what it shows of falls and "
    "dips comes from drift and error of the ratings. No share is farther than {most} percentage points from the end of "
    "its 95 % Monte-Carlo interval."
)
FILLS = (("#0072b2", ""), ("#bfd9ea", ""), ("#f0d48a", "//"), ("#d55e00", ""), ("#ececec", ".."))
"""Colour and hatch in the order of courses."""

LEAST = 3.0
"""Shares below this, in per cent, have no number in their part of the bar."""


@theme()
def draw(shares: Mapping[str, Sequence[Estimate]], courses: Sequence[str]) -> Picture:
    """Per cent of clients with each of `courses`, by policy."""
    figure, [[axes]] = canvas(1, 1, 9.0, 1.3 + 0.48 * len(shares))
    drawn = [pd.DataFrame(own).assign(policy=name, course=list(courses)) for name, own in shares.items()]
    for y, table in enumerate(drawn):
        left = 0.0
        for value, (colour, hatch) in zip(table["value"], FILLS, strict=True):
            words = number(value, 0) if value >= LEAST else ""
            bar(axes, y, left, value, colour, words, hatch=hatch, inside=True)
            left += value
    name_rows(axes, list(shares), 0)
    axes.set_xlim(0, 100)
    axes.set_xlabel("% of clients")
    axes.grid(visible=False)
    parts = zip(courses, FILLS, strict=True)
    legend(figure, [Patch(facecolor=c, hatch=h, edgecolor="white", label=name) for name, (c, h) in parts], above=True)
    table = pd.concat(drawn)
    most = pd.concat([table["high"] - table["value"], table["value"] - table["low"]]).max()
    said = alt("Stacked bars, % of clients.", table, who="{policy}", panel="course")
    return Picture(NAME, TITLE, CAPTION.format(most=number(most, 1)), said, figure)
