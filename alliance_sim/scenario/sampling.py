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

from alliance_sim.law.about import About
from alliance_sim.scenario import errors
from alliance_sim.scenario.design import (
    Factor,
    Label,
    Level,
    Path,
    canonical,
    label_of,
    path_of,
    read_factors,
    unknown_path,
    wrong_value,
)
from alliance_sim.scenario.population import NAMES
from alliance_sim.scenario.problem import Place, Problem, nearest
from alliance_sim.scenario.reading import value_of
from alliance_sim.scenario.registry import by_path
from alliance_sim.scenario.tree import Node, plain

Unit = NDArray[np.float64]
"""Points of a unit cube: a row a sample, a column a dimension."""

PLAUSIBLE = "plausible"
"""The range of a setting that is declared beside it, in place of two numbers."""

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
    "one_at_a_time": Method(("factors",), (), "the config's own setting, then each level of each factor alone"),
    "list": Method((), ("file", "settings"), "settings that are listed one by one"),
}


class _Dimension(NamedTuple):
    """A range, or several that move together, or options: a number from 0 to 1 stands for a value at each path."""

    factor: Factor
    ends: tuple[tuple[Path, Node, float, float, bool], ...]  # path, place, at 0, at 1, whole numbers only
    options: tuple[Node, ...]

    def at(self, u: float) -> tuple[Label, tuple[tuple[Path, Node], ...]]:
        """Label and settings at a place between 0 and 1."""
        if self.options:
            node = self.options[min(int(u * len(self.options)), len(self.options) - 1)]
            path = path_of(self.factor.key)
            return label_of(path, node), ((path, node),)
        pairs = tuple((path, node.holding(_between(low, high, u, whole))) for path, node, low, high, whole in self.ends)
        return (float(u) if self.factor.linked else label_of(*pairs[0])), pairs


def _between(low: float, high: float, u: float, whole: bool) -> float:
    """The value at a place between two ends; whole numbers have equal shares."""
    if not whole:
        return float(low + u * (high - low))
    first, last = sorted((round(low), round(high)))
    share = u if low <= high else 1.0 - u
    return min(first + math.floor(share * (last - first + 1)), last)


def read_design(tree: Node, folder: FilePath, shown: FilePath) -> tuple[Design | None, list[Problem]]:
    """The section `design` of a config that was checked for types; None where there is none or it has mistakes.

    A list of settings is looked for in `folder`, which is `shown` to people.
    """
    given = tree.fields.get("design")
    if given is None or not given.fields:
        return None, []
    place = Place(given.file, given.line, "design")
    node = given.fields.get("method")
    if node is None:
        return None, [errors.missing(place._replace(path="design.method"), ", ".join(METHODS))]
    method = METHODS.get(node.value)
    if method is None:
        where = Place(node.file, node.line, "design.method")
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
        errors.missing(Place(given.file, given.line, f"design.{key}"), f"{key}, for {name}")
        for key in method.needs
        if key not in given.fields or given.fields[key].value in (None, {})
    ]
    for key, node in given.fields.items():
        if key not in allowed:
            here = Place(node.file, node.line, f"design.{key}")
            problems.append(errors.does_nothing(here, key, name, sorted(allowed - {"method"})))
    return problems


# ---- ranges: latin hypercube, Sobol, Saltelli -------------------------------------------------------------------


