"""Settings that are sampled, listed or varied one at a time: the section `design` of a config.

Whatever the method, what comes out is a list of samples: numbered settings, each with the values that it sets. They
are crossed with the factors and the arms.
"""

import csv
import math
from collections.abc import Callable, Sequence
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.scenario import errors
from alliance_sim.scenario.design import (
    Dimension,
    Factor,
    Level,
    Path,
    canonical,
    label_of,
    path_of,
    read_factors,
    read_range,
    unknown_path,
    wrong_word,
)
from alliance_sim.scenario.paths import csv_rows, neighbour
from alliance_sim.scenario.problem import Place, Problem, nearest
from alliance_sim.scenario.registry import Label
from alliance_sim.scenario.tree import Node, plain, value_of

Unit = NDArray[np.float64]
"""Points of a unit cube: a row a sample, a column a dimension."""

LEVELS = 4
"""Levels of each range in a Morris design, where none are stated."""

AS_CONFIGURED = "as configured"
"""Label of a group of settings that a sample leaves as they are."""


class Sample(NamedTuple):
    """One setting of a sampled design: its labels by column (without its number), and what it sets."""

    labels: dict[str, Label]
    settings: tuple[tuple[Path, Node], ...]


class Design(NamedTuple):
    """A section `design`: its dimensions, as factors that hold every value to be checked, and what makes samples.

    `make` takes the columns of the dimensions and the configured value at a path.
    """

    method: str
    place: Place
    dimensions: list[Factor]
    make: Callable[[list[Factor], Callable[[Path], Label]], list[Sample]]
    size: int  # number of samples


class Method(NamedTuple):
    """What a method needs, may have beside it, and how it is said in words."""

    needs: tuple[str, ...]
    may: tuple[str, ...]
    words: str


METHODS = {
    "latin_hypercube": Method(
        ("points", "ranges"), ("seed",), "every range cut into as many equal slices as there are settings"
    ),
    "sobol": Method(("points", "ranges"), ("seed",), "a scrambled Sobol sequence, which fills the ranges evenly"),
    "saltelli": Method(
        ("points", "ranges"), ("seed", "second_order"), "Saltelli's extension of it, for Sobol indices of sensitivity"
    ),
    "morris": Method(
        ("points", "ranges"), ("seed", "levels"), "Morris trajectories, for screening: each step moves one setting"
    ),
    "one_at_a_time": Method(("factors",), (), "the config's own setting, then each level of each factor alone"),
    "list": Method((), ("file", "settings"), "settings that are listed one by one"),
}


def read_design(tree: Node, folder: FilePath, shown: FilePath) -> tuple[Design | None, list[Problem]]:
    """The section `design` of a config that was checked for types; None where there is none or it has mistakes.

    A list of settings is looked for in `folder`, which is `shown` to people.
    """
    given = tree.fields.get("design")
    if given is None or not given.fields:
        return None, []
    place = given.place("design")
    node = given.fields.get("method")
    if node is None:
        return None, [errors.missing(place._replace(path="design.method"), ", ".join(METHODS))]
    method = METHODS.get(node.value)
    if method is None:
        where = node.place("design.method")
        return None, [errors.wrong_value(where, node.value, ", ".join(METHODS), nearest(node.value, METHODS))]
    problems = _wrong_keys(given, node.value, method)
    if problems:
        return None, problems
    if node.value == "one_at_a_time":
        return _one_at_a_time(given, place)
    if node.value == "list":
        return _listed(given, place, folder, shown)
    return _ranged(given, node.value, place)


def _wrong_keys(given: Node, name: str, method: Method) -> list[Problem]:
    """What the method needs and does not have, and what is there and does nothing."""
    allowed = {"method", *method.needs, *method.may}
    problems = [
        errors.missing(given.place(f"design.{key}"), f"{key}, for {name}")
        for key in method.needs
        if key not in given.fields or given.fields[key].value in (None, {})
    ]
    for key, node in given.fields.items():
        if key not in allowed:
            here = node.place(f"design.{key}")
            problems.append(errors.does_nothing(here, key, name, sorted(allowed - {"method"})))
    return problems


# ---- ranges: latin hypercube, Sobol, Saltelli, Morris -----------------------------------------------------------


