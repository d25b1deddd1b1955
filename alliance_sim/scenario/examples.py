"""The examples that come with the program: configs, mappings of own data, lessons and notebooks, each by its name."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from alliance_sim.scenario.names import QUESTIONS
from alliance_sim.scenario.paths import looks_like_a_path, neighbour
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest

_PACKAGE = Path(__file__).parents[1]
_HOMES = {"configs": "*.yaml", "docs/data": "*.yaml", "docs/notebooks": "*.ipynb", "lesson/lessons": "*.yaml"}
_KEYS = re.compile(r"^(\w+):", re.MULTILINE)
_TITLE = re.compile(r'^(?:title: |    "# )"?(.*?)(?:"|\\n",?)?$', re.MULTILINE)


OPENED_BY = {
    "notebook": "jupyter lab",
    "lesson": "alliance-sim lesson",
    "data": "alliance-sim data",
    "calibration": "alliance-sim calibrate",
}
"""What opens a file of a kind; `alliance-sim run` all others."""


class Example(NamedTuple):
    """An example: its file, what kind of file it is, and its title."""

    file: Path
    kind: str  # experiment, the section of a question, calibration, lesson, notebook
    title: str


@cache
def examples() -> dict[str, Example]:
    """Every example by its name, that of its file without ending."""
    return {file.stem: Example(file, *_read(file)) for home, names in _HOMES.items() for file in _files(home, names)}


def _files(home: str, names: str) -> Iterator[Path]:
    """Files of a folder, in the installed package or, in a copy of the repository, where the repository has them."""
    places = (_PACKAGE / "examples" / home, _PACKAGE.parent / home, _PACKAGE / home)
    yield from sorted(next((place for place in places if place.is_dir()), _PACKAGE).glob(names))


def _read(file: Path) -> tuple[str, str]:
    text = file.read_text(encoding="utf-8")
    title = found[1] if (found := _TITLE.search(text)) else file.stem
    if file.suffix == ".ipynb":
        return "notebook", title
    keys = set(_KEYS.findall(text))
    if file.parent.name == "lessons":
        return "lesson", title
    own = [key for key in QUESTIONS if key in keys]
    parent = re.search(r"^extends: (\S+)", text, re.MULTILINE)
    if parent and not own:
        return _read(file.parent / parent[1])[0], title
    return own[0] if own else "calibration" if "free" in keys else "experiment", title


def by_name(path: Path) -> Path:
    """The example that a path names without folder and ending, as in `alliance-sim run quickstart`; else the path.

    Raises ConfigError for a lesson or a notebook, which are no configs.
    """
    if looks_like_a_path(str(path)) or path.suffix or path.exists() or path.name not in examples():
        return path
    example = examples()[path.name]
    if example.kind in ("lesson", "notebook"):
        opened = f"{OPENED_BY[example.kind]} {path.name if example.kind == 'lesson' else example.file}"
        raise ConfigError([Problem(Place(path.name), f"a {example.kind}", f"a config; {opened} opens it")])
    return example.file


def name_of(path: Path) -> str | None:
    """The name of an example, by its file."""
    return next((name for name, example in examples().items() if example.file == path), None)


def named_most_like(path: Path) -> str | None:
    """The file or, for a name without folder and ending, the example that is named most like a missing one."""
    near = neighbour(path, ".yaml", ".yml")
    return near if near or looks_like_a_path(str(path)) else nearest(path.name, examples())


def files_of(file: Path) -> dict[str, Path]:
    """A config and all files that it names, by their paths as seen from its folder: what a copy needs."""
    found = {file.name: file}
    if file.suffix == ".yaml":
        for name in re.findall(r"[\w./-]+\.(?:csv|yaml|py)\b", _without_comments(file.read_text(encoding="utf-8"))):
            other = file.parent / name
            if name not in found and other.is_file():
                found |= {(Path(name).parent / more).as_posix(): path for more, path in files_of(other).items()}
    return found


def _without_comments(text: str) -> str:
    return re.sub(r"(^|\s)#.*$", "", text, flags=re.MULTILINE)
