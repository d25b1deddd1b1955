"""Mistakes in a mapping that can be seen without its tables: contradictions, and settings that have no effect.

A mistake is the setting (as a location in the section), what was found there, what is allowed, and the nearest valid
value if there is one.
"""

from collections.abc import Iterator

from alliance_sim.questions.data.names import NO_SESSION
from alliance_sim.questions.data.reading.questionnaires import Questionnaire, ReadingPlan
from alliance_sim.questions.data.reading.sessions import form_of_a_spreadsheet, is_form
from alliance_sim.questions.data.section import DataMapping
from alliance_sim.questions.data.settings import PARTS, Coded, RatingsMapping, Session, Symptoms
from alliance_sim.questions.data.text import quoted
from alliance_sim.scenario.problem import show
from alliance_sim.scenario.tree import Loc

Mistake = tuple[Loc, str, str] | tuple[Loc, str, str, str | None]


def mapping_mistakes(plan: ReadingPlan) -> Iterator[Mistake]:
    """What is wrong in the mapping whatever the table holds."""
    section = plan.section
    for key, given in section.ratings.items():
        yield from _of_ratings(key, given, plan.questionnaires[key])
    yield from _of_sessions(section)
    yield from _of_occasions(section)
    yield from _of_clients(section)
    coded: dict[Loc, Coded | None] = {("attended",): section.attended, ("left",): section.left}
    for loc, codes in (coded | {("reports", rater): own for rater, own in section.reported.items()}).items():
        if codes is not None:
            yield from _of_codes(loc, codes)
    if not (section.alliance or section.symptoms or section.left or section.reported):
        yield (), "no column to measure", "at least one of alliance, symptoms, left, reports"
    if section.symptoms is not None:
        yield from _of_symptoms(section.symptoms)
    if "dependability" in section.model_fields_set and section.alliance is None:
        yield _no_effect(("dependability",), "dependability without ratings by clients", "alliance")


def _no_effect(loc: Loc, found: str, needed: str) -> Mistake:
    return loc, f"{found}, which has no effect", f"this setting only together with {needed}; else leave it out"


def _twice(loc: Loc, code: str, first: str) -> Mistake:
    return loc, f"the code {show(code)}, which also stands under {first}", "each code once"


def _only_long(loc: Loc, name: str) -> Mistake:
    return loc, f"{name} in this layout", f"{name} only with layout: long"


def _of_ratings(key: str, given: RatingsMapping, form: Questionnaire) -> Iterator[Mistake]:
    """Ratings: a total, parts or items; a scale that is none, or that is not the model's; items turned round."""
    parts = [name for name in PARTS if name in given.columns]
    options = "one of total, items, goal, task and bond"
    if given.items is not None and (given.total is not None or parts):
        yield (key,), "items and another form of the rating", options
    elif given.items is None and 0 < len(parts) < len(PARTS):
        yield (key,), f"{' and '.join(parts)} alone", options
    elif not given.columns:
        yield (key,), "no rating", options
    low, high = form.scale
    others = form.other_scales(given)
    if not low < high:
        yield (key, "scale"), show(given.scale), "the lowest and the highest answer, such as [1, 5]"
    elif others and not given.rescale:
        found = f"a scale from {others[0][0]:g} to {others[0][1]:g}"
        yield (key, "scale"), found, "1 to 5; or rescale: true, which puts it on 1 to 5 (linearly)"
    elif given.rescale and not others and given.columns and (form.parts or given.form is None):
        found = "rescale: true with ratings from 1 to 5"
        yield _no_effect((key, "rescale"), found, "another scale, or a form with one")
    if given.form is not None and given.scale is not None and given.items is None:
        yield _no_effect((key, "form"), "form with a stated scale and without items", "items")
    if given.reversed is not None and given.items is None:
        yield (key, "reversed"), "reversed items without items", "reversed only together with items"
    for k, item in enumerate(given.reversed or ()):
        if not 1 <= item <= form.size or item in (given.reversed or [])[:k]:
            allowed = f"items 1 to {form.size} of {form.name}, each once: those that are turned round"
            yield (key, "reversed", k), show(item), allowed


