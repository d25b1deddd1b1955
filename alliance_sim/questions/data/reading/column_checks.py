"""Whether the columns and patterns that a mapping names are in its tables."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from alliance_sim.questions.data.names import (
    EVERYWHERE,
    ITEM,
    NO_SESSION,
    SESSION,
    Match,
    form_of,
    matches,
    placeholders,
)
from alliance_sim.questions.data.reading.mapping_checks import Mistake
from alliance_sim.questions.data.reading.questionnaires import Items, ReadingPlan, forms_of_count
from alliance_sim.questions.data.reading.sheet import Sheet
from alliance_sim.questions.data.section import MappedColumn
from alliance_sim.questions.data.settings import RATINGS
from alliance_sim.questions.data.text import named, numbered, quoted
from alliance_sim.scenario.problem import listing, nearest
from alliance_sim.scenario.tree import Loc


class Columns(NamedTuple):
    """The columns of a table."""

    names: Sequence[str]
    free: Sequence[str]  # those that may belong to a pattern
    file: str

    def lack(self, loc: Loc, name: str) -> Mistake:
        """The table does not have a column."""
        # the first column that begins with the name: two names may not have been separated
        longer = next((own for own in self.names if own.lower().startswith(name.lower())), None)
        near = nearest(name, self.names) or longer
        found = f"the column {quoted(name)}, which {self.file} does not have"
        return loc, found, self.listed, near and named(near)

    @property
    def listed(self) -> str:
        """The names of the columns."""
        return listing([named(each) for each in self.names if each])


def column_mistakes(plan: ReadingPlan, sheets: Sequence[Sheet]) -> Iterator[Mistake]:
    """Columns that the tables do not have, and patterns that mean none of them or several at once."""
    section, sheet = plan.section, sheets[0]
    every = list(dict.fromkeys(name for own in sheets for name in own.names))
    table = Columns(sheet.names, section.free(sheet.names), sheet.file)
    tables = Columns(every, every, " and ".join(own.file for own in sheets))
    for own in section.columns:
        where = table if own.of_sessions or own.of_rows else tables
        if own.of_sessions and not section.wide and SESSION in own.name and own.name not in table.names:
            allowed = "the name of one column, since every row is a session (layout: long)"
            yield own.loc, f"the pattern {quoted(own.name)}", allowed
        elif own.of_items or (own.of_sessions and section.wide):
            signs = (SESSION,) * (own.of_sessions and section.wide) + (ITEM,) * own.of_items
            yield from _of_a_pattern(plan, where, own, signs)
        elif own.name not in where.names:
            yield _wrong_placeholder(own, ()) or where.lack(own.loc, own.name)
    if section.clients is not None and section.clients.client not in sheets[1].names:
        yield Columns(sheets[1].names, (), sheets[1].file).lack(("clients", "client"), section.clients.client)
    used = {name for name in every if any(re.fullmatch(form_of(own.name), name) for own in section.columns)}
    for key in [key for key in section.missing_by_column if key != EVERYWHERE]:
        meant = [name for name in every if name == key or re.fullmatch(form_of(key), name)]
        if not meant:
            yield Columns(every, (), "the table").lack(("missing", key), key)
        elif not used & set(meant):
            found = f"codes of the column {quoted(key)}, which the mapping does not read"
            yield ("missing", key), found, "a column that it reads"


def _wrong_placeholder(own: MappedColumn, allowed: Sequence[str]) -> Mistake | None:
    """A placeholder that a setting does not know, or that stands there twice."""
    signs = placeholders(own.name)
    k = next((k for k, sign in enumerate(signs) if sign not in allowed or sign in signs[:k]), None)
    if k is None:
        return None
    sign, last = signs[k], str(own.loc[-1])
    found = f"a brace without its partner in {quoted(own.name)}"
    if sign not in ("{", "}"):
        found = f"the placeholder {sign} in {quoted(own.name)}"
    words = f"{' and '.join(allowed)} here" if allowed else "the name of one column, without placeholders"
    if sign in allowed:
        return own.loc, f"{found}, a second time", words
    near = nearest(sign, allowed) if allowed else None
    if sign == ITEM and own.loc[0] in (*RATINGS, "symptoms"):
        near = f"{last}_items" if last in ("intake", "end") else "items"
    return own.loc, found, words, near


def _of_a_pattern(plan: ReadingPlan, columns: Columns, own: MappedColumn, allowed: Sequence[str]) -> Iterator[Mistake]:
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
    elif ITEM + SESSION in name or SESSION + ITEM in name:
        words = "something between {session} and {item}, such as phq_{session}_{item}"
        yield loc, f"the pattern {quoted(name)}", words
    else:
        yield from _of_its_columns(plan, columns, loc, name)
        items = plan.items.get(own.setting)
        if items is not None:
            yield from _of_its_items(columns, items, loc)


def _of_its_columns(plan: ReadingPlan, columns: Columns, loc: Loc, name: str) -> Iterator[Mistake]:
    """Columns of a pattern: none, two of one session and item, or of sessions that are not planned."""
    occasions, by_session = plan.section.occasions, SESSION in name
    found = matches(name, columns.free)
    held: dict[tuple[int, int], list[Match]] = defaultdict(list)
    for match in found:
        at = occasions.of(match.session) if by_session else NO_SESSION
        if at is not None:
            held[at, match.item].append(match)
    beyond = [match.name for (at, _), own in held.items() for match in own if by_session and not occasions.has(at)]
    if beyond:
        shown = listing([quoted(each) for each in beyond])
        several, each_is = ("s", "are") if len(beyond) > 1 else ("", "is")
        found_there = f"the column{several} {shown}, which {each_is} none of the planned sessions"
        yield loc, found_there, occasions.allowed
    for (_, item), own in held.items():
        if len(own) > 1 and own[0].name not in beyond:
            each, what = ("item", f"item {item}") if ITEM in name else ("session", "the same session")
            what += " of the same session" if ITEM in name and by_session else ""
            both = f"the columns {quoted(own[0].name)} and {quoted(own[1].name)}, both of {what}"
            yield loc, both, f"one column of {quoted(name)} for each {each}"
    if not held and found:
        unnumbered = listing([match.name for match in found])
        allowed = "numbers in the place of {session}, or names that data.session lists (intake, end, follow_up, named)"
        pattern = f"the pattern {quoted(name)}, of whose columns none has the number of a session ({unnumbered})"
        yield loc, pattern, allowed
    elif not held:
        near = nearest(name.replace(SESSION, "1").replace(ITEM, "1"), columns.names)
        pattern = f"the pattern {quoted(name)}, which no column of {columns.file} is like"
        yield loc, pattern, columns.listed, near and named(near)


def _of_its_items(columns: Columns, items: Items, loc: Loc) -> Iterator[Mistake]:
    """Items of a questionnaire that no column has, and columns of items that an assumed questionnaire does not have."""
    there = {match.item for match in matches(items.pattern, columns.free)}
    lacking = [item for item in range(1, items.size + 1) if item not in there]
    beyond = sorted(item for item in there if not 1 <= item <= items.size)
    if there and lacking:
        fitting = " or ".join(forms_of_count(max(there))) if loc[0] != "symptoms" else ""
        found = f"the pattern {quoted(items.pattern)}, for which {columns.file} has no column of {numbered(lacking)}"
        allowed = f"a column for each of the {items.size} items of {items.owner}"
        yield loc, found, allowed, f"form: {fitting}" if fitting else None
    if beyond and items.assumed:
        fitting = " or ".join(forms_of_count(max(beyond)))
        wanted = f"form: {fitting}, or another questionnaire" if fitting else "form: and the questionnaire"
        found = f"{numbered(beyond)}, which {items.owner} does not have ({items.size} items)"
        yield loc, found, f"{wanted} that was used; form: {items.owner} reads items 1 to {items.size} alone"
