"""Answering any question: run it, print the short answer and where the whole one is."""

from pathlib import Path
from typing import TYPE_CHECKING

from alliance_sim.cli.app import consent, console, need, resumable

if TYPE_CHECKING:
    from alliance_sim.questions.frame.question import Question


def print_answer(question: "Question", out: Path | None, workers: int | str | None, overwrite: bool, yes: bool) -> None:
    """Answer a question and print the short answer."""
    from rich.markdown import Markdown

    from alliance_sim.api.work import answer

    need(question.kind.key, {name: name for name in question.kind.needs})
    folder = out if out is not None else Path("results") / question.name
    consent(question, folder, yes)
    with resumable("question", folder):
        answered = answer(question, folder, workers=workers, overwrite=overwrite)
    screen = console()
    screen.print(Markdown(answered.short))
    screen.print(f"\nThe whole answer: {folder / 'report.html'} (and answer.md)", markup=False)
