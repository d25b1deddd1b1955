"""Mistakes in a mapping that can be seen without its tables: contradictions, and settings that have no effect."""

from collections.abc import Callable, Iterator
from typing import Any

from alliance_sim.questions.data import messages
from alliance_sim.questions.data.forms import needs_rescaling
from alliance_sim.questions.data.mapping import Codes, Plan, Rated
from alliance_sim.questions.data.occasions import INTAKE, NO_SESSION
from alliance_sim.questions.data.timing import form_of_a_spreadsheet, is_form
from alliance_sim.scenario.problem import Place, Problem
from alliance_sim.scenario.tree import Loc

Places = Callable[..., Place]


def mistakes(section: Any, plan: Plan, places: Places) -> Iterator[Problem]:
    """What is wrong in the mapping whatever the table holds."""
    for key in ("alliance", "therapist_alliance"):
        given = getattr(section, key)
        if given is not None:
            yield from _of_ratings(given, getattr(plan, key), key, places)
    yield from _of_sessions(section, plan, places)
    yield from _of_clients(plan, places)
    yield from _of_codes(plan, places)
    if plan.alliance is None and plan.symptoms is None and plan.left is None and not plan.reports:
        yield messages.nothing_to_measure(places())
    if plan.symptoms is not None:
        yield from _of_symptoms(section.symptoms, plan, places)
    if "dependability" in section.model_fields_set and plan.alliance is None:
        yield messages.no_effect(places("dependability"), "dependability without ratings by clients", "alliance")


def _of_ratings(given: Any, rated: Rated, key: str, places: Places) -> Iterator[Problem]:
    """What is wrong in the mapping of ratings."""
    parts = [name for name in ("goal", "task", "bond") if getattr(given, name) is not None]
    forms = ("total", "items", "goal, task and bond")
    if given.items is not None and (given.total is not None or parts):
        yield messages.one_of(places(key), "items and another form of the rating", forms)
    elif given.items is None and 0 < len(parts) < 3:
        yield messages.one_of(places(key), f"{' and '.join(parts)} alone", forms)
    elif given.items is None and given.total is None and not parts:
        yield messages.one_of(places(key), "no rating", forms)
    low, high = rated.scale
    others = needs_rescaling(rated)
    if not low < high:
        yield messages.wrong_scale(places(key, "scale"), given.scale)
    elif others and not given.rescale:
        yield messages.rescale_needed(places(key, "scale"), *others[0])
    elif given.rescale and not others and rated.columns and (rated.parts or given.form is None):
        yield messages.no_effect(
            places(key, "rescale"), "rescale: true with ratings from 1 to 5", "another scale, or a form with one"
        )
    if given.form is not None and given.scale is not None and given.items is None:
        yield messages.no_effect(places(key, "form"), "form with a stated scale and without items", "items")
    if given.reversed is not None and given.items is None:
        yield messages.reversed_without_items(places(key, "reversed"))
    turned_round = given.reversed or []
    for k, item in enumerate(turned_round):
        if not 1 <= item <= rated.size or item in turned_round[:k]:
            yield messages.wrong_item(places(key, "reversed", k), item, rated.size, rated.form)


def _of_symptoms(given: Any, plan: Plan, places: Places) -> Iterator[Problem]:
    """What is wrong in the mapping of symptom scores."""
    assert plan.symptoms is not None
    if not plan.symptoms.names:
        yield messages.one_of(places("symptoms"), "no score", ("score", "items", "intake", "end"))
    for score, items in (("score", "items"), ("intake", "intake_items"), ("end", "end_items")):
        if getattr(given, items) is not None and getattr(given, score) is not None:
            yield messages.score_and_items(places("symptoms", items), score, items)


def _of_sessions(section: Any, plan: Plan, places: Places) -> Iterator[Problem]:
    """The section `session` in itself, and beside the layout and the scores."""
    ways = [] if plan.when is None else [way for way in ("number", "date", "days") if getattr(plan.when, way)]
    if not plan.wide and not ways:
        yield messages.session_needed(places("session"))
    elif not plan.wide and len(ways) > 1:
        yield messages.one_way_of_time(places("session"), ways)
    given = section.session
    if given is None:
        return
    for way in ways if plan.wide else ():
        yield messages.only_in(places("session", way), f"session.{way}", "long")
    yield from _without_effect(given, places)
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
    for key, stated in (("intake", scores and scores.at_intake), ("end", scores and scores.at_end)):
        codes = getattr(plan.occasions, key)
        if len(codes) > 1:
            yield messages.one_code(places("session", key), len(codes))
        if codes and stated and scores is not None:
            own = key if getattr(scores, key) is not None else f"{key}_items"
            yield messages.two_ways(places("symptoms", own), f"session.{key}")
    if any(at < NO_SESSION for _, _, at in plan.occasions.stated()) and (scores is None or not scores.in_sessions):
        key = next(key for key, _, at in plan.occasions.stated() if at <= INTAKE)
        found = f"{key} without scores or items in sessions"
        yield messages.no_effect(places("session", key), found, "symptoms.score or symptoms.items")


def _without_effect(given: Any, places: Places) -> Iterator[Problem]:
    """Settings of sessions that change nothing beside the way in which sessions are told apart."""
    stated = given.model_fields_set
    if "form" in stated and given.date is None:
        yield messages.no_effect(places("session", "form"), "form without a column of dates", "date: COLUMN")
    if "counted" in stated and given.date is None and given.days is None:
        found = "counted without a column of dates or days"
        yield messages.no_effect(places("session", "counted"), found, "date: COLUMN or days: COLUMN")
    for way, keys in (
        ("date", ("first", "intake", "end", "follow_up", "named")),
        ("days", ("first", "named")),
    ):
        if getattr(given, way) is not None and given.number is None:
            for key in keys:
                if key in stated:
                    found = f"{key} with {'dates' if way == 'date' else way}"
                    yield messages.no_effect(places("session", key), found, "number: COLUMN, or a wide table")
    if given.date is not None and not is_form(given.form):
        yield messages.form_of_dates(places("session", "form"), given.form, form_of_a_spreadsheet(given.form))


def _of_clients(plan: Plan, places: Places) -> Iterator[Problem]:
    """Rows of clients and of other kinds."""
    if plan.wide and plan.rows is not None:
        yield messages.only_in(places("rows"), "rows", "long")
    if plan.client is None and (not plan.wide or plan.people is not None):
        yield messages.client_needed(places("client"))
    for code in plan.rows.sessions if plan.rows is not None else ():
        if plan.rows is not None and code in plan.rows.client:
            yield messages.code_twice(places("rows", "client"), code, "sessions")


def _of_codes(plan: Plan, places: Places) -> Iterator[Problem]:
    """Codes that stand for two things."""
    given: dict[Loc, Codes | None] = {("attended",): plan.attended, ("left",): plan.left}
    given |= {("reports", rater): codes for rater, codes in plan.reports.items()}
    for loc, codes in given.items():
        first: dict[str, str] = {}
        for meaning, own in codes.meanings.items() if codes is not None else ():
            for code in own:
                if first.setdefault(code, meaning) != meaning:
                    yield messages.code_twice(places(*loc, meaning), code, first[code])
