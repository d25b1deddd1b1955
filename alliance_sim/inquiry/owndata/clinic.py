"""A clinic of one's own: the mapping checked against itself and against its table, and the table loaded."""

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from alliance_sim.inquiry.owndata import messages
from alliance_sim.inquiry.owndata.loading import Loaded, load_table
from alliance_sim.inquiry.owndata.mapping import ITEMS, Codes, Plan, plan_of
from alliance_sim.inquiry.owndata.placing import in_the_tables, without_effect
from alliance_sim.inquiry.owndata.sheet import Sheet, read_sheet, with_decimal
from alliance_sim.inquiry.owndata.table import Table
from alliance_sim.law.rating import SymptomScale
from alliance_sim.scenario.library import Library, entry_label
from alliance_sim.scenario.problem import ConfigError, Place, Problem
from alliance_sim.scenario.sections import SECTIONS
from alliance_sim.scenario.tree import Loc, Node, at, written

KEY = "data"


class Clinic(NamedTuple):
    """A clinic as its mapping and its table tell it."""

    loaded: Loaded
    plan: Plan
    sheet: Sheet
    table: Table
    scale: SymptomScale | None
    instrument: str  # what the symptom scale is called; empty without one


class _Places:
    """Where things stand in the section of a config, for messages."""

    def __init__(self, tree: Node) -> None:
        self._data = tree.fields[KEY]

    def __call__(self, *loc: str | int) -> Place:
        """The place of a setting of the section, or of what is around it."""
        node = at(self._data, loc)
        return Place(node.file, node.line, written((KEY, *loc)))

    @cached_property
    def whole(self) -> Place:
        """The place of the section."""
        return self()


def read_clinic(section: Any, tree: Node, path: Path) -> Clinic:
    """The clinic that the checked section of a config describes; paths are seen from the folder of `path`.

    Raises ConfigError with every mistake in the mapping, then with every mistake in the table.
    """
    plan, places = plan_of(section), _Places(tree)
    problems = list(_mistakes(section, plan, places))
    folder, shown = path.resolve().parent, path.parent
    scale, instrument = None, ""
    if plan.symptoms is not None:
        try:
            scale = _scale(plan.symptoms.instrument, folder, shown, places("symptoms", "instrument"))
            instrument = entry_label(plan.symptoms.instrument)
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
    problems += in_the_tables(plan, sheets, list(_client_columns(plan)), list(_session_columns(plan)), places)
    if problems:
        raise ConfigError(problems)
    table = Table(sheets[0], plan, *sheets[1:])
    return Clinic(load_table(table, scale), plan, sheets[0], table, scale, instrument)


def named_columns(plan: Plan) -> list[tuple[str, str]]:
    """Every setting that names a column or a pattern, and the name."""
    own = [(written(loc), name) for loc, name in (*_client_columns(plan), *_session_columns(plan))]
    return [*own, ("clients.client", plan.people.client)] if plan.people is not None else own


def _scale(name: str, folder: Path, shown: Path, place: Place) -> SymptomScale:
    """The symptom scale of a name or file. Raises ConfigError when there is none."""
    return SymptomScale(**Library(folder, shown).find(SECTIONS["symptoms"], name, place).values)


def _mistakes(section: Any, plan: Plan, places: _Places) -> Iterator[Problem]:
    """What is wrong in the mapping whatever the table holds."""
    for key in ("alliance", "therapist_alliance"):
        given = getattr(section, key)
        if given is not None:
            yield from _of_ratings(given, key, places)
    when = plan.when
    if not plan.wide and (when is None or (when.number is None) == (when.date is None)):
        yield messages.session_needed(places("session"))
    yield from without_effect(section, plan, places)
    yield from _of_codes(plan, places)
    if plan.alliance is None and plan.symptoms is None and plan.left is None and not plan.reports:
        yield messages.nothing_to_measure(places.whole)
    if plan.symptoms is not None and not any((plan.symptoms.score, plan.symptoms.intake, plan.symptoms.end)):
        yield messages.one_of(places("symptoms"), "no score", ("score", "intake", "end"))


def _of_ratings(given: Any, key: str, places: _Places) -> Iterator[Problem]:
    """What is wrong in the mapping of ratings."""
    parts = [name for name in ("goal", "task", "bond") if getattr(given, name) is not None]
    forms = ("total", "items", "goal, task and bond")
    if given.items is not None and (given.total is not None or parts):
        yield messages.one_of(places(key), "items and another form of the rating", forms)
    elif given.items is None and 0 < len(parts) < 3:
        yield messages.one_of(places(key), f"{' and '.join(parts)} alone", forms)
    elif given.items is None and given.total is None and not parts:
        yield messages.one_of(places(key), "no rating", forms)
    if given.items is not None and "{item}" not in given.items:
        yield messages.no_item_pattern(places(key, "items"), given.items)
    low, high = given.scale
    if not low < high:
        yield messages.wrong_scale(places(key, "scale"), given.scale)
    elif (low, high) != (1.0, 5.0) and not given.rescale:
        yield messages.rescale_needed(places(key, "scale"), low, high)
    if given.reversed and given.items is None:
        yield messages.reversed_without_items(places(key, "reversed"))
    for k, item in enumerate(given.reversed):
        if not 1 <= item <= ITEMS or item in given.reversed[:k]:
            yield messages.wrong_item(places(key, "reversed", k), item)


def _session_columns(plan: Plan) -> Iterator[tuple[Loc, str]]:
    """Columns that hold something of every session, with their places in the section."""
    if plan.attended is not None:
        yield ("attended", "column"), plan.attended.column
    for key, rated in (("alliance", plan.alliance), ("therapist_alliance", plan.therapist_alliance)):
        if rated is not None:
            yield from (((key, part), name) for part, name in rated.columns.items())
    if plan.symptoms is not None and plan.symptoms.score is not None:
        yield ("symptoms", "score"), plan.symptoms.score
    for rater, codes in plan.reports.items():
        yield ("reports", rater, "column"), codes.column


def _client_columns(plan: Plan) -> Iterator[tuple[Loc, str]]:
    """Columns that hold something of every client, and those that tell sessions apart."""
    if plan.client is not None:
        yield ("client",), plan.client
    if plan.rows is not None:
        yield ("rows", "column"), plan.rows.column
    for key in ("therapist", "group"):
        if (name := getattr(plan, key)) is not None:
            yield (key,), name
    if plan.when is not None:
        for key in ("number", "date"):
            if (name := getattr(plan.when, key)) is not None:
                yield ("session", key), name
    if plan.symptoms is not None:
        for key in ("intake", "end"):
            if (name := getattr(plan.symptoms, key)) is not None:
                yield ("symptoms", key), name
    if plan.left is not None:
        yield ("left", "column"), plan.left.column


def _of_codes(plan: Plan, places: _Places) -> Iterator[Problem]:
    """Codes that stand for two things."""
    given: dict[Loc, Codes | None] = {("attended",): plan.attended, ("left",): plan.left}
    given |= {("reports", rater): codes for rater, codes in plan.reports.items()}
    for loc, codes in given.items():
        first: dict[str, str] = {}
        for meaning, own in codes.meanings.items() if codes is not None else ():
            for code in own:
                if first.setdefault(code, meaning) != meaning:
                    yield messages.code_twice(places(*loc, meaning), code, first[code])
