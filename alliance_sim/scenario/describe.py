"""A design in words: what the arms are, how they differ, and what was changed from the defaults."""

from typing import Any, NamedTuple

from alliance_sim.law.about import About, Choice
from alliance_sim.scenario import catalog
from alliance_sim.scenario.experiment import Experiment
from alliance_sim.scenario.library import entry_label
from alliance_sim.scenario.models import option_name, option_names, written_option
from alliance_sim.scenario.problem import number
from alliance_sim.scenario.ranges import PLAUSIBLE
from alliance_sim.scenario.registry import by_path, settings
from alliance_sim.scenario.sampling import METHODS
from alliance_sim.scenario.sections import SECTIONS, Section

ORIGINS = {
    "file": "set in the file",
    "extends": "set in the file that it extends",
    "--set": "set by --set",
}
"""Where a value comes from, in words."""


class Differences(NamedTuple):
    """What differs between arms: the settings, and for each arm their values in words."""

    settings: tuple[str, ...]
    arms: dict[str, tuple[str, ...]]


class Change(NamedTuple):
    """A setting that is not at its default: path, value, default, and where the value was set."""

    path: str
    value: str
    default: str
    origin: str


def differences(experiment: Experiment) -> Differences:
    """The settings in which the arms of an experiment differ, in the order in which arms mention them."""
    base = _flat(experiment.resolved)
    arms = experiment.resolved["arms"]
    told = {name: {**base, **_flat(_over(experiment.resolved, arm))} for name, arm in arms.items()}
    mentioned = dict.fromkeys(path for arm in arms.values() for path in _flat(_over(experiment.resolved, arm)))
    differing = tuple(path for path in mentioned if len({values[path] for values in told.values()}) > 1)
    return Differences(differing, {name: tuple(values[path] for path in differing) for name, values in told.items()})


def levels(experiment: Experiment) -> dict[str, tuple[str, ...]]:
    """The levels of each factor, in order, in words."""
    return {
        name: tuple(dict.fromkeys(value_words(point.factors[name]) for point in experiment.points))
        for name in experiment.factors
    }


def sampling(experiment: Experiment) -> list[str]:
    """The sampled design in words: method and number of settings, then what is varied; empty without one."""
    given = experiment.resolved.get("design")
    if not given or not experiment.sampled:
        return []
    count = len({point.sampled["sample"] for point in experiment.points})
    method = METHODS[given["method"]]
    words = [f"{given['method']}, {count} settings: {method.words}"]
    for key, span in given.get("ranges", {}).items():
        if isinstance(span, dict):
            words.append(f"{key}: " + ", ".join(_range_words(path, ends) for path, ends in span.items()) + ", together")
        else:
            words.append(_range_words(key, span))
    for key, levels in given.get("factors", {}).items():
        words.append(f"{key}: {', '.join(value_words(level) for level in levels)}")
    if given["method"] == "list":
        words.append(", ".join(experiment.sampled[1:]))
    return words


def _range_words(path: str, span: Any) -> str:
    """A path with its range."""
    setting = by_path().get(path)
    if span == PLAUSIBLE and setting is not None and isinstance(setting.about, About):
        return f"{path} from {number(setting.about.low)} to {number(setting.about.high)} (its plausible range)"
    if setting is not None and isinstance(setting.about, About):
        return f"{path} from {number(span[0])} to {number(span[1])}"
    return f"{path}: {' or '.join(value_words(option) for option in span)}"


def precision(experiment: Experiment) -> str:
    """The wanted precision in words; empty without one."""
    wanted = experiment.precision
    if wanted is None:
        return ""
    what = "of every arm" if wanted.of == "level" else f"of every difference from {experiment.baseline}"
    return (
        f"replicates are added at each setting until the Monte-Carlo standard error of {wanted.estimate} {what} is at "
        f"most {number(wanted.mcse)}; looked at after every {wanted.first} replicates, at most {experiment.replicates}"
    )


