"""A picture: a figure with what a reader needs beside it, and how it is written so that the bytes can be repeated."""

import io
from base64 import b64encode
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import matplotlib as mpl
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from alliance_sim.analysis.tables import Results
from alliance_sim.files.record import Record
from alliance_sim.files.single import write_file

DPI = 170
SCREEN_DPI = 110


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
        FigureCanvasAgg(self.figure)
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


def rendered(figure: Figure) -> dict[str, bytes]:
    """A figure as .png and .svg; the same figure gives the same bytes."""
    FigureCanvasAgg(figure)
    png, svg = io.BytesIO(), io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "alliance_sim", "svg.fonttype": "path"}):
        figure.savefig(png, dpi=DPI, format="png", metadata={"Software": None})
        figure.set_layout_engine("none")  # keeps the places found for the PNG: finding them again takes as long
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return {".png": png.getvalue(), ".svg": svg.getvalue()}


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
