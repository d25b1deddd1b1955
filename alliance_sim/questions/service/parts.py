"""The parts of the answer about a service: words and small tables."""

import pandas as pd

from alliance_sim.estimands.service_year import BY_NAME
from alliance_sim.questions.service.comparing import BY_SPILLOVER, GAIN_BY_SPILLOVER, LIGHT, PER_CLIENT, PER_YEAR, SAME
from alliance_sim.questions.service.points import REFERRED, changed_words
from alliance_sim.questions.service.telling import (
    Crossing,
    Told,
    compared_with,
    crossing_cell,
    digits,
    place_words,
    unit,
)
from alliance_sim.stats.montecarlo import mcse_proportion
from alliance_sim.stats.numbers import number

OF_ARMS = (
    *PER_CLIENT, "recovered_referred_pct", PER_YEAR, "ended_year", "dropout_pct", "waited", "rupture_pct",
    "repaired_pct", "strain", "learned",
)  # fmt: skip


def arms_words(told: Told) -> str:
    """How to read the table of arms."""
    layout = told.layout
    return (
        f'{layout.reference} places for each therapist, scenario "{layout.scenario}", strain: {layout.world}. The '
        f"first column of numbers is {layout.baseline}; the others are differences from it, between twins: the same "
        "therapists, the same referrals, the same luck. In brackets: 95 % intervals of the mean over services."
    )


def arms_table(told: Told) -> pd.DataFrame:
    """A row an estimate: the baseline's level, and how the other arms differ."""
    rows = []
    for name in OF_ARMS:
        row = {"": f"{BY_NAME[name].label}, {unit(name, told.facts.scale)}"}
        row[told.layout.baseline] = told.value(name).words(digits(name))
        row |= {arm: told.gain(name, arm).words(digits(name), signed=True) for arm in told.layout.changed}
        rows.append(row)
    return pd.DataFrame(rows)


def caseload_words(told: Told) -> str:
    """How to read caseloads."""
    return (
        f'The caseload is the number of places of each therapist; in the table: scenario "{told.layout.scenario}", '
        f"strain: {told.layout.world}. Improvement counts everybody referred in the counted year; recovered "
        "treatments are those that ended in the counted year with recovery. A larger caseload changes three things at "
        "once: more hours a week leave more strain, more repairs teach more skill, and more clients are treated."
    )


def caseload_table(told: Told) -> pd.DataFrame:
    """A row a caseload: level, what spill-over makes of it, gains, and the year."""
    layout = told.layout
    spills = layout.off is not None and layout.world != layout.off
    rows = []
    for caseload in layout.caseloads:
        row: dict[str, object] = {"Places": caseload}
        row[f"{layout.baseline}, points"] = told.value(REFERRED, caseload=caseload).words(2)
        if spills:
            made = told.value(REFERRED, caseload=caseload, kind=BY_SPILLOVER)
            row["change by spill-over"] = made.words(2, signed=True)
        for arm in layout.changed:
            row[f"gain: {arm}"] = told.gain(REFERRED, arm, caseload=caseload).words(2, signed=True)
        row[f"{layout.baseline}, recovered a year"] = told.value(PER_YEAR, caseload=caseload).words(1)
        if spills:
            made = told.value(PER_YEAR, caseload=caseload, kind=BY_SPILLOVER)
            row["a year, change by spill-over"] = made.words(1, signed=True)
        rows.append(row)
    return pd.DataFrame(rows)


def crossing_text(told: Told) -> str:
    """The two senses in which a gain is eaten, and the other scenarios."""
    layout = told.layout
    senses = []
    if layout.off is not None:
        senses.append(
            f"(a) *Same caseload*: the smallest caseload at which an arm, with spill-over, is no better than "
            f"{compared_with(SAME, layout)}: there, spill-over costs what the arm brings."
        )
    senses.append(
        f"(b) *Reference*: the smallest caseload, from {layout.reference} upward, at which an arm is no better than "
        f"{compared_with(LIGHT, layout)}: so far could caseloads be raised before the gain is gone."
    )
    return (
        f"Stated beforehand, in {'two senses' if len(senses) > 1 else 'one sense'}. {' '.join(senses)} The table is "
        f'for improvement of everybody referred, scenario "{layout.scenario}". In brackets: 95 % interval (bootstrap '
        f'over services). "Above {layout.caseloads[-1]}": not used up at any caseload that was studied; "below '
        f'{layout.caseloads[0]}": used up already at the smallest.'
    )


