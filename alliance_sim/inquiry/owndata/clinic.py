"""A clinic of one's own: the mapping checked against itself and against its table, and the table loaded."""

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from alliance_sim.inquiry.owndata import messages
from alliance_sim.inquiry.owndata.forms import form_of, forms_of, needs_rescaling, with_form
from alliance_sim.inquiry.owndata.items import SESSION, column_problems, item_columns, pattern_problems, with_item
from alliance_sim.inquiry.owndata.keys import key_of_items
from alliance_sim.inquiry.owndata.loading import Loaded, load_sheet
from alliance_sim.inquiry.owndata.mapping import Codes, Plan, Rated, plan_of
from alliance_sim.inquiry.owndata.sheet import Sheet, read_sheet
from alliance_sim.law.rating import SymptomScale
from alliance_sim.scenario.catalog import Entry
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
    scale: SymptomScale | None
    instrument: str  # what the symptom scale is called; empty without one
    higher_is_better: bool = False  # on the scale of the table; `scale` and all that is computed are turned round


class _Places:
    """Where things stand in the section of a config, for messages."""

    def __init__(self, tree: Node) -> None:
        self._data = tree.fields[KEY]

    def __call__(self, *loc: str | int) -> Place:
        """The place of a setting of the section, or of what is around it."""
        node = at(self._data, loc)
        return Place(node.file, node.line, written((KEY, *loc)))

    def stated(self, *loc: str | int) -> bool:
        """Whether the section states a setting."""
        node = self._data
        for part in loc:
            if str(part) not in node.fields:
                return False
            node = node.fields[str(part)]
        return True

    @cached_property
    def whole(self) -> Place:
        """The place of the section."""
        return self()


def read_clinic(section: Any, tree: Node, path: Path) -> Clinic:
    """The clinic that the checked section of a config describes; paths are seen from the folder of `path`.

    Raises ConfigError with every mistake in the mapping, then with every mistake in the table.
    """
    plan, places = plan_of(section), _Places(tree)
    folder, shown = path.resolve().parent, path.parent
    plan, problems = _with_forms(section, plan, folder, shown, places)
    problems += _mistakes(section, plan, places)
    scale, instrument, higher = None, "", False
    if plan.symptoms is not None:
        try:
            entry = _instrument(plan.symptoms.instrument, folder, shown, places("symptoms", "instrument"))
            scale, higher = SymptomScale(**entry.law_values), entry.higher_is_better
            instrument = entry_label(plan.symptoms.instrument)
            key = key_of_items(section.symptoms, entry, instrument, places("symptoms"), places("symptoms", "key"))
            plan = plan._replace(symptoms=plan.symptoms._replace(key=key))
        except ConfigError as error:
            problems += error.problems
    try:
        sheet = read_sheet(folder / plan.file, os.path.normpath(shown / plan.file), plan, places("file"))
    except ConfigError as error:
        raise ConfigError([*problems, *error.problems]) from None
    problems += _columns(plan, sheet, places)
    if problems:
        raise ConfigError(problems)
    return Clinic(load_sheet(sheet, plan, scale, higher), plan, sheet, scale, instrument, higher)


def _instrument(name: str, folder: Path, shown: Path, place: Place) -> Entry:
    """The symptom scale of a name or file. Raises ConfigError when there is none."""
    return Library(folder, shown, either_way=True).find(SECTIONS["symptoms"], name, place)


def _with_forms(section: Any, plan: Plan, folder: Path, shown: Path, places: _Places) -> tuple[Plan, list[Problem]]:
    """The plan with the scoring keys of its questionnaires of the alliance, and what is wrong with their names."""
    problems: list[Problem] = []

    def completed(rated: Rated | None, given: Any, key: str) -> Rated | None:
        """Ratings with the key of their form, where it counts."""
        if rated is None or (given.form is None and given.items is None):
            return rated
        try:
            return with_form(rated, given, folder, shown, places(key, "form"))
        except ConfigError as error:
            problems.extend(error.problems)
            return rated

    own = completed(plan.alliance, section.alliance, "alliance")
    theirs = completed(plan.therapist_alliance, section.therapist_alliance, "therapist_alliance")
    return plan._replace(alliance=own, therapist_alliance=theirs), problems


