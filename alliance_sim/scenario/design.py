"""What a design varies: factors with their levels, and ranges that settings are sampled from.

A range has two ends, is the plausible one, a list of options, or several that move together. A number from 0 to 1
stands for a place in a range, so that designs are made in a unit cube.
"""

import math
from collections import Counter
from typing import NamedTuple

from alliance_sim.law.about import Choice
from alliance_sim.law.state import ClientTraits, Events, Levels, TherapistTraits
from alliance_sim.law.tally import Tally
from alliance_sim.scenario import errors
from alliance_sim.scenario.config import Settings
from alliance_sim.scenario.letters import same
from alliance_sim.scenario.library import START, entry_label
from alliance_sim.scenario.models import check, spot
from alliance_sim.scenario.problem import ConfigError, Place, Problem, collected, in_config, likely, nearest, refuse
from alliance_sim.scenario.registry import SECTIONS, Label, by_path, groups, number_at, path_ending_in
from alliance_sim.scenario.tree import Node, leaves, nest, plain

RESERVED = frozenset(
    {"arm", "replicate", "therapist", "client", "symptoms_intake", "symptoms_end", "distress_end"}
    | {"reliable_change", "recovered", *Levels._fields, *Events._fields, *ClientTraits._fields, *Tally._fields}
    | {f"therapist_{name}" for name in TherapistTraits._fields}
    | {"estimate", "kind", "baseline", "value", "low", "high", "mcse", "unit", "replicates"}
    | {"spread_low", "spread_high", "variance_ratio", "meaning"}
    | {"sample", "varied", "point", "address", "part", "parts", "finished"}
)
"""Columns that the tables, or the table of estimates, have already."""

Path = tuple[str, ...]
Pairs = tuple[tuple[Path, Node], ...]
"""Paths, and what is set there."""


class FactorLevel(NamedTuple):
    """One value of a factor: its label in tables, and what it sets."""

    label: Label
    settings: Pairs


class Factor(NamedTuple):
    """A setting that is varied: its name in the config, its column in tables, its levels."""

    key: str
    column: str
    linked: bool  # labels with several settings each, and not a path with its values
    place: Place
    levels: tuple[FactorLevel, ...]

    def paths(self) -> set[Path]:
        """Every path that some level sets."""
        return {canonical(path) for level in self.levels for path, _ in level.settings}

    def always_sets(self, path: Path) -> bool:
        """Whether every level sets a path."""
        return all(any(canonical(own) == path for own, _ in level.settings) for level in self.levels)


# ---- paths and values -----------------------------------------------------------------------------------------------


def canonical(path: Path) -> Path:
    """A path with the name of a catalogue entry written in the one way: treatment for treatment.profile."""
    section = SECTIONS.get(path[0])
    return path[:1] if section is not None and path[1:] == (section.name_key,) else path


def path_of(key: str) -> Path:
    """The path that a key of `factors` stands for; `parameters` alone is what they start from."""
    return ("parameters", "base") if key == "parameters" else tuple(key.split("."))


def unknown_path(path: Path, place: Place) -> list[Problem]:
    """The message for a path that leads to no setting; none when it leads to one."""
    for n in range(len(path)):
        around = spot(Settings, path[:n])
        if around is not None and path[n] not in around.names:
            near = likely(".".join(path), [*by_path(), *groups()], path_ending_in(path[-1]))
            return [errors.unknown_name(place, path[n], around.names, ".".join(path[:n]), near)]
    return []


def wrong_value(path: Path, value: Node, place: Place, *, named: bool = False) -> list[Problem]:
    """Mistakes in a value at a path; draws by their name if `named`, since a run keeps every value of its design."""
    if named and path == ("parameters", "base") and value.value not in START:
        return [errors.wrong_value(place, value.value, " or ".join(START), nearest(str(value.value), START))]
    if value.value is None:
        return [errors.wrong_value(place, None, "a value")]
    return check(nest(path, value), Settings, lambda loc: ".".join([place.path, *map(str, loc[len(path) :])])).problems


def label_of(path: Path, value: Node) -> Label:
    """A level's label: a number as the law has it, an option as it is written, an entry by its name."""
    setting = by_path().get(".".join(path))
    if setting is None:
        return entry_label(str(value.value))
    if isinstance(setting.about, Choice):
        return value.value if isinstance(value.value, bool) else in_config(value.value)
    return value.value if setting.default is None else type(setting.default)(value.value)


# ---- factors --------------------------------------------------------------------------------------------------------


def read_factors(given: Node | None, at: str) -> tuple[list[Factor], list[Problem]]:
    """The factors of a section at a path, but for those with mistakes, and the mistakes.

    Their columns are still to be named (`with_columns`).
    """
    factors: list[Factor] = []
    problems: list[Problem] = []
    for key, node in (given.fields if given is not None else {}).items():
        place, linked = node.place(f"{at}.{key}"), isinstance(node.value, dict)
        with collected(problems):
            if not linked and not isinstance(node.value, list):
                raise ConfigError([errors.factor_no_list(place, node.value)])
            levels = _linked(node, place) if linked else _levels(path_of(key), node, place)
            refuse([] if levels else [errors.factor_empty(place)])
            factors.append(Factor(key, key, linked, place, levels))
    return factors, problems


