"""Populations of parameters: draws of a posterior, one of which each replicate is played with.

In a config `parameters: posterior` asks for the shipped draws, `parameters: {base: FILE.csv}` for those of a
calibration of one's own, and `parameters: calibrated` for the defaults alone.
"""

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from alliance_sim.law.about import About, declared
from alliance_sim.law.world import Parameters
from alliance_sim.scenario import errors
from alliance_sim.scenario.opening import MOST_CSV, content
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest_file, span
from alliance_sim.scenario.sections import CALIBRATED, POSTERIOR, looks_like_a_path
from alliance_sim.scenario.tree import Node

NAMES = (CALIBRATED, POSTERIOR)
FORM = f"{CALIBRATED}, {POSTERIOR}, or the path of a CSV file with draws of parameters"


class Population(NamedTuple):
    """Draws of some parameters."""

    label: str  # the name in a config, or that of the file without its ending
    paths: tuple[str, ...]  # such as rupture.base
    draws: tuple[tuple[float, ...], ...]  # a row a draw, a value for each path

    @property
    def digest(self) -> str:
        """A hash of the draws and of what they are draws of; the order of columns and the label do not count."""
        columns = sorted((path, *(row[k].hex() for row in self.draws)) for k, path in enumerate(self.paths))
        text = "\n".join(",".join(column) for column in columns)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def without(self, paths: Iterable[str]) -> "Population | None":
        """The draws of all other parameters; None when none is left."""
        left_out = set(paths)
        kept = [k for k, path in enumerate(self.paths) if path not in left_out]
        if not kept:
            return None
        draws = tuple(tuple(row[k] for k in kept) for row in self.draws)
        return Population(self.label, tuple(self.paths[k] for k in kept), draws)

    def first(self, replicates: int) -> "Population":
        """The draws that some replicates, from the first on, are played with."""
        return self._replace(draws=self.draws[:replicates])

    def parameters(self, base: Parameters, replicate: int) -> Parameters:
        """The parameters of a replicate (from 1): draws are taken in turn, and all others are those of `base`."""
        return with_values(base, self.paths, self.draws[(replicate - 1) % len(self.draws)])


def with_values(base: Parameters, paths: Sequence[str], values: Sequence[float]) -> Parameters:
    """Parameters with those at some paths (such as rupture.base) replaced, a value for each path."""
    groups: dict[str, dict[str, float]] = {}
    for path, value in zip(paths, values, strict=True):
        group, _, name = path.partition(".")
        groups.setdefault(group, {})[name] = float(value)
    return base._replace(**{group: getattr(base, group)._replace(**own) for group, own in groups.items()})


def spelt_out(tree: Node) -> Node:
    """A config's tree in which `parameters: NAME`, at the top or in arms, is written `parameters: {base: NAME}`.

    So layers of a config can be merged name by name.
    """
    tree = _spelt_out(tree)
    arms = tree.fields.get("arms")
    if arms is None or not arms.fields:
        return tree
    return tree.holding({**tree.fields, "arms": arms.holding({k: _spelt_out(arm) for k, arm in arms.fields.items()})})


def _spelt_out(settings: Node) -> Node:
    given = settings.fields.get("parameters")
    if given is None or not isinstance(given.value, str):
        return settings
    return settings.holding({**settings.fields, "parameters": given.holding({"base": given})})


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
        raise ConfigError([errors.unknown_population(place, name, NAMES)])
    words = f"{POSTERIOR}.csv" if name == POSTERIOR else os.path.normpath(shown / name)
    return _read(file_of(name, folder), words, place)


def read_population(path: Path) -> Population:
    """Draws from a CSV file as `alliance-sim calibrate` writes it: a column a parameter, a row a draw.

    Raises ConfigError with every mistake in the file: no such file, unknown parameters, values that are no numbers or
    out of range, no draws.
    """
    return _read(path, str(path), Place(str(path)))


def _read(path: Path, shown: str, asked: Place) -> Population:
    """Draws from a file, which is shown to people as `shown` and was named at a place."""
    lines = _lines(path, shown, asked)
    if len(lines) < 2:
        raise ConfigError([errors.no_draws(Place(shown))])
    known = {p.path: p.about for p in declared(Parameters) if isinstance(p.about, About)}
    (first, names), *rest = lines
    problems = [errors.unknown_column(Place(shown, first), name, list(known)) for name in names if name not in known]
    problems += [errors.column_twice(Place(shown, first), name) for name in known if names.count(name) > 1]
    if set(names) & set(known):  # else this is no table of draws at all, and its lines are not worth a message each
        problems += [problem for line, row in rest for problem in _mistakes(Place(shown, line), names, row, known)]
    if problems:
        raise ConfigError(problems)
    draws = tuple(tuple(float(text) for text in row) for _, row in rest)
    return Population(path.stem, tuple(names), draws)


def _lines(path: Path, shown: str, asked: Place) -> list[tuple[int, list[str]]]:
    """The lines of a CSV file that are not empty, with their numbers."""
    try:
        reader = csv.reader(io.StringIO(content(path, MOST_CSV).decode("utf-8-sig"), newline=""))
        return [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(row)]
    except FileNotFoundError:
        raise ConfigError([errors.no_such_table(asked, shown, _neighbour(path))]) from None
    except (OSError, ValueError, csv.Error) as error:  # a folder, no permission, no text
        reason = getattr(error, "strerror", None) or "it holds no text"
        raise ConfigError([errors.no_table(asked, shown, reason)]) from None


def _neighbour(path: Path) -> str | None:
    """The CSV file beside a missing one that is named most like it, as a path."""
    try:
        names = [file.name for file in path.parent.glob("*.csv")]
    except OSError:
        return None
    near = nearest_file(path.name, names)
    return str(path.parent / near) if near else None


def _mistakes(place: Place, names: list[str], row: list[str], known: Mapping[str, About]) -> Iterator[Problem]:
    """What is wrong with one line of a table of draws."""
    if len(row) != len(names):
        yield errors.wrong_width(place, len(row), len(names))
        return
    for name, text in zip(names, row, strict=True):
        if name not in known:
            continue
        value = _number(text)
        if value is None or not known[name].low <= value <= known[name].high:
            found = text if value is None else value
            yield errors.wrong_value(place._replace(path=name), found, span(known[name], whole=False))


def _number(text: str) -> float | None:
    """The number that a text stands for; None when it stands for none."""
    try:
        return float(text)
    except ValueError:
        return None
