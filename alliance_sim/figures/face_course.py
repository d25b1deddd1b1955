"""Mean client rating by week, a line for each policy."""

from collections.abc import Mapping, Sequence

import pandas as pd

from alliance_sim.analysis.study_estimate import Estimate
from alliance_sim.figures.alt import alt
from alliance_sim.figures.marks import course, label_ends
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import canvas, theme, turns

NAME, TITLE = "face_course", "How clients rate the alliance, week by week"
CAPTION = (
    "Mean client rating (1–5) of the sessions that clients attended; the axis shows a part of the scale. Bands: 95 % "
    "Monte-Carlo interval of the mean. Every week holds only clients who are still in treatment, so that a line may "
    "rise because less satisfied clients have left."
)


@theme()
def draw(lines: Mapping[str, Sequence[Estimate]]) -> Picture:
    """Means by week (from 1) of each policy, by its name."""
    own = {
        name: pd.DataFrame(means).assign(policy=name, week=range(1, len(means) + 1)) for name, means in lines.items()
    }
    weeks = max(len(means) for means in lines.values())
    figure, [[axes]] = canvas(1, 1, 8.6, 4.6)
    ends = [
        (course(axes, table, "week", look, alpha=0.2), name, look.colour)
        for (name, table), look in zip(own.items(), turns(), strict=False)
    ]
    label_ends(axes, weeks + 0.3, ends)
    axes.set_xlim(0.6, weeks + 0.2)
    axes.set_xticks(range(1, weeks + 1, 3))
    axes.set_xlabel("week of treatment")
    axes.set_ylabel("mean client rating (1–5)")
    said = alt("Lines of mean client ratings (1–5).", pd.concat(own.values()), who="{policy}", over="week")
    return Picture(NAME, TITLE, CAPTION, said, figure)