def _ranged(given: Node, method: str, place: Place) -> tuple[Design | None, list[Problem]]:
    dimensions: list[Dimension] = []
    problems: list[Problem] = []
    for key, node in given.fields["ranges"].fields.items():
        here = node.place(f"design.ranges.{key}")
        found = read_range(key, node, here)
        if isinstance(found, Dimension):
            dimensions.append(found)
        else:
            problems += found
    problems += _wrong_numbers(given, method)
    if problems:
        return None, problems
    count = int(plain(given.fields["points"]))
    seed = int(plain(given.fields["seed"])) if "seed" in given.fields else 1
    second = bool(plain(given.fields["second_order"])) if "second_order" in given.fields else False
    levels = int(plain(given.fields["levels"])) if "levels" in given.fields else LEVELS
    width = len(dimensions)
    each = {"saltelli": 2 * width + 2 if second else width + 2, "morris": width + 1}

    def make(columns: list[Factor], _: Callable[[Path], Label]) -> list[Sample]:
        samples = []
        for row in unit_points(method, count, width, seed, second, levels):
            found = [dimension.at(float(u)) for dimension, u in zip(dimensions, row, strict=True)]
            labels = {factor.column: label for factor, (label, _) in zip(columns, found, strict=True)}
            samples.append(Sample(labels, tuple(pair for _, pairs in found for pair in pairs)))
        return samples

    factors = [dimension.factor for dimension in dimensions]
    return Design(method, place, factors, make, count * each.get(method, 1)), []


def _wrong_numbers(given: Node, method: str) -> list[Problem]:
    """Numbers of a sampled design that its method cannot take."""
    problems = []
    points = given.fields["points"]
    count = int(points.value)
    if method in ("sobol", "saltelli") and count & (count - 1):
        near = 2 ** round(math.log2(count))
        here = points.place("design.points")
        problems.append(errors.wrong_value(here, count, f"a power of two, for {method}", str(near)))
    levels = given.fields.get("levels")
    if levels is not None and int(levels.value) % 2:
        here = levels.place("design.levels")
        problems.append(errors.wrong_value(here, levels.value, "an even number of levels"))
    return problems


def unit_points(
    method: str, count: int, dimensions: int, seed: int, second_order: bool = False, levels: int = LEVELS
) -> Unit:
    """Points of the unit cube (samples, dimensions) that a method makes; the same for the same seed.

    latin_hypercube (McKay et al., 1979) and sobol (Owen's scrambling) are SciPy's. saltelli (2002, 2010) and morris
    (1991) are SALib's, in the order in which SALib analyses them: `count` (dimensions + 2) rows, or `count`
    (2 dimensions + 2) with `second_order`; `count` trajectories of dimensions + 1 rows on a grid of `levels`.
    """
    from scipy.stats import qmc

    if method == "saltelli":
        from SALib.sample import sobol

        problem = unit_problem(dimensions)
        return np.asarray(sobol.sample(problem, count, calc_second_order=second_order, scramble=True, seed=seed))
    if method == "morris":
        from SALib.sample import morris

        return np.asarray(morris.sample(unit_problem(dimensions), count, num_levels=levels, seed=seed))
    if method == "sobol":
        return np.asarray(qmc.Sobol(dimensions, scramble=True, rng=seed).random_base2(round(math.log2(count))))
    return np.asarray(qmc.LatinHypercube(dimensions, rng=seed).random(count))


def unit_problem(dimensions: int) -> dict[str, Any]:
    """What SALib calls a problem: so many dimensions, each from 0 to 1."""
    names = [f"x{k}" for k in range(dimensions)]
    return {"num_vars": dimensions, "names": names, "bounds": [[0.0, 1.0]] * dimensions}


# ---- one at a time ----------------------------------------------------------------------------------------------


def _one_at_a_time(given: Node, place: Place) -> tuple[Design | None, list[Problem]]:
    factors, problems = read_factors(given.fields["factors"], "design.factors")
    if problems:
        return None, problems

    def make(columns: list[Factor], configured: Callable[[Path], Label]) -> list[Sample]:
        base = {f.column: AS_CONFIGURED if f.linked else configured(path_of(f.key)) for f in columns}
        samples = [Sample({"varied": "nothing", **base}, ())]
        for factor in columns:
            others = (level for level in factor.levels if factor.linked or level.label != base[factor.column])
            samples += [
                Sample({"varied": factor.column, **base, factor.column: level.label}, level.settings)
                for level in others
            ]
        return samples

    return Design("one_at_a_time", place, factors, make, 1 + sum(len(factor.levels) for factor in factors)), []


# ---- a list -----------------------------------------------------------------------------------------------------


