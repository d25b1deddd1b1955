"""Design points: arms crossed with factors, each built into the world that the law plays."""

import hashlib
import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from alliance_sim.compiled import LAW_VERSION
from alliance_sim.law.world import Mechanisms, Parameters, World
from alliance_sim.scenario import errors
from alliance_sim.scenario.design import Factor, Label, canonical
from alliance_sim.scenario.layers import merge
from alliance_sim.scenario.library import Library
from alliance_sim.scenario.models import Settings
from alliance_sim.scenario.population import Population
from alliance_sim.scenario.problem import Problem
from alliance_sim.scenario.sampling import Sample
from alliance_sim.scenario.scenario import Clinic, DesignPoint, Scenario
from alliance_sim.scenario.sections import CALIBRATED, SECTIONS, WORLD_KEYS
from alliance_sim.scenario.tree import Node, leaves, nest, plain

ONLY_ARM = "base"
"""Name of the one arm of a config without arms."""

MOST_POINTS = 99_999

NO_POPULATIONS: Mapping[str, Population | None] = MappingProxyType({CALIBRATED: None})


class Crossing(NamedTuple):
    """A point of the design before it is built: one arm at one level of each factor and at one sample."""

    arm: str
    labels: dict[str, Label]
    sampled: dict[str, Label]
    settings: Node


def arms_of(tree: Node) -> dict[str, Node]:
    """The arms of a config and what each changes; one that changes nothing where there are none."""
    given = tree.fields.get("arms")
    named = dict(given.fields) if given is not None else {}
    return named or {ONLY_ARM: tree.holding({})}


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


ONE_SAMPLE = (Sample({}, ()),)
"""What a design without samples is crossed with."""


def crossings(tree: Node, factors: list[Factor], samples: Sequence[Sample] = ()) -> Iterator[Crossing]:
    """Every arm at every sample at every level of every factor: factors outermost in their order, arms innermost.

    On the settings at the top of the config lies the arm, and on it the levels and the sample; names of catalogue
    entries come before values that amend them.
    """
    top = tree.holding({key: tree.fields[key] for key in (*WORLD_KEYS, "clinic") if key in tree.fields})
    arms = {name: merge(top, arm) for name, arm in arms_of(tree).items()}
    for levels in itertools.product(*(factor.levels for factor in factors)):
        labels = {factor.column: level.label for factor, level in zip(factors, levels, strict=True)}
        for number, sample in enumerate(samples or ONE_SAMPLE, 1):
            sampled = {"sample": number, **sample.labels} if samples else {}
            varied = [pair for level in levels for pair in level.settings] + list(sample.settings)
            varied.sort(key=lambda pair: len(canonical(pair[0])))
            for name, settings in arms.items():
                for path, node in varied:
                    settings = merge(settings, nest(path, node))
                yield Crossing(name, labels, sampled, settings)


def build(settings: Node, library: Library, populations: Mapping[str, Population | None] = NO_POPULATIONS) -> Scenario:
    """The scenario that checked settings describe: every number of the type that the law wants.

    `populations` are those that the config names, by name; what the settings state themselves wins over their draws.
    """
    given = Settings.model_validate(plain(settings)).model_dump(exclude_unset=True)
    groups: dict[str, Any] = {}
    labels: dict[str, str] = {}
    for key, section in SECTIONS.items():
        named = library.values(section, given.get(key, {}))
        labels[key] = named.label
        groups[key] = section.group(**named.values)
    own = given.get("parameters", {})
    population = populations.get(own.pop("base", CALIBRATED))
    if population is not None:
        population = population.without(f"{group}.{name}" for group, values in own.items() for name in values)
    world = World(
        _filled(Parameters(), own),
        Mechanisms(**given.get("mechanisms", {})),
        groups["treatment"],
        groups["policy"],
        groups["symptoms"],
    )
    custom = given.get("policy", {}).get("custom")
    clinic = Clinic(**given.get("clinic", {}))
    return Scenario(world, clinic, policy_function=custom, population=population, **labels)


def _filled(group: Any, given: dict[str, Any]) -> Any:
    """A NamedTuple with some of its fields, nested ones included, replaced."""
    nested = {
        name: _filled(getattr(group, name), value) if isinstance(value, dict) else value
        for name, value in given.items()
    }
    return group._replace(**nested)


def address(scenario: Scenario, seed: int, function_hash: str | None) -> str:
    """A hash of everything that decides a point's rows, and of nothing else (not of names, order or replicates).

    BLAKE2b of canonical JSON of law version, world (floats in hexadecimal), clinic, seed, the custom policy with a
    hash of its source, and the draws of parameters that replicates are played with in turn.
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
    """A world as JSON that loses nothing: groups with their field names, floats in hexadecimal."""
    if isinstance(value, tuple):
        return {name: _exact(child) for name, child in zip(value._fields, value, strict=True)}  # type: ignore[attr-defined]
    return value.hex() if isinstance(value, float) else value


def numbered(crossed: list[Crossing], scenarios: list[Scenario], addresses: list[str]) -> tuple[DesignPoint, ...]:
    """Design points in order, from 1."""
    parts = enumerate(zip(crossed, scenarios, addresses, strict=True), 1)
    return tuple(
        DesignPoint(number, crossing.arm, crossing.labels, scenario, place, crossing.sampled)
        for number, (crossing, scenario, place) in parts
    )
