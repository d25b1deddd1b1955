"""What a config names, found in what comes with the program or in files: entries of the catalogue, draws of parameters.

In a config `parameters: posterior` asks for the shipped draws, `parameters: {base: FILE.csv}` for those of a
calibration of one's own, and `parameters: calibrated` for the defaults alone.
"""

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from alliance_sim.law.about import About, declared
from alliance_sim.law.world import Parameters
from alliance_sim.scenario import catalog, errors
from alliance_sim.scenario.catalog import Entry
from alliance_sim.scenario.names import CALIBRATED, POSTERIOR
from alliance_sim.scenario.paths import csv_rows, looks_like_a_path, neighbour
from alliance_sim.scenario.problem import ConfigError, Place, Problem, counted, nearest, refuse, span
from alliance_sim.scenario.registry import Section
from alliance_sim.scenario.scenario import Population
from alliance_sim.scenario.tree import Node

DRAWS_TABLE = "the path of a CSV file: a line of parameter paths, and below it a draw a line"
SETTINGS_TABLE = "the path of a CSV file: a line of paths, and below it a setting a line"

START = (CALIBRATED, POSTERIOR)
"""What parameters may start from by name."""


def entry_label(name: str) -> str:
    """What an entry is called in tables: its name, or its file's name without ending."""
    return Path(name).stem if looks_like_a_path(name) else name


class Library:
    """Entries by name; paths of files are seen from `folder`, which is shown to people as `shown`.

    `either_way` says whether symptom scales may be such that higher is better; those of simulations may not.
    """

    def __init__(self, folder: Path, shown: Path, *, either_way: bool = False) -> None:
        """An empty library."""
        self._folder, self._shown, self._either_way = folder, shown, either_way
        self._known: dict[tuple[str, str], Entry] = {}

    def values(self, section: Section, given: Mapping[str, Any]) -> dict[str, float | int]:
        """The numbers of a section: those of its entry, and on top of them what the config states itself."""
        own = {name: value for name, value in given.items() if name in section.group._fields}
        if len(own) == len(section.group._fields):
            return own
        name = given.get(section.name_key, section.default)
        return {**self.find(section, name, Place(name)).values, **own}

    def find(self, section: Section, name: str, place: Place) -> Entry:
        """An entry; raises ConfigError when there is none or its file is wrong."""
        if (section.kind, name) not in self._known:
            self._known[section.kind, name] = self._read(section, name, place)
        return self._known[section.kind, name]

    def _read(self, section: Section, name: str, place: Place) -> Entry:
        if looks_like_a_path(name):
            found = catalog.from_file(section.kind, self._folder / name, os.path.normpath(self._shown / name), place)
        elif name in catalog.names(section.kind):
            found = catalog.entry(section.kind, name)
        else:
            raise ConfigError([errors.unknown_entry(place, name, self._options(section), section.noun)])
        if not found.values:
            raise ConfigError([errors.not_a_scale(place, name, self._options(section))])
        if found.higher_is_better and not self._either_way:
            raise ConfigError([errors.better_is_higher(place, name, self._options(section))])
        return found

    def _options(self, section: Section) -> Sequence[str]:
        """What may be named; to know which instruments are symptom scales, all of them are read."""
        if section.key != "symptoms":
            return catalog.names(section.kind)
        return catalog.measures() if self._either_way else catalog.scales()


def is_complete(section: Section, given: Node) -> bool:
    """Whether a section states every value itself, so that the entry's name is but a name."""
    return set(section.group._fields) <= set(given.fields)


# ---- draws of parameters -------------------------------------------------------------------------------------------


def shipped_file() -> Path:
    """The file of the posterior that comes with the program."""
    return Path(str(files("alliance_sim.scenario") / "catalog" / "parameters" / "posterior.csv"))


def shipped() -> Population:
    """The draws of the posterior that comes with the program."""
    return read_population(shipped_file())


def file_of(name: str, folder: Path) -> Path:
    """The file of the population that a config in `folder` names; not for `calibrated`, which has none."""
    return shipped_file() if name == POSTERIOR else folder / name


def population_of(name: str, folder: Path, shown: Path, place: Place) -> Population | None:
    """The population that a config names at a place; None for the defaults.

    A path is seen from `folder`, which is shown to people as `shown`. Raises ConfigError for an unknown name, and with
    every mistake in a file.
    """
    if name == CALIBRATED:
        return None
    if name != POSTERIOR and not looks_like_a_path(name):
        raise ConfigError([errors.unknown_population(place, name, START)])
    words = f"{POSTERIOR}.csv" if name == POSTERIOR else os.path.normpath(shown / name)
    return read_population(file_of(name, folder), words, place)


def read_population(path: Path, shown: str = "", asked: Place | None = None) -> Population:
    """Draws from a CSV file as `alliance-sim calibrate` writes it: a column a parameter, a row a draw.

    `shown` is how the file is named to people, `asked` the place that named it. Raises ConfigError with every mistake
    in the file: no such file, unknown parameters, values that are no numbers or out of range, no draws.
    """
    shown = shown or str(path)
    lines = table_rows(path, shown, asked or Place(shown), DRAWS_TABLE)
    if len(lines) < 2:
        raise ConfigError([errors.no_draws(Place(shown))])
    known = {p.path: p.about for p in declared(Parameters) if isinstance(p.about, About)}
    (first, names), *rest = lines
    place = Place(shown, first)
    problems = [
        errors.removed_parameter(place, name)
        or errors.unknown_column(place, name, list(known), near=nearest(name.removeprefix("parameters."), known))
        for name in names
        if name not in known
    ]
    problems += [errors.column_twice(place, name) for name in known if names.count(name) > 1]
    if set(names) & set(known):  # else this is no table of draws at all, and its lines are not worth a message each
        problems += [problem for line, row in rest for problem in _mistakes(Place(shown, line), names, row, known)]
    refuse(problems)
    draws = tuple(tuple(float(text) for text in row) for _, row in rest)
    return Population(path.stem, tuple(names), draws)


def _mistakes(place: Place, names: list[str], row: list[str], known: Mapping[str, About]) -> Iterator[Problem]:
    """What is wrong with one line of a table of draws."""
    if len(row) != len(names):
        yield errors.wrong_width(place, counted(len(row), "value"), len(names))
        return
    for name, text in zip(names, row, strict=True):
        value: float | str = text
        with suppress(ValueError):
            value = float(text)
        if name in known and not (isinstance(value, float) and known[name].low <= value <= known[name].high):
            yield errors.wrong_value(place._replace(path=name), value, span(known[name], whole=False))


def table_rows(file: Path, named: str, asked: Place, form: str) -> list[tuple[int, list[str]]]:
    """The rows of a CSV file that are not blank, each with its line; `form` says what is allowed in its place.

    `named` is how the file is named at the place that asks for it. Raises ConfigError where it cannot be read.
    """
    try:
        rows = [(line, [cell.strip() for cell in row]) for line, row in csv_rows(file)]
        return [(line, row) for line, row in rows if any(row)]
    except FileNotFoundError:
        near = neighbour(file, ".csv")
        near = str(Path(named).with_name(Path(near).name)) if near else None
        wrong = errors.no_such_file(asked, named, near, form)
    except (OSError, ValueError, csv.Error) as error:  # a folder, no permission, no text
        wrong = errors.no_table(asked, named, getattr(error, "strerror", None) or "it holds no text")
    raise ConfigError([wrong])
