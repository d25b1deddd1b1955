"""Entries that a config names, found in the catalogue or in files, each read once."""

import os
from pathlib import Path
from typing import Any, NamedTuple

from alliance_sim.scenario import catalog, errors
from alliance_sim.scenario.catalog import Entry
from alliance_sim.scenario.problem import ConfigError, Place, Problem
from alliance_sim.scenario.sections import SECTIONS, Section, looks_like_a_path
from alliance_sim.scenario.tree import Loc, Node, written


class Named(NamedTuple):
    """The numbers of a section and the name that stands for them."""

    label: str
    values: dict[str, float | int]


def entry_label(name: str) -> str:
    """What an entry is called in tables: its name, or its file's name without ending."""
    return Path(name).stem if looks_like_a_path(name) else name


class Library:
    """Entries by name; paths of files are seen from `folder`, which is shown to people as `shown`.

    `either_way` says whether symptom scales may be such that higher is better; those of simulations may not.
    """

    def __init__(self, folder: Path, shown: Path, *, either_way: bool = False) -> None:
        """An empty library."""
        self._folder, self._shown, self._either_way = folder, shown, either_way
        self._held: dict[tuple[str, str], Entry] = {}

    def check(self, settings: Node, loc: Loc) -> tuple[list[Problem], list[Loc]]:
        """Look up every entry that a mapping of settings names; mistakes, and the locations of their sections.

        `loc` is where the mapping is in its tree, for messages.
        """
        problems: list[Problem] = []
        where: list[Loc] = []
        for key, section in SECTIONS.items():
            given = settings.fields.get(key)
            if given is None or is_complete(section, given):
                continue
            named = given.fields.get(section.name_key) if given.fields else given
            if named is None or not isinstance(named.value, str):
                continue
            inside = (key, section.name_key) if given.fields else (key,)
            try:
                self.find(section, named.value, Place(named.file, named.line, written((*loc, *inside))))
            except ConfigError as error:
                problems.extend(error.problems)
                where.append((*loc, key))
        return problems, where

    def values(self, section: Section, given: dict[str, Any]) -> Named:
        """The numbers of a section: those of its entry, and on top of them what the config states itself."""
        own = {name: value for name, value in given.items() if name in section.group._fields}
        name = given.get(section.name_key, section.default)
        if len(own) == len(section.group._fields):
            return Named(entry_label(name), own)
        return Named(entry_label(name), {**self.find(section, name, Place(name)).values, **own})

    def find(self, section: Section, name: str, place: Place) -> Entry:
        """An entry; raises ConfigError when there is none or its file is wrong."""
        held = self._held.get((section.kind, name))
        if held is None:
            held = self._held[section.kind, name] = self._read(section, name, place)
        return held

    def _read(self, section: Section, name: str, place: Place) -> Entry:
        options = self._options(section)
        if looks_like_a_path(name):
            found = catalog.from_file(section.kind, self._folder / name, os.path.normpath(self._shown / name), place)
            if section.key == "symptoms" and not found.values:
                raise ConfigError([errors.not_a_scale(place, name, options)])
        elif name in options:
            return catalog.entry(section.kind, name)
        elif section.key == "symptoms" and name in catalog.measures():
            found = catalog.entry(section.kind, name)
        else:
            raise ConfigError([self._unknown(section, name, place, options)])
        if found.higher_is_better and not self._either_way:
            raise ConfigError([errors.better_is_higher(place, name, options)])
        return found

    def _options(self, section: Section) -> tuple[str, ...]:
        """Names that a section may have."""
        if section.key != "symptoms":
            return catalog.names(section.kind)
        return catalog.measures() if self._either_way else catalog.scales()

    def _unknown(self, section: Section, name: str, place: Place, options: tuple[str, ...]) -> Problem:
        """The message about a name that a section may not have."""
        if name in catalog.names(section.kind):
            return errors.not_a_scale(place, name, options)
        return errors.unknown_entry(place, name, section.noun, options)


def is_complete(section: Section, given: Node) -> bool:
    """Whether a section states every value itself, so that the entry's name is but a name."""
    return set(section.group._fields) <= set(given.fields)