def _of_symptoms(given: Symptoms) -> Iterator[Mistake]:
    """Symptom scores: any, and each from a column or from items."""
    if not (given.in_sessions or given.at("intake") or given.at("end")):
        yield ("symptoms",), "no score", "one of score, items, intake, end"
    for score, items in (("score", "items"), ("intake", "intake_items"), ("end", "end_items")):
        if getattr(given, items) is not None and getattr(given, score) is not None:
            allowed = f"one of the two: {score} is a column of scores, {items} makes them"
            yield ("symptoms", items), f"{score} and {items}", allowed


def _of_sessions(section: DataMapping) -> Iterator[Mistake]:
    """How sessions are distinguished, and settings that change nothing where they are."""
    given: Session = section.times
    ways = [way for way in ("number", "date", "days") if getattr(given, way)]
    if section.wide:
        for way in ways:
            yield _only_long(("session", way), f"session.{way}")
    elif not ways:
        allowed = "a mapping with number: COLUMN, date: COLUMN or days: COLUMN, which tells sessions apart"
        yield ("session",), "nothing", allowed
    elif len(ways) > 1:
        yield ("session",), " and ".join(ways), "one of number, date, days"
    stated = given.model_fields_set
    if "form" in stated and given.date is None:
        yield _no_effect(("session", "form"), "form without a column of dates", "date: COLUMN")
    if "counted" in stated and given.date is None and given.days is None:
        found = "counted without a column of dates or days"
        yield _no_effect(("session", "counted"), found, "date: COLUMN or days: COLUMN")
    numbered = {"date": ("first", "intake", "end", "follow_up", "named"), "days": ("first", "named")}
    for way in ways if given.number is None else ():
        for name in (name for name in numbered[way] if name in stated):
            found = f"{name} with {'dates' if way == 'date' else way}"
            yield _no_effect(("session", name), found, "number: COLUMN, or a wide table")
    if given.date is not None and not is_form(given.form):
        allowed = "a form with %d for the day, %m for the month and %Y for the year, such as %Y-%m-%d or %d.%m.%Y"
        yield ("session", "form"), f"the form {quoted(given.form)}", allowed, form_of_a_spreadsheet(given.form)


def _of_occasions(section: DataMapping) -> Iterator[Mistake]:
    """Numbers and names of sessions, and of occasions that are none."""
    occasions, scores = section.occasions, section.symptoms
    first: dict[str, str] = {}
    for key, code, at in occasions.stated():
        if code in first:
            yield _twice(("session", key), code, f"session.{first[code]}")
        first.setdefault(code, key)
        if code == "0" and occasions.first == 0:
            yield _twice(("session", key), code, "session.first")
        if at > occasions.planned:
            allowed = f"sessions 1 to {occasions.planned} (data.planned)"
            yield ("session", key, code), f"session {at}", allowed
    for key in ("intake", "end"):
        codes = getattr(occasions, key)
        if len(codes) > 1:
            yield ("session", key), f"{len(codes)} codes", "one code: there is one occasion of this kind"
        if codes and scores is not None and (own := scores.at(key)) is not None:
            allowed = "one of the two, which both say where this score stands"
            yield ("symptoms", own), f"a column, beside data.session.{key}", allowed
    no_session = [key for key, _, at in occasions.stated() if at < NO_SESSION]
    if no_session and (scores is None or not scores.in_sessions):
        found = f"{no_session[0]} without scores or items in sessions"
        yield _no_effect(("session", no_session[0]), found, "symptoms.score or symptoms.items")


def _of_clients(section: DataMapping) -> Iterator[Mistake]:
    """Rows of clients and of other kinds."""
    if section.client is None and (not section.wide or section.clients is not None):
        yield ("client",), "nothing", "the name of a column; only a wide table may lack it, where every row is a client"
    if section.rows is not None:
        if section.wide:
            yield _only_long(("rows",), "rows")
        for code in section.rows.sessions:
            if code in section.rows.client:
                yield _twice(("rows", "client"), code, "sessions")


def _of_codes(loc: Loc, codes: Coded) -> Iterator[Mistake]:
    """Codes that stand for two things."""
    first: dict[str, str] = {}
    for meaning, own in codes.meanings.items():
        for code in own:
            if first.setdefault(code, meaning) != meaning:
                yield _twice((*loc, meaning), code, first[code])
