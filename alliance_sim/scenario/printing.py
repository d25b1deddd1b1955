"""Designs and settings on a terminal: paragraphs and tables that are read without knowing Python."""

from collections.abc import Iterable, Sequence
from statistics import fmean

from rich.console import Console
from rich.table import Table
from rich.text import Text

from alliance_sim.law.about import About, Declared
from alliance_sim.scenario import catalog, errors
from alliance_sim.scenario.catalog import Entry
from alliance_sim.scenario.describe import (
    changes,
    differences,
    levels,
    meaning,
    precision,
    sampling,
    uncertainty,
    value_words,
)
from alliance_sim.scenario.experiment import Experiment
from alliance_sim.scenario.models import option_name, option_names, written_option
from alliance_sim.scenario.population import Population, shipped
from alliance_sim.scenario.problem import ConfigError, Place, number
from alliance_sim.scenario.registry import TEXTS, by_path, matching, settings
from alliance_sim.scenario.screen import print_table, table_of
from alliance_sim.scenario.sections import CALIBRATED, INQUIRIES, POSTERIOR, SECTIONS

LABEL = 11
"""Width of the column of labels; a longer label widens its own."""

NARROW = 45
"""Below so many letters on a line, paragraphs have no hanging indent."""


def print_design(screen: Console, experiment: Experiment) -> None:
    """Print what an experiment asks, compares and varies."""
    screen.print(Text(experiment.title, style="bold"))
    for label, text in (("Question", experiment.question), ("Hypothesis", experiment.hypothesis)):
        if text:
            print_paragraph(screen, label, text)
    for k, rival in enumerate(experiment.rivals, 1):
        print_paragraph(screen, f"Rival {k}", rival)
    clinic = experiment.resolved["clinic"]
    print_paragraph(
        screen,
        "Clinic",
        f"{clinic['therapists']} therapists with {clinic['caseload']} clients each, {clinic['weeks']} weeks; "
        f"every arm is played {'at most ' if experiment.precision else ''}{experiment.replicates} times with the same "
        "people and the same luck "
        f"(seed {experiment.seed})",
    )
    shared = [(key, experiment.resolved[key][section.name_key]) for key, section in SECTIONS.items()]
    differ = differences(experiment)
    same = [f"{key} {name}" for key, name in shared if key not in differ.settings]
    print_paragraph(screen, "In all arms", ", ".join(same)) if same else None
    _arms(screen, experiment)
    for name, words in levels(experiment).items():
        print_paragraph(screen, "Factor", f"{name}: {', '.join(words)}")
    for k, line in enumerate(sampling(experiment)):
        print_paragraph(screen, "Sampled" if k else "Design", line)
    stop = precision(experiment)
    print_paragraph(screen, "Precision", stop) if stop else None
    drawn = uncertainty(experiment)
    print_paragraph(screen, "Parameters", drawn) if drawn else None
    for change in changes(experiment):
        print_paragraph(
            screen, "Changed", f"{change.path} is {change.value} (default {change.default}; {change.origin})"
        )


def print_size(
    screen: Console, experiment: Experiment, client_sessions: int, seconds: float | None, megabytes: float
) -> None:
    """Print how large an experiment is, how long it will take on one worker and how much it will write."""
    points, arms = len(experiment.points), len(experiment.arms)
    design = f"{points} design point{'s' if points > 1 else ''} ({arms} arm{'s' if arms > 1 else ''}"
    for name, words in levels(experiment).items():
        design += f" x {len(words)} {name}"
    if experiment.sampled:
        design += f" x {len({point.sampled['sample'] for point in experiment.points})} samples"
    clients = sum(point.scenario.clinic.therapists * point.scenario.clinic.caseload for point in experiment.points)
    people = f"{clients * experiment.replicates:,} treatments, at most {client_sessions:,} client-sessions"
    print_paragraph(screen, "Size", f"{design}), {people}")
    own = any(point.scenario.policy_function for point in experiment.points)
    why = "not measured, since a policy's own code is not run here" if own else _NOT_COMPILED
    took = why if seconds is None else duration(seconds)
    print_paragraph(screen, "Cost", f"time on one worker: {took}; disk: about {max(1, round(megabytes)):,} MB")
    made = [name for name in ("clients", "sessions", "figures", "story") if getattr(experiment.outputs, name)]
    print_paragraph(screen, "Outputs", ", ".join(["estimates", "replicates", *made]))


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


def print_all_settings(screen: Console) -> None:
    """Print every setting, and the entries of the catalogue."""
    _setting_tables(screen, settings())
    table = table_of("texts and structure", "setting", "meaning")
    for name, about in TEXTS.items():
        table.add_row(Text(name), Text(about))
    print_table(screen, table)
    for kind in catalog.KINDS:
        table = table_of(kind, "name", "title")
        for name in catalog.names(kind):
            table.add_row(Text(name), Text(catalog.entry(kind, name).title))
        print_table(screen, table)
    print_paragraph(screen, "Inquiries", ", ".join(INQUIRIES))
    screen.print(
        "A name shows more: alliance-sim parameters rupture, alliance-sim parameters cbt, and of an inquiry what "
        "its section may set: alliance-sim parameters optimise"
    )


