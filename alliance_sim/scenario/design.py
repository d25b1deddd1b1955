"""The design of an experiment: factors, arms, and the points where they cross."""

from collections import Counter
from typing import NamedTuple

from alliance_sim.law.about import About, Choice
from alliance_sim.law.state import ClientTraits, Events, Levels, TherapistTraits
from alliance_sim.law.tally import Tally
from alliance_sim.scenario import errors
from alliance_sim.scenario.checking import check
from alliance_sim.scenario.library import entry_label
from alliance_sim.scenario.models import Settings, spot, written_option
from alliance_sim.scenario.names import same
from alliance_sim.scenario.problem import Place, Problem, likely
from alliance_sim.scenario.registry import by_path, groups, paths_ending_in
from alliance_sim.scenario.sections import SECTIONS
from alliance_sim.scenario.tree import Node, leaves, nest

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
Label = float | str | bool


class Level(NamedTuple):
    """One value of a factor: its label in tables, and what it sets."""

    label: Label
    settings: tuple[tuple[Path, Node], ...]


class Factor(NamedTuple):
    """A setting that is varied: its name in the config, its column in tables, its levels."""

    key: str
    column: str
    linked: bool  # labels with several settings each, and not a path with its values
    place: Place
    levels: tuple[Level, ...]

    def paths(self) -> set[Path]:
        """Every path that some level sets."""
        return {canonical(path) for level in self.levels for path, _ in level.settings}

    def always_sets(self, path: Path) -> bool:
        """Whether every level sets a path."""
        return all(any(canonical(own) == path for own, _ in level.settings) for level in self.levels)


def canonical(path: Path) -> Path:
    """A path with the name of a catalogue entry written in the one way: treatment for treatment.profile."""
    section = SECTIONS.get(path[0])
    return path[:1] if section is not None and path[1:] == (section.name_key,) else path


def path_of(key: str) -> Path:
    """The path that a key of `factors` stands for; `parameters` alone is what they start from."""
    return ("parameters", "base") if key == "parameters" else tuple(key.split("."))


def read_factors(given: Node | None, at: str) -> tuple[list[Factor], list[Problem]]:
    """The factors of a section that lies at a path, but for those with mistakes, and the mistakes.

    Their columns are still to be named (`with_columns`).
    """
    factors: list[Factor] = []
    problems: list[Problem] = []
    for key, node in (given.fields if given is not None else {}).items():
        place = Place(node.file, node.line, f"{at}.{key}")
        if isinstance(node.value, dict):
            levels, wrong = _linked(node, place)
        elif isinstance(node.value, list):
            levels, wrong = _listed(key, node, place)
        else:
            levels, wrong = [], [errors.factor_no_list(place, node.value)]
        if not levels and not wrong:
            wrong = [errors.factor_empty(place)]
        problems.extend(wrong)
        if not wrong:
            factors.append(Factor(key, key, isinstance(node.value, dict), place, tuple(levels)))
    return factors, problems


def _listed(key: str, node: Node, place: Place) -> tuple[list[Level], list[Problem]]:
    """Levels of a factor that is a path and a list of values."""
    path = path_of(key)
    unknown = unknown_path(path, place)
    if unknown is not None:
        return [], [unknown]
    levels: list[Level] = []
    problems: list[Problem] = []
    for k, value in enumerate(node.items, 1):
        here = Place(value.file, value.line, f"{place.path}[{k}]")
        if isinstance(value.value, dict):
            problems.append(errors.factor_mapping_value(here))
            continue
        wrong = wrong_value(path, value, here)
        problems.extend(wrong)
        if wrong:
            continue
        label = label_of(path, value)
        if any(label == level.label for level in levels):
            problems.append(errors.factor_repeats(here, label))
        levels.append(Level(label, ((path, value),)))
    return levels, problems


def _linked(node: Node, place: Place) -> tuple[list[Level], list[Problem]]:
    """Levels of a linked factor: labels, and below each the paths and values that it sets."""
    levels: list[Level] = []
    problems: list[Problem] = []
    for label, settings in node.fields.items():
        inside = Place(settings.file, settings.line, f"{place.path}.{label}")
        if not isinstance(settings.value, dict):
            problems.append(errors.wrong_value(inside, settings.value, "a mapping of paths and values"))
            continue
        pairs: list[tuple[Path, Node]] = []
        for name, value in settings.fields.items():
            path = path_of(name)
            here = Place(value.file, value.line, f"{inside.path}.{name}")
            unknown = unknown_path(path, here)
            problems.extend([unknown] if unknown is not None else wrong_value(path, value, here))
            pairs.extend(leaves(nest(path, value)))
        levels.append(Level(label, tuple(pairs)))
    return levels, problems


def unknown_path(path: Path, place: Place) -> Problem | None:
    """The message for a path that leads to no setting; None when it leads to one."""
    for n in range(len(path)):
        around = spot(Settings, path[:n])
        if around is not None and path[n] not in around.names:
            group = ".".join(path[:n])
            same = paths_ending_in(path[-1])
            near = likely(".".join(path), [*by_path(), *groups()], same[0] if len(same) == 1 else None)
            return errors.unknown_name(place, path[n], around.names, group, near)
    return None


def wrong_value(path: Path, value: Node, place: Place) -> list[Problem]:
    """Mistakes in a value that a factor sets at a path."""
    if value.value is None:
        return [errors.wrong_value(place, None, "a value")]
    return check(nest(path, value), Settings, lambda loc: ".".join([place.path, *map(str, loc[len(path) :])])).problems


def label_of(path: Path, value: Node) -> Label:
    """A level's label: a number as the law has it, an option as it is written, an entry by its name."""
    setting = by_path().get(".".join(path))
    if setting is not None and isinstance(setting.about, About):
        return type(setting.default)(value.value) if setting.default is not None else value.value
    if setting is not None and isinstance(setting.about, Choice):
        return value.value if isinstance(value.value, bool) else written_option(value.value)
    return entry_label(str(value.value))


def with_columns(factors: list[Factor]) -> tuple[list[Factor], list[Problem]]:
    """All factors with their columns: the last part of a path, or the whole path where that would clash."""
    linked = {factor.key for factor in factors if factor.linked}
    columns = {same(name) for name in RESERVED}
    taken = [factor for factor in factors if factor.linked and same(factor.key) in columns]
    problems = [errors.factor_column(factor.place, factor.key) for factor in taken]
    short = Counter(factor.key.rpartition(".")[2] for factor in factors if factor.key not in linked)
    used = RESERVED | linked
    named = [
        factor._replace(column=last) if factor.key not in linked and short[last] == 1 and last not in used else factor
        for factor in factors
        for last in [factor.key.rpartition(".")[2]]
    ]
    return named, problems
