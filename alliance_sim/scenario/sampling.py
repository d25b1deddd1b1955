"""Settings that are sampled, listed or varied one at a time: the section `design` of a config.

Whatever the method, what comes out is a list of samples: numbered settings, each with the values that it sets. They
are crossed with the factors and the arms.
"""

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
    FactorLevel,
    Pairs,
    Path,
    canonical,
    label_of,
    path_of,
    read_factors,
    read_range,
    unknown_path,
    wrong_value,
)
from alliance_sim.scenario.library import SETTINGS_TABLE, table_rows
from alliance_sim.scenario.problem import ConfigError, Place, Problem, collected, counted, nearest, refuse
from alliance_sim.scenario.reading import value_of
from alliance_sim.scenario.registry import Label
from alliance_sim.scenario.tree import Node, plain

Unit = NDArray[np.float64]
"""Points of a unit cube: a row a sample, a column a dimension."""

LEVELS = 4
"""Levels of each range in a Morris design, where none are stated."""

AS_CONFIGURED = "as configured"
"""Label of a group of settings that a sample leaves as they are."""


class SampledSetting(NamedTuple):
    """One setting of a sampled design: its labels by column (without its number), and what it sets."""

    labels: dict[str, Label]
    settings: Pairs


class SampledDesign(NamedTuple):
    """A section `design`: its dimensions, as factors that hold every value to be checked, and what makes samples.

    `make` takes the columns of the dimensions and the configured value at a path.
    """

    dimensions: list[Factor]
    make: Callable[[list[Factor], Callable[[Path], Label]], list[SampledSetting]]
    size: int  # number of samples


_RANGES = ("points", "ranges")

METHODS = {
    "latin_hypercube": (_RANGES, ("seed",)),
    "sobol": (_RANGES, ("seed",)),
    "saltelli": (_RANGES, ("seed", "second_order")),
    "morris": (_RANGES, ("seed", "levels")),
    "one_at_a_time": (("factors",), ()),
    "list": ((), ("file", "settings")),
}
"""What each method needs, and what else it may have; in words they are in describe.j2."""


def read_design(tree: Node, folder: FilePath, shown: FilePath) -> SampledDesign | None:
    """The section `design` of a config that was checked for types; None where there is none.

    A list of settings is looked for in `folder`, which is `shown` to people. Raises ConfigError with all mistakes.
    """
    given = tree.fields.get("design")
    if given is None or not given.fields:
        return None
    node = given.fields.get("method")
    if node is None:
        raise ConfigError([errors.missing(given.place("design.method"), ", ".join(METHODS))])
    name = node.value
    if name not in METHODS:
        near = nearest(name, METHODS)
        raise ConfigError([errors.wrong_value(node.place("design.method"), name, ", ".join(METHODS), near)])
    needs, may = METHODS[name]
    allowed = sorted({*needs, *may})
    lacking = [key for key in needs if key not in given.fields or given.fields[key].value in (None, {})]
    idle = [key for key in given.fields if key not in ("method", *allowed)]
    refuse(
        [errors.missing(given.place(f"design.{key}"), f"{key}, for {name}") for key in lacking]
        + [errors.does_nothing(given.fields[key].place(f"design.{key}"), key, name, allowed) for key in idle]
    )
    if name == "one_at_a_time":
        return _one_at_a_time(given)
    return _listed(given, folder, shown) if name == "list" else _ranged(given, name)


# ---- ranges: latin hypercube, Sobol, Saltelli, Morris -----------------------------------------------------------


def _ranged(given: Node, method: str) -> SampledDesign:
    dimensions: list[Dimension] = []
    problems: list[Problem] = []
    for key, node in given.fields["ranges"].fields.items():
        with collected(problems):
            dimensions.append(read_range(key, node, node.place(f"design.ranges.{key}")))
    stated = {"seed": 1, "second_order": False, "levels": LEVELS} | plain(given)
    count, seed, second, levels = (stated[name] for name in ("points", "seed", "second_order", "levels"))
    if method in ("sobol", "saltelli") and count & (count - 1):
        place, near = given.fields["points"].place("design.points"), str(2 ** round(math.log2(count)))
        problems.append(errors.wrong_value(place, count, f"a power of two, for {method}", near))
    if levels % 2:
        place = given.fields["levels"].place("design.levels")
        problems.append(errors.wrong_value(place, levels, "an even number of levels"))
    refuse(problems)
    width = len(dimensions)
    each = {"saltelli": 2 * width + 2 if second else width + 2, "morris": width + 1}

    def make(columns: list[Factor], _: Callable[[Path], Label]) -> list[SampledSetting]:
        samples = []
        for row in unit_points(method, count, width, seed, second, levels):
            found = [dimension.at(float(u)) for dimension, u in zip(dimensions, row, strict=True)]
            labels = {factor.column: label for factor, (label, _) in zip(columns, found, strict=True)}
            samples.append(SampledSetting(labels, tuple(pair for _, pairs in found for pair in pairs)))
        return samples

    return SampledDesign([dimension.factor for dimension in dimensions], make, count * each.get(method, 1))


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


