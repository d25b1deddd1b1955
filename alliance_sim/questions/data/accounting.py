"""What became of every cell of a table: which setting read it, or why it does not count."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from alliance_sim.questions.data.characters import named
from alliance_sim.questions.data.clinic import Clinic
from alliance_sim.questions.data.messages import numbered, runs
from alliance_sim.questions.data.patterns import SESSION, alike, placeholders
from alliance_sim.questions.data.settings import Items, item_patterns, named_columns
from alliance_sim.questions.data.table import AS_NOTHING, READ
from alliance_sim.scenario.problem import counted
from alliance_sim.scenario.tree import written


class Entry(NamedTuple):
    """A column of a table: the settings that read it, and how many of its cells that are not empty became what."""

    file: str
    column: str  # empty for a column without a name
    place: int  # from 1
    settings: tuple[str, ...]
    fates: dict[str, int]
    unread: int

    @property
    def filled(self) -> int:
        """Cells that are not empty."""
        return sum(self.fates.values()) + self.unread

    @property
    def is_read(self) -> bool:
        """Whether any setting reads it."""
        return bool(self.settings)

    @property
    def name(self) -> str:
        """How the column is called in a sentence."""
        return named(self.column) or f"column {self.place} (without a name)"


def account(clinic: Clinic) -> list[Entry]:
    """An entry for each column of each table, but for empty ones without a name.

    Every cell that is not empty is in one of the counts.
    """
    mapped, table, made = named_columns(clinic.plan), clinic.table, []
    for s, sheet in enumerate(table.sheets):
        for k, name in enumerate(sheet.names):
            by = table.read.get((s, name), set()) if name else set()
            settings = tuple(setting for setting, own in mapped if by and own in (name, *by))
            filled = [row for row, cells in enumerate(sheet.rows) if cells[k]]
            # columns without a name may be several, and none of them is read
            fates = Counter(table.fates(s, name)[row] if name else "" for row in filled)
            unread = fates.pop("", 0)
            if name or filled:
                made.append(Entry(sheet.file, name, k + 1, settings, dict(fates), unread))
    return made


def columns_in_words(clinic: Clinic) -> Iterator[str]:
    """Which sessions each pattern has, and which columns are not read."""
    entries = account(clinic)
    items = {written(loc): own for loc, own in item_patterns(clinic.plan).items()}
    for setting, pattern in named_columns(clinic.plan):
        if placeholders(pattern) and pattern not in clinic.sheet.names:
            yield f"{pattern} (data.{setting}): {_columns_of(clinic, pattern, items.get(setting))}"
    unread = [entry for entry in entries if not entry.is_read]
    if unread:
        several = len(clinic.table.sheets) > 1
        names = [f"{entry.name} ({Path(entry.file).name})" if several else entry.name for entry in unread]
        yield (f"{len(entries) - len(unread)} of {counted(len(entries), 'column')} are read. Not read: {_named(names)}")
    else:
        yield f"Every column is read ({len(entries)})"
    for fate, count in _aside(entries).items():
        words = f"{counted(count, 'cell')} {'is' if count == 1 else 'are'}"
        yield f"{words} {fate}" if fate == AS_NOTHING else f"{words} not counted, {fate}"


NAMED = 60
"""So many columns that are not read are named in words; the table of the report has all."""


def _named(names: Sequence[str]) -> str:
    """Names in a row."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _aside(entries: Sequence[Entry]) -> Counter[str]:
    """How many cells of columns that are read do not count, by reason."""
    made: Counter[str] = Counter()
    for entry in entries:
        made.update({fate: n for fate, n in entry.fates.items() if fate != READ})
    return made


def _columns_of(clinic: Clinic, pattern: str, items: Items | None) -> str:
    """The occasions and items that columns of a pattern are of."""
    said = [occasions_in_words(clinic, pattern)] if SESSION in pattern else []
    if items is not None:
        there = {match.item for match in clinic.table.of_items(items)[0]}
        said.append(numbered(sorted(there)))
    return "; ".join(said)


def occasions_in_words(clinic: Clinic, pattern: str) -> str:
    """The sessions and other occasions that columns of a pattern are of."""
    occasions = clinic.plan.occasions
    there = clinic.table.every_occasion(pattern)
    sessions = sorted(at + occasions.first - 1 for at in there if at > 0)
    said = [f"session{'s' if len(sessions) > 1 else ''} {', '.join(runs(sessions))}"] if sessions else []
    words = {"intake": "intake", "end": "the end", "follow_up": "follow-up"}
    said += [f"{code} ({words[key]})" for key, code, at in occasions.stated() if at < 0 and at in there]
    return "; ".join(said)


def look_alikes(clinic: Clinic) -> list[str]:
    """Columns that are not read and look like those of a pattern."""
    patterns = [pattern for _, pattern in named_columns(clinic.plan) if placeholders(pattern)]
    named = {match.name for own in item_patterns(clinic.plan).values() for match in clinic.table.of_items(own)[1]}
    unread = [entry.column for entry in account(clinic) if entry.column and not entry.is_read]
    return list(alike(patterns, [name for name in unread if name not in named]))  # items beyond have their own note


def account_table(clinic: Clinic) -> pd.DataFrame:
    """What became of the cells, a row for each column or pattern that is read, and one for each that is not."""
    patterns = dict(named_columns(clinic.plan))
    rows: dict[tuple[str, str], Counter[str]] = {}
    for entry in account(clinic):
        setting = ", ".join(f"data.{name}" for name in entry.settings) if entry.is_read else "not read"
        own = [patterns[name] for name in entry.settings if placeholders(patterns[name])] if entry.is_read else []
        held = rows.setdefault((own[0] if own else entry.name, setting), Counter())
        held.update({"filled": entry.filled, **entry.fates})
    return pd.DataFrame(
        [
            {
                "column": column,
                "setting": setting,
                "cells that are not empty": held["filled"],
                "counted": held[READ],
                "code for nothing": held[AS_NOTHING],
                "not counted": "; ".join(
                    f"{n} {fate}" for fate, n in held.items() if fate not in ("filled", READ, AS_NOTHING)
                ),
            }
            for (column, setting), held in rows.items()
        ]
    )