def _levels(path: Path, node: Node, place: Place, *, sampled: bool = False) -> tuple[FactorLevel, ...]:
    """A level for each value of a list; of a range that is `sampled` there must be two."""
    refuse(unknown_path(path, place))
    levels: list[FactorLevel] = []
    problems: list[Problem] = []
    for k, value in enumerate(node.items, 1):
        here = value.place(f"{place.path}[{k}]")
        if isinstance(value.value, dict) and not sampled:
            problems.append(errors.factor_mapping_value(here))
        elif wrong := wrong_value(path, value, here, named=sampled):
            problems += wrong
        else:
            label = label_of(path, value)
            if any(label == level.label for level in levels):
                problems.append(errors.factor_repeats(here, label))
            levels.append(FactorLevel(label, ((path, value),)))
    if sampled and len(node.items) < 2:
        problems.append(errors.wrong_value(place, plain(node), "at least two options"))
    refuse(problems)
    return tuple(levels)


def _linked(node: Node, place: Place) -> tuple[FactorLevel, ...]:
    """Levels of a linked factor: labels, and below each the paths and values that it sets."""
    levels: list[FactorLevel] = []
    problems: list[Problem] = []
    for label, settings in node.fields.items():
        inside = settings.place(f"{place.path}.{label}")
        if not isinstance(settings.value, dict):
            problems.append(errors.wrong_value(inside, settings.value, "a mapping of paths and values"))
        pairs: list[tuple[Path, Node]] = []
        for name, value in settings.fields.items():
            path, here = path_of(name), value.place(f"{inside.path}.{name}")
            problems += unknown_path(path, here) or wrong_value(path, value, here)
            pairs += leaves(nest(path, value))
        levels.append(FactorLevel(label, tuple(pairs)))
    refuse(problems)
    return tuple(levels)


def with_columns(factors: list[Factor]) -> tuple[list[Factor], list[Problem]]:
    """All factors with their columns: the last part of a path, or the whole path where that would clash."""
    linked = {factor.key for factor in factors if factor.linked}
    taken = {same(name) for name in RESERVED}
    problems = [errors.factor_column(f.place, f.key) for f in factors if f.linked and same(f.key) in taken]
    last = [factor.key.rpartition(".")[2] for factor in factors]
    count = Counter(name for factor, name in zip(factors, last, strict=True) if factor.key not in linked)
    named = [
        factor._replace(column=name)
        if factor.key not in linked and count[name] == 1 and name not in RESERVED | linked
        else factor
        for factor, name in zip(factors, last, strict=True)
    ]
    return named, problems


# ---- ranges ---------------------------------------------------------------------------------------------------------

PLAUSIBLE = "plausible"
"""The range of a setting that is declared with it, in place of two numbers."""


Ends = tuple[Path, Node, float, float, bool]
"""A path, where its range is written, its values at 0 and at 1, and whether it takes whole numbers only."""


class Dimension(NamedTuple):
    """A range, or several that move together, or options: a number from 0 to 1 stands for a value at each path."""

    factor: Factor
    ends: tuple[Ends, ...]
    options: tuple[Node, ...]

    def at(self, u: float) -> tuple[Label, Pairs]:
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


def read_range(key: str, node: Node, place: Place) -> Dimension:
    """What a key of `ranges` and the range below it stand for. Raises ConfigError with all that is wrong with them.

    A mapping below a name links several paths, which move together from their first to their second end; anything else
    is the range of the path that the key is.
    """
    linked, path = isinstance(node.value, dict), path_of(key)
    if isinstance(node.value, list) and not unknown_path(path, place) and number_at(".".join(path)) is None:
        levels = _levels(path, node, place, sampled=True)
        return Dimension(Factor(key, key, False, place, levels), (), tuple(node.items))
    problems = [errors.factor_empty(place)] if linked and not node.fields else []
    ends: list[Ends] = []
    for name, inner in node.fields.items() if linked else [(key, node)]:
        here = inner.place(f"{place.path}.{name}") if linked else place
        with collected(problems):
            found = _ends(path_of(name), inner, here)
            _, _, low, high, _ = found
            if low == high or (low > high and not linked):
                words = "two different numbers" if linked else "two numbers, the lower one first"
                raise ConfigError([errors.wrong_value(here, plain(inner), words)])
            ends.append(found)
    refuse(problems)
    levels = ()
    for k in (0, 1):
        pairs = tuple((path, where.holding(pair[k])) for path, where, *pair, _ in ends)
        levels = (*levels, FactorLevel(float(k) if linked else label_of(*pairs[0]), pairs))
    return Dimension(Factor(key, key, linked, place, levels), tuple(ends), ())


def _ends(path: Path, node: Node, place: Place) -> Ends:
    """The two ends of a path's range. Raises ConfigError."""
    refuse(unknown_path(path, place))
    about = number_at(".".join(path))
    if about is None:
        options = "a list of options, since this setting is no number"
        raise ConfigError([errors.wrong_value(place, plain(node), options)])
    whole = isinstance(by_path()[".".join(path)].default, int)
    if node.value == PLAUSIBLE:
        return path, node, about.low, about.high, whole
    if not isinstance(node.value, list) or len(node.items) != 2:
        form = f"two numbers such as [{about.low:g}, {about.high:g}], or {PLAUSIBLE}"
        raise ConfigError([errors.wrong_value(place, plain(node), form, nearest(str(node.value), [PLAUSIBLE]))])
    ends = enumerate(node.items, 1)
    refuse([wrong for k, end in ends for wrong in wrong_value(path, end, end.place(f"{place.path}[{k}]"))])
    low, high = (plain(end) for end in node.items)
    return path, node, low, high, whole