def _one_at_a_time(given: Node) -> SampledDesign:
    factors, problems = read_factors(given.fields["factors"], "design.factors")
    refuse(problems)

    def make(columns: list[Factor], configured: Callable[[Path], Label]) -> list[SampledSetting]:
        base = {f.column: AS_CONFIGURED if f.linked else configured(path_of(f.key)) for f in columns}
        samples = [SampledSetting({"varied": "nothing", **base}, ())]
        for factor in columns:
            others = (level for level in factor.levels if factor.linked or level.label != base[factor.column])
            samples += [
                SampledSetting({"varied": factor.column, **base, factor.column: level.label}, level.settings)
                for level in others
            ]
        return samples

    return SampledDesign(factors, make, 1 + sum(len(factor.levels) for factor in factors))


# ---- a list -----------------------------------------------------------------------------------------------------


def _listed(given: Node, folder: FilePath, shown: FilePath) -> SampledDesign:
    if len({"file", "settings"} & given.fields.keys()) != 1:
        raise ConfigError([errors.missing(given.place("design.file"), "either file or settings, for list")])
    rows = _table(given.fields["file"], folder, shown) if "file" in given.fields else _written(given.fields["settings"])
    refuse(
        [
            wrong
            for k, row in enumerate(rows, 1)
            for name, node in row.items()
            for wrong in wrong_value(path_of(name), node, node.place(f"design.settings[{k}].{name}"), named=True)
        ]
    )
    labels = [{name: label_of(path_of(name), node) for name, node in row.items()} for row in rows]
    seen: dict[tuple[Label, ...], int] = {}
    problems = []
    for k, (row, label) in enumerate(zip(rows, labels, strict=True), 1):
        if (first := seen.setdefault(tuple(label.values()), k)) != k:
            problems.append(errors.setting_twice(next(iter(row.values())).place(f"design.settings[{k}]"), k, first))
    refuse(problems)
    factors = []
    for name in rows[0]:
        levels = {
            label[name]: FactorLevel(label[name], ((path_of(name), row[name]),))
            for row, label in zip(rows, labels, strict=True)
        }
        factors.append(Factor(name, name, False, given.place("design"), tuple(levels.values())))

    def make(columns: list[Factor], _: Callable[[Path], Label]) -> list[SampledSetting]:
        return [
            SampledSetting(
                {column: label[key] for key, column, *_ in columns},
                tuple((path_of(key), row[key]) for key, *_ in columns),
            )
            for row, label in zip(rows, labels, strict=True)
        ]

    return SampledDesign(factors, make, len(rows))


def _table(node: Node, folder: FilePath, shown: FilePath) -> list[dict[str, Node]]:
    """The rows of a CSV file: a line of paths, and below it a setting a line."""
    name = str(node.value)
    words = (shown / name).as_posix()
    lines = table_rows(folder / name, name, node.place("design.file"), SETTINGS_TABLE)
    if len(lines) < 2:
        raise ConfigError([errors.no_settings(Place(words))])
    (first, head), *rest = lines
    problems = _wrong_head(head, Place(words, first))
    rows = []
    for number, line in rest:
        if len(line) != len(head):
            problems.append(errors.wrong_width(Place(words, number), counted(len(line), "value"), len(head)))
            continue
        values = [value_of(cell or "null", words, "file", lines=False) for cell in line]
        cells = [Node(value.value if value is not None else None, words, number, "file") for value in values]
        rows.append(dict(zip(head, cells, strict=True)))
    refuse(problems)
    return rows


def _written(node: Node) -> list[dict[str, Node]]:
    """The settings that the config lists itself."""
    rows = [dict(item.fields) for item in node.items]
    place = node.place("design.settings")
    if not rows or not rows[0]:
        raise ConfigError([errors.no_settings(place)])
    problems = _wrong_head(list(rows[0]), place)
    wanted = f"the paths of the first setting: {', '.join(rows[0])}"
    for k, (row, item) in enumerate(zip(rows, node.items, strict=True), 1):
        if set(row) != set(rows[0]):
            problems.append(errors.wrong_value(item.place(f"design.settings[{k}]"), ", ".join(row) or None, wanted))
    refuse(problems)
    return rows


def _wrong_head(names: Sequence[str], place: Place) -> list[Problem]:
    """Paths of a list that lead nowhere, or come twice."""
    problems = [found for name in names for found in unknown_path(path_of(name), place)]
    paths = [canonical(path_of(name)) for name in names]
    return problems + [errors.column_twice(place, names[k]) for k, path in enumerate(paths) if path in paths[:k]]


def inline(given: dict[str, Any], samples: Sequence[SampledSetting]) -> dict[str, Any]:
    """The section `design` as plain data that needs no other file."""
    if "file" not in given:
        return given
    rows = [{".".join(path): plain(node) for path, node in sample.settings} for sample in samples]
    return {**{key: value for key, value in given.items() if key != "file"}, "settings": rows}
