"""How figures look: one theme, colours that colour-blind readers can tell apart, labels at the lines themselves."""

import math
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import matplotlib as mpl
import seaborn as sns
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

BASELINE = "#4d4d4d"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#8c6d00", "#56a0d3", "#882255")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES = ("-", "--", "-.", ":")
INK = "#222222"
FAINT = "#6b6b6b"
BAND = "#dcdcdc"
RULED = "#e8e8e8"

COMPONENTS = {"goal": "#0072b2", "task": "#009e73", "bond": "#d55e00"}  # colours of the three parts of the alliance
MOST = 6  # how many arms a figure of small multiples shows; the rest is left out with a note


FALLBACKS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei", "Droid Sans Fallback", "Microsoft YaHei", "SimHei", "PingFang SC", "Hiragino Sans",
    "Yu Gothic", "Meiryo", "Malgun Gothic", "Apple SD Gothic Neo", "Noto Sans KR", "Arial Unicode MS",
    "Noto Sans Arabic", "Noto Naskh Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Thai", "Segoe UI",
    "Segoe UI Symbol", "Segoe UI Emoji", "Noto Emoji", "Symbola", "Apple Symbols",
)  # fmt: skip
"""Fonts that have what DejaVu Sans does not, in the order in which they are taken where they are installed."""


@cache
def fonts() -> tuple[str, ...]:
    """The fonts of all figures: one that comes with Matplotlib, and the installed ones that have more letters."""
    there = set(font_manager.get_font_names())
    return ("DejaVu Sans", *(name for name in FALLBACKS if name in there))


@cache
def _font(name: str) -> FT2Font:
    return font_manager.get_font(font_manager.findfont(name))


def undrawn(words: Iterable[str]) -> str:
    """The letters in some words that no font of the figures has, each once.

    >>> undrawn(["plain", "± “quoted”"])
    ''
    """
    letters = dict.fromkeys(letter for text in words for letter in text if letter.isprintable() and ord(letter) > 127)
    return "".join(
        letter
        for letter in letters
        if unicodedata.category(letter)[0] != "M"
        and not any(_font(name).get_char_index(ord(letter)) for name in fonts())
    )


class Look(NamedTuple):
    """How an arm, a group or a scenario is drawn."""

    colour: str
    marker: str = ""
    dashes: str = "-"
    face: str = ""  # what its marks are filled with; "": its colour

    def hollow(self) -> "Look":
        """The same with open marks."""
        return self._replace(face="white")


def turns(colours: Sequence[str] = COLOURS) -> list[Look]:
    """Looks to be taken in turn, distinguished by colour, marker and dashes."""
    return [Look(colour, MARKERS[k % len(MARKERS)], DASHES[k % len(DASHES)]) for k, colour in enumerate(colours)]


def looks(arms: Sequence[str], baseline: str) -> dict[str, Look]:
    """Colour and marker of every arm: the baseline grey, the others in order."""
    others = [arm for arm in arms if arm != baseline]
    found = {arm: Look(COLOURS[k % len(COLOURS)], MARKERS[1 + k % (len(MARKERS) - 1)]) for k, arm in enumerate(others)}
    return {arm: found.get(arm, Look(BASELINE, MARKERS[0])) for arm in arms}


def settings() -> dict[Any, Any]:
    """The look of all figures as matplotlib's rcParams, such as a notebook sets once for figures of its own."""
    return {
        **sns.axes_style("ticks"),
        **sns.plotting_context("notebook", font_scale=0.85),
        "font.family": list(fonts()),
        "text.parse_math": False,  # a dollar sign in a name is a dollar sign
        **dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
        "axes.edgecolor": FAINT,
        "axes.titlesize": 10.5,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.grid": True,
        "grid.color": "#e6e6e6",
        "grid.linewidth": 0.7,
        "axes.axisbelow": True,
        **dict.fromkeys(("axes.spines.top", "axes.spines.right"), False),
        **dict.fromkeys(("figure.facecolor", "savefig.facecolor"), "white"),
        "svg.fonttype": "none",  # text of a drawing stays text
    }


@contextmanager
def theme() -> Iterator[None]:
    """The look of all figures, for as long as the block lasts."""
    with mpl.rc_context(settings()):
        yield


def canvas(rows: int, columns: int, width: float, height: float, **kwargs: object) -> tuple[Figure, list[list[Axes]]]:
    """A figure (inches) with a grid of axes, laid out without overlap."""
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.set_layout_engine("constrained", w_pad=0.08, h_pad=0.08)
    axes = figure.subplots(rows, columns, squeeze=False, **kwargs)  # type: ignore[call-overload]
    return figure, [list(row) for row in axes]


def wrapped(text: str, width: int = 18) -> str:
    """A name on as many lines as it needs, up to four."""
    return "\n".join(textwrap.wrap(text, width, max_lines=4, placeholder=" …")) or text


def shortened(text: str, longest: int) -> str:
    """A text cut off between words where it has more letters than `longest`.

    >>> shortened("alliance and outcome", 20), shortened("alliance and outcome", 18)
    ('alliance and outcome', 'alliance and …')
    """
    return text if len(text) <= longest else text[: longest - 2].rsplit(" ", 1)[0] + " …"


def number(value: float) -> str:
    """A number as tables of studies print it: two digits behind the point below 10, one above; "-" for none.

    >>> number(0.284), number(-0.001), number(45.04), number(float("nan"))
    ('0.28', '0.00', '45.0', '-')
    """
    text = f"{value:.{2 if abs(value) < 10 else 1}f}" if math.isfinite(value) else "-"
    return "0.00" if text == "-0.00" else text


def apart(places: Sequence[float], gap: float) -> list[float]:
    """Places moved as little as needed to be at least `gap` apart, in their own order."""
    groups: list[list[int]] = []  # neighbours that touch, and stand around their common middle

    def middle(group: list[int]) -> float:
        return sum(places[k] for k in group) / len(group)

    for k in sorted(range(len(places)), key=lambda k: places[k]):
        groups.append([k])
        while len(groups) > 1 and middle(groups[-1]) - middle(groups[-2]) < 0.5 * gap * len(groups[-2] + groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    moved = list(places)
    for group in groups:
        for place, k in enumerate(group):
            moved[k] = middle(group) + gap * (place - 0.5 * (len(group) - 1))
    return moved


def same_limits(panels: Sequence[Axes]) -> None:
    """Give panels that show the same unit the same y axis, so that they can be compared."""
    limits = [axes.get_ylim() for axes in panels]
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    for axes in panels:
        axes.set_ylim(low, high)
