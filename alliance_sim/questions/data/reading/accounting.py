"""What became of every cell of a table: which setting read it, or why it does not count."""

import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from alliance_sim.questions.data.names import BRACES, SESSION, matches, placeholders
from alliance_sim.questions.data.reading.clinic import ClinicData
from alliance_sim.questions.data.reading.sheet import SEPARATORS
from alliance_sim.questions.data.reading.table import AS_NOTHING, READ
from alliance_sim.questions.data.text import named, numbered, runs, squashed

NAMED = 60  # so many columns that are not read are named in words; the table of the report has all


class ColumnAccount(NamedTuple):
    """A column of a table: the settings that read it, and how many of its cells that are not empty became what."""

    file: str
    column: str  # empty for a column without a name
    place: int  # from 1
    settings: tuple[str, ...]  # none: it is not read
    fates: Counter[str]
    unread: int

    @property
    def filled(self) -> int:
        """Cells that are not empty."""
        return sum(self.fates.values()) + self.unread

    @property
    def name(self) -> str:
        """How the column is called in a sentence."""
        return named(self.column) or f"column {self.place} (without a name)"


def mapped(clinic: ClinicData) -> list[tuple[str, str]]:
    """Every setting that names a column or a pattern, and the name."""
    section = clinic.section
    people = [("clients.client", section.clients.client)] if section.clients is not None else []
    return [*((own.setting, own.name) for own in section.columns), *people]


def account(clinic: ClinicData) -> list[ColumnAccount]:
    """An entry for each column of each table, but for empty ones without a name.

    Every cell that is not empty is in one of the counts.
    """
    table, made, settings = clinic.table, [], mapped(clinic)
    for s, sheet in enumerate(table.sheets):
        for k, name in enumerate(sheet.names):
            by = table.read.get((s, name), set()) if name else set()
            own = tuple(setting for setting, pattern in settings if by and pattern in (name, *by))
            filled = sheet.cells[:, k] != ""
            # columns without a name may be several, and none of them is read
            fates = Counter(table.fates[s, name][filled].tolist() if name else [""] * int(filled.sum()))
            unread = fates.pop("", 0)
            if name or filled.any():
                made.append(ColumnAccount(sheet.file, name, k + 1, own, fates, unread))
    return made


def reading(clinic: ClinicData) -> dict[str, Any]:
    """How the tables were read: what separates cells, which sessions each pattern has, which columns are not read."""
    entries, sheets = account(clinic), clinic.table.sheets
    patterns = []
    for setting, pattern in mapped(clinic):
        if placeholders(pattern) and pattern not in clinic.sheet.names:
            of = _occasions_of(clinic, pattern) if SESSION in pattern else []
            if setting in clinic.plan.items:
                inside, _ = clinic.table.of_items(clinic.plan.items[setting])
                of.append(numbered(sorted({match.item for match in inside})))
            patterns.append({"name": pattern, "setting": setting, "of": "; ".join(of)})
    unread = [entry for entry in entries if not entry.settings]
    names = [f"{entry.name} ({Path(entry.file).name})" if len(sheets) > 1 else entry.name for entry in unread]
    aside = sum((entry.fates for entry in entries), Counter[str]())
    return {
        "cells": [
            {
                "file": sheet.file,
                "separator": SEPARATORS.get(sheet.separator, f'"{sheet.separator}"'),
                "how": sheet.how,
                "decimal": "comma" if sheet.decimal == "," else "point",
                "decimal_how": "as data.decimal states" if clinic.section.decimal != "auto" else "as found",
                "encoding": sheet.encoding,
            }
            for sheet in sheets
        ],
        "patterns": patterns,
        "columns": len(entries),
        "unread": names[:NAMED],
        "more_unread": max(0, len(names) - NAMED),
        "aside": [{"cells": n, "fate": f, "is_code": f == AS_NOTHING} for f, n in aside.items() if f != READ],
    }


def _occasions_of(clinic: ClinicData, pattern: str) -> list[str]:
    """The sessions and other occasions that columns of a pattern are of."""
    occasions, there = clinic.section.occasions, clinic.table.occasions_of(pattern)
    sessions = sorted(at + occasions.first - 1 for at in there if at > 0)
    said = [f"session{'s' if len(sessions) > 1 else ''} {', '.join(runs(sessions))}"] if sessions else []
    labels = {"intake": "intake", "end": "the end", "follow_up": "follow-up"}
    return said + [f"{code} ({labels[key]})" for key, code, at in occasions.stated() if at < 0 and at in there]


def look_alikes(clinic: ClinicData) -> list[str]:
    """Columns that are not read and have the form of a pattern, or begin with its letters and hold a number."""
    patterns = [pattern for _, pattern in mapped(clinic) if BRACES.search(pattern)]
    stems = {stem for pattern in patterns if (stem := squashed(BRACES.split(pattern)[0]))}
    # columns of further items have a note of their own
    beyond = {match.name for own in clinic.plan.items.values() for match in clinic.table.of_items(own)[1]}

    def is_like(name: str) -> bool:
        plain = squashed(name)
        with_number = any(plain.startswith(stem) and re.search(r"\d", plain[len(stem) :]) for stem in stems)
        return with_number or any(matches(pattern, [name]) for pattern in patterns)

    unread = [entry.column for entry in account(clinic) if entry.column and not entry.settings]
    return [name for name in unread if name not in beyond and is_like(name)]


def account_table(clinic: ClinicData) -> pd.DataFrame:
    """What became of the cells, a row for each column or pattern that is read, and one for each that is not."""
    patterns = dict(mapped(clinic))
    held: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for entry in account(clinic):
        setting = ", ".join(f"data.{name}" for name in entry.settings) or "not read"
        own = [patterns[name] for name in entry.settings if placeholders(patterns[name])]
        held[own[0] if own else entry.name, setting] += entry.fates + Counter(filled=entry.filled)
    return pd.DataFrame(
        {
            "column": column,
            "setting": setting,
            "cells": fates["filled"],
            "counted": fates[READ],
            "codes": fates[AS_NOTHING],
            "not_counted": "; ".join(f"{fates[f]} {f}" for f in fates if f not in ("filled", READ, AS_NOTHING)),
        }
        for (column, setting), fates in held.items()
    )
