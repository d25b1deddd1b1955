"""Whether the columns and patterns that a mapping names are in its tables."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from alliance_sim.questions.data.characters import named, quoted
from alliance_sim.questions.data.occasions import NO_SESSION
from alliance_sim.questions.data.patterns import ITEM, SESSION, Match, form_of, matches, placeholders
from alliance_sim.questions.data.ranges import numbered
from alliance_sim.questions.data.reading.columns import Named, free, named_columns
from alliance_sim.questions.data.reading.mapping_checks import Mistake
from alliance_sim.questions.data.reading.questionnaires import Items, Plan, forms_of_count, item_patterns
from alliance_sim.questions.data.reading.sheet import Sheet
from alliance_sim.questions.data.settings import RATINGS
from alliance_sim.scenario.problem import listing, nearest
from alliance_sim.scenario.tree import Loc


class Columns(NamedTuple):
    """The columns of a table."""

    names: Sequence[str]
    free: Sequence[str]  # those that may belong to a pattern
    file: str


def column_mistakes(plan: Plan, sheets: Sequence[Sheet]) -> Iterator[Mistake]:
    """Columns that the tables do not have, and patterns that mean none of them or several at once."""
    section, sheet = plan.section, sheets[0]
    every = list(dict.fromkeys(name for own in sheets for name in own.names))
    table = Columns(sheet.names, free(section, sheet.names), sheet.file)
    tables = Columns(every, every, " and ".join(own.file for own in sheets))
    items, columns = item_patterns(plan), named_columns(section)
    for own in columns:
        if own.of_sessions:
            yield from _of_sessions(plan, table, own, items.get(own.loc))
        elif own.of_items:
            yield from _of_a_pattern(plan, tables, own, (ITEM,), items.get(own.loc))
        else:
            where = table if own.of_rows else tables
            if own.name not in where.names:
                yield _wrong_placeholder(own, ()) or _no_column(own.loc, own.name, where)
    if section.clients is not None and section.clients.client not in sheets[1].names:
        where = Columns(sheets[1].names, (), sheets[1].file)
        yield _no_column(("clients", "client"), section.clients.client, where)
    yield from _of_missing(plan, every, [own.name for own in columns])


def _of_sessions(plan: Plan, table: Columns, own: Named, items: Items | None) -> Iterator[Mistake]:
    """What is wrong with a column or pattern of sessions."""
    wide = plan.section.wide
    if not wide and SESSION in own.name and own.name not in table.names:
        allowed = "the name of one column, since every row is a session (layout: long)"
        yield own.loc, f"the pattern {quoted(own.name)}", allowed
    elif wide or own.of_items or own.name not in table.names:
        allowed_signs = (SESSION,) * wide + (ITEM,) * own.of_items
        yield from _of_a_pattern(plan, table, own, allowed_signs, items)


def _no_column(loc: Loc, name: str, where: Columns) -> Mistake:
    """A column that the table does not have."""
    # the first column that begins with the name: two names may not have been separated
    longer = next((own for own in where.names if own.lower().startswith(name.lower())), None)
    near = nearest(name, where.names) or longer
    found = f"the column {quoted(name)}, which {where.file} does not have"
    return loc, found, listing([named(own) for own in where.names if own]), near and named(near)


def _wrong_placeholder(own: Named, allowed: Sequence[str]) -> Mistake | None:
    """A placeholder that a setting does not know, or that stands there twice."""
    signs = placeholders(own.name)
    for k, sign in enumerate(signs):
        if sign in allowed and sign not in signs[:k]:
            continue
        found = f"the placeholder {sign} in {quoted(own.name)}"
        if sign in ("{", "}"):
            found = f"a brace without its partner in {quoted(own.name)}"
        words = f"{' and '.join(allowed)} here" if allowed else "the name of one column, without placeholders"
        if sign in allowed:
            return own.loc, f"{found}, a second time", words
        near = nearest(sign, allowed) if allowed else None
        if sign == ITEM and own.loc[0] in (*RATINGS, "symptoms"):
            near = f"{own.loc[-1]}_items" if own.loc[-1] in ("intake", "end") else "items"
        return own.loc, found, words, near
    return None


def _of_a_pattern(
    plan: Plan, columns: Columns, own: Named, allowed: Sequence[str], items: Items | None
) -> Iterator[Mistake]:
    """What is wrong with a pattern; `allowed` are its placeholders."""
    loc, name = own.loc, own.name
    wrong = _wrong_placeholder(own, allowed)
    if wrong is not None:
        yield wrong
    elif SESSION in allowed and SESSION not in name:
        example = "phq_{session}_{item}" if ITEM in allowed else "wai_{session}"
        yield (
            loc,
            f"the name {quoted(name)}",
            f"a pattern such as {example}, since every row is a client (layout: wide)",
        )
    elif ITEM in allowed and ITEM not in name:
        yield loc, f"the name {quoted(name)}", "a pattern such as wai_{item}, one column for each item"
    elif not allowed:
        yield _no_column(loc, name, columns)
    elif ITEM + SESSION in name or SESSION + ITEM in name:
        words = "something between {session} and {item}, such as phq_{session}_{item}"
        yield loc, f"the pattern {quoted(name)}", words
    else:
        yield from _of_its_columns(plan, columns, loc, name)
        if items is not None:
            yield from _of_its_items(columns, items, loc)


def _of_its_columns(plan: Plan, columns: Columns, loc: Loc, name: str) -> Iterator[Mistake]:
    """Columns of a pattern: none, two of one session and item, or of sessions that are not planned."""
    occasions, by_session = plan.section.occasions, SESSION in name
    found = matches(name, columns.free)
    held: dict[tuple[int, int], list[Match]] = {}
    for match in found:
        at = occasions.of(match.session) if by_session else NO_SESSION
        if at is not None:
            held.setdefault((at, match.item), []).append(match)
    beyond = [match.name for (at, _), own in held.items() for match in own if by_session and not occasions.has(at)]
    if beyond:
        shown = listing([quoted(each) for each in beyond])
        several = f"the columns {shown}, which are none of the planned sessions"
        found_there = several if len(beyond) > 1 else f"the column {shown}, which is none of the planned sessions"
        yield loc, found_there, occasions.allowed
    for (_, item), own in held.items():
        if len(own) > 1 and own[0].name not in beyond:
            yield _two_of_one(loc, name, own, item)
    if not held:
        yield _no_match(loc, name, columns, [match.name for match in found])


def _two_of_one(loc: Loc, name: str, columns: Sequence[Match], item: int) -> Mistake:
    """Two columns of the same session, or of one item of it."""
    each, what = ("item", f"item {item}") if ITEM in name else ("session", "the same session")
    if ITEM in name and SESSION in name:
        what += " of the same session"
    found = f"the columns {quoted(columns[0].name)} and {quoted(columns[1].name)}, both of {what}"
    return loc, found, f"one column of {quoted(name)} for each {each}"


def _no_match(loc: Loc, name: str, columns: Columns, unnumbered: Sequence[str]) -> Mistake:
    """A pattern that no column of the table is like; `unnumbered` are like it but for their number."""
    found = f"the pattern {quoted(name)}"
    if unnumbered:
        allowed = "numbers in the place of {session}, or names that data.session lists (intake, end, follow_up, named)"
        return loc, f"{found}, of whose columns none has the number of a session ({listing(unnumbered)})", allowed
    near = nearest(name.replace(SESSION, "1").replace(ITEM, "1"), columns.names)
    every = listing([named(each) for each in columns.names if each])
    return loc, f"{found}, which no column of {columns.file} is like", every, near and named(near)


def _of_its_items(columns: Columns, items: Items, loc: Loc) -> Iterator[Mistake]:
    """Items of a questionnaire that no column has, and columns of items that an assumed questionnaire does not have."""
    there = {match.item for match in matches(items.pattern, columns.free)}
    lacking = [item for item in range(1, items.size + 1) if item not in there]
    beyond = sorted(item for item in there if not 1 <= item <= items.size)
    if there and lacking:
        fitting = forms_of_count(max(there)) if loc[0] != "symptoms" else []
        found = f"the pattern {quoted(items.pattern)}, for which {columns.file} has no column of {numbered(lacking)}"
        allowed = f"a column for each of the {items.size} items of {items.owner}"
        yield loc, found, allowed, f"form: {' or '.join(fitting)}" if fitting else None
    if beyond and items.assumed:
        fitting = forms_of_count(max(beyond))
        wanted = f"form: {' or '.join(fitting)}, or another questionnaire" if fitting else "form: and the questionnaire"
        found = f"{numbered(beyond)}, which {items.owner} does not have ({items.size} items)"
        yield loc, found, f"{wanted} that was used; form: {items.owner} reads items 1 to {items.size} alone"


def _of_missing(plan: Plan, names: Sequence[str], mapped: Sequence[str]) -> Iterator[Mistake]:
    """Codes for an empty cell in a column that is not there, or that the mapping does not name."""
    used = {name for name in names if any(re.fullmatch(form_of(pattern), name) for pattern in mapped)}
    for key in plan.section.missing_by_column.own:
        own = [name for name in names if name == key or re.fullmatch(form_of(key), name)]
        if not own:
            yield _no_column(("missing", key), key, Columns(names, (), "the table"))
        elif not used & set(own):
            found = f"codes of the column {quoted(key)}, which the mapping does not read"
            yield ("missing", key), found, "a column that it reads"