def _ranged(given: Node, method: str, place: Place) -> tuple[Design | None, list[Problem]]:
    dimensions: list[_Dimension] = []
    problems: list[Problem] = []
    for key, node in given.fields["ranges"].fields.items():
        here = Place(node.file, node.line, f"design.ranges.{key}")
        found = _linked_range(key, node, here) if isinstance(node.value, dict) else _range(key, node, here)
        if isinstance(found, _Dimension):
            dimensions.append(found)
        else:
            problems += found
    node = given.fields["points"]
    count = int(node.value)
    if method != "latin_hypercube" and count & (count - 1):
        near = 2 ** round(math.log2(count))
        here = Place(node.file, node.line, "design.points")
        problems.append(errors.wrong_value(here, count, f"a power of two, for {method}", str(near)))
    if problems:
        return None, problems
    seed = int(plain(given.fields["seed"])) if "seed" in given.fields else 1
    second = bool(plain(given.fields["second_order"])) if "second_order" in given.fields else False
    size = count * (2 * len(dimensions) + 2 if second else len(dimensions) + 2) if method == "saltelli" else count

    def make(columns: list[Factor], _: Callable[[Path], Label]) -> list[Sample]:
        samples = []
        for row in unit_points(method, count, len(dimensions), seed, second):
            found = [dimension.at(float(u)) for dimension, u in zip(dimensions, row, strict=True)]
            labels = {factor.column: label for factor, (label, _) in zip(columns, found, strict=True)}
            samples.append(Sample(labels, tuple(pair for _, pairs in found for pair in pairs)))
        return samples

    return Design(method, place, [dimension.factor for dimension in dimensions], make, size), []


def unit_points(method: str, count: int, dimensions: int, seed: int, second_order: bool = False) -> Unit:
    """Points of the unit cube (samples, dimensions) that a method makes; the same for the same seed.

    latin_hypercube (McKay et al., 1979) and sobol (Owen's scrambling) are SciPy's, saltelli (2002, 2010) is SALib's, in
    the order in which SALib analyses it: `count` (dimensions + 2) rows, or `count` (2 dimensions + 2) with
    `second_order`.
    """
    from scipy.stats import qmc

    if method == "saltelli":
        from SALib.sample import sobol

        problem = {
            "num_vars": dimensions,
            "names": [f"x{k}" for k in range(dimensions)],
            "bounds": [[0.0, 1.0]] * dimensions,
        }
        return np.asarray(sobol.sample(problem, count, calc_second_order=second_order, scramble=True, seed=seed))
    if method == "sobol":
        return np.asarray(qmc.Sobol(dimensions, scramble=True, rng=seed).random_base2(round(math.log2(count))))
    return np.asarray(qmc.LatinHypercube(dimensions, rng=seed).random(count))


def _range(key: str, node: Node, place: Place) -> _Dimension | list[Problem]:
    """A path with its two ends, its plausible range, or its options."""
    path = path_of(key)
    unknown = unknown_path(path, place)
    if unknown is not None:
        return [unknown]
    about = _about(path)
    if about is None and isinstance(node.value, list):
        return _options(key, path, node, place)
    ends = _ends(path, about, node, place)
    if isinstance(ends, list):
        return ends
    if ends[2] >= ends[3]:
        return [errors.wrong_value(place, plain(node), "two numbers, the lower one first")]
    levels = tuple(Level(label_of(path, node.holding(end)), ((path, node.holding(end)),)) for end in ends[2:4])
    return _Dimension(Factor(key, key, False, place, levels), (ends,), ())


def _linked_range(key: str, node: Node, place: Place) -> _Dimension | list[Problem]:
    """A name, and below it several paths that move together from their first to their second end."""
    problems: list[Problem] = []
    ends = []
    for name, inner in node.fields.items():
        here = Place(inner.file, inner.line, f"{place.path}.{name}")
        path = path_of(name)
        unknown = unknown_path(path, here)
        found = [unknown] if unknown is not None else _ends(path, _about(path), inner, here)
        if isinstance(found, list):
            problems += found
        elif found[2] == found[3]:
            problems.append(errors.wrong_value(here, plain(inner), "two different numbers"))
        else:
            ends.append(found)
    if not node.fields:
        problems.append(errors.factor_empty(place))
    if problems:
        return problems
    levels = tuple(
        Level(label, tuple((path, where.holding(pair[k])) for path, where, *pair, _ in ends))
        for k, label in enumerate((0.0, 1.0))
    )
    return _Dimension(Factor(key, key, True, place, levels), tuple(ends), ())


