"""How many clients take which course, a stacked bar for each policy."""

from collections.abc import Mapping, Sequence

from alliance_sim.analysis.numbers import number
from alliance_sim.analysis.study_estimate import Estimate
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import INK, canvas, theme

NAME, TITLE = "face_courses", "Which course how many clients take"
CAPTION = (
    "Share of clients by the course of their ratings. Rises, falls: the mean of weeks 12–16 is more than 0.6 points "
    "above or below that of weeks 2–4. Level: neither; dip and back: level, with a reliable drop from one session to "
    "the next that was made good. Last bar: the same clients without any rupture, so that what it shows of falls and "
    "dips comes from drift and error of the ratings. No share is farther than {most} percentage points from the end of "
    "its 95 % Monte-Carlo interval."
)
FILLS = (
    ("#0072b2", "", "white"),
    ("#bfd9ea", "", INK),
    ("#f0d48a", "//", INK),
    ("#d55e00", "", "white"),
    ("#ececec", "..", INK),
)
"""Colour, hatch and colour of the number, in the order of courses."""

LEAST = 3.0
"""Shares below this, in per cent, have no number in their part of the bar."""


def draw(shares: Mapping[str, Sequence[Estimate]], courses: Sequence[str]) -> Picture:
    """Per cent of clients with each of `courses`, by policy."""
    with theme():
        figure, grid = canvas(1, 1, 9.0, 1.3 + 0.48 * len(shares))
        axes = grid[0][0]
        for k, (course, (colour, hatch, ink)) in enumerate(zip(courses, FILLS, strict=True)):
            for y, own in enumerate(shares.values()):
                left, width = sum(each.value for each in own[:k]), own[k].value
                axes.barh(
                    y, width, left=left, height=0.72, color=colour, hatch=hatch, edgecolor="white", linewidth=0.8,
                    label=course if y == 0 else None,
                )  # fmt: skip
                if width >= LEAST:
                    box = {"facecolor": colour, "edgecolor": "none", "pad": 1.0} if hatch else None
                    axes.text(
                        left + 0.5 * width, y, number(width, 0), ha="center", va="center", color=ink, fontsize=8.5,
                        bbox=box,
                    )  # fmt: skip
        axes.set_yticks(range(len(shares)), list(shares))
        axes.invert_yaxis()
        axes.set_xlim(0, 100)
        axes.set_xlabel("% of clients")
        axes.grid(visible=False)
        figure.legend(loc="outside upper center", ncols=len(courses), frameon=False, fontsize=8.5)
    most = max(max(each.high - each.value, each.value - each.low) for own in shares.values() for each in own)
    said = "; ".join(
        f"{name}: {', '.join(f'{course} {number(each.value, 0)} %' for course, each in zip(courses, own, strict=True))}"
        for name, own in shares.items()
    )
    return Picture(NAME, TITLE, CAPTION.format(most=number(most, 1)), f"Stacked bars. {said}.", figure)