def changes(experiment: Experiment) -> list[Change]:
    """Settings of the law that differ from their defaults in every arm: mechanisms, parameters, amended entries."""
    found = []
    for setting in settings():
        *groups, last = setting.path.split(".")
        group: Any = experiment.resolved
        for name in groups:
            group = group[name]
        if groups[:1] in (["mechanisms"], ["parameters"]):
            default = _default(setting.about, setting.default)
        elif groups and groups[0] in SECTIONS:
            default = _entry_values(SECTIONS[groups[0]], group).get(last, group[last])
        else:
            continue
        if group[last] != default:
            words = value_words(group[last]), value_words(default)
            found.append(Change(setting.path, *words, ORIGINS[experiment.origins[setting.path]]))
    return found


def fewest_draws(experiment: Experiment) -> int:
    """How many draws of the parameters are used in turn, the fewest of all arms; 0 where every number is fixed."""
    return min((point.scenario.draws for point in experiment.points if point.scenario.draws), default=0)


def uncertainty(experiment: Experiment) -> str:
    """How a run carries what is not known about parameters, in words; empty when every number is fixed."""
    drawn = {p.arm: p.scenario.population for p in reversed(experiment.points) if p.scenario.population is not None}
    if not drawn:
        return ""
    labels = " and ".join(sorted({population.label for population in drawn.values()}))
    where = [arm for arm in experiment.arms if arm in drawn]
    arms = "every arm" if len(where) == len(experiment.arms) else " and ".join(where)
    parameters = len({path for population in drawn.values() for path in population.paths})
    fewest = fewest_draws(experiment)
    repeats = fewest < experiment.replicates
    again = f" (there are {fewest} draws, used in turn)" if repeats else ""
    narrower = "more draws; clinics under the same draw are alike and count together" if repeats else "more clinics"
    return (
        f"{labels}: each of the {experiment.replicates} simulated clinics is played with its own draw of "
        f"{parameters} parameter{'s' if parameters > 1 else ''}{again}, the same in {arms}. The spread among clinics "
        "so includes what is not known about these parameters; the interval of a mean is that of the average over "
        f"draws, and grows narrower with {narrower}."
    )


def meaning(path: str, value: str) -> str:
    """What an option of a mechanism says, or what a catalogue entry is; empty for anything else."""
    setting = by_path().get(path)
    if setting is not None and isinstance(setting.about, Choice):
        options = [written_option(name) for name in option_names(setting.about)]
        return setting.about.words[options.index(value)]
    section = SECTIONS.get(path)
    if section is not None and value in catalog.names(section.kind):
        return catalog.entry(section.kind, value).title
    return ""


def value_words(value: Any) -> str:
    """A value as it is written in a config."""
    return written_option(value) if isinstance(value, bool | str) else number(value)


def _default(about: Any, default: Any) -> Any:
    return option_name(about, default) if isinstance(about, Choice) else default


def _over(whole: dict[str, Any], arm: dict[str, Any]) -> dict[str, Any]:
    """An arm's sections, with catalogue sections that are only amended completed from the top of the config."""
    return {key: {**whole[key], **value} if key in SECTIONS else value for key, value in arm.items()}


def _flat(whole: dict[str, Any]) -> dict[str, str]:
    """Settings of a world in words, by path; a catalogue section is one setting."""
    words = {key: _section_words(SECTIONS[key], whole[key]) for key in SECTIONS if key in whole}
    words |= {f"mechanisms.{key}": value_words(value) for key, value in whole.get("mechanisms", {}).items()}
    for group, values in whole.get("parameters", {}).items():
        if group == "base":
            words["parameters"] = entry_label(values)
        else:
            words |= {f"parameters.{group}.{key}": value_words(value) for key, value in values.items()}
    return words


def _section_words(section: Section, whole: dict[str, Any]) -> str:
    """A catalogue section in words: the entry's name, and what was changed in it."""
    entry = _entry_values(section, whole)
    amended = [f"{key} {value_words(whole[key])}" for key, value in entry.items() if whole[key] != value]
    if "custom" in whole:
        amended.insert(0, f"decided by {whole['custom']}")
    return entry_label(whole[section.name_key]) + (f" with {', '.join(amended)}" if amended else "")


def _entry_values(section: Section, whole: dict[str, Any]) -> dict[str, float | int]:
    """The values of the entry that a section names; none when it is not in the catalogue."""
    name = whole[section.name_key]
    return catalog.entry(section.kind, name).values if name in catalog.names(section.kind) else {}
