"""A question in words on a terminal: what is asked, by what plan, and how much is run for it."""

import re

from rich.console import Console
from rich.text import Text

from alliance_sim.questions.frame.question import PLAN, Question
from alliance_sim.scenario.screen import print_paragraph

NOTE = "Note: "
"""A line of the size that begins so is something to look at first."""


def print_question(screen: Console, asked: Question) -> None:
    """Print what a question asks, how it will be answered, and how large it is."""
    screen.print(Text(asked.title, style="bold"))
    print_paragraph(screen, "Question", asked.question) if asked.question else None
    print_paragraph(screen, "Question", asked.kind.about)
    for name, words in asked.ademp._asdict().items():
        print_paragraph(screen, re.split("[- ]", PLAN[name])[0], words) if words else None
    for line in asked.kind.size(asked):
        note = line.startswith(NOTE)
        print_paragraph(screen, "Note" if note else "Size", line.removeprefix(NOTE) if note else line)
    for label, words in asked.kind.seen(asked):
        print_paragraph(screen, label, words)
