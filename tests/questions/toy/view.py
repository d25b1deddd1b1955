"""The facts of a toy's page."""

from typing import Any

from alliance_sim.questions.frame.question import Question, Tables


def view(question: Question, tables: Tables) -> dict[str, Any]:
    """The rows of the table of means."""
    return {"means": [{**row.key, "mean": row.estimate} for row in tables.estimates]}
