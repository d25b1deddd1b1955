"""From a checked config to what is simulated: arms crossed with factors and samples, each built into a scenario.

The config is written out in full too: every default and catalogue value in place, and where each comes from.
"""

import hashlib
import itertools
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from alliance_sim.compiled import LAW_VERSION
from alliance_sim.law.world import Mechanisms, Parameters, World
from alliance_sim.scenario import errors
from alliance_sim.scenario.config import Settings
from alliance_sim.scenario.design import Factor, canonical
from alliance_sim.scenario.layers import arms_of, merge
from alliance_sim.scenario.library import Library, entry_label
from alliance_sim.scenario.names import CALIBRATED, WORLD_KEYS
from alliance_sim.scenario.problem import Problem
from alliance_sim.scenario.registry import SECTIONS, Section, default_of, settings
from alliance_sim.scenario.sampling import SampledSetting
from alliance_sim.scenario.scenario import Clinic, DesignPoint, Population, Scenario, filled
from alliance_sim.scenario.tree import Node, leaves, nest, plain

MOST_POINTS = 99_999


def count_points(tree: Node, factors: list[Factor], samples: int) -> int:
    """How many points the design has."""
    return len(arms_of(tree)) * samples * math.prod(len(factor.levels) for factor in factors)


def conflicts(tree: Node, factors: list[Factor]) -> Iterator[Problem]:
    """Settings that a factor varies and that another factor or an arm sets too."""
    for k, factor in enumerate(factors):
        for path in sorted(factor.paths()):
            for other in factors[:k]:
                if path in other.paths():
                    yield errors.set_twice(factor.place, ".".join(path), f"the factor {other.key}")
            for name, arm in arms_of(tree).items():
                own = {canonical(leaf) for leaf, _ in leaves(arm)}
                if path in own or any(path == leaf[:1] and path[0] in SECTIONS for leaf in own):
                    yield errors.set_twice(factor.place, ".".join(path), f'the arm "{name}"')


def design_points(
    tree: Node,
    factors: list[Factor],
    samples: Sequence[SampledSetting],
    scenario_of: Callable[[Node], tuple[Scenario, str]],
) -> Iterator[DesignPoint]:
    """Every arm at every sample at every level of every factor: factors outermost in their order, arms innermost.

    The arm amends the settings at the top of the config, and the levels and the sample amend those; names of catalogue
    entries come before values that amend them. `scenario_of` gives the scenario of such settings and its address.
    """
    top = tree.holding({key: tree.fields[key] for key in (*WORLD_KEYS, "clinic") if key in tree.fields})
    arms = {name: merge(top, arm) for name, arm in arms_of(tree).items()}
    count = itertools.count(1)
    for levels in itertools.product(*(factor.levels for factor in factors)):
        labels = {factor.column: level.label for factor, level in zip(factors, levels, strict=True)}
        for number, sample in enumerate(samples or [SampledSetting({}, ())], 1):
            sampled = {"sample": number, **sample.labels} if samples else {}
            varied = [pair for level in levels for pair in level.settings] + list(sample.settings)
            varied.sort(key=lambda pair: len(canonical(pair[0])))
            for name, changed in arms.items():
                for path, node in varied:
                    changed = merge(changed, nest(path, node))
                yield DesignPoint(next(count), name, labels, *scenario_of(changed), sampled)


def build(settings: Node, library: Library, populations: Mapping[str, Population | None] | None = None) -> Scenario:
    """The scenario that checked settings describe: every number of the type that the law wants.

    `populations` are those that the config names, by name; what the settings state themselves wins over their draws.
    """
    given = Settings.model_validate(plain(settings)).model_dump(exclude_unset=True)
    sections = {key: given.get(key, {}) for key in SECTIONS}
    labels = {key: entry_label(sections[key].get(each.name_key, each.default)) for key, each in SECTIONS.items()}
    groups = [each.group(**library.values(each, sections[key])) for key, each in SECTIONS.items()]
    own = given.get("parameters", {})
    population = (populations or {}).get(own.pop("base", CALIBRATED))
    if population is not None:
        population = population.without(f"{group}.{name}" for group, values in own.items() for name in values)
    world = World(filled(Parameters(), own), Mechanisms(**given.get("mechanisms", {})), *groups)
    clinic = Clinic(**given.get("clinic", {}))
    return Scenario(world, clinic, policy_function=sections["policy"].get("custom"), population=population, **labels)


