"""A design in words, and on a terminal: what the arms are, how they differ, what was changed from the defaults."""

from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from rich.console import Console
from rich.text import Text

from alliance_sim.law.about import Choice
from alliance_sim.scenario import catalog
from alliance_sim.scenario.experiment import Experiment
from alliance_sim.scenario.library import entry_label
from alliance_sim.scenario.problem import counted, in_config, number
from alliance_sim.scenario.registry import SECTIONS, Section, by_path, default_of, number_at, option_names, settings
from alliance_sim.scenario.screen import print_paragraph, print_table, table_of

ORIGINS = {"file": "set in the file", "extends": "set in the file that it extends", "--set": "set by --set"}
"""Where a value comes from, in words."""


class Differences(NamedTuple):
    """What differs between arms: the settings, and for each arm their values in words."""

    settings: tuple[str, ...]
    arms: dict[str, tuple[str, ...]]


class ChangedSetting(NamedTuple):
    """A setting that is not at its default: path, value, default, and where the value was set."""

    path: str
    value: str
    default: str
    origin: str


def differences(experiment: Experiment) -> Differences:
    """The settings in which the arms of an experiment differ, in the order in which arms mention them."""
    base = _flat(experiment.resolved)
    arms = experiment.resolved["arms"]
    changed = {name: _flat(_over(experiment.resolved, arm)) for name, arm in arms.items()}
    whole = {name: {**base, **values} for name, values in changed.items()}
    mentioned = dict.fromkeys(path for values in changed.values() for path in values)
    differing = tuple(path for path in mentioned if len({values[path] for values in whole.values()}) > 1)
    return Differences(differing, {name: tuple(values[path] for path in differing) for name, values in whole.items()})


def levels(experiment: Experiment) -> dict[str, tuple[str, ...]]:
    """The levels of each factor, in order, in words."""
    return {
        name: tuple(dict.fromkeys(in_config(point.factors[name]) for point in experiment.points))
        for name in experiment.factors
    }


def sampling(experiment: Experiment) -> list[str]:
    """The sampled design in words: method and number of settings, then what is varied; empty without one."""
    given = experiment.resolved.get("design")
    if not given or not experiment.sampled:
        return []
    words = _words().sampling(given, _samples(experiment), experiment.sampled[1:])
    return str(words).splitlines()


def _samples(experiment: Experiment) -> int:
    """How many samples a sampled design has; 0 without one."""
    return len({point.sampled["sample"] for point in experiment.points if experiment.sampled})


def precision(experiment: Experiment) -> str:
    """The wanted precision in words; empty without one."""
    wanted = experiment.precision
    return "" if wanted is None else str(_words().precision(wanted, experiment.baseline, experiment.replicates))


def changes(experiment: Experiment) -> list[ChangedSetting]:
    """Settings of the law that differ from their defaults in every arm: mechanisms, parameters, amended entries."""
    found = []
    for setting in settings():
        *groups, last = setting.path.split(".")
        group: Any = experiment.resolved
        for name in groups:
            group = group[name]
        if groups[:1] in (["mechanisms"], ["parameters"]):
            default = default_of(setting)
        elif groups and groups[0] in SECTIONS:
            default = _entry_values(SECTIONS[groups[0]], group).get(last, group[last])
        else:
            continue
        if group[last] != default:
            words = in_config(group[last]), in_config(default)
            found.append(ChangedSetting(setting.path, *words, ORIGINS[experiment.origins[setting.path]]))
    return found


def fewest_draws(experiment: Experiment) -> int:
    """How many draws of the parameters are used in turn, the fewest of all arms; 0 where every number is fixed."""
    return min((point.scenario.draws for point in experiment.points if point.scenario.draws), default=0)


def uncertainty(experiment: Experiment) -> str:
    """How a run includes the uncertainty about parameters, in words; empty when every number is fixed."""
    drawn = {p.arm: p.scenario.population for p in reversed(experiment.points) if p.scenario.population is not None}
    if not drawn:
        return ""
    labels = " and ".join(sorted({population.label for population in drawn.values()}))
    where = [arm for arm in experiment.arms if arm in drawn]
    arms = "every arm" if len(where) == len(experiment.arms) else " and ".join(where)
    parameters = len({path for population in drawn.values() for path in population.paths})
    return str(_words().uncertainty(labels, experiment.replicates, fewest_draws(experiment), parameters, arms))