def _about(path: Path) -> About | None:
    """The declaration of a setting that is a number; None for words."""
    setting = by_path().get(".".join(path))
    return setting.about if setting is not None and isinstance(setting.about, About) else None


def _ends(
    path: Path, about: About | None, node: Node, place: Place
) -> tuple[Path, Node, float, float, bool] | list[Problem]:
    """The two ends of a path's range, or what is wrong with them."""
    if about is None:
        return [errors.wrong_value(place, plain(node), "a list of options, since this setting is no number")]
    whole = isinstance(by_path()[".".join(path)].default, int)
    if node.value == PLAUSIBLE:
        return path, node, about.low, about.high, whole
    form = f"two numbers such as [{about.low:g}, {about.high:g}], or {PLAUSIBLE}"
    if not isinstance(node.value, list) or len(node.items) != 2:
        return [errors.wrong_value(place, plain(node), form, nearest(str(node.value), [PLAUSIBLE]))]
    wrong = []
    for k, end in enumerate(node.items, 1):
        wrong += wrong_value(path, end, Place(end.file, end.line, f"{place.path}[{k}]"))
    low, high = (plain(end) for end in node.items)
    return wrong or (path, node, low, high, whole)


def _options(key: str, path: Path, node: Node, place: Place) -> _Dimension | list[Problem]:
    """A path with its options, which have equal shares."""
    problems: list[Problem] = []
    levels: list[Level] = []
    for k, option in enumerate(node.items, 1):
        here = Place(option.file, option.line, f"{place.path}[{k}]")
        wrong = _wrong_word(path, option, here)
        problems += wrong
        if not wrong:
            label = label_of(path, option)
            problems += [errors.factor_repeats(here, label)] if any(label == level.label for level in levels) else []
            levels.append(Level(label, ((path, option),)))
    if len(node.items) < 2:
        problems.append(errors.wrong_value(place, plain(node), "at least two options"))
    return problems or _Dimension(Factor(key, key, False, place, tuple(levels)), (), tuple(node.items))


def _wrong_word(path: Path, node: Node, place: Place) -> list[Problem]:
    """Mistakes in a value; files of draws are for factors, since every one is kept with a run."""
    if path == ("parameters", "base") and node.value not in NAMES:
        return [errors.wrong_value(place, node.value, " or ".join(NAMES), nearest(str(node.value), NAMES))]
    return wrong_value(path, node, place)


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
            here = Place(node.file, node.line, f"design.settings[{k}].{name}")
            problems += _wrong_word(path_of(name), node, here)
    seen: dict[tuple[Label, ...], int] = {}
    for k, row in enumerate(rows if not problems else [], 1):
        values = tuple(label_of(path_of(name), node) for name, node in row.items())
        first = seen.setdefault(values, k)
        if first != k:
            node = next(iter(row.values()))
            here = Place(node.file, node.line, f"design.settings[{k}]")
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
    place = Place(node.file, node.line, "design.file")
    file, words = folder / str(node.value), (shown / str(node.value)).as_posix()
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            lines = [(reader.line_num, line) for line in reader if any(cell.strip() for cell in line)]
    except FileNotFoundError:
        tables = [path.name for path in sorted(file.parent.glob("*.csv"))] if file.parent.is_dir() else []
        return [], [errors.no_such_settings(place, str(node.value), nearest(file.name, tables))]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return [], [errors.no_table(place, str(node.value), str(error))]
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
    place = Place(node.file, node.line, "design.settings")
    if not rows or not rows[0]:
        return [], [errors.no_settings(place)]
    problems = _wrong_head(list(rows[0]), place)
    for k, row in enumerate(rows, 1):
        if set(row) != set(rows[0]):
            item = node.items[k - 1]
            here = Place(item.file, item.line, f"design.settings[{k}]")
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
