"""Whether the columns that a mapping names are in its table, and whether its settings have an effect there."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from alliance_sim.inquiry.owndata import messages
from alliance_sim.inquiry.owndata.mapping import ITEMS, Plan
from alliance_sim.inquiry.owndata.occasions import INTAKE, NO_SESSION
from alliance_sim.inquiry.owndata.patterns import PLACEHOLDERS, form_of, matches, placeholders
from alliance_sim.inquiry.owndata.sheet import Sheet
from alliance_sim.inquiry.owndata.timing import form_of_a_spreadsheet, is_form
from alliance_sim.scenario.problem import Place, Problem, nearest
from alliance_sim.scenario.tree import Loc

Places = Callable[..., Place]
Named = tuple[Loc, str]
"""A column or pattern of the mapping, with its place there."""


def without_effect(section: Any, plan: Plan, places: Places) -> Iterator[Problem]:
    """Settings that change nothing beside others, or that contradict them."""
    yield from _of_sessions(section, plan, places)
    if plan.wide and plan.rows is not None:
        yield messages.only_in(places("rows"), "rows", "long")
    if plan.client is None and not plan.wide:
        yield messages.client_needed(places("client"))
    if plan.client is None and plan.people is not None:
        yield messages.client_needed(places("client"))
    if plan.rows is not None:
        for code in plan.rows.sessions:
            if code in plan.rows.client:
                yield messages.code_twice(places("rows", "client"), code, "sessions")
    if "dependability" in section.model_fields_set and plan.alliance is None:
        yield messages.no_effect(places("dependability"), "dependability without ratings by clients", "alliance")


def _of_sessions(section: Any, plan: Plan, places: Places) -> Iterator[Problem]:
    """The section `session` against itself."""
    given = section.session
    if given is None:
        return
    stated = given.model_fields_set
    for key in ("number", "date"):
        if plan.wide and getattr(given, key) is not None:
            yield messages.only_in(places("session", key), f"session.{key}", "long")
    for key in ("form", "counted"):
        if key in stated and given.date is None:
            yield messages.no_effect(places("session", key), f"{key} without a column of dates", "date: COLUMN")
    if given.date is not None:
        for key in ("first", "intake", "end", "follow_up", "named"):
            if key in stated:
                other = "number: COLUMN, or a wide table"
                yield messages.no_effect(places("session", key), f"{key} with dates", other)
        if not is_form(given.form):
            yield messages.form_of_dates(places("session", "form"), given.form, form_of_a_spreadsheet(given.form))
    first: dict[str, str] = {}
    for key, code, at in plan.occasions.stated():
        if code in first:
            yield messages.code_twice(places("session", key), code, f"session.{first[code]}")
        first.setdefault(code, key)
        if code == "0" and plan.occasions.first == 0:
            yield messages.code_twice(places("session", key), code, "session.first")
        if at > plan.planned:
            yield messages.named_beyond(places("session", key, code), at, plan.planned)
    scores = plan.symptoms
    for key in ("intake", "end"):
        codes = getattr(plan.occasions, key)
        if len(codes) > 1:
            yield messages.one_code(places("session", key), len(codes))
        if codes and scores is not None and getattr(scores, key) is not None:
            yield messages.two_ways(places("symptoms", key), f"session.{key}")
    if any(at < NO_SESSION for _, _, at in plan.occasions.stated()) and (scores is None or scores.score is None):
        key = next(key for key, _, at in plan.occasions.stated() if at <= INTAKE)
        yield messages.no_effect(places("session", key), f"{key} without symptoms.score", "symptoms.score")


def in_the_tables(
    plan: Plan, sheets: Sequence[Sheet], once: Sequence[Named], sessions: Sequence[Named], places: Places
) -> list[Problem]:
    """Columns that the tables do not have, and patterns that mean none of them or several at once."""
    sheet, problems = sheets[0], []
    names = list(dict.fromkeys(name for own in sheets for name in own.names))
    shown = " and ".join(own.file for own in sheets)
    for loc, name in once:
        own = sheet.names if loc[0] in ("client", "session", "rows") else names
        where = sheet.file if loc[0] in ("client", "session", "rows") else shown
        if name not in own:
            wrong = wrong_placeholder(name, (), places(*loc))
            problems.append(wrong or messages.no_such_column(places(*loc), name, own, where))
    if plan.people is not None and plan.people.client not in sheets[1].names:
        place = places("clients", "client")
        problems.append(messages.no_such_column(place, plan.people.client, sheets[1].names, sheets[1].file))
    for loc, name in sessions:
        problems += _of_a_pattern(plan, sheet, name, loc, places(*loc))
    problems += _missing_of_nothing(plan, names, [name for _, name in (*once, *sessions)], places)
    return problems


def wrong_placeholder(name: str, allowed: Sequence[str], place: Place) -> Problem | None:
    """A placeholder that a setting does not know, or that stands there twice."""
    found = placeholders(name)
    for k, sign in enumerate(found):
        if sign not in allowed or sign in found[:k]:
            return messages.placeholder(place, name, sign, allowed, nearest(sign, allowed or PLACEHOLDERS))
    return None


def _of_a_pattern(plan: Plan, sheet: Sheet, name: str, loc: Loc, place: Place) -> Iterator[Problem]:
    """What is wrong with a column or pattern of sessions."""
    if name in sheet.names and not plan.wide and loc[-1] != "items":
        return
    allowed = (*(("{session}",) if plan.wide else ()), *(("{item}",) if loc[-1] == "items" else ()))
    if not plan.wide and "{session}" in name:
        yield messages.pattern_in_long(place, name)
        return
    wrong = wrong_placeholder(name, allowed, place)
    if wrong is not None:
        yield wrong
        return
    if plan.wide and "{session}" not in name:
        yield messages.no_pattern(place, name)
        return
    if not plan.wide and "{item}" not in name:
        yield messages.no_such_column(place, name, sheet.names, sheet.file)
        return
    yield from _of_its_columns(plan, sheet, name, place)
    if "{item}" in name and loc[0] in ("alliance", "therapist_alliance"):
        there = {match.item for match in matches(name, sheet.names)}
        lacking = [str(item) for item in range(1, ITEMS + 1) if item not in there]
        if there and lacking:
            yield messages.items_lacking(place, name, lacking)


def _of_its_columns(plan: Plan, sheet: Sheet, name: str, place: Place) -> Iterator[Problem]:
    """Columns of a pattern: none, two of one session, or of a session that is not planned."""
    found = matches(name, [own for own in sheet.names if own not in plan.of_clients])
    first: dict[tuple[int, int], str] = {}
    for match in found:
        at = plan.occasions.of(match.session) if plan.wide else NO_SESSION
        if at is None:
            continue
        key = (at, match.item)
        if plan.wide and not (at < 0 or 1 <= at <= plan.planned):
            yield messages.beyond_the_plan(place, match.name, messages.sessions_of(plan))
        elif key in first:
            yield messages.two_of_one(place, name, first[key], match.name)
        first.setdefault(key, match.name)
    if not first:
        yield messages.no_matching_column(place, name, sheet.names, sheet.file, [match.name for match in found])


def _missing_of_nothing(plan: Plan, names: Sequence[str], mapped: Sequence[str], places: Places) -> Iterator[Problem]:
    """Codes for nothing of a column that is not there, or that the mapping does not name."""
    used = [name for name in names if any(re.fullmatch(form_of(pattern), name) for pattern in mapped)]
    for key in plan.missing.own:
        own = [name for name in names if name == key or re.fullmatch(form_of(key), name)]
        if not own:
            yield messages.no_such_column(places("missing", key), key, names, "the table")
        elif not set(own) & set(used):
            yield messages.missing_unused(places("missing", key), key)
