"""Ranges that settings are sampled from: two ends, the plausible range, options, or several that move together.

A number from 0 to 1 stands for a place in a range, so that designs are made in a unit cube.
"""

import math
from typing import NamedTuple

from alliance_sim.law.about import About
from alliance_sim.scenario import errors
from alliance_sim.scenario.design import Factor, Label, Level, Path, label_of, path_of, unknown_path, wrong_value
from alliance_sim.scenario.population import NAMES
from alliance_sim.scenario.problem import Place, Problem, nearest
from alliance_sim.scenario.registry import by_path
from alliance_sim.scenario.tree import Node, plain

PLAUSIBLE = "plausible"
"""The range of a setting that is declared beside it, in place of two numbers."""


class Dimension(NamedTuple):
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


def read_range(key: str, node: Node, place: Place) -> Dimension | list[Problem]:
    """What a key of `ranges` and the range below it stand for, or what is wrong with them.

    A mapping below a name links several paths; anything else is the range of the path that the key is.
    """
    return _linked_range(key, node, place) if isinstance(node.value, dict) else _range(key, node, place)


def _range(key: str, node: Node, place: Place) -> Dimension | list[Problem]:
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
    return Dimension(Factor(key, key, False, place, levels), (ends,), ())


def _linked_range(key: str, node: Node, place: Place) -> Dimension | list[Problem]:
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
    return Dimension(Factor(key, key, True, place, levels), tuple(ends), ())


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


def _options(key: str, path: Path, node: Node, place: Place) -> Dimension | list[Problem]:
    """A path with its options, which have equal shares."""
    problems: list[Problem] = []
    levels: list[Level] = []
    for k, option in enumerate(node.items, 1):
        here = Place(option.file, option.line, f"{place.path}[{k}]")
        wrong = wrong_word(path, option, here)
        problems += wrong
        if not wrong:
            label = label_of(path, option)
            problems += [errors.factor_repeats(here, label)] if any(label == level.label for level in levels) else []
            levels.append(Level(label, ((path, option),)))
    if len(node.items) < 2:
        problems.append(errors.wrong_value(place, plain(node), "at least two options"))
    return problems or Dimension(Factor(key, key, False, place, tuple(levels)), (), tuple(node.items))


def wrong_word(path: Path, node: Node, place: Place) -> list[Problem]:
    """Mistakes in a value; files of draws are for factors, since every one is kept with a run."""
    if path == ("parameters", "base") and node.value not in NAMES:
        return [errors.wrong_value(place, node.value, " or ".join(NAMES), nearest(str(node.value), NAMES))]
    return wrong_value(path, node, place)
