"""What was compared, in words: what all arms have in common, what each arm changes, and what is varied in all."""

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

from alliance_sim.law.about import About, Choice, declared
from alliance_sim.law.world import Mechanisms, Parameters, World
from alliance_sim.report.naming import catalogued, entry_title, factor_label, factor_path, scenarios, value_words
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.registry import SECTIONS, by_path
from alliance_sim.scenario.scenario import Scenario

NOUNS = {"treatment": "Treatment", "policy": "When a rupture happens", "symptoms": "Symptom measure"}
FIELDS = {"treatment": "treatment", "policy": "policy", "symptoms": "scale"}
"""What sections are called, and where their numbers are in a world."""


class ArmWords(NamedTuple):
    """An arm and what sets it apart."""

    name: str
    is_baseline: bool
    points: list[str]


def in_common(experiment: Experiment) -> list[str]:
    """Treatment, policy and measure where all arms share them."""
    found = list(scenarios(experiment).values())

    def same(key: str) -> bool:
        own = {(getattr(s, key), getattr(s.world, FIELDS[key])) for s in found}
        return len(own) == 1 and (key != "policy" or len({s.policy_function for s in found}) == 1)

    return [f"{noun}: {_section_words(key, found[0])}" for key, noun in NOUNS.items() if same(key)]


def arms_in_words(experiment: Experiment) -> list[ArmWords]:
    """What each arm has that not all arms have: entries of the catalogue, mechanisms, and numbers."""
    found = scenarios(experiment)
    worlds = {name: scenario.world for name, scenario in found.items()}
    shared = {line.partition(":")[0] for line in in_common(experiment)}
    starts = len({start_words(scenario) for scenario in found.values()})
    arms = []
    for name, scenario in found.items():
        points = [f"{noun}: {_section_words(key, scenario)}" for key, noun in NOUNS.items() if noun not in shared]
        points += [f"Parameters: {start_words(scenario)}"] if starts > 1 else []
        points += _own(name, experiment.baseline, worlds)
        arms.append(ArmWords(name, name == experiment.baseline, points or ["nothing differs from the baseline"]))
    return arms


def start_words(scenario: Scenario) -> str:
    """What the parameters of a scenario start from."""
    drawn = scenario.population
    return "the defaults, the same in every clinic." if drawn is None else f"a draw of {drawn.label} for every clinic."


def factors(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """Every factor with its meaning and settings; linked settings (which are not `plain`) with what they set."""
    given: dict[str, Any] = experiment.resolved.get("factors", {})
    for column in experiment.factors:
        path = factor_path(experiment, column)
        if path is not None:
            about = by_path()[path].about
            unit = f" ({about.unit})" if isinstance(about, About) else ""
            settings = [value_words(by_path()[path], value) for value in given[path]]
            name, meaning = factor_label(experiment, column), f"{path}{unit}"
            yield {"name": name, "meaning": meaning, "settings": settings, "plain": True}
            continue
        levels, meaning = given.get(column, {}), "settings that change together"
        linked = isinstance(levels, dict)
        settings = [str(level) for level in levels]
        if linked:
            sets = {label: ", ".join(_set(p, v) for p, v in (paths or {}).items()) for label, paths in levels.items()}
            settings = [f"{label}: {words}" for label, words in sets.items()]
        yield {"name": column, "meaning": meaning, "settings": settings, "plain": not linked}


def _set(path: str, value: Any) -> str:
    """A linked setting in words."""
    known = by_path().get(path)
    return f"{known.about.meaning} = {value_words(known, value)}" if known else f"{path} = {value}"


def _section_words(key: str, scenario: Scenario) -> str:
    """A catalogue entry in words, with the numbers that were changed in it."""
    name = getattr(scenario, key)
    if key == "policy" and scenario.policy_function:
        return f"a policy of the user's own ({scenario.policy_function})."
    entry = catalogued(key, name)
    words = f"{entry_title(key, name)}. {entry.about}" if entry else f"{name} (a file of the user's own)."
    values = getattr(scenario.world, FIELDS[key])
    changed = []
    for setting in declared(SECTIONS[key].group):
        stated = entry.values.get(setting.path) if entry else None
        now = getattr(values, setting.path)
        if stated is not None and now != stated:
            changed.append(
                f"{setting.about.meaning}: {value_words(setting, now)} instead of {value_words(setting, stated)}"
            )
    return words + (f" Changed in it: {'; '.join(changed)}." if changed else "")


def _own(arm: str, baseline: str, worlds: Mapping[str, World]) -> Iterator[str]:
    """Mechanisms and parameters in which arms differ: all of them for the baseline, else what differs from it."""
    for group, kind in (("mechanisms", Mechanisms), ("parameters", Parameters)):
        for setting in declared(kind):
            value, about = attrgetter(f"{group}.{setting.path}"), setting.about
            own, base = value(worlds[arm]), value(worlds[baseline])
            if len({value(world) for world in worlds.values()}) > 1 and (arm == baseline or own != base):
                said = option_words(about, own) if isinstance(about, Choice) else value_words(setting, own)
                yield f"{about.meaning[0].upper()}{about.meaning[1:]}: {said}."


def option_words(about: Choice, value: int) -> str:
    """What an option of a choice means."""
    return about.words[[int(option) for option in about.options].index(int(value))]
