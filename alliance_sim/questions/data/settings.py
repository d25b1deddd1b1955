"""Which setting of a mapping names which column or pattern, with its place in the section."""

from collections.abc import Iterator
from typing import NamedTuple

from alliance_sim.questions.data.mapping import Plan
from alliance_sim.scenario.library import entry_label
from alliance_sim.scenario.tree import Loc, written

Named = tuple[Loc, str]
"""A column or pattern of the mapping, with its place there."""

ITEMS = ("items", "intake_items", "end_items")
"""Settings that hold patterns of items."""


class Items(NamedTuple):
    """A pattern of the items of a questionnaire."""

    pattern: str
    size: int  # of the questionnaire, in items
    owner: str  # what the questionnaire is called
    assumed: bool  # the mapping does not say that it is this one
    of_clients: bool = False  # at intake or at the end, and not in sessions


def session_columns(plan: Plan) -> Iterator[Named]:
    """Columns that hold something of every session."""
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


def client_columns(plan: Plan) -> Iterator[Named]:
    """Columns that hold something of every client, and those that tell sessions apart."""
    if plan.client is not None:
        yield ("client",), plan.client
    if plan.rows is not None:
        yield ("rows", "column"), plan.rows.column
    for key in ("therapist", "group"):
        if (name := getattr(plan, key)) is not None:
            yield (key,), name
    if plan.when is not None:
        for key in ("number", "date", "days"):
            if (name := getattr(plan.when, key)) is not None:
                yield ("session", key), name
    if plan.symptoms is not None:
        for key in ("intake", "intake_items", "end", "end_items"):
            if (name := getattr(plan.symptoms, key)) is not None:
                yield ("symptoms", key), name
    if plan.left is not None:
        yield ("left", "column"), plan.left.column


def named_columns(plan: Plan) -> list[tuple[str, str]]:
    """Every setting that names a column or a pattern, and the name."""
    own = [(written(loc), name) for loc, name in (*client_columns(plan), *session_columns(plan))]
    return [*own, ("clients.client", plan.people.client)] if plan.people is not None else own


def item_patterns(plan: Plan) -> dict[Loc, Items]:
    """Patterns of items whose questionnaire is known."""
    made: dict[Loc, Items] = {}
    for key, rated in (("alliance", plan.alliance), ("therapist_alliance", plan.therapist_alliance)):
        if rated is not None and rated.parts and "items" in rated.columns:
            made[key, "items"] = Items(rated.columns["items"], rated.size, rated.form, rated.assumed)
    scores = plan.symptoms
    if scores is not None and scores.key is not None:
        for key in ITEMS:
            if (pattern := getattr(scores, key)) is not None:
                made["symptoms", key] = Items(
                    pattern, scores.key.size, entry_label(scores.instrument), False, key != "items"
                )
    return made