def address(scenario: Scenario, seed: int, function_hash: str | None) -> str:
    """A hash of everything that decides a point's rows, and of nothing else (not of names, order or replicates).

    BLAKE2b of canonical JSON of law version, world (floats in hexadecimal), clinic, seed, the custom policy with a
    hash of its source, and the draws of parameters that replicates take in turn.
    """
    content = {
        "law": LAW_VERSION,
        "world": _exact(scenario.world),
        "clinic": list(scenario.clinic),
        "seed": seed,
        "policy_function": scenario.policy_function,
        "policy_source": function_hash,
    }
    if scenario.population is not None:
        content["population"] = scenario.population.digest
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _exact(value: Any) -> Any:
    """Settings of the law as JSON that loses nothing: groups with their field names, floats in hexadecimal."""
    if isinstance(value, tuple):
        return {name: _exact(child) for name, child in zip(value._fields, value, strict=True)}  # type: ignore[attr-defined]
    return value.hex() if isinstance(value, float) else value


# ---- a config written out in full ----------------------------------------------------------------------------------


def resolve(tree: Node, library: Library, name: str) -> dict[str, Any]:
    """The whole config as plain data that JSON can hold; written to a file, it describes the same design.

    `tree` is a checked config, `name` its title where it has none. Arms that name a catalogue entry have its values
    written out too.
    """
    given = plain(tree)
    whole: dict[str, Any] = {key: given.get(key, "") for key in ("title", "question", "hypothesis")}
    whole["title"] = whole["title"] or name
    whole["rivals"] = given.get("rivals", [])
    whole["baseline"] = given.get("baseline", next(iter(arms_of(tree))))
    whole["parameters"] = {"base": CALIBRATED}
    for setting in settings():
        *around, last = setting.path.split(".")
        group = whole
        for key in around:
            group = group.setdefault(key, {})
        group[last] = default_of(setting)
    for key in ("seed", "replicates"):
        whole[key] = given.get(key, whole[key])
    for key in ("clinic", "outputs", "mechanisms", "parameters"):
        _update(whole[key], given.get(key) or {})
    whole |= {key: _section(section, given.get(key) or {}, library) for key, section in SECTIONS.items()}
    whole["arms"] = {
        arm: {key: _changed(key, value, library) for key, value in changes.items()}
        for arm, changes in (given.get("arms") or {}).items()
    }
    whole["factors"] = given.get("factors") or {}
    return whole | {key: given[key] for key in ("design", "precision") if given.get(key)}


def origins_of(resolved: dict[str, Any], tree: Node) -> dict[str, str]:
    """Where each value of a resolved config comes from, by its path."""
    written = {".".join(path): node.origin for path, node in leaves(tree)}
    return {path: written.get(path) or _unwritten(path, written) for path in _paths(resolved)}


def _unwritten(path: str, written: Mapping[str, str]) -> str:
    """Where a value comes from that stands nowhere itself: the default, or the entry that its section names."""
    section, _, last = path.rpartition(".")
    known = SECTIONS.get(section.rpartition(".")[2])
    if known is None:
        return "default"
    return written.get(section, "default") if last == known.name_key else "catalogue"


def _section(section: Section, given: dict[str, Any] | str, library: Library) -> dict[str, Any]:
    """A catalogue section with the name of its entry and every value."""
    stated = {section.name_key: given} if isinstance(given, str) else given
    stated = {section.name_key: section.default} | stated
    values = library.values(section, stated)
    extra = {key: value for key, value in stated.items() if key not in values}
    return extra | {key: values[key] for key in section.group._fields}


def _changed(key: str, value: Any, library: Library) -> Any:
    """A section as an arm changes it; with the values of the entry where the arm names one."""
    section = SECTIONS.get(key)
    names_entry = section is not None and (isinstance(value, str) or section.name_key in value)
    return _section(section, value, library) if section is not None and names_entry else value


def _update(whole: dict[str, Any], given: dict[str, Any]) -> None:
    """Lay checked values on a group of defaults; whole numbers become floats where the default is one."""
    for key, value in given.items():
        if isinstance(value, dict):
            _update(whole[key], value)
        elif value is not None:
            whole[key] = float(value) if isinstance(whole[key], float) else value


def _paths(value: Any, path: str = "") -> list[str]:
    """Dotted paths of everything in plain data that is no mapping."""
    if not isinstance(value, dict):
        return [path]
    return [inner for key, child in value.items() for inner in _paths(child, f"{path}.{key}" if path else key)]
