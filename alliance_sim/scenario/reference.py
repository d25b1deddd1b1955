"""All that a config may hold, as tables on a terminal."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from statistics import fmean

from rich.console import Console
from rich.text import Text

from alliance_sim.law.about import About, Declared
from alliance_sim.scenario import catalog, errors
from alliance_sim.scenario.catalog import Entry
from alliance_sim.scenario.library import shipped
from alliance_sim.scenario.names import CALIBRATED, POSTERIOR, QUESTIONS, TEXTS
from alliance_sim.scenario.problem import ConfigError, Place, in_config, number
from alliance_sim.scenario.registry import by_path, default_of, matching, option_names, settings
from alliance_sim.scenario.scenario import Population
from alliance_sim.scenario.screen import print_paragraph, print_table, table_of


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
            table.add_row(Text(name), Text(catalog.title(kind, name)))
        print_table(screen, table)
    print_paragraph(screen, "Questions", ", ".join(QUESTIONS))
    screen.print(
        "A name shows more: alliance-sim parameters rupture, alliance-sim parameters cbt; for a question, what its "
        "section may set: alliance-sim parameters optimise"
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
    parts = [part for path in paths for part in path.split(".")]
    entries = [name for kind in catalog.KINDS for name in catalog.names(kind)]
    return list(dict.fromkeys([*parts, *paths, *TEXTS, *QUESTIONS, CALIBRATED, POSTERIOR, *entries]))


def _setting_tables(screen: Console, found: Iterable[Declared]) -> None:
    """Print settings, a table for each group."""
    for group, members in groupby(found, lambda setting: setting.path.rpartition(".")[0]):
        table = table_of(group or "size", "setting", "default", "allowed", "meaning", "source")
        for setting in members:
            table.add_row(*map(Text, _row(setting)))
        print_table(screen, table)


def _row(setting: Declared) -> Sequence[str]:
    """A setting as a row: name, default, what is allowed, meaning, source."""
    about, name = setting.about, setting.path.rpartition(".")[2]
    if isinstance(about, About):
        return (
            name,
            number(setting.default),
            f"{number(about.low)} to {number(about.high)}\n{about.unit}",
            about.meaning,
            about.source,
        )
    options = [in_config(option) for option in option_names(about)]
    allowed = "\n".join(f"{option}: {words}" for option, words in zip(options, about.words, strict=True))
    return name, in_config(default_of(setting)), allowed, about.meaning, about.source


def _entry(screen: Console, kind: str, entry: Entry) -> None:
    """Print an entry of the catalogue with its values and sources."""
    screen.print(Text(f"{entry.name}: {entry.title}", style="bold") + Text(f"  ({kind})", style="dim"))
    screen.print(Text(entry.about))
    if entry.values:
        table = table_of("", "setting", "value", "source")
        for name, value in entry.values.items():
            table.add_row(name, in_config(value), Text(entry.sources[name]))
        print_table(screen, table)
    for name, detail in entry.details.items():
        print_paragraph(screen, name, _detail_words(detail))
    screen.print()


def _detail_words(detail: object) -> str:
    """What else an entry says, as one text."""
    if isinstance(detail, dict):
        return "; ".join(f"{key}: {_detail_words(part)}" for key, part in detail.items())
    return ", ".join(map(str, detail)) if isinstance(detail, list) else str(detail)