def print_settings(screen: Console, name: str) -> None:
    """Print the settings and catalogue entries that a name means. Raises ConfigError when it means none."""
    kinds = [kind for kind in catalog.KINDS if name.lower() in (kind, kind.rstrip("s"))]
    entries = [(kind, name.lower()) for kind in catalog.KINDS if name.lower() in catalog.names(kind)]
    entries += [(kind, entry) for kind in kinds for entry in catalog.names(kind)]
    found = matching(name)
    texts = {path: about for path, about in TEXTS.items() if name.lower() == path}
    if name.lower() in (CALIBRATED, POSTERIOR):
        texts = {name.lower(): TEXTS["parameters"]}
    if not (entries or found or texts):
        raise ConfigError([errors.unknown_setting(Place("alliance-sim parameters"), name, _names())])
    for path, about in texts.items():
        print_paragraph(screen, path, about)
    if name.lower() == POSTERIOR:
        _draws(screen, shipped())
        return
    for kind, entry in entries:
        _entry(screen, kind, catalog.entry(kind, entry))
    _setting_tables(screen, found)


def _draws(screen: Console, population: Population) -> None:
    """Print which parameters a population draws, and how far its draws differ."""
    table = table_of(f"{len(population.draws)} draws", "parameter", "default", "mean", "middle 95 %")
    for k, path in enumerate(population.paths):
        values = sorted(row[k] for row in population.draws)
        low, high = (values[round(share * (len(values) - 1))] for share in (0.025, 0.975))
        default = by_path()[f"parameters.{path}"].default
        table.add_row(path, f"{default:.3g}", f"{fmean(values):.3g}", f"{low:.3g} to {high:.3g}")
    print_table(screen, table)


def _names() -> list[str]:
    """Everything that may be asked for: paths, their last parts, groups, catalogue names."""
    paths = [setting.path for setting in settings()]
    groups = [part for path in paths for part in path.split(".")]
    return list(
        dict.fromkeys(
            [
                *groups,
                *paths,
                *TEXTS,
                *INQUIRIES,
                CALIBRATED,
                POSTERIOR,
                *(n for kind in catalog.KINDS for n in catalog.names(kind)),
            ]
        )
    )


def _arms(screen: Console, experiment: Experiment) -> None:
    """Print the arms and the settings in which they differ."""
    differ = differences(experiment)
    if len(experiment.arms) < 2:
        return
    table = table_of("", "arm", *(path.rpartition(".")[2] for path in differ.settings))
    for name, values in differ.arms.items():
        cells = []
        for path, value in zip(differ.settings, values, strict=True):
            told = meaning(path, value)
            cells.append(Text(value) + Text(f"\n{told}" if told else "", style="dim"))
        table.add_row(Text(name) + Text("\nbaseline" if name == experiment.baseline else "", style="dim"), *cells)
    print_table(screen, table)


def print_paragraph(screen: Console, label: str, text: str) -> None:
    """Print a labelled paragraph with a hanging indent."""
    if screen.width < NARROW:
        screen.print(Text(f"{label}: ", style="cyan") + Text(" ".join(text.split())), overflow="fold")
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=max(LABEL, len(label)), no_wrap=True)
    grid.add_column()
    grid.add_row(Text(label, style="cyan"), Text(" ".join(text.split())))
    screen.print(grid)


def _setting_tables(screen: Console, found: Iterable[Declared]) -> None:
    """Print settings, a table for each group."""
    groups: dict[str, list[Declared]] = {}
    for setting in found:
        groups.setdefault(setting.path.rpartition(".")[0], []).append(setting)
    for group, members in groups.items():
        table = table_of(group or "size", "setting", "default", "allowed", "meaning", "source")
        for setting in members:
            table.add_row(*map(Text, _row(group, setting)))
        print_table(screen, table)


def _row(group: str, setting: Declared) -> Sequence[str]:
    """A setting as a row: name, default, what is allowed, meaning, source."""
    about, name = setting.about, setting.path.rpartition(".")[2]
    if isinstance(about, About):
        default = _default_words(group, name, setting.default)
        return name, default, f"{number(about.low)} to {number(about.high)}\n{about.unit}", about.meaning, about.source
    options = [written_option(option) for option in option_names(about)]
    told = "\n".join(f"{option}: {words}" for option, words in zip(options, about.words, strict=True))
    return name, written_option(option_name(about, int(setting.default))), told, about.meaning, about.source


def _default_words(group: str, name: str, default: float) -> str:
    """A default number; in a catalogue section it is that of the entry that is used when none is named."""
    section = SECTIONS.get(group)
    return number(catalog.entry(section.kind, section.default).values[name] if section is not None else default)


def _entry(screen: Console, kind: str, entry: Entry) -> None:
    """Print an entry of the catalogue with its values and sources."""
    screen.print(Text(f"{entry.name}: {entry.title}", style="bold") + Text(f"  ({kind})", style="dim"))
    screen.print(Text(entry.about))
    if entry.values:
        table = table_of("", "setting", "value", "source")
        for name, value in entry.values.items():
            table.add_row(name, value_words(value), Text(entry.sources[name]))
        print_table(screen, table)
    for name, detail in entry.details.items():
        print_paragraph(screen, name, _detail_words(detail))
    screen.print()


def _detail_words(detail: object) -> str:
    """What else an entry says, as one text."""
    if isinstance(detail, dict):
        return "; ".join(f"{key}: {_detail_words(part)}" for key, part in detail.items())
    return ", ".join(map(str, detail)) if isinstance(detail, list) else str(detail)
