"""What a figure shows in one or two sentences, for who cannot see it: its extremes; all numbers stand in the tables."""

from collections.abc import Sequence
from typing import NamedTuple

LONGEST = 400
"""Characters of a description: a screen reader reads it in one go, and cannot skip in it."""


class Shown(NamedTuple):
    """One mark of a figure."""

    value: float
    text: str  # the value as it is written
    who: str  # what it is the value of


def extremes(marks: Sequence[Shown]) -> str:
    """The least and the greatest of some marks; one alone as it is, nothing where there is none.

    >>> extremes([Shown(0.4, "+0.4", "repair"), Shown(-0.1, "−0.1", "ignore"), Shown(0.2, "+0.2", "apologise")])
    'from −0.1 (ignore) to +0.4 (repair)'
    """
    if not marks:
        return ""
    least, most = (pick(marks, key=lambda mark: mark.value) for pick in (min, max))
    if least is most:
        return f"{least.text} ({least.who})"
    return f"from {least.text} ({least.who}) to {most.text} ({most.who})"


def within(sentences: Sequence[str], longest: int = LONGEST) -> str:
    """As many of the sentences, from the first, as there is room for; always the first.

    >>> within(["One.", "Two.", "Three."], longest=9)
    'One. Two.'
    """
    kept = list(sentences[:1])
    for sentence in sentences[1:]:
        if len(" ".join([*kept, sentence])) > longest:
            break
        kept.append(sentence)
    return " ".join(kept)
