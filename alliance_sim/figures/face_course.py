"""Mean client rating by week, a line for each policy."""

from collections.abc import Mapping, Sequence

from alliance_sim.analysis.numbers import number
from alliance_sim.analysis.study_estimate import Estimate
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import COLOURS, DASHES, MARKERS, canvas, label_ends, theme

NAME, TITLE = "face_course", "How clients rate the alliance, week by week"
CAPTION = (
    "Mean client rating (1–5) of the sessions that clients attended; the axis shows a part of the scale. Bands: 95 % "
    "Monte-Carlo interval of the mean. Every week holds only clients who are still in treatment, so that a line may "
    "rise because less satisfied clients have left."
)


def draw(lines: Mapping[str, Sequence[Estimate]]) -> Picture:
    """Means by week (from 1) of each policy, by its name."""
    with theme():
        figure, grid = canvas(1, 1, 8.6, 4.6)
        axes = grid[0][0]
        ends = []
        for k, (name, means) in enumerate(lines.items()):
            week, colour = range(1, len(means) + 1), COLOURS[k % len(COLOURS)]
            axes.plot(
                week, [m.value for m in means], color=colour, linestyle=DASHES[k % len(DASHES)], linewidth=1.8,
                marker=MARKERS[k], markersize=4,
            )  # fmt: skip
            axes.fill_between(week, [m.low for m in means], [m.high for m in means], color=colour, alpha=0.2, lw=0)
            ends.append((means[-1].value, name, colour))
        weeks = max(len(means) for means in lines.values())
        low, high = axes.get_ylim()
        label_ends(axes, weeks + 0.3, ends, 0.055 * (high - low))
        axes.set_xlim(0.6, weeks + 0.2)
        axes.set_xticks(range(1, weeks + 1, 3))
        axes.set_xlabel("week of treatment")
        axes.set_ylabel("mean client rating (1–5)")
    said = "; ".join(f"{name} {number(m[0].value, 2)} to {number(m[-1].value, 2)}" for name, m in lines.items())
    return Picture(NAME, TITLE, CAPTION, f"Line chart of mean client ratings, first to last week: {said}.", figure)
