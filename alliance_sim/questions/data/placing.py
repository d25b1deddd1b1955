"""Whether the columns that a mapping names are in its tables."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from alliance_sim.questions.data import messages
from alliance_sim.questions.data.forms import form_of_count, forms_of_count
from alliance_sim.questions.data.mapping import Plan
from alliance_sim.questions.data.occasions import NO_SESSION
from alliance_sim.questions.data.patterns import ITEM, SESSION, Match, form_of, matches, placeholders
from alliance_sim.questions.data.settings import ITEMS, Items, Named, client_columns, item_patterns, session_columns
from alliance_sim.questions.data.sheet import Sheet
from alliance_sim.scenario.problem import Place, Problem, nearest
from alliance_sim.scenario.tree import Loc

Places = Callable[..., Place]


class Columns(NamedTuple):
    """The columns of a table."""

    names: Sequence[str]
    free: Sequence[str]  # those that may belong to a pattern
    file: str


def in_the_tables(plan: Plan, sheets: Sequence[Sheet], places: Places) -> list[Problem]:
    """Columns that the tables do not have, and patterns that mean none of them or several at once."""
    sheet = sheets[0]
    problems: list[Problem] = []
    names = list(dict.fromkeys(name for own in sheets for name in own.names))
    shown = " and ".join(own.file for own in sheets)
    once, sessions, items = list(client_columns(plan)), list(session_columns(plan)), item_patterns(plan)
    for loc, name in once:
        own = sheet.names if loc[0] in ("client", "session", "rows") else names
        where = sheet.file if loc[0] in ("client", "session", "rows") else shown
        if loc[-1] in ITEMS:
            problems += _of_a_pattern(
                plan, Columns(names, names, where), (loc, name), (ITEM,), items.get(loc), places(*loc)
            )
        elif name not in own:
            wrong = wrong_placeholder((loc, name), (), places(*loc))
            problems.append(wrong or messages.no_such_column(places(*loc), name, own, where))
    if plan.people is not None and plan.people.client not in sheets[1].names:
        place = places("clients", "client")
        problems.append(messages.no_such_column(place, plan.people.client, sheets[1].names, sheets[1].file))
    own_columns = Columns(sheet.names, plan.free(sheet.names), sheet.file)
    for loc, name in sessions:
        if not plan.wide and SESSION in name and name not in sheet.names:
            problems.append(messages.pattern_in_long(places(*loc), name))
        elif plan.wide or loc[-1] in ITEMS or name not in sheet.names:
            allowed = (*((SESSION,) if plan.wide else ()), *((ITEM,) if loc[-1] in ITEMS else ()))
            problems += _of_a_pattern(plan, own_columns, (loc, name), allowed, items.get(loc), places(*loc))
    problems += _missing_of_nothing(plan, names, [name for _, name in (*once, *sessions)], places)
    return problems


def wrong_placeholder(named: Named, allowed: Sequence[str], place: Place) -> Problem | None:
    """A placeholder that a setting does not know, or that stands there twice."""
    loc, name = named
    found = placeholders(name)
    for k, sign in enumerate(found):
        if sign == ITEM and sign not in allowed and loc[0] in ("symptoms", "alliance", "therapist_alliance"):
            own = f"{loc[-1]}_items" if loc[-1] in ("intake", "end") else "items"
            return messages.placeholder(place, name, sign, allowed, own)
        if sign not in allowed or sign in found[:k]:
            return messages.placeholder(place, name, sign, allowed, nearest(sign, allowed) if allowed else None)
    return None


def _of_a_pattern(
    plan: Plan, columns: Columns, named: Named, allowed: Sequence[str], items: Items | None, place: Place
) -> Iterator[Problem]:
    """What is wrong with a pattern; `allowed` are its placeholders."""
    loc, name = named
    wrong = wrong_placeholder(named, allowed, place)
    if wrong is not None:
        yield wrong
    elif SESSION in allowed and SESSION not in name:
        yield messages.no_pattern(place, name, ITEM in allowed)
    elif ITEM in allowed and ITEM not in name:
        yield messages.no_item_pattern(place, name)
    elif not allowed:
        yield messages.no_such_column(place, name, columns.names, columns.file)
    elif ITEM + SESSION in name or SESSION + ITEM in name:
        yield messages.placeholders_touch(place, name)
    else:
        yield from _of_its_columns(plan, columns, name, place)
        if items is not None:
            yield from _of_its_items(columns, items, loc, place)


def _of_its_columns(plan: Plan, columns: Columns, name: str, place: Place) -> Iterator[Problem]:
    """Columns of a pattern: none, two of one session and item, or of sessions that are not planned."""
    found = matches(name, columns.free)
    held: dict[tuple[int, int], list[Match]] = {}
    for match in found:
        at = plan.occasions.of(match.session) if SESSION in name else NO_SESSION
        if at is not None:
            held.setdefault((at, match.item), []).append(match)
    beyond = [
        match.name for (at, _), own in held.items() for match in own if SESSION in name and not plan.has_occasion(at)
    ]
    if beyond:
        yield messages.beyond_the_plan(place, beyond, messages.sessions_of(plan))
    for (_, item), own in held.items():
        if len(own) > 1 and own[0].name not in beyond:
            yield messages.two_of_one(place, name, own[0].name, own[1].name, item if ITEM in name else None)
    if not held:
        yield messages.no_matching_column(place, name, columns.names, columns.file, [match.name for match in found])


def _of_its_items(columns: Columns, items: Items, loc: Loc, place: Place) -> Iterator[Problem]:
    """Items of a questionnaire that no column has, and columns of items that an assumed questionnaire does not have."""
    there = {match.item for match in matches(items.pattern, columns.free)}
    lacking = [item for item in range(1, items.size + 1) if item not in there]
    beyond = sorted(item for item in there if not 1 <= item <= items.size)
    of_ratings = loc[0] != "symptoms"
    if there and lacking:
        near = form_of_count(max(there)) if of_ratings else None
        yield messages.items_lacking(place, items.pattern, lacking, items.size, items.owner, columns.file, near)
    if beyond and items.assumed:
        fitting = forms_of_count(max(beyond))
        yield messages.other_form(place, items.owner, items.size, beyond, fitting)


def _missing_of_nothing(plan: Plan, names: Sequence[str], mapped: Sequence[str], places: Places) -> Iterator[Problem]:
    """Codes for nothing of a column that is not there, or that the mapping does not name."""
    used = [name for name in names if any(re.fullmatch(form_of(pattern), name) for pattern in mapped)]
    for key in plan.missing.own:
        own = [name for name in names if name == key or re.fullmatch(form_of(key), name)]
        if not own:
            yield messages.no_such_column(places("missing", key), key, names, "the table")
        elif not set(own) & set(used):
            yield messages.missing_unused(places("missing", key), key)
