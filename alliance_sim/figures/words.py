"""The words of a figure, all from the table that is drawn: title and caption by captions.md.j2, and a description."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from matplotlib.figure import Figure
from numpy.typing import NDArray

from alliance_sim.figures.picture import Picture
from alliance_sim.stats.numbers import listed, number, setting

LONGEST_ALT = 400  # characters of a description: a screen reader reads it in one go, and cannot skip in it


def picture(
    name: str, figure: Figure, drawn: pd.DataFrame, form: str, *, words: Any = "", facts: Any = None, **said: Any
) -> Picture:
    """A figure with its words. drawn: a row a mark, of what is drawn alone; its names are the only ones in the caption.

    words: block of captions.md.j2, where it is not called like the figure. facts: numbers, units and titles for it. The
    description is that of `alt`, with its arguments.
    """
    title, caption = captioned(words or name, drawn, facts or {})
    return Picture(name, title, caption, alt(form, drawn, **said), figure)


def captioned(block: str, drawn: pd.DataFrame, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Title and caption: the first line of a block of captions.md.j2, and the rest of it.

    A block is given `facts`, and what it may ask of the table that is drawn: the("arm"), the names in a column as in a
    sentence; shows(arm="repair"), whether a row of it is drawn.
    """

    def the(column: str) -> str:
        return listed([str(name) for name in dict.fromkeys(drawn[column].dropna())])

    def shows(**values: Any) -> bool:
        return bool(np.logical_and.reduce([drawn[column] == value for column, value in values.items()]).any())

    template = _captions()
    text = "".join(template.blocks[block](template.new_context({**facts, "the": the, "shows": shows})))
    title, _, caption = text.strip().partition("\n")
    return title[:1].upper() + title[1:], " ".join(caption.split())


def title_of(block: str) -> str:
    """The title of a figure that could not be drawn."""
    nothing = {"the": lambda _: "", "shows": lambda **_: False}
    template, text = _captions(), ""
    for piece in template.blocks[block](template.new_context(nothing)):
        text = (text + piece).lstrip()
        if "\n" in text:
            break
    return text.partition("\n")[0]


@cache
def _captions() -> Template:
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, autoescape=False)
    pages.globals |= {"first_of": first_of, "number": number}
    return pages.get_template("captions.md.j2")


def alt(
    form: str, table: pd.DataFrame, value: str = "value", *, who: str = "", panel: str = "", over: str = "",
    names: Mapping[str, str] | None = None, signed: bool = False, more: Iterable[str] = (),
) -> str:  # fmt: skip
    """The form of a figure in a sentence, then for each panel the least and the greatest of its marks.

    table: what is drawn, a row a mark. who: what a mark is of, with columns in braces. panel: column of panels. over:
    the column along which lines run; then every line is said by its first and its last value. names: words for what
    stands in the columns of `who` and `panel`. more: sentences after these. As many sentences as there is room for are
    kept, always the first.

    >>> drawn = pd.DataFrame({"arm": ["a", "a", "b", "b"], "week": [1, 2, 1, 2], "value": [0.4, 0.5, 0.1, 0.3]})
    >>> alt("Marks.", drawn, who="{arm}, week {week}")
    'Marks. From 0.10 (b, week 1) to 0.50 (a, week 2).'
    >>> alt("Lines.", drawn, who="{arm}", over="week")
    'Lines. A 0.40 to 0.50; b 0.10 to 0.30 (week 1 to 2).'
    """
    known, names, said = table[np.isfinite(table[value].to_numpy(float))], names or {}, []
    for key, own in known.groupby(panel, sort=False, observed=True) if panel else [("", known)]:
        if own.empty:
            continue
        text = number_by(own[value].to_numpy(), signed)
        marks = [(_words(who, row, names), row) for row in own.to_dict("records")]
        if over:
            words = _ends(marks, value, over, text)
        else:
            ends = [pick(marks, key=lambda mark: mark[1][value]) for pick in (min, max)]
            words = " to ".join(f"{text(row[value])} ({of})".replace(" ()", "") for of, row in ends[: len(marks)])
            if len(marks) > 1:
                same = text(ends[0][1][value]) == text(ends[1][1][value])
                words = f"{text(ends[0][1][value])} everywhere" if same else f"from {words}"
        head = " ".join(names.get(str(key), str(key)).split())
        said.append(f"{head}: {words}." if head else f"{words[0].upper()}{words[1:]}.")
    return within([form, *said, *more])


def number_by(values: Sequence[float] | NDArray[np.float64], signed: bool = False) -> Callable[[float], str]:
    """How numbers of the size of these are written: all with as many decimals as the largest is read with."""
    most, counts = float(np.max(np.abs(values))), np.asarray(values).dtype.kind == "i"
    digits = 0 if counts else 3 if most < 0.1 else 2 if most < 10.0 else 1 if most < 100.0 else 0
    return lambda value: number(float(value), digits, signed=signed)


def _words(who: str, row: Mapping[Any, Any], names: Mapping[str, str]) -> str:
    """What a mark is of."""
    cells = {str(name): names.get(cell, cell) if isinstance(cell, str) else setting(cell) for name, cell in row.items()}
    return " ".join(who.format_map(cells).split()).strip(" ,")


def _ends(marks: Sequence[tuple[str, Mapping[Any, Any]]], value: str, over: str, text: Callable[[float], str]) -> str:
    """The first and the last value of every line, and from where to where most of them run."""
    lines: dict[str, list[Mapping[Any, Any]]] = {}
    for of, row in sorted(marks, key=lambda mark: mark[1][over]):
        lines.setdefault(of, []).append(row)
    words = [f"{of} {text(rows[0][value])} to {text(rows[-1][value])}".strip() for of, rows in lines.items()]
    first, last = (min(mark[1][over] for mark in marks), max(mark[1][over] for mark in marks))
    at = number_by([first, last]) if isinstance(first, float) and not float(first).is_integer() else setting
    return f"{'; '.join(words)} ({over} {at(first)} to {at(last)})"


def within(sentences: Sequence[str], longest: int = LONGEST_ALT) -> str:
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


def first_of(shown: int, there: int, what: str) -> str:
    """A note of what a figure has no room for; "" where it shows all.

    >>> first_of(6, 6, "arms"), first_of(6, 8, "arms")
    ('', 'The first 6 of 8 arms are shown.')
    """
    return "" if shown >= there else f"The first {shown} of {there} {what} are shown."
