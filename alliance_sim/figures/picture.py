"""A picture: a figure with the words that a reader needs, and how it is written so that the bytes can be repeated."""

import io
import re
import warnings
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import matplotlib as mpl
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from alliance_sim.estimates.tables import Results
from alliance_sim.figures.style import fonts, undrawn
from alliance_sim.files.record import Record
from alliance_sim.files.single import write_file

DPI = 170
SCREEN_DPI = 110

LONGEST_WORD, LONGEST = 40, 120  # letters of a word and of a line of a label at most; pages and tables have all of them


class Scene(NamedTuple):
    """What figures are drawn from: the results, their estimates, and the names to use."""

    results: Results
    estimates: pd.DataFrame
    baseline: str
    scale: str  # name of the symptom measure, such as PHQ-9
    labels: Mapping[str, str] = MappingProxyType({})  # what factors are called in words, where not by their own name

    def factor(self, name: str) -> str:
        """A factor in words."""
        return self.labels.get(name, name.replace("_", " "))


class Picture(NamedTuple):
    """A figure, its title, how to read it, and what it shows in words with numbers for who cannot see it."""

    name: str
    title: str
    caption: str
    alt: str
    figure: Figure

    def _repr_html_(self) -> str:
        """The figure with its caption, as a notebook shows it."""
        content = io.BytesIO()
        with _as_written(self.figure):
            self.figure.savefig(content, dpi=SCREEN_DPI, format="png", metadata={"Software": None})
        source = b64encode(content.getvalue()).decode("ascii")
        caption = f"<figcaption><b>{escape(self.title)}.</b> {escape(self.caption)}</figcaption>"
        image = f'<img src="data:image/png;base64,{source}" alt="{escape(self.alt)}" style="max-width: 100%">'
        return f"<figure>{image}{caption}</figure>"


class LeftOut(NamedTuple):
    """A figure that this experiment has no data for, and why."""

    name: str
    title: str
    reason: str


@contextmanager
def _as_written(figure: Figure) -> Iterator[None]:
    """Draw every word of a figure as it is written: no mathematics, and no warning for each letter without a font."""
    FigureCanvasAgg(figure)
    with mpl.rc_context({"text.parse_math": False, "font.family": list(fonts())}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from font")
        for text in figure.findobj(Text):
            text.set_parse_math(False)
            text.set_text(_cut(text.get_text()))
        yield


def _cut(text: str) -> str:
    """A label without what no figure has room for: the rest of long words, and of long lines."""
    words = re.split(r"(\s+)", text)
    whole = "".join(word if len(word) <= LONGEST_WORD else f"{word[: LONGEST_WORD - 1]}…" for word in words)
    return "\n".join(line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…" for line in whole.split("\n"))


def words_in(figure: Figure) -> list[str]:
    """Every text of a figure."""
    return [text.get_text() for text in figure.findobj(Text)]


def undrawn_letters(words: Iterable[str]) -> list[str]:
    """A note of the letters that figures do not show, for lack of a font; none where they show all."""
    letters = undrawn(words)
    if not letters:
        return []
    shown = f"{' '.join(letters[:20])}{' …' if len(letters) > 20 else ''}"
    note = f"in figures boxes stand for letters that no installed font has: {shown}."
    return [f"{note} A font such as Noto Sans CJK has more."]


def rendered(figure: Figure) -> dict[str, bytes]:
    """A figure as .png and .svg; the same figure gives the same bytes."""
    png, svg = io.BytesIO(), io.BytesIO()
    with _as_written(figure), mpl.rc_context({"svg.hashsalt": "alliance_sim", "svg.fonttype": "none"}):
        figure.savefig(png, dpi=DPI, format="png", metadata={"Software": None})
        figure.set_layout_engine("none")  # keeps the places found for the PNG: finding them again takes as long
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    # text stays text in a drawing: where DejaVu Sans is not installed, a font of the same width, or any without serifs
    family = b"font-family: 'DejaVu Sans'"
    return {".png": png.getvalue(), ".svg": svg.getvalue().replace(family, family + b", Verdana, sans-serif")}


def save_all(pictures: Iterable[Picture], record: Record) -> dict[str, dict[str, bytes]]:
    """Write pictures into figures/ of a result folder; those of earlier runs that are no longer wanted are removed.

    Returns the bytes of each by name and ending. What the user has put there stays.
    """
    made = {picture.name: rendered(picture.figure) for picture in pictures}
    names = {f"figures/{name}{ending}" for name, own in made.items() for ending in own}
    record.keep_only(names, "figures", (".png", ".svg"))
    for name, own in made.items():
        for ending, content in own.items():
            record.write(f"figures/{name}{ending}", content)
    return made


def figure_files(file: Path) -> dict[str, Path]:
    """The files of a figure that is called FILE, by ending; a name that has one of the endings is taken without it."""
    name = file.stem if file.suffix in (".png", ".svg") else file.name
    return {ending: file.with_name(f"{name}{ending}") for ending in (".png", ".svg")}


def save_single(figure: Figure, file: Path, overwrite: bool = False) -> list[Path]:
    """Write a figure where the user says, as FILE.png and FILE.svg. Raises as `files.single.write_file` does."""
    files = figure_files(file)
    for ending, content in rendered(figure).items():
        write_file(files[ending], content, overwrite)
    return list(files.values())
