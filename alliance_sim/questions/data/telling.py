"""A clinic in words: how its table was read, what it shows, where it lies, and what that can and cannot mean."""

import hashlib
import math
from collections.abc import Iterator

import pandas as pd

from alliance_sim.estimands.estimated import Estimated
from alliance_sim.estimands.observed import EVERY
from alliance_sim.estimands.resampling import FEWEST_THERAPISTS
from alliance_sim.estimands.seen import MEASURES, REPORTS, known, values
from alliance_sim.estimands.standing import FEWEST_CLINICS, Together, percentile_words, placed
from alliance_sim.estimates.found import Found, found, records
from alliance_sim.questions.data.accounting import columns_in_words
from alliance_sim.questions.data.clinic import Clinic
from alliance_sim.questions.data.comparing import Compared
from alliance_sim.questions.data.deriving import FIRST_SESSIONS
from alliance_sim.questions.data.direction import label_of
from alliance_sim.questions.data.forms import needs_rescaling
from alliance_sim.questions.data.item_notes import items_in_words
from alliance_sim.questions.data.notes import notes_of
from alliance_sim.questions.data.sheet import SEPARATORS
from alliance_sim.questions.data.sureness import FEWEST_CLIENTS, few_clients
from alliance_sim.questions.data.timing import DAYS
from alliance_sim.questions.data.worlds import settings_in_words
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario.problem import counted
from alliance_sim.stats.numbers import digits_of, interval, listed, number, with_unit


def size_in_words(clinic: Clinic) -> str:
    """How large the data are."""
    loaded = clinic.loaded
    held = int(values(loaded.seen.sessions, "attended").sum())
    therapists = f" of {counted(len(loaded.therapist_ids), 'therapist')}" if loaded.therapist_ids else ""
    groups = f", in {len(loaded.groups)} groups ({listed(list(loaded.groups))})" if len(loaded.groups) > 1 else ""
    sessions = "" if clinic.loaded.unseen else f" and {counted(held, 'session')} held"
    files = " and ".join(sheet.file for sheet in clinic.table.sheets)
    return f"{counted(loaded.seen.people, 'client')}{therapists}{sessions}, in {files}{groups}"


def cells_in_words(clinic: Clinic) -> str:
    """What separates the cells of each table, and how that was found."""
    stated = clinic.plan.decimal != "auto"
    said = []
    for sheet in clinic.table.sheets:
        separator = SEPARATORS.get(sheet.separator, f'"{sheet.separator}"')
        decimal = "comma" if sheet.decimal == "," else "point"
        how = "as data.decimal states" if stated else "as found"
        where = f" of {sheet.file}" if len(clinic.table.sheets) > 1 else ""
        said.append(
            f"Cells{where} are separated by a {separator} ({sheet.how}); decimal {decimal} ({how}); "
            f"text in {sheet.encoding}"
        )
    return "; ".join(said)


def reading_in_words(clinic: Clinic) -> str:
    """How the table was read, and what was taken for granted."""
    sheet, plan, loaded = clinic.sheet, clinic.plan, clinic.loaded
    rows = "a client" if plan.wide else "a session"
    digest = hashlib.sha256(repr([(own.names, own.rows) for own in clinic.table.sheets]).encode()).hexdigest()[:16]
    said = [f"`{sheet.file}`: {counted(loaded.rows, 'row')}, {rows} each (fingerprint {digest})."]
    said += [f"{line}." for line in (cells_in_words(clinic), size_in_words(clinic))]
    said += [f"{line}." for line in columns_in_words(clinic)]
    if loaded.packed:
        said.append(
            "The table does not tell missed sessions, so that sessions are counted as they were held, in the simulated "
            "clinics too; nothing is said about attendance."
        )
    elif plan.attended is None:
        said.append("The table does not say whether a session that is not there was missed or not planned.")
    if loaded.left_out:
        one = loaded.left_out == 1
        words = "number that stands in a session that was missed was" if one else "numbers in missed sessions were"
        said.append(f"{loaded.left_out:,} {words} left out.")
    said += [*_scores_in_words(clinic), *notes_of(clinic), *_reference_in_words(clinic)]
    if not loaded.therapist_ids:
        said.append("Therapists are not known: intervals and simulated clinics take no account of who saw whom.")
    return " ".join(said)


