"""How items were read, and what may be wrong with their key or with the direction of a scale: sentences and notes."""

from collections.abc import Iterator

from alliance_sim.estimands.seen import word
from alliance_sim.questions.data.clinic import Clinic
from alliance_sim.questions.data.deriving import CHANGES
from alliance_sim.questions.data.items import ItemsRead
from alliance_sim.questions.data.messages import numbered
from alliance_sim.questions.data.patterns import SESSION, Match
from alliance_sim.questions.data.settings import Items, item_patterns
from alliance_sim.scenario.catalog import ScoringKey
from alliance_sim.scenario.problem import counted

MOST_WORSE = 0.75
"""Where more clients than such a part are reliably worse, the scale is probably read the wrong way round."""


def items_in_words(clinic: Clinic) -> Iterator[str]:
    """How scores were made of items, and how many items were missing."""
    plan = clinic.plan
    for key, rated in (("alliance", plan.alliance), ("therapist_alliance", plan.therapist_alliance)):
        if rated is not None and "items" in rated.columns:
            turned = f"{numbered(sorted(rated.reversed)) if rated.reversed else 'none'} turned round"
            most = f"at most {rated.missing}" if rated.missing else "none"
            yield (
                f"data.{key} comes from the {rated.size} items of {rated.form} ({turned}); a part counts where {most} "
                f"of its items {'are' if rated.missing > 1 else 'is'} missing."
            )
    scores = plan.symptoms
    if scores is None or scores.key is None:
        return
    yield f"Symptom scores are {_made(scores.key)} of {clinic.instrument}."
    for setting, read in clinic.loaded.items.items():
        yield from _missing(setting, read, scores.key)
    if scores.key.printed and not scores.key.reversed:
        yield (
            f"{_capital(numbered(sorted(scores.key.printed)))} of {clinic.instrument} are worded the other way; on the "
            "printed form their numbers run the other way already, so that they were taken as they stand. Where the "
            "table holds answers that have not been turned round: key: "
            f"{{reversed: [{', '.join(map(str, sorted(scores.key.printed)))}]}}."
        )


def _made(key: ScoringKey) -> str:
    """What a score is."""
    times = f"{key.times:g} times the " if key.times != 1 else "the "
    turned = f", {numbered(sorted(key.reversed))} turned round" if key.reversed else ""
    return f"{times}{key.score} of the {key.size} items{turned}"


def _missing(setting: str, read: ItemsRead, key: ScoringKey) -> Iterator[str]:
    """Questionnaires with missing items; nothing where there are none."""
    if read.prorated:
        most = "1 item" if key.missing == 1 else f"up to {key.missing} items"
        yield (
            f"In {counted(read.prorated, 'questionnaire')} (data.symptoms.{setting}) {most} "
            f"{'is' if key.missing == 1 else 'are'} missing; the mean of the others stands for them."
        )
    if read.incomplete:
        yield (
            f"{counted(read.incomplete, 'questionnaire')} (data.symptoms.{setting}) with more than {key.missing} "
            f"missing {'item' if key.missing == 1 else 'items'} {'has' if read.incomplete == 1 else 'have'} no score."
        )


def item_notes(clinic: Clinic) -> Iterator[str]:
    """Items that were not read, and items that run against the others."""
    for loc, items in item_patterns(clinic.plan).items():
        where = ".".join(map(str, ("data", *loc)))
        inside, found = clinic.table.of_items(items)
        columns = {match.item: match.name for match in reversed(found)}  # the first of each
        beyond = sorted(columns)
        if beyond:
            first, last = columns[beyond[0]], columns[beyond[-1]]
            named = first if len(beyond) == 1 else f"{first} to {last}"
            yield (
                f"Note: {numbered(beyond)} of {where} ({named}) {'was' if len(beyond) == 1 else 'were'} not read: "
                f"{items.owner} has {items.size} items."
            )
        yield from _lacking(clinic, items, inside, where)
        against = _against(clinic, str(loc[0]), str(loc[-1]))
        if against:
            setting = "data.symptoms.key: {reversed: ...}" if loc[0] == "symptoms" else f"data.{loc[0]}.reversed"
            yield (
                f"Note: {numbered(against)} of {where} {'runs' if len(against) == 1 else 'run'} against the others: "
                "answers fall where those to the others rise. Do they have to be turned round, or are they turned "
                f"round already ({setting})?"
            )


def _lacking(clinic: Clinic, items: Items, found: list[Match], where: str) -> Iterator[str]:
    """Sessions of a wide table that lack columns of some items, which others have."""
    held: dict[int | None, list[Match]] = {}
    for match in found if SESSION in items.pattern else ():
        held.setdefault(clinic.plan.occasions.of(match.session), []).append(match)
    for own in held.values():
        there = {match.item for match in own}
        lacking = [item for item in range(1, items.size + 1) if item not in there]
        if lacking:
            one = items.pattern.replace(SESSION, own[0].session)
            yield (
                f"Note: {one} ({where}) has no column of {numbered(lacking)}; "
                f"{'it counts' if len(lacking) == 1 else 'they count'} as missing there."
            )


def _against(clinic: Clinic, section: str, setting: str) -> tuple[int, ...]:
    """Items that run against the others, of a pattern."""
    if section == "symptoms":
        read = clinic.loaded.items.get(setting)
        return read.against if read is not None else ()
    return clinic.loaded.against.get(section, ())


def direction_note(clinic: Clinic) -> Iterator[str]:
    """Nearly all clients reliably worse, as where a scale is read the wrong way round."""
    clients = clinic.loaded.seen.clients
    if "reliable_change" not in clients:
        return
    codes = word(clients, "reliable_change").codes
    known = int((codes >= 0).sum())
    worse = int((codes == CHANGES.index("deteriorated")).sum())
    if known and worse / known >= MOST_WORSE:
        now, other = ("higher", "lower") if clinic.higher_is_better else ("lower", "higher")
        yield (
            f"Note: {worse} of {counted(known, 'client')} with both scores are reliably worse. {clinic.instrument} is "
            f"read as a scale on which {now} is better. Is {other} better? Then the file of the instrument has to "
            f"state better: {other}."
        )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
