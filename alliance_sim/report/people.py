"""Who a client is and how a treatment ended, in words, from a row of the client table."""

from alliance_sim.report.hour import Row


def _far(value: float, low: str, high: str) -> str:
    """A trait in SD, told only where it stands out."""
    if abs(value) < 0.7:
        return ""
    return f"{high if value > 0 else low} ({value:+.1f} SD)".replace("-", "−")


def person_in_words(person: Row, scale: str) -> str:
    """The client at intake, and the therapist."""
    words = [f"The client comes with {person['symptoms_intake']:g} points on the {scale}"]
    wants = (
        "relationships and meaning"
        if person["priority"] > 0.6
        else "relief of symptoms"
        if person["priority"] < 0.4
        else "relief as much as meaning"
    )
    words.append(f"wants above all {wants}" if wants != "relief as much as meaning" else f"wants {wants}")
    style = (
        "clear structure" if person["preference"] > 0.6 else "open exploration" if person["preference"] < 0.4 else ""
    )
    if style:
        words.append(f"prefers {style}")
    if person["trauma"] > 0:
        words.append("has a history of relational trauma")
    traits = [
        _far(person["anxiety"], "less afraid than most of being left", "more afraid than most of being left"),
        _far(person["avoidance"], "closer to others than most", "keeps more distance than most"),
    ]
    first = ", ".join(words[:-1]) + f" and {words[-1]}."
    told = [trait for trait in traits if trait]
    if told:
        first += f" The client is someone {' and '.join(_someone(trait) for trait in told)}."
    skill = _far(
        person["therapist_repair_skill"], "below average in repairing ruptures", "above average in repairing ruptures"
    )
    tune = _far(person["therapist_attunement"], "less attuned than most", "more attuned than most")
    therapist = [word for word in (skill, tune) if word]
    return first + (f" The therapist is {' and '.join(therapist)}." if therapist else "")


def _someone(trait: str) -> str:
    return trait.replace("keeps", "who keeps") if trait.startswith("keeps") else f"who is {trait}"


def ending_in_words(last: Row, person: Row | None, scale: str) -> str:
    """How it ended: symptoms at the planned end, and reliable change."""
    left = {"dropout": " The client dropped out", "completed": " The client finished early, being well"}
    words = left.get(str(last["left"]), " The client stayed to the planned end")
    words += f" (week {int(last['session'])})." if str(last["left"]) != "no" else "."
    if person is not None:
        change = {"improved": "reliably better", "deteriorated": "reliably worse", "unchanged": "no reliable change"}
        words += (
            f" Symptoms at the planned end: {person['symptoms_end']:g} points on the {scale}, after "
            f"{person['symptoms_intake']:g} at intake ({change[str(person['reliable_change'])]})."
        )
    return words