def crossing_table(told: Told) -> pd.DataFrame:
    """A row a world, columns for arms and senses."""
    layout = told.layout
    senses = [("a", SAME)] if layout.off is not None else []
    rows = []
    for world in layout.on:
        row = {"Strain": world}
        for letter, against in [*senses, ("b", LIGHT)]:
            for arm in layout.changed:
                found = told.crossing(arm, REFERRED, against, world)
                row[f"({letter}) {arm}"] = crossing_cell(found, layout.caseloads)
        rows.append(row)
    return pd.DataFrame(rows)


def replicates_words(told: Told) -> str:
    """What single services add to the mean."""
    layout = told.layout
    return (
        f"The places above are those of the mean over {told.facts.replicates} services. A single service differs from "
        "it by its people and its luck, and by its draw of the fitted parameters. The table gives, for "
        f"{layout.changed[0]}, the median service with the middle 95 % of services, and in how many of them the gain "
        'is used up at no caseload studied ("above"; Monte-Carlo standard error in brackets); and the same place of '
        "the mean for two other outcomes: improvement of the treated from the first week of treatment to its end, and "
        "recovered treatments per therapist and year."
    )


def replicates_table(told: Told) -> pd.DataFrame:
    """A row a world for the first changed arm: single services, and other outcomes."""
    layout = told.layout
    arm = layout.changed[0]
    senses = [("a", SAME)] if layout.off is not None else []
    rows = []
    for world in layout.on:
        row = {"Strain": world}
        for letter, against in [*senses, ("b", LIGHT)]:
            found = told.crossing(arm, REFERRED, against, world)
            row[f"({letter}) single services"] = _single(found, layout.caseloads)
        for letter, against in [*senses, ("b", LIGHT)]:
            found = told.crossing(arm, PER_CLIENT[1], against, world)
            row[f"({letter}) the treated"] = crossing_cell(found, layout.caseloads)
        if senses:
            found = told.crossing(arm, PER_YEAR, SAME, world)
            row["(a) recovered a year"] = crossing_cell(found, layout.caseloads)
        rows.append(row)
    return pd.DataFrame(rows)


def _single(found: Crossing | None, caseloads: tuple[int, ...]) -> str:
    """Median and middle of single services, and how many cross nowhere."""
    if found is None:
        return "–"
    middle, low, high = (place_words(at, caseloads) for at in (found.median, found.single_low, found.single_high))
    error = 100.0 * mcse_proportion(found.beyond, found.replicates)
    share = f"{number(100.0 * found.beyond, 0)} % ({number(error, 0)}) above"
    return f"{middle} [{low}, {high}]; {share}"


def strain_words(told: Told) -> str:
    """What spill-over does to the gain itself, in numbers."""
    layout = told.layout
    largest = layout.caseloads[-1]
    said = [f"that of {arm} {changed_words(told, arm)}" for arm in layout.changed]
    return (
        "Spill-over may use up a gain by costing as much as the gain is worth, or by making the gain itself smaller. "
        "The table shows the second: each arm's gain over "
        f'"{layout.baseline}" without spill-over, and what spill-over adds to it or takes from it (points, everybody '
        f"referred, {largest} places; twins). Of {len(layout.on)} forms of strain, the gain itself is: "
        f"{'; '.join(said)}."
    )


def strain_table(told: Told) -> pd.DataFrame:
    """A row a world: each arm's gain without spill-over at the largest caseload, and what spill-over makes of it."""
    layout = told.layout
    largest = layout.caseloads[-1]
    rows = [
        {"Strain": f"{layout.off}: the gain"}
        | {
            arm: told.gain(REFERRED, arm, world=layout.off, caseload=largest).words(2, signed=True)
            for arm in layout.changed
        }
    ]
    for world in layout.on:
        row = {"Strain": f"{world}: added to it"}
        for arm in layout.changed:
            change = told.value(REFERRED, world=world, caseload=largest, arm=arm, kind=GAIN_BY_SPILLOVER)
            row[arm] = change.words(2, signed=True)
        rows.append(row)
    return pd.DataFrame(rows)


def origins(told: Told) -> str:
    """What is assumed, what was fitted, what emerges."""
    drawn = (
        "every service is played with another draw of them, so that the spread over services holds what is not known "
        "about them"
        if told.facts.is_drawn
        else "they are the same in every service, so that no interval holds what is not known about them"
    )
    return (
        "**Assumed:** how strain gathers, fades and harms; that skill is learned from repaired ruptures, and how much "
        "there is to learn; what training changes; when clients give up waiting; who is taken on by whom. **Fitted:** "
        f"parameters of the hour, to published findings on alliance, dropout and outcome; {drawn}. None of these "
        "findings is about caseloads, waiting or strain. **Emerging:** how large the gains are, how strain and skill "
        "go through the year, how much dropout frees places and so shortens the list, and at what caseload a gain is "
        "used up."
    )