def _mistakes(section: Any, plan: Plan, places: _Places) -> Iterator[Problem]:
    """What is wrong in the mapping whatever the table holds."""
    for key in ("alliance", "therapist_alliance"):
        given = getattr(section, key)
        if given is not None:
            yield from _of_ratings(given, getattr(plan, key), key, places)
    when = plan.when
    ways = [] if when is None else [way for way in ("number", "date", "days") if getattr(when, way) is not None]
    if plan.wide and when is not None:
        yield messages.only_in(places("session"), "session", "long")
    elif not plan.wide and not ways:
        yield messages.session_needed(places("session"))
    elif len(ways) > 1:
        yield messages.one_way_of_time(places("session"), ways)
    for loc, name in _session_columns(plan):
        if plan.wide and "{session}" not in name:
            yield messages.no_pattern(places(*loc), name)
        if not plan.wide and "{session}" in name:
            yield messages.pattern_in_long(places(*loc), name)
    yield from _of_codes(plan, places)
    if plan.alliance is None and plan.symptoms is None and plan.left is None and not plan.reports:
        yield messages.nothing_to_measure(places.whole)
    if plan.symptoms is not None:
        yield from _of_symptoms(section.symptoms, plan, places)


def _of_symptoms(given: Any, plan: Plan, places: _Places) -> Iterator[Problem]:
    """What is wrong in the mapping of symptom scores."""
    assert plan.symptoms is not None
    if not plan.symptoms.names:
        yield messages.one_of(places("symptoms"), "no score", ("score", "items", "intake", "end"))
    for score, items in (("score", "items"), ("intake", "intake_items"), ("end", "end_items")):
        pattern = getattr(given, items)
        if pattern is None:
            continue
        if getattr(given, score) is not None:
            yield messages.score_and_items(places("symptoms", items), score, items)
        yield from pattern_problems(pattern, places("symptoms", items))


def _of_ratings(given: Any, rated: Rated, key: str, places: _Places) -> Iterator[Problem]:
    """What is wrong in the mapping of ratings."""
    parts = [name for name in ("goal", "task", "bond") if getattr(given, name) is not None]
    forms = ("total", "items", "goal, task and bond")
    if given.items is not None and (given.total is not None or parts):
        yield messages.one_of(places(key), "items and another form of the rating", forms)
    elif given.items is None and 0 < len(parts) < 3:
        yield messages.one_of(places(key), f"{' and '.join(parts)} alone", forms)
    elif given.items is None and given.total is None and not parts:
        yield messages.one_of(places(key), "no rating", forms)
    if given.items is not None:
        yield from pattern_problems(given.items, places(key, "items"))
    low, high = rated.scale
    others = needs_rescaling(rated)
    if not low < high:
        yield messages.wrong_scale(places(key, "scale"), given.scale)
    elif others and not given.rescale:
        yield messages.rescale_needed(places(key, "scale"), *others[0])
    turned_round = given.reversed or []
    if given.reversed is not None and given.items is None:
        yield messages.reversed_without_items(places(key, "reversed"))
    for k, item in enumerate(turned_round):
        if not 1 <= item <= rated.size or item in turned_round[:k]:
            yield messages.wrong_item(places(key, "reversed", k), item, rated.size, rated.form)


def _session_columns(plan: Plan) -> Iterator[tuple[Loc, str]]:
    """Columns that hold something of every session, with their places in the section."""
    if plan.attended is not None:
        yield ("attended", "column"), plan.attended.column
    for key, rated in (("alliance", plan.alliance), ("therapist_alliance", plan.therapist_alliance)):
        if rated is not None:
            yield from (((key, part), name) for part, name in rated.columns.items())
    for key in ("score", "items"):
        if plan.symptoms is not None and (name := getattr(plan.symptoms, key)) is not None:
            yield ("symptoms", key), name
    for rater, codes in plan.reports.items():
        yield ("reports", rater, "column"), codes.column


