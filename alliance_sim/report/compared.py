"""What was compared, in words: what all arms have in common, what each arm changes, and what is varied in all."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from alliance_sim.law.about import About, Choice, Declared, declared
from alliance_sim.law.world import Mechanisms, Parameters, World
from alliance_sim.report.naming import catalogued, entry_title, factor_label, factor_path, value_words
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.registry import SECTIONS, by_path
from alliance_sim.scenario.scenario import Scenario

NOUNS = {"treatment": "Treatment", "policy": "When a rupture happens", "symptoms": "Symptom measure"}


class ArmWords(NamedTuple):
    """An arm and what sets it apart."""

    name: str
    is_baseline: bool
    points: list[str]


def scenarios(experiment: Experiment) -> dict[str, Scenario]:
    """The scenario of every arm, at its first setting of the factors."""
    found: dict[str, Scenario] = {}
    for point in experiment.points:
        found.setdefault(point.arm, point.scenario)
    return found


def in_common(experiment: Experiment) -> list[str]:
    """Treatment, policy and measure where all arms share them."""
    found = list(scenarios(experiment).values())

    def same(key: str) -> bool:
        own = {(getattr(s, key), getattr(s.world, _field(key))) for s in found}
        return len(own) == 1 and (key != "policy" or len({s.policy_function for s in found}) == 1)

    return [f"{noun}: {_section_words(key, found[0])}" for key, noun in NOUNS.items() if same(key)]


def arms_in_words(experiment: Experiment) -> list[ArmWords]:
    """What each arm has that not all arms have: entries of the catalogue, mechanisms, and numbers."""
    found = scenarios(experiment)
    base = found[experiment.baseline].world
    shared = {line.partition(":")[0] for line in in_common(experiment)}
    varied = _varied([scenario.world for scenario in found.values()])
    starts = len({start_words(scenario) for scenario in found.values()})
    arms = []
    for name, scenario in found.items():
        points = [f"{noun}: {_section_words(key, scenario)}" for key, noun in NOUNS.items() if noun not in shared]
        points += [f"Parameters: {start_words(scenario)}"] if starts > 1 else []
        points += _own(scenario.world, base, varied, name == experiment.baseline)
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


def _field(key: str) -> str:
    """Where the numbers of a section are in a world."""
    return "scale" if key == "symptoms" else key


def _section_words(key: str, scenario: Scenario) -> str:
    """A catalogue entry in words, with the numbers that were changed in it."""
    name = getattr(scenario, key)
    if key == "policy" and scenario.policy_function:
        return f"a policy of the user's own ({scenario.policy_function})."
    entry = catalogued(key, name)
    words = f"{entry_title(key, name)}. {entry.about}" if entry else f"{name} (a file of the user's own)."
    values = getattr(scenario.world, _field(key))
    changed = []
    for setting in declared(SECTIONS[key].group):
        stated = entry.values.get(setting.path) if entry else None
        now = getattr(values, setting.path)
        if stated is not None and now != stated:
            changed.append(
                f"{setting.about.meaning}: {value_words(setting, now)} instead of {value_words(setting, stated)}"
            )
    return words + (f" Changed in it: {'; '.join(changed)}." if changed else "")


def _varied(worlds: list[World]) -> list[tuple[str, Declared]]:
    """Mechanisms and parameters in which worlds differ, with the group that they are in."""
    groups = [("mechanisms", Mechanisms), ("parameters", Parameters)]
    return [
        (group, setting)
        for group, kind in groups
        for setting in declared(kind)
        if len({value_at(getattr(world, group), setting) for world in worlds}) > 1
    ]


def _own(world: World, base: World, varied: list[tuple[str, Declared]], is_baseline: bool) -> list[str]:
    """What a world has where worlds differ: all of it for the baseline, else what differs from the baseline."""
    words = []
    for group, setting in varied:
        own, other = (value_at(getattr(each, group), setting) for each in (world, base))
        if own != other or is_baseline:
            about = setting.about
            said = option_words(about, own) if isinstance(about, Choice) else value_words(setting, own)
            words.append(f"{_capital(about.meaning)}: {said}.")
    return words


def value_at(group: Any, setting: Declared) -> Any:
    """The value of a declared setting in a group of settings."""
    for name in setting.path.split("."):
        group = getattr(group, name)
    return group


def option_words(about: Choice, value: int) -> str:
    """What an option of a choice means."""
    return about.words[[int(option) for option in about.options].index(int(value))]


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