def _listed(given: Node, place: Place, folder: FilePath, shown: FilePath) -> tuple[Design | None, list[Problem]]:
    if len({"file", "settings"} & given.fields.keys()) != 1:
        return None, [errors.missing(place._replace(path="design.file"), "either file or settings, for list")]
    if "file" in given.fields:
        rows, problems = _table(given.fields["file"], folder, shown)
    else:
        rows, problems = _written(given.fields["settings"])
    if problems:
        return None, problems
    paths = [path_of(name) for name in rows[0]]
    for k, row in enumerate(rows, 1):
        for name, node in row.items():
            here = node.place(f"design.settings[{k}].{name}")
            problems += wrong_word(path_of(name), node, here)
    seen: dict[tuple[Label, ...], int] = {}
    for k, row in enumerate(rows if not problems else [], 1):
        values = tuple(label_of(path_of(name), node) for name, node in row.items())
        first = seen.setdefault(values, k)
        if first != k:
            node = next(iter(row.values()))
            here = node.place(f"design.settings[{k}]")
            problems.append(errors.setting_twice(here, k, first))
    if problems:
        return None, problems
    factors = []
    for path, name in zip(paths, rows[0], strict=True):
        levels = {label_of(path, row[name]): Level(label_of(path, row[name]), ((path, row[name]),)) for row in rows}
        factors.append(Factor(name, name, False, place, tuple(levels.values())))

    def make(columns: list[Factor], _: Callable[[Path], Label]) -> list[Sample]:
        return [
            Sample(
                {f.column: label_of(path_of(f.key), row[f.key]) for f in columns},
                tuple((path_of(f.key), row[f.key]) for f in columns),
            )
            for row in rows
        ]

    return Design("list", place, factors, make, len(rows)), []


def _table(node: Node, folder: FilePath, shown: FilePath) -> tuple[list[dict[str, Node]], list[Problem]]:
    """The rows of a CSV file: a line of paths, and below it a setting a line."""
    place = node.place("design.file")
    file, words = folder / str(node.value), (shown / str(node.value)).as_posix()
    try:
        lines = [(number, line) for number, line in csv_rows(file) if any(cell.strip() for cell in line)]
    except FileNotFoundError:
        near = neighbour(file, ".csv")
        return [], [errors.no_such_settings(place, str(node.value), FilePath(near).name if near else None)]
    except (OSError, ValueError, csv.Error) as error:
        return [], [errors.no_table(place, str(node.value), getattr(error, "strerror", None) or str(error))]
    if len(lines) < 2:
        return [], [errors.no_settings(Place(words))]
    head = [cell.strip() for cell in lines[0][1]]
    problems = _wrong_head(head, Place(words, lines[0][0]))
    rows = []
    for number, line in lines[1:]:
        here = Place(words, number)
        if len(line) != len(head):
            problems.append(errors.wrong_width(here, len(line), len(head)))
            continue
        cells = {}
        for name, cell in zip(head, line, strict=True):
            value = value_of(cell.strip() or "null", words, "file", lines=False)
            cells[name] = Node(value.value if value is not None else None, words, number, "file")
        rows.append(cells)
    return rows, problems


def _written(node: Node) -> tuple[list[dict[str, Node]], list[Problem]]:
    """The settings that the config lists itself."""
    rows = [dict(item.fields) for item in node.items]
    place = node.place("design.settings")
    if not rows or not rows[0]:
        return [], [errors.no_settings(place)]
    problems = _wrong_head(list(rows[0]), place)
    for k, row in enumerate(rows, 1):
        if set(row) != set(rows[0]):
            item = node.items[k - 1]
            here = item.place(f"design.settings[{k}]")
            problems.append(
                errors.wrong_value(
                    here, ", ".join(row) or None, f"the paths of the first setting: {', '.join(rows[0])}"
                )
            )
    return rows, problems


def _wrong_head(names: Sequence[str], place: Place) -> list[Problem]:
    """Paths of a list that lead nowhere, or come twice."""
    problems = [found for name in names if (found := unknown_path(path_of(name), place))]
    for k, name in enumerate(names):
        if canonical(path_of(name)) in [canonical(path_of(other)) for other in names[:k]]:
            problems.append(errors.column_twice(place, name))
    return problems


def inline(given: dict[str, Any], samples: Sequence[Sample]) -> dict[str, Any]:
    """The section `design` as plain data that needs no other file."""
    if "file" not in given:
        return given
    rows = [{".".join(path): plain(node) for path, node in sample.settings} for sample in samples]
    return {**{key: value for key, value in given.items() if key != "file"}, "settings": rows}