def _client_columns(plan: Plan) -> Iterator[tuple[Loc, str]]:
    """Columns that hold something of every client, and those that tell sessions apart."""
    yield ("client",), plan.client
    for key in ("therapist", "group"):
        if (name := getattr(plan, key)) is not None:
            yield (key,), name
    if plan.when is not None:
        for key in ("number", "date", "days"):
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


def _columns(plan: Plan, sheet: Sheet, places: _Places) -> list[Problem]:
    """Columns that the table does not have."""
    problems = []
    for loc, name in _client_columns(plan):
        if name not in sheet.names:
            problems.append(messages.no_such_column(places(*loc), name, sheet.names, sheet.file))
    of_items = dict(item_patterns(plan))
    for loc, pattern in _session_columns(plan):
        if loc[-1] != "items":
            problems += _missing(plan, sheet, pattern, places(*loc))
    for loc, (pattern, count, owner) in of_items.items():
        if list(pattern_problems(pattern, places(*loc))) or (
            plan.wide and loc[-1] == "items" and SESSION not in pattern
        ):
            continue  # told already
        near = form_of if loc[0] != "symptoms" else (lambda _: None)
        wrong = list(column_problems(sheet.names, pattern, count, owner, sheet.file, places(*loc), near))
        if plan.wide and not wrong and loc[-1] == "items":
            first = with_item(pattern, 1, item_columns(sheet.names, pattern))
            wrong = list(_missing(plan, sheet, first, places(*loc)))
        problems += wrong
    problems += _beyond(plan, sheet, places)
    if plan.group is not None and plan.reference is not None and plan.group in sheet.names:
        groups = list(dict.fromkeys(cell for cell in sheet.cells(plan.group) if cell))
        if plan.reference not in groups:
            place = places("group", "reference")
            problems.append(messages.no_such_reference(place, plan.reference, plan.group, sheet.file, groups))
    return problems


def item_patterns(plan: Plan) -> Iterator[tuple[Loc, tuple[str, int, str]]]:
    """Patterns of items with the number of items, and what their questionnaire is called."""
    for key, rated in (("alliance", plan.alliance), ("therapist_alliance", plan.therapist_alliance)):
        if rated is not None and rated.parts and "items" in rated.columns:
            yield (key, "items"), (rated.columns["items"], rated.size, rated.form)
    scores = plan.symptoms
    if scores is not None and scores.key is not None:
        for key in ("items", "intake_items", "end_items"):
            if (pattern := getattr(scores, key)) is not None:
                yield ("symptoms", key), (pattern, scores.key.size, entry_label(scores.instrument))


def _beyond(plan: Plan, sheet: Sheet, places: _Places) -> Iterator[Problem]:
    """Items after the last one of the alliance's default questionnaire, which probably is not the one that was used."""
    for loc, (pattern, count, owner) in item_patterns(plan):
        beyond = item_columns(sheet.names, pattern).beyond(count)
        if beyond and loc[0] != "symptoms" and not places.stated(loc[0], "form"):
            yield messages.other_form(places(*loc), owner, count, beyond, forms_of(max(beyond)))


def _missing(plan: Plan, sheet: Sheet, name: str, place: Place) -> Iterator[Problem]:
    """A column of sessions that is not there; in a wide table every session may lack it, but not all of them."""
    if not plan.wide:
        if name not in sheet.names:
            yield messages.no_such_column(place, name, sheet.names, sheet.file)
        return
    if "{session}" not in name:
        return  # told already
    if not any(name.replace("{session}", str(k)) in sheet.names for k in range(1, plan.planned + 1)):
        yield messages.no_matching_column(place, name, sheet.names, sheet.file)
    late = name.replace("{session}", str(plan.planned + 1))
    if late in sheet.names:
        yield messages.beyond_the_plan(place, late, plan.planned)
