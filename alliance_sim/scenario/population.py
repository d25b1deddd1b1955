"""Populations of parameters: draws of a posterior, one of which each replicate is played with.

In a config `parameters: posterior` asks for the shipped draws, `parameters: {base: FILE.csv}` for those of a
calibration of your own, and `parameters: calibrated` for the defaults alone. Inside a tree the name is kept under the
key `population`, so that layers can be merged name by name.
"""

import csv
import hashlib
import math
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from alliance_sim.law.about import About, declared
from alliance_sim.law.world import Parameters
from alliance_sim.scenario import errors
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest, span
from alliance_sim.scenario.sections import looks_like_a_path
from alliance_sim.scenario.tree import Node

KEY = "population"
CALIBRATED, POSTERIOR = "calibrated", "posterior"
NAMES = (CALIBRATED, POSTERIOR)
WORDS = "calibrated, posterior, or the path of a CSV file with draws of parameters"


class Population(NamedTuple):
    """Draws of some parameters; hashable, and no more than a scenario needs."""

    label: str
    paths: tuple[str, ...]  # such as rupture.base
    draws: tuple[tuple[float, ...], ...]  # a row a draw

    @property
    def digest(self) -> str:
        """A hash of the draws and of what they are draws of."""
        rows = [self.paths, *([value.hex() for value in row] for row in self.draws)]
        text = "\n".join(",".join(row) for row in rows)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def without(self, paths: set[str]) -> "Population | None":
        """The draws of all other parameters; None when none is left."""
        kept = [k for k, path in enumerate(self.paths) if path not in paths]
        if not kept:
            return None
        return Population(
            self.label, tuple(self.paths[k] for k in kept), tuple(tuple(row[k] for k in kept) for row in self.draws)
        )

    def parameters(self, base: Parameters, replicate: int) -> Parameters:
        """The parameters of a replicate (from 1): the draws are used in turn."""
        return with_values(base, self.paths, self.draws[(replicate - 1) % len(self.draws)])


def with_values(base: Parameters, paths: tuple[str, ...], values: tuple[float, ...]) -> Parameters:
    """Parameters with some replaced; paths such as rupture.base."""
    groups: dict[str, dict[str, float]] = {}
    for path, value in zip(paths, values, strict=True):
        group, _, name = path.partition(".")
        groups.setdefault(group, {})[name] = float(value)
    return base._replace(**{group: getattr(base, group)._replace(**own) for group, own in groups.items()})


def apart(tree: Node) -> Node:
    """A config's tree with the name of the population taken out of `parameters`, at the top and in arms."""
    tree = _apart(tree)
    arms = tree.fields.get("arms")
    if arms is None or not isinstance(arms.value, dict):
        return tree
    return tree.holding({**tree.fields, "arms": arms.holding({name: _apart(arm) for name, arm in arms.fields.items()})})


def _apart(settings: Node) -> Node:
    given = settings.fields.get("parameters")
    if given is None:
        return settings
    rest = {key: node for key, node in settings.fields.items() if key != "parameters"}
    if isinstance(given.value, str):
        return settings.holding({**rest, KEY: given})
    if "base" in given.fields:
        own = given.holding({key: node for key, node in given.fields.items() if key != "base"})
        return settings.holding({**rest, KEY: given.fields["base"], **({"parameters": own} if own.fields else {})})
    return settings


def shipped() -> Population:
    """The posterior that comes with the program."""
    return _read(Path(str(files("alliance_sim.scenario") / "catalog" / "parameters" / "posterior.csv")), POSTERIOR)


def population_of(name: str, folder: Path, place: Place) -> Population | None:
    """The population that a config names; None for the defaults. A path is seen from `folder`.

    Raises ConfigError for an unknown name, and for every mistake in a file.
    """
    if name == CALIBRATED:
        return None
    if name == POSTERIOR:
        return shipped()
    if not (looks_like_a_path(name) or name.endswith(".csv")):
        raise ConfigError([errors.wrong_value(place, name, WORDS, nearest(name, NAMES))])
    return read_population(folder / name, place)


def read_population(path: Path, place: Place | None = None) -> Population:
    """Draws from a CSV file as `alliance-sim calibrate` writes it: a column a parameter, a row a draw.

    Raises ConfigError with every mistake in the file: no such file, unknown parameters, values that are no numbers or
    out of range, no draws.
    """
    if not path.is_file():
        raise ConfigError([errors.wrong_value(place or Place(str(path)), str(path), "the path of a CSV file")])
    return _read(path.resolve(), path.stem)


@cache
def _read(path: Path, label: str) -> Population:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [row for row in csv.reader(stream) if row]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise ConfigError([errors.not_text(Place(str(path)))]) from None
    if len(rows) < 2:
        raise ConfigError([errors.missing(Place(str(path)), "a line of parameter paths, and below it a draw a line")])
    known = {d.path: d.about for d in declared(Parameters)}
    problems: list[Problem] = []
    for name in rows[0]:
        if name not in known:
            problems.append(
                errors.unknown_name(Place(str(path), 1), name, tuple(known), "parameters", nearest(name, known))
            )
    draws = [_draw(path, line, rows[0], row, known, problems) for line, row in enumerate(rows[1:], 2)]
    if problems:
        raise ConfigError(problems)
    return Population(label, tuple(rows[0]), tuple(draws))


def _draw(
    path: Path, line: int, names: list[str], row: list[str], known: dict[str, object], problems: list[Problem]
) -> tuple[float, ...]:
    if len(row) != len(names):
        problems.append(errors.wrong_value(Place(str(path), line), f"{len(row)} values", f"{len(names)} values"))
        return ()
    values = []
    for name, text in zip(names, row, strict=True):
        about = known.get(name)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if isinstance(about, About) and not about.low <= value <= about.high:
            problems.append(errors.wrong_value(Place(str(path), line, name), text, span(about, False)))
        values.append(value)
    return tuple(values)