@cache
def _words() -> Any:
    """The macros of describe.j2."""
    texts = Environment(
        loader=PackageLoader("alliance_sim.scenario", ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    texts.filters |= {"number": number, "in_config": in_config, "counted": counted, "declared": number_at}
    texts.filters["flat"] = lambda text: " ".join(text.split())
    return texts.get_template("describe.j2").module


def meaning(path: str, value: str) -> str:
    """What an option of a mechanism says, or what a catalogue entry is; empty for anything else."""
    setting, section = by_path().get(path), SECTIONS.get(path)
    if setting is not None and isinstance(setting.about, Choice):
        return setting.about.words[[in_config(name) for name in option_names(setting.about)].index(value)]
    known = section is not None and value in catalog.names(section.kind)
    return catalog.entry(section.kind, value).title if section is not None and known else ""


def _over(whole: dict[str, Any], arm: dict[str, Any]) -> dict[str, Any]:
    """An arm's sections, with catalogue sections that are only amended completed from the top of the config."""
    return {key: {**whole[key], **value} if key in SECTIONS else value for key, value in arm.items()}


def _flat(whole: dict[str, Any]) -> dict[str, str]:
    """Settings of a scenario in words, by path; a catalogue section is one setting."""
    words = {key: _section_words(SECTIONS[key], whole[key]) for key in SECTIONS if key in whole}
    words |= {f"mechanisms.{key}": in_config(value) for key, value in whole.get("mechanisms", {}).items()}
    for group, values in whole.get("parameters", {}).items():
        if group == "base":
            words["parameters"] = entry_label(values)
        else:
            words |= {f"parameters.{group}.{key}": in_config(value) for key, value in values.items()}
    return words


def _section_words(section: Section, whole: dict[str, Any]) -> str:
    """A catalogue section in words: the entry's name, and what was changed in it."""
    entry = _entry_values(section, whole)
    amended = [f"{key} {in_config(whole[key])}" for key, value in entry.items() if whole[key] != value]
    if "custom" in whole:
        amended.insert(0, f"decided by {whole['custom']}")
    return entry_label(whole[section.name_key]) + (f" with {', '.join(amended)}" if amended else "")


def _entry_values(section: Section, whole: dict[str, Any]) -> dict[str, float | int]:
    """The values of the entry that a section names; none when it is not in the catalogue."""
    name = whole[section.name_key]
    return catalog.entry(section.kind, name).values if name in catalog.names(section.kind) else {}


# ---- on a terminal --------------------------------------------------------------------------------------------------


def print_design(screen: Console, experiment: Experiment) -> None:
    """Print what an experiment asks, compares and varies."""
    screen.print(Text(experiment.title, style="bold"))
    differ = differences(experiment)
    named = {key: experiment.resolved[key][section.name_key] for key, section in SECTIONS.items()}
    shared = [(key, name) for key, name in named.items() if key not in differ.settings]
    _print_labelled(screen, _words().asked(experiment, experiment.resolved["clinic"], shared))
    if len(experiment.arms) > 1:
        _print_arms(screen, experiment, differ)
    parts = [part(experiment) for part in (levels, sampling, precision, uncertainty, changes)]
    _print_labelled(screen, _words().varied(*parts))


def _print_labelled(screen: Console, lines: object) -> None:
    """Print paragraphs, each a label, a tab and a text; those without a text are left out."""
    for line in str(lines).splitlines():
        label, _, text = line.partition("\t")
        if text:
            print_paragraph(screen, label, text)


def _print_arms(screen: Console, experiment: Experiment, differ: Differences) -> None:
    """Print the arms and the settings in which they differ."""
    table = table_of("", "arm", *(path.rpartition(".")[2] for path in differ.settings))
    for name, values in differ.arms.items():
        cells = [(name, "baseline" if name == experiment.baseline else "")]
        cells += [(value, meaning(path, value)) for path, value in zip(differ.settings, values, strict=True)]
        table.add_row(*(Text(word) + Text(f"\n{more}" if more else "", style="dim") for word, more in cells))
    print_table(screen, table)


def print_size(
    screen: Console, experiment: Experiment, client_sessions: int, seconds: float | None, megabytes: float
) -> None:
    """Print how large an experiment is, how long it will take on one worker and how much it will write."""
    clients = sum(point.scenario.clinic.therapists * point.scenario.clinic.caseload for point in experiment.points)
    own = any(point.scenario.policy_function for point in experiment.points)
    unknown = "not measured, since a policy's own code is not run here" if own else _NOT_COMPILED
    lines = _words().size(
        points=len(experiment.points),
        arms=len(experiment.arms),
        levels=levels(experiment),
        samples=_samples(experiment),
        treatments=clients * experiment.replicates,
        client_sessions=client_sessions,
        time=unknown if seconds is None else duration(seconds),
        megabytes=max(1, round(megabytes)),
        tables=[name for name in ("clients", "sessions", "figures", "story") if getattr(experiment.outputs, name)],
    )
    _print_labelled(screen, lines)


_NOT_COMPILED = "known after the first run has compiled the law"


def duration(seconds: float) -> str:
    """A time in words, rounded as far as a forecast deserves.

    >>> duration(0.4), duration(75), duration(9000)
    ('a second', 'about 75 seconds', 'about 2.5 hours')
    """
    if seconds < 1.5:
        return "a second"
    if seconds < 100:
        return f"about {seconds:.0f} seconds"
    return f"about {seconds / 60:.0f} minutes" if seconds < 6000 else f"about {seconds / 3600:.1f} hours"