def _scores_in_words(clinic: Clinic) -> Iterator[str]:
    """Where scores at intake and at the end come from, and how ratings were put on 1 to 5."""
    scores, when = clinic.plan.symptoms, clinic.plan.when
    if scores is not None and clinic.higher_is_better:
        yield (
            f"On {clinic.instrument} higher is better: improvement is a rise of the score, recovery an end above the "
            "cut-off."
        )
    yield from items_in_words(clinic)
    weekly = when is not None and when.days is not None and when.counted == "weeks"
    if weekly:
        yield f"Days are counted from intake, which is day 0: days 0 to {DAYS - 1} are week 1."
    if scores is not None and scores.in_sessions and "symptoms_intake" not in clinic.loaded.stated:
        first = f"weeks (days 0 to {FIRST_SESSIONS * DAYS - 1})" if weekly else "sessions"
        yield f"Symptoms at intake are the first score, if it is of one of the first {FIRST_SESSIONS} {first}."
    if scores is not None and scores.in_sessions and "symptoms_end" not in clinic.loaded.stated:
        yield (
            "Symptoms at the end are the last score after that, whenever it was: for clients who left early it is the "
            "last that they gave, in the simulated clinics too."
        )
    for who, rated in (("clients", clinic.plan.alliance), ("therapists", clinic.plan.therapist_alliance)):
        for low, high in needs_rescaling(rated) if rated is not None else ():
            yield f"Ratings by {who} of {low:g} to {high:g} were put on 1 to 5 by a straight line."


def _reference_in_words(clinic: Clinic) -> Iterator[str]:
    """The group that the others are compared with."""
    groups = clinic.loaded.groups
    if len(groups) > 1:
        first = "the first in the table; data.group.reference states another"
        why = "data.group.reference" if clinic.plan.reference is not None else first
        yield f"Groups are compared with “{groups[0]}” ({why})."


def reading_table(clinic: Clinic) -> pd.DataFrame:
    """What is known, and how much of it is missing."""
    seen = clinic.loaded.seen
    came = values(seen.sessions, "attended") == 1.0
    rows = []
    for name in (*MEASURES, *REPORTS):
        if name in seen.sessions:
            there = known(seen.sessions[name]) & came
            rows.append((NAMES[name], "session held", int(there.sum()), int(came.sum() - there.sum())))
    for name in ("symptoms_intake", "symptoms_end", "left"):
        if name in seen.clients:
            there = known(seen.clients[name])
            rows.append((NAMES[name], "client", int(there.sum()), int((~there).sum())))
    return pd.DataFrame(rows, columns=["what", "of each", "known", "missing"])


USUAL = 0.05
"""A number of estimates outside that fewer simulated clinics reach counts as unusual."""

FEWEST_FOR_A_VERDICT = 73
"""With fewer simulated clinics Wilson's interval reaches above `USUAL` even where none has as many outside."""

NAMES = {
    "wai_goal": "client's rating, goal", "wai_task": "client's rating, task", "wai_bond": "client's rating, bond",
    "wai_client": "client's rating, total", "wai_therapist": "therapist's rating", "symptoms": "symptom score",
    "rupture_client": "rupture reported by the client", "rupture_therapist": "rupture reported by the therapist",
    "rupture_observer": "rupture coded by an observer", "symptoms_intake": "symptoms at intake",
    "symptoms_end": "symptoms at the end", "left": "how treatment ended",
}  # fmt: skip
"""Columns in words."""


def few_in_words(clinic: Clinic) -> Iterator[str]:
    """What is not told of groups of very few clients, and why."""
    for group in clinic.loaded.groups:
        if not few_clients(clinic.loaded, group):
            continue
        count = len(clinic.loaded.of(clinic.loaded.groups.index(group)))
        where = f" in “{group}”" if len(clinic.loaded.groups) > 1 else ""
        yield (
            f"{counted(count, 'client')}{where} {'is' if count == 1 else 'are'} too few for an interval, or for a "
            f"place among simulated clinics: both take {FEWEST_CLIENTS} clients. With fewer, one client moves a share "
            "by more than ten points, and intervals would be too narrow."
        )


