"""One scheduled session in plain sentences, from its row of the session table."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Row: TypeAlias = Mapping[str, Any]
"""A row of a table: column to value."""


SOURCES = {"goal": "what therapy is for", "task": "how they work", "bond": "the relationship itself"}
TYPES = {"none": "nothing", "withdrawal": "a withdrawal", "confrontation": "a confrontation"}
SIGNS = {
    "client": "The client reports something like a",
    "therapist": "The therapist reports a",
    "observer": "An observer codes a minor sign of",
}
SMALL = 0.015
"""Changes of felt alliance (0-1) below this count as none."""


def parted(row: Row) -> bool:
    """Whether a row that holds both twins (columns of the other with suffix `_twin`) shows a visible difference."""
    events = ("attended", "rupture", "noticed", "acknowledged", "explored", "negotiated", "repaired", "defensive",
              "over_apologised", "pressed_on", "left")  # fmt: skip
    if any(row[name] != row[f"{name}_twin"] for name in events):
        return True
    return abs(float(row["alliance"]) - float(row["alliance_twin"])) >= SMALL


def hour_in_words(row: Row, before: Row | None = None, explain: bool = True) -> str:
    """What happened, what the client felt and showed, what the therapist did, what the questionnaires said.

    before: the row of the session before, for changes. explain: whether to say what a withdrawal looks like.
    """
    if not row["attended"]:
        return f"The client did not come. {state_in_words(row)}{leaving_in_words(row)}"
    sentences = [
        rupture_in_words(row, explain),
        repair_in_words(row),
        movement_in_words(row, before),
        answers_in_words(row),
    ]
    return " ".join(s for s in sentences if s) + leaving_in_words(row)


def hour_of_twin_in_words(row: Row, own: Row | None, before: Row | None = None) -> str:
    """The same week of the twin, shortly: what was said of `own` is not repeated."""
    if not row["attended"]:
        return f"the client did not come. {state_in_words(row)}{leaving_in_words(row)}"
    broken = rupture_in_words(row, explain=False)
    if own is not None and str(row["rupture"]) != "none" and str(row["rupture"]) == str(own["rupture"]):
        broken = f"the same {row['rupture']}."
    sentences = [broken, repair_in_words(row), movement_in_words(row, before), f"Symptoms {row['symptoms']:g} points."]
    text = " ".join(s for s in sentences if s) + leaving_in_words(row)
    return text[0].lower() + text[1:]


def rupture_in_words(row: Row, explain: bool = True) -> str:
    """The rupture, as it was felt and as it looked; with what a withdrawal looks like, to `explain` it."""
    kind = str(row["rupture"])
    if kind == "none":
        return "" if row["noticed"] else "A quiet session."
    about = SOURCES.get(str(row["source"]), "the work")
    size = "slight" if row["severity"] < 0.3 else "marked" if row["severity"] < 0.9 else "severe"
    if kind == "withdrawal":
        looks = ", says less, agrees with what is said and is not really there" if explain else ""
        return (
            f"A rupture over {about}: the client withdraws ({size}){looks}; what the client shows "
            f"({row['expressed']:.2f}) is above what the client feels ({row['alliance']:.2f})."
        )
    return f"A rupture over {about}: the client objects openly ({size})."


def repair_in_words(row: Row) -> str:
    """What the therapist noticed and did, and what came of it."""
    today = str(row["rupture"]) != "none"
    if not row["noticed"]:
        if not today:
            return ""
        pressed = ", and presses on with the technique" if row["pressed_on"] else ""
        return f"The therapist does not notice{pressed}."
    if not today and not (row["acknowledged"] or row["defensive"] or row["over_apologised"]):
        return "The therapist senses what was left open, and lets it be."
    words = "The therapist notices" if today else "The therapist comes back to what was left open"
    if row["pressed_on"]:
        return f"{words}, but presses on with the technique."
    if row["defensive"]:
        return f"{words} and answers defensively, which makes it worse."
    steps = [
        text
        for name, text in (
            ("acknowledged", "acknowledges a part in it"),
            ("explored", "asks with real interest how it was for the client"),
            ("negotiated", "agrees with the client on what to change"),
        )
        if row[name]
    ]
    if row["over_apologised"]:
        steps.insert(min(1, len(steps)), "apologises so much that the client has to console the therapist")
    if not steps:
        return f"{words} and leaves it at that."
    did = ", ".join(steps[:-1]) + (" and " if len(steps) > 1 else "") + steps[-1]
    outcome = (
        "The rupture is repaired." if row["repaired"] else f"That mends part of it ({100 * row['resolution']:.0f} %)."
    )
    return f"{words}, {did}. {outcome}"


def movement_in_words(row: Row, before: Row | None) -> str:
    """Felt alliance now, and where it came from."""
    now = float(row["alliance"])
    if before is None:
        return f"Felt alliance {now:.2f} (goal {row['goal']:.2f}, task {row['task']:.2f}, bond {row['bond']:.2f})."
    was = float(before["alliance"])
    if abs(now - was) < SMALL:
        return f"Felt alliance stays at {now:.2f}."
    verb = "rises" if now > was else "falls"
    part = max(("goal", "task", "bond"), key=lambda name: abs(float(row[name]) - float(before[name])))
    return (
        f"Felt alliance {verb} from {was:.2f} to {now:.2f}, most in the {part} "
        f"({float(before[part]):.2f} to {float(row[part]):.2f})."
    )


def answers_in_words(row: Row) -> str:
    """What the questionnaires said, and who reported a rupture."""
    words = (
        f"Questionnaires: the client rates the alliance {row['wai_client']:.1f} of 5, the therapist "
        f"{row['wai_therapist']:.1f}; symptoms {row['symptoms']:g} points."
    )
    return " ".join([words, *reports_in_words(row)])


def reports_in_words(row: Row) -> list[str]:
    """Who reports what about a rupture, against what happened; no sentence where nobody reports one."""
    kinds = {who: str(row[f"rupture_{who}"]) for who in ("client", "therapist", "observer")}
    told = {who: kind for who, kind in kinds.items() if kind != "none"}
    happened = str(row["rupture"]) != "none"
    if not told:
        return ["Nobody reports the rupture."] if happened else []
    if happened and len(told) == 3 and len(set(told.values())) == 1:
        return [f"Client, therapist and observer all report {TYPES[told['client']]}."]
    if not happened:
        return [f"{SIGNS[who]} {kind}, though there was no rupture." for who, kind in told.items()]
    reports = [f"the {who} reports {TYPES[kind]}" for who, kind in told.items()]
    text = ", ".join(reports[:-1]) + (" and " if len(reports) > 1 else "") + reports[-1]
    silent = [f"the {who}" for who in kinds if who not in told]
    rest = f"; {' and '.join(silent)} {'report' if len(silent) > 1 else 'reports'} nothing" if silent else ""
    return [f"{text[0].upper()}{text[1:]}{rest}."]


def state_in_words(row: Row) -> str:
    """Felt alliance and what is left open, in one sentence."""
    rest = f", something unresolved (load {row['unresolved']:.1f})" if row["unresolved"] > 0.3 else ""
    return f"Felt alliance {row['alliance']:.2f}{rest}."


def leaving_in_words(row: Row) -> str:
    """Whether the client left after this session."""
    left = str(row["left"])
    if left == "dropout":
        return " After this the client does not come back: a dropout."
    return " The client is well and finishes treatment." if left == "completed" else ""
