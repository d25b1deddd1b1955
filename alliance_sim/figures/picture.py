"""A picture: a figure with what a reader needs beside it, and how it is written so that the bytes can be repeated."""

import io
from base64 import b64encode
from collections.abc import Mapping
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import matplotlib as mpl
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from alliance_sim.analysis.tables import Results

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


def save(figure: Figure, folder: Path, name: str) -> tuple[Path, Path]:
    """Write folder/name.png and folder/name.svg; the same figure gives the same bytes. Returns both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    FigureCanvasAgg(figure)
    png, svg = folder / f"{name}.png", folder / f"{name}.svg"
    with mpl.rc_context({"svg.hashsalt": "alliance_sim", "svg.fonttype": "path"}):
        figure.savefig(png, dpi=DPI, metadata={"Software": None})
        figure.set_layout_engine("none")  # keeps the places found for the PNG: finding them again takes as long
        figure.savefig(svg, metadata={"Date": None, "Creator": None})
    return png, svg
