"""A lesson as one file that opens by double-click and asks nothing of the network."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from alliance_sim import __version__
from alliance_sim.compiled import LAW_VERSION
from alliance_sim.files.single import write_file
from alliance_sim.lesson.lattice import Lattice, simulate
from alliance_sim.lesson.models import Data, Lesson
from alliance_sim.lesson.packing import pack, scale_of, text_of
from alliance_sim.lesson.reading import READOUT, LoadedLesson
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.pages import policy, renderer

HERE = Path(__file__).parent / "page"
SCRIPTS = ("data.js", "numbers.js", "drawing.js", "figures.js", "state.js", "screen.js", "main.js")
_MARKDOWN = renderer()


def write(
    loaded: LoadedLesson, out: Path, progress: Callable[[], None] = lambda: None, *, overwrite: bool = False
) -> int:
    """Simulate a lesson's data and write its page; returns its bytes. `progress` is called after each setting.

    Raises ConfigError for a file that is there and that alliance-sim did not write, unless `overwrite`.
    """
    lattices = {name: simulate(loaded.experiments[name], data, progress) for name, data in loaded.lesson.data.items()}
    text = page(loaded, lattices)
    write_file(out, text, overwrite)
    return len(text.encode())


def settings_in(loaded: LoadedLesson) -> int:
    """How many settings a lesson simulates."""
    return sum(len(experiment.points) for experiment in loaded.experiments.values())


def page(loaded: LoadedLesson, lattices: dict[str, Lattice]) -> str:
    """The page as text."""
    environment = Environment(
        loader=PackageLoader("alliance_sim.lesson", "page"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    lesson = loaded.lesson
    library = (HERE / "qrcode.js").read_text(encoding="utf-8")
    script = '"use strict";\n' + "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    computed = _content(loaded, lattices)
    data = json.dumps(computed, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    content = {
        "policy": policy([library, script]),
        "lesson": lesson,
        "html": markdown,
        "style": Markup((HERE / "page.css").read_text(encoding="utf-8")),
        "library": Markup(library),
        "script": Markup(script),
        "data": Markup(data.replace("<", "\\u003c")),  # JSON that can stand inside a script element
        "version": __version__,
        "law": LAW_VERSION,
        "hash": sha256(loaded.path.read_bytes()).hexdigest()[:12],
        "seeds": sorted({experiment.seed for experiment in loaded.experiments.values()}),
        "settings": settings_in(loaded),
        "clients": sum(len(found.people) * len(loaded.experiments[name].points) for name, found in lattices.items()),
    }
    return environment.get_template("page.html.j2").render(content)


def markdown(text: str) -> Markup:
    """Text of a lesson as HTML; `{name}` becomes the place of a readout."""
    return Markup(READOUT.sub(r'<output data-readout="\1"></output>', _MARKDOWN.render(text)))


def _content(loaded: LoadedLesson, lattices: dict[str, Lattice]) -> dict[str, Any]:
    """What the page computes with."""
    lesson: Lesson = loaded.lesson
    whole = lesson.model_dump(mode="json", exclude={"data", "plans", "assumed", "sources", "worksheet", "about"})
    for screen in whole["screens"]:
        screen["text"], screen["after"] = str(markdown(screen["text"])), str(markdown(screen["after"]))
        screen["notes"] = ""
        screen["luck"] = screen.pop("redraw")  # as the scripts of the page call it
    whole["blocks"] = {
        name: _block(loaded.experiments[name], lesson.data[name], lattice) for name, lattice in lattices.items()
    }
    return whole


def _block(experiment: Experiment, data: Data, lattice: Lattice) -> dict[str, Any]:
    """A block of data for the page."""
    scale = experiment.points[0].scenario.world.scale
    return {
        "factors": lattice.factors,
        "arms": lattice.arms,
        "weeks": lattice.weeks,
        "groups": {name: group.label for name, group in data.groups.items()},
        "clients": data.clients,
        "follow": data.follow,
        "story": data.story is not None,
        "lines": {name: pack(values, scale_of(name, scale)) for name, values in lattice.lines.items()},
        "marks": text_of(lattice.marks),
        "ends": {name: pack(values, scale_of(name, scale)) for name, values in lattice.ends.items()},
    }
