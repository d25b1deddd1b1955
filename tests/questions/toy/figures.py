"""The figure of a toy."""

from collections.abc import Sequence

from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import canvas
from alliance_sim.questions.frame.question import Question, Tables


def draw(question: Question, tables: Tables) -> Sequence[Picture]:
    """A line."""
    figure, axes = canvas(1, 1, 4, 3)
    axes[0][0].plot(tables.estimates.frame["value"])
    return [Picture("toy", "A toy", "It shows a toy.", "A line.", figure)]
