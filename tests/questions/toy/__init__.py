"""A small kind of question, which asks how high the alliance is at the end."""

from typing import Annotated, NamedTuple

from pydantic import Field

from alliance_sim.law.about import About
from alliance_sim.questions.frame.config import names_of, section_model, wrong_names
from alliance_sim.questions.frame.question import Kind

COLUMNS = ("goal", "task", "bond", "alliance")


class Week(NamedTuple):
    """The numbers of a toy."""

    week: Annotated[int, About("week that is looked at", "weeks", 1, 52, "design")] = 2


KIND = Kind(
    "toy",
    "a toy",
    section_model("Toy", Week, columns=(names_of(COLUMNS, "columns"), Field(default=["bond"]))),
    lambda question: [f"{len(question.experiment.points)} design points"],
    lambda question: wrong_names(question, "columns", question.section.columns, COLUMNS, "column"),
    fewest=3,
    package=__name__,
)
