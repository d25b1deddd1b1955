"""A clinic of one's own: the mapping checked against itself and against its table, and the table loaded."""

import os
from pathlib import Path
from typing import Any, NamedTuple

from alliance_sim.law.rating import SymptomScale
from alliance_sim.questions.data import messages
from alliance_sim.questions.data.forms import key_of_items, with_form
from alliance_sim.questions.data.loading import Loaded, load_table
from alliance_sim.questions.data.mapping import Plan, plan_of
from alliance_sim.questions.data.mistakes import mistakes
from alliance_sim.questions.data.occasions import plain_code
from alliance_sim.questions.data.placing import in_the_tables
from alliance_sim.questions.data.sheet import Sheet, read_sheet, with_decimal
from alliance_sim.questions.data.table import Table
from alliance_sim.scenario.library import Library, entry_label
from alliance_sim.scenario.problem import ConfigError, Place, Problem
from alliance_sim.scenario.registry import SECTIONS
from alliance_sim.scenario.tree import Node, at, written

KEY = "data"


class Clinic(NamedTuple):
    """A clinic as its mapping and its table tell it."""

    loaded: Loaded
    plan: Plan
    sheet: Sheet
    table: Table
    scale: SymptomScale | None
    instrument: str  # what the symptom scale is called; empty without one
    higher_is_better: bool  # on the scale of the table; `scale` and all that is computed are turned round


class _Places:
    """Where things stand in the section of a config, for messages."""

    def __init__(self, tree: Node) -> None:
        self._data = tree.fields[KEY]

    def __call__(self, *loc: str | int) -> Place:
        """The place of a setting of the section, or of what is around it."""
        node = at(self._data, loc)
        return Place(node.file, node.line, written((KEY, *loc)))


def read_clinic(section: Any, tree: Node, path: Path) -> Clinic:
    """The clinic that the checked section of a config describes; paths are seen from the folder of `path`.

    Raises ConfigError with every mistake in the mapping, then with every mistake in the table.
    """
    plan, places = plan_of(section), _Places(tree)
    folder, shown = path.resolve().parent, path.parent
    plan, problems = _with_forms(section, plan, folder, shown, places)
    problems += mistakes(section, plan, places)
    scale, instrument, higher = None, "", False
    if plan.symptoms is not None:
        try:
            library = Library(folder, shown, either_way=True)
            entry = library.find(SECTIONS["symptoms"], plan.symptoms.instrument, places("symptoms", "instrument"))
            scale, higher = SymptomScale(**entry.law_values), entry.higher_is_better
            instrument = entry_label(plan.symptoms.instrument)
            key = key_of_items(section.symptoms, entry, instrument, places("symptoms"), places("symptoms", "key"))
            plan = plan._replace(symptoms=plan.symptoms._replace(key=key))
        except ConfigError as error:
            problems += error.problems
    sheets = []
    named = [(plan.file, places("file"))]
    named += [(plan.people.file, places("clients", "file"))] if plan.people is not None else []
    for file, place in named:
        try:
            sheets.append(read_sheet(folder / file, os.path.normpath(shown / file), plan, place))
        except ConfigError as error:
            problems += error.problems
    if len(sheets) < len(named):
        raise ConfigError(problems)
    sheets = with_decimal(sheets, plan)
    problems += in_the_tables(plan, sheets, places)
    if problems:
        raise ConfigError(problems)
    table = Table(sheets[0], plan, *sheets[1:])
    loaded = load_table(table, scale, higher, _reference(table, places("group", "reference")))
    return Clinic(loaded, plan, sheets[0], table, scale, instrument, higher)


def _with_forms(section: Any, plan: Plan, folder: Path, shown: Path, places: _Places) -> tuple[Plan, list[Problem]]:
    """The plan with the scoring keys of its questionnaires of the alliance, and what is wrong with their names."""
    problems: list[Problem] = []
    made: dict[str, Any] = {}
    for key in ("alliance", "therapist_alliance"):
        rated, given = getattr(plan, key), getattr(section, key)
        if rated is not None and (given.form is not None or given.items is not None):
            try:
                made[key] = with_form(rated, given, folder, shown, places(key, "form"))
            except ConfigError as error:
                problems += error.problems
    return plan._replace(**made), problems


def _reference(table: Table, place: Place) -> str | None:
    """The stated reference group as rows of the table have it: 1.0 and 01 are 1, where nothing else is.

    Raises ConfigError where no row is of that group.
    """
    plan = table.plan
    if plan.group is None or plan.reference is None:
        return None
    groups = list(dict.fromkeys(text for text in table.labels(plan.group).texts if text))
    same = [text for text in groups if plain_code(text) == plain_code(plan.reference)]
    if plan.reference in groups:
        return plan.reference
    if len(same) == 1:
        return same[0]
    files = " and ".join(sheet.file for sheet in table.sheets if plan.group in sheet.names)
    raise ConfigError([messages.no_such_reference(place, plan.reference, plan.group, files, groups)])