def few_clinics_in_words(clinics: int) -> Iterator[str]:
    """What so few simulated clinics cannot tell."""
    if clinics < FEWEST_CLINICS:
        yield (
            f"{counted(clinics, 'simulated clinic')} {'is' if clinics == 1 else 'are'} too few to say whether an "
            f"estimate lies outside the middle 95 %: that takes {FEWEST_CLINICS} (replicates)."
        )


def headlines_in_words(clinic: Clinic, own: Estimated) -> str:
    """The estimates that readers ask for first, of each group."""
    groups = clinic.loaded.groups
    levels = own.estimates[own.estimates["kind"] == "level"]
    said = []
    for group in groups[:3]:
        words = "; ".join(_headlines({row["estimate"]: found(row) for row in records(levels[levels["arm"] == group])}))
        if words:
            said.append(f"In “{group}”: {words}." if len(groups) > 1 else f"{words[0].upper()}{words[1:]}.")
    return " ".join(said)


def estimates_in_words(own: Estimated) -> str:
    """How the intervals were made; nothing where no group has any."""
    if not own.estimates["low"].notna().any():
        return ""
    if own.units.by == "therapists":
        drawn = (
            f"whole therapists were drawn again and again ({_counts(own)}), each with all clients, since clients of "
            "one therapist are alike"
        )
    else:
        drawn = (
            f"clients were drawn again and again ({_counts(own)}); there are fewer than {FEWEST_THERAPISTS} "
            "therapists, or they are not known, so that the intervals hold for these therapists alone"
        )
    return (
        f"Numbers in brackets are 95 % intervals: {drawn}. Shares of 0 and 100 %, which every resample repeats, have "
        "Wilson's interval."
    )


def _counts(own: Estimated) -> str:
    return ", ".join(str(count) for count in own.by_group)


def estimates_table(own: Estimated, higher_is_better: bool = False) -> pd.DataFrame:
    """A row an estimate, a column a group; differences from the first group after it."""
    table = own.estimates
    groups = list(dict.fromkeys(table["arm"]))
    cells = {(row["estimate"], row["arm"], row["kind"]): found(row) for row in records(table)}
    rows = []
    for name in dict.fromkeys(table["estimate"]):
        head = {"estimate": label_of(name, EVERY[name].label, higher_is_better), "unit": EVERY[name].unit}
        levels = {group: _cell(cells.get((name, group, "level"))) for group in groups}
        gaps = {
            f"{group} minus {groups[0]}": _cell(cells.get((name, group, "contrast")), signed=True)
            for group in groups[1:]
        }
        rows.append(head | levels | gaps)
    return pd.DataFrame(rows)


def _cell(row: Found | None, signed: bool = False) -> str:
    """Value and interval without unit."""
    if row is None or not row.known:
        return "–"
    text = number(row.value, row.digits, signed=signed)
    return f"{text} {interval(row.low, row.high, row.digits)}" if row.has_error else text


