"""Words of people in templates: how a Markdown template prints estimates, claims, names, tables and figures.

A template is given

    table(rows, columns)  rows as a table; columns: {heading: key of a row}
    figure(name)      a figure with its title and caption
    claim             filter: {{ effect | claim("lower", "higher", "not clearly different") }}, see `estimates.claims`
    shown, signed     filters: an estimate in the one notation; signed: with + or − before it
    listed            filter: names as in a sentence: a, b and c
    number(digits)    filter: a number that has no error of its own
    fixed             filter of a block: words that are true whatever the numbers (tests of claims leave them out)
    md                filter: text that is Markdown already

Whatever a template prints is escaped: names that the user gave stand on the page as they are written.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from alliance_sim.estimates.claims import claim
from alliance_sim.estimates.long import Row
from alliance_sim.estimates.notation import BARE, shown, with_unit
from alliance_sim.scenario.pages import escaped, renderer
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import listed, number

if TYPE_CHECKING:
    from alliance_sim.figures.picture import Picture

REPORT = Path(__file__).parent


class Markdown(str):
    """Text that is Markdown already, and is not escaped again."""

    __slots__ = ()


def tidy(text: str) -> str:
    """Text with one blank line between paragraphs, also around tables and before figures, and a newline at its end."""
    text = re.sub(r"(?m)^(?!\|)(.+)\n(?=\||!\[)", r"\1\n\n", text)
    text = re.sub(r"(?m)^(\|.*)\n(?=[^|\n])", r"\1\n\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n" if text else ""


def environment(*folders: Path, pictures: "Sequence[Picture]" = (), **shared: Path) -> Environment:
    """Templates of some folders, then those of the report; of folders with a name under NAME/."""
    prefixed = PrefixLoader({name: FileSystemLoader(folder) for name, folder in shared.items()})
    made = Environment(
        loader=ChoiceLoader([prefixed, *map(FileSystemLoader, folders), FileSystemLoader(REPORT)]),
        autoescape=False,  # of HTML; Markdown is escaped by `_printed`
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printed,
    )
    by_name = {picture.name: picture for picture in pictures}
    made.globals |= {"table": table, "figure": lambda name: _figure(name, by_name), "figures": list(by_name)}
    made.filters |= {
        "claim": lambda *claimed, **said: Markdown(claim(*claimed, **said)),
        "shown": lambda estimate, **how: Markdown(shown(estimate, **how)),
        "signed": lambda estimate, **how: Markdown(shown(estimate, signed=True, **how)),
        "number": lambda value, digits, unit="", signed=False: Markdown(
            with_unit(number(float(value), digits, signed=signed), unit)
        ),
        "listed": lambda names: Markdown(listed([_printed(name) for name in names])),
        "oneline": lambda text: Markdown(" ".join(str(text).split())),
        "md": Markdown,
        "fixed": Markdown,  # of words that are true whatever the numbers: tests of claims leave them out
    }
    return made


def _printed(value: Any) -> str:
    """What a template prints of a value."""
    if isinstance(value, Markdown):
        return value
    if isinstance(value, Estimate):
        return shown(value)
    if value is None:  # of a question that can be answered with yes or no
        return "cannot tell"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    if isinstance(value, float | np.floating):
        return f"{value:.3g}".replace("-", "−") if np.isfinite(value) else number(float(value), 0)
    return escaped(str(value))


def _figure(name: str, pictures: "Mapping[str, Picture]") -> Markdown:
    """A figure with its caption; names of the user in its words are escaped as anywhere.

    Raises KeyError that lists the figures there are.
    """
    if name not in pictures:
        raise KeyError(f"no figure {name!r}; there are {', '.join(pictures) or 'none'}")
    picture = pictures[name]
    title, caption, alt = (escaped(" ".join(text.split())) for text in (picture.title, picture.caption, picture.alt))
    return Markdown(f"![{alt}](figures/{picture.name}.png)\n\n*{title}. {caption}*")


def table(rows: Iterable[Mapping[str, Any] | Row], columns: Mapping[str, str], signed: bool = False) -> Markdown:
    """Rows as a Markdown table. columns: {heading: key}; a key that a row lacks is shown as –.

    Estimates are shown in the one notation; a unit that all estimates of a column share stands in its heading.
    """
    rows = list(rows)
    heads, aligns, cells = [], [], []
    for heading, key in columns.items():
        values = [_get(row, key) for row in rows]
        unit = _common_unit(values)
        heads.append(escaped(f"{heading} ({unit})" if unit else heading))
        aligns.append(
            "--:" if values and all(isinstance(value, int | float | np.number) for value in values) else "---"
        )
        cells.append([_cell(value, unit, signed) for value in values])
    lines = [heads, aligns, *zip(*cells, strict=True)]
    return Markdown("\n".join("| " + " | ".join(line) + " |" for line in lines))


def _get(row: Mapping[str, Any] | Row, key: str) -> Any:
    if isinstance(row, Row):
        return row.estimate if key == "estimate" and "estimate" not in row.key else row.key.get(key, Markdown("–"))
    return row.get(key, Markdown("–"))


def _common_unit(values: Sequence[Any]) -> str:
    """The unit that all estimates among some values have; empty where they differ, or where it is a bare one."""
    units = {value.unit for value in values if isinstance(value, Estimate) and value.known}
    unit = units.pop() if len(units) == 1 else ""
    return "" if unit in BARE else unit


def _cell(value: Any, unit: str, signed: bool) -> str:
    if isinstance(value, Estimate):
        return shown(value, signed=signed, unit=not unit)
    return " ".join(_printed(value).replace("|", "\\|" if isinstance(value, Markdown) else "|").split()) or "–"


def html(text: str, pictures: Mapping[str, bytes] | None = None) -> str:
    """Markdown as HTML; `pictures` are PNG files by name, which are put into it."""
    body = str(renderer().render(text))
    body = "".join(_labelled(re.split(r"(?=<h[1-6]>)", body)))
    body = re.sub(r"<th\b(?!ead)", '<th scope="col"', body)
    for name, png in sorted((pictures or {}).items()):
        source = "data:image/png;base64," + b64encode(png).decode("ascii")
        body = body.replace(
            f'src="figures/{name}.png"', f'src="{source}" style="max-width: min(100%, {_width(png)}px)"'
        )
    return body


def _labelled(sections: Iterable[str]) -> Iterator[str]:
    """Sections of HTML, in which a table scrolls by itself and is named by its heading."""
    for section in sections:
        heading = re.match(r"<h[1-6]>(.*?)</h[1-6]>", section)
        label = re.sub(r"<[^>]*>", "", heading[1]) if heading else "Table"
        region = f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table>'
        yield section.replace("<table>", region).replace("</table>", "</table></div>")


def _width(png: bytes) -> int:
    """How wide a figure is shown at most, in CSS pixels: as wide as it was drawn (96 to the inch)."""
    from alliance_sim.figures.picture import DPI

    across = int.from_bytes(png[16:20], "big")  # the first field of a PNG
    return round(96 * across / DPI)
