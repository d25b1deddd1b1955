"""What became of every cell of a table: which setting read it, or why it does not count."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from alliance_sim.inquiry.owndata.characters import named
from alliance_sim.inquiry.owndata.clinic import Clinic, named_columns
from alliance_sim.inquiry.owndata.patterns import alike, form_of, placeholders
from alliance_sim.inquiry.owndata.table import AS_NOTHING, OTHER_ROWS, READ
from alliance_sim.scenario.problem import counted


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
        return any(fate != OTHER_ROWS for fate in self.fates) or (bool(self.settings) and not self.unread)

    @property
    def name(self) -> str:
        """How the column is called in a sentence."""
        return named(self.column) or f"column {self.place} (without a name)"


def account(clinic: Clinic) -> list[Entry]:
    """An entry for each column of each table. Every cell that is not empty is in one of the counts."""
    mapped, table, made = named_columns(clinic.plan), clinic.table, []
    for s, sheet in enumerate(table.sheets):
        for k, name in enumerate(sheet.names):
            exact = tuple(setting for setting, own in mapped if own == name)
            settings = exact or tuple(setting for setting, own in mapped if name and re.fullmatch(form_of(own), name))
            filled = [row for row, cells in enumerate(sheet.rows) if cells[k]]
            # columns without a name may be several, and none of them is read
            fates = Counter(table.fates(s, name)[row] if name else "" for row in filled)
            unread = fates.pop("", 0)
            made.append(Entry(sheet.file, name, k + 1, settings if not unread else (), dict(fates), unread))
    return made


def columns_in_words(clinic: Clinic) -> Iterator[str]:
    """Which sessions each pattern has, and which columns are not read."""
    entries = account(clinic)
    for setting, pattern in named_columns(clinic.plan):
        if "{session}" in pattern:
            yield f"{pattern} (data.{setting}): {occasions_in_words(clinic, pattern)}"
    unread = [entry for entry in entries if not entry.is_read and (entry.column or entry.filled)]
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


def occasions_in_words(clinic: Clinic, pattern: str) -> str:
    """The sessions and other occasions that columns of a pattern are of."""
    occasions = clinic.plan.occasions
    there = clinic.table.every_occasion(pattern)
    sessions = sorted(at + occasions.first - 1 for at in there if at > 0)
    said = [f"session{'s' if len(sessions) > 1 else ''} {ranges(sessions)}"] if sessions else []
    words = {"intake": "intake", "end": "the end", "follow_up": "follow-up"}
    said += [f"{code} ({words[key]})" for key, code, at in occasions.stated() if at < 0 and at in there]
    return "; ".join(said)


def ranges(numbers: Sequence[int]) -> str:
    """Numbers in order, those that follow each other as a range.

    >>> ranges([1, 2, 3, 5, 8, 9])
    '1 to 3, 5, 8, 9'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said = [f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(said)


def look_alikes(clinic: Clinic) -> list[str]:
    """Columns that are not read and look like those of a pattern."""
    patterns = [pattern for _, pattern in named_columns(clinic.plan) if placeholders(pattern)]
    return list(alike(patterns, [entry.column for entry in account(clinic) if entry.column and not entry.is_read]))


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