def standings_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Where each estimate lies among simulated clinics."""
    several = len(set(rows["world"])) > 1
    made = []
    for row in placed(rows):
        digits = digits_of(row.unit)
        own = number(row.value, digits) + (f" {interval(row.low, row.high, digits)}" if math.isfinite(row.low) else "")
        made.append(
            {"estimate": row.label, "unit": row.unit}
            | ({"world": row.world} if several else {})
            | {
                "the clinic": own,
                "simulated clinics, mean": number(row.model, digits),
                "middle 95 %": interval(row.model_low, row.model_high, digits),
                "percentile (MCSE)": f"{percentile_words(row.percentile, row.clinics)} ({number(row.mcse, 1)})",
                "": "outside" if row.outside else "",
            }
        )
    return pd.DataFrame(made)


def beside_in_words(beside: Compared, group: str) -> str:
    """How many estimates lie outside, and how usual that is, in each world."""
    return " ".join(_together(beside, group, world) for own, world in beside.together if own == group)


def _together(beside: Compared, group: str, world: str) -> str:
    """One group beside one world."""
    at = beside.together[group, world]
    where = "simulated clinics" if world == "the model" else f"simulated clinics of the world “{world}”"
    if at.clinics and at.clinics < FEWEST_CLINICS:
        return " ".join(few_clinics_in_words(at.clinics))
    if at.among == 0:
        return f"Nothing can be compared with {where}."
    rare = f" ({at.rare} more {'is' if at.rare == 1 else 'are'} defined in fewer than {FEWEST_CLINICS} of them.)"
    rare = rare if at.rare else ""
    if at.outside == 0:
        inside = f"All {at.among} estimates lie" if at.among > 1 else "The one estimate lies"
        return f"{inside} inside the middle 95 % of {where}.{rare}"
    usual = f"{number(at.share, 1)} % (MCSE {number(at.mcse, 1)}) of those clinics have as many outside, or more"
    return (
        f"{at.outside} of {at.among} estimates {'lies' if at.outside == 1 else 'lie'} outside the middle 95 % of "
        f"{where}; {usual}, {_verdict(at)}.{rare}"
    )


def _verdict(at: Together) -> str:
    """Whether so many outside are usual, as far as the Monte-Carlo interval (Wilson) of their share can tell."""
    usual = 100.0 * USUAL
    if at.low > usual:
        return "which is nothing unusual: taken together, the clinic cannot be told from them"
    if at.high < usual:
        return "so that, taken together, the clinic differs from them; in what and why is for you to find out"
    if at.clinics < FEWEST_FOR_A_VERDICT:
        return (
            f"but {at.clinics} simulated clinics cannot tell whether that is unusual: it may be up to "
            f"{number(at.high, 1)} % of all; ask for more (replicates)"
        )
    return "which is at the border of what is usual"


def short(asked: Question, clinic: Clinic, own: Estimated, beside: Compared) -> str:
    """The answer in a few sentences."""
    groups = clinic.loaded.groups
    said = [f"The data hold {size_in_words(clinic)}."]
    if words := headlines_in_words(clinic, own):
        said.append(words)
    said += [*notes_of(clinic), *few_in_words(clinic)]
    for group in groups[:3]:
        if few_clients(clinic.loaded, group):
            continue
        lead = f"“{group}”: " if len(groups) > 1 else ""
        worlds = [world for own_group, world in beside.together if own_group == group]
        most = 5 if len(beside.together) == 1 else 2
        told = [lead + _together(beside, group, world) + _named(beside, group, world, most) for world in worlds]
        said += dict.fromkeys(told)  # what holds of every world is said once
    if len(beside.standings):
        said.append(f"The comparison is with {settings_in_words(asked.experiment)}.")
        said.append(
            "A clinic that lies outside is not thereby better or worse: see what an unusual percentile can mean."
        )
    return " ".join(said)


HEADLINES = ("pre_post_d", "recovery_pct", "dropout_pct", "wai_client", "alliance_outcome_r")


def _headlines(rows: dict[str, Found]) -> Iterator[str]:
    """The estimates that readers ask for first."""
    for name in HEADLINES:
        row = rows.get(name)
        if row is not None and row.known:
            label = EVERY[name].label
            yield f"{label[0].lower()}{label[1:]} {row.words()}"


def _named(beside: Compared, group: str, world: str, most: int) -> str:
    """The estimates that lie outside, by name."""
    table = beside.standings
    rows = placed(table[(table["group"] == group) & (table["world"] == world) & table["outside"]])
    if not rows:
        return ""
    words = []
    for row in rows[:most]:
        digits = digits_of(row.unit)
        value, band = with_unit(number(row.value, digits), row.unit), interval(row.model_low, row.model_high, digits)
        label = row.label.removeprefix("… ")
        at = f"({value}, simulated {band}, percentile {percentile_words(row.percentile, row.clinics)})"
        words.append(f"{label[0].lower()}{label[1:]} {at}")
    more = f" and {len(rows) - most} more" if len(rows) > most else ""
    return f" Outside: {', '.join(words)}{more}."
